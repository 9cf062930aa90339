/**
 * What the cache asks of a store: entries by URL, by key and by id, a budget it keeps, and a view of all entries. How the
 * entries lie is the store's own; whoever uses one sees ids, snapshots and views.
 *
 * Every implementation runs `entry-store.suite.ts`.
 */
import type { RemovalReason } from '../../contract/reasons.ts';
import type { LifetimeSource } from '../decide/freshness.ts';
import type { Generations } from './generations.ts';
import type { History } from './history.ts';
import type { RemovedRing } from './removed-ring.ts';
import type { StoredEntry } from './stored-entry.ts';
import type { StoredFacts } from '../decide/candidate.ts';
import { plainPath } from '../../contract/explain/paths.ts';

/** How much may be kept. */
export interface Budget {
  /** Entries. */
  capacity: number;
  maxBytes: number;
}

/** A response to be kept. */
export interface NewEntry {
  url: string;
  statusText: string;
  facts: StoredFacts;
  chunks: readonly Uint8Array[];
  /** Content bytes, when the chunks are the packed body. */
  contentBytes?: number;
  hasTags: boolean;
}

/** An entry taken out of the store, able to come back. */
export interface TakenEntry extends NewEntry {
  id: number;
  hits: number;
  lastUsedAtMs: number;
  pinned: boolean;
  sizeBytes: number;
}

/** The figures of one entry, read without decoding its head. Good until the store changes or the scan moves on; not to be kept. */
export interface EntryView {
  readonly id: number;
  readonly url: string;
  readonly status: number;
  /** Bytes charged. */
  readonly sizeBytes: number;
  /** Bytes of the body as it lies; fewer than received when it is packed. */
  readonly storedBytes: number;
  /** Bytes that packing saves; 0 when the body lies as received. */
  readonly savedBytes: number;
  readonly bornAtMs: number;
  readonly storedAtMs: number;
  readonly lastUsedAtMs: number;
  /** End of the lifetime. */
  readonly staleAtMs: number;
  /** Longest window after the lifetime in which the entry may still be used, seconds. */
  readonly staleWindowSeconds: number;
  readonly lifetimeSource: LifetimeSource;
  readonly noCache: boolean;
  readonly mustRevalidate: boolean;
  readonly hits: number;
  readonly pinned: boolean;
  readonly hasTags: boolean;
}

/** A stored URL near another. */
export interface NearEntry {
  id: number;
  url: string;
}

export interface EntryStore {
  readonly history: History;
  readonly removed: RemovedRing;
  /** What requests and people made invalid, for fetches under way; and by requests alone, for evictions taken back. */
  readonly generations: Generations;
  readonly invalidations: Generations;
  readonly removals: Readonly<Record<RemovalReason, number>>;
  readonly budget: Budget;
  readonly size: number;
  /** Bytes charged, all entries. */
  readonly bytes: number;
  /** Bytes that packing saves now, all entries. */
  readonly savedBytes: number;
  /** Rises with every change of the set of entries. */
  readonly version: number;
  /** Responses stored since start. */
  readonly storedTotal: number;
  readonly pinnedCount: number;

  /** All stored responses of a URL (variants, parts, HEAD-only ones), newest first. */
  lookup(url: string): StoredEntry[];
  /** All stored responses under a hex key. */
  lookupKey(key: string): StoredEntry[];
  get(id: number): StoredEntry | undefined;
  has(id: number): boolean;
  view(id: number): EntryView | undefined;
  /** A view of each entry in turn, in no particular order. The store is not to be changed meanwhile. */
  entries(): Iterable<EntryView>;
  /** Stored URLs that share host and path (any case, with or without a last slash) with this one; at most `limit` are looked at. */
  neighbours(url: string, limit: number): Iterable<NearEntry>;
  /** Keeps a response; undefined when it cannot fit, whatever is evicted. */
  put(entry: NewEntry, nowMs: number, comeback?: TakenEntry): StoredEntry | undefined;
  /** The same body under a new head (freshened by a 304 or a HEAD); undefined when the entry is gone or no longer fits. */
  updateHead(id: number, facts: StoredFacts, statusText: string, nowMs: number): StoredEntry | undefined;
  /** Overrules the lifetime. */
  setLifetime(id: number, lifetimeSeconds: number): StoredEntry | undefined;
  setPinned(id: number, pinned: boolean): boolean;
  /** Counts a use. */
  use(id: number, nowMs: number, exchangeId: number): void;
  remove(id: number, why: RemovalReason, nowMs: number, by?: string): boolean;
  /** The entry as it could be put back; its bytes stay readable when it is removed. */
  take(id: number): TakenEntry | undefined;
  /** Evicts until the budget, which may have shrunk, is kept. */
  applyBudget(nowMs: number): void;
}

/** Host and path as a person takes them for the same thing, without scheme, port and query: equal for URLs that are neighbours. */
export function neighbourhood(url: string): string {
  const query = url.indexOf('?');
  const bare = url.slice(url.indexOf('://') + 3, query < 0 ? undefined : query);
  const slash = bare.indexOf('/');
  return bare.slice(0, slash).toLowerCase().replace(/:\d+$/, '') + plainPath(bare.slice(slash));
}
