/**
 * Which fetches were overtaken: begun before their URL was invalidated (RFC 9111 §4.4) or evicted by a person, so what
 * they bring may be what was there before. A fixed table of marks by URL hash: two URLs that share a place cost one
 * response not stored, never one wrongly stored.
 */

/** Places; a power of two. 32 KiB. */
const PLACES = 4096;

export class Generations {
  /** The mark that the last change of a URL in this place made. */
  readonly #changed = new Float64Array(PLACES);
  #allChanged = 0;
  #mark = 0;

  /** The generation now; kept by what begins. */
  get mark(): number {
    return this.#mark;
  }

  /** The URL with this hash changed. */
  advance(urlHash: number): void {
    this.#changed[urlHash & (PLACES - 1)] = ++this.#mark;
  }

  /** Any URL may have changed. */
  advanceAll(): void {
    this.#allChanged = ++this.#mark;
  }

  /** True when the URL changed after `mark` was taken. */
  changedSince(urlHash: number, mark: number): boolean {
    return this.#allChanged > mark || this.#changed[urlHash & (PLACES - 1)]! > mark;
  }
}
