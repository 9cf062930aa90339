/** Stored entries in the contract's words. */
import type { EntryDetail, EntryState, EntrySummary } from '../../contract/entry.ts';
import { toFieldLines } from '../../http/fields.ts';
import { hostOf } from '../../http/url-forms.ts';
import { mediaTypeOf } from '../../contract/media-types.ts';
import { cacheKey } from '../key.ts';
import { FLAG, NO_WINDOW } from '../store/memory/slot-table.ts';
import type { CacheStore } from '../store/memory/memory-store.ts';
import type { StoredEntry } from '../store/stored-entry.ts';
import { readTags } from './tags.ts';
import { ABSENT } from '../decide/vary.ts';

/** Longest window after the lifetime in which the entry may still be used. */
function staleWindow(store: CacheStore, slot: number): number {
  const { swr, sie } = store.table;
  return Math.max(swr[slot] === NO_WINDOW ? 0 : swr[slot]!, sie[slot] === NO_WINDOW ? 0 : sie[slot]!);
}

/** Fresh, usable though stale, or stale. */
export function stateOf(store: CacheStore, slot: number, nowMs: number): EntryState {
  const { table } = store;
  const staleAt = table.staleAtMs(slot);
  if (nowMs < staleAt && !table.has(slot, FLAG.noCache)) return 'fresh';
  if (table.has(slot, FLAG.mustRevalidate) || table.has(slot, FLAG.noCache)) return 'stale';
  return nowMs < staleAt + staleWindow(store, slot) * 1000 ? 'stale-usable' : 'stale';
}

export function summarise(store: CacheStore, entry: StoredEntry, nowMs: number): EntrySummary {
  const { table } = store;
  const { slot } = entry;
  const staleAtMs = table.staleAtMs(slot);
  const contentType = mediaTypeOf(entry.head.get('content-type'));
  const vary = entry.head.combined('vary');
  const tags = table.has(slot, FLAG.hasTags) ? readTags(entry.fields) : [];
  return {
    id: entry.id,
    cacheKey: cacheKey('GET', entry.url),
    variant: variantText(entry),
    method: entry.headOnly ? 'HEAD' : 'GET',
    url: entry.url,
    host: hostOf(entry.url),
    status: entry.status,
    ...(contentType !== undefined && { contentType }),
    sizeBytes: store.sizeOf(slot),
    bodyBytes: entry.bodyBytes,
    ...(store.savedOf(slot) > 0 && { compressedBytes: table.keptBytes[slot]! }),
    storedAtMs: entry.storedAtMs,
    ageSeconds: Math.max(0, Math.floor((nowMs - entry.bornAtMs) / 1000)),
    lifetimeSeconds: entry.lifetimeSeconds,
    ttlSeconds: Math.floor((staleAtMs - nowMs) / 1000),
    state: stateOf(store, slot, nowMs),
    staleAtMs,
    ...(entry.swrSeconds !== undefined && { swrUntilMs: staleAtMs + entry.swrSeconds * 1000 }),
    ...(entry.sieSeconds !== undefined && { sieUntilMs: staleAtMs + entry.sieSeconds * 1000 }),
    hits: table.hits[slot]!,
    lastUsedAtMs: table.lastUsedAtMs[slot]!,
    ...(entry.etag !== undefined && { etag: entry.etag }),
    ...(entry.lastModified !== undefined && { lastModified: entry.lastModified }),
    ...(vary !== undefined && { vary }),
    pinned: table.has(slot, FLAG.pinned),
    ...(entry.partial && { partial: true as const }),
    ...(tags.length > 0 && { tags }),
  };
}

export function describe(store: CacheStore, entry: StoredEntry, nowMs: number): EntryDetail {
  return {
    entry: summarise(store, entry, nowMs),
    fields: toFieldLines(entry.fields),
    varyBy: toFieldLines(entry.varyBy).map(([name, value]) => [name, value === ABSENT ? '' : value]),
    variants: store
      .lookup(entry.url)
      .filter((other) => other.id !== entry.id)
      .map((other) => summarise(store, other, nowMs)),
    history: store.history.of(entry.id),
    lifetimeSource: store.table.source(entry.slot),
  };
}

/** `accept-language: en; foo: (none)`; what a part holds stands here too, since it selects. */
function variantText(entry: StoredEntry): string {
  const out: string[] = [];
  for (let i = 0; i < entry.varyBy.length; i += 2)
    out.push(`${entry.varyBy[i]}: ${entry.varyBy[i + 1] === ABSENT ? '(none)' : entry.varyBy[i + 1]}`);
  if (entry.partial) out.push(entry.head.get('content-range') ?? 'part');
  if (entry.headOnly) out.push('HEAD');
  return out.join('; ');
}
