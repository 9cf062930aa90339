/**
 * Which fetches were overtaken: begun before their URL was invalidated (RFC 9111 §4.4) or evicted by a person, so what
 * they bring may be what was there before. A fixed table of marks by URL hash. A place knows whose its last mark is and
 * the highest mark of all others: three URLs must share it within the time of one fetch to cost a response not stored,
 * and none is ever wrongly stored.
 */

/** Places; a power of two. 80 KiB. */
const PLACES = 4096;

export class Generations {
  /** The hash that changed last in this place. */
  readonly #hash = new Uint32Array(PLACES);
  /** The mark its last change made. */
  readonly #changed = new Float64Array(PLACES);
  /** The highest mark of hashes that changed here before it. */
  readonly #others = new Float64Array(PLACES);
  #allChanged = 0;
  #mark = 0;

  /** The generation now; kept by what begins. */
  get mark(): number {
    return this.#mark;
  }

  /** The URL with this hash changed. */
  advance(urlHash: number): void {
    const place = urlHash & (PLACES - 1);
    if (this.#hash[place] !== urlHash) {
      this.#others[place] = this.#changed[place]!;
      this.#hash[place] = urlHash;
    }
    this.#changed[place] = ++this.#mark;
  }

  /** Any URL may have changed. */
  advanceAll(): void {
    this.#allChanged = ++this.#mark;
  }

  /** True when the URL changed after `mark` was taken. */
  changedSince(urlHash: number, mark: number): boolean {
    const place = urlHash & (PLACES - 1);
    return this.#allChanged > mark || (this.#hash[place] === urlHash ? this.#changed : this.#others)[place]! > mark;
  }
}
