import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFilter } from './parse.ts';
import { PatternTooHard } from './pattern-reader.ts';
import { compilePattern, PATTERN_TEXT_MAX } from './pattern.ts';
import { TRAFFIC } from './scopes.ts';
import { rowOf } from './testkit/rows.ts';

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
  for (const text of TEXTS) expect(pattern.test(text), JSON.stringify(text)).toBe(native.test(text));
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
  const run = compilePattern(source).run();
  expect(run.push(LONG, 0, LONG.length) || run.end()).toBe(false);
});

test.each(['*a*a*a*a*a*b', '*?*?*?*?b', `${'*a'.repeat(50)}b`])(
  'the glob %s is done with 64 KiB of its worst',
  (glob) => {
    const parsed = parseFilter(`url:${glob}`, TRAFFIC);
    expect(parsed.ok && parsed.filter?.decide(rowOf({ url: LONG }))).toBe(false);
  },
);

test.each([
  '('.repeat(20_000),
  '-'.repeat(20_000) + 'a',
  'not '.repeat(20_000) + 'a',
  `${'('.repeat(5000)}a${')'.repeat(5000)}`,
])('a filter nested too deeply is a problem, not an exception', (line) => {
  expect(parseFilter(line, TRAFFIC)).toMatchObject({ ok: false, problem: { code: 'too-deep' } });
});

test('a pattern that would need backtracking is a problem with its own words', () => {
  expect(parseFilter('/(a)\\1/', TRAFFIC)).toMatchObject({ ok: false, problem: { code: 'regex-hard' } });
});

test('a long text is looked through piece by piece as if it were one', () => {
  for (const source of SOURCES)
    for (const text of TEXTS) {
      const run = compilePattern(source).run();
      let found = false;
      for (let at = 0; at < text.length && !found; at++) found = run.push(text, at, at + 1);
      expect(found || run.end(), `/${source}/ ${JSON.stringify(text)}`).toBe(compilePattern(source).test(text));
    }
});

test('texts that lead to more states than are kept are searched all the same', () => {
  // Which of the last twelve characters were an a: 4096 states.
  const pattern = compilePattern('a.{11}b$');
  const native = /a.{11}b$/i;
  const texts = fc.sample(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 4000, maxLength: 4000 }), 20);
  for (const text of texts) expect(pattern.test(text)).toBe(native.test(text));
});

test('only the beginning of a text counts', () => {
  const pattern = compilePattern('b');
  expect(pattern.test(`${'a'.repeat(PATTERN_TEXT_MAX - 1)}b`)).toBe(true);
  expect(pattern.test(`${'a'.repeat(PATTERN_TEXT_MAX)}b`)).toBe(false);
});

test('random patterns find what the platform finds, or are refused', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    'B',
    '.',
    '\\d',
    '\\w',
    '\\b',
    '\\B',
    '^',
    '$',
    '[ab]',
    '[^a]',
    '1',
    ' ',
    '-',
    '\\s',
  );
  const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
    piece: fc.oneof(
      { maxDepth: 3 },
      atom,
      fc
        .tuple(atom, fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '*?'))
        .map(([of, times]) => (/^(\\[bB]|\^|\$)$/.test(of) ? of : of + times)),
      tie('pattern').map((inner) => `(${inner})`),
      fc.tuple(tie('pattern'), fc.constantFrom('*', '+', '?')).map(([inner, times]) => `(?:${inner})${times}`),
    ),
    pattern: fc
      .array(
        fc.array(tie('piece'), { minLength: 0, maxLength: 4 }).map((pieces) => pieces.join('')),
        {
          minLength: 1,
          maxLength: 3,
        },
      )
      .map((ways) => ways.join('|')),
  }));
  fc.assert(
    fc.property(
      pattern,
      fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', ' ', '-', '\n', 'é'), maxLength: 8 }),
      (source, text) => {
        let pattern;
        try {
          pattern = compilePattern(source);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(PatternTooHard);
          return;
        }
        expect(pattern.test(text)).toBe(new RegExp(source, 'i').test(text));
      },
    ),
    { numRuns: 3000 },
  );
});
