import { describe, expect, test } from 'vitest';
import { COUNTS, disagreements } from '../../proxy-core/contract/testkit/agreement.ts';
import { parseFilter } from '../../proxy-core/contract/filter/parse.ts';
import { STORED, TRAFFIC } from '../../proxy-core/contract/filter/scopes.ts';
import { compareEn } from './compare-en.ts';
import { compareRu } from './compare-ru.ts';
import { composeEn } from './compose-en.ts';
import { composeRu } from './compose-ru.ts';
import { en } from './en.ts';
import { ru } from './ru.ts';
import { statisticsEn } from './statistics-en.ts';
import { statisticsRu } from './statistics-ru.ts';

/** With the texts that come with their views. */
const CATALOGUES = {
  en: { ...en, compose: composeEn, compare: compareEn, statistics: statisticsEn },
  ru: { ...ru, compose: composeRu, compare: compareRu, statistics: statisticsRu },
};

/** Every text of a catalogue by its path; functions are called with a sample for each argument. */
function texts(node: unknown, path: string, out: Map<string, string>): Map<string, string> {
  if (typeof node === 'string') out.set(path, node);
  else if (typeof node === 'function')
    out.set(path, String((node as (...args: unknown[]) => unknown)(...Array.from({ length: node.length }, () => 5))));
  else if (typeof node === 'object' && node !== null)
    for (const [key, value] of Object.entries(node)) texts(value, `${path}.${key}`, out);
  return out;
}

test('every example of a filter is one', () => {
  for (const { filter } of Object.values(CATALOGUES)) {
    const wrong = (scope: typeof TRAFFIC | typeof STORED, rows: [string, string][]): string[] =>
      rows.map(([line]) => line).filter((line) => !parseFilter<never>(line, scope).ok);
    expect(wrong({ ...TRAFFIC, is: { ...TRAFFIC.is, marked: () => false } }, filter.helpRows)).toEqual([]);
    expect(wrong(STORED, filter.cacheRows)).toEqual([]);
  }
});

test('both languages have the same texts, and none is empty where the other speaks', () => {
  const en = texts(CATALOGUES.en, '', new Map());
  const ru = texts(CATALOGUES.ru, '', new Map());
  expect([...ru.keys()]).toEqual([...en.keys()]);
  for (const [path, text] of en) expect(ru.get(path) === '', path).toBe(text === '');
});

/** Every text that takes something, by its path. */
function messages(node: unknown, path: string, out: [string, (...given: unknown[]) => string][]): typeof out {
  if (typeof node === 'function')
    out.push([path, (...given) => String((node as (...all: unknown[]) => unknown)(...given))]);
  else if (typeof node === 'object' && node !== null && !Array.isArray(node))
    for (const [key, value] of Object.entries(node)) messages(value, `${path}.${key}`, out);
  return out;
}
const isCounted = (path: string, node: unknown): boolean =>
  'counted' in
  (path
    .split('.')
    .slice(1)
    .reduce((at, key) => (at as Record<string, unknown>)[key], node) as object);

/** Behind a number these words are no nouns it counts. */
const NO_NOUNS = {
  en: [
    'waiting',
    'all',
    'ago',
    'not',
    'selected',
    'found',
    'more',
    'refused',
    'second',
    'after',
    'sent',
    'failed',
    'dropped',
    'as',
    'alone',
    'kept',
    'went',
    'only',
    'cannot',
    'on',
    'undone',
    'will',
    'are',
    'did',
    'now',
    'before',
    'were',
    'was',
  ],
  ru: ['после', 'здесь', 'до', 'как', 'принимается', 'открыт', 'теперь'],
};

describe.each(['en', 'ru'] as const)('%s', (language) => {
  const all = messages(CATALOGUES[language], '', []);
  const counted = all.filter(([path]) => isCounted(path, CATALOGUES[language]));
  test('some thirty messages count', () => expect(counted.length).toBeGreaterThan(30));
  test.each(counted)('the number agrees with its noun: %s', (_path, say) => {
    expect(disagreements(language, (n) => say(n, 'x', 'y', 'z'), NO_NOUNS[language])).toEqual([]);
    for (const n of COUNTS) expect(say(n, 'x', 'y', 'z')).not.toMatch(/#|undefined/);
  });
  test('no other message has a number before a noun', () => {
    const others = all.filter(([path]) => !isCounted(path, CATALOGUES[language]));
    const wrong = others.filter(
      ([, say]) => disagreements(language, (n) => say(`${n}`, `${n}`, `${n}`, `${n}`), NO_NOUNS[language]).length > 0,
    );
    expect(wrong.map(([path, say]) => `${path}: ${say('5', '5', '5', '5')}`)).toEqual([]);
  });
});

test('Russian counts in its three forms', () => {
  const { total, undone } = CATALOGUES.ru.cache;
  expect(
    [total(1, ''), total(3, ''), total(5, ''), total(11, ''), total(22, '')].map((text) => text.split(' ')[1]),
  ).toEqual(['запись,', 'записи,', 'записей,', 'записей,', 'записи,']);
  expect(undone(21)).toContain('запись');
  expect(COUNTS.map((n) => CATALOGUES.en.cache.total(n, ''))).not.toContain('1 entries, ');
});
