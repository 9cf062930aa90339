/** The control API over real sockets: its gate, its table, its description. */
import type http from 'node:http';
import zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { CONTRACT_VERSION } from '../contract/frames.ts';
import { ask } from '../testkit/clients.ts';
import { openOrigin, type Origin } from '../testkit/origin.ts';
import { startCore, type RunningCore } from '../testkit/running-core.ts';
import type { ControlServer } from './control-server.ts';
import { serveControl } from './testkit/serve-control.ts';
import { createMetrics } from './metrics.ts';
import { REST_CALLS } from './rest.ts';

const TOKEN = 'token-for-the-tests';
/** More than a slice. */
const BIG = Array.from({ length: 400_000 }, (_, n) => `${n}`).join(' ');
let origin: Origin;
let running: RunningCore;
let control: ControlServer;

beforeEach(async () => {
  origin = await openOrigin((request, response) => {
    if (request.url !== '/unsaid') response.setHeader('Cache-Control', 'max-age=60');
    response.setHeader('Content-Type', 'text/plain');
    if (request.url === '/packed') {
      response.setHeader('Content-Encoding', 'br');
      response.end(zlib.brotliCompressSync(BIG));
    } else response.end(request.url === '/big' ? BIG : `body of ${request.url}`);
  });
  running = await startCore();
  const { core } = running;
  const metrics = createMetrics({
    stats: () => core.stats(),
    kafka: () => core.kafkaStatus(),
    interception: () => core.interceptionStatus(),
    version: '1',
  });
  control = await serveControl(core, {
    token: TOKEN,
    metrics: metrics.scrape,
    metricsOpen: () => running.settings.current().metricsOpen,
  });
});
afterEach(async () => {
  await control.close();
  await running.stop();
  await origin.close();
});

