import { expect, test } from 'vitest';
import { makeCacheStats, makeSample, makeTotals, SOME_TIME_MS } from '../demo/builders.ts';
import { en } from '../i18n/en.ts';
import { bucketDelta, quantile } from './quantile.ts';
import { graphData, graphSpecs, sampleBefore, toCsv } from './series.ts';

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
const specs = graphSpecs(en);
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
  expect(lines[1]).toMatch(/^2025-03-09T12:00:00.000Z,1000,/);
});
