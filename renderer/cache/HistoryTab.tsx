/** What happened to an entry, newest first, with the exchanges that used it; above it a line with a tick for each. */
import type { JSX } from 'react';
import type { EntryDetail } from '../../proxy-core/contract/entry.ts';
import { useTexts } from '../i18n/index.ts';
import { setPrefs } from '../state/prefs.ts';
import { openDetails } from '../state/selection.ts';
import { ring } from '../state/traffic.ts';
import { formatDateTime, formatAge } from '../ui/format.ts';

export function HistoryTab({ detail, now }: { detail: EntryDetail; now: number }): JSX.Element {
  const t = useTexts();
  const ticks = [...detail.history].reverse();
  const first = detail.history[0]?.atMs ?? now;
  const span = Math.max(1000, now - first);
  return (
    <div className="history">
      <div className="history-line" aria-hidden="true">
        {detail.history.map((tick, index) => (
          <span
            key={`${tick.atMs}-${index}`}
            className={`tick tick-${tick.kind}`}
            style={{ left: `${(100 * (tick.atMs - first)) / span}%` }}
          />
        ))}
      </div>
      <div className="history-scale" aria-hidden="true">
        <span>{formatDateTime(first)}</span>
        <span>{t.panes.now}</span>
      </div>
      <ol>
        {ticks.map((tick, index) => {
          const key = tick.exchangeId === undefined ? null : ring.keyOf(tick.exchangeId);
          const known = key !== null && ring.get(key) !== undefined;
          return (
            <li key={`${tick.atMs}-${index}`}>
              <span className={`tick-dot tick-${tick.kind}`} />
              <span className="tick-name">{t.cache.ticks[tick.kind]}</span>
              <span className="soft">{formatDateTime(tick.atMs)}</span>
              <span className="faint">{t.cache.ago(formatAge((now - tick.atMs) / 1000))}</span>
              {tick.exchangeId !== undefined &&
                (known && key !== null ? (
                  <button
                    type="button"
                    className="link"
                    onClick={() => {
                      openDetails(key);
                      setPrefs({ view: 'traffic' });
                    }}
                  >
                    {t.cache.byExchange(String(tick.exchangeId))}
                  </button>
                ) : (
                  <span className="faint">{t.cache.byExchange(String(tick.exchangeId))}</span>
                ))}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
