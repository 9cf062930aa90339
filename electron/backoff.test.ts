import { expect, test } from 'vitest';
import { restartDelayMs } from './backoff.ts';

test('the first restart is immediate, later ones wait twice as long each, up to a cap', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 1000].map((attempt) => restartDelayMs(attempt, false))).toEqual([
    0, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000,
  ]);
});

test('a core that said why it cannot start is never retried at once', () => {
  expect(restartDelayMs(1, true)).toBe(500);
});
