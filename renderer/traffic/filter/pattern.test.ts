import { expect, test } from 'vitest';
import { makeRow } from '../../demo/builders.ts';
import { matchesFilter, parseFilter } from './parse.ts';
import { compilePattern, PatternTooHard } from './pattern.ts';

const SOURCES = [
  'a',
  'abc',
  'a|b|cd',
  '^a',
  'c$',
  '^abc$',
  '^$',
  '',
  'a*',
  'ab*c',
  'a+b',
  'a?b',
  '(ab)+',
  '(?:ab){2}',
  '(?<n>ab){1,2}c',
  'a{2,}',
  'a{0}b',
  'a{,2}',
  '{',
  '}',
  'x{y}',
  '[abc]',
  '[^abc]+$',
  '[a-c]+',
  '[\\d-]+',
  '[a-]',
  '[]',
  '[^]',
  '[\\]]',
  '[\\w.]+@',
  '\\d+',
  '\\D',
  '\\w+\\W',
  '\\s',
  '\\S+',
  '\\bab',
  'b\\b',
  '\\Bb',
  '\\/api\\/',
  'v\\d+(\\.\\d+)*',
  '(a|b)*c',
  '(a*)*b',
  '(a+)+$',
  '(a|a)*$',
  '(|a)b',
  '(a?){3}b',
  'a.c',
  '.*b.*c',
  '.+?c',
  '\\x41',
  '\\u0061b',
  '\\.',
  'Ä',
  '[à-ü]',
  '[A-C]{2}',
  '[^a]',
  '(a(b(c)?)?)?$',
  '\\t',
  '(^a|b$)',
  'a||b',
];
const TEXTS = [
  '',
  'a',
  'b',
  'ab',
  'abc',
  'ABC',
  'aabbcc',
  'abab',
  'ababc',
  'aaa',
  'xyz',
  'a-b 1.2',
  'v1.2.3/api/x',
  'a@b',
  ']',
  '-',
  '{',
  'x{y}',
  'a{,2}',
  'ä',
  'Ü',
  'a\nc',
  '\t',
  'a b',
  'http://shop.example/api/v2?x=[1]&y=a+b',
];

test.each(SOURCES)('/%s/ finds what the platform finds', (source) => {
  const pattern = compilePattern(source);
  const native = new RegExp(source, 'i');
  for (const text of TEXTS) expect(pattern(text), JSON.stringify(text)).toBe(native.test(text));
});

test.each([
  '(?=a)',
  '(?!a)',
  '(?<=a)b',
  '(?<!a)b',
  '(a)\\1',
  '(?<n>a)\\k<n>',
  'a{5000}',
  '(a{100}){100}',
  '(((){1000}){1000}){1000}',
  '('.repeat(60) + ')'.repeat(60),
])('/%s/ is refused', (source) => {
  expect(() => compilePattern(source)).toThrow(PatternTooHard);
});

test('what is no pattern is a syntax error', () => expect(() => compilePattern('(')).toThrow(SyntaxError));

const LONG = 'a'.repeat(64 * 1024);

test.each([
  '(a+)+$b',
  '(a|a)*b',
  '(a*)*b',
  'a*a*a*a*b',
  '(.*)(.*)(.*)=',
  '([a-z]+)*\\d$',
  '^(\\w+\\s?)*$!',
  '(x+x+)+y|a?a?a?a?$b',
  `${'(a|a)'.repeat(40)}b`,
])('/%s/ is done with 64 KiB of its worst', (source) => {
  expect(compilePattern(source)(LONG)).toBe(false);
});

test.each(['*a*a*a*a*a*b', '*?*?*?*?b', `${'*a'.repeat(50)}b`])(
  'the glob %s is done with 64 KiB of its worst',
  (glob) => {
    const parsed = parseFilter(`url:${glob}`);
    expect(
      parsed.ok && matchesFilter(parsed.node, { ...makeRow({ url: LONG }), key: 1 }, { isMarked: () => false }),
    ).toBe(false);
    expect(parsed.ok).toBe(true);
  },
);

test.each([
  '('.repeat(20_000),
  '-'.repeat(20_000) + 'a',
  'not '.repeat(20_000) + 'a',
  `${'('.repeat(5000)}a${')'.repeat(5000)}`,
])('a filter nested too deeply is a problem, not an exception', (line) => {
  expect(parseFilter(line)).toMatchObject({ ok: false, problem: { code: 'too-deep' } });
});

test('a pattern that would need backtracking is a problem with its own words', () => {
  expect(parseFilter('/(a)\\1/')).toMatchObject({ ok: false, problem: { code: 'regex-hard' } });
});
