/** Which hosts a list names. */
import { expect, it } from 'vitest';
import { isListed, parseHostPatterns, withHost } from './host-patterns.ts';

it.each<[list: string, host: string, port: number, listed: boolean]>([
  ['shop.test', 'shop.test', 443, true],
  ['Shop.TEST', 'shop.test', 443, true],
  ['shop.test', 'www.shop.test', 443, false],
  ['*.shop.test', 'www.shop.test', 443, true],
  ['*.shop.test', 'a.b.shop.test', 443, true],
  ['*.shop.test', 'shop.test', 443, true],
  ['*.shop.test', 'myshop.test', 443, false],
  ['a.test:8443', 'a.test', 443, false],
  ['a.test:8443', 'a.test', 8443, true],
  ['a.test, 10.0.0.*\n::1;[::2]:8443', '10.0.0.7', 443, true],
  ['a.test, 10.0.0.*\n::1;[::2]:8443', '::1', 443, true],
  ['a.test, 10.0.0.*\n::1;[::2]:8443', '::2', 443, false],
  ['a.test, 10.0.0.*\n::1;[::2]:8443', '::2', 8443, true],
  ['*', 'anything.test', 1, true],
  ['', 'a.test', 443, false],
])('%s and %s:%d', (list, host, port, listed) => {
  expect(isListed(parseHostPatterns(list)!, host, port)).toBe(listed);
});

it.each([
  'http://a.test',
  'a.test/x',
  'a.test:0',
  'a.test:99999',
  'a.test:',
  ':443',
  'ü.test',
  'a'.repeat(301),
  '[::1',
])('is no pattern: %s', (text) => expect(parseHostPatterns(`ok.test, ${text}`)).toBeUndefined());

it('adds a host once', () => {
  expect(withHost('', 'a.test')).toBe('a.test');
  expect(withHost('a.test', 'b.test')).toBe('a.test, b.test');
  expect(withHost('A.test, b.test', 'a.test')).toBe('A.test, b.test');
});
