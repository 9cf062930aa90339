/** Fields, timing and connection of the demo's exchanges. */
import type { ExchangeDetail, ExchangeRow } from '../../proxy-core/contract/exchange.ts';
import { makeDetail } from './builders.ts';
import type { Decision } from './decide.ts';
import { responseFields, type Resource } from './site.ts';

/** All that the detail pane shows of one exchange. */
export function detailOf(
  row: ExchangeRow,
  resource: Resource,
  language: string,
  decision: Decision,
  upstreamMs: number | undefined,
  kept: number,
  nowMs: number,
): ExchangeDetail {
  const fields = responseFields(resource, nowMs);
  const cacheStatus =
    row.cacheStatus === 'HIT'
      ? `BSDM-Proxy; hit; ttl=${row.ttlSeconds ?? 0}`
      : `BSDM-Proxy; fwd=${decision.near === undefined ? 'uri-miss' : 'vary-miss'}; detail=${decision.reason}`;
  // Slow enough to have had a connection opened for it, one in three.
  const opened = upstreamMs !== undefined && upstreamMs > 30 && row.id % 3 === 0;
  return makeDetail(row, {
    requestFields: [
      ['Host', resource.host],
      ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0'],
      ['Accept', resource.type.startsWith('image/') ? 'image/avif,image/webp,*/*' : '*/*'],
      ['Accept-Language', language],
      ['Accept-Encoding', 'gzip, deflate, br'],
      ...(row.method === 'POST' ? [['Content-Type', 'application/json'] satisfies [string, string]] : []),
    ],
    responseFields: [
      ...(row.ageSeconds === undefined
        ? fields
        : [...fields.filter(([name]) => name !== 'Age'), ['Age', String(row.ageSeconds)] satisfies [string, string]]),
      ['Via', '1.1 bsdm-proxy'],
      ['Cache-Status', cacheStatus],
      ['X-Cache-Status', row.outcome ?? 'MISS'],
    ],
    ...(upstreamMs === undefined || row.error !== undefined
      ? {}
      : {
          upstreamFields: fields,
          upstreamStatus: decision.outcome === 'REVALIDATED' ? 304 : (row.status ?? 200),
          upstreamAddress: '192.0.2.7:80',
          upstreamReused: !opened,
          upstreamBytesSent: 312,
          upstreamBytesReceived: row.responseBytes + 286,
        }),
    statusText:
      { 200: 'OK', 301: 'Moved Permanently', 404: 'Not Found', 502: 'Bad Gateway', 503: 'Service Unavailable' }[
        row.status ?? 200
      ] ?? '',
    responseBody: {
      bytes: row.responseBytes,
      kept,
      mediaType: resource.type,
      ...(kept < row.responseBytes ? { note: 'truncated' as const } : {}),
    },
    timing: {
      decidedMs: 0.18,
      ...(upstreamMs === undefined
        ? {}
        : opened
          ? { dispatchedMs: 21.4, upstreamHeadMs: upstreamMs, dnsMs: 8.6, connectMs: 11.9 }
          : { dispatchedMs: 0.6, upstreamHeadMs: upstreamMs }),
      replyStartMs: (upstreamMs ?? 0.2) + 0.25,
      endMs: row.durationMs ?? 0,
    },
    trace: decision.trace,
    facts: row.error === undefined ? decision.facts : { error: row.error },
    ...(row.app !== undefined && row.appClaimed === undefined && { program: { name: row.app, pid: 4711 } }),
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0',
    cacheStatusHeader: cacheStatus,
    ...(row.error === undefined
      ? {}
      : { errorText: `Could not connect to ${resource.host}: the connection was refused.` }),
    ...(decision.near === undefined
      ? {}
      : {
          neighbour: {
            difference: {
              kind: 'vary' as const,
              field: 'Accept-Language',
              stored: String(decision.facts['stored'] ?? ''),
              sent: language,
            },
            url: row.url,
            entryId: decision.near.id,
          },
        }),
  });
}
