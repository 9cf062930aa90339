import { describe, expect, it } from 'vitest';
import { connectionOptions, stripHopByHop } from './hop-by-hop.ts';
import { parseAuthority, parseTarget, targetFor } from './target.ts';

describe('parseTarget', () => {
  it.each([
    ['http://Example.TEST', 'http://example.test/', 'example.test', 80, '/'],
    ['HTTP://example.test:80/a?b', 'http://example.test/a?b', 'example.test', 80, '/a?b'],
    ['http://example.test:/a', 'http://example.test/a', 'example.test', 80, '/a'],
    ['http://example.test:8080?x=1', 'http://example.test:8080/?x=1', 'example.test', 8080, '/?x=1'],
    ['https://example.test:443/', 'https://example.test/', 'example.test', 443, '/'],
    ['http://[::1]:8080/p', 'http://[::1]:8080/p', '::1', 8080, '/p'],
    ['http://example.test/A%20b/../c', 'http://example.test/A%20b/../c', 'example.test', 80, '/A%20b/../c'],
    [
      'http://example.test/a/%7e/./{1}|"<>',
      'http://example.test/a/%7e/./{1}|"<>',
      'example.test',
      80,
      '/a/%7e/./{1}|"<>',
    ],
    ['http://127.0.0.1:8000', 'http://127.0.0.1:8000/', '127.0.0.1', 8000, '/'],
    ['http://127.1/', 'http://127.0.0.1/', '127.0.0.1', 80, '/'],
    ['http://2130706433:81/', 'http://127.0.0.1:81/', '127.0.0.1', 81, '/'],
    ['http://0x7F000001/', 'http://127.0.0.1/', '127.0.0.1', 80, '/'],
    ['http://0177.0.0.1/', 'http://127.0.0.1/', '127.0.0.1', 80, '/'],
    ['http://%31%32%37.0.0.1/', 'http://127.0.0.1/', '127.0.0.1', 80, '/'],
    ['http://[::ffff:127.0.0.1]/', 'http://127.0.0.1/', '127.0.0.1', 80, '/'],
    ['http://[::FFFF:7f00:1]:8080/', 'http://127.0.0.1:8080/', '127.0.0.1', 8080, '/'],
    ['http://127.0.0.1./', 'http://127.0.0.1/', '127.0.0.1', 80, '/'],
    ['http://[0:0::0:1]/', 'http://[::1]/', '::1', 80, '/'],
    ['http://[2001:DB8:0:0::1]/', 'http://[2001:db8::1]/', '2001:db8::1', 80, '/'],
    ['http://example.test./a', 'http://example.test/a', 'example.test', 80, '/a'],
    ['http://EX%41mple%2Etest/a', 'http://example.test/a', 'example.test', 80, '/a'],
    ['http://b%C3%BCcher.test/', 'http://xn--bcher-kva.test/', 'xn--bcher-kva.test', 80, '/'],
    ['http://my_host-1.test/', 'http://my_host-1.test/', 'my_host-1.test', 80, '/'],
    [`http://${'a'.repeat(63)}.test/`, `http://${'a'.repeat(63)}.test/`, `${'a'.repeat(63)}.test`, 80, '/'],
  ])('%s', (given, url, hostname, port, path) => {
    expect(parseTarget(given)).toMatchObject({ ok: true, target: { url, hostname, port, path } });
  });
  it.each([
    ['/origin-form', /whole URL/],
    ['*', /whole URL/],
    ['ftp://example.test/', /only http and https/],
    ['http:///path', /no host/],
    ['http://u:p@example.test/', /credentials/],
    ['http://example.test/a b', /space/],
    ['http://example.test:99999/', /not a host/],
    ['http://example.test:0/', /not a host/],
    ['http://a:b:c/', /not a host/],
    ['nonsense', /not a URL/],
    ['http://example.test/a#b', /fragment/],
    ['http://example.test:80#f', /fragment/],
    ['http://[fe80::1%25lo]/', /without its zone/],
    ['http://[::1/', /not a host/],
    ['http://[::1]x:80/', /not an IPv6 address|not a host/],
    ['http://[v1.x]/', /not an IPv6 address/],
    ['http://a%00b.test/', /not a host/],
    ['http://a%2Fb.test/', /not a host/],
    ['http://a%zz.test/', /not a host/],
    ['http://a\\b/', /not a host/],
    ['http://256.0.0.1/', /not a host/],
    ['http://1.2.3.4.5/', /not a host/],
    ['http://a..test/', /empty label/],
    ['http://.test/', /empty label/],
    ['http://./', /empty label|not a host/],
    ['http://test../', /empty label/],
    [`http://${'a'.repeat(64)}.test/`, /label longer than 63/],
    [`http://${'abcdefg.'.repeat(32)}test/`, /longer than 253/],
  ])('refuses %s', (given, problem) => {
    const result = parseTarget(given);
    expect(result.ok ? '' : result.problem).toMatch(problem);
  });
});

describe('targetFor', () => {
  it.each([
    ['OPTIONS', 'http://example.test', '*'],
    ['OPTIONS', 'http://example.test:8080', '*'],
    ['OPTIONS', 'http://example.test/', '/'],
    ['OPTIONS', 'http://example.test?a', '/?a'],
    ['GET', 'http://example.test', '/'],
  ])('%s %s asks for %s', (method, given, path) => {
    const parsed = parseTarget(given);
    expect(parsed.ok ? targetFor(method, parsed.target).path : parsed.problem).toBe(path);
  });
});

describe('parseAuthority', () => {
  it.each([
    ['Example.test:443', 'example.test', 443, 'example.test:443'],
    ['[::1]:8443', '::1', 8443, '[::1]:8443'],
    ['127.1:443', '127.0.0.1', 443, '127.0.0.1:443'],
    ['[::ffff:7f00:1]:443', '127.0.0.1', 443, '127.0.0.1:443'],
    ['example.test.:443', 'example.test', 443, 'example.test:443'],
  ])('%s', (given, hostname, port, authority) => {
    expect(parseAuthority(given)).toEqual({ ok: true, authority: { hostname, port, authority } });
  });
  it.each([
    'example.test',
    'http://example.test',
    ':443',
    'a:0',
    'a:65536',
    'a b:1',
    'a:1/',
    'a:1#',
    'u@a:1',
    '[fe80::1%25lo]:443',
    'a%00b:443',
    `${'a'.repeat(64)}:443`,
  ])('refuses %s', (given) => {
    expect(parseAuthority(given).ok).toBe(false);
  });
});

describe('stripHopByHop', () => {
  it('drops hop-by-hop fields and those named in Connection, keeps order, case and repetition of the rest', () => {
    const fields = [
      'Host',
      'a',
      'Connection',
      'close, X-Once',
      'x-once',
      '1',
      'X-Two',
      '1',
      'X-Two',
      '2',
      'TE',
      'trailers',
      'Proxy-Authorization',
      'Basic x',
      'Upgrade',
      'h2c',
    ];
    expect(stripHopByHop(fields)).toEqual(['Host', 'a', 'X-Two', '1', 'X-Two', '2']);
  });
  it('keeps Cache-Control and Content-Length even when Connection names them', () => {
    expect(
      stripHopByHop([
        'Connection',
        'cache-control, content-length',
        'Cache-Control',
        'no-store',
        'Content-Length',
        '3',
      ]),
    ).toEqual(['Cache-Control', 'no-store', 'Content-Length', '3']);
    expect(connectionOptions(' ,')).toBeUndefined();
  });
});
