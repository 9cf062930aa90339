/** What stands in each cell of a row. */
import type { JSX } from 'react';
import type { ReasonCode } from '../../proxy-core/contract/reasons.ts';
import { isNotStored } from '../../proxy-core/contract/explain/not-stored.ts';
import type { Catalogue } from '../i18n/index.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';
import { clip, formatBytes, formatClock, formatDuration, formatShortAge } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { OutcomeBadge, shownOutcome } from '../ui/Outcome.tsx';
import type { ColumnId } from './columns.ts';
import { shortType } from '../../proxy-core/contract/filter/short-type.ts';

/** `5.7K` instead of `5.72 KiB`, where two stand side by side. */
function compactBytes(bytes: number): string {
  return formatBytes(bytes)
    .replace(/([.,]\d)\d/, '$1')
    .replace(/ (?:(\D)\D\D|\D)$/, '$1');
}

/** Sizes: tunnels show both directions, others the reply. */
export function sizeText(row: TrafficRow): string {
  if (row.kind !== 'http') return `↑${compactBytes(row.requestBytes)} ↓${compactBytes(row.responseBytes)}`;
  return row.state === 'pending' ? '' : formatBytes(row.responseBytes);
}

/** The waterfall spans this much time from the first row shown, so that bars can be compared. */
const WATERFALL_FULL_MS = 2000;

function waterfall(row: TrafficRow): JSX.Element | null {
  const total = row.durationMs;
  if (total === undefined) return <span className="wf wf-open" />;
  const scale = (ms: number): string =>
    `${Math.max(1.5, Math.min(100, (100 * Math.log1p(ms)) / Math.log1p(WATERFALL_FULL_MS)))}%`;
  return (
    <span className="wf" title={formatDuration(total)}>
      <span className={`wf-bar o-${shownOutcome(row).toLowerCase()}`} style={{ width: scale(total) }} />
    </span>
  );
}

/** How TLS of the client was dealt with; a certificate that was accepted all the same comes first. */
function lock(row: TrafficRow, t: Catalogue): JSX.Element | null {
  const [name, title] =
    row.accepted !== undefined
      ? (['warning', t.traffic.tls.accepted(row.accepted)] as const)
      : row.tls === 'tunnel'
        ? (['lock', t.traffic.tls.tunnel] as const)
        : row.tls === 'intercepted'
          ? (['lockOpen', t.traffic.tls.intercepted] as const)
          : [undefined, ''];
  if (name === undefined) return null;
  return (
    <span className={row.accepted === undefined ? 'lock' : 'lock accepted'} role="img" aria-label={title} title={title}>
      <Icon name={name} size={13} />
    </span>
  );
}

/** Why, in words; the code of it is what filters and events call it. */
function reason(row: TrafficRow, t: Catalogue): JSX.Element | string {
  if (row.error !== undefined) return row.error;
  if (row.reason === undefined) return row.state === 'pending' ? t.pending : '';
  return <span title={row.reason}>{clip(reasonWords(row, row.reason, t))}</span>;
}

function reasonWords({ because }: TrafficRow, code: ReasonCode, { reasons }: Catalogue): string {
  if (because === undefined) return reasons.words[code];
  switch (because.kind) {
    case 'expired':
      return reasons.expiredAgo(formatShortAge(because.secondsAgo));
    case 'query':
      return reasons.query(because.parameter);
    case 'vary':
      return reasons.vary(because.field);
  }
}

/** The program that asked, where the system or at least its User-Agent tells; else its address. */
function client(row: TrafficRow, t: Catalogue): JSX.Element | string {
  const { app } = row;
  if (app === undefined) return row.client === '' ? t.traffic.client.ourselves : row.client;
  const title = row.appClaimed === true ? t.traffic.client.claimed(row.client) : t.traffic.client.known(row.client);
  return (
    <span className={row.appClaimed === true ? 'claimed' : undefined} title={`${app}\n${title}`}>
      {clip(app)}
    </span>
  );
}

/** The content of one cell. */
export function cell(id: ColumnId, row: TrafficRow, marked: boolean, t: Catalogue): JSX.Element | string | null {
  switch (id) {
    case 'mark':
      return marked ? (
        <span className="mark" title={t.traffic.column.mark}>
          <Icon name="star" size={13} filled />
        </span>
      ) : null;
    case 'tls':
      return lock(row, t);
    case 'outcome':
      return <OutcomeBadge outcome={shownOutcome(row)} notStored={isNotStored(row) ? t.notStored : undefined} />;
    case 'reason':
      return reason(row, t);
    case 'status':
      return row.status === undefined ? '' : String(row.status);
    case 'method':
      return clip(row.method);
    case 'host':
      return clip(row.host);
    case 'path':
      return clip(row.path);
    case 'type':
      return clip(shortType(row.contentType));
    case 'size':
      return sizeText(row);
    case 'time':
      return row.durationMs === undefined ? '' : formatDuration(row.durationMs);
    case 'age':
      return row.ageSeconds === undefined ? '' : formatShortAge(row.ageSeconds);
    case 'client':
      return client(row, t);
    case 'protocol':
      return row.protocol;
    case 'started':
      return formatClock(row.startedAtMs);
    case 'id':
      return String(row.id);
    case 'waterfall':
      return waterfall(row);
  }
}
