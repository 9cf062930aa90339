import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryTimeline } from './timeline.ts';

const AT = 1_700_000_000_000;
const entry = { storedAtMs: AT, staleAtMs: AT + 60_000, lifetimeSeconds: 60 };

test('fresh, then usable while revalidated, then when the origin fails', () => {
  const line = entryTimeline({ ...entry, swrUntilMs: AT + 90_000, sieUntilMs: AT + 120_000 }, AT + 30_000);
  expect(line.zones.map(({ kind, endsAtMs }) => [kind, (endsAtMs - AT) / 1000])).toEqual([
    ['fresh', 60],
    ['swr', 90],
    ['sie', 120],
  ]);
  expect(line.now).toBeCloseTo(line.zones[0]!.to / 2);
});

test('a zone that is over before it begins is none', () => {
  expect(entryTimeline({ ...entry, swrUntilMs: AT + 90_000, sieUntilMs: AT + 80_000 }, AT).zones).toHaveLength(2);
  // Stale from the start.
  expect(entryTimeline({ storedAtMs: AT, staleAtMs: AT, lifetimeSeconds: 0 }, AT + 5)).toEqual({ zones: [], now: 1 });
});

test('one that came with an age was fresh before it was stored', () => {
  const line = entryTimeline({ storedAtMs: AT, staleAtMs: AT + 20_000, lifetimeSeconds: 60 }, AT);
  expect(line.now).toBeGreaterThan(0.5);
});

test('zones follow each other inside the line, whatever the times are', () => {
  const time = fc.integer({ min: AT - 10 ** 9, max: AT + 10 ** 9 });
  fc.assert(
    fc.property(
      time,
      time,
      time,
      time,
      fc.nat(10 ** 6),
      time,
      (storedAtMs, staleAtMs, swr, sie, lifetimeSeconds, now) => {
        const line = entryTimeline({ storedAtMs, staleAtMs, lifetimeSeconds, swrUntilMs: swr, sieUntilMs: sie }, now);
        let at = 0;
        for (const { from, to } of line.zones) {
          expect(from).toBeGreaterThanOrEqual(at);
          expect(to).toBeGreaterThanOrEqual(from);
          at = to;
        }
        expect(at).toBeLessThanOrEqual(1);
        expect(line.now).toBeGreaterThanOrEqual(0);
        expect(line.now).toBeLessThanOrEqual(1);
      },
    ),
  );
});
