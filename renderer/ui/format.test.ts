import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatCount,
  formatMs,
  formatRate,
  formatRatio,
  formatSeconds,
  parseDuration,
  parseSize,
  speakUnits,
} from './format.ts';

describe.each([
  [
    'bytes',
    formatBytes,
    [
      [0, '0 B'],
      [999, '999 B'],
      [1000, '0.98 KB'],
      [1536, '1.5 KB'],
      [268_435_456, '256 MB'],
      [1_288_490_189, '1.2 GB'],
      [-2048, '-2 KB'],
    ],
  ],
  [
    'ms',
    formatMs,
    [
      [0, '0 ms'],
      [0.237, '0.24 ms'],
      [9.96, '10 ms'],
      [12.4, '12 ms'],
      [999.6, '1 s'],
      [1250, '1.25 s'],
      [186_000, '3.1 min'],
    ],
  ],
  [
    'seconds',
    formatSeconds,
    [
      [0, '0 s'],
      [45.2, '45 s'],
      [125, '2 min 5 s'],
      [3600, '1 h'],
      [31_536_000, '365 d'],
      [-61, '-1 min 1 s'],
    ],
  ],
  [
    'counts',
    formatCount,
    [
      [0, '0'],
      [999, '999'],
      [1_234_567, '1\u202f234\u202f567'],
    ],
  ],
  [
    'rates',
    formatRate,
    [
      [0, '0'],
      [0.44, '0.4'],
      [9.96, '10'],
      [12.3, '12'],
      [1234, '1.23k'],
    ],
  ],
] as [string, (value: number) => string, [number, string][]][])('%s', (_, format, table) => {
  test.each(table)('%d is %s', (value, text) => expect(format(value)).toBe(text));
});

test('a ratio of nothing is a dash', () => {
  expect(formatRatio(1, 4)).toBe('25.0%');
  expect(formatRatio(0, 0)).toBe('–');
});

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
  expect([formatBytes(1536), formatMs(12), formatSeconds(3700)]).toEqual(['1.5 КБ', '12 мс', '1 ч 1 мин']);
  speakUnits('en');
  expect(formatMs(12)).toBe('12 ms');
});
