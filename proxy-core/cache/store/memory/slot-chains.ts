/** Chains of slots, linked through words of the slots themselves: hash indexes, and the order of use. */
import { randomInt } from 'node:crypto';
import { NONE, WORD, type SlotChunks } from './slot-chunks.ts';

const FIRST_BUCKETS = 256;

/**
 * A hash index over slots. Which bucket a hash falls into depends on a secret of this process, so that nobody can choose
 * URLs that share one; slots of one hash stand newest first. With a word for the slot before, leaving a long chain costs
 * nothing; without, chains of one hash are to be short.
 */
export class ChainIndex {
  readonly #slots: SlotChunks;
  readonly #next: number;
  readonly #hash: number;
  readonly #previous: number | undefined;
  readonly #seed = randomInt(2 ** 31);
  #heads = new Int32Array(FIRST_BUCKETS).fill(NONE);
  #count = 0;

  constructor(slots: SlotChunks, next: number, hash: number, previous?: number) {
    this.#slots = slots;
    this.#next = next;
    this.#hash = hash;
    this.#previous = previous;
  }

  /** First slot of the chain a hash is in; its slots may have others. */
  first(hash: number): number {
    return this.#heads[this.#bucket(hash)]!;
  }

  next(slot: number): number {
    return this.#slots.get(slot, this.#next);
  }

  add(slot: number, hash: number): void {
    this.#slots.set(slot, this.#hash, hash);
    this.#link(slot);
    this.#count++;
    if (this.#count > this.#heads.length) this.#grow();
  }

  remove(slot: number): void {
    const slots = this.#slots;
    const next = slots.get(slot, this.#next);
    const previous = this.#before(slot);
    if (previous < 0) this.#heads[~previous] = next;
    else slots.set(previous, this.#next, next);
    if (this.#previous !== undefined && next !== NONE) slots.set(next, this.#previous, previous);
    this.#count--;
  }

  /** The slot before, or `~bucket` for the first of a chain. */
  #before(slot: number): number {
    if (this.#previous !== undefined) return this.#slots.get(slot, this.#previous);
    const bucket = this.#bucket(this.#slots.get(slot, this.#hash));
    let before = ~bucket;
    for (let at = this.#heads[bucket]!; at !== slot; at = this.next(at)) before = at;
    return before;
  }

  /** MurmurHash3's last steps over hash and seed. */
  #bucket(hash: number): number {
    let mixed = hash ^ this.#seed;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) & (this.#heads.length - 1);
  }

  #link(slot: number): void {
    const slots = this.#slots;
    const bucket = this.#bucket(slots.get(slot, this.#hash));
    const head = this.#heads[bucket]!;
    slots.set(slot, this.#next, head);
    if (this.#previous !== undefined) {
      slots.set(slot, this.#previous, ~bucket);
      if (head !== NONE) slots.set(head, this.#previous, slot);
    }
    this.#heads[bucket] = slot;
  }

  #grow(): void {
    const old = this.#heads;
    this.#heads = new Int32Array(old.length * 2).fill(NONE);
    const chain: number[] = [];
    for (const head of old) {
      for (let slot = head; slot !== NONE; slot = this.next(slot)) chain.push(slot);
      // Oldest first, so that within a chain the newest stays in front.
      while (chain.length > 0) this.#link(chain.pop()!);
    }
  }
}

/** Which entry was used longest ago. */
export class UseOrder {
  readonly #slots: SlotChunks;
  #oldest = NONE;
  #newest = NONE;
  #size = 0;

  constructor(slots: SlotChunks) {
    this.#slots = slots;
  }

  get size(): number {
    return this.#size;
  }

  add(slot: number): void {
    this.#append(slot);
    this.#size++;
  }

  remove(slot: number): void {
    this.#detach(slot);
    this.#size--;
  }

  /** Counts as used last. */
  touch(slot: number): void {
    if (slot === this.#newest) return;
    this.#detach(slot);
    this.#append(slot);
  }

  /** The slot used longest ago that may go, or {@link NONE}; those that may not are counted as used, so that they are not met again at once. */
  oldest(mayGo: (slot: number) => boolean): number {
    for (let left = this.#size; left > 0; left--) {
      const slot = this.#oldest;
      if (mayGo(slot)) return slot;
      this.touch(slot);
    }
    return NONE;
  }

  #append(slot: number): void {
    const slots = this.#slots;
    slots.set(slot, WORD.older, this.#newest);
    slots.set(slot, WORD.newer, NONE);
    if (this.#newest === NONE) this.#oldest = slot;
    else slots.set(this.#newest, WORD.newer, slot);
    this.#newest = slot;
  }

  #detach(slot: number): void {
    const slots = this.#slots;
    const older = slots.get(slot, WORD.older);
    const newer = slots.get(slot, WORD.newer);
    if (older === NONE) this.#oldest = newer;
    else slots.set(older, WORD.newer, newer);
    if (newer === NONE) this.#newest = older;
    else slots.set(newer, WORD.older, older);
  }
}
