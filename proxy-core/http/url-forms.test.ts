import { describe, expect, it } from 'vitest';
import { formsOf, makeHostMatcher, makeTextMatcher, referredUrls, writtenUrl } from './url-forms.ts';
import { oddUrls } from '../testkit/odd-urls.ts';
import { parseTarget } from './target.ts';

describe('the one form', () => {
  it('is its own form, keeps path and query byte for byte, and is the first of the forms to look for', () => {
    for (const url of oddUrls(
      5000,
      [
        'Example.TEST',
        'example.test.',
        '%65xample.test',
        '127.1',
        '0x7f.1',
        '[::1]',
        '[0::1]',
        '[::ffff:127.0.0.1]',
        'b%C3%BCcher.test',
        'a_b.test',
      ],
      ['', ':', ':80', ':8080', ':080'],
    )) {
      const parsed = parseTarget(url);
      if (!parsed.ok) throw new Error(`${url}: ${parsed.problem}`);
      const { target } = parsed;
      expect(url.endsWith(target.path.replace(/^\//, ''))).toBe(true);
      expect(parseTarget(target.url)).toMatchObject({
        ok: true,
        target: { url: target.url, path: target.path, host: target.host },
      });
      expect(new URL(target.url).host).toBe(target.host);
      expect(formsOf(url)[0]).toBe(target.url);
      expect(formsOf(`${url}#f`)[0]).toBe(target.url);
      expect(makeHostMatcher(new URL(url).hostname)(target.url)).toBe(true);
      expect(makeTextMatcher(url)(target.url)).toBe(true);
    }
  });
  it('takes what people paste', () => {
    expect(writtenUrl(' http://BÜCHER.test/ä b#c ')).toBe('http://xn--bcher-kva.test/%C3%A4%20b');
    expect(writtenUrl('http://x.test/\ud800')).toBe('http://x.test/%EF%BF%BD');
    expect(writtenUrl('x.test/a')).toBeUndefined();
  });
});

describe('formsOf', () => {
  it.each([
    ['http://x.test/c', ['http://x.test/c']],
    ['http://x.test/a/../c{1}', ['http://x.test/a/../c{1}', 'http://x.test/c{1}', 'http://x.test/c%7B1%7D']],
    ['http://x.test/a/./b/..?q/../r', ['http://x.test/a/./b/..?q/../r', 'http://x.test/a/?q/../r']],
    ['http://x.test/../..', ['http://x.test/../..', 'http://x.test/']],
    ['ftp://x.test/', []],
  ])('%s', (url, forms) => {
    expect(formsOf(url)).toEqual(forms);
  });
});

describe('referredUrls', () => {
  const base = 'http://x.test/dir/page?q';
  it.each([
    ['other', ['http://x.test/dir/other']],
    ['../up{1}', ['http://x.test/dir/../up{1}', 'http://x.test/up{1}', 'http://x.test/up%7B1%7D']],
    ['/abs', ['http://x.test/abs']],
    ['?new', ['http://x.test/dir/page?new']],
    ['', ['http://x.test/dir/page?q']],
    ['#part', ['http://x.test/dir/page?q']],
    ['//x.test:80/same', ['http://x.test/same']],
    ['http://X.TEST./same#f', ['http://x.test/same']],
    ['/\xc3\xa4', ['http://x.test/%C3%A4']],
    ['http://y.test/other', []],
    ['https://x.test/other', []],
    ['http://x.test.evil/', []],
    ['mailto:a@b', []],
  ])('%s', (reference, urls) => {
    expect(referredUrls(reference, base)).toEqual(urls);
  });
});

describe('matchers', () => {
  it.each([
    ['EXAMPLE.test', 'http://example.test:8080/', true],
    ['example.test.', 'http://example.test/', true],
    ['example.test:80', 'http://example.test/', true],
    ['example.test:80', 'https://example.test/', false],
    ['example.test:443', 'https://example.test/', true],
    ['example.test:8080', 'http://example.test:8080/', true],
    ['example.test:8080', 'http://example.test/', false],
    ['example', 'http://example.test/', false],
    ['127.1', 'http://127.0.0.1:99/', true],
    ['127.0.0.1', 'http://127.0.0.10/', false],
    ['::1', 'http://[::1]:8080/', true],
    ['[::1]:8080', 'http://[::1]:8080/', true],
  ])('host %s and %s: %s', (text, url, expected) => {
    expect(makeHostMatcher(text)(url)).toBe(expected);
  });
  it('finds by text in any spelling of a whole URL', () => {
    const matches = makeTextMatcher('HTTP://0x7f000001:80/Path');
    expect([matches('http://127.0.0.1/path/more'), matches('http://127.0.0.2/path')]).toEqual([true, false]);
    expect(makeTextMatcher('PaTh')('http://x.test/path')).toBe(true);
  });
});
