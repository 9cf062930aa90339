/** Rules of the shared cache over real sockets: what is one client's own, whom an answer speaks of, and what no cache may answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, RawClient, type AskOptions, type ProxyReply } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { MovableClock, startCore, type RunningCore } from '../../testkit/running-core.ts';

let origin: Origin;
let running: RunningCore;
let clock: MovableClock;
let script: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  clock = new MovableClock();
  origin = await openOrigin((request, response) => {
    response.sendDate = false;
    script(request, response);
  });
  running = await startCore({}, clock);
});
afterEach(async () => {
  await running.stop();
  await origin.close();
});

const get = (path: string, headers: Record<string, string> = {}, more: AskOptions = {}): Promise<ProxyReply> =>
  ask(running.port, `${origin.url}${path}`, { headers, ...more });
const outcome = (reply: ProxyReply): unknown => reply.fields['x-cache-status'];
const reasonOf = async (path: string): Promise<string | undefined> => (await running.detailOf(path)).row.reason;

describe('what belongs to the client that asked', () => {
  it('a cookie in a 304 goes to that client and to no other', async () => {
    let asked = 0;
    script = (request, response) => {
      const fields: Record<string, string> = { 'Cache-Control': 'max-age=10', ETag: '"v1"' };
      if (request.headers['if-none-match'] === undefined) response.writeHead(200, fields).end('body');
      else response.writeHead(304, { ...fields, 'Set-Cookie': `sid=${++asked}` }).end();
    };
    await get('/c');
    clock.advance(11);
    const mine = await get('/c');
    expect([outcome(mine), mine.body.toString(), mine.fields['set-cookie']]).toEqual([
      'REVALIDATED',
      'body',
      ['sid=1'],
    ]);
    const other = await get('/c');
    expect([outcome(other), other.fields['set-cookie']]).toEqual(['HIT', undefined]);
  });

  it('a cookie in the answer to a HEAD does not reach the next GET', async () => {
    script = (request, response) => {
      response.setHeader('Cache-Control', 'max-age=10');
      if (request.method === 'HEAD') response.setHeader('Set-Cookie', 'sid=head');
      response.end(request.method === 'HEAD' ? undefined : 'body');
    };
    await get('/h');
    clock.advance(11);
    const head = await get('/h', {}, { method: 'HEAD' });
    expect(head.fields['set-cookie']).toEqual(['sid=head']);
    const next = await get('/h');
    expect([outcome(next), next.fields['set-cookie']]).toEqual(['HIT', undefined]);
  });

  it('an answer to Authorization that is not for all updates nothing', async () => {
    script = (request, response) => {
      const fields: Record<string, string> = {
        'Cache-Control': 'max-age=10',
        ETag: '"v1"',
        'X-User': String(request.headers.authorization),
      };
      if (request.headers['if-none-match'] === undefined) response.writeHead(200, fields).end('body');
      else response.writeHead(304, fields).end();
    };
    await get('/a');
    clock.advance(11);
    expect((await get('/a', { Authorization: 'bob' })).fields['x-user']).toBe('bob');
    expect((await get('/a')).fields['x-user']).toBe('undefined');
    expect(origin.requests).toHaveLength(3);
  });
});

describe('whom an answer speaks of', () => {
  it('a 304 with another strong tag: asked again without conditions, the new content is sent and stored', async () => {
    let version = 1;
    script = (request, response) => {
      const fields = { 'Cache-Control': 'max-age=10', ETag: `"v${version}"` };
      if (version === 2 && request.headers['if-none-match'] !== undefined) response.writeHead(304, fields).end();
      else response.writeHead(200, fields).end(`body ${version}`);
    };
    await get('/t');
    clock.advance(11);
    version = 2;
    const reply = await get('/t');
    expect([outcome(reply), reply.body.toString(), reply.fields.etag]).toEqual(['MISS', 'body 2', '"v2"']);
    expect((await get('/t')).body.toString()).toBe('body 2');
    expect(origin.requests).toHaveLength(3);
    await running.finished(3);
    const { rows } = await running.core.handlers['exchange.list']({ text: '/t' });
    expect(rows.map((row) => row.reason)).toEqual(['uri-miss', 'validation-changed', 'fresh']);
  });

  it('an origin that says 304 with ever new tags, whatever is asked, is asked twice and no more', async () => {
    let count = 0;
    script = (_request, response) => {
      const fields = { 'Cache-Control': 'max-age=10', ETag: `"v${++count}"` };
      if (count === 1) response.writeHead(200, fields).end('body');
      else response.writeHead(304, fields).end();
    };
    await get('/loop');
    clock.advance(11);
    expect((await get('/loop')).status).toBe(304);
    expect(origin.requests).toHaveLength(3);
  });

  it.each([
    ['without validators', undefined],
    ['with the same tag', '"v1"'],
  ])('a HEAD that tells another length, %s, is passed on and does not freshen the stored GET', async (_, etag) => {
    let length = 4;
    script = (request, response) => {
      response.writeHead(200, {
        'Cache-Control': 'max-age=10',
        ...(etag !== undefined && { ETag: etag }),
        'Content-Length': length,
      });
      response.end(request.method === 'HEAD' ? undefined : 'x'.repeat(length));
    };
    await get('/l');
    clock.advance(11);
    length = 9;
    const head = await get('/l', {}, { method: 'HEAD' });
    expect([head.fields['content-length'], outcome(head)]).toEqual(['9', 'MISS']);
    expect((await get('/l')).body.length).toBe(9);
  });
});

describe('what no cache may answer', () => {
  it.each(['GET', 'HEAD'])('%s with content: neither from the store, nor shared, nor stored', async (method) => {
    const arrived: ServerResponse[] = [];
    const bodies: string[] = [];
    script = (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        bodies.push(body);
        response.setHeader('Cache-Control', 'max-age=60');
        if (body === '') response.end('none');
        else if (arrived.push(response) === 3) for (const waiting of arrived) waiting.end(`answer to ${bodies.length}`);
      });
    };
    await get('/q');
    // The origin answers only when all three have come: one that waited for another's answer would wait for ever.
    const replies = await Promise.all(
      ['one', 'two', 'three'].map((body) => get('/q', { 'Content-Length': String(body.length) }, { method, body })),
    );
    expect(bodies.sort()).toEqual(['', 'one', 'three', 'two']);
    expect(replies.map(outcome)).toEqual(['BYPASS', 'BYPASS', 'BYPASS']);
    expect(replies[0]!.fields['cache-status']).toMatch(/; fwd=bypass; .*detail=request-content$/);
    expect((await get('/q')).body.toString()).toBe('none');
    await running.finished(5);
    const { rows } = await running.core.handlers['exchange.list']({ text: '/q' });
    expect(rows.filter((row) => row.reason === 'request-content')).toHaveLength(3);
  });

  it('chunked content counts, Content-Length: 0 is none', async () => {
    script = (request, response) => {
      request.resume();
      request.on('end', () => {
        response.setHeader('Cache-Control', 'max-age=60');
        response.end('ok');
      });
    };
    await get('/z');
    const client = await RawClient.open(running.port);
    client.send(`GET ${origin.url}/z HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`);
    await client.until('X-Cache-Status: HIT');
    client.send(`GET ${origin.url}/z HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`);
    await client.until('X-Cache-Status: BYPASS');
    client.close();
  });

  it('no-store, only-if-cached: 504, and the origin hears nothing', async () => {
    script = (_request, response) => response.end('ok');
    expect((await get('/o', { 'Cache-Control': 'no-store, only-if-cached' })).status).toBe(504);
    expect(origin.requests).toEqual([]);
  });
});

describe('staleness', () => {
  it.each([
    ['stale-while-revalidate', 'stale-while-revalidate=60', {}, 3600],
    ['max-stale', 'public', { 'Cache-Control': 'max-stale=100000' }, 1_600_000_000],
  ])('an Expires in the past counts from there: %s', async (_, cacheControl, headers, secondsAgo) => {
    script = (request, response) => {
      if (request.headers['if-none-match'] === '"v1"') response.writeHead(304, { ETag: '"v1"' }).end();
      else
        response
          .writeHead(200, {
            'Cache-Control': cacheControl,
            ETag: '"v1"',
            Date: new Date(clock.now()).toUTCString(),
            Expires: new Date(clock.now() - secondsAgo * 1000).toUTCString(),
          })
          .end('ok');
    };
    await get('/e', headers);
    expect(outcome(await get('/e', headers))).toBe('REVALIDATED');
    expect(await reasonOf('/e')).toBe('revalidated');
    const [entry] = (await running.core.handlers['entry.list']({})).entries;
    expect(entry!.state).toBe('stale');
    expect(entry!.lifetimeSeconds).toBeLessThanOrEqual(-secondsAgo);
  });

  it.each(['max-age=10, must-revalidate', 'max-age=10, proxy-revalidate', 's-maxage=10', 'max-age=10, no-cache'])(
    '%s with the origin gone is 504',
    async (cacheControl) => {
      script = (_request, response) =>
        response.writeHead(200, { 'Cache-Control': cacheControl, ETag: '"v1"' }).end('kept');
      await get('/m');
      clock.advance(11);
      script = (request) => request.socket.destroy();
      const reply = await get('/m');
      expect(reply.status).toBe(504);
      expect(reply.fields['proxy-status']).toMatch(/^BSDM-Proxy; error=connection_terminated;/);
      await running.finished(2);
      expect((await running.detailOf('/m')).row).toMatchObject({
        status: 504,
        outcome: 'ERROR',
        reason: 'upstream-failed',
      });
    },
  );

  it('mode off still invalidates: a changed resource does not come back with the cache', async () => {
    script = (request, response) => {
      response.setHeader('Cache-Control', 'max-age=600');
      response.end(request.method === 'POST' ? 'changed' : `body ${origin.requests.length}`);
    };
    await get('/i');
    running.settings.update({ cacheMode: 'off' });
    await get('/i', {}, { method: 'POST', body: 'x' });
    running.settings.update({ cacheMode: 'standard' });
    expect((await get('/i')).body.toString()).toBe('body 3');
  });
});
