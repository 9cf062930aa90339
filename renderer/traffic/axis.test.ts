/** The waterfall's axis spans what is in sight, from the first start to the last end. */
import { expect, test } from 'vitest';
import { makeRow } from '../demo/builders.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';
import { axisOf, axisStyle } from './axis.ts';

const row = (startedAtMs: number, durationMs?: number): TrafficRow => {
  const { durationMs: _, ...rest } = { ...makeRow({ id: 1, seq: 1 }), key: 1 };
  return { ...rest, startedAtMs, ...(durationMs === undefined ? {} : { durationMs }) };
};

test('from the first start to the last end, in whatever order the rows stand', () => {
  expect(axisOf([row(2000, 100), row(1000, 50), row(1500, 900)], 0)).toEqual({ fromMs: 1000, spanMs: 1400 });
});

test('what has not ended reaches now', () => {
  expect(axisOf([row(1000, 50), row(1200)], 5000)).toEqual({ fromMs: 1000, spanMs: 4000 });
});

test('one quick exchange does not fill it; without rows there is none', () => {
  expect(axisOf([row(1000, 1)], 0)?.spanMs).toBe(10);
  expect(axisOf([], 0)).toBeUndefined();
  expect(axisStyle(undefined)).toEqual({});
});

test('CSS is told beginning and length in seconds, the head its length in words', () => {
  const style = axisStyle({ fromMs: 1000, spanMs: 1250 });
  expect(Number(axisStyle({ fromMs: 2000, spanMs: 1 })['--axis-from']) - Number(style['--axis-from'])).toBeCloseTo(
    1,
    3,
  );
  expect(style['--axis-span']).toBe('1.2500');
  expect(style['--axis-text']).toBe('"1.25 s"');
});
