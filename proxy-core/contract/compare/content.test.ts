import { expect, test } from 'vitest';
import { alignFields } from './align.ts';
import { diffJson, diffLines, firstDifference } from './content.ts';

test('fields: by name whatever its case, equal values beside each other, the rest in pairs', () => {
  expect(
    alignFields(
      [['Accept', 'a'], ['Set-Cookie', '1'], ['Set-Cookie', '2'], ['Gone', 'x']],
      [['set-cookie', '2'], ['set-cookie', '3'], ['accept', 'a'], ['New', 'y']],
    ),
  ).toEqual([
    { name: 'Accept', left: 'a', right: 'a' },
    { name: 'Set-Cookie', left: '2', right: '2' },
    { name: 'Set-Cookie', left: '1', right: '3' },
    { name: 'Gone', left: 'x', right: null },
    { name: 'New', left: null, right: 'y' },
  ]);
}); // prettier-ignore

test('JSON: by path, the order of names does not count', () => {
  expect(diffJson({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toEqual([]);
  expect(diffJson({ a: 1, b: [1, { 'c d': 2 }], e: null }, { a: '1', b: [1, { 'c d': 3 }, 4] })).toEqual([
    { path: '$.a', left: '1', right: '"1"' },
    { path: '$.b[1]["c d"]', left: '2', right: '3' },
    { path: '$.b[2]', left: undefined, right: '4' },
    { path: '$.e', left: 'null', right: undefined },
  ]);
  const deep = (end: number): unknown => JSON.parse('['.repeat(1000) + String(end) + ']'.repeat(1000));
  expect([diffJson(deep(1), deep(1)), diffJson(deep(1), deep(2))].map(({ length }) => length)).toEqual([0, 1]);
  expect(
    diffJson(
      Array.from({ length: 9000 }, () => 1),
      [],
    ),
  ).toHaveLength(500);
});

test('text: lines both have once, the others at their side; too many are not held against each other', () => {
  expect(diffLines('a\nb\nc\nd', 'a\nx\nc\nd')?.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'same a',
    'left b',
    'right x',
    'same c',
    'same d',
  ]);
  expect(diffLines('a', 'a\nb')?.map(({ kind }) => kind)).toEqual(['same', 'right']);
  const many = (of: string): string => Array.from({ length: 5000 }, (_, n) => `${of}${n}`).join('\n');
  expect(diffLines(many('a'), many('b'))).toBeUndefined();
  expect(diffLines(many('a'), many('a'))).toHaveLength(5000);
});

test('bytes: the first that differs', () => {
  const of = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
  expect(firstDifference(of(1, 2), of(1, 2))).toBe(-1);
  expect(firstDifference(of(1, 2), of(1, 3))).toBe(1);
  expect(firstDifference(of(1), of(1, 3))).toBe(1);
});
