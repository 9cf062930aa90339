import { expect, it } from 'vitest';
import { PARAM_PARSERS } from './commands.ts';
import { compareEntryIds, entryNumber, isEntryRef, makeEntryId } from './entry-id.ts';

it('an id leads back to its number in its own session only', () => {
  const id = makeEntryId('a1b2c3', 12);
  expect(id).toBe('a1b2c3-12');
  expect(entryNumber(id, 'a1b2c3')).toBe(12);
  expect(entryNumber(12, 'a1b2c3')).toBe(12);
  expect(entryNumber(makeEntryId('with-dash', 3), 'with-dash')).toBe(3);
  expect(() => entryNumber(id, 'd4e5f6')).toThrow('entry a1b2c3-12 belongs to another run of the core');
});

it('entries of a session are in the order of their numbers', () => {
  expect([makeEntryId('a-1', 10), makeEntryId('a-1', 9)].sort(compareEntryIds)).toEqual(['a-1-9', 'a-1-10']);
});

it.each([0, -1, 1.5, '12', '-12', 'a-', 'a-b', 'a-1.5', `a-${'1'.repeat(16)}`, `${'a'.repeat(80)}-1`, null, {}])(
  'is no entry: %j',
  (value) => {
    expect(isEntryRef(value)).toBe(false);
    expect(() => PARAM_PARSERS['entry.get']({ id: value })).toThrow('id takes a whole number from 1, or <session>-<n>');
    expect(() => PARAM_PARSERS['entry.evict']({ ids: [1, value] })).toThrow('ids takes a list of numbers');
  },
);

it('commands take an id with its session, or a bare number', () => {
  expect(PARAM_PARSERS['entry.get']({ id: 'a1-5' })).toEqual({ id: 'a1-5' });
  expect(PARAM_PARSERS['capture.clear']({ session: 'a1' })).toEqual({ session: 'a1' });
  expect(PARAM_PARSERS['capture.pause']({ paused: true, session: 'a1' })).toEqual({ paused: true, session: 'a1' });
  expect(PARAM_PARSERS['cache.purge']({ selector: { ids: ['a1-5', 6] } })).toMatchObject({
    selector: { ids: ['a1-5', 6] },
  });
});
