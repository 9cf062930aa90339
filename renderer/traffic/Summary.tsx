/** What several selected exchanges amount to. */
import type { JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { useTrafficUi } from '../state/selection.ts';
import { rowOf, useTraffic } from '../state/traffic.ts';
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

export function Summary(): JSX.Element | null {
  const t = useTexts();
  const selected = useTrafficUi((state) => state.selected);
  useTraffic((state) => state.version);
  if (selected.size < 2) return null;
  const sum = sumRows([...selected].flatMap((key) => rowOf(key) ?? []));
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
