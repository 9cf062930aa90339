import { expect, test } from 'vitest';
import { restAfter } from './per-frame.ts';

test.each([
  [10, 0],
  [17, 0],
  [27, 20],
  [67, 100],
  [2000, 250],
])('an update that took %d ms to be drawn rests %d ms', (frame, rest) => expect(restAfter(frame)).toBe(rest));
