/**
 * Searches, sorts and pages the store for the inspector. The order of one query is kept for a moment, so that paging
 * through 100,000 entries sorts once; entries that have gone meanwhile are left out.
 */
import { HOSTS_MAX, type EntryQuery, type EntrySort } from '../../contract/commands.ts';
import type { EntrySummary, HostShare } from '../../contract/entry.ts';
import { filterOf } from '../../contract/filter/query.ts';
import { STORED } from '../../contract/filter/scopes.ts';
import { hostOf, makeHostMatcher, makeTextMatcher } from '../../http/url-forms.ts';
import { EntryFilter, type Found } from './entry-filter.ts';
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
  /** Of a list by host. */
  hosts?: HostShare[];
}

interface Order extends Found {
  key: string;
  version: number;
  atMs: number;
  unsearched: number;
  hosts: HostShare[] | undefined;
}

const keyOf = (query: EntryQuery): string =>
  JSON.stringify([query.q, query.text, query.host, query.state, query.sort, query.descending, query.byHost]);

export class EntrySearch {
  readonly #store: EntryStore;
  readonly #session: string;
  #last: Order | undefined;

  constructor(store: EntryStore, session: string) {
    this.#store = store;
    this.#session = session;
  }

  list(query: EntryQuery, nowMs: number): SearchResult {
    return this.#page(query, this.#order(query, nowMs), nowMs);
  }

  /** The numbers of a page, in its order. */
  async ids(query: EntryQuery, nowMs: number): Promise<number[]> {
    const { q, offset = 0, limit = DEFAULT_LIMIT } = query;
    const { ids } = q === undefined ? this.#order(query, nowMs) : await this.#searched({ ...query, q }, nowMs);
    return [...ids.subarray(offset, offset + limit)].filter((id) => this.#store.has(id));
  }

  /** What is known of the order is of no use any more: somebody evicted, or took that back. */
  forget(): void {
    this.#last = undefined;
  }

  #order(query: EntryQuery, nowMs: number): Order {
    return this.#known(query, nowMs) ?? this.#keep(query, nowMs, this.#find(query, nowMs));
  }

  /** The same for a query with a filter; bodies are looked into where the rest of it does not decide. */
  async search(query: EntryQuery & { q: string }, nowMs: number): Promise<SearchResult & { unsearched?: number }> {
    const order = await this.#searched(query, nowMs);
    const { unsearched } = order;
    return { ...this.#page(query, order, nowMs), ...(unsearched > 0 && { unsearched }) };
  }

  async #searched(query: EntryQuery & { q: string }, nowMs: number): Promise<Order> {
    const filter = filterOf(query.q, STORED);
    const known = this.#known(query, nowMs);
    if (known !== undefined) return known;
    const asked = filter === null ? undefined : new EntryFilter(this.#store, filter, nowMs);
    const found = this.#find(query, nowMs, asked && ((view) => asked.passes(view)));
    const unsearched = (await asked?.readBodies()) ?? 0;
    return this.#keep(query, nowMs, { ...(asked?.left(found) ?? found), unsearched });
  }

  /** An order that was made for this query a moment ago. */
  #known(query: EntryQuery, nowMs: number): Order | undefined {
    const found = this.#last;
    if (found === undefined || found.key !== keyOf(query)) return undefined;
    // Which entries are fresh changes without the store changing.
    const young = nowMs - found.atMs < KEPT_MS;
    const lasts = query.state === undefined && query.q === undefined;
    return (found.version === this.#store.version ? young || lasts : young && (query.offset ?? 0) > 0)
      ? found
      : undefined;
  }

  #keep(query: EntryQuery, nowMs: number, found: Found & { unsearched?: number }): Order {
    const hosts = query.byHost === true ? this.#hosts(found.ids) : undefined;
    return (this.#last = {
      unsearched: 0,
      ...found,
      hosts,
      key: keyOf(query),
      version: this.#store.version,
      atMs: nowMs,
    });
  }

  #page(query: EntryQuery, found: Order, nowMs: number): SearchResult {
    const offset = query.offset ?? 0;
    const entries: EntrySummary[] = [];
    for (const id of found.ids.subarray(offset, offset + (query.limit ?? DEFAULT_LIMIT))) {
      const entry = this.#store.get(id);
      if (entry !== undefined) entries.push(summarise(this.#store, this.#session, entry, nowMs));
    }
    const { hosts, bytes } = found;
    return {
      entries,
      total: found.ids.length,
      bytes,
      version: this.#store.version,
      ...(hosts !== undefined && { hosts }),
    };
  }

  /** What each host has of a list by host; undefined when there are too many of them. */
  #hosts(ids: Uint32Array): HostShare[] | undefined {
    const hosts: HostShare[] = [];
    for (const id of ids) {
      const view = this.#store.view(id);
      if (view === undefined) continue;
      const host = hostOf(view.url);
      let last = hosts.at(-1);
      if (last?.host !== host) {
        if (hosts.length === HOSTS_MAX) return undefined;
        hosts.push((last = { host, entries: 0, bytes: 0 }));
      }
      last.entries++;
      last.bytes += view.sizeBytes;
    }
    return hosts;
  }

  #find(query: EntryQuery, nowMs: number, passes?: (view: EntryView) => boolean): Found {
    const hasText = query.text === undefined ? undefined : makeTextMatcher(query.text);
    const isHost = query.host === undefined ? undefined : makeHostMatcher(query.host);
    const keyOf = sortKey(this.#store, query.sort ?? 'used');
    const ids: number[] = [];
    const keys: (number | string)[] = [];
    const hosts: string[] | undefined = query.byHost === true ? [] : undefined;
    let bytes = 0;
    for (const view of this.#store.entries()) {
      if (query.state !== undefined && stateOf(view, nowMs) !== query.state) continue;
      if (hasText !== undefined || isHost !== undefined) {
        const { url } = view;
        if (hasText?.(url) === false || isHost?.(url) === false) continue;
      }
      if (passes?.(view) === false) continue;
      ids.push(view.id);
      keys.push(keyOf(view));
      hosts?.push(hostOf(view.url));
      bytes += view.sizeBytes;
    }
    const positions = Uint32Array.from(ids, (_, index) => index).sort((a, b) =>
      keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : 0,
    );
    // "Used" and times read naturally newest first; `descending` turns any order round.
    if (query.descending ?? query.sort === undefined) positions.reverse();
    // What is sorted once stays so within each host: the second sort is stable.
    if (hosts !== undefined) positions.sort((a, b) => (hosts[a]! < hosts[b]! ? -1 : hosts[a]! > hosts[b]! ? 1 : 0));
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
