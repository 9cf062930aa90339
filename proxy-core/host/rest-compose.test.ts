/** Requests sent by the control API, over its real socket: plain, over TLS, over HTTP/2; and what is said to malformed ones. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testAuthority } from '../testkit/certificate.ts';
import { ask } from '../testkit/clients.ts';
import { openOrigin, type Origin } from '../testkit/origin.ts';
import { startCore, type RunningCore } from '../testkit/running-core.ts';
import { openTlsOrigin } from '../testkit/tls-origin.ts';
import type { ControlServer } from './control-server.ts';
import { serveControl } from './testkit/serve-control.ts';

const authority = testAuthority();
let folder: string;
let caFile: string;
let origin: Origin;
let running: RunningCore;
let control: ControlServer;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-rest-compose-'));
  caFile = path.join(folder, 'origin-ca.pem');
  fs.writeFileSync(caFile, authority.cert);
});
afterAll(() => fs.rmSync(folder, { recursive: true }));
beforeEach(async () => {
  origin = await openOrigin((_, response) => response.writeHead(200, { 'Cache-Control': 'max-age=60' }).end('origin'));
  await start({});
});
afterEach(async () => {
  await stop();
  await origin.close();
});

async function start(settings: Parameters<typeof startCore>[0]): Promise<void> {
  running = await startCore({ upstreamCa: caFile, ...settings });
  control = await serveControl(running.core);
}
async function stop(): Promise<void> {
  await control.close();
  await running.stop();
}

async function api(method: string, target: string, body?: unknown): Promise<{ status: number; json: unknown }> {
  const reply = await ask(control.port, target, {
    method,
    headers: { Host: `127.0.0.1:${control.port}`, Authorization: 'Bearer t', 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: reply.status, json: JSON.parse(reply.body.toString()) as unknown };
}

it('a request is sent, told of, listed, and found among the events; a captured one is sent again', async () => {
  const request = {
    method: 'POST',
    url: `${origin.url}/a`,
    fields: [['X-Own', '1']],
    body: { kind: 'text', text: 'x' },
  };
  const sent = await api('POST', '/api/compose', { request });
  expect(sent).toMatchObject({
    status: 200,
    json: { id: 1, is_over: true, times: 1, cache: 'use', request, sent: [{ state: 'done', status: 200, bytes: 6 }] },
  });
  expect((await api('GET', '/api/compose')).json).toMatchObject({ runs: [{ id: 1 }] });
  expect((await api('GET', '/api/compose/1?wait_ms=10')).json).toMatchObject({ id: 1, is_over: true });
  const again = await api('POST', '/api/events/1/compose');
  expect(again).toMatchObject({ status: 200, json: { request } });
  const { request: captured } = again.json as { request: unknown };
  const many = await api('POST', '/api/compose', {
    request: { ...(captured as object), method: 'GET', body: undefined },
    times: 10,
  });
  const { sent: ten } = many.json as { sent: { outcome: string; collapsed?: true }[] };
  expect(ten).toHaveLength(10);
  expect(ten.filter(({ outcome, collapsed }) => outcome === 'MISS' && collapsed !== true)).toHaveLength(1);
  const read = await api('POST', '/api/compose/curl', { text: `curl -d a=1 ${origin.url}/a` });
  expect(read).toMatchObject({ status: 200, json: { ok: true, request: { method: 'POST' } } });
});

it.each([
  ['no JSON', '{', 400, 'JSON'],
  ['no object', '[]', 400, 'object'],
  ['no request', {}, 400, '"request" is missing'],
  ['no URL', { request: {} }, 400, '"url" is missing'],
  ['another scheme', { request: { url: 'ftp://a.test/' } }, 400, '"url" is an http or https URL'],
  ['a URL that is none', { request: { url: 'http://[::1/' } }, 400, ''],
  ['a method that is none', { request: { url: 'http://a.test/', method: 'G T' } }, 400, '"method" is a method'],
  ['CONNECT', { request: { url: 'http://a.test/', method: 'CONNECT' } }, 400, 'makes a tunnel'],
  ['a field of two lines', { request: { url: 'http://a.test/', fields: [['A', 'b\r\nC: d']] } }, 400, 'control char'],
  ['too often', { request: { url: 'http://a.test/' }, times: 101 }, 400, '"times"'],
  ['never', { request: { url: 'http://a.test/' }, times: 0 }, 400, '"times"'],
  ['a wait without end', { request: { url: 'http://a.test/' }, wait_ms: 1e9 }, 400, '"waitMs"'],
  ['a use of the cache that is none', { request: { url: 'http://a.test/' }, cache: 'maybe' }, 400, '"cache"'],
  ['what is not known', { request: { url: 'http://a.test/' }, frobnicate: 1 }, 400, 'frobnicate'],
  ['a file that is not there', { request: { url: 'http://a.test/', body: { kind: 'file', path: '/none/at/all' } } }, 400, 'cannot be sent'],
])('is refused in words: %s', async (_, body, status, words) => {
  const refused = await api('POST', '/api/compose', body);
  expect(refused).toMatchObject({ status, json: { error: { message: expect.stringContaining(words) as unknown } } });
  expect(origin.requests).toEqual([]);
}); // prettier-ignore

it('what is not remembered is not found', async () => {
  expect((await api('GET', '/api/compose/7')).status).toBe(404);
  expect((await api('POST', '/api/compose/7/stop')).status).toBe(404);
  expect((await api('POST', '/api/events/7/compose')).status).toBe(404);
});

describe.each([
  ['HTTP/1.1', false, 'off'],
  ['HTTP/1.1', false, 'all'],
  ['HTTP/2', true, 'off'],
  ['HTTP/2', true, 'all'],
] as const)('over TLS to an origin of %s', (_, speaksHttp2, intercept) => {
  it(`with interception ${intercept}: stored, hit, sent again`, async () => {
    await stop();
    await start({ intercept });
    const secure = await openTlsOrigin(
      authority.issue({ names: ['localhost'] }),
      (_request, response) => {
        response.setHeader('Cache-Control', 'max-age=60');
        response.end('secret');
      },
      speaksHttp2,
    );
    try {
      const request = { url: `https://localhost:${secure.port}/x`, fields: [['Accept', 'text/plain']] };
      const first = await api('POST', '/api/compose', { request });
      const second = await api('POST', '/api/compose', { request });
      const past = await api('POST', '/api/compose', { request, cache: 'past' });
      const outcomes = [first, second, past].map(
        ({ json }) => (json as { sent: { outcome: string; status: number }[] }).sent[0],
      );
      expect(outcomes).toMatchObject([
        { outcome: 'MISS', status: 200 },
        { outcome: 'HIT', status: 200 },
        { outcome: 'BYPASS', status: 200 },
      ]);
      expect(secure.requests).toEqual(Array.from({ length: 2 }, () => `${speaksHttp2 ? '2.0' : '1.1'} GET /x`));
      const body = {
        url: `https://localhost:${secure.port}/post`,
        method: 'POST',
        body: { kind: 'text', text: 'content' },
      };
      expect((await api('POST', '/api/compose', { request: body })).json).toMatchObject({ sent: [{ status: 200 }] });
      expect((await api('POST', '/api/events/4/compose')).json).toMatchObject({ request: body });
    } finally {
      await secure.close();
    }
  });
});
