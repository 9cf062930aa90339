import { describe, expect, it } from 'vitest';
import { globMatches } from '../glob.ts';
import { captureGlob, fillCaptures } from './capture-glob.ts';

describe('captureGlob', () => {
  it.each([
    ['http://a.test/api/*', 'http://a.test/api/v1/x?y=1', ['v1/x?y=1']],
    ['*://*/api/*', 'https://b.test:8443/api/', ['https', 'b.test:8443', '']],
    ['a*b*c', 'abbbc', ['', 'bb']],
    ['a*b*c', 'abbbd', undefined],
    ['*', '', ['']],
    ['', '', []],
    ['', 'x', undefined],
    ['**', 'xy', ['', 'xy']],
    ['a?c', 'abc', []],
    ['a?c', 'ac', undefined],
    ['x=*;*', 'x=1; y=2', ['1', ' y=2']],
  ])('%s of %s', (pattern, text, captures) => {
    expect(captureGlob(pattern, text)).toEqual(captures);
  });

  it('matches what a glob matches, and its captures put together are the text', () => {
    const letters = 'ab';
    for (let n = 0; n < 1 << 11; n++) {
      const pattern = Array.from({ length: n % 6 }, (_, i) => 'ab*?'[(n >> (2 * i)) & 3]).join('');
      const text = Array.from({ length: (n * 7) % 8 }, (_, i) => letters[(n >> i) & 1]).join('');
      const captures = captureGlob(pattern, text);
      expect(captures !== undefined, `${pattern} of ${text}`).toBe(globMatches(pattern, text));
      if (captures === undefined || pattern.includes('?')) continue;
      let next = 0;
      expect(pattern.replaceAll('*', () => captures[next++]!)).toBe(text);
    }
  });

  it('takes no exponential time', () => {
    expect(captureGlob(`${'*a'.repeat(2000)}b`, 'a'.repeat(8000))).toBeUndefined();
  });
});

describe('fillCaptures', () => {
  it.each([
    ['http://b.test/$1', ['x'], 'http://b.test/x'],
    ['$2-$1', ['a', 'b'], 'b-a'],
    ['$$1', ['a'], '$1'],
    ['$3', ['a'], ''],
    ['$0 $', ['a'], '$0 $'],
    ['$1', ['$1 $$'], '$1 $$'],
  ])('%s', (template, captures, text) => {
    expect(fillCaptures(template, captures)).toBe(text);
  });
});
