/**
 * What was worked out for strings seen lately, so that a string that comes again costs a lookup. Bounded by count, by the
 * length of a key and of all keys: two generations, of which the older is forgotten when the younger is full.
 */
/** Characters a generation may hold, for each of the values it may. */
const CHARS_EACH = 128;

export class Recent<V> {
  readonly #perGeneration: number;
  readonly #maxKeyLength: number;
  #youngChars = 0;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  /** Keeps the newest `count` values at least (fewer when their keys are long), twice as many at most; keys longer than `maxKeyLength` are not kept. */
  constructor(count: number, maxKeyLength: number) {
    this.#perGeneration = count;
    this.#maxKeyLength = maxKeyLength;
  }

  /** Forgets all. */
  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#youngChars = 0;
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

  /** Keeps a value in the place of the one before, which it answers. */
  swap(key: string, value: V): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) {
      this.#young.set(key, value);
      return young;
    }
    const old = this.#old.get(key);
    this.set(key, value);
    return old;
  }

  set(key: string, value: V): void {
    if (key.length > this.#maxKeyLength) return;
    if (this.#young.size >= this.#perGeneration || this.#youngChars + key.length > this.#perGeneration * CHARS_EACH) {
      this.#youngChars = 0;
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#youngChars += key.length;
    this.#young.set(key, value);
  }
}
