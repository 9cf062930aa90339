/**
 * No text from outside meets an expression that takes more than linear time: every regular expression of the product is
 * read from the sources, must be listed in testkit/expressions.ts, and is timed over 64 KiB of its worst. The same for
 * what the cache's decisions do with long fields and URLs. `BSDM_SHOW=1` prints the longest times.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { isTestFile } from '../scripts/layers.ts';
import { parseTarget } from './http/target.ts';
import { isNotModified } from './http/conditionals.ts';
import { parseCacheControl } from './http/cache-control.ts';
import { Head } from './http/head.ts';
import { stripHopByHop } from './http/hop-by-hop.ts';
import { parseRange } from './http/ranges.ts';
import { globMatches } from './contract/glob.ts';
import { exchange, makeCache, makeRequest, makeResponse, T0 } from './cache/testkit/make.ts';
import { LISTED, MADE, type Attack, type Listed } from './testkit/expressions.ts';

const LENGTH = 64 * 1024;
/** Linear work over 64 KiB takes a few ms, quadratic work over it seconds; far from both, so that a busy machine does not count. */
const CEILING_MS = 1000;
const ROOT = join(import.meta.dirname, '..');
/** Put behind every attack's first text, whatever the expression: what most of them repeat somewhere. */
const PUMPS = [
  ' ',
  '\t',
  '\n',
  '\r\n',
  'a',
  'A',
  'é',
  '0',
  '_',
  '-',
  '.',
  ',',
  ':',
  '/',
  '"',
  '=',
  '+',
  '<',
  '[',
  '(',
  '*',
  '%',
  'a ',
  ' a',
  'a,',
  ', ',
  '0 ',
  '/a',
  '.0',
  'a-',
  ' \t',
];

interface Found {
  at: string;
  text: string;
  made: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|cts)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !path.includes('node_modules/') && !path.endsWith('.d.ts') && !isTestFile(path));
}

