/**
 * Searches, sorts and pages the store for the inspector. The order of one query is kept for a moment, so that paging
 * through 100,000 entries sorts once; entries that have gone meanwhile are left out.
 */
import type { EntryQuery, EntrySort } from '../../contract/commands.ts';
import type { EntrySummary } from '../../contract/entry.ts';
import { hostOf, makeHostMatcher, makeTextMatcher } from '../../http/url-forms.ts';
import { stateOf, summarise } from './entry-view.ts';
import type { EntryStore, EntryView } from '../store/entry-store.ts';

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
  readonly #store: EntryStore;
  readonly #session: string;
  #last: { key: string; version: number; atMs: number; ids: Uint32Array; bytes: number } | undefined;

  constructor(store: EntryStore, session: string) {
    this.#store = store;
    this.#session = session;
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
      if (entry !== undefined) entries.push(summarise(this.#store, this.#session, entry, nowMs));
    }
    return { entries, total: found.ids.length, bytes: found.bytes, version };
  }

  #find(query: EntryQuery, nowMs: number): { ids: Uint32Array; bytes: number } {
    const hasText = query.text === undefined ? undefined : makeTextMatcher(query.text);
    const isHost = query.host === undefined ? undefined : makeHostMatcher(query.host);
    const keyOf = sortKey(this.#store, query.sort ?? 'used');
    const ids: number[] = [];
    const keys: (number | string)[] = [];
    let bytes = 0;
    for (const view of this.#store.entries()) {
      if (query.state !== undefined && stateOf(view, nowMs) !== query.state) continue;
      if (hasText !== undefined || isHost !== undefined) {
        const { url } = view;
        if (hasText?.(url) === false || isHost?.(url) === false) continue;
      }
      ids.push(view.id);
      keys.push(keyOf(view));
      bytes += view.sizeBytes;
    }
    const positions = Uint32Array.from(ids, (_, index) => index).sort((a, b) =>
      keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : 0,
    );
    // "Used" and times read naturally newest first; `descending` turns any order round.
    if (query.descending ?? query.sort === undefined) positions.reverse();
    return { ids: positions.map((position) => ids[position]!), bytes };
  }
}

/** What a sort compares: numbers or texts, never both in one list. */
function sortKey(store: EntryStore, sort: EntrySort): (view: EntryView) => number | string {
  switch (sort) {
    case 'url':
      return (view) => view.url;
    case 'host':
      return (view) => hostOf(view.url);
    case 'type':
      return (view) => store.get(view.id)?.head.get('content-type') ?? '';
    case 'status':
      return (view) => view.status;
    case 'size':
      return (view) => view.sizeBytes;
    case 'stored':
      return (view) => view.storedAtMs;
    case 'age':
      return (view) => -view.bornAtMs;
    case 'ttl':
      return (view) => view.staleAtMs;
    case 'hits':
      return (view) => view.hits;
    case 'used':
      return (view) => view.lastUsedAtMs;
  }
}
