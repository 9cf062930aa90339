import { describe, expect, it } from 'vitest';
import { connectionOptions, stripHopByHop } from './hop-by-hop.ts';
import { parseAuthority, parseTarget } from './target.ts';

describe('parseTarget', () => {
  it.each([
    ['http://Example.TEST', 'http://example.test/', 'example.test', 80, '/'],
    ['HTTP://example.test:80/a?b#c', 'http://example.test/a?b', 'example.test', 80, '/a?b'],
    ['http://example.test:/a', 'http://example.test/a', 'example.test', 80, '/a'],
    ['http://example.test:8080?x=1', 'http://example.test:8080/?x=1', 'example.test', 8080, '/?x=1'],
    ['https://example.test:443/', 'https://example.test/', 'example.test', 443, '/'],
    ['http://[::1]:8080/p', 'http://[::1]:8080/p', '::1', 8080, '/p'],
    ['http://example.test/A%20b/../c', 'http://example.test/A%20b/../c', 'example.test', 80, '/A%20b/../c'],
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
  ])('refuses %s', (given, problem) => {
    const result = parseTarget(given);
    expect(result.ok ? '' : result.problem).toMatch(problem);
  });
});

describe('parseAuthority', () => {
  it.each([
    ['Example.test:443', 'example.test', 443, 'example.test:443'],
    ['[::1]:8443', '::1', 8443, '[::1]:8443'],
  ])('%s', (given, hostname, port, authority) => {
    expect(parseAuthority(given)).toEqual({ ok: true, authority: { hostname, port, authority } });
  });
  it.each(['example.test', 'http://example.test', ':443', 'a:0', 'a:65536', 'a b:1'])('refuses %s', (given) => {
    expect(parseAuthority(given).ok).toBe(false);
  });
});

describe('stripHopByHop', () => {
  it('drops hop-by-hop fields and those named in Connection, keeps order, case and repetition of the rest', () => {
    const fields = ['Host', 'a', 'Connection', 'close, X-Once', 'x-once', '1', 'X-Two', '1', 'X-Two', '2', 'TE', 'trailers', 'Proxy-Authorization', 'Basic x', 'Upgrade', 'h2c'];
    expect(stripHopByHop(fields)).toEqual(['Host', 'a', 'X-Two', '1', 'X-Two', '2']);
  });
  it('keeps Cache-Control and Content-Length even when Connection names them', () => {
    expect(stripHopByHop(['Connection', 'cache-control, content-length', 'Cache-Control', 'no-store', 'Content-Length', '3'])).toEqual(['Cache-Control', 'no-store', 'Content-Length', '3']);
    expect(connectionOptions(['Connection', ' ,'])).toBeUndefined();
  });
});
