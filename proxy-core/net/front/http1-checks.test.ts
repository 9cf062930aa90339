/** Which request heads are refused, and that refusing is what happens on the wire. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawClient } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';
import { HTTP_FRONTS } from '../../contract/settings.ts';
import { checkHead, isHost } from './http1-checks.ts';

describe('Host values', () => {
  it.each([
    '',
    'a',
    'a.b:80',
    'a:',
    '127.0.0.1',
    '[::1]',
    '[::1]:8080',
    '[fe80::1%25lo]',
    'under_score',
    'a%41b',
    "sub!$&'()*+,;=delims",
    'a:65535',
    'a.',
  ])('%j is one', (host) => {
    expect(isHost(host)).toBe(true);
  });
  it.each([
    'a b',
    'a/b',
    'a@b',
    'http://a',
    'a?b',
    'a#b',
    'a\\b',
    'a:b',
    'a:-1',
    'a:65536',
    'a:000080',
    'a:80:80',
    '[::1',
    '[a]',
    '[::1]x',
    '[]',
    'a%4',
    'a%zz',
    'bücher',
    'a"b',
    '<a>',
    'a\tb',
    'a\x00',
    ':80a',
    '::1',
  ])('%j is none', (host) => {
    expect(isHost(host)).toBe(false);
  });
  it('64 KiB of its worst are looked at once', () => {
    for (const unit of ['%41', ':', '[', '%', 'a', '[:', ']', '1:']) isHost(unit.repeat(65_536 / unit.length));
    expect(isHost('%41'.repeat(20_000))).toBe(true);
  });
});

describe('checkHead', () => {
  const check = (httpVersion: string, ...fields: string[]): number | undefined =>
    checkHead({ method: 'GET', httpVersion, fields })?.status;
  it.each<[string, string[], number | undefined]>([
    ['1.1', ['Host', 'a'], undefined],
    ['1.0', [], undefined],
    ['1.1', [], 400],
    ['1.1', ['Host', 'a', 'hOST', 'a'], 400],
    ['1.0', ['Host', 'a', 'Host', 'b'], 400],
    ['1.1', ['Host', 'a b'], 400],
    ['0.9', ['Host', 'a'], 400],
    ['2.0', ['Host', 'a'], 505],
    ['1.1', ['Host', 'a', 'Transfer-Encoding', 'Chunked'], undefined],
    ['1.1', ['Host', 'a', 'Transfer-Encoding', 'gzip, chunked'], 501],
    ['1.1', ['Host', 'a', 'Transfer-Encoding', 'gzip', 'transfer-encoding', 'chunked'], 501],
    ['1.1', ['Host', 'a', 'Transfer-Encoding', 'identity, chunked'], 501],
    ['1.1', ['Host', 'a', 'Transfer-Encoding', 'chunked, chunked'], 400],
    ['1.1', ['Host', 'a', 'Transfer-Encoding', ', chunked'], 400],
    ['1.1', ['Host', 'a', 'Transfer-Encoding', 'chunked, gzip'], 400],
    ['1.1', ['Host', 'a', 'Transfer-Encoding', 'chunked;q=1'], 400],
    ['1.1', ['Host', 'a', 'Transfer-Encoding', ''], 400],
    ['1.0', ['Host', 'a', 'Transfer-Encoding', 'chunked'], 400],
    ['1.1', ['Host', 'a', ...Array.from({ length: 2000 }, () => 'x')], 431],
  ])('HTTP/%s with %j', (version, fields, status) => {
    expect(check(version, ...fields)).toBe(status);
  });
});

describe.each(HTTP_FRONTS)('on the wire, by the front %s', (httpFront) => {
  let origin: Origin;
  let running: RunningCore;
  beforeAll(async () => {
    origin = await openOrigin((request, response) => {
      request.resume();
      response.end('served');
    });
    running = await startCore({ cacheMode: 'off', httpFront });
  });
  afterAll(async () => {
    await running.stop();
    await origin.close();
  });

  const url = (): string => `${origin.url}/x`;
  it.each<[string, () => string, number]>([
    ['two Host fields', () => `GET ${url()} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`, 400],
    ['an invalid Host', () => `GET ${url()} HTTP/1.1\r\nHost: a/b\r\n\r\n`, 400],
    ['no Host', () => `GET ${url()} HTTP/1.1\r\n\r\n`, 400],
    [
      'two Host fields of a CONNECT',
      () => `CONNECT 127.0.0.1:${origin.port} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`,
      400,
    ],
    [
      'two Host fields of an Upgrade',
      () => `GET ${url()} HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      400,
    ],
    ['no version', () => `GET ${url()}\r\nHost: a\r\n\r\n`, 400],
    ['HTTP/0.9', () => `GET ${url()} HTTP/0.9\r\nHost: a\r\n\r\n`, 400],
    ['HTTP/0.5', () => `GET ${url()} HTTP/0.5\r\nHost: a\r\n\r\n`, 400],
    ['HTTP/1.2', () => `GET ${url()} HTTP/1.2\r\nHost: a\r\n\r\n`, 505],
    ['HTTP/2.0', () => `GET ${url()} HTTP/2.0\r\nHost: a\r\n\r\n`, 505],
    ['HTTP/3.0', () => `GET ${url()} HTTP/3.0\r\nHost: a\r\n\r\n`, 505],
    ['HTTP/1.10', () => `GET ${url()} HTTP/1.10\r\nHost: a\r\n\r\n`, 400],
    ['HTTP/1.x', () => `GET ${url()} HTTP/1.x\r\nHost: a\r\n\r\n`, 400],
    ['HTTP/2 without asking', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
    [
      'gzip before chunked',
      () => `POST ${url()} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
      501,
    ],
    ['gzip alone', () => `POST ${url()} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n`, 400],
    [
      'chunked not last',
      () => `POST ${url()} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`,
      400,
    ],
    [
      'chunked twice',
      () =>
        `POST ${url()} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    [
      'chunked and a length',
      () => `POST ${url()} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
      400,
    ],
    [
      'chunked in HTTP/1.0 with keep-alive',
      () => `POST ${url()} HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['two lengths', () => `POST ${url()} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n`, 400],
    ['1,001 fields', () => `GET ${url()} HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(1000)}\r\n`, 431],
    ['a head that is too long', () => `GET ${url()} HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(200_000)}\r\n\r\n`, 431],
    ['an unknown expectation', () => `GET ${url()} HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n`, 417],
  ])('%s: refused, and the connection ends', async (_what, text, status) => {
    const asked = origin.requests.length;
    const client = await RawClient.open(running.port);
    client.send(`${text()}GET ${url()} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const answer = await client.untilEnd();
    client.close();
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`));
    expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n');
    expect(origin.requests).toHaveLength(asked);
  });

  it('a field behind the thousandth frames a request as any other', async () => {
    const client = await RawClient.open(running.port);
    client.send(
      `POST ${url()} HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(990)}Content-Length: 2\r\nConnection: close\r\n\r\nab`,
    );
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 200 /);
    client.close();
  });
});
