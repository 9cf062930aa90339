/**
 * Where the bytes of stored responses lie: large append-only buffers. Bytes once written are never overwritten, so a
 * view handed to a slow client stays right whatever happens to the entry; a buffer goes when nothing in it is live and
 * no view is left. Space of removed entries is won back by moving what is live out of a mostly dead buffer.
 *
 * Invariants: `live` of a segment is the sum of its live blocks; `heldBytes` the sum of all buffers' used bytes;
 * a block of at least DEDICATED_BYTES has a segment to itself.
 */

/** Size of a shared segment. */
const SEGMENT_BYTES = 1024 * 1024;
/** Blocks from here on get a segment of their own; at most a sixteenth of a shared one is wasted at its end. */
export const DEDICATED_BYTES = 64 * 1024;
/** Dead bytes tolerated before moving starts: a share of what is held, at least this much. */
const DEAD_SHARE = 0.15;
const DEAD_MIN_BYTES = 2 * SEGMENT_BYTES;

export interface Segment {
  readonly number: number;
  readonly buffer: Buffer;
  used: number;
  live: number;
}

export class Segments {
  /** By number; numbers of dropped ones are given anew. */
  readonly #segments: (Segment | undefined)[] = [];
  readonly #freeNumbers: number[] = [];
  #open: Segment | undefined;
  #liveBytes = 0;
  #heldBytes = 0;

  get liveBytes(): number {
    return this.#liveBytes;
  }

  /** Used bytes of all segments, live or dead. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Room for `bytes` bytes; the caller fills it. */
  allocate(bytes: number): { segment: Segment; offset: number } {
    this.#liveBytes += bytes;
    this.#heldBytes += bytes;
    if (bytes >= DEDICATED_BYTES) {
      const segment = this.#create(bytes);
      segment.used = segment.live = bytes;
      return { segment, offset: 0 };
    }
    let open = this.#open;
    if (open === undefined || open.used + bytes > SEGMENT_BYTES) {
      this.#open = undefined;
      if (open !== undefined) this.#dropIfDead(open);
      open = this.#open = this.#create(SEGMENT_BYTES);
    }
    const offset = open.used;
    open.used += bytes;
    open.live += bytes;
    return { segment: open, offset };
  }

  get(number: number): Segment {
    const segment = this.#segments[number];
    if (segment === undefined) throw new Error(`segment ${number} is gone`);
    return segment;
  }

  /** Gives back a block. Its bytes stay readable through views that exist. */
  free(segment: Segment, bytes: number): void {
    segment.live -= bytes;
    this.#liveBytes -= bytes;
    this.#dropIfDead(segment);
  }

  /** The segment to empty next, when too much is dead; undefined while all is well. */
  wasteful(): Segment | undefined {
    const dead = this.#heldBytes - this.#liveBytes;
    if (dead < DEAD_MIN_BYTES || dead < this.#heldBytes * DEAD_SHARE) return undefined;
    let worst: Segment | undefined;
    for (const segment of this.#segments) {
      if (segment === undefined || segment === this.#open) continue;
      if (worst === undefined || segment.used - segment.live > worst.used - worst.live) worst = segment;
    }
    return worst !== undefined && worst.live < worst.used ? worst : undefined;
  }

  #create(bytes: number): Segment {
    // Not zeroed: only bytes that were written are ever read.
    const number = this.#freeNumbers.pop() ?? this.#segments.length;
    const segment: Segment = { number, buffer: Buffer.allocUnsafeSlow(bytes), used: 0, live: 0 };
    this.#segments[number] = segment;
    return segment;
  }

  #dropIfDead(segment: Segment): void {
    if (segment.live > 0 || segment === this.#open) return;
    this.#segments[segment.number] = undefined;
    this.#freeNumbers.push(segment.number);
    this.#heldBytes -= segment.used;
  }
}
