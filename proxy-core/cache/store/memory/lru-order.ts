/**
 * Which entry was used longest ago: `lru-cache` from entry id to slot. It is never let to evict by itself (it could not
 * skip pinned entries, nor say why); the store asks for victims. Its arrays are sized to what is stored, not to the
 * capacity, and doubled when full.
 */
import { LRUCache } from 'lru-cache';

const FIRST_SIZE = 256;

export class LruOrder {
  #max = FIRST_SIZE;
  #cache = new LRUCache<number, number>({ max: FIRST_SIZE });

  get size(): number {
    return this.#cache.size;
  }

  add(id: number, slot: number): void {
    if (this.#cache.size >= this.#max) {
      const larger = new LRUCache<number, number>({ max: this.#max * 2 });
      for (const oldId of this.#cache.rkeys()) larger.set(oldId, this.#cache.peek(oldId));
      this.#max *= 2;
      this.#cache = larger;
    }
    this.#cache.set(id, slot);
  }

  /** The slot of an entry, without counting as use. */
  slotOf(id: number): number | undefined {
    return this.#cache.peek(id);
  }

  touch(id: number): void {
    this.#cache.get(id);
  }

  remove(id: number): void {
    this.#cache.delete(id);
  }

  /** The slot used longest ago that may go; those that may not are counted as used, so that they are not met again at once. */
  oldest(mayGo: (slot: number) => boolean): number | undefined {
    for (let left = this.#cache.size; left > 0; left--) {
      const next = this.#cache.rkeys().next();
      if (next.done === true) return undefined;
      const id = next.value;
      const slot = this.#cache.peek(id);
      if (slot !== undefined && mayGo(slot)) return slot;
      this.#cache.get(id);
    }
    return undefined;
  }
}
