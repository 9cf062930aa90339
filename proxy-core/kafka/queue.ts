/**
 * The bounded queue between the event hub and the sender: first in, first out, bounded by count and by bytes. When it
 * is full the oldest record goes: the newest ones say most about what is happening now.
 */

/** A record taken out, with what it weighs and since when it waited, so that it can be put back as it was. */
export interface Waiting<T> {
  readonly item: T;
  readonly bytes: number;
  /** Unix ms. */
  readonly atMs: number;
}

export interface QueueLimits {
  events: number;
  bytes: number;
}

/** Slots of an empty queue. */
const FIRST_SLOTS = 64;

/**
 * Invariants: `size <= limits.events`, `bytes <= limits.bytes`, `bytes` = sum over the waiting records. A record that
 * is heavier than the whole queue is never taken in.
 */
export class BoundedQueue<T> {
  /**
   * A circle of slots that doubles when it is full; `head` is the oldest. Three columns instead of a list of objects: a
   * push then allocates nothing, and the proxy's path is where pushes happen.
   */
  #items: (T | undefined)[] = new Array<T | undefined>(FIRST_SLOTS).fill(undefined);
  #weights = new Float64Array(FIRST_SLOTS);
  #times = new Float64Array(FIRST_SLOTS);
  #head = 0;
  #size = 0;
  #bytes = 0;
  #limits: QueueLimits;
  readonly #dropped: (item: T) => void;

  /** `dropped` is told of every record that had to go, before the call that counts it returns. */
  constructor(limits: QueueLimits, dropped: (item: T) => void = () => undefined) {
    this.#limits = { ...limits };
    this.#dropped = dropped;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Unix ms since when the oldest waits; undefined when nothing waits. */
  get oldestAtMs(): number | undefined {
    return this.#size === 0 ? undefined : this.#times[this.#head];
  }

  /** Adds at the end. Returns how many records were dropped for it (the new one itself when it is too heavy). */
  push(item: T, bytes: number, atMs: number): number {
    if (bytes > this.#limits.bytes) {
      this.#dropped(item);
      return 1;
    }
    this.#reserve();
    this.#put((this.#head + this.#size) % this.#items.length, item, bytes, atMs);
    return this.#trim();
  }

  /** Puts records back at the front, oldest first, as they were taken. Returns how many were dropped. */
  putBack(records: readonly Waiting<T>[]): number {
    for (const { item, bytes, atMs } of records.toReversed()) {
      this.#reserve();
      this.#head = (this.#head - 1 + this.#items.length) % this.#items.length;
      this.#put(this.#head, item, bytes, atMs);
    }
    return this.#trim();
  }

  /** Takes from the front: at most `maxEvents` and `maxBytes`, at least one when any waits. */
  take(maxBytes: number, maxEvents: number): Waiting<T>[] {
    const taken: Waiting<T>[] = [];
    let total = 0;
    while (this.#size > 0 && taken.length < maxEvents) {
      const bytes = this.#weights[this.#head]!;
      if (taken.length > 0 && total + bytes > maxBytes) break;
      taken.push({ item: this.#items[this.#head]!, bytes, atMs: this.#times[this.#head]! });
      this.#shift();
      total += bytes;
    }
    return taken;
  }

  /** New bounds; returns how many records no longer fitted. */
  setLimits(limits: QueueLimits): number {
    this.#limits = { ...limits };
    return this.#trim();
  }

  /** Empties the queue; returns how many records were in it. */
  clear(): number {
    const dropped = this.#size;
    while (this.#size > 0) this.#drop();
    return dropped;
  }

  #put(slot: number, item: T, bytes: number, atMs: number): void {
    this.#items[slot] = item;
    this.#weights[slot] = bytes;
    this.#times[slot] = atMs;
    this.#size += 1;
    this.#bytes += bytes;
  }

  #shift(): void {
    this.#bytes -= this.#weights[this.#head]!;
    // The slot is emptied so that a sent record is not kept alive until the circle comes round.
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.#items.length;
    this.#size -= 1;
  }

  #drop(): void {
    const item = this.#items[this.#head]!;
    this.#shift();
    this.#dropped(item);
  }

  #trim(): number {
    let dropped = 0;
    while (this.#size > this.#limits.events || this.#bytes > this.#limits.bytes) {
      this.#drop();
      dropped += 1;
    }
    return dropped;
  }

  /** Makes room for one more. */
  #reserve(): void {
    const slots = this.#items.length;
    if (this.#size < slots) return;
    // Full: from the head round to just before it is everything, oldest first.
    this.#items = [
      ...this.#items.slice(this.#head),
      ...this.#items.slice(0, this.#head),
      ...new Array<undefined>(slots).fill(undefined),
    ];
    this.#weights = unrolled(this.#weights, this.#head);
    this.#times = unrolled(this.#times, this.#head);
    this.#head = 0;
  }
}

/** Twice the length, beginning with what stood at `head`. */
function unrolled(column: Float64Array, head: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(column.length * 2);
  grown.set(column.subarray(head));
  grown.set(column.subarray(0, head), column.length - head);
  return grown;
}
