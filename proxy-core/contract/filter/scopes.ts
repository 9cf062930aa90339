/** What the list of traffic and the list of stored responses tell a filter of their rows. */
import type { EntrySummary } from '../entry.ts';
import type { ExchangeRow } from '../exchange.ts';
import { isNotStored } from '../explain/not-stored.ts';
import { FIELD_PREFIXES, type Scope } from './language.ts';

/** Misses that a change of the response's fields, or of the request, could turn into hits. */
const FIXABLE: ReadonlySet<string> = new Set([
  'no-freshness-information',
  'response-no-store',
  'response-private',
  'set-cookie',
  'vary-any',
  'vary-mismatch',
  'expired',
  'validation-required',
  'authorization',
  'request-no-cache',
  'request-max-age',
  'body-over-limit',
]);

/** A row that went wrong: the proxy failed, or the response is a 4xx or 5xx. */
const isErrorRow = (row: ExchangeRow): boolean =>
  row.state === 'failed' || row.outcome === 'ERROR' || row.error !== undefined || (row.status ?? 0) >= 400;

/** Exchanges, as the table and the control API have them. */
export const TRAFFIC: Scope<ExchangeRow> = {
  name: 'traffic',
  texts: {
    host: (row) => row.host,
    path: (row) => row.path,
    url: (row) => row.url,
    reason: (row) => row.reason,
    client: (row) => row.client,
    app: (row) => row.app,
    error: (row) => row.error,
    op: (row) => row.operation,
    note: (row) => row.note,
    color: (row) => row.color,
  },
  amounts: {
    size: (row) => row.responseBytes,
    time: (row) => row.durationMs,
    age: (row) => (row.ageSeconds === undefined ? undefined : row.ageSeconds * 1000),
    ttl: (row) => (row.ttlSeconds === undefined ? undefined : row.ttlSeconds * 1000),
  },
  method: (row) => row.method,
  status: (row) => row.status,
  type: (row) => row.contentType,
  proto: (row) => row.protocol,
  cacheStatus: (row) => row.cacheStatus,
  outcome: (row) => row.outcome,
  is: {
    pending: (row) => row.state === 'pending',
    open: (row) => row.state === 'open' || row.state === 'pending',
    done: (row) => row.state === 'done',
    failed: (row) => row.state === 'failed',
    left: (row) => row.state === 'client-left',
    error: isErrorRow,
    tunnel: (row) => row.kind === 'tunnel',
    intercepted: (row) => row.tls === 'intercepted',
    accepted: (row) => row.accepted !== undefined,
    stored: (row) => row.entryId !== undefined,
    'not-stored': isNotStored,
    collapsed: (row) => row.collapsed === true,
    cached: (row) => row.cacheStatus === 'HIT',
    reload: (row) => row.demand !== undefined,
    fixable: (row) => row.reason !== undefined && FIXABLE.has(row.reason),
  },
  free: [(row) => row.reason, (row) => row.operation, (row) => row.note],
  fields: FIELD_PREFIXES,
  bodies: ['body', 'req.body', 'res.body'],
};

/** What is asked of a stored response; its URL is read where it is needed, and so is each of the others. */
export type StoredSubject = Pick<
  EntrySummary,
  | 'url'
  | 'host'
  | 'method'
  | 'status'
  | 'sizeBytes'
  | 'ageSeconds'
  | 'ttlSeconds'
  | 'hits'
  | 'state'
  | 'pinned'
  | 'variant'
> & {
  readonly contentType?: string | undefined;
  readonly partial?: true | undefined;
  readonly compressedBytes?: number | undefined;
  readonly tags?: readonly string[] | undefined;
};

function pathOf(url: string): string {
  const slash = url.indexOf('/', url.indexOf('://') + 3);
  return slash < 0 ? '' : url.slice(slash);
}

/** Stored responses. */
export const STORED: Scope<StoredSubject> = {
  name: 'cache',
  texts: {
    host: (entry) => entry.host,
    path: (entry) => pathOf(entry.url),
    url: (entry) => entry.url,
    tag: (entry) => entry.tags?.join(' '),
    variant: (entry) => entry.variant,
  },
  amounts: {
    size: (entry) => entry.sizeBytes,
    age: (entry) => entry.ageSeconds * 1000,
    ttl: (entry) => entry.ttlSeconds * 1000,
    hits: (entry) => entry.hits,
  },
  method: (entry) => entry.method,
  status: (entry) => entry.status,
  type: (entry) => entry.contentType,
  is: {
    fresh: (entry) => entry.state === 'fresh',
    usable: (entry) => entry.state === 'stale-usable',
    stale: (entry) => entry.state !== 'fresh',
    pinned: (entry) => entry.pinned,
    partial: (entry) => entry.partial === true,
    compressed: (entry) => entry.compressedBytes !== undefined,
  },
  free: [(entry) => entry.variant],
  fields: FIELD_PREFIXES,
  bodies: ['body', 'res.body'],
};
