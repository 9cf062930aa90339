/** The numbers one looks for first, each with its course over the time shown. */
import { useMemo, type JSX } from 'react';
import type { StatsSample } from '../../proxy-core/contract/stats.ts';
import { useStatisticsTexts, type StatisticsTexts } from './texts.ts';
import { hitsSince, useStats } from '../state/stats.ts';
import { formatBytes, formatCount, formatDuration, formatRate, formatRatio } from '../ui/format.ts';
import { graphData, type GraphSpec, type Read } from './series.ts';
import { sparkPath } from './spark.ts';
import { tileReads, type TileId } from './tile-reads.ts';

interface Tile {
  id: TileId;
  label: string;
  value: string;
  note: string;
  /** Name of the CSS variable that holds the colour. */
  colour: string;
}

function tilesOf(t: StatisticsTexts, sample: StatsSample, now: Record<TileId, number | null>, hits: Hits): Tile[] {
  const w = t.tiles;
  const { totals, cache, memory } = sample;
  const bytes = Object.values(totals.bytesByCacheStatus).reduce((sum, count) => sum + count, 0);
  const duration = (ms: number | null): string => (ms === null ? '–' : formatDuration(ms));
  return [
    {
      id: 'rate',
      label: w.rate,
      value: formatRate(now.rate ?? 0),
      note: w.inAll(totals.requests),
      colour: '--graph-1',
    },
    {
      id: 'ratio',
      label: w.hitRatio,
      value: formatRatio(hits.hits, hits.answered),
      note: hits.isSinceClear ? w.sinceClear : w.sinceStart,
      colour: '--hit',
    },
    {
      id: 'fromCache',
      label: w.fromCache,
      value: formatBytes(totals.bytesByCacheStatus.HIT),
      note: w.ofBytes(formatBytes(bytes)),
      colour: '--hit',
    },
    {
      id: 'latency',
      label: w.latency,
      value: duration(now.latency),
      note: w.latencyMiss(duration(now.missLatency)),
      colour: '--graph-3',
    },
    {
      id: 'bytes',
      label: w.bytes,
      value: formatBytes(cache.bytes),
      note: cache.savedBytes > 0 ? w.saved(formatBytes(cache.savedBytes)) : w.ofBudget(formatBytes(cache.maxBytes)),
      colour: '--graph-4',
    },
    {
      id: 'entries',
      label: w.entries,
      value: formatCount(cache.entries),
      note: cache.pinned > 0 ? w.pinned(cache.pinned) : '',
      colour: '--graph-4',
    },
    {
      id: 'inFlight',
      label: w.inFlight,
      value: formatCount(totals.inFlight),
      note: totals.tunnelsOpen > 0 ? w.tunnels(totals.tunnelsOpen) : '',
      colour: '--graph-1',
    },
    {
      id: 'memory',
      label: w.memory,
      value: formatBytes(memory.rss),
      note: w.heap(formatBytes(memory.heapUsed)),
      colour: '--graph-6',
    },
  ];
}
interface Hits {
  hits: number;
  answered: number;
  isSinceClear: boolean;
}

/** One line of values over time, without a scale. */
function courseOf(read: Read, samples: readonly StatsSample[], fromMs: number): (number | null)[] {
  const spec: GraphSpec = {
    id: 'requests',
    title: '',
    format: String,
    windowSeconds: 3,
    series: [{ label: '', colour: '', read }],
  };
  return graphData(spec, samples, fromMs)[1] ?? [];
}

export function Tiles({ samples, fromMs }: { samples: readonly StatsSample[]; fromMs: number }): JSX.Element | null {
  const t = useStatisticsTexts();
  const base = useStats((state) => state.base);
  const courses = useMemo(
    () => tileReads.map(({ id, read }) => ({ id, values: courseOf(read, samples, fromMs) })),
    [samples, fromMs],
  );
  const sample = samples.at(-1);
  if (sample === undefined) return null;
  const valuesOf = (id: TileId): (number | null)[] => courses.find((course) => course.id === id)?.values ?? [];
  const now = Object.fromEntries(
    courses.map(({ id, values }) => [id, values.filter((value) => value !== null).at(-1) ?? null]),
  ) as Record<TileId, number | null>;
  const hits = { ...hitsSince(sample, base), isSinceClear: base !== null };
  return (
    <dl className="tiles" aria-label={t.tiles.label}>
      {tilesOf(t, sample, now, hits).map(({ id, label, value, note, colour }) => (
        <div key={id} className="tile">
          <dt>{label}</dt>
          <dd>
            <span className="tile-value" data-testid={`tile-${id}`}>
              {value}
            </span>{' '}
            <span className="tile-note" title={note}>
              {note}
            </span>
          </dd>
          <dd aria-hidden="true" className="tile-course">
            <svg viewBox="0 0 100 24" preserveAspectRatio="none" style={{ stroke: `var(${colour})` }}>
              <path d={sparkPath(valuesOf(id))} />
            </svg>
          </dd>
        </div>
      ))}
    </dl>
  );
}
