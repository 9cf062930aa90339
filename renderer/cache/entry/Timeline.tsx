/** The life of a stored response: a line with now on it, and each of its turns in words. */
import type { JSX } from 'react';
import type { EntrySummary } from '../../../proxy-core/contract/entry.ts';
import { useTexts } from '../../i18n/index.ts';
import { formatAge, formatClock, formatDateTime } from '../../ui/format.ts';
import { entryTimeline, type ZoneKind } from './timeline.ts';

/** Nearer than this the time of day says enough, ms. */
const SAME_DAY_MS = 12 * 3_600_000;

export function Timeline({ entry, now }: { entry: EntrySummary; now: number }): JSX.Element {
  const t = useTexts();
  const words = t.panes.until;
  const { zones, now: cursor } = entryTimeline(entry, now);
  const at = (ms: number): string => (Math.abs(ms - now) < SAME_DAY_MS ? formatClock(ms, false) : formatDateTime(ms));
  const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;
  const isOver = (ms: number): boolean => ms <= now;
  const current: ZoneKind | undefined = zones.find(({ endsAtMs }) => !isOver(endsAtMs))?.kind;
  return (
    <div className="life">
      <div className="life-bar" aria-hidden="true">
        {zones.map(({ kind, from, to }) => (
          <span
            key={kind}
            className={`life-zone life-${kind}`}
            style={{ left: percent(from), width: percent(to - from) }}
          />
        ))}
        <span className="life-now" style={{ left: percent(cursor) }} />
      </div>
      <ol className="life-words" aria-label={t.panes.life}>
        <li>
          <span className="life-swatch life-stored" aria-hidden="true" />
          {t.panes.storedAt(at(entry.storedAtMs), t.cache.ago(formatAge((now - entry.storedAtMs) / 1000)))}
        </li>
        {zones.map(({ kind, endsAtMs }) => (
          <li key={kind} className={isOver(endsAtMs) ? 'over' : kind === current ? 'current' : ''}>
            <span className={`life-swatch life-${kind}`} aria-hidden="true" />
            {words[kind](at(endsAtMs))}
          </li>
        ))}
      </ol>
    </div>
  );
}
