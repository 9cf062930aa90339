/** Stored entries in the contract's words. */
import { makeEntryId } from '../../contract/entry-id.ts';
import type { EntryDetail, EntryState, EntrySummary } from '../../contract/entry.ts';
import { toFieldLines } from '../../http/fields.ts';
import { hostOf } from '../../http/url-forms.ts';
import { mediaTypeOf } from '../../contract/media-types.ts';
import { cacheKey } from '../key.ts';
import type { EntryStore, EntryView } from '../store/entry-store.ts';
import type { StoredEntry } from '../store/stored-entry.ts';
import { readTags } from './tags.ts';
import { ABSENT } from '../decide/vary.ts';

/** Fresh, usable though stale, or stale. */
export function stateOf(view: EntryView, nowMs: number): EntryState {
  const { staleAtMs } = view;
  if (nowMs < staleAtMs && !view.noCache) return 'fresh';
  if (view.mustRevalidate || view.noCache) return 'stale';
  return nowMs < staleAtMs + view.staleWindowSeconds * 1000 ? 'stale-usable' : 'stale';
}

/** An entry that is in the store of this session. */
export function summarise(store: EntryStore, session: string, entry: StoredEntry, nowMs: number): EntrySummary {
  const view = viewOf(store, entry);
  const { staleAtMs } = view;
  const contentType = mediaTypeOf(entry.head.get('content-type'));
  const vary = entry.head.combined('vary');
  const tags = view.hasTags ? readTags(entry.fields) : [];
  return {
    id: makeEntryId(session, entry.id),
    cacheKey: cacheKey('GET', entry.url),
    variant: variantText(entry),
    method: entry.headOnly ? 'HEAD' : 'GET',
    url: entry.url,
    host: hostOf(entry.url),
    status: entry.status,
    ...(contentType !== undefined && { contentType }),
    sizeBytes: view.sizeBytes,
    bodyBytes: entry.bodyBytes,
    ...(view.savedBytes > 0 && { compressedBytes: view.storedBytes }),
    storedAtMs: entry.storedAtMs,
    ageSeconds: Math.max(0, Math.floor((nowMs - entry.bornAtMs) / 1000)),
    lifetimeSeconds: entry.lifetimeSeconds,
    ttlSeconds: Math.floor((staleAtMs - nowMs) / 1000),
    state: stateOf(view, nowMs),
    staleAtMs,
    ...(entry.swrSeconds !== undefined && { swrUntilMs: staleAtMs + entry.swrSeconds * 1000 }),
    ...(entry.sieSeconds !== undefined && { sieUntilMs: staleAtMs + entry.sieSeconds * 1000 }),
    hits: view.hits,
    lastUsedAtMs: view.lastUsedAtMs,
    ...(entry.etag !== undefined && { etag: entry.etag }),
    ...(entry.lastModified !== undefined && { lastModified: entry.lastModified }),
    ...(vary !== undefined && { vary }),
    pinned: view.pinned,
    ...(entry.partial && { partial: true as const }),
    ...(tags.length > 0 && { tags }),
  };
}

export function describe(store: EntryStore, session: string, entry: StoredEntry, nowMs: number): EntryDetail {
  return {
    entry: summarise(store, session, entry, nowMs),
    fields: toFieldLines(entry.fields),
    varyBy: toFieldLines(entry.varyBy).map(([name, value]) => [name, value === ABSENT ? '' : value]),
    variants: store
      .lookup(entry.url)
      .filter((other) => other.id !== entry.id)
      .map((other) => summarise(store, session, other, nowMs)),
    history: store.history.of(entry.id),
    lifetimeSource: viewOf(store, entry).lifetimeSource,
  };
}

function viewOf(store: EntryStore, entry: StoredEntry): EntryView {
  const view = store.view(entry.id);
  if (view === undefined) throw new Error(`entry ${entry.id} is not in the store`);
  return view;
}

/** `accept-language: en; foo: (none)`; what a part holds stands here too, since it selects. */
export function variantText(entry: StoredEntry): string {
  const out: string[] = [];
  for (let i = 0; i < entry.varyBy.length; i += 2)
    out.push(`${entry.varyBy[i]}: ${entry.varyBy[i + 1] === ABSENT ? '(none)' : entry.varyBy[i + 1]}`);
  if (entry.partial) out.push(entry.head.get('content-range') ?? 'part');
  if (entry.headOnly) out.push('HEAD');
  return out.join('; ');
}
