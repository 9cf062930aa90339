/** Keys recently removed from the store: when, why and by what, so that a miss can say that the entry was here. */
import type { RemovedEntry } from '../../contract/entry.ts';
import type { RemovalReason } from '../../contract/reasons.ts';
import { cacheKey } from '../key.ts';

const REMEMBERED = 4096;

interface Removal {
  atMs: number;
  why: RemovalReason;
  by?: string;
}

export class RemovedRing {
  /** By place, which go round; undefined where a URL was removed again since, or is back. */
  readonly #urls: (string | undefined)[] = [];
  readonly #removals: (Removal | undefined)[] = [];
  /** A URL stands once, with its last removal. */
  readonly #placeOf = new Map<string, number>();
  #next = 0;

  add(url: string, atMs: number, why: RemovalReason, by: string | undefined): void {
    this.forget(url);
    const place = this.#next;
    const oldest = this.#urls[place];
    if (oldest !== undefined) this.#placeOf.delete(oldest);
    this.#urls[place] = url;
    this.#removals[place] = by === undefined ? { atMs, why } : { atMs, why, by };
    this.#placeOf.set(url, place);
    this.#next = (place + 1) % REMEMBERED;
  }

  /** The last removal under this URL. */
  get(url: string): Readonly<Removal> | undefined {
    const place = this.#placeOf.get(url);
    return place === undefined ? undefined : this.#removals[place];
  }

  /** It is here again. */
  forget(url: string): void {
    const place = this.#placeOf.get(url);
    if (place === undefined) return;
    this.#placeOf.delete(url);
    this.#urls[place] = this.#removals[place] = undefined;
  }

  /** Newest first. */
  list(limit: number): RemovedEntry[] {
    const out: RemovedEntry[] = [];
    for (let back = 1; back <= this.#urls.length && out.length < limit; back++) {
      const place = (this.#next - back + REMEMBERED) % REMEMBERED;
      const url = this.#urls[place];
      const removal = this.#removals[place];
      if (url !== undefined && removal !== undefined) out.push({ cacheKey: cacheKey('GET', url), url, ...removal });
    }
    return out;
  }

  /** The removals under a hex key. */
  byKey(key: string): RemovedEntry[] {
    return this.list(REMEMBERED).filter((removed) => removed.cacheKey === key);
  }
}
