/** What each graph draws, computed from samples. Pure. */
import { REASON_COLOURS } from './colours.ts';
import type { StatsSample } from '../../proxy-core/contract/stats.ts';
import type { Catalogue } from '../i18n/index.ts';
import { formatBytes, formatCount, formatDuration, formatRate, formatRatio } from '../ui/format.ts';
import { bucketDelta, quantile } from './quantile.ts';

/** Reads one value from a sample and the one some seconds before it; null leaves a gap. */
export type Read = (now: StatsSample, before: StatsSample | null) => number | null;

export interface Series {
  label: string;
  /** Name of the CSS variable that holds the colour. */
  colour: string;
  read: Read;
  /** Drawn as a dashed limit. */
  limit?: true;
  fill?: true;
}
export type GraphId = 'cacheBytes' | 'entries' | 'requests' | 'ratio' | 'latency' | 'process' | 'evictions';
export interface GraphSpec {
  id: GraphId;
  title: string;
  series: readonly Series[];
  format: (value: number) => string;
  /** The scale counts bytes. */
  bytes?: true;
  /** Fixed top of the scale. */
  max?: number;
  /** Seconds a point looks back for rates and quantiles: one second is too jumpy for few requests. */
  windowSeconds: number;
}

const perSecond =
  (count: (sample: StatsSample) => number): Read =>
  (now, before) => {
    if (before === null) return null;
    const seconds = (now.atMs - before.atMs) / 1000;
    const added = count(now) - count(before);
    return seconds <= 0 || added < 0 ? null : added / seconds;
  };
const share =
  (part: (sample: StatsSample) => number, whole: (sample: StatsSample) => number): Read =>
  (now, before) => {
    if (before === null) return null;
    const all = whole(now) - whole(before);
    return all <= 0 ? null : (100 * (part(now) - part(before))) / all;
  };
const latency =
  (name: 'hitLatency' | 'missLatency', q: number): Read =>
  (now, before) =>
    before === null ? null : quantile(bucketDelta(before.totals[name], now.totals[name]), q);
const sumOf = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

export function graphSpecs(t: Catalogue): GraphSpec[] {
  const s = t.memory.series;
  const g = t.memory.graphs;
  const outcome = (name: 'HIT' | 'STALE' | 'REVALIDATED' | 'MISS' | 'BYPASS' | 'ERROR', colour: string): Series => ({
    label: name,
    colour,
    read: perSecond((sample) => sample.totals.byOutcome[name]),
  });
  const removal = (why: 'capacity' | 'expired' | 'invalidated' | 'replaced' | 'user'): Series => ({
    label: t.memory.removal[why],
    colour: REASON_COLOURS[why],
    read: perSecond((sample) => sample.cache.removals[why]),
  });
  return [
    {
      id: 'cacheBytes',
      title: g.cacheBytes,
      format: formatBytes,
      bytes: true,
      windowSeconds: 1,
      series: [
        { label: s.used, colour: '--graph-1', fill: true, read: (now) => now.cache.bytes },
        { label: s.budget, colour: '--graph-5', limit: true, read: (now) => now.cache.maxBytes },
      ],
    },
    {
      id: 'requests',
      title: g.requests,
      format: formatRate,
      windowSeconds: 2,
      series: [
        outcome('HIT', '--hit'),
        outcome('STALE', '--stale'),
        outcome('REVALIDATED', '--revalidated'),
        outcome('MISS', '--miss'),
        outcome('BYPASS', '--bypass'),
        outcome('ERROR', '--error'),
      ],
    },
    {
      id: 'ratio',
      title: g.ratio,
      format: (value) => formatRatio(value, 100),
      max: 100,
      windowSeconds: 10,
      series: [
        {
          label: s.byRequest,
          colour: '--graph-2',
          fill: true,
          read: share(
            (sample) => sample.totals.byCacheStatus.HIT,
            (sample) => sumOf(sample.totals.byCacheStatus),
          ),
        },
        {
          label: s.byByte,
          colour: '--graph-4',
          read: share(
            (sample) => sample.totals.bytesByCacheStatus.HIT,
            (sample) => sumOf(sample.totals.bytesByCacheStatus),
          ),
        },
      ],
    },
    {
      id: 'latency',
      title: g.latency,
      format: formatDuration,
      windowSeconds: 10,
      series: [
        { label: s.hitP50, colour: '--hit', read: latency('hitLatency', 0.5) },
        { label: s.hitP95, colour: '--graph-1', read: latency('hitLatency', 0.95) },
        { label: s.missP50, colour: '--miss', read: latency('missLatency', 0.5) },
        { label: s.missP95, colour: '--error', read: latency('missLatency', 0.95) },
      ],
    },
    {
      id: 'entries',
      title: g.entries,
      format: formatCount,
      windowSeconds: 1,
      series: [{ label: s.entries, colour: '--graph-1', fill: true, read: (now) => now.cache.entries }],
    },
    {
      id: 'evictions',
      title: g.evictions,
      format: formatRate,
      windowSeconds: 2,
      series: [removal('capacity'), removal('expired'), removal('invalidated'), removal('replaced'), removal('user')],
    },
    {
      id: 'process',
      title: g.process,
      format: formatBytes,
      bytes: true,
      windowSeconds: 1,
      series: [
        { label: s.rss, colour: '--graph-1', fill: true, read: (now) => now.memory.rss },
        { label: s.heap, colour: '--graph-2', read: (now) => now.memory.heapUsed },
        { label: s.buffers, colour: '--graph-3', read: (now) => now.memory.arrayBuffers },
      ],
    },
  ];
}

/** The sample `seconds` before the one at `index`; null where there is none, or the core was restarted between. */
export function sampleBefore(samples: readonly StatsSample[], index: number, seconds: number): StatsSample | null {
  const now = samples[index];
  if (now === undefined) return null;
  let found: StatsSample | null = null;
  for (let at = index - 1; at >= 0; at--) {
    const sample = samples[at];
    if (sample === undefined || sample.uptimeSeconds > now.uptimeSeconds) break;
    found = sample;
    if (now.atMs - sample.atMs >= seconds * 1000) break;
  }
  return found;
}

/** Columns for a graph: times in seconds, then one column per series. */
export function graphData(spec: GraphSpec, samples: readonly StatsSample[], fromMs: number): (number | null)[][] {
  const columns: (number | null)[][] = [[], ...spec.series.map((): (number | null)[] => [])];
  for (let index = 0; index < samples.length; index++) {
    const now = samples[index];
    if (now === undefined || now.atMs < fromMs) continue;
    const before = sampleBefore(samples, index, spec.windowSeconds);
    columns[0]?.push(now.atMs / 1000);
    spec.series.forEach(({ read }, at) => columns[at + 1]?.push(read(now, before)));
  }
  return columns;
}

/** All graphs' data as CSV, one line per sample. */
export function toCsv(specs: readonly GraphSpec[], samples: readonly StatsSample[], fromMs: number): string {
  const data = specs.map((spec) => graphData(spec, samples, fromMs));
  const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const head = [
    'time',
    ...specs.flatMap((spec) => spec.series.map((series) => quote(`${spec.title}: ${series.label}`))),
  ];
  const times = data[0]?.[0] ?? [];
  const lines = times.map((time, row) =>
    [
      new Date((time ?? 0) * 1000).toISOString(),
      ...data.flatMap((columns) => columns.slice(1).map((column) => String(column[row] ?? ''))),
    ].join(','),
  );
  return [head.join(','), ...lines].join('\r\n') + '\r\n';
}
