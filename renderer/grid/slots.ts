/**
 * Which elements draw which row. A row keeps its elements as long as it is drawn, wherever it moves: what is in them need
 * not be drawn again. Rows that come take the elements of those that left.
 */
export class Slots<Key> {
  #held = new Map<Key, number>();

  /** A slot for each key, in their order. Pure but for what {@link keep} is told. */
  assign(keys: readonly Key[]): number[] {
    const taken = new Set<number>();
    const slots = keys.map((key) => {
      const slot = this.#held.get(key);
      if (slot !== undefined) taken.add(slot);
      return slot;
    });
    let next = 0;
    return slots.map((slot) => {
      if (slot !== undefined) return slot;
      while (taken.has(next)) next++;
      return next++;
    });
  }

  /** These were drawn. */
  keep(keys: readonly Key[], slots: readonly number[]): void {
    this.#held = new Map(keys.map((key, at) => [key, slots[at] ?? at]));
  }
}
