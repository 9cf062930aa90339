/** The way to origins as settings give it. */
import { expect, it } from 'vitest';
import { parseClientCertificates, parseUpstreamProxy } from './upstream.ts';

it.each([
  ['', null],
  ['proxy.test:3128', { scheme: 'http', hostname: 'proxy.test', port: 3128, label: 'http://proxy.test:3128' }],
  ['http://Proxy.test/', { scheme: 'http', hostname: 'proxy.test', port: 8080 }],
  ['connect://10.0.0.1:80', { scheme: 'connect', hostname: '10.0.0.1', port: 80 }],
  ['socks5://[::1]', { scheme: 'socks5', hostname: '::1', port: 1080, label: 'socks5://[::1]:1080' }],
  ['socks5://[::1]:9', { hostname: '::1', port: 9 }],
])('reads the proxy %s', (text, expected) => {
  if (expected === null) expect(parseUpstreamProxy(text)).toBeNull();
  else expect(parseUpstreamProxy(text)).toMatchObject(expected);
});

it.each([
  'https://a.test',
  'http://',
  'http://user:secret@a.test',
  'a.test:0',
  'a.test:99999',
  'a.test, b.test',
  '*.test',
  'socks4://a',
])('refuses the proxy %s', (text) => expect(parseUpstreamProxy(text)).toBeUndefined());

it('reads which certificate is for whom', () => {
  expect(parseClientCertificates('')).toEqual([]);
  expect(parseClientCertificates('*.a.test = /c/a.pem ; b.test:8443=C:\\keys\\b, 1.p12\n')).toEqual([
    { hosts: [{ host: '*.a.test', port: undefined }], file: '/c/a.pem' },
    { hosts: [{ host: 'b.test', port: 8443 }], file: 'C:\\keys\\b, 1.p12' },
  ]);
  for (const bad of ['a.test', '=x', 'a.test=', 'a/b=x']) expect(parseClientCertificates(bad)).toBeUndefined();
});
