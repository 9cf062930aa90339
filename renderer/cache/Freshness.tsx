/** An entry's freshness as a bar with a cursor at now, and in words. */
import type { JSX } from 'react';
import type { EntrySummary } from '../../proxy-core/contract/entry.ts';
import type { Catalogue } from '../i18n/index.ts';
import { formatAge } from '../ui/format.ts';
import { freshnessBar } from './freshness.ts';

export function freshnessText(entry: EntrySummary, now: number, t: Catalogue): string {
  const { leftSeconds } = freshnessBar(entry, now);
  return leftSeconds > 0 ? t.cache.freshFor(formatAge(leftSeconds)) : t.cache.staleSince(formatAge(-leftSeconds));
}

export function Freshness({
  entry,
  now,
  large = false,
}: {
  entry: EntrySummary;
  now: number;
  large?: boolean;
}): JSX.Element {
  const bar = freshnessBar(entry, now);
  const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;
  return (
    <span className={`fresh ${bar.state} ${large ? 'large' : ''}`} aria-hidden="true">
      <span className="fresh-zone zone-fresh" style={{ width: percent(bar.fresh) }} />
      {bar.swr > bar.fresh && (
        <span
          className="fresh-zone zone-swr"
          style={{ left: percent(bar.fresh), width: percent(bar.swr - bar.fresh) }}
        />
      )}
      {bar.sie > bar.swr && (
        <span className="fresh-zone zone-sie" style={{ left: percent(bar.swr), width: percent(bar.sie - bar.swr) }} />
      )}
      <span className="fresh-cursor" style={{ left: percent(bar.cursor) }} />
    </span>
  );
}
