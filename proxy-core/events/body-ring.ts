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
  /** Exchanges that show it. */
  users: number;
  /** The entry whose body it is, when replies from that entry share it. */
  entryId?: number;
}

export class BodyRing {
  readonly #limitOne: () => number;
  readonly #limitAll: () => number;
  /** Oldest first; dropped ones are skipped when their turn comes. */
  #queue: CapturedBody[] = [];
  #head = 0;
  readonly #shared = new Map<number, CapturedBody>();
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

  /** Keeps the body of a stored response once, however many replies it went out in. */
  share(entryId: number, bytes: Uint8Array): CapturedBody | undefined {
    const known = this.#shared.get(entryId);
    if (known && !known.dropped && this.enabled) {
      known.users++;
      return known;
    }
    const body = this.add(undefined, bytes);
    if (body) {
      body.entryId = entryId;
      this.#shared.set(entryId, body);
    }
    return body;
  }

  /** One exchange less shows this body; it goes with the last. */
  drop(body: CapturedBody): void {
    if (--body.users <= 0) this.#letGo(body);
  }

  #letGo(body: CapturedBody): void {
    if (body.dropped) return;
    if (body.entryId !== undefined && this.#shared.get(body.entryId) === body) this.#shared.delete(body.entryId);
    this.bytes -= body.kept;
    body.dropped = true;
    body.chunks = [];
    body.kept = 0;
  }

  #open(): CapturedBody {
    const body: CapturedBody = { chunks: [], kept: 0, dropped: false, users: 1 };
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
      this.#letGo(body);
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
