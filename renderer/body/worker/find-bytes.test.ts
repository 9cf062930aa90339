import { expect, test } from 'vitest';
import { findBytes } from './find-bytes.ts';
import { finish } from './work.ts';

const png = Uint8Array.from([
  0x89,
  0x50,
  0x4e,
  0x47,
  0x0d,
  0x0a,
  0x1a,
  0x0a,
  ...new TextEncoder().encode('..IHDR ihdr é 1F 8B'),
]);

test.each([
  ['89 50', 1, [0]],
  ['0x0d0a', 1, [0]],
  ['png', 1, [0]],
  ['ihdr', 2, [0]],
  ['IHDR i', 1, [0]],
  ['é', 1, [1]],
  ['É', 0, []],
  ['1f 8b', 0, []],
  ['0x1f8', 0, []],
  ['8b', 1, [1]],
  ['..', 1, [0]],
  ['', 0, []],
  ['x'.repeat(100), 0, []],
])('“%s” is found %i times', (search, count, lines) =>
  expect(finish(findBytes(png, search))).toEqual({ count, lines }),
);

test('what repeats itself is counted without overlaps, and looked at in steps', () => {
  const zeros = new Uint8Array(1024 * 1024);
  expect(finish(findBytes(zeros, '00 00')).count).toBe(512 * 1024);
  const work = findBytes(zeros, '00 01');
  let steps = 0;
  while (work.next().done !== true) steps++;
  expect(steps).toBe(15);
});
