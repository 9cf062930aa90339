import { expect, it } from 'vitest';
import { createBackoff } from './backoff.ts';

it('doubles from a quarter second to ten seconds, and starts again after a success', () => {
  const backoff = createBackoff(() => 0);
  expect(Array.from({ length: 8 }, () => backoff.next())).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  backoff.reset();
  expect(backoff.next()).toBe(250);
});

it('shortens each pause by up to a fifth', () => {
  expect(createBackoff(() => 0.5).next()).toBe(225);
  expect(createBackoff(() => 1).next()).toBe(200);
});

it('stays at its longest after any number of failures', () => {
  const backoff = createBackoff(() => 0);
  for (let failure = 0; failure < 5000; failure += 1) backoff.next();
  expect(backoff.next()).toBe(10_000);
});
