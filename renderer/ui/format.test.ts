import { expect, test } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatRate,
  formatRatio,
  formatShortAge,
  parseDuration,
  parseSize,
  speakUnits,
} from './format.ts';

test('a clock has a fixed width', () => {
  expect(formatClock(new Date(2025, 2, 9, 4, 5, 6, 7).getTime())).toBe('04:05:06.007');
});

test.each([
  ['512', 512],
  ['100kb', 102_400],
  ['1.5 MB', 1_572_864],
  ['2GiB', 2_147_483_648],
  ['much', null],
  ['', null],
  ['1zb', null],
] as const)('size %s', (text, bytes) => expect(parseSize(text)).toBe(bytes));
test.each([
  ['250', 250],
  ['300ms', 300],
  ['2s', 2000],
  ['1.5min', 90_000],
  ['1d', 86_400_000],
  ['soon', null],
] as const)('duration %s', (text, ms) => expect(parseDuration(text)).toBe(ms));

test('units are spoken in the chosen language', () => {
  speakUnits('ru');
  expect([formatBytes(1536), formatDuration(12), formatAge(3700), formatShortAge(0), formatCount(1234)]).toEqual([
    '1,5 КиБ',
    '12 мс',
    '1 ч 1 мин',
    '<1 с',
    '1\u202f234',
  ]);
  expect([formatRatio(1, 4), formatRate(0.44)]).toEqual(['25,0\u202f%', '0,4']);
  speakUnits('en');
  expect([formatBytes(1536), formatDuration(12), formatCount(1234)]).toEqual(['1.5 KiB', '12 ms', '1,234']);
});
