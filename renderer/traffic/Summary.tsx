/** What several selected exchanges amount to. */
import { useEffect, useState, type JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { useTrafficUi } from '../state/selection.ts';
import { ring, rowOf } from '../state/traffic.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';
import { formatBytes, formatDuration, formatRatio } from '../ui/format.ts';

export interface Summed {
  count: number;
  bytes: number;
  hosts: number;
  hits: number;
  answered: number;
  spanMs: number;
}

export function sumRows(rows: readonly TrafficRow[]): Summed {
  const hosts = new Set(rows.map((row) => row.host));
  const answered = rows.filter((row) => row.cacheStatus !== undefined);
  const first = rows.reduce((min, row) => Math.min(min, row.startedAtMs), Infinity);
  const last = rows.reduce((max, row) => Math.max(max, row.startedAtMs + (row.durationMs ?? 0)), 0);
  return {
    count: rows.length,
    bytes: rows.reduce((sum, row) => sum + row.responseBytes, 0),
    hosts: hosts.size,
    hits: answered.filter((row) => row.cacheStatus === 'HIT').length,
    answered: answered.length,
    spanMs: rows.length === 0 ? 0 : last - first,
  };
}

/** What is selected is summed up anew this often while some of it is not finished or leaves, ms. */
const AGAIN_MS = 1000;

const sumOf = (selected: ReadonlySet<number>): Summed => sumRows([...selected].flatMap((key) => rowOf(key) ?? []));
/** Nothing of these rows will change: they have ended, and are here. */
const isSettled = (selected: ReadonlySet<number>): boolean => {
  for (const key of selected) if (rowOf(key)?.state === 'pending' || key < ring.oldestKey) return false;
  return true;
};

/** The sum, told when it changes: the traffic of others draws nothing. */
function useSum(selected: ReadonlySet<number>): Summed {
  const [known, setKnown] = useState(() => ({ selected, sum: sumOf(selected) }));
  if (known.selected !== selected) setKnown({ selected, sum: sumOf(selected) });
  useEffect(() => {
    const timer = setInterval(() => {
      setKnown((before) => {
        const sum = sumOf(selected);
        const same = JSON.stringify(sum) === JSON.stringify(before.sum);
        return same ? before : { selected, sum };
      });
      if (isSettled(selected)) clearInterval(timer);
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [selected]);
  return known.sum;
}

export function Summary(): JSX.Element | null {
  const selected = useTrafficUi((state) => state.selected);
  return selected.size < 2 ? null : <Sum selected={selected} />;
}

function Sum({ selected }: { selected: ReadonlySet<number> }): JSX.Element {
  const t = useTexts();
  const sum = useSum(selected);
  return (
    <div className="summary" role="status">
      <strong>{t.traffic.summary(sum.count)}</strong>
      <span>{formatBytes(sum.bytes)}</span>
      <span>{t.traffic.summaryHosts(sum.hosts)}</span>
      <span>{t.traffic.summaryRatio(formatRatio(sum.hits, sum.answered))}</span>
      <span>{t.traffic.summarySpan(formatDuration(sum.spanMs))}</span>
    </div>
  );
}
