/**
 * What was worked out for strings seen lately, so that a string that comes again costs a lookup. Bounded by count and by
 * the length of a key: two generations, of which the older is forgotten when the younger is full.
 */
export class Recent<V> {
  readonly #perGeneration: number;
  readonly #maxKeyLength: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  /** Keeps the newest `count` values at least, twice as many at most; keys longer than `maxKeyLength` are not kept. */
  constructor(count: number, maxKeyLength: number) {
    this.#perGeneration = count;
    this.#maxKeyLength = maxKeyLength;
  }

  /** Forgets all. */
  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined || this.#old.size === 0) return young;
    const old = this.#old.get(key);
    // What is still asked for survives the change of generations.
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: V): void {
    if (key.length > this.#maxKeyLength) return;
    if (this.#young.size >= this.#perGeneration) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
