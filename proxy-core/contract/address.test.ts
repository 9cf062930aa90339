import { expect, it } from 'vitest';
import { bracketed, joinHostPort, splitHostPort, unbracketed } from './address.ts';

it.each([
  ['a.test:80', 'a.test', '80'],
  ['a.test', 'a.test', undefined],
  ['a.test:', 'a.test', ''],
  ['[::1]:9092', '[::1]', '9092'],
  ['[::1]', '[::1]', undefined],
  ['[::1', '[', ':1'],
  ['', '', undefined],
])('splits %j', (text, host, port) => expect(splitHostPort(text)).toEqual({ host, port }));

it('puts brackets around IPv6 addresses, once', () => {
  expect(['a.test', '127.0.0.1', '::1', '[::1]'].map((host) => joinHostPort(host, 1))).toEqual([
    'a.test:1',
    '127.0.0.1:1',
    '[::1]:1',
    '[::1]:1',
  ]);
  expect([bracketed('::1'), unbracketed('[::1]'), unbracketed('a')]).toEqual(['[::1]', '::1', 'a']);
});
