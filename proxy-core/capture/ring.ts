/**
 * What is kept, oldest first, by number and by age: bounded by count, and by bytes together with the bodies. The newest
 * always stays. Knows nothing of feeds: whoever wants to know what left is told.
 * Invariants: ids rise from slot to slot, and mostly by one; `bytes` is the sum of `chargedBytes` over what is in the
 * ring; both bounds hold after each call.
 */

/** What the ring keeps. */
export interface Kept {
  readonly id: number;
  /** True while it is in the ring: nothing more is kept of one that is not, as nobody would let go of it. */
  isKept: boolean;
  /** What the ring charges for it now. */
  chargedBytes: number;
}

/** Read at each call, so that they may change; `keepBudget` makes a change felt at once. */
export interface RingBounds {
  readonly maxRows: number;
  /** Items and what stands outside the ring, bytes. */
  readonly maxBytes: number;
}

/** What items hold outside the ring: their bodies. */
export interface Outside {
  readonly chargedBytes: number;
}

export class Ring<T extends Kept> {
  readonly #bounds: RingBounds;
  readonly #outside: Outside;
  readonly #left: (item: T, dropped: boolean) => void;
  /** `#first` is the index of the oldest that is still kept, slots before it are empty. */
  #slots: (T | undefined)[] = [];
  #first = 0;
  /** What the items take in memory, estimated, without what stands outside. */
  bytes = 0;
  droppedCount = 0;

  /** `left` is told of everything that goes, and whether it was dropped to make room or forgotten on request. */
  constructor(bounds: RingBounds, outside: Outside, left: (item: T, dropped: boolean) => void) {
    this.#bounds = bounds;
    this.#outside = outside;
    this.#left = left;
  }

  get size(): number {
    return this.#slots.length - this.#first;
  }

  get oldest(): T | undefined {
    return this.#slots[this.#first];
  }

  get(id: number): T | undefined {
    const oldest = this.#slots[this.#first];
    if (oldest === undefined || id < oldest.id) return undefined;
    let low = this.#first;
    let high = this.#slots.length - 1;
    // Where it stands when no number before it is missing; what is forgotten and what a pause leaves out moves it down.
    for (let at = Math.min(high, low + id - oldest.id); low <= high; at = (low + high) >>> 1) {
      const item = this.#slots[at]!;
      if (item.id === id) return item;
      if (item.id < id) low = at + 1;
      else high = at - 1;
    }
    return undefined;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = this.#first; i < this.#slots.length; i++) yield this.#slots[i]!;
  }

  /** Ids must rise. */
  add(item: T, bytes: number): void {
    item.isKept = true;
    this.#slots.push(item);
    this.charge(item, bytes);
  }

  /** What an item takes now. */
  charge(item: T, bytes: number): void {
    this.bytes += bytes - item.chargedBytes;
    item.chargedBytes = bytes;
    this.keepBudget();
  }

  /** Drops the oldest until both bounds are kept; answers how many. */
  keepBudget(): number {
    const before = this.droppedCount;
    const { maxRows, maxBytes } = this.#bounds;
    let size = this.#slots.length - this.#first;
    for (; size > 1 && (size > maxRows || this.bytes + this.#outside.chargedBytes > maxBytes); size--)
      this.#dropOldest();
    return this.droppedCount - before;
  }

  /** Forgets all for which `isOver` holds; answers how many. */
  forget(isOver: (item: T) => boolean): number {
    const kept: T[] = [];
    const before = this.size;
    for (const item of this) {
      if (isOver(item)) this.#letGo(item, false);
      else kept.push(item);
    }
    this.#slots = kept;
    this.#first = 0;
    return before - kept.length;
  }

  #letGo(item: T, dropped: boolean): void {
    this.bytes -= item.chargedBytes;
    item.chargedBytes = 0;
    item.isKept = false;
    this.#left(item, dropped);
  }

  #dropOldest(): void {
    this.#letGo(this.#slots[this.#first]!, true);
    this.#slots[this.#first++] = undefined;
    this.droppedCount++;
    if (this.#first > 4096 && this.#first * 2 > this.#slots.length) {
      this.#slots = this.#slots.slice(this.#first);
      this.#first = 0;
    }
  }
}
