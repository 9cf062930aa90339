/** What stands in each cell of a row. */
import type { CSSProperties, JSX } from 'react';
import type { ReasonCode } from '../../proxy-core/contract/reasons.ts';
import { isNotStored } from '../../proxy-core/contract/explain/not-stored.ts';
import type { Catalogue } from '../i18n/index.ts';
import { useHeld } from '../state/held.ts';
import { ring } from '../state/traffic.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';
import { clip, formatBytes, formatClock, formatDuration, formatShortAge } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { OutcomeWord, shownOutcome } from '../ui/Outcome.tsx';
import { useSharedNow } from '../ui/shared-now.ts';
import { secondsOf } from './axis.ts';
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

/** The bar of durations is full at this one; short ones are told apart by the logarithm. */
const DURATION_FULL_MS = 2000;

function duration(row: TrafficRow): JSX.Element | null {
  const total = row.durationMs;
  if (total === undefined) return <span className="dur dur-open" />;
  const percent = Math.max(1.5, Math.min(100, (100 * Math.log1p(total)) / Math.log1p(DURATION_FULL_MS)));
  return (
    <span className="dur" title={formatDuration(total)}>
      <span className={`dur-bar o-${shownOutcome(row).toLowerCase()}`} style={{ width: `${percent}%` }} />
    </span>
  );
}

/**
 * A row's bar on the time axis of the rows in sight. The axis stands in CSS of the grid ({@link axisOf}), so that bars move
 * with it and no row is drawn again.
 */
function waterfall(row: TrafficRow): JSX.Element {
  const total = row.durationMs;
  const style = {
    '--at': secondsOf(row.startedAtMs).toFixed(4),
    ...(total === undefined ? {} : { '--took': (total / 1000).toFixed(4) }),
  } as CSSProperties;
  return (
    <span className={`wf ${total === undefined ? 'wf-open' : ''}`} style={style} title={waterfallText(row)}>
      <span className={`wf-bar o-${shownOutcome(row).toLowerCase()}`} />
    </span>
  );
}
const waterfallText = (row: TrafficRow): string =>
  `${formatClock(row.startedAtMs)}${row.durationMs === undefined ? '' : ` + ${formatDuration(row.durationMs)}`}`;

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

/** Why, in words; the code of it, which filters and events call it by, stands in the title of its cell. */
function reasonText(row: TrafficRow, t: Catalogue): string {
  if (row.error !== undefined) return row.error;
  if (row.reason === undefined) return row.state === 'pending' ? t.pending : '';
  return clip(reasonWords(row, row.reason, t));
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

/** The path is what tells rows of a host apart; its query stands back. */
function path(row: TrafficRow): JSX.Element | string {
  const text = clip(row.path);
  const at = text.indexOf('?');
  const { operation, note } = row;
  if (at < 0 && operation === undefined && note === undefined) return text;
  return (
    <>
      {note !== undefined && (
        <span className="row-note" role="img" aria-label={note} title={note}>
          <Icon name="note" size={12} />
        </span>
      )}
      {at < 0 ? text : text.slice(0, at)}
      {operation !== undefined && <span className="operation">{clip(operation)}</span>}
      {at >= 0 && <span className="query">{text.slice(at)}</span>}
    </>
  );
}

/** The outcome; while a breakpoint holds the exchange, that and for how long. */
function RowOutcome({ row, t }: { row: TrafficRow; t: Catalogue }): JSX.Element {
  const held = useHeld((state) => (ring.isLive(row.key) ? state.byExchange.get(row.id) : undefined));
  if (held !== undefined) return <HeldWord sinceMs={held.sinceMs} t={t} />;
  return (
    <OutcomeWord
      outcome={shownOutcome(row)}
      reason={reasonText(row, t)}
      code={row.reason}
      notStored={isNotStored(row) ? t.notStored : undefined}
    />
  );
}

function HeldWord({ sinceMs, t }: { sinceMs: number; t: Catalogue }): JSX.Element {
  const now = useSharedNow();
  const words = t.held.held(formatShortAge(Math.max(0, Math.floor((now - sinceMs) / 1000))));
  return (
    <span className="held-word" data-testid="held-word" title={words}>
      <Icon name="pause" size={12} />
      <span className="cut">{words}</span>
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
      return <RowOutcome row={row} t={t} />;
    case 'reason':
      return <span title={row.reason}>{reasonText(row, t)}</span>;
    case 'note':
      return clip(row.note ?? '');
    case 'status':
      return row.status === undefined ? '' : <span className={`status-${String(row.status)[0]}`}>{row.status}</span>;
    case 'method':
      return clip(row.method);
    case 'host':
      return clip(row.host);
    case 'path':
      return path(row);
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
    case 'duration':
      return duration(row);
    case 'waterfall':
      return waterfall(row);
  }
}
