import { expect, test } from 'vitest';
import { makeCacheStats, makeSample, makeTotals, SOME_TIME_MS } from '../demo/builders.ts';
import { statisticsEn } from '../i18n/statistics-en.ts';
import { bucketDelta, quantile } from './quantile.ts';
import { keepProcesses, processBytes } from './processes.ts';
import { graphData, graphSpecs, sampleBefore, stack, toCsv } from './series.ts';
import { sparkPath } from './spark.ts';
import { countTop } from './top.ts';
import { makeRow } from '../demo/builders.ts';
import { MAX_SAMPLES } from '../state/stats.ts';
import { LATENCY_BUCKETS_MS } from '../../proxy-core/contract/stats.ts';

test('a quantile lies within its bucket, by a straight line', () => {
  const bounds = [1, 2, 4];
  expect(quantile([0, 10, 0, 0], 0.5, bounds)).toBe(1.5);
  expect(quantile([10, 0, 10, 0], 0.95, bounds)).toBeCloseTo(3.8);
  expect(quantile([4, 0, 0, 0], 0.5, bounds)).toBe(0.5);
  expect(quantile([0, 0, 0, 5], 0.5, bounds)).toBe(4);
  expect(quantile([0, 0, 0, 0], 0.5, bounds)).toBeNull();
});

test('counters that fell were started anew', () => {
  expect(bucketDelta([3, 5], [4, 9])).toEqual([1, 4]);
  expect(bucketDelta([3, 5], [1, 6])).toEqual([1, 1]);
});

const at = (second: number, requests: number, uptimeSeconds = second + 1) =>
  makeSample({
    atMs: SOME_TIME_MS + second * 1000,
    uptimeSeconds,
    totals: makeTotals({
      requests,
      byOutcome: { HIT: requests, STALE: 0, REVALIDATED: 0, MISS: 0, BYPASS: 0, ERROR: 0 },
      byCacheStatus: { HIT: requests, MISS: requests, BYPASS: 0 },
    }),
    cache: makeCacheStats({ bytes: 1000 + second }),
  });
const specs = graphSpecs(statisticsEn);
const spec = (id: string) => specs.find((item) => item.id === id)!;

test('rates come from two samples, levels from one', () => {
  const samples = [at(0, 0), at(1, 4), at(2, 10)];
  expect(graphData(spec('requests'), samples, 0)[1]).toEqual([null, 4, 5]);
  expect(graphData(spec('cacheBytes'), samples, 0)[1]).toEqual([1000, 1001, 1002]);
  expect(graphData(spec('ratio'), samples, 0)[1]).toEqual([null, 50, 50]);
});

test('a restart of the core leaves a gap instead of a negative rate', () => {
  const samples = [at(0, 100, 50), at(1, 104, 51), at(2, 2, 1), at(3, 5, 2)];
  expect(sampleBefore(samples, 2, 1)).toBeNull();
  expect(graphData(spec('requests'), samples, 0)[1]).toEqual([null, 4, null, 3]);
});

test('only samples within the time shown are drawn', () => {
  expect(graphData(spec('entries'), [at(0, 0), at(1, 0), at(2, 0)], SOME_TIME_MS + 1000)[0]).toHaveLength(2);
});

test('CSV has one line per sample and one column per series', () => {
  const lines = toCsv(specs, [at(0, 0), at(1, 4)], 0)
    .trim()
    .split('\r\n');
  expect(lines).toHaveLength(3);
  const width = 1 + specs.reduce((sum, item) => sum + item.series.length, 0);
  for (const line of lines) expect(line.split(',')).toHaveLength(width);
  expect(lines[0]).toMatch(/^time,Requests per second by outcome: HIT,/);
  expect(lines[2]).toMatch(/^2025-03-09T12:00:01.000Z,4,0,/);
});

