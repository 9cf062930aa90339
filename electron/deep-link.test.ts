import { expect, test } from 'vitest';
import { linkAmong, parseDeepLink } from './deep-link.ts';

test.each([
  ['bsdm://open/traffic', { view: 'traffic' }],
  ['BSDM://open/cache/', { view: 'cache' }],
  ['bsdm://open/traffic?row=12', { view: 'traffic', row: 12 }],
  ['bsdm://open/traffic?row=1.5&filter=status:5xx%20host:a', { view: 'traffic', filter: 'status:5xx host:a' }],
  ['bsdm://open/traffic?row=-1', { view: 'traffic' }],
  ['bsdm://open/', null],
  ['bsdm://open/settings/../x', null],
  ['bsdm://purge/cache', null],
  ['bsdm://[', null],
  ['https://open/traffic', null],
  [`bsdm://open/traffic?filter=${'a'.repeat(5000)}`, null],
])('%s', (url, expected) => expect(parseDeepLink(url)).toEqual(expected));

test('is found among the arguments, but not among those of the core', () => {
  expect(linkAmong(['app', '--flag', 'bsdm://open/rules'])).toEqual({ view: 'rules' });
  expect(linkAmong(['app', '--', 'bsdm://open/rules'])).toBeNull();
});
