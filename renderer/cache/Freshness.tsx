/** What is left of an entry's freshness: in words, and on the scale that all rows of the list share. */
import type { JSX } from 'react';
import type { EntrySummary } from '../../proxy-core/contract/entry.ts';
import type { Catalogue } from '../i18n/index.ts';
import { formatAge } from '../ui/format.ts';
import { useSharedNow } from '../ui/shared-now.ts';
import { remaining, SCALE_TICKS, shareOf } from './freshness.ts';

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

/** For the cell: the words, then the bar. */
export function Freshness({ entry, t }: { entry: EntrySummary; t: Catalogue }): JSX.Element {
  const now = useSharedNow();
  const { state, freshSeconds, swrSeconds, sieSeconds } = remaining(entry, now);
  const [fresh, swr, sie] = [shareOf(freshSeconds), shareOf(swrSeconds), shareOf(sieSeconds)];
  const words = freshSeconds > 0 ? formatAge(freshSeconds) : t.cache.staleSince(formatAge(-freshSeconds));
  const title = freshnessText(entry, now, t);
  return (
    <span className={`fresh is-${state}`} title={title}>
      <span className="fresh-text cut">{words}</span>
      <span className="fresh-scale" aria-hidden="true">
        <span className="fresh-zone zone-fresh" style={{ width: percent(fresh) }} />
        {swr > fresh && (
          <span className="fresh-zone zone-swr" style={{ left: percent(fresh), width: percent(swr - fresh) }} />
        )}
        {sie > swr && (
          <span className="fresh-zone zone-sie" style={{ left: percent(swr), width: percent(sie - swr) }} />
        )}
      </span>
    </span>
  );
}

/** For the head: the scale's marks over the bars. */
export function FreshnessHead({ name }: { name: string }): JSX.Element {
  return (
    <span className="fresh">
      <span className="fresh-text cut">{name}</span>
      <span className="fresh-scale">
        {SCALE_TICKS.map((seconds) => (
          <span
            key={seconds}
            className="fresh-tick"
            style={{ left: percent(shareOf(seconds)) }}
            data-text={formatAge(seconds)}
          />
        ))}
      </span>
    </span>
  );
}

/** Freshness in a sentence: `fresh for 59 min`, `stale for 22 s`. */
export function freshnessText(entry: EntrySummary, nowMs: number, t: Catalogue): string {
  const { freshSeconds } = remaining(entry, nowMs);
  return freshSeconds > 0 ? t.cache.freshFor(formatAge(freshSeconds)) : t.cache.staleSince(formatAge(-freshSeconds));
}
