/** Who spoke with whom, over what. */
import type { JSX } from 'react';
import type { ExchangeDetail } from '../../proxy-core/contract/exchange.ts';
import { useTexts, type Catalogue } from '../i18n/index.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';
import { Copyable, Facts, type Fact } from '../ui/Facts.tsx';
import { formatBytes, formatDuration } from '../ui/format.ts';
import { TlsSection } from './TlsSection.tsx';

/** Why no address is known. */
function withoutUpstream(row: TrafficRow, c: Catalogue['detail']['connection']): string {
  if (row.collapsed === true) return c.sharedUpstream;
  if (row.error !== undefined) return c.failedUpstream;
  return row.state === 'pending' ? c.pendingUpstream : c.noUpstream;
}

/** The connection to the origin: peer, new or reused, what opening it took, bytes both ways. */
function upstreamFacts(detail: ExchangeDetail, row: TrafficRow, t: Catalogue): Fact[] {
  const c = t.detail.connection;
  const { upstreamAddress, upstreamReused, upstreamBytesSent, upstreamBytesReceived, timing } = detail;
  if (upstreamAddress === undefined || upstreamAddress === '')
    return [
      [
        c.upstream,
        <span key="none" className="faint">
          {withoutUpstream(row, c)}
        </span>,
      ],
    ];
  const facts: Fact[] = [[c.upstream, upstreamAddress]];
  if (detail.upstreamVia !== undefined) facts.push([c.via, detail.upstreamVia]);
  if (upstreamReused !== undefined) facts.push([c.connection, upstreamReused ? c.reused : c.opened]);
  const opening: [string, number | undefined][] = [
    [c.dns, timing.dnsMs],
    [c.connect, timing.connectMs],
    [c.tls, timing.tlsMs],
  ];
  for (const [name, ms] of opening) if (ms !== undefined) facts.push([name, formatDuration(ms)]);
  if (upstreamBytesSent !== undefined) facts.push([c.upstreamSent, formatBytes(upstreamBytesSent)]);
  if (upstreamBytesReceived !== undefined) facts.push([c.upstreamReceived, formatBytes(upstreamBytesReceived)]);
  return facts;
}

export function ConnectionTab({ detail, row }: { detail: ExchangeDetail; row: TrafficRow }): JSX.Element {
  const t = useTexts();
  const c = t.detail.connection;
  const facts: Fact[] = [
    [c.client, row.client],
    ...(detail.program === undefined
      ? []
      : [[c.program, c.process(detail.program.name, String(detail.program.pid))] satisfies Fact]),
    [c.protocol, row.protocol],
    ...upstreamFacts(detail, row, t),
    ...(detail.username === undefined ? [] : [[t.detail.username, detail.username] satisfies Fact]),
    ...(detail.userAgent === undefined ? [] : [[c.userAgent, detail.userAgent] satisfies Fact]),
    [c.bytesUp, formatBytes(row.requestBytes)],
    [c.bytesDown, formatBytes(row.responseBytes)],
    ...(row.error === undefined ? [] : [[c.proxyError, <code key="error">{row.error}</code>] satisfies Fact]),
    [c.event, <code key="event">{detail.eventId}</code>],
    [c.cacheKey, <Copyable key="key" text={row.cacheKey} />],
  ];
  return (
    <>
      <Facts facts={facts} />
      {detail.clientTls !== undefined && <TlsSection title={t.detail.tls.ofClient} tls={detail.clientTls} />}
      {detail.originTls !== undefined && <TlsSection title={t.detail.tls.ofOrigin} tls={detail.originTls} />}
    </>
  );
}
