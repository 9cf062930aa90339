/**
 * The bounded queue between the event hub and the sender: first in, first out, bounded by count and by bytes. When it
 * is full the oldest record goes: the newest ones say most about what is happening now.
 */

/** A waiting record with what it weighs and since when it waits. */
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

/**
 * Invariants: `size <= limits.events`, `bytes <= limits.bytes`, `bytes` = sum over the waiting records. A record that
 * is heavier than the whole queue is never taken in.
 */
export class BoundedQueue<T> {
  /** A circle of slots that doubles when it is full; `head` is the oldest. */
  #slots: (Waiting<T> | undefined)[] = new Array<Waiting<T> | undefined>(64).fill(undefined);
  #head = 0;
  #size = 0;
  #bytes = 0;
  #limits: QueueLimits;

  constructor(limits: QueueLimits) {
    this.#limits = { ...limits };
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Unix ms since when the oldest waits; undefined when nothing waits. */
  get oldestAtMs(): number | undefined {
    return this.#slots[this.#head]?.atMs;
  }

  /** Adds at the end. Returns how many records were dropped for it (the new one itself when it is too heavy). */
  push(item: T, bytes: number, atMs: number): number {
    if (bytes > this.#limits.bytes) return 1;
    this.#reserve();
    this.#slots[(this.#head + this.#size) % this.#slots.length] = { item, bytes, atMs };
    this.#size += 1;
    this.#bytes += bytes;
    return this.#trim();
  }

  /** Puts records back at the front, oldest first, as they were taken. Returns how many were dropped. */
  putBack(records: readonly Waiting<T>[]): number {
    for (const record of records.toReversed()) {
      this.#reserve();
      this.#head = (this.#head - 1 + this.#slots.length) % this.#slots.length;
      this.#slots[this.#head] = record;
      this.#size += 1;
      this.#bytes += record.bytes;
    }
    return this.#trim();
  }

  /** Takes from the front: at most `maxEvents` and `maxBytes`, at least one when any waits. */
  take(maxBytes: number, maxEvents: number): Waiting<T>[] {
    const taken: Waiting<T>[] = [];
    let bytes = 0;
    while (this.#size > 0 && taken.length < maxEvents) {
      const next = this.#slots[this.#head];
      if (next === undefined || (taken.length > 0 && bytes + next.bytes > maxBytes)) break;
      this.#shift();
      taken.push(next);
      bytes += next.bytes;
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
    while (this.#size > 0) this.#shift();
    return dropped;
  }

  #shift(): void {
    this.#bytes -= this.#slots[this.#head]?.bytes ?? 0;
    // The slot is emptied so that a sent record is not kept alive until the circle comes round.
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.#slots.length;
    this.#size -= 1;
  }

  #trim(): number {
    let dropped = 0;
    while (this.#size > this.#limits.events || this.#bytes > this.#limits.bytes) {
      this.#shift();
      dropped += 1;
    }
    return dropped;
  }

  /** Makes room for one more. */
  #reserve(): void {
    if (this.#size < this.#slots.length) return;
    const old = this.#slots;
    const grown = new Array<Waiting<T> | undefined>(old.length * 2).fill(undefined);
    for (let index = 0; index < this.#size; index += 1) grown[index] = old[(this.#head + index) % old.length];
    this.#slots = grown;
    this.#head = 0;
  }
}
