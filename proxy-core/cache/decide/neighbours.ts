/**
 * What almost matched: for a request that missed, the one stored (or lately removed) response nearest to it and the
 * single thing that differed. Asked on misses only; looks at a bounded number of entries with the same host and path.
 */
import { plainPath } from '../../contract/explain/paths.ts';
import type { Neighbour, ReasonCode } from '../../contract/reasons.ts';
import type { EntryStore } from '../store/entry-store.ts';

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
export function explainUriMiss(store: EntryStore, url: string): { reason: ReasonCode; neighbour?: Neighbour<number> } {
  const removal = store.removed.get(url);
  if (removal !== undefined) {
    const { atMs, why, by } = removal;
    return {
      reason: REMOVED_REASONS[why],
      neighbour: { url, difference: { kind: 'removed', atMs, why, ...(by !== undefined && { by }) } },
    };
  }
  for (const stored of store.neighbours(url, LOOKED_AT)) {
    const difference = findSingleDifference(stored.url, url);
    if (difference !== undefined)
      return { reason: 'uri-miss', neighbour: { url: stored.url, entryId: stored.id, difference } };
  }
  return { reason: 'uri-miss' };
}

interface Pieces {
  scheme: string;
  /** With its port, unless that is the scheme's. */
  host: string;
  /** Without. */
  name: string;
  path: string;
  query: string | undefined;
}

function split(url: string): Pieces {
  const scheme = url.slice(0, url.indexOf(':'));
  const afterScheme = scheme.length + 3;
  const slash = url.indexOf('/', afterScheme);
  const mark = url.indexOf('?', afterScheme);
  const host = url.slice(afterScheme, slash);
  return {
    scheme,
    host,
    name: host.replace(/:\d+$/, ''),
    path: url.slice(slash, mark < 0 ? undefined : mark),
    query: mark < 0 ? undefined : url.slice(mark + 1),
  };
}

const portOf = ({ scheme, host, name }: Pieces): string =>
  host === name ? (scheme === 'https' ? '443' : '80') : host.slice(name.length + 1);

/** The one thing in which two URLs differ; undefined when they differ in more, or in nothing. */
export function findSingleDifference(storedUrl: string, sentUrl: string): Neighbour['difference'] | undefined {
  const stored = split(storedUrl);
  const sent = split(sentUrl);
  if (stored.host !== sent.host) {
    const isPort = stored.name === sent.name && stored.scheme === sent.scheme;
    return isPort && stored.path === sent.path && stored.query === sent.query
      ? { kind: 'port', stored: portOf(stored), sent: portOf(sent) }
      : undefined;
  }
  const samePath = stored.path === sent.path;
  const sameQuery = stored.query === sent.query;
  if (stored.scheme !== sent.scheme)
    return samePath && sameQuery ? { kind: 'scheme', stored: stored.scheme, sent: sent.scheme } : undefined;
  if (!samePath)
    return sameQuery && plainPath(stored.path) === plainPath(sent.path)
      ? { kind: 'path', stored: stored.path, sent: sent.path }
      : undefined;
  return sameQuery ? undefined : findParameterDifference(stored.query, sent.query);
}

/** Queries that differ in more than this have no single parameter to blame. */
const COMPARED_CHARS = 8192;

/**
 * The parameter in which two queries differ. Linear: what both begin and end with is cut off first, and what is left is
 * counted, not searched.
 */
function findParameterDifference(storedQuery = '', sentQuery = ''): Neighbour['difference'] | undefined {
  const { stored, sent } = withoutCommonEnds(storedQuery, sentQuery);
  if (stored.length > COMPARED_CHARS || sent.length > COMPARED_CHARS) return undefined;
  const counts = new Map<string, number>();
  for (const item of sent.split('&')) if (item !== '') counts.set(item, (counts.get(item) ?? 0) + 1);
  const onlyStored: string[] = [];
  for (const item of stored.split('&')) {
    const count = counts.get(item) ?? 0;
    if (count > 0) counts.set(item, count - 1);
    else if (item !== '' && onlyStored.push(item) > 1) return undefined;
  }
  const onlySent: string[] = [];
  for (const [item, count] of counts) {
    if (count > 0) onlySent.push(item);
    if (count > 1 || onlySent.length > 1) return undefined;
  }
  const [was] = onlyStored;
  const [is] = onlySent;
  // The same parameters in another order, or an empty query.
  if (was === undefined && is === undefined) return { kind: 'path', stored: `?${storedQuery}`, sent: `?${sentQuery}` };
  const name = nameOf((was ?? is)!);
  if (was !== undefined && is !== undefined && nameOf(is) !== name) return undefined;
  return {
    kind: 'query',
    parameter: name,
    stored: was === undefined ? null : valueOf(was),
    sent: is === undefined ? null : valueOf(is),
  };
}

/** Two queries without the parameters both begin with, and those both end with. */
function withoutCommonEnds(stored: string, sent: string): { stored: string; sent: string } {
  const shorter = Math.min(stored.length, sent.length);
  let start = 0;
  for (let i = 0; i < shorter && stored.charCodeAt(i) === sent.charCodeAt(i); i++)
    if (stored.charCodeAt(i) === AMPERSAND) start = i + 1;
  let end = 0;
  for (
    let i = 1;
    i <= shorter - start && stored.charCodeAt(stored.length - i) === sent.charCodeAt(sent.length - i);
    i++
  )
    if (stored.charCodeAt(stored.length - i) === AMPERSAND) end = i;
  return { stored: stored.slice(start, stored.length - end), sent: sent.slice(start, sent.length - end) };
}

const AMPERSAND = 38;
const nameOf = (item: string): string => {
  const equals = item.indexOf('=');
  return equals < 0 ? item : item.slice(0, equals);
};
const valueOf = (item: string): string => item.slice(nameOf(item).length + 1);
