/**
 * Bodies kept for looking at: bounded for one exchange and for all together; the oldest are dropped first and counted.
 * Invariant: `bytes` is the sum of `kept` over all bodies that are not dropped.
 */

/** What is kept of one body. */
export interface CapturedBody {
  chunks: Uint8Array[];
  kept: number;
  /** Let go to make room. */
  dropped: boolean;
}

export class BodyRing {
  readonly #limitOne: () => number;
  readonly #limitAll: () => number;
  /** Oldest first; dropped ones are skipped when their turn comes. */
  #queue: CapturedBody[] = [];
  #head = 0;
  bytes = 0;
  droppedCount = 0;
  /** While false nothing is kept. */
  enabled = true;

  constructor(limitOne: () => number, limitAll: () => number) {
    this.#limitOne = limitOne;
    this.#limitAll = limitAll;
  }

  /** Keeps a chunk as far as the limits allow; answers the body to go on with. */
  add(body: CapturedBody | undefined, chunk: Uint8Array): CapturedBody | undefined {
    if (body?.dropped) return body;
    const room = Math.min(this.#limitOne() - (body?.kept ?? 0), this.#limitAll());
    if (!this.enabled || room <= 0 || chunk.length === 0) return body;
    const target = body ?? this.#open();
    const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
    // A small piece of a large buffer is copied, or it would hold all of it.
    target.chunks.push(part.length * 2 < part.buffer.byteLength ? new Uint8Array(part) : part);
    target.kept += part.length;
    this.bytes += part.length;
    while (this.bytes > this.#limitAll() && this.#dropOldest(target));
    return target;
  }

  /** Lets go of one body. */
  drop(body: CapturedBody): void {
    if (body.dropped) return;
    this.bytes -= body.kept;
    body.dropped = true;
    body.chunks = [];
    body.kept = 0;
  }

  #open(): CapturedBody {
    const body: CapturedBody = { chunks: [], kept: 0, dropped: false };
    this.#queue.push(body);
    return body;
  }

  /** False when there is nothing older than `except`. */
  #dropOldest(except: CapturedBody): boolean {
    while (this.#head < this.#queue.length) {
      const body = this.#queue[this.#head]!;
      if (body === except) return false;
      this.#head++;
      if (this.#head > 1024 && this.#head * 2 > this.#queue.length) {
        this.#queue = this.#queue.slice(this.#head);
        this.#head = 0;
      }
      if (body.dropped) continue;
      this.drop(body);
      this.droppedCount++;
      return true;
    }
    return false;
  }
}

/** Bytes `offset … offset + length` of a captured body as one piece. */
export function readCaptured(body: CapturedBody, offset: number, length: number): Uint8Array {
  const end = Math.min(body.kept, offset + length);
  const out = new Uint8Array(Math.max(0, end - offset));
  let at = 0;
  for (const chunk of body.chunks) {
    const from = Math.max(offset, at);
    const to = Math.min(end, at + chunk.length);
    if (to > from) out.set(chunk.subarray(from - at, to - at), from - offset);
    at += chunk.length;
  }
  return out;
}