interface Answer {
  status: number;
  json: Record<string, unknown>;
  text: string;
  fields: http.IncomingHttpHeaders;
}
async function api(
  method: string,
  path: string,
  { body, headers }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const reply = await ask(control.port, path, {
    method,
    headers: { Host: `127.0.0.1:${control.port}`, Authorization: `Bearer ${TOKEN}`, ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = reply.body.toString();
  return {
    status: reply.status,
    text,
    fields: reply.fields,
    json: (reply.fields['content-type']?.startsWith('application/json') ? JSON.parse(text) : {}) as Record<
      string,
      unknown
    >,
  };
}
const get = (path: string) => ask(running.port, `${origin.url}${path}`);

describe('the gate', () => {
  it.each([
    ['no token', { Authorization: '' }, 401, 'unauthorized'],
    ['a wrong token', { Authorization: 'Bearer wrong-wrong-wrong-w' }, 401, 'unauthorized'],
    ['a foreign Host', { Host: 'evil.test' }, 403, 'forbidden'],
    ['a foreign Origin', { Origin: 'http://evil.test' }, 403, 'forbidden'],
  ])('refuses %s', async (_name, headers, status, code) => {
    const answer = await api('GET', '/api/stats', { headers });
    expect(answer).toMatchObject({ status, json: { error: { code } } });
  });

  it('answers /health without a token, and /metrics only when opened', async () => {
    expect(await api('GET', '/health', { headers: { Authorization: '' } })).toMatchObject({
      status: 200,
      json: { status: 'ok', version: '1' },
    });
    expect((await api('GET', '/metrics', { headers: { Authorization: '' } })).status).toBe(401);
    running.settings.update({ metricsOpen: true });
    expect((await api('GET', '/metrics', { headers: { Authorization: '' } })).status).toBe(200);
  });

  it('lets a WebSocket in with its token only', async () => {
    const open = (protocols: string[]): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${control.port}/control`, protocols);
        socket.on('message', (data: Buffer) => {
          resolve(data.toString());
          socket.terminate();
        });
        socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)));
        socket.on('error', () => undefined);
      });
    expect(await open(['bsdm'])).toBe('401');
    expect(await open(['bsdm', `token.${TOKEN}`])).toBe(
      JSON.stringify({ t: 'hello', contractVersion: CONTRACT_VERSION, name: 'core', version: '1' }),
    );
  });
});

describe('calls', () => {
  it('lists events in three forms, filtered', async () => {
    await get('/a');
    await get('/a');
    await get('/b');
    await running.finished(3);
    const all = (await api('GET', '/api/events?order=asc')).json as {
      events: Record<string, unknown>[];
      total: number;
    };
    expect(all.total).toBe(3);
    expect(all.events.map((event) => event['cache_status'])).toEqual(['MISS', 'HIT', 'MISS']);
    expect(all.events[0]).toMatchObject({
      url: `${origin.url}/a`,
      method: 'GET',
      status: 200,
      domain: '127.0.0.1',
      client_ip: '127.0.0.1',
      response_size: 10,
      content_type: 'text/plain',
    });
    expect(((await api('GET', '/api/events?cache_status=hit')).json as { total: number }).total).toBe(1);
    expect(((await api('GET', '/api/events?q=%2Fb')).json as { total: number }).total).toBe(1);
    const q = (line: string): Promise<Answer> => api('GET', `/api/events?q=${encodeURIComponent(line)}`);
    expect((await q('path:/b status:200')).json).toMatchObject({ total: 1 });
    expect((await q('res.content-type:* -path:/b')).json).toMatchObject({ total: all.events.length - 1 });
    expect((await q('cache:maybe')).json).toMatchObject({
      error: {
        code: 'bad-params',
        message: expect.stringContaining(
          'q: “maybe” is not a valid value for this key (at column 7); accepted: hit',
        ) as string,
      },
    });
    const ndjson = await api('GET', '/api/events?format=ndjson');
    expect(ndjson.text.trim().split('\n')).toHaveLength(3);
    const csv = await api('GET', '/api/events?format=csv&limit=1');
    expect(csv.text.split('\r\n')[0]).toContain('event_id,timestamp_ms,method,url');
    expect((await api('GET', '/api/events?format=xml')).json).toMatchObject({
      error: { code: 'bad-params', message: expect.stringContaining('json, ndjson or csv') as unknown },
    });
  });

  it('lists, pauses and clears by session', async () => {
    await get('/a');
    await running.finished(1);
    const { sessionId } = running.core;
    expect((await api('GET', `/api/events?session=${sessionId}`)).json).toMatchObject({
      events: [{ event_id: `${sessionId}-1`, session_id: sessionId }],
    });
    const gone = {
      error: { code: 'gone', message: 'session another is not open: it belongs to another run of the core' },
    };
    expect((await api('GET', '/api/events?session=another')).json).toMatchObject(gone);
    expect((await api('POST', '/api/capture', { body: { paused: true, session: 'another' } })).json).toMatchObject(
      gone,
    );
    expect((await api('POST', '/api/capture', { body: { paused: false, session: sessionId } })).json).toEqual({
      paused: false,
    });
    expect((await api('DELETE', '/api/events?session=another')).json).toMatchObject(gone);
    expect((await api('DELETE', `/api/events?session=${sessionId}`)).json).toEqual({ cleared: 1 });
  });

  it('shows one exchange with its trace and bodies', async () => {
    await get('/one');
    await running.finished(1);
    const detail = await running.detailOf('/one');
    const answer = await api('GET', `/api/events/${detail.eventId}`);
    expect(answer.json).toMatchObject({
      event_id: detail.eventId,
      row: { outcome: 'MISS', reason: 'uri-miss' },
      explanation: expect.stringMatching(/^MISS: /) as unknown,
    });
    expect(answer.json['chain']).toMatchObject({
      hops: [
        { kind: 'client', text: 'the client: asked; a browser may use it for 1 min (Cache-Control: max-age=60)' },
        { kind: 'this', state: 'miss', lifetime: { seconds: 60 } },
        { kind: 'origin', state: 'asked' },
      ],
    });
    expect((await api('GET', `/api/events/${detail.row.id}?lang=ru`)).json['explanation']).toMatch(/^MISS: [а-яё ]/i);
    expect((answer.json['trace'] as unknown[]).length).toBeGreaterThan(0);
    expect((await api('GET', `/api/events/${detail.row.id}/response-body`)).text).toBe('body of /one');
    expect((await api('GET', '/api/events/99')).json).toMatchObject({ error: { code: 'not-found' } });
    expect((await api('GET', '/api/events/zzz')).status).toBe(400);
    expect((await api('GET', '/api/events/0123456789ab-1')).json).toMatchObject({
      error: { code: 'gone', message: 'session 0123456789ab is not open: it belongs to another run of the core' },
    });
  });

  it('says what would make an exchange a hit', async () => {
    const send = (path: string, headers: Record<string, string> = {}) =>
      ask(running.port, `${origin.url}${path}`, { headers });
    await send('/one');
    await send('/unsaid');
    await send('/unsaid', { 'Cache-Control': 'no-cache' });
    await running.finished(3);
    expect((await api('GET', '/api/events/1/fix')).json).toEqual({
      kind: 'stored',
      seconds: 60,
      text: expect.stringMatching(/^Nothing has to change/) as unknown,
    });
    const change = {
      change: 'Send Cache-Control: max-age=60.',
      gives: ['The next request like this one is then a hit, for 1 min.'],
      warnings: [],
      edits: [{ name: 'Cache-Control', was: null, value: 'max-age=60' }],
      seconds: 60,
    };
    expect((await api('GET', '/api/events/2/fix')).json).toEqual({ kind: 'fix', fixes: [change] });
    expect((await api('GET', '/api/events/3/fix')).json).toMatchObject({
      kind: 'cannot',
      code: 'client-reload',
      ordinary: { fixes: [change] },
    });
    expect((await api('GET', '/api/events/2/fix?lang=ru')).json).toMatchObject({
      fixes: [{ change: 'Отправлять Cache-Control: max-age=60.' }],
    });
    expect((await api('GET', '/api/events/2/fix?server=caddy')).json).toMatchObject({
      fixes: [{ lines: 'header /unsaid {\n    Cache-Control `max-age=60`\n    defer\n}' }],
    });
    expect((await api('GET', '/api/events/2/fix?server=iis')).status).toBe(400);
    expect((await api('GET', '/api/events/99/fix')).json).toMatchObject({ error: { code: 'not-found' } });
  });

  it('gives whole bodies, decoded where that is asked for', async () => {
    for (const path of ['/big', '/packed']) {
      await ask(running.port, `${origin.url}${path}`);
      const { row, responseBody } = await running.detailOf(path);
      const { entries } = (await api('GET', `/api/cache/entries?q=${path}`)).json as {
        entries: { cache_key: string }[];
      };
      const stored = `/api/cache/entries/${entries[0]!.cache_key}/body`;
      for (const call of [`/api/events/${row.id}/response-body`, stored]) {
        // Of what was captured there may be the beginning only.
        const kept = call === stored ? row.responseBytes : responseBody.kept;
        const text = path === '/big' ? BIG.slice(0, kept) : BIG;
        expect((await api('GET', `${call}?decode=true`)).text === text).toBe(true);
        expect((await api('GET', `${call}?decode=true&offset=1000000&length=9`)).text).toBe(
          BIG.slice(1_000_000, 1_000_009),
        );
        const sent = await api('GET', call);
        expect(Number(sent.fields['content-length'])).toBe(kept);
        expect(sent.text === text).toBe(path === '/big');
        expect((await api('GET', `${call}?decode=perhaps`)).status).toBe(400);
      }
    }
  });

  it('lists, shows, evicts and brings back entries', async () => {
    await get('/x');
    await get('/y');
    const list = (await api('GET', '/api/cache/entries?sort=url')).json as {
      entries: { entry_id: string; cache_key: string; url: string; body_bytes: number }[];
      total: number;
    };
    expect(list.total).toBe(2);
    const [x] = list.entries;
    expect(x).toMatchObject({ url: `${origin.url}/x`, body_bytes: 10, state: 'fresh' });
    expect((await api('GET', `/api/cache/entries/${x!.cache_key}`)).json).toMatchObject({ url: x!.url, variants: [] });
    expect((await api('GET', `/api/cache/entries/${x!.cache_key}/body`)).text).toBe('body of /x');
    const [, number] = /^[0-9a-f]{12}-(\d+)$/.exec(x!.entry_id)!;
    expect(x!.entry_id).toBe(`${running.core.sessionId}-${number}`);
    const named = (id: string) => api('GET', `/api/cache/entries/${x!.cache_key}?entry_id=${id}`);
    expect((await named(number!)).status).toBe(200);
    expect((await named(x!.entry_id)).json).toMatchObject({ url: x!.url });
    expect((await named(`0123456789ab-${number}`)).json).toMatchObject({
      error: { code: 'gone', message: `entry 0123456789ab-${number} belongs to another run of the core` },
    });
    expect((await named('zz-z')).status).toBe(400);
    expect((await api('POST', '/api/cache/purge', { body: { all: true, dry_run: true } })).json).toMatchObject({
      evicted: 2,
    });
    const gone = (await api('DELETE', `/api/cache/entries/${x!.cache_key}`)).json as {
      evicted: number;
      undo_token: string;
    };
    expect(gone.evicted).toBe(1);
    expect((await api('GET', `/api/cache/entries/${x!.cache_key}`)).status).toBe(410);
    expect((await api('POST', '/api/cache/undo', { body: { token: gone.undo_token } })).json).toMatchObject({
      entries: 1,
    });
    expect((await api('GET', `/api/cache/entries/${x!.cache_key}`)).status).toBe(200);
    expect((await api('POST', '/api/cache/purge', { body: { domain: '127.0.0.1', url: 'x' } })).json).toMatchObject({
      error: { code: 'bad-params' },
    });
    expect((await api('POST', '/api/cache/purge', { body: { pattern: '*/y' } })).json).toMatchObject({ evicted: 1 });
  });

  it('reads and changes settings, and names what is wrong', async () => {
    expect((await api('GET', '/api/settings')).json).toMatchObject({
      cache_capacity: {
        value: 10_000,
        default: 10_000,
        source: 'default',
        locked: false,
        min: 0,
        env: 'CACHE_CAPACITY',
      },
    });
    expect((await api('PATCH', '/api/settings', { body: { cache_capacity: 7 } })).json).toMatchObject({
      cache_capacity: { value: 7, source: 'saved' },
    });
    expect((await api('PATCH', '/api/settings', { body: { cache_capacity: null } })).json).toMatchObject({
      cache_capacity: { value: 10_000, source: 'default' },
    });
    expect((await api('PATCH', '/api/settings', { body: { cache_capacity: 'many' } })).json).toMatchObject({
      error: { code: 'bad-params', message: 'cache_capacity takes a whole number from 0 to 10000000, not "many"' },
    });
    expect((await api('PATCH', '/api/settings', { body: { dial_allow: 'any' } })).json).toMatchObject({
      error: { code: 'locked' },
    });
    expect((await api('PATCH', '/api/settings', { body: { colour: 1 } })).status).toBe(400);
  });

  it('moves the listener, and stays when the new port is taken', async () => {
    const before = running.port;
    const taken = await api('PATCH', '/api/settings', { body: { port: control.port } });
    expect(taken.json).toMatchObject({
      error: { code: 'conflict', message: expect.stringContaining(`port ${control.port}`) as unknown },
    });
    expect((await ask(before, `${origin.url}/still`)).status).toBe(200);
  });

  it('counts in Prometheus form', async () => {
    await get('/m');
    await get('/m');
    await running.finished(2);
    const { text } = await api('GET', '/metrics');
    expect(text).toMatch(/^bsdm_client_handshakes_total 0$/m);
    expect(text).toMatch(/^bsdm_intercepted_connections 0$/m);
    expect(text).toContain('bsdm_requests_total{cache_status="HIT"} 1');
    expect(text).toContain('bsdm_requests_total{cache_status="MISS"} 1');
    expect(text).toContain('bsdm_cache_entries 1');
  });

  it('names wrong paths, methods and bodies', async () => {
    expect((await api('GET', '/api/nothing')).status).toBe(404);
    expect(await api('POST', '/api/stats')).toMatchObject({ status: 405, fields: { allow: 'GET' } });
    const reply = await ask(control.port, '/api/cache/purge', {
      method: 'POST',
      body: '{',
      headers: { Host: `127.0.0.1:${control.port}`, Authorization: `Bearer ${TOKEN}` },
    });
    expect(reply.status).toBe(400);
    expect(reply.body.toString()).toContain('the body is not JSON');
  });
});

it('describes what names an event or a stored response', async () => {
  const { json } = await api('GET', '/api/openapi.json');
  const name = { $ref: '#/components/schemas/Name' };
  expect(json).toMatchObject({
    paths: {
      '/api/events': { delete: { parameters: [{ name: 'session', in: 'query' }] } },
      '/api/events/{id}': { get: { parameters: [{ name: 'id', schema: name }, { name: 'lang' }] } },
      '/api/cache/entries/{cache_key}/pin': {
        post: { parameters: [{ name: 'cache_key' }, { name: 'entry_id', schema: name }] },
      },
    },
    components: { schemas: { Name: { type: 'string', examples: ['0123456789ab-12'] } } },
  });
});

it('describes every call it answers, and answers every call it describes', async () => {
  const description = (await api('GET', '/api/openapi.json')).json as {
    paths: Record<string, Record<string, unknown>>;
  };
  const described = Object.entries(description.paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    .sort();
  expect(described).toEqual(REST_CALLS.map((call) => `${call.method} ${call.path}`).sort());
  for (const call of REST_CALLS) {
    if (call.path === '/api/events' && call.method === 'DELETE') continue;
    const answer = await api(
      call.method,
      call.path.replace('{id}', '1').replace('{cache_key}', 'f'.repeat(64)),
      call.method === 'GET' || call.method === 'DELETE' ? {} : { body: {} },
    );
    // Whatever it says to an empty call, it is its own answer: never "no such path", never a crash.
    expect([200, 400, 404, 409, 503], `${call.method} ${call.path}: ${answer.text}`).toContain(answer.status);
    expect(answer.text).not.toContain(`there is no ${call.path}`);
    expect(answer.json['error'] ?? {}).not.toMatchObject({ code: 'internal' });
  }
});
