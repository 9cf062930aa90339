/** A slice of the comparison with node's parser; `bench/compare-heads.ts --replies` runs millions. */
import { expect, it } from 'vitest';
import { seeded } from '../../front/wire/testkit/head-inputs.ts';
import { compareReplies } from './testkit/compare-replies.ts';

it('20,000 odd replies: none is taken that node’s parser refuses, none is read in another way, whole or in pieces', () => {
  const { inputs, faults, bothTake, bothRefuse } = compareReplies(20_000, seeded(1));
  expect(faults).toEqual([]);
  expect(inputs).toBe(20_000);
  expect(bothTake).toBeGreaterThan(2000);
  expect(bothRefuse).toBeGreaterThan(2000);
});
