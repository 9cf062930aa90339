/** The headless program as a whole: its control server is out of reach through the proxy, and its token out of what is recorded. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startChildCore, type ChildCore } from '../testkit/child-core.ts';
import { RawClient } from '../testkit/clients.ts';
import { openOrigin, type Origin } from '../testkit/origin.ts';

let child: ChildCore;

beforeAll(async () => {
  child = await startChildCore({ args: ['--host', '0.0.0.0'] });
});
afterAll(async () => {
  await child.stop();
});

async function raw(target: string, { method = 'GET', fields = '' } = {}): Promise<string> {
  const client = await RawClient.open(child.proxyPort);
  client.send(`${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${fields}\r\n`);
  return client.untilEnd();
}

const UPGRADE =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';

/** Answers of the control API. */
async function api(path: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${child.controlPort}${path}`, {
    headers: { Authorization: `Bearer ${child.token}` },
  });
  return response.text();
}

describe('the control server through the proxy', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '[::ffff:127.0.0.1]',
    'localhost',
    'localhost.',
    'any.localhost',
    'name.test',
    '0.0.0.0',
    '[::]',
  ])('is refused as a loop when it is called %s', async (host) => {
    const authority = `${host}:${child.controlPort}`;
    const auth = `Authorization: Bearer ${child.token}\r\n`;
    for (const text of [
      await raw(`http://${authority}/api/info`, { fields: auth }),
      await raw(`http://${authority}/metrics`, { fields: auth }),
      await raw(`http://${authority}/health`),
      await raw(`http://${authority}/`),
      await raw(`http://${authority}/api/cache/purge`, { method: 'POST', fields: `${auth}Content-Length: 0\r\n` }),
      await raw(`http://${authority}/control`, {
        fields: `${UPGRADE}Sec-WebSocket-Protocol: bsdm, token.${child.token}\r\n`,
      }),
      await raw(authority, { method: 'CONNECT' }),
    ]) {
      expect(text).toMatch(/^HTTP\/1\.1 502 /);
      expect(text).toContain('error=proxy_loop_detected');
    }
  });

  it('is refused to a client of another address of this machine too', async () => {
    const client = await RawClient.open(child.proxyPort, '127.0.0.2');
    client.send(`GET http://127.0.0.1:${child.controlPort}/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(await client.untilEnd()).toContain('error=proxy_loop_detected');
  });

  it('answers as ever when it is asked itself', async () => {
    expect(await child.health()).toBe(200);
    expect(await api('/api/info')).toContain('"listening"');
  });
});

describe('the token', () => {
  let origin: Origin;
  beforeEach(async () => {
    origin = await openOrigin((request, response) => {
      const { authorization = '' } = request.headers;
      response.writeHead(200, {
        'Cache-Control': 'public, max-age=60',
        'Content-Type': 'text/plain',
        Vary: 'Authorization, X-Copy',
        Location: request.url,
        'X-Seen': authorization,
      });
      response.end(`${request.url} ${authorization}`);
    });
  });
  afterEach(async () => {
    await origin.close();
  });

  /** Whatever the API gives of events and of the cache, bodies too, and what went to the log, as one text. */
  async function everything(): Promise<string> {
    const list = JSON.parse(await api('/api/events?limit=1000')) as { events: { event_id: string }[] };
    const parts = [
      JSON.stringify(list),
      await api('/api/events?format=csv&limit=1000'),
      await api('/api/cache/entries?limit=1000'),
      await api('/api/cache/removed'),
      child.errors(),
    ];
    for (const { event_id: id } of list.events) {
      for (const path of ['', '/request-body', '/response-body'])
        parts.push(await api(`/api/events/${id.split('-').at(-1)}${path}`));
    }
    return parts.join('\n');
  }

  const basic = (): string => Buffer.from(`${child.token}:x`).toString('base64');
  const escaped = (): string =>
    [...child.token].map((char, i) => (i === 3 ? `%${char.charCodeAt(0).toString(16)}` : char)).join('');
  it.each<[string, (base: string) => Promise<string>]>([
    [
      'in Authorization, to the control server',
      () =>
        raw(`http://127.0.0.1:${child.controlPort}/api/info`, { fields: `Authorization: Bearer ${child.token}\r\n` }),
    ],
    [
      'in Authorization, to an origin that repeats it',
      (base) => raw(`${base}/echo`, { fields: `Authorization: Bearer ${child.token}\r\n` }),
    ],
    [
      'in Authorization, to the proxy itself',
      () => raw('/api/info', { fields: `Authorization: Bearer ${child.token}\r\n` }),
    ],
    ['in Basic credentials', (base) => raw(`${base}/basic`, { fields: `Authorization: Basic ${basic()}\r\n` })],
    [
      'in any field',
      (base) =>
        raw(`${base}/copy`, { fields: `X-Copy: a ${child.token} b\r\nReferer: http://x/#token=${child.token}\r\n` }),
    ],
    ['in a query', (base) => raw(`${base}/q?token=${child.token}&x`)],
    ['in a query, escaped', (base) => raw(`${base}/q?token=${escaped()}&x`)],
    ['in a fragment', () => raw(`http://127.0.0.1:${child.controlPort}/#token=${child.token}`)],
    ['in a path, POSTed', (base) => raw(`${base}/${child.token}`, { method: 'POST', fields: 'Content-Length: 0\r\n' })],
    ['in a host', () => raw(`http://${child.token}.invalid/`)],
    ['in a tunnel’s target', () => raw(`${child.token}.invalid:80`, { method: 'CONNECT' })],
    ['in what is no target', () => raw(`ftp://x/${child.token}`)],
    [
      'in the subprotocol of a WebSocket',
      (base) => raw(`${base}/ws`, { fields: `${UPGRADE}Sec-WebSocket-Protocol: bsdm, token.${child.token}\r\n` }),
    ],
  ])('%s is not kept in the capture, the cache, the API or the log, and the exchange is', async (_, send) => {
    const count = async (): Promise<number> =>
      (JSON.parse(await api('/api/events?limit=1')) as { total: number }).total;
    const before = await count();
    expect(await send(origin.url)).toMatch(/^HTTP\/1\.1 /);
    expect(await count()).toBe(before + 1);
    const kept = await everything();
    for (const form of [child.token, child.token.toLowerCase(), basic(), escaped(), encodeURIComponent(child.token)])
      expect([form, kept.includes(form)]).toEqual([form, false]);
    expect(kept).toContain('***');
  });

  it('keeps its exchange out of the cache, with the reason; others are stored as ever', async () => {
    const text = await raw(`${origin.url}/kept?t=${child.token}`);
    expect(text).toContain('X-Cache-Status: BYPASS');
    expect(text).toContain('detail=control-token');
    await raw(`${origin.url}/plain`);
    expect(await raw(`${origin.url}/plain`)).toContain('X-Cache-Status: HIT');
  });
});
