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
  /** By URL, oldest first; a URL stands once, with its last removal. */
  readonly #byUrl = new Map<string, Removal>();

  add(url: string, atMs: number, why: RemovalReason, by: string | undefined): void {
    this.#byUrl.delete(url);
    if (this.#byUrl.size >= REMEMBERED) {
      for (const oldest of this.#byUrl.keys()) {
        this.#byUrl.delete(oldest);
        break;
      }
    }
    this.#byUrl.set(url, by === undefined ? { atMs, why } : { atMs, why, by });
  }

  /** The last removal under this URL. */
  get(url: string): Readonly<Removal> | undefined {
    return this.#byUrl.get(url);
  }

  /** It is here again. */
  forget(url: string): void {
    this.#byUrl.delete(url);
  }

  /** Newest first. */
  list(limit: number): RemovedEntry[] {
    const out: RemovedEntry[] = [];
    const all = [...this.#byUrl];
    for (let i = all.length - 1; i >= 0 && out.length < limit; i--) {
      const [url, removal] = all[i]!;
      out.push({ cacheKey: cacheKey('GET', url), url, ...removal });
    }
    return out;
  }

  /** The removals under a hex key. */
  byKey(key: string): RemovedEntry[] {
    return this.list(REMEMBERED).filter((removed) => removed.cacheKey === key);
  }
}
