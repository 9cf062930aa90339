/**
 * Bodies kept for looking at: bounded for one exchange and for all together; the oldest are dropped first and counted.
 * They form a list by age, so that leaving it anywhere costs nothing and nothing of a body that is gone stays behind.
 * Invariants: `bytes` is the sum of `kept` and `chargedBytes` the sum of `charged` over the bodies in the list; a body
 * is in the list exactly while it is not dropped.
 */

/** What is kept of one body. */
export interface CapturedBody {
  /** Full but for the last one, of which `tailRoom` bytes are free. */
  chunks: Uint8Array[];
  tailRoom: number;
  /** Content bytes. */
  kept: number;
  /** What it takes in memory, estimated. */
  charged: number;
  /** Let go to make room. */
  dropped: boolean;
  /** Exchanges that show it. */
  users: number;
  /** The entry whose body it is, when replies from that entry share it. */
  entryId?: number;
  older: CapturedBody | undefined;
  newer: CapturedBody | undefined;
}

/** Objects of one body beside its chunks, as heap snapshots show them. */
const BODY_OVERHEAD_BYTES = 200;
/** One buffer: view, array buffer, and what the allocator adds. */
const CHUNK_OVERHEAD_BYTES = 320;
/** Pieces below this are gathered: a body that trickles in must not cost a buffer for each byte. */
const GATHER_BYTES = 4096;
/** Largest buffer that pieces are gathered in. */
const GATHER_MAX_BYTES = 64 * 1024;

export class BodyRing {
  readonly #askOne: () => number;
  readonly #askAll: () => number;
  #limitOne: number;
  #limitAll: number;
  #oldest: CapturedBody | undefined;
  #newest: CapturedBody | undefined;
  readonly #shared = new Map<number, CapturedBody>();
  /** Content bytes kept. */
  bytes = 0;
  /** What all bodies take in memory, estimated. */
  chargedBytes = 0;
  droppedCount = 0;

  /** The limits are asked now and at {@link applyLimit}, bytes. */
  constructor(limitOne: () => number, limitAll: () => number) {
    this.#askOne = limitOne;
    this.#askAll = limitAll;
    this.#limitOne = limitOne();
    this.#limitAll = limitAll();
  }

  /** Keeps a chunk as far as the limits allow; answers the body to go on with. */
  add(body: CapturedBody | undefined, chunk: Uint8Array): CapturedBody | undefined {
    if (body?.dropped) return body;
    const limitAll = this.#limitAll;
    const room = Math.min(this.#limitOne - (body?.kept ?? 0), limitAll);
    if (room <= 0 || chunk.length === 0) return body;
    const target = body ?? this.#open();
    this.#append(target, chunk.length > room ? chunk.subarray(0, room) : chunk);
    while (this.bytes > limitAll && this.dropOldest(target));
    return target;
  }

  /** Keeps limits that may have become narrower. */
  applyLimit(): void {
    this.#limitOne = this.#askOne();
    this.#limitAll = this.#askAll();
    while (this.bytes > this.#limitAll && this.dropOldest());
  }

  /** Keeps the body of a stored response once, however many replies it went out in. */
  share(entryId: number, bytes: Uint8Array): CapturedBody | undefined {
    const known = this.#shared.get(entryId);
    if (known) {
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

  /** Lets go of the oldest body and counts it; false when there is nothing older than `except`. */
  dropOldest(except?: CapturedBody): boolean {
    const body = this.#oldest;
    if (body === undefined || body === except) return false;
    this.#letGo(body);
    this.droppedCount++;
    return true;
  }

  #append(body: CapturedBody, part: Uint8Array): void {
    body.kept += part.length;
    this.bytes += part.length;
    let rest = part;
    if (body.tailRoom > 0) {
      const tail = body.chunks.at(-1)!;
      const fits = Math.min(body.tailRoom, rest.length);
      tail.set(fits < rest.length ? rest.subarray(0, fits) : rest, tail.length - body.tailRoom);
      body.tailRoom -= fits;
      if (fits === rest.length) return;
      rest = rest.subarray(fits);
    }
    let taken = rest.length;
    if (rest.length < GATHER_BYTES && body.chunks.length > 0) {
      // Each buffer is as large as all before, so that many small pieces make few buffers.
      const buffer = new Uint8Array(Math.max(rest.length, Math.min(body.kept, GATHER_MAX_BYTES)));
      buffer.set(rest);
      body.chunks.push(buffer);
      body.tailRoom = buffer.length - rest.length;
      taken = buffer.length;
    } else {
      // A small piece of a large buffer is copied, or it would hold all of it.
      body.chunks.push(rest.length * 2 < rest.buffer.byteLength ? new Uint8Array(rest) : rest);
      taken = Math.max(taken, body.chunks.at(-1)!.buffer.byteLength);
    }
    body.charged += taken + CHUNK_OVERHEAD_BYTES;
    this.chargedBytes += taken + CHUNK_OVERHEAD_BYTES;
  }

  #letGo(body: CapturedBody): void {
    if (body.dropped) return;
    if (body.entryId !== undefined) this.#shared.delete(body.entryId);
    if (body.older) body.older.newer = body.newer;
    else this.#oldest = body.newer;
    if (body.newer) body.newer.older = body.older;
    else this.#newest = body.older;
    body.older = body.newer = undefined;
    this.bytes -= body.kept;
    this.chargedBytes -= body.charged;
    body.dropped = true;
    body.chunks = [];
    body.tailRoom = body.kept = body.charged = 0;
  }

  #open(): CapturedBody {
    const body: CapturedBody = {
      chunks: [],
      tailRoom: 0,
      kept: 0,
      charged: BODY_OVERHEAD_BYTES,
      dropped: false,
      users: 1,
      older: this.#newest,
      newer: undefined,
    };
    if (this.#newest) this.#newest.newer = body;
    else this.#oldest = body;
    this.#newest = body;
    this.chargedBytes += BODY_OVERHEAD_BYTES;
    return body;
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
