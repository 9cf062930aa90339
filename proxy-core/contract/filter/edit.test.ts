import { expect, test } from 'vitest';
import { completeWord, wordAt } from './complete.ts';
import { activeChips, quoteValue, setTerm, toggleChip, toggleTerm } from './edit.ts';
import { parseFilter } from './parse.ts';
import { STORED, TRAFFIC } from './scopes.ts';
import { rowOf, storedOf } from './testkit/rows.ts';

test('chips widen each other and leave the rest of the line alone', () => {
  expect(toggleChip('host:a.example', 'cache:miss')).toBe('cache:miss host:a.example');
  expect(toggleChip('cache:miss host:a.example', 'cache:hit')).toBe('(cache:hit or cache:miss) host:a.example');
  expect(activeChips('(cache:hit or cache:miss) host:a.example')).toEqual(['cache:hit', 'cache:miss']);
  expect(toggleChip('(cache:hit or cache:miss) host:a.example', 'cache:hit')).toBe('cache:miss host:a.example');
  expect(toggleChip('cache:miss', 'cache:miss')).toBe('');
});

test('a term is added once and taken away again', () => {
  expect(toggleTerm('cache:hit', '-host:a.example')).toBe('cache:hit -host:a.example');
  expect(toggleTerm('cache:hit -host:a.example', '-host:a.example')).toBe('cache:hit');
});

test('only this host replaces every other word about hosts', () => {
  expect(setTerm('host:b.example cache:hit -host:"c d"', 'host', 'a.example:8080')).toBe(
    'host:a.example:8080 cache:hit',
  );
});

test('completion offers keys, then known words and what was captured, the most frequent first', () => {
  const rows = [
    rowOf({ id: 1, host: 'a.example' }),
    rowOf({ id: 2, host: 'b.example' }),
    rowOf({ id: 3, host: 'b.example' }),
  ];
  const visit = (each: (row: (typeof rows)[number]) => void): void => rows.forEach(each);
  expect(completeWord('ho', TRAFFIC, visit)).toEqual([{ text: 'host:' }]);
  expect(completeWord('-ho', TRAFFIC, visit)).toEqual([{ text: '-host:' }]);
  expect(completeWord('host:', TRAFFIC, visit)).toEqual([
    { text: 'host:b.example', count: 2 },
    { text: 'host:a.example', count: 1 },
  ]);
  expect(completeWord('cache:m', TRAFFIC, visit)).toEqual([{ text: 'cache:miss' }]);
  expect(completeWord('cache:miss', TRAFFIC, visit)).toEqual([]);
  expect(completeWord('', TRAFFIC, visit)).toEqual([]);
});

test('the word under the cursor starts after a space or a bracket', () => {
  expect(wordAt('cache:hit (ho', 13)).toEqual({ start: 11, word: 'ho' });
  expect(wordAt('cache:hit', 5)).toEqual({ start: 0, word: 'cache' });
});

test('completion offers what the list can be asked, and values as the column shows them', () => {
  const none = (): void => undefined;
  const words = (word: string, scope: typeof STORED): string[] =>
    completeWord(word, scope, (visit) => visit(storedOf({ contentType: 'image/svg+xml' }))).map(({ text }) => text);
  expect(words('t', STORED)).toEqual(['type:', 'ttl:', 'tag:']);
  expect(words('is:', STORED)).toEqual([
    'is:fresh',
    'is:usable',
    'is:stale',
    'is:pinned',
    'is:partial',
    'is:compressed',
  ]);
  expect(words('type:sv', STORED)).toEqual(['type:svg']);
  expect(words('time:', STORED)).toEqual([]);
  expect(completeWord('res.ca', TRAFFIC, none)).toEqual([{ text: 'res.cache-control:' }]);
  expect(completeWord('re', TRAFFIC, none).map(({ text }) => text)).toContain('res.');
});

test.each(['a b', 'a"b', '\\', '\\"', '(x)', '', 'a\\', '"'])('the value %j is itself behind a key', (value) => {
  const parsed = parseFilter(`path=${quoteValue(value)}`, TRAFFIC);
  if (value === '') expect(parsed.ok).toBe(false);
  else expect(parsed.ok && parsed.filter?.decide(rowOf({ path: value }))).toBe(true);
  expect(setTerm(`path=${quoteValue(value)} cache:hit`, 'path', 'x', '=')).toBe('path=x cache:hit');
});
