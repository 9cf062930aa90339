import { expect, it } from 'vitest';
import { delays, linesOf } from './window.ts';
import type { Meters } from './window-page.ts';

const METERS: Meters = {
  frames: [16, 17, 16, 17],
  longTasks: [],
  longFrames: [],
  commits: 4,
  batches: 2,
  rows: 200,
  drawn: [],
};

it('counts a row as shown with the first frame that has it or a later one', () => {
  // Rows 101 to 104, sent each 10 ms from 1000 on; what stood there before the first frame says nothing.
  const sent = [1000, 1010, 1020, 1030];
  expect(
    delays(sent, 101, [
      [1005, 100],
      [1025, 102],
      [1060, 104],
    ]),
  ).toEqual([25, 15, 40, 30]);
});

it('has nothing to tell when no frame showed a row', () => {
  expect(delays([1000], 1, [])).toEqual([]);
});

it('holds frames, tasks and renders against their targets', () => {
  const met = (meters: Meters): (boolean | undefined)[] => linesOf('x', meters).map(({ aim }) => aim?.met);
  expect(met(METERS)).toEqual([true, true, undefined, true]);
  expect(
    met({
      ...METERS,
      frames: [16, 16, 60],
      longTasks: [{ at: 5, ms: 60, who: 'draw 55 ms' }],
      commits: 5,
    }),
  ).toEqual([false, false, undefined, false]);
});
