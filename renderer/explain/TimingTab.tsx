/** Where the time went, as bars on one scale. */
import type { JSX } from 'react';
import type { ExchangeDetail, ExchangeTiming } from '../../proxy-core/contract/exchange.ts';
import { useTexts, type Catalogue } from '../i18n/index.ts';
import { formatDateTime, formatDuration } from '../ui/format.ts';

type Phase = 'lookup' | 'queue' | 'dns' | 'connect' | 'tls' | 'waiting' | 'reply' | 'download';
export interface Bar {
  phase: Phase;
  fromMs: number;
  toMs: number;
}

/** When each step of opening a connection ended: they follow each other, and the request is handed over after the last. */
function opening({ dispatchedMs, dnsMs, connectMs, tlsMs }: ExchangeTiming): [Phase, number | undefined][] {
  if (dispatchedMs === undefined || connectMs === undefined) return [['queue', dispatchedMs]];
  const connectedMs = dispatchedMs - (tlsMs ?? 0);
  const lookedUpMs = connectedMs - connectMs;
  return [
    ['queue', lookedUpMs - (dnsMs ?? 0)],
    ['dns', dnsMs === undefined ? undefined : lookedUpMs],
    ['connect', connectedMs],
    ['tls', tlsMs === undefined ? undefined : dispatchedMs],
  ];
}

/** Cuts the recorded moments into phases; moments that did not happen make no phase. Pure. */
export function timingBars(timing: ExchangeTiming): Bar[] {
  const moments: [Phase, number | undefined][] = [
    ['lookup', timing.decidedMs],
    ...opening(timing),
    ['waiting', timing.upstreamHeadMs],
    ['reply', timing.replyStartMs],
    ['download', timing.endMs],
  ];
  const bars: Bar[] = [];
  let from = 0;
  for (const [phase, at] of moments) {
    if (at === undefined) continue;
    if (at > from || phase === 'lookup') bars.push({ phase, fromMs: from, toMs: Math.max(at, from) });
    from = Math.max(at, from);
  }
  return bars;
}

function BarLine({ bar, total, t }: { bar: Bar; total: number; t: Catalogue }): JSX.Element {
  const percent = (ms: number): string => `${total <= 0 ? 0 : (100 * ms) / total}%`;
  return (
    <tr>
      <th scope="row">{t.detail.timing[bar.phase]}</th>
      <td className="bar-cell">
        <span
          className={`bar bar-${bar.phase}`}
          style={{ marginLeft: percent(bar.fromMs), width: percent(bar.toMs - bar.fromMs) }}
        />
      </td>
      <td className="num">{formatDuration(bar.toMs - bar.fromMs)}</td>
    </tr>
  );
}

export function TimingTab({ detail }: { detail: ExchangeDetail }): JSX.Element {
  const t = useTexts();
  const bars = timingBars(detail.timing);
  const total = bars.at(-1)?.toMs ?? 0;
  if (bars.length === 0) return <div className="empty">{t.detail.timing.none}</div>;
  return (
    <table className="timing">
      <tbody>
        {bars.map((bar) => (
          <BarLine key={bar.phase} bar={bar} total={total} t={t} />
        ))}
        <tr className="timing-total">
          <th scope="row">{t.detail.timing.total}</th>
          <td className="faint">
            {t.detail.timing.started} {formatDateTime(detail.row.startedAtMs)}
          </td>
          <td className="num">{formatDuration(total)}</td>
        </tr>
      </tbody>
    </table>
  );
}
