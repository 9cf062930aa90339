import { describe, expect, it } from 'vitest';
import { INVALID, parseCacheControl, parseDeltaSeconds } from './cache-control.ts';
import { parseEtagList, strongMatch, weakMatch } from './conditionals.ts';
import { formatHttpDate, parseHttpDate } from './dates.ts';
import { Head } from './head.ts';
import { parseContentRange, parseRange } from './ranges.ts';

const NOW = Date.UTC(2026, 0, 1);

describe('HTTP dates', () => {
  it.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sun Nov  6 08:49:37 1994', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['SUN, 06 NOV 1994 08:49:37 gmt', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Thursday, 18-Aug-50 02:01:18 GMT', Date.UTC(2050, 7, 18, 2, 1, 18)],
    ['Monday, 01-Jan-77 00:00:00 GMT', Date.UTC(1977, 0, 1)],
    ['Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2017, 0, 1)],
    ['Thu, 29 Feb 2024 00:00:00 GMT', Date.UTC(2024, 1, 29)],
  ])('%s', (text, ms) => {
    expect(parseHttpDate(text, NOW)).toBe(ms);
    expect(parseHttpDate(text, NOW)).toBe(ms);
  });
  it.each([
    '',
    '0',
    'now',
    '1994-11-06T08:49:37Z',
    'Sun 06 Nov 1994 08:49:37 GMT',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'Wed, 29 Feb 2023 00:00:00 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 06 Foo 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:49:37 GMT',
  ])('%j is none', (text) => {
    expect(parseHttpDate(text, NOW)).toBeUndefined();
  });
  it('formats the preferred form', () => {
    expect(formatHttpDate(Date.UTC(1994, 10, 6, 8, 49, 37))).toBe('Sun, 06 Nov 1994 08:49:37 GMT');
  });
});

describe('Cache-Control', () => {
  it('reads lists, quotes, case and empty members', () => {
    expect(parseCacheControl(' , No-Store,max-age="5" ,private="A, b", x="y,no-cache\\"", , s-maxage=7')).toMatchObject(
      { noStore: true, noCache: false, maxAge: 5, private: false, privateFields: ['a', 'b'], sMaxAge: 7 },
    );
  });
  it('survives what is broken', () => {
    expect(parseCacheControl('private="a')).toMatchObject({ privateFields: ['a'] });
    expect(parseCacheControl('=,"x",max-age="')).toMatchObject({ maxAge: INVALID });
    expect(parseCacheControl('no-cache=""')).toMatchObject({ noCache: true });
    expect(parseCacheControl('no-store foo')).toMatchObject({ noStore: false });
  });
  it.each([
    ['5', 5],
    ['005', 5],
    ['2147483648', 2_147_483_648],
    ['99999999999999999999', 2_147_483_648],
    ['', INVALID],
    ['-1', INVALID],
    ['1.0', INVALID],
    [undefined, INVALID],
  ])('delta-seconds %j', (text, value) => {
    expect(parseDeltaSeconds(text)).toBe(value);
  });
  it('max-stale without argument takes any', () => {
    expect(parseCacheControl('max-stale').maxStale).toBe(Infinity);
  });
  it('Pragma counts only alone', () => {
    expect(new Head(['Pragma', 'x, no-cache']).requestCacheControl.noCache).toBe(true);
    expect(new Head(['Pragma', 'no-cachex']).requestCacheControl.noCache).toBe(false);
    expect(new Head(['Pragma', 'no-cache', 'Cache-Control', 'max-age=1']).requestCacheControl.noCache).toBe(false);
    expect(new Head(['A', 'b']).cacheControl.text).toBe('');
  });
});

describe('entity tags', () => {
  it('compares', () => {
    expect([
      weakMatch('W/"a"', '"a"'),
      weakMatch('"a"', '"b"'),
      strongMatch('"a"', '"a"'),
      strongMatch('W/"a"', 'W/"a"'),
      strongMatch(undefined, '"a"'),
    ]).toEqual([true, false, true, false, false]);
  });
  it('splits lists', () => {
    expect(parseEtagList(' "a,b" , W/"c",,d ')).toEqual(['"a,b"', 'W/"c"', 'd']);
  });
});

describe('ranges', () => {
  it('reads spans against a length', () => {
    expect(parseRange('bytes=0-0,-1', 10)).toEqual({
      kind: 'spans',
      spans: [
        { first: 0, last: 0 },
        { first: 9, last: 9 },
      ],
    });
    expect(parseRange('bytes=0-', 0)).toEqual({ kind: 'unsatisfiable' });
    expect(parseRange(undefined, 10)).toEqual({ kind: 'whole' });
  });
  it.each([
    ['bytes 0-4/10', { first: 0, last: 4, length: 10 }],
    ['bytes 0-4/*', { first: 0, last: 4, length: undefined }],
    ['bytes 4-0/10', undefined],
    ['bytes 0-10/10', undefined],
    ['bytes */10', undefined],
    ['items 0-4/10', undefined],
    [undefined, undefined],
  ])('Content-Range %j', (text, range) => {
    expect(parseContentRange(text)).toEqual(range);
  });
});
