import { expect, test } from 'vitest';
import { Unseen } from './unseen.ts';

test('what was looked at does not count, and a new core begins anew', () => {
  const unseen = new Unseen();
  expect([
    unseen.count(2, false),
    unseen.count(3, true),
    unseen.count(5, false),
    unseen.count(5, false),
    unseen.count(1, false),
    unseen.count(1, true),
  ]).toEqual([2, 0, 2, 2, 1, 0]);
});