function expressionsOf(path: string): Found[] {
  const file = ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    const at = (): string => `${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    if (ts.isRegularExpressionLiteral(node)) found.push({ at: at(), text: node.text, made: false });
    else if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp')
      found.push({ at: at(), text: withoutLayout(node.getText()), made: true });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** As one line: how a formatter has laid it out does not count. */
const withoutLayout = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, '')
    .replace(/,\)$/, ')')
    .replaceAll(",'", ", '");

const fill = ([before, repeated, behind]: Attack): string =>
  before + repeated.repeat(Math.ceil(LENGTH / repeated.length)) + behind;

/** Runs an expression over a text as a test, and as a search for every match. */
function timed(expression: RegExp, text: string): number {
  const every = new RegExp(
    expression.source,
    expression.flags.includes('g') ? expression.flags : `${expression.flags}g`,
  );
  const start = performance.now();
  new RegExp(expression.source, expression.flags).test(text);
  text.replace(every, '');
  return performance.now() - start;
}

/** A call may be written over several lines. */
const unspaced = (call: string): string => call.replace(/\s+/g, '').replace(/,\)$/, ')');

const attacksOf = (listed: Listed): Attack[] => listed.slice(1).filter((item): item is Attack => Array.isArray(item));

describe('regular expressions', () => {
  const found = ['proxy-core', 'renderer', 'electron'].flatMap(sources).flatMap(expressionsOf);
  const listed = new Set(LISTED.map(([expression]) => String(expression)));

  it('are all listed with their worst input, or with the reason why it is never long', () => {
    expect(found.length).toBeGreaterThan(100);
    const made = new Set(Object.keys(MADE).map(unspaced));
    const missing = found.filter((item) => !(item.made ? made.has(unspaced(item.text)) : listed.has(item.text)));
    expect(missing.map(({ at, text }) => `${at}: ${text} is not in proxy-core/testkit/expressions.ts`)).toEqual([]);
    const literals = new Set(found.map(({ text }) => text));
    const calls = new Set(found.map(({ text }) => unspaced(text)));
    expect(
      [
        ...[...listed].filter((text) => !literals.has(text)),
        ...Object.keys(MADE).filter((text) => !calls.has(unspaced(text))),
      ].map((text) => `${text} is in proxy-core/testkit/expressions.ts and nowhere else`),
    ).toEqual([]);
  });

  it('take linear time over 64 KiB of it', () => {
    const all = [...LISTED, ...Object.values(MADE).flatMap((item) => (typeof item === 'string' ? [] : item))];
    const times: [ms: number, expression: string, attack: string][] = [];
    for (const item of all) {
      const attacks = attacksOf(item);
      if (attacks.length === 0) continue;
      const first = attacks.map(([before]) => before);
      for (const attack of [
        ...attacks,
        ...[...new Set(first)].flatMap((before) => PUMPS.map((pump): Attack => [before, pump, '\0'])),
      ]) {
        const ms = timed(item[0], fill(attack));
        times.push([ms, String(item[0]), JSON.stringify(attack)]);
        if (ms > CEILING_MS)
          expect.fail(`${String(item[0])} took ${Math.round(ms)} ms over 64 KiB of ${JSON.stringify(attack)}`);
      }
    }
    times.sort(([a], [b]) => b - a);
    if (process.env['BSDM_SHOW'])
      process.stdout.write(
        `${found.length} expressions in the sources, ${listed.size} different; ${times.length} inputs; longest:\n${times
          .slice(0, 5)
          .map(([ms, expression, attack]) => `  ${ms.toFixed(2)} ms  ${expression}  ${attack}\n`)
          .join('')}`,
      );
  }, 120_000);

  it('would be found out by this test if they were not linear', () => {
    const text = fill(['', ' ', 'x']).slice(-20_000);
    const linear = Math.min(...Array.from({ length: 5 }, () => timed(/\s+/g, text)));
    expect(timed(/\s*,\s*/g, text)).toBeGreaterThan(10 * linear);
  });
});

describe('long fields and URLs', () => {
  const N = 110_000;
  const query = (count: number, last = ''): string =>
    `${Array.from({ length: count }, (_, i) => `p${i}=${i}`).join('&')}${last}`;

  /** Stores 64 variants, then asks with a long value of the field they vary by. */
  const varied = (name: string, value: string) => (): (() => void) => {
    const { cache } = makeCache();
    const fields = ['Cache-Control', 'max-age=60', 'Vary', name];
    for (let i = 0; i < 64; i++) exchange(cache, makeRequest({ fields: [name, `v${i}`] }), makeResponse({ fields }));
    return () => void cache.planRequest(makeRequest({ fields: [name, value] }), T0);
  };
  /** Asks for a URL with a long query beside 32 stored ones. */
  const near = (sent: string, stored: (i: number) => string) => (): (() => void) => {
    const { cache } = makeCache({}, { maxBytes: 100_000_000 });
    for (let i = 0; i < 32; i++) exchange(cache, makeRequest({ url: `http://a.test/x?${stored(i)}` }), makeResponse());
    return () => void cache.planRequest(makeRequest({ url: `http://a.test/x?${sent}` }), T0);
  };
  const long = query(20_000);
  const reversed = long.split('&').reverse().join('&');
  /** Each prepares, and gives what is timed. */
  const CASES: [name: string, prepare: () => () => void][] = [
    ['Vary: spaces', varied('foo', ' '.repeat(N))],
    ['Vary: spaces between letters', varied('foo', `a${' '.repeat(N)}b`)],
    ['Vary: tabs', varied('foo', `a,${'\t'.repeat(N)}b`)],
    ['Vary: spaces and tabs', varied('foo', `a${' \t'.repeat(N / 2)}b`)],
    ['Vary: commas', varied('foo', ','.repeat(N))],
    ['Vary: Accept-Language of many members', varied('accept-language', 'a,'.repeat(N / 2))],
    ['Vary: Accept-Language of many parameters', varied('accept-language', `a${';q= 1'.repeat(N / 5)}`)],
    ['Vary: Accept-Language of spaces', varied('accept-language', `a;q${' '.repeat(N)}=x`)],
    [
      'Vary: Accept-Encoding of many members',
      varied('accept-encoding', Array.from({ length: N / 6 }, (_, i) => `c${i}`).join()),
    ],
    [
      'Vary: many names',
      () => () =>
        void exchange(
          makeCache().cache,
          makeRequest(),
          makeResponse({
            fields: ['Cache-Control', 'max-age=60', 'Vary', query(10_000).replaceAll('&', ',').replaceAll('=', '')],
          }),
        ),
    ],
    ['near URLs: 20,000 parameters, one added', near(`${long}&z=1`, (i) => `${long}&y=${i}&x=1`)],
    [
      'near URLs: 20,000 parameters, one in the middle',
      near(`${long}&z=1&${long}`, (i) => `${long}&z=${i + 2}&${long}`),
    ],
    ['near URLs: 20,000 parameters in another order', near(reversed, (i) => `${long}&y=${i}`)],
    ['near URLs: ampersands', near('&'.repeat(N), (i) => '&'.repeat(N - i - 1))],
    ['near URLs: one parameter again and again', near('a=1&'.repeat(20_000), (i) => 'a=1&'.repeat(19_000 - i))],
    ['near URLs: equals signs', near('='.repeat(N), (i) => '='.repeat(N - i - 1))],
    ['Cache-Control: many directives', () => () => void parseCacheControl('no-cache="a",'.repeat(N / 13))],
    ['Cache-Control: one long argument', () => () => void parseCacheControl(`private="${'a,'.repeat(N / 2)}"`)],
    ['Cache-Control: spaces', () => () => void parseCacheControl(`max-age${' '.repeat(N)}=1`)],
    [
      'Connection: many options',
      () => () => void stripHopByHop(['Connection', 'a,'.repeat(N / 2), 'Connection', ' '.repeat(N)]),
    ],
    [
      'If-None-Match: many tags',
      () => () =>
        void isNotModified(
          new Head(['If-None-Match', '"a", '.repeat(N / 5)]),
          { etag: '"b"', lastModified: undefined, dateMs: T0 },
          T0,
        ),
    ],
    [
      'If-None-Match: quotes',
      () => () =>
        void isNotModified(
          new Head(['If-None-Match', '"'.repeat(N)]),
          { etag: '"b"', lastModified: undefined, dateMs: T0 },
          T0,
        ),
    ],
    ['Range: many spans', () => () => void parseRange(`bytes=${'0-1,'.repeat(N / 4)}`, 10)],
    ['Range: spaces', () => () => void parseRange(`bytes=0-1${' '.repeat(N)},`, 10)],
    ['target: dots', () => () => void parseTarget(`http://a/${'../'.repeat(N / 3)}`)],
    ['target: an authority of colons', () => () => void parseTarget(`http://${':'.repeat(N)}/`)],
    ['glob: stars over a long URL', () => () => void globMatches('*a*a*a*a*a*b', 'a'.repeat(N))],
  ];
  it('are decided about in linear time', () => {
    const times: [ms: number, name: string][] = [];
    for (const [name, prepare] of CASES) {
      const run = prepare();
      const start = performance.now();
      run();
      times.push([performance.now() - start, name]);
      if (times.at(-1)![0] > CEILING_MS) expect.fail(`${name}: ${Math.round(times.at(-1)![0])} ms`);
    }
    times.sort(([a], [b]) => b - a);
    if (process.env['BSDM_SHOW'])
      process.stdout.write(
        `long fields, longest:\n${times
          .slice(0, 8)
          .map(([ms, name]) => `  ${ms.toFixed(1)} ms  ${name}\n`)
          .join('')}`,
      );
  }, 120_000);
});
