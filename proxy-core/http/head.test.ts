/** A head against plain scans of its list, over seeded random lists: same answers, whatever the order, case and number of lines. */
import { expect, it } from 'vitest';
import { makeRandom } from '../cache/testkit/make.ts';
import { parseCacheControl } from './cache-control.ts';
import { CONDITION_FIELDS } from './conditionals.ts';
import { getCombined, getField, hasField, withoutFields } from './fields.ts';
import { Head, KNOWN } from './head.ts';
import { stripHopByHop } from './hop-by-hop.ts';

const CASES = 20_000;

const random = makeRandom(9110);
const below = (n: number): number => Math.floor(random() * n);
const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;

/** Of the same lengths as known ones, of no length a known one has, and what objects have of themselves. */
const UNKNOWN = ['dnt', 'X-A', 'accept', 'te', 'keep-alive', 'x-forwarded-for', '__proto__', 'constructor', '', 'Ä'];
const VALUES = [
  '',
  'a, b',
  'no-cache',
  'max-age=5, private="x-a, Foo"',
  'no-store',
  'close',
  'Foo, x-a, host',
  ' , ',
  'x, no-cache',
  '"v1"',
  '7',
];

function inSomeCase(name: string): string {
  const how = below(4);
  if (how === 0) return name.toUpperCase();
  if (how === 2) return [...name].map((char) => (random() < 0.5 ? char.toUpperCase() : char)).join('');
  return how === 1 ? name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase()) : name;
}

function randomFields(): string[] {
  // Now and then more lines than a slot can number.
  const lines = random() < 0.01 ? 250 + below(20) : below(12);
  const few = random() < 0.5 ? [pick(KNOWN), pick(KNOWN), 'connection', 'cache-control', 'pragma', 'X-A'] : KNOWN;
  const out: string[] = [];
  for (let i = 0; i < lines; i++)
    out.push(lines < 20 && random() < 0.7 ? inSomeCase(pick(few)) : pick(UNKNOWN), pick(VALUES));
  return out;
}

/** Lines behind all a slot can number. */
const farLines = (): string[] => [
  ...Array.from({ length: 254 }, (_, i) => [`x-${i}`, String(i)]).flat(),
  ...['ETag', '"far"', 'Vary', 'a', 'Vary', 'b'],
];

function answersOf(head: Head, name: (typeof KNOWN)[number]): unknown[] {
  return [head.get(name), head.combined(name), head.combinedOf(name), head.has(name)];
}

it(`${CASES} random lists answer as their plain scans do`, () => {
  for (let i = 0; i < CASES; i++) {
    const fields = i === 0 ? farLines() : randomFields();
    const head = new Head(fields);
    for (const name of KNOWN) {
      const plain = [
        getField(fields, name),
        getCombined(fields, name),
        getCombined(fields, name),
        hasField(fields, name),
      ];
      const fast = answersOf(head, name);
      if (fast.some((answer, at) => answer !== plain[at]))
        expect.fail(`${name} of ${JSON.stringify(fields)}: ${JSON.stringify(fast)}, plainly ${JSON.stringify(plain)}`);
    }
    for (const name of UNKNOWN) {
      const lower = name.toLowerCase();
      if (head.combinedOf(lower) !== getCombined(fields, lower)) expect.fail(`${name} of ${JSON.stringify(fields)}`);
    }
    const text = getCombined(fields, 'cache-control');
    const endToEnd = stripHopByHop(fields);
    const targeted = getCombined(fields, 'cdn-cache-control') ?? '';
    // One comparison each, for the reporter's sake only where it fails.
    const told = [
      head.cacheControl,
      head.requestCacheControl.noCache,
      head.cdnCacheControl,
      head.endToEnd.fields,
      head.forwarded.fields,
      head.hasConditionOrRange,
      head.contentLength,
    ];
    const plain = [
      parseCacheControl(text ?? ''),
      text === undefined
        ? /(^|,)\s*no-cache\s*(,|=|$)/.test(getCombined(fields, 'pragma') ?? '')
        : parseCacheControl(text).noCache,
      targeted.trim() === '' ? undefined : parseCacheControl(targeted),
      endToEnd,
      withoutFields(endToEnd, new Set(['host', 'expect'])),
      [...CONDITION_FIELDS, 'range'].some((name) => hasField(fields, name)),
      getField(fields, 'content-length') === '7' ? 7 : undefined,
    ];
    if (JSON.stringify(told) !== JSON.stringify(plain)) expect(told, JSON.stringify(fields)).toEqual(plain);
  }
});

it('is made once: what was parsed or derived is the same object again, and itself where nothing is to be left out', () => {
  const head = new Head(['Host', 'a', 'Cache-Control', 'no-cache', 'Connection', 'close']);
  expect(head.forwarded).toBe(head.forwarded);
  expect(head.forwarded.fields).toEqual(['Cache-Control', 'no-cache']);
  expect(head.forwarded.forwarded).toBe(head.forwarded);
  expect(head.endToEnd.endToEnd).toBe(head.endToEnd);
  expect(head.without(new Set(['x-a']))).toBe(head);
  expect(head.cacheControl).toBe(head.cacheControl);
  expect(head.requestCacheControl).toBe(head.requestCacheControl);
});
