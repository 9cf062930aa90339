/** What a session comes to, counted over its rows. Pure. */
import type { TrafficRow } from '../state/traffic-ring.ts';

export interface SessionCounts {
  exchanges: number;
  hits: number;
  /** Of them the cache was asked, or not for a reason. */
  answered: number;
  bytes: number;
  failed: number;
  medianMs: number | undefined;
  slowMs: number | undefined;
  /** Each with how many there are, the most first; undefined where nothing is told. */
  outcomes: [name: string | undefined, count: number][];
  statuses: [name: string | undefined, count: number][];
  types: [name: string | undefined, count: number][];
}

const MOST = 8;

export function countSession(forEachRow: (visit: (row: TrafficRow) => void) => void): SessionCounts {
  const outcomes = new Map<string | undefined, number>();
  const statuses = new Map<string | undefined, number>();
  const types = new Map<string | undefined, number>();
  const times: number[] = [];
  const counts = { exchanges: 0, hits: 0, answered: 0, bytes: 0, failed: 0 };
  const add = (into: Map<string | undefined, number>, name: string | undefined): void =>
    void into.set(name, (into.get(name) ?? 0) + 1);
  forEachRow((row) => {
    counts.exchanges++;
    counts.bytes += row.responseBytes;
    if (row.cacheStatus !== undefined) counts.answered++;
    if (row.cacheStatus === 'HIT') counts.hits++;
    if (row.state === 'failed') counts.failed++;
    if (row.durationMs !== undefined && row.kind === 'http') times.push(row.durationMs);
    add(outcomes, row.outcome);
    add(statuses, row.status?.toString());
    add(types, row.contentType);
  });
  times.sort((a, b) => a - b);
  const at = (share: number): number | undefined => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  const most = (all: Map<string | undefined, number>): [string | undefined, number][] =>
    [...all].sort((a, b) => b[1] - a[1]).slice(0, MOST);
  return {
    ...counts,
    medianMs: at(0.5),
    slowMs: at(0.95),
    outcomes: most(outcomes),
    statuses: most(statuses),
    types: most(types),
  };
}
