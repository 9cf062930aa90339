import { expect, test } from 'vitest';
import { makeRow } from '../../demo/builders.ts';
import { completeWord, wordAt } from './complete.ts';
import { activeChips, setTerm, toggleChip, toggleTerm } from './edit.ts';

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
    makeRow({ id: 1, host: 'a.example' }),
    makeRow({ id: 2, host: 'b.example' }),
    makeRow({ id: 3, host: 'b.example' }),
  ].map((row) => ({ ...row, key: row.id }));
  const visit = (each: (row: (typeof rows)[number]) => void): void => rows.forEach(each);
  expect(completeWord('ho', visit)).toEqual([{ text: 'host:' }]);
  expect(completeWord('-ho', visit)).toEqual([{ text: '-host:' }]);
  expect(completeWord('host:', visit)).toEqual([
    { text: 'host:b.example', count: 2 },
    { text: 'host:a.example', count: 1 },
  ]);
  expect(completeWord('cache:m', visit)).toEqual([{ text: 'cache:miss' }]);
  expect(completeWord('cache:miss', visit)).toEqual([]);
  expect(completeWord('', visit)).toEqual([]);
});

test('the word under the cursor starts after a space or a bracket', () => {
  expect(wordAt('cache:hit (ho', 13)).toEqual({ start: 11, word: 'ho' });
  expect(wordAt('cache:hit', 5)).toEqual({ start: 0, word: 'cache' });
});
