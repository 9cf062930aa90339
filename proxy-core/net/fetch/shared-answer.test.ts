/** What one who shares an answer is told: nothing that only the other request said. */
import { expect, it } from 'vitest';
import type { RequestPlan, ResponsePlan } from '../../cache/plan.ts';
import type { Explained } from '../../contract/reasons.ts';
import { sharedAnswer } from './shared-answer.ts';

const facts = (given: Explained['facts']): Explained['facts'] =>
  sharedAnswer(
    { kind: 'store', reason: 'validation-changed', facts: given, trace: [] } as unknown as ResponsePlan & {
      kind: 'store';
    },
    { kind: 'validate', reason: 'expired', facts: { stale: 17 }, trace: [] } as unknown as RequestPlan,
    0,
  ).facts;

it('a window that the other request named is not told', () => {
  expect(facts({ stale: 10, status: 502, sieWindow: 30, sieUnused: 'over', sieBy: 'request' })).toEqual({
    stale: 17,
    status: 502,
  });
});

it('one of the stored response is', () => {
  expect(facts({ stale: 10, status: 502, sieWindow: 30, sieUnused: 'over' })).toEqual({
    stale: 17,
    status: 502,
    sieWindow: 30,
    sieUnused: 'over',
  });
});
