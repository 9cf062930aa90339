/**
 * The event record: what `/api/events`, exports and the Kafka mirror carry. The seed's names and meaning first, then
 * additions; empty fields are left out. Pinned by `docs/cache-event.schema.json` and golden records.
 */
import type { CacheStatus, ExchangeDetail, FieldLine } from './exchange.ts';
import type { TlsHandling } from './tls.ts';

export interface EventRecord {
  url: string;
  method: string;
  status: number;
  cache_key: string;
  cache_status: CacheStatus;
  /** Unix seconds. */
  timestamp: number;
  headers?: Record<string, string>;
  user_id?: string;
  username?: string;
  client_ip: string;
  domain: string;
  response_size: number;
  request_duration_ms: number;
  content_type?: string;
  user_agent?: string;
  event_id: string;
  session_id: string;
  timestamp_ms: number;
  cache_detail?: string;
  cache_status_header?: string;
  protocol?: string;
  age_seconds?: number;
  ttl_seconds?: number;
  request_bytes?: number;
  error?: string;
  tls?: TlsHandling;
  upstream_ms?: number;
  bypass_reason?: string;
}

/** Response fields that never leave in a record: credentials and challenges. */
const REDACTED = new Set([
  'authorization',
  'proxy-authorization',
  'proxy-authenticate',
  'www-authenticate',
  'authentication-info',
  'proxy-authentication-info',
]);

/** Chooses which response fields a record carries; see the setting `kafkaFields`. */
export function parseFieldList(list: string): (lowerName: string) => boolean {
  const items = list
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');
  const out = new Set(items.filter((item) => item.startsWith('-')).map((item) => item.slice(1)));
  const named = new Set(items.filter((item) => !item.startsWith('-')));
  const all = named.has('*');
  return (name) => !out.has(name) && (all || named.has(name)) && (!REDACTED.has(name) || named.has(name));
}

/** Response fields as an object; repeated ones are joined with ", ". */
function toObject(
  fields: readonly FieldLine[],
  keep: (lowerName: string) => boolean,
): Record<string, string> | undefined {
  const out: Record<string, string> = {};
  let any = false;
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    if (!keep(key)) continue;
    // hasOwn: a field may be called `constructor`.
    out[key] = Object.hasOwn(out, key) ? `${out[key]}, ${value}` : value;
    any = true;
  }
  return any ? out : undefined;
}

const round = (ms: number): number => Math.round(ms * 1000) / 1000;

/** Builds the record of a finished exchange. `keepField` decides by lower-case name which response fields are carried. */
export function toEventRecord(
  detail: ExchangeDetail,
  sessionId: string,
  keepField: (lowerName: string) => boolean,
): EventRecord {
  const { row } = detail;
  const headers = toObject(detail.responseFields, keepField);
  const cacheStatus = row.cacheStatus ?? 'BYPASS';
  return {
    url: row.url,
    method: row.method,
    status: row.status ?? 0,
    cache_key: row.cacheKey,
    cache_status: cacheStatus,
    timestamp: Math.floor(row.startedAtMs / 1000),
    ...(headers && { headers }),
    ...(detail.username !== undefined && { username: detail.username }),
    client_ip: row.client,
    domain: row.host.replace(/:\d+$/, ''),
    response_size: row.responseBytes,
    request_duration_ms: round(row.durationMs ?? 0),
    ...(row.contentType !== undefined && { content_type: row.contentType }),
    ...(detail.userAgent !== undefined && { user_agent: detail.userAgent }),
    event_id: detail.eventId,
    session_id: sessionId,
    timestamp_ms: Math.floor(row.startedAtMs),
    ...(row.reason !== undefined && { cache_detail: row.reason }),
    ...(detail.cacheStatusHeader !== undefined && { cache_status_header: detail.cacheStatusHeader }),
    protocol: row.protocol,
    ...(row.ageSeconds !== undefined && { age_seconds: row.ageSeconds }),
    ...(row.ttlSeconds !== undefined && { ttl_seconds: row.ttlSeconds }),
    ...(row.requestBytes > 0 && { request_bytes: row.requestBytes }),
    ...(row.error !== undefined && { error: row.error }),
    ...(row.tls !== undefined && { tls: row.tls }),
    ...(row.upstreamMs !== undefined && { upstream_ms: round(row.upstreamMs) }),
    ...(cacheStatus === 'BYPASS' && row.reason !== undefined && { bypass_reason: row.reason }),
  };
}
