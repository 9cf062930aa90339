import { describe, expect, it } from 'vitest';
import { ABSENT } from '../../decide/vary.ts';
import { fieldCode, readCode } from './field-codes.ts';
import { packHead, unpackFigures, unpackHead, type StoredHead } from './stored-head.ts';

const head = (overrides: Partial<StoredHead>): StoredHead => ({
  ...{ url: 'http://a.test/', statusText: 'OK', varyBy: [], fields: [] },
  ...{ swrSeconds: undefined, sieSeconds: undefined, contentBytes: undefined },
  ...overrides,
});

describe('the packed head', () => {
  it.each<[what: string, overrides: Partial<StoredHead>]>([
    ['nothing', {}],
    ['no reason phrase', { statusText: '' }],
    ['known names', { fields: ['Content-Type', 'text/html', 'ETag', '"1"', 'X-Served-By', 'cache-1'] }],
    ['known names in lower case', { fields: ['content-type', 'text/html', 'etag', '"1"', 'x-served-by', 'cache-1'] }],
    ['known names in another case', { fields: ['CONTENT-TYPE', 'text/html', 'Etag', '"1"'] }],
    ['names of no table', { fields: ['X-Ü', 'ünï', 'a', 'b'] }],
    ['empty values', { fields: ['Server', '', 'X-Own', '', 'server', ''] }],
    ['values that look like codes', { fields: ['X-Own', '\u0003text', 'Server', '\u0001\u0002!'] }],
    ['the same name again', { fields: ['Set-Cookie', 'a=b', 'Set-Cookie', 'c=d'] }],
    ['Vary', { varyBy: ['foo', '1', 'bar', ABSENT, 'baz', ''], fields: ['Vary', 'foo, bar, baz'] }],
    ['windows', { swrSeconds: 0, sieSeconds: 4_294_967_295 }],
    ['one window', { sieSeconds: 7, varyBy: ['foo', '1'], fields: ['Age', '1'] }],
    ['a packed body', { contentBytes: 9_000_000_000 }],
  ])('gives back %s', (_what, overrides) => {
    const before = head(overrides);
    const packed = packHead(before);
    expect(unpackHead(packed)).toEqual(before);
    const { swrSeconds, sieSeconds, contentBytes } = before;
    expect(unpackFigures(packed)).toEqual({ swrSeconds, sieSeconds, contentBytes });
  });
  it('has no room for line breaks, nor for names that would be codes', () => {
    const fields = ['X\nA', 'one\r\ntwo', '\u0003', 'value', '\u0001', 'value'];
    expect(unpackHead(packHead(head({ fields, statusText: 'O\nK' })))).toEqual(
      head({ fields: ['X A', 'one two', '?', 'value', '?', 'value'], statusText: 'O K' }),
    );
  });
  it('takes three bytes at most for a known name and its end', () => {
    for (const [name, bytes] of [
      ['Cache-Control', 1],
      ['cache-control', 2],
      ['X-Request-Id', 2],
      ['x-request-id', 3],
    ] as const) {
      const code = fieldCode(name)!;
      expect([code.length, readCode(`${code}value`)]).toEqual([bytes, { name, length: bytes }]);
    }
  });
});
