import { DisplayString, isInnerList, parseList as judge, Token } from 'structured-headers';
import { describe, expect, it } from 'vitest';
import { parseList, type BareItem, type Member } from './structured.ts';

/** Pieces of which lists are made, good and bad. No dates: the judge takes them at the end of a field only. */
const PIECES = [
  ...['a', 'ExampleCache', '*', 'a:b/c', '"CDN Company"', '"a\\"b\\\\c"', '"a\\x"', '"open', '"ü"'],
  ...['1', '-1', '-', '999999999999999', '9999999999999999', '1.5', '1.2345', '.5', '5.', '1234567890123.1'],
  ...['?1', '?0', '?2', ':YWJj:', ':YWJj', ':a!:', '%"f%c3%bc"', '%"%C3"', '%"%ff"'],
  ...[';', ';hit', ';ttl=376', '; fwd=uri-miss', ';a=1;a=2', ';A=1', ';*k', '; =1', ';a=', ',', ', ', ' ', '\t'],
  ...['(', ')', '(a b)', '(a "b";c=1)', '( a  b )', '(a,b)', '=', '\\', '/', ''],
];

/** What the npm package makes of a list, in our shapes. */
function judged(text: string): unknown {
  try {
    return judge(text).map((member) => [
      isInnerList(member) ? member[0].map(([item, own]) => [plain(item), pairs(own)]) : plain(member[0]),
      pairs(member[1]),
    ]);
  } catch {
    return undefined;
  }
}

type Judged = ReturnType<typeof judge>[number];

function plain(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return { bytes: Buffer.from(value).toString('base64') };
  return value instanceof Token || value instanceof DisplayString ? { text: value.toString() } : value;
}
const pairs = (parameters: Judged[1]): unknown => [...parameters].map(([key, value]) => [key, plain(value)]);

function ours(text: string): unknown {
  return parseList(text)?.map((member: Member) => [
    member.type === 'item' ? bare(member.item) : member.items.map((one) => [bare(one.item), own(one.parameters)]),
    own(member.parameters),
  ]);
}
const own = (parameters: ReadonlyMap<string, BareItem>): unknown =>
  [...parameters].map(([key, value]) => [key, bare(value)]);

function bare(item: BareItem): unknown {
  if (item.type === 'date') return { date: item.value };
  if (item.type === 'bytes') return { bytes: Buffer.from(item.value, 'base64').toString('base64') };
  return item.type === 'token' || item.type === 'display' ? { text: item.value } : item.value;
}

describe('lists of structured fields', () => {
  it('are read as structured-headers reads them, 100,000 of all sorts', () => {
    let seed = 9651;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    const differ: string[] = [];
    let good = 0;
    for (let i = 0; i < 100_000; i++) {
      let text = '';
      for (let pieces = 1 + next(6); pieces > 0; pieces--) text += PIECES[next(PIECES.length)]!;
      const [mine, theirs] = [ours(text), judged(text)];
      if (theirs !== undefined) good++;
      if (JSON.stringify(mine) !== JSON.stringify(theirs)) differ.push(text);
    }
    expect(differ.slice(0, 20)).toEqual([]);
    expect(good).toBeGreaterThan(8000);
  });
  it.each([
    ['@1659578233', [[{ date: 1_659_578_233 }, []]]],
    ['@-1', [[{ date: -1 }, []]]],
    [
      '@1;a=@2, @3',
      [
        [{ date: 1 }, [['a', { date: 2 }]]],
        [{ date: 3 }, []],
      ],
    ],
    ['@1.5', undefined],
    ['@', undefined],
  ])('a date: %s', (text, read) => {
    expect(ours(text)).toEqual(read);
  });
  it('longer than the bound are not read', () => {
    expect(parseList('a,'.repeat(8000) + 'a')?.length).toBe(8001);
    expect(parseList('a,'.repeat(9000) + 'a')).toBeUndefined();
  });
});
