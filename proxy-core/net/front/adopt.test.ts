/** Connections the front did not accept itself: their requests are for an origin, and it is told which. */
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePolicy } from '../../cache/testkit/make.ts';
import { createCacheEngine } from '../../cache/cache-engine.ts';
import { LiveSession } from '../../capture/live-session.ts';
import { defaultSettings } from '../../contract/setting-specs.ts';
import { selfSigned } from '../../testkit/certificate.ts';
import { RawClient } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { createProxy, type Proxy } from '../proxy.ts';
import type { ConnectionContext } from './front.ts';
import { resolveTarget } from './request-target.ts';
import { HTTP_FRONTS } from '../../contract/settings.ts';

describe.each(HTTP_FRONTS)('the front %s', (httpFront) => {
  let origin: Origin;
  let proxy: Proxy;
  let hub: LiveSession;
  let servers: net.Server[];

  beforeEach(async () => {
    servers = [];
    origin = await openOrigin((request, response) => {
      response.setHeader('Cache-Control', 'max-age=60');
      response.end(`${request.headers.host} ${request.url}`);
    });
    const now = (): number => performance.timeOrigin + performance.now();
    hub = new LiveSession({
      sessionId: 's',
      now,
      maxRows: () => 100,
      maxBytes: () => 1e7,
      maxBodyBytes: () => 1e6,
      maxBodyBytesOne: () => 1e4,
    });
    proxy = createProxy({
      settings: () => ({ ...defaultSettings(), port: 0, dialAllow: 'loopback', httpFront }),
      engine: createCacheEngine({
        policy: () => makePolicy({ maxBodyBytes: 100_000 }),
        budget: () => ({ capacity: 100, maxBytes: 1e6 }),
      }),
      observer: hub,
      now,
      log: () => undefined,
      report: () => undefined,
      isSecret: () => false,
    });
    await proxy.listen();
  });
  afterEach(async () => {
    await proxy.stop();
    hub.stop();
    for (const server of servers) server.close();
    await origin.close();
  });

  async function listening(server: net.Server): Promise<number> {
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  const toOrigin = (): ConnectionContext => ({
    scheme: 'http',
    authority: `127.0.0.1:${origin.port}`,
    client: '192.0.2.7',
  });

  /** A client whose connection is accepted by another server and given to the proxy. */
  async function adopted(context: ConnectionContext): Promise<RawClient> {
    const port = await listening(net.createServer((socket) => proxy.adopt(socket, context)));
    return RawClient.open(port);
  }

  const rows = () => hub.list({}).rows;

  it('takes origin-form for the origin of the context, also more than one request', async () => {
    const client = await adopted(toOrigin());
    const host = `127.0.0.1:${origin.port}`;
    client.send(`GET /one?x=1 HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await client.until(`${host} /one?x=1`);
    client.send(`GET /one?x=1 HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const text = await client.untilEnd();
    expect(text).toContain('X-Cache-Status: HIT');
    expect(origin.requests).toEqual(['GET /one?x=1']);
    expect(rows()[1]).toMatchObject({
      kind: 'http',
      url: `${origin.url}/one?x=1`,
      client: '192.0.2.7',
      outcome: 'HIT',
    });
  });

  it('shares what it stores with requests that come to the proxy', async () => {
    const client = await adopted(toOrigin());
    client.send(`GET /shared HTTP/1.1\r\nHost: 127.0.0.1:${origin.port}\r\nConnection: close\r\n\r\n`);
    await client.untilEnd();
    const other = await RawClient.open(proxy.listening?.port ?? 0);
    other.send(`GET ${origin.url}/shared HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(await other.untilEnd()).toContain('X-Cache-Status: HIT');
  });

  it('serves the inside of a TLS connection', async () => {
    const { key, cert } = selfSigned('shop.test');
    const server = tls.createServer({ key, cert }, (socket) => proxy.adopt(socket, toOrigin()));
    const port = await listening(server);
    const client = tls.connect({ port, host: '127.0.0.1', servername: 'shop.test', ca: [cert] });
    await once(client, 'secureConnect');
    expect(client.authorized).toBe(true);
    client.write(`GET /inside HTTP/1.1\r\nHost: 127.0.0.1:${origin.port}\r\nConnection: close\r\n\r\n`);
    let text = '';
    for await (const chunk of client) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toContain('/inside');
  });

  it('421 for another Host, in words and in the trace; the origin is not asked', async () => {
    const client = await adopted(toOrigin());
    client.send('GET /x HTTP/1.1\r\nHost: other.test\r\nConnection: close\r\n\r\n');
    const text = await client.untilEnd();
    expect(text).toMatch(/^HTTP\/1\.1 421 Misdirected Request\r\n/);
    expect(text).toContain(`the request is for "other.test", the connection for 127.0.0.1:${origin.port}.`);
    expect(origin.requests).toEqual([]);
    const [record] = [...hub.records()];
    expect(hub.detail(record!.id)!.trace).toContainEqual({
      code: 'misdirected',
      phase: 'request',
      result: 'stop',
      inputs: { host: 'other.test', authority: `127.0.0.1:${origin.port}` },
      spec: 'RFC 9110 §7.4',
    });
  });

  it('is counted, and ends with the proxy', async () => {
    const client = await adopted(toOrigin());
    client.send(`GET /x HTTP/1.1\r\nHost: 127.0.0.1:${origin.port}\r\n\r\n`);
    await client.until('/x');
    expect(proxy.connectionCount()).toBe(1);
    await proxy.stop();
    await client.untilEnd();
    const late = await adopted(toOrigin());
    await late.untilEnd();
  });

  describe('the target of a request', () => {
    const https: ConnectionContext = { scheme: 'https', authority: 'Shop.test:443', client: '' };
    const open: ConnectionContext = { scheme: 'http', client: '' };

    it.each<
      [
        what: string,
        target: string,
        method: string,
        context: ConnectionContext | undefined,
        host: string | undefined,
        url: string,
      ]
    >([
      ['to a proxy', 'http://a.test/x', 'GET', undefined, 'b.test', 'http://a.test/x'],
      ['origin-form', '/x?y', 'GET', https, 'shop.test', 'https://shop.test/x?y'],
      ['the default port said', '/x', 'GET', https, 'SHOP.test:443', 'https://shop.test/x'],
      ['without Host', '/x', 'GET', https, undefined, 'https://shop.test/x'],
      ['a path that looks like an authority', '//b.test/x', 'GET', https, 'shop.test', 'https://shop.test//b.test/x'],
      ['absolute-form of the same server', 'https://shop.test/x', 'GET', https, 'shop.test', 'https://shop.test/x'],
      ['asterisk', '*', 'OPTIONS', https, 'shop.test', 'https://shop.test/'],
      ['only Host says it', '/x', 'GET', open, 'a.test:8080', 'http://a.test:8080/x'],
    ])('%s', (_what, target, method, context, host, url) => {
      expect(resolveTarget(target, method, context, host)).toMatchObject({ ok: true, target: { url } });
    });

    it.each<
      [what: string, target: string, context: ConnectionContext | undefined, host: string | undefined, status: number]
    >([
      ['origin-form to a proxy', '/x', undefined, 'a.test', 400],
      ['another host', '/x', https, 'a.test', 421],
      ['another port', '/x', https, 'shop.test:444', 421],
      ['absolute-form of another server', 'https://a.test/x', https, 'shop.test', 421],
      ['absolute-form of another scheme', 'http://shop.test/x', https, 'shop.test', 421],
      ['nobody names a host', '/x', open, undefined, 400],
      ['an empty Host', '/x', open, '', 400],
      ['a Host with a path', '/x', open, 'a.test/b', 400],
      ['a Host with a user', '/x', open, 'u@a.test', 400],
      ['asterisk for GET', '*', https, 'shop.test', 400],
      ['authority-form', 'shop.test:443', https, 'shop.test', 400],
    ])('refuses %s', (_what, target, context, host, status) => {
      expect(resolveTarget(target, 'GET', context, host)).toMatchObject({ ok: false, status });
    });
  });
});
