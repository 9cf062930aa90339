import { describe, expect, it, test } from 'vitest';
import { choiceOf, countedIn, formOf, listOf } from './plurals.ts';
import { numbersOf } from './units.ts';

const en = numbersOf('en');
const ru = numbersOf('ru');
const SECOND = 1000;
const DAY = 86_400 * SECOND;

describe('durations', () => {
  it.each([
    [0, '0 s', '0 с'],
    [0.001, '<0.01 ms', '<0,01 мс'],
    [0.237, '0.24 ms', '0,24 мс'],
    [9.96, '10 ms', '10 мс'],
    [12.4, '12 ms', '12 мс'],
    [400, '400 ms', '400 мс'],
    [999.6, '1 s', '1 с'],
    [1250, '1.25 s', '1,25 с'],
    [12_340, '12.3 s', '12,3 с'],
    [59 * SECOND, '59 s', '59 с'],
    [59_960, '1 min', '1 мин'],
    [90 * SECOND, '1 min 30 s', '1 мин 30 с'],
    [186 * SECOND, '3 min 6 s', '3 мин 6 с'],
    [3600 * SECOND, '1 h', '1 ч'],
    [3605 * SECOND, '1 h', '1 ч'],
    [2 * 3600 * SECOND + 300 * SECOND, '2 h 5 min', '2 ч 5 мин'],
    [1.5 * DAY, '1 day 12 h', '1 день 12 ч'],
    [27 * 3600 * SECOND, '1 day 3 h', '1 день 3 ч'],
    [DAY + 5 * SECOND, '1 day', '1 день'],
    [11 * DAY, '11 days', '11 дней'],
    [22 * DAY, '22 days', '22 дня'],
    [365 * DAY, '1 year', '1 год'],
    [3 * 365 * DAY + DAY, '3 years 1 day', '3 года 1 день'],
    [2 ** 31 * SECOND, '68 years 35 days', '68 лет 35 дней'],
    [-61 * SECOND, '-1 min 1 s', '-1 мин 1 с'],
  ])('%d ms', (ms, english, russian) => {
    expect([en.duration(ms), ru.duration(ms)]).toEqual([english, russian]);
  });
  it('in the genitive', () => {
    expect([60_000, DAY, 3 * DAY, 21 * DAY + 3_600_000, 2 * 365 * DAY].map(ru.durationOf)).toEqual([
      '1 мин',
      '1 дня',
      '3 дней',
      '21 дня 1 ч',
      '2 лет',
    ]);
  });
  it('that are compared are told apart, when they differ', () => {
    expect(en.durations(3601 * SECOND, 3600 * SECOND)).toEqual(['1 h 1 s', '1 h']);
    expect(en.durations(36 * 3600 * SECOND + SECOND, 36 * 3600 * SECOND)).toEqual(['1 day 12 h 1 s', '1 day 12 h']);
    expect(en.durations(70 * SECOND, 60 * SECOND)).toEqual(['1 min 10 s', '1 min']);
    expect(en.durations(60 * SECOND, 60 * SECOND)).toEqual(['1 min', '1 min']);
  });
  it('of whole seconds never say 0 s for the first of them', () => {
    expect([0, 0.4, 1, 12.9, -0.5, -3].map(en.age)).toEqual([
      'less than 1 s',
      'less than 1 s',
      '1 s',
      '12 s',
      'less than 1 s',
      '-3 s',
    ]);
    expect([ru.age(0.4), ru.age(90), ru.shortAge(0)]).toEqual(['меньше 1 с', '1 мин 30 с', '<1 с']);
  });
});

describe('sizes', () => {
  it.each([
    [0, '0 B', '0 Б'],
    [999, '999 B', '999 Б'],
    [1000, '1000 B', '1000 Б'],
    [1024, '1 KiB', '1 КиБ'],
    [1536, '1.5 KiB', '1,5 КиБ'],
    [100_000, '97.7 KiB', '97,7 КиБ'],
    [1_048_575, '1 MiB', '1 МиБ'],
    [268_435_456, '256 MiB', '256 МиБ'],
    [1_288_490_189, '1.2 GiB', '1,2 ГиБ'],
    [-2048, '-2 KiB', '-2 КиБ'],
  ])('%d', (bytes, english, russian) => {
    expect([en.size(bytes), ru.size(bytes)]).toEqual([english, russian]);
  });
  it('that are compared stand in bytes when they would look the same', () => {
    expect(en.sizes(10_485_761, 10_485_760)).toEqual(['10,485,761 B', '10,485,760 B']);
    expect(en.sizes(20_971_520, 10_485_760)).toEqual(['20 MiB', '10 MiB']);
  });
});

test('counts, shares and rates', () => {
  expect([0, 999, 1234, 1_234_567].map(en.count)).toEqual(['0', '999', '1,234', '1,234,567']);
  expect(ru.count(1_234_567)).toBe('1\u202f234\u202f567');
  expect([en.ratio(1, 4), ru.ratio(1, 4), en.ratio(0, 0)]).toEqual(['25.0%', '25,0\u202f%', '–']);
  expect([0, 0.44, 9.96, 12.3, 1234].map(en.rate)).toEqual(['0', '0.4', '10', '12', '1.23k']);
  expect(ru.rate(1234)).toBe('1,23\u202fтыс.');
});

test('lists end in a word', () => {
  expect([[], ['x'], ['x', 'y'], ['x', 'y', 'z']].map((items) => listOf('en', items))).toEqual([
    '',
    'x',
    'x and y',
    'x, y and z',
  ]);
  expect([listOf('ru', ['x', 'y', 'z']), choiceOf('ru', ['x', 'y', 'z']), choiceOf('en', ['x', 'y'])]).toEqual([
    'x, y и z',
    'x, y или z',
    'x or y',
  ]);
});

test('nouns take the form that the rules of the language ask for', () => {
  const entries = countedIn('en', en.count)({ one: '# entry', other: '# entries' });
  expect([0, 1, 2, 11, 21, 1234].map((n) => entries(n))).toEqual([
    '0 entries',
    '1 entry',
    '2 entries',
    '11 entries',
    '21 entries',
    '1,234 entries',
  ]);
  const записи = countedIn('ru', ru.count)(
    { one: '# запись', few: '# записи', many: '# записей' },
    (things, bytes: string) => `${things}, ${bytes}`,
  );
  expect([0, 1, 2, 5, 11, 21, 101].map((n) => записи(n, '3 КиБ'))).toEqual([
    '0 записей, 3 КиБ',
    '1 запись, 3 КиБ',
    '2 записи, 3 КиБ',
    '5 записей, 3 КиБ',
    '11 записей, 3 КиБ',
    '21 запись, 3 КиБ',
    '101 запись, 3 КиБ',
  ]);
  expect(formOf('ru', { one: 'день', few: 'дня', many: 'дней' })(1.5)).toBe('дня');
});
