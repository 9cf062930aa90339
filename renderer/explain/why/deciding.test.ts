import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReasonCode, TraceStep } from '../../../proxy-core/contract/reasons.ts';
import { makeDetail, makeRow } from '../../demo/builders.ts';
import { step } from '../../demo/decide.ts';
import { decidingSteps, partValues } from './deciding.ts';

const lookup = step('lookup', 'request', 'pass', '', { found: 2 });
const noEntry = step('lookup', 'request', 'stop', '', { found: 0 });
const stage = step('stage', 'request', 'note', '', { stage: 'client-request' });
const vary = step('vary', 'request', 'stop', '');
const store = step('store', 'store', 'stop', '');
const status = step('response-status', 'store', 'pass', '');
const freshness = step('freshness', 'request', 'pass', '');
const validation = step('validation', 'request', 'stop', '');
const unchanged = step('not-modified', 'response', 'stop', '');
const isPrivate = step('response-private', 'store', 'stop', '');

test.each<[ReasonCode | undefined, TraceStep[], TraceStep | undefined, TraceStep[], number]>([
  ['vary-mismatch', [lookup, vary, status, store], vary, [store], 2],
  // A rule that had a hand in it is told of beside what decided.
  ['vary-mismatch', [stage, lookup, vary], vary, [stage], 1],
  // No field is behind it: the first step that decided.
  ['uri-miss', [noEntry, status, store], noEntry, [store], 1],
  ['response-private', [noEntry, status, isPrivate], isPrivate, [noEntry], 1],
  // The last of those a reason rests on.
  ['revalidated', [lookup, freshness, validation, unchanged], unchanged, [validation], 2],
  // It let the exchange go on, and is the reason all the same.
  ['expired', [lookup, freshness, status, store], freshness, [store], 2],
  ['cache-off', [], undefined, [], 0],
  [undefined, [lookup], undefined, [], 1],
])('%s', (reason, trace, main, others, passed) => {
  const { reason: _, ...row } = makeRow();
  const detail = makeDetail(reason === undefined ? row : { ...row, reason }, { trace });
  expect(decidingSteps(detail)).toEqual({ main, others, passed });
});

test('values part where they differ', () => {
  expect(partValues('page=2&sort=up', 'page=31&sort=up')).toEqual({
    before: 'page=',
    stored: '2',
    sent: '31',
    after: '&sort=up',
  });
  expect(partValues('aa', 'aaa')).toEqual({ before: 'aa', stored: '', sent: 'a', after: '' });
  expect(partValues('', 'x')).toEqual({ before: '', stored: '', sent: 'x', after: '' });
  // No half of a character.
  expect(partValues('a😀b', 'a😁b')).toEqual({ before: 'a', stored: '😀', sent: '😁', after: 'b' });
});

/** Many beginnings and ends in common, also of characters of two code units. */
const characters = fc.string({ unit: fc.constantFrom('a', 'b', '\u{1f600}', '\u{1f601}') });

test('nothing is lost, whatever the values are', () => {
  fc.assert(
    fc.property(characters, characters, (stored, sent) => {
      const parted = partValues(stored, sent);
      expect(parted.before + parted.stored + parted.after).toBe(stored);
      expect(parted.before + parted.sent + parted.after).toBe(sent);
      // No part begins or ends within a character.
      for (const part of [parted.before, parted.stored, parted.sent, parted.after])
        expect(encodeURIComponent(part)).toBeTypeOf('string');
    }),
  );
});
