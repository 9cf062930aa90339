/** Where the time went: one bar of all phases, and a line for each. */
import type { JSX } from 'react';
import type { ExchangeDetail, ExchangeTiming } from '../../proxy-core/contract/exchange.ts';
import { useTexts, type Catalogue } from '../i18n/index.ts';
import { formatDateTime, formatDuration } from '../ui/format.ts';
import './timing.css';

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

/** Segments narrower than this share of the bar have no room for their name; the table below has it. */
const NAMED_MIN = 0.12;

const percent = (ms: number, total: number): string => `${total <= 0 ? 0 : (100 * ms) / total}%`;

/** All phases one after the other in one bar, named where they have room, over a scale of the whole time. */
function PhaseBar({ bars, total, t }: { bars: readonly Bar[]; total: number; t: Catalogue }): JSX.Element {
  return (
    // The table says the same in words.
    <div className="phases" aria-hidden="true" data-testid="phases">
      <div className="phase-scale">
        {[0, 0.25, 0.5, 0.75].map((share) => (
          <span key={share}>{formatDuration(share * total)}</span>
        ))}
        <span>{formatDuration(total)}</span>
      </div>
      <div className="phase-bar">
        {bars.map(({ phase, fromMs, toMs }) => (
          <span
            key={phase}
            className={`bar-${phase}`}
            title={`${t.detail.timing[phase]}: ${formatDuration(toMs - fromMs)}`}
            style={{ left: percent(fromMs, total), width: percent(toMs - fromMs, total) }}
          />
        ))}
      </div>
      <div className="phase-names">
        {bars.map(
          ({ phase, fromMs, toMs }) =>
            toMs - fromMs >= NAMED_MIN * total && (
              <span key={phase} style={{ left: percent(fromMs, total), width: percent(toMs - fromMs, total) }}>
                {t.detail.timing[phase]}
              </span>
            ),
        )}
      </div>
    </div>
  );
}

export function TimingTab({ detail }: { detail: ExchangeDetail }): JSX.Element {
  const t = useTexts();
  const bars = timingBars(detail.timing);
  const total = bars.at(-1)?.toMs ?? 0;
  if (bars.length === 0) return <div className="empty">{t.detail.timing.none}</div>;
  return (
    <div className="timing">
      <PhaseBar bars={bars} total={total} t={t} />
      {detail.upstreamReused === true && <p className="soft">{t.panes.reusedTiming}</p>}
      <table>
        <thead>
          <tr>
            <th scope="col">{t.panes.phase}</th>
            <th scope="col" className="num">
              {t.panes.phaseFrom}
            </th>
            <th scope="col" className="num">
              {t.panes.phaseTook}
            </th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ phase, fromMs, toMs }) => (
            <tr key={phase}>
              <th scope="row">
                <span className={`swatch bar-${phase}`} aria-hidden="true" />
                {t.detail.timing[phase]}
              </th>
              <td className="num faint">{formatDuration(fromMs)}</td>
              <td className="num">{formatDuration(toMs - fromMs)}</td>
            </tr>
          ))}
          <tr className="timing-total">
            <th scope="row">{t.detail.timing.total}</th>
            <td className="num faint" />
            <td className="num">{formatDuration(total)}</td>
          </tr>
        </tbody>
      </table>
      <p className="faint">
        {t.detail.timing.started} {formatDateTime(detail.row.startedAtMs)}
      </p>
    </div>
  );
}
