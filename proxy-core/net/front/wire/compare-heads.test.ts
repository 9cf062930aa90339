/** A slice of the comparison with node's parser; `bench/compare-heads.ts` runs millions. */
import { expect, it } from 'vitest';
import { compareHeads } from './testkit/compare-heads.ts';
import { seeded } from './testkit/head-inputs.ts';

it('20,000 odd heads: none is taken that node’s parser refuses, none is read in another way', () => {
  const { inputs, faults, bothTake, bothRefuse } = compareHeads(20_000, seeded(1));
  expect(faults).toEqual([]);
  expect(inputs).toBe(20_000);
  expect(bothTake).toBeGreaterThan(2000);
  expect(bothRefuse).toBeGreaterThan(2000);
});
