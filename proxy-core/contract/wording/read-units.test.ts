import { expect, test } from 'vitest';
import { parseDuration, parseSize, writeDuration, writeSize } from './read-units.ts';

test.each(['en', 'ru'] as const)('what is written reads back as it was, %s', (language) => {
  for (const bytes of [0, 1, 1023, 1024, 1500, 524_288, 268_435_456, 68_719_476_736, 2_147_483_647])
    expect(parseSize(writeSize(bytes, language))).toBe(bytes);
  for (const seconds of [0, 1, 59, 60, 90, 120, 3600, 5400, 86_400, 31_536_000])
    expect(parseDuration(writeDuration(seconds * 1000, language, 's'), 's')).toBe(seconds * 1000);
  for (const ms of [0, 5, 999, 1000, 60_000]) expect(parseDuration(writeDuration(ms, language))).toBe(ms);
});

test('in the largest unit of which it is a whole number', () => {
  expect([writeSize(268_435_456, 'en'), writeSize(1500, 'en'), writeSize(0, 'en')]).toEqual([
    '256 MiB',
    '1500 B',
    '0 B',
  ]);
  expect([writeDuration(90_000, 'en', 's'), writeDuration(600_000, 'en', 's'), writeDuration(0, 'en', 's')]).toEqual([
    '90 s',
    '10 min',
    '0 s',
  ]);
  expect([writeSize(524_288, 'ru'), writeDuration(5, 'ru')]).toEqual(['512 КиБ', '5 мс']);
});

test.each([
  ['1,5 МиБ', 1_572_864],
  ['512кб', 524_288],
  ['1.5 МиБ', 1_572_864],
  ['много', null],
])('a size in Russian: %s', (text, bytes) => expect(parseSize(text)).toBe(bytes));
