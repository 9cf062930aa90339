/**
 * Searches, sorts and pages the store for the inspector. The order of one query is kept for a moment, so that paging
 * through 100,000 entries sorts once; entries that have gone meanwhile are left out.
 */
import type { EntryQuery, EntrySort } from '../../contract/commands.ts';
import type { EntrySummary } from '../../contract/entry.ts';
import { hostOf, makeHostMatcher, makeTextMatcher } from '../../http/url-forms.ts';
import { stateOf, summarise } from './entry-view.ts';
import type { CacheStore } from '../store/memory/memory-store.ts';

/** While paging on, an order made for the same query is used this long even if the store changed, ms. */
const KEPT_MS = 1500;
const DEFAULT_LIMIT = 200;

export interface SearchResult {
  entries: EntrySummary[];
  total: number;
  /** Bytes charged for all that matched. */
  bytes: number;
  version: number;
}

export class EntrySearch {
  readonly #store: CacheStore;
  #last: { key: string; version: number; atMs: number; ids: Uint32Array; bytes: number } | undefined;

  constructor(store: CacheStore) {
    this.#store = store;
  }

  list(query: EntryQuery, nowMs: number): SearchResult {
    const key = JSON.stringify([query.text, query.host, query.state, query.sort, query.descending]);
    const { version } = this.#store;
    let found = this.#last;
    // Which entries are fresh changes without the store changing.
    const young = found !== undefined && nowMs - found.atMs < KEPT_MS;
    const usable =
      found !== undefined &&
      found.key === key &&
      (found.version === version ? young || query.state === undefined : young && (query.offset ?? 0) > 0);
    if (found === undefined || !usable) found = this.#last = { key, version, atMs: nowMs, ...this.#find(query, nowMs) };
    const offset = query.offset ?? 0;
    const entries: EntrySummary[] = [];
    for (const id of found.ids.subarray(offset, offset + (query.limit ?? DEFAULT_LIMIT))) {
      const entry = this.#store.get(id);
      if (entry !== undefined) entries.push(summarise(this.#store, entry, nowMs));
    }
    return { entries, total: found.ids.length, bytes: found.bytes, version };
  }

  #find(query: EntryQuery, nowMs: number): { ids: Uint32Array; bytes: number } {
    const { table } = this.#store;
    const hasText = query.text === undefined ? undefined : makeTextMatcher(query.text);
    const isHost = query.host === undefined ? undefined : makeHostMatcher(query.host);
    const slots: number[] = [];
    let bytes = 0;
    for (let slot = 0; slot < table.end; slot++) {
      if (table.id[slot] === 0) continue;
      if (query.state !== undefined && stateOf(this.#store, slot, nowMs) !== query.state) continue;
      if (hasText !== undefined || isHost !== undefined) {
        const url = this.#store.urlOf(slot);
        if (hasText?.(url) === false || isHost?.(url) === false) continue;
      }
      slots.push(slot);
      bytes += this.#store.sizeOf(slot);
    }
    const ordered = this.#order(slots, query.sort ?? 'used');
    // "Used" and times read naturally newest first; `descending` turns any order round.
    if (query.descending ?? query.sort === undefined) ordered.reverse();
    return { ids: Uint32Array.from(ordered, (slot) => table.id[slot]!), bytes };
  }

  #order(slots: number[], sort: EntrySort): number[] {
    const { table } = this.#store;
    switch (sort) {
      case 'url':
        return byText(slots, (slot) => this.#store.urlOf(slot));
      case 'host':
        return byText(slots, (slot) => hostOf(this.#store.urlOf(slot)));
      case 'type':
        return byText(slots, (slot) => this.#store.get(table.id[slot]!)?.head.get('content-type') ?? '');
      case 'status':
        return byNumber(slots, (slot) => table.status[slot]!);
      case 'size':
        return byNumber(slots, (slot) => this.#store.sizeOf(slot));
      case 'stored':
        return byNumber(slots, (slot) => table.storedAtMs[slot]!);
      case 'age':
        return byNumber(slots, (slot) => -table.bornAtMs[slot]!);
      case 'ttl':
        return byNumber(slots, (slot) => table.staleAtMs(slot));
      case 'hits':
        return byNumber(slots, (slot) => table.hits[slot]!);
      case 'used':
        return byNumber(slots, (slot) => table.lastUsedAtMs[slot]!);
    }
  }
}

function byNumber(slots: number[], value: (slot: number) => number): number[] {
  const keys = Float64Array.from(slots, value);
  return sortedBy(slots, (a, b) => keys[a]! - keys[b]!);
}

function byText(slots: number[], value: (slot: number) => string): number[] {
  const keys = slots.map(value);
  return sortedBy(slots, (a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : 0));
}

/** `compare` is given positions in `slots`. */
function sortedBy(slots: readonly number[], compare: (a: number, b: number) => number): number[] {
  const positions = Uint32Array.from(slots, (_, index) => index).sort(compare);
  return Array.from(positions, (position) => slots[position]!);
}
