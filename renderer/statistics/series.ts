/** What each graph draws, computed from samples. Pure. */
import { REASON_COLOURS } from './colours.ts';
import type { StatsSample } from '../../proxy-core/contract/stats.ts';
import type { StatisticsTexts } from './texts.ts';
import { formatBytes, formatCount, formatDuration, formatRate, formatRatio } from '../ui/format.ts';
import { processBytes, processKinds, type ProcessKind } from './processes.ts';
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
  /** Drawn dashed, beside a line of the same colour. */
  dashed?: true;
  fill?: true;
}
export type GraphId = 'requests' | 'ratio' | 'latency' | 'cacheBytes' | 'entries' | 'evictions' | 'processes';
export interface GraphSpec {
  id: GraphId;
  title: string;
  series: readonly Series[];
  format: (value: number) => string;
  /** The scale counts bytes. */
  bytes?: true;
  /** Fixed top of the scale. */
  max?: number;
  /** One upon the other: the upper edge is their sum. */
  stacked?: true;
  /** Each line of the scale is ten times the one before. */
  logarithmic?: true;
  /** Seconds a point looks back for rates and quantiles: one second is too jumpy for few requests. */
  windowSeconds: number;
}

export const perSecond =
  (count: (sample: StatsSample) => number): Read =>
  (now, before) => {
    if (before === null) return null;
    const seconds = (now.atMs - before.atMs) / 1000;
    const added = count(now) - count(before);
    return seconds <= 0 || added < 0 ? null : added / seconds;
  };
export const share =
  (part: (sample: StatsSample) => number, whole: (sample: StatsSample) => number): Read =>
  (now, before) => {
    if (before === null) return null;
    const all = whole(now) - whole(before);
    return all <= 0 ? null : (100 * (part(now) - part(before))) / all;
  };
export const latency =
  (counts: (sample: StatsSample) => readonly number[], q: number): Read =>
  (now, before) =>
    before === null ? null : quantile(bucketDelta(counts(before), counts(now)), q);
const misses = ({ totals }: StatsSample): readonly number[] => totals.missLatency;
/** An older core counts none. */
const confirmed = ({ totals }: StatsSample): readonly number[] => totals.revalidatedLatency ?? [];
/** Hits that nobody had to be asked for. */
const hits = (sample: StatsSample): readonly number[] =>
  sample.totals.hitLatency.map((count, bucket) => count - (confirmed(sample)[bucket] ?? 0));
export const sumOf = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const PROCESS_COLOURS: Record<ProcessKind, string> = {
  window: '--graph-4',
  page: '--graph-4',
  shell: '--graph-5',
  graphics: '--graph-6',
  other: '--graph-2',
};

export function graphSpecs(t: StatisticsTexts): GraphSpec[] {
  const s = t.series;
  const g = t.graphs;
  const outcome = (name: 'HIT' | 'STALE' | 'REVALIDATED' | 'MISS' | 'BYPASS' | 'ERROR', colour: string): Series => ({
    label: name,
    colour,
    read: perSecond((sample) => sample.totals.byOutcome[name]),
  });
  const removal = (why: 'capacity' | 'expired' | 'invalidated' | 'replaced' | 'user'): Series => ({
    label: t.removal[why],
    colour: REASON_COLOURS[why],
    read: perSecond((sample) => sample.cache.removals[why]),
  });
  return [
    {
      id: 'requests',
      title: g.requests,
      stacked: true,
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
      id: 'latency',
      title: g.latency,
      logarithmic: true,
      format: formatDuration,
      windowSeconds: 10,
      series: [
        { label: s.hitP50, colour: '--hit', read: latency(hits, 0.5) },
        { label: s.hitP95, colour: '--hit', dashed: true, read: latency(hits, 0.95) },
        { label: s.revalidatedP50, colour: '--revalidated', read: latency(confirmed, 0.5) },
        { label: s.revalidatedP95, colour: '--revalidated', dashed: true, read: latency(confirmed, 0.95) },
        { label: s.missP50, colour: '--miss', read: latency(misses, 0.5) },
        { label: s.missP95, colour: '--miss', dashed: true, read: latency(misses, 0.95) },
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
      id: 'processes',
      title: g.processes,
      format: formatBytes,
      bytes: true,
      windowSeconds: 1,
      series: [
        {
          label: `${t.processes.core}: ${s.rss}`,
          colour: '--graph-1',
          fill: true,
          read: (now) => now.memory.rss,
        },
        { label: s.heap, colour: '--graph-2', read: (now) => now.memory.heapUsed },
        { label: s.buffers, colour: '--graph-3', read: (now) => now.memory.arrayBuffers },
        ...processKinds().map((kind): Series => ({
          label: t.processes[kind],
          colour: PROCESS_COLOURS[kind],
          dashed: true,
          read: (now) => processBytes(now.atMs, kind),
        })),
      ],
    },
    {
      id: 'evictions',
      title: g.evictions,
      format: formatRate,
      windowSeconds: 2,
      series: [removal('capacity'), removal('expired'), removal('invalidated'), removal('replaced'), removal('user')],
    },
    {
      id: 'entries',
      title: g.entries,
      format: formatCount,
      windowSeconds: 1,
      series: [{ label: s.entries, colour: '--graph-1', fill: true, read: (now) => now.cache.entries }],
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

/** Columns put one upon the other: each holds the sum of itself and those before it. */
export function stack(columns: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const [times = [], ...series] = columns;
  const out: (number | null)[][] = [[...times]];
  let below: readonly (number | null)[] = times.map(() => 0);
  for (const column of series) {
    const sum = column.map((value, row) => (value === null ? null : value + (below[row] ?? 0)));
    out.push(sum);
    below = sum;
  }
  return out;
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
