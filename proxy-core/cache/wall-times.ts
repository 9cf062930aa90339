/**
 * Answers of the cache with their times as a clock on the wall shows them now. Inside, all times are core time, which
 * nobody sets; whoever reads an answer holds it against a clock that somebody may have set.
 */
import type { EntryDetail, EntrySummary, PurgeResult, RemovedEntry, RevalidateResult } from '../contract/entry.ts';

/** Answers as they are while the clock was never set (offset 0, ms), else with their times moved. */
export class WallTimes {
  readonly #offsetMs: () => number;

  constructor(offsetMs: () => number) {
    this.#offsetMs = offsetMs;
  }

  entry(entry: EntrySummary): EntrySummary {
    const by = this.#offsetMs();
    if (by === 0) return entry;
    return {
      ...entry,
      storedAtMs: entry.storedAtMs + by,
      staleAtMs: entry.staleAtMs + by,
      lastUsedAtMs: entry.lastUsedAtMs + by,
      ...(entry.swrUntilMs !== undefined && { swrUntilMs: entry.swrUntilMs + by }),
      ...(entry.sieUntilMs !== undefined && { sieUntilMs: entry.sieUntilMs + by }),
    };
  }

  detail(detail: EntryDetail): EntryDetail {
    if (this.#offsetMs() === 0) return detail;
    return {
      ...detail,
      entry: this.entry(detail.entry),
      variants: detail.variants.map((variant) => this.entry(variant)),
      history: this.#moved(detail.history),
    };
  }

  removed(list: RemovedEntry[]): RemovedEntry[] {
    return this.#offsetMs() === 0 ? list : this.#moved(list);
  }

  purged(result: PurgeResult): PurgeResult {
    return result.undoUntilMs === undefined
      ? result
      : { ...result, undoUntilMs: result.undoUntilMs + this.#offsetMs() };
  }

  revalidated(result: RevalidateResult): RevalidateResult {
    switch (result.kind) {
      case 'not-modified':
        return { ...result, entry: this.entry(result.entry) };
      case 'changed':
        return { ...result, entry: result.entry && this.entry(result.entry) };
      case 'failed':
        return result;
    }
  }

  #moved<T extends { atMs: number }>(list: readonly T[]): T[] {
    const by = this.#offsetMs();
    return list.map((item) => ({ ...item, atMs: item.atMs + by }));
  }
}
