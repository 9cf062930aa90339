/** Stored responses as the inspector and the control API see them. */
import type { EntryId, EntryRef } from './entry-id.ts';
import type { FieldLine } from './exchange.ts';
import type { RemovalReason } from './reasons.ts';

/** `fresh`; `stale-usable` = inside stale-while-revalidate or stale-if-error; `stale` = needs validation. */
export type EntryState = 'fresh' | 'stale-usable' | 'stale';

/** One stored response (one variant). Times are unix ms. */
export interface EntrySummary {
  /** Stable for the life of the entry; no entry of another run of the core has it. */
  id: EntryId;
  /** Hex SHA-256 of `METHOD:URL`; variants of one URL share it. */
  cacheKey: string;
  /** What selects this variant, e.g. `accept-language: en`; empty without Vary. */
  variant: string;
  method: string;
  url: string;
  host: string;
  status: number;
  contentType?: string;
  /** Bytes charged to the budget: key, fields, metadata and body as they lie in memory. */
  sizeBytes: number;
  /** Content bytes as received. */
  bodyBytes: number;
  /** Bytes the body takes in the store, when it is kept compressed. */
  compressedBytes?: number;
  /** When the response was stored or last validated. */
  storedAtMs: number;
  /** Current age now, seconds (RFC 9111 §4.2.3). */
  ageSeconds: number;
  /** Freshness lifetime, seconds. */
  lifetimeSeconds: number;
  /** Freshness left now, seconds; negative when stale. */
  ttlSeconds: number;
  state: EntryState;
  /** Absolute times of the freshness bar. */
  staleAtMs: number;
  /** End of stale-while-revalidate, when given. */
  swrUntilMs?: number;
  /** End of stale-if-error, when given. */
  sieUntilMs?: number;
  hits: number;
  lastUsedAtMs: number;
  etag?: string;
  lastModified?: string;
  vary?: string;
  pinned: boolean;
  /** Only part of the representation is stored. */
  partial?: true;
  /** Surrogate-Key / Cache-Tag values. */
  tags?: string[];
}

/** What is stored of one host, of all that a list is about. */
export interface HostShare {
  host: string;
  entries: number;
  /** Bytes charged for them. */
  bytes: number;
}

/** Something that happened to an entry. */
export interface EntryTick {
  atMs: number;
  kind: 'stored' | 'hit' | 'validated' | 'pinned' | 'unpinned' | 'lifetime-set' | 'made-stale';
  exchangeId?: number;
}

/** One entry with what lies in it. */
export interface EntryDetail {
  entry: EntrySummary;
  /** Fields as stored (no hop-by-hop fields). */
  fields: FieldLine[];
  /** Names and normalised values that select this variant. */
  varyBy: FieldLine[];
  /** Other variants of the same URL. */
  variants: EntrySummary[];
  /** Newest last, bounded. */
  history: EntryTick[];
  /** Where the freshness lifetime came from. */
  lifetimeSource:
    's-maxage' | 'max-age' | 'expires' | 'heuristic' | 'default' | 'fixed-ttl' | 'user' | 'none' | 'cdn-cache-control';
}

/** A removed key that is still remembered. */
export interface RemovedEntry {
  cacheKey: string;
  url: string;
  atMs: number;
  why: RemovalReason;
  /** What caused it: an exchange (`POST /x`), a pattern, `user`. */
  by?: string;
}

/** What to evict; exactly one selector. */
export type PurgeSelector =
  | { ids: EntryRef[] }
  | { url: string }
  | { host: string }
  /** Glob over the URL: `*` any run of characters, `?` one. */
  | { pattern: string }
  | { tag: string }
  | { all: true };

/** What an eviction removed, or would remove. */
export interface PurgeResult {
  entries: number;
  bytes: number;
  /** First few URLs, for the preview. */
  sample: string[];
  /** Take it back with `cache.undo` until `undoUntilMs`; absent for previews and empty results. */
  undoToken?: string;
  undoUntilMs?: number;
}

/** Outcome of `entry.revalidate`. */
export type RevalidateResult =
  | { kind: 'not-modified'; entry: EntrySummary; updatedFields: FieldDifference[] }
  | { kind: 'changed'; status: number; entry: EntrySummary | null; fields: FieldDifference[]; body: BodyDifference }
  | { kind: 'failed'; message: string };

/** One field that differs between the stored copy and the new reply. */
export interface FieldDifference {
  name: string;
  before: string | null;
  after: string | null;
}

/** How the bodies differ; line hunks for text, sizes for the rest. */
export interface BodyDifference {
  same: boolean;
  beforeBytes: number;
  afterBytes: number;
  /** Lines of a unified view (` `, `-`, `+` first); absent for binary or over-large bodies. */
  lines?: string[];
}