test('what an origin confirmed is slow like a miss, and does not stand among the hits', () => {
  const counts = (...placed: [bucketMs: number, count: number][]): number[] => {
    const out = new Array<number>(LATENCY_BUCKETS_MS.length + 1).fill(0);
    for (const [ms, count] of placed) out[LATENCY_BUCKETS_MS.findIndex((bound) => bound === ms)] = count;
    return out;
  };
  const sampleOf = (second: number, hitLatency: number[], revalidatedLatency: number[]) =>
    makeSample({
      atMs: SOME_TIME_MS + second * 1000,
      uptimeSeconds: second + 1,
      totals: makeTotals({ hitLatency, revalidatedLatency }),
    });
  const samples = [sampleOf(0, counts(), counts()), sampleOf(1, counts([0.5, 10], [100, 10]), counts([100, 10]))];
  const latest = graphData(spec('latency'), samples, 0).map((column) => column[1]);
  const [, hitP50, hitP95, confirmedP50, confirmedP95, missP50] = latest;
  for (const ms of [hitP50, hitP95]) expect(ms).toBeLessThanOrEqual(0.5);
  for (const ms of [confirmedP50, confirmedP95]) expect(ms).toBeGreaterThan(50);
  expect(missP50).toBeNull();
});

test('stacked: each column is the sum of itself and those below; a gap stays a gap', () => {
  expect(
    stack([
      [1, 2, 3],
      [1, null, 2],
      [4, null, 0],
      [1, null, 3],
    ]),
  ).toEqual([
    [1, 2, 3],
    [1, null, 2],
    [5, null, 2],
    [6, null, 5],
  ]);
  expect(spec('requests').stacked).toBe(true);
});

test('a course is a line from foot to top; gaps break it, many values are thinned to their peaks', () => {
  expect(sparkPath([0, 5, 10])).toBe('M0.0 22.0L50.0 12.0L100.0 2.0');
  expect(sparkPath([1, null, 1, 1])).toBe('M0.0 2.0M66.7 2.0L100.0 2.0');
  expect(sparkPath([null, 3])).toBe('');
  expect(sparkPath([0, 0])).toBe('M0.0 22.0L100.0 22.0');
  const peaks = Array.from({ length: 900 }, (_, at) => (at === 450 ? 10 : 1));
  expect(sparkPath(peaks).split('L')).toHaveLength(60);
  expect(sparkPath(peaks)).toContain(' 2.0L');
});

test('hosts by requests, reasons by misses; what is left is told', () => {
  const rows = [
    ...Array.from({ length: 10 }, (_, at) => makeRow({ id: at + 1, host: `h${at}.example`, cacheStatus: 'HIT' })),
    makeRow({ id: 20, host: 'h3.example', cacheStatus: 'MISS', reason: 'uri-miss' }),
    makeRow({ id: 21, host: 'h3.example', cacheStatus: 'MISS', reason: 'expired' }),
    makeRow({ id: 22, host: 'h3.example', cacheStatus: 'MISS', reason: 'expired' }),
    makeRow({ id: 23, host: 'h4.example', cacheStatus: 'BYPASS', reason: 'request-no-store' }),
  ];
  const top = countTop((visit) => {
    for (const row of rows) visit({ ...row, key: row.id });
  });
  expect(top.hosts.slice(0, 2)).toEqual([
    { name: 'h3.example', count: 4, hits: 1 },
    { name: 'h4.example', count: 2, hits: 1 },
  ]);
  expect([top.hosts.length, top.hostsLeft, top.exchanges, top.misses]).toEqual([8, 2, 14, 3]);
  expect(top.reasons).toEqual([
    { name: 'expired', count: 2, hits: 0 },
    { name: 'uri-miss', count: 1, hits: 0 },
  ]);
});

test('memory of processes is kept as long as the samples it belongs to', () => {
  for (let at = 0; at <= MAX_SAMPLES; at++) keepProcesses(at, { window: at });
  expect(processBytes(0, 'window')).toBeNull();
  expect([processBytes(1, 'window'), processBytes(MAX_SAMPLES, 'window')]).toEqual([1, MAX_SAMPLES]);
  expect(processBytes(1, 'graphics')).toBeNull();
});
