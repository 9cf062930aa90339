/**
 * What almost matched: for a request that missed, the one stored (or lately removed) response nearest to it and the
 * single thing that differed. Asked on misses only; looks at a bounded number of entries with the same host and path.
 */
import type { Neighbour, ReasonCode } from '../contract/reasons.ts';
import type { CacheStore } from './store.ts';

/** Entries looked at for one miss. */
const LOOKED_AT = 32;

const REMOVED_REASONS = {
  capacity: 'evicted-capacity',
  user: 'evicted-by-user',
  invalidated: 'invalidated',
  expired: 'expired-removed',
  replaced: 'uri-miss',
} as const satisfies Record<string, ReasonCode>;

/** Why nothing is stored under a URL: it was here and went, or something near it is. */
export function explainUriMiss(store: CacheStore, url: string): { reason: ReasonCode; neighbour?: Neighbour } {
  const removal = store.removed.get(url);
  if (removal !== undefined) {
    const { atMs, why, by } = removal;
    return { reason: REMOVED_REASONS[why], neighbour: { url, difference: { kind: 'removed', atMs, why, ...(by !== undefined && { by }) } } };
  }
  for (const slot of store.neighbours(url, LOOKED_AT)) {
    const stored = store.urlOf(slot);
    const difference = findSingleDifference(stored, url);
    if (difference !== undefined) return { reason: 'uri-miss', neighbour: { url: stored, entryId: store.table.id[slot]!, difference } };
  }
  return { reason: 'uri-miss' };
}

interface Pieces {
  scheme: string;
  host: string;
  path: string;
  query: string | undefined;
}

function split(url: string): Pieces {
  const scheme = url.slice(0, url.indexOf(':'));
  const afterScheme = scheme.length + 3;
  const slash = url.indexOf('/', afterScheme);
  const mark = url.indexOf('?', afterScheme);
  return {
    scheme,
    host: url.slice(afterScheme, slash),
    path: url.slice(slash, mark < 0 ? undefined : mark),
    query: mark < 0 ? undefined : url.slice(mark + 1),
  };
}

/** The one thing in which two URLs differ; undefined when they differ in more, or in nothing. */
export function findSingleDifference(storedUrl: string, sentUrl: string): Neighbour['difference'] | undefined {
  const stored = split(storedUrl);
  const sent = split(sentUrl);
  if (stored.host !== sent.host) return undefined;
  const samePath = stored.path === sent.path;
  const sameQuery = stored.query === sent.query;
  if (stored.scheme !== sent.scheme) return samePath && sameQuery ? { kind: 'scheme', stored: stored.scheme, sent: sent.scheme } : undefined;
  if (!samePath) return sameQuery ? { kind: 'path', stored: stored.path, sent: sent.path } : undefined;
  return sameQuery ? undefined : findParameterDifference(stored.query, sent.query);
}

function findParameterDifference(storedQuery: string | undefined, sentQuery: string | undefined): Neighbour['difference'] | undefined {
  const stored = (storedQuery ?? '').split('&').filter((item) => item !== '');
  const sent = (sentQuery ?? '').split('&').filter((item) => item !== '');
  const onlySent = [...sent];
  const onlyStored = stored.filter((item) => {
    const at = onlySent.indexOf(item);
    if (at >= 0) onlySent.splice(at, 1);
    return at < 0;
  });
  if (onlyStored.length > 1 || onlySent.length > 1) return undefined;
  const [was] = onlyStored;
  const [is] = onlySent;
  // The same parameters in another order, or an empty query.
  if (was === undefined && is === undefined) return { kind: 'path', stored: `?${storedQuery ?? ''}`, sent: `?${sentQuery ?? ''}` };
  const name = nameOf((was ?? is)!);
  if (was !== undefined && is !== undefined && nameOf(is) !== name) return undefined;
  return { kind: 'query', parameter: name, stored: was === undefined ? null : valueOf(was), sent: is === undefined ? null : valueOf(is) };
}

const nameOf = (item: string): string => item.split('=', 1)[0]!;
const valueOf = (item: string): string => item.slice(nameOf(item).length + 1);
