/** Who spoke with whom, over what. */
import type { JSX, ReactNode } from 'react';
import type { ExchangeDetail } from '../../proxy-core/contract/exchange.ts';
import { useTexts } from '../i18n/index.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';
import { copyText } from '../ui/copy.ts';
import { formatBytes } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';

export function ConnectionTab({ detail, row }: { detail: ExchangeDetail; row: TrafficRow }): JSX.Element {
  const t = useTexts();
  const c = t.detail.connection;
  const facts: [string, ReactNode][] = [
    [c.client, row.client],
    [c.protocol, row.protocol],
    ...(detail.username === undefined ? [] : [[t.detail.username, detail.username] satisfies [string, ReactNode]]),
    ...(detail.userAgent === undefined ? [] : [[c.userAgent, detail.userAgent] satisfies [string, ReactNode]]),
    [c.upstream, detail.upstreamAddress ?? <span className="faint">{c.noUpstream}</span>],
    [c.bytesUp, formatBytes(row.requestBytes)],
    [c.bytesDown, formatBytes(row.responseBytes)],
    ...(row.error === undefined ? [] : [[c.proxyError, <code key="error">{row.error}</code>] satisfies [string, ReactNode]]),
    [c.event, <code key="event">{detail.eventId}</code>],
    [
      c.cacheKey,
      <span key="key" className="with-copy">
        <code className="cut">{row.cacheKey}</code>
        <button type="button" className="button quiet icon-only" aria-label={t.app.copy} title={t.app.copy} onClick={() => copyText(row.cacheKey)}>
          <Icon name="copy" size={13} />
        </button>
      </span>,
    ],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
