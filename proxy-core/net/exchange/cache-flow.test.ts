/** The driver with the real cache over real sockets: hits, streaming, collapsing, revalidation, staleness, giving up. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, RawClient, type ProxyReply } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { MovableClock, startCore, type RunningCore } from '../../testkit/running-core.ts';

let origin: Origin;
let running: RunningCore;
let clock: MovableClock;
let script: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  script = (_request, response) => {
    response.setHeader('Cache-Control', 'max-age=60');
    response.end('ok');
  };
  clock = new MovableClock();
  origin = await openOrigin((request, response) => {
    // The origin's clock does not move with the proxy's: its Date would make everything old.
    response.sendDate = false;
    script(request, response);
  });
  running = await startCore({}, clock);
});
afterEach(async () => {
  await running.stop();
  await origin.close();
});

const get = (path: string, headers: Record<string, string> = {}): Promise<ProxyReply> =>
  ask(running.port, `${origin.url}${path}`, { headers });
const outcome = (reply: ProxyReply): unknown => reply.fields['x-cache-status'];

describe('hits', () => {
  it('answers the second request from the cache, with Age and Cache-Status', async () => {
    expect(outcome(await get('/a'))).toBe('MISS');
    clock.advance(7);
    const hit = await get('/a');
    expect(outcome(hit)).toBe('HIT');
    expect(hit.body.toString()).toBe('ok');
    expect(hit.fields.age).toBe('7');
    expect(hit.fields['cache-status']).toMatch(/^BSDM-Proxy; hit; ttl=5[23]; key="[0-9a-f]{64}"; detail=fresh$/);
    expect(origin.requests).toHaveLength(1);
    await running.finished(2);
    expect((await running.detailOf('/a')).row).toMatchObject({
      cacheStatus: 'HIT',
      outcome: 'HIT',
      reason: 'fresh',
      ageSeconds: 7,
    });
  });

  it('answers a conditional request with 304 and a HEAD without a body', async () => {
    script = (_request, response) => {
      response.writeHead(200, { 'Cache-Control': 'max-age=60', ETag: '"v1"', 'Content-Length': 2 });
      response.end('ok');
    };
    await get('/c');
    const conditional = await get('/c', { 'If-None-Match': '"v1"' });
    expect(conditional.status).toBe(304);
    expect(outcome(conditional)).toBe('HIT');
    const head = await ask(running.port, `${origin.url}/c`, { method: 'HEAD' });
    expect(head.fields['content-length']).toBe('2');
    expect(outcome(head)).toBe('HIT');
    expect(origin.requests).toHaveLength(1);
  });

  it('gives ranges of a stored body', async () => {
    script = (_request, response) => {
      response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': 10 });
      response.end('0123456789');
    };
    await get('/r');
    const part = await get('/r', { Range: 'bytes=2-4' });
    expect(part.status).toBe(206);
    expect(part.body.toString()).toBe('234');
    expect(part.fields['content-range']).toBe('bytes 2-4/10');
  });

  it('forgets what an unsafe method changed', async () => {
    await get('/u');
    await ask(running.port, `${origin.url}/u`, { method: 'POST', body: 'x' });
    const again = await get('/u');
    expect(outcome(again)).toBe('MISS');
    await running.finished(3);
    expect((await running.detailOf('/u')).row.reason).toBe('invalidated');
  });
});

describe('revalidation and staleness', () => {
  const withTag =
    (cacheControl: string) =>
    (request: IncomingMessage, response: ServerResponse): void => {
      if (request.headers['if-none-match'] === '"v1"') {
        response.writeHead(304, { 'Cache-Control': cacheControl, ETag: '"v1"', 'X-New': '1' });
        response.end();
        return;
      }
      response.writeHead(200, { 'Cache-Control': cacheControl, ETag: '"v1"' });
      response.end('body');
    };

  it('asks when stale, serves the stored body after a 304, updates fields', async () => {
    script = withTag('max-age=10');
    await get('/v');
    clock.advance(11);
    const reply = await get('/v');
    expect(outcome(reply)).toBe('REVALIDATED');
    expect(reply.body.toString()).toBe('body');
    expect(reply.fields['x-new']).toBe('1');
    expect(outcome(await get('/v'))).toBe('HIT');
    expect(origin.requests).toHaveLength(2);
  });

  it('serves stale at once and refreshes behind, as a linked row', async () => {
    script = withTag('max-age=10, stale-while-revalidate=60');
    await get('/swr');
    clock.advance(11);
    expect(outcome(await get('/swr'))).toBe('STALE');
    await origin.reached(2);
    await running.finished(3);
    const { rows } = await running.core.handlers['exchange.list']({ text: '/swr' });
    const background = rows.find((row) => row.parentId !== undefined);
    expect(background).toMatchObject({ outcome: 'REVALIDATED', protocol: 'internal', parentId: rows[1]!.id });
    expect(outcome(await get('/swr'))).toBe('HIT');
  });

  it('serves stale when the origin fails, where that is allowed', async () => {
    script = (_request, response) => {
      response.writeHead(200, { 'Cache-Control': 'max-age=10, stale-if-error=60' });
      response.end('kept');
    };
    await get('/sie');
    clock.advance(11);
    script = (request) => request.socket.destroy();
    const reply = await get('/sie');
    expect(reply.status).toBe(200);
    expect(reply.body.toString()).toBe('kept');
    expect(outcome(reply)).toBe('STALE');
    script = (_request, response) => {
      response.statusCode = 503;
      response.end('down');
    };
    expect((await get('/sie')).body.toString()).toBe('kept');
  });

  it('answers 504 to only-if-cached when nothing is stored', async () => {
    const reply = await get('/none', { 'Cache-Control': 'only-if-cached' });
    expect(reply.status).toBe(504);
    expect(origin.requests).toEqual([]);
  });
});

describe('collapsed forwarding', () => {
  it('makes one request of 100 identical misses, and gives all of them the whole body', async () => {
    const body = Buffer.alloc(300_000, 'abcdefg');
    let release: () => void = () => undefined;
    script = (_request, response) => {
      response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': body.length });
      response.write(body.subarray(0, 1000));
      release = () => response.end(body.subarray(1000));
    };
    const replies = Promise.all(Array.from({ length: 100 }, () => get('/many')));
    await origin.reached(1);
    while ((await running.core.handlers['exchange.list']({ text: '/many', limit: 200 })).total < 100)
      await new Promise((resolve) => setImmediate(resolve));
    release();
    const sums = new Set((await replies).map((reply) => createHash('sha256').update(reply.body).digest('hex')));
    expect([...sums]).toEqual([createHash('sha256').update(body).digest('hex')]);
    expect(origin.requests).toHaveLength(1);
    const { rows } = await running.core.handlers['exchange.list']({ text: '/many', limit: 200 });
    expect(rows.filter((row) => row.collapsed)).toHaveLength(99);
    expect(rows.every((row) => row.cacheStatus === 'MISS')).toBe(true);
  });

  it('lets the waiters go when the answer may not be shared', async () => {
    let first: ServerResponse | undefined;
    script = (_request, response) => {
      response.setHeader('Cache-Control', 'no-store');
      if (first === undefined) first = response;
      else response.end(`own ${origin.requests.length}`);
    };
    const replies = Promise.all(Array.from({ length: 100 }, () => get('/private')));
    await origin.reached(1);
    while ((await running.core.handlers['exchange.list']({ text: '/private', limit: 200 })).total < 100)
      await new Promise((resolve) => setImmediate(resolve));
    first!.end('own 1');
    const bodies = (await replies).map((reply) => reply.body.toString());
    expect(new Set(bodies).size).toBe(100);
    expect(origin.requests).toHaveLength(100);
  });

  it('a waiter that reads slowly delays nobody', async () => {
    const body = Buffer.alloc(4_000_000, 'x');
    let release: () => void = () => undefined;
    script = (_request, response) => {
      response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': body.length });
      response.flushHeaders();
      release = () => response.end(body);
    };
    const slow = await RawClient.open(running.port);
    slow.send(`GET ${origin.url}/slow HTTP/1.1\r\nHost: x\r\n\r\n`);
    await origin.reached(1);
    const fast = get('/slow');
    while ((await running.core.handlers['exchange.list']({ text: '/slow' })).total < 2)
      await new Promise((resolve) => setImmediate(resolve));
    slow.socket.pause();
    release();
    expect((await fast).body.length).toBe(body.length);
    expect(outcome(await get('/slow'))).toBe('HIT');
    slow.close();
  });

  it('the first byte of 10 MB reaches the client before the last has left the origin, and the rest is stored', async () => {
    const body = Buffer.alloc(10_000_000, 'm');
    let release: () => void = () => undefined;
    script = (_request, response) => {
      response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': body.length });
      response.write(body.subarray(0, 100));
      release = () => response.end(body.subarray(100));
    };
    const client = await RawClient.open(running.port);
    client.send(`GET ${origin.url}/ten HTTP/1.1\r\nHost: x\r\n\r\n`);
    await client.until('mmm');
    release(); // only now does the origin have the rest to send
    await running.finished(1);
    expect((await get('/ten')).body.length).toBe(body.length);
    expect(origin.requests).toHaveLength(1);
    client.close();
  });

  it('a reader of 1 kB/s delays nobody', async () => {
    const body = Buffer.alloc(2_000_000, 'k');
    let release: () => void = () => undefined;
    script = (_request, response) => {
      response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': body.length });
      response.flushHeaders();
      release = () => response.end(body);
    };
    const slow = await RawClient.open(running.port);
    slow.send(`GET ${origin.url}/drip HTTP/1.1\r\nHost: x\r\n\r\n`);
    await origin.reached(1);
    slow.socket.pause();
    // A hundred bytes ten times a second.
    const drip = setInterval(() => void slow.socket.read(100), 100);
    const others = Promise.all(Array.from({ length: 10 }, () => get('/drip')));
    while ((await running.core.handlers['exchange.list']({ text: '/drip' })).total < 11)
      await new Promise((resolve) => setImmediate(resolve));
    release();
    for (const reply of await others) expect(reply.body.length).toBe(body.length);
    expect(slow.received.length).toBeLessThan(body.length);
    clearInterval(drip);
    slow.close();
  });

  it('the leader may leave: the waiters still get everything', async () => {
    let release: () => void = () => undefined;
    script = (_request, response) => {
      response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': 4 });
      response.write('ab');
      release = () => response.end('cd');
    };
    const leader = await RawClient.open(running.port);
    leader.send(`GET ${origin.url}/lead HTTP/1.1\r\nHost: x\r\n\r\n`);
    await leader.until('ab');
    const waiter = get('/lead');
    while ((await running.core.handlers['exchange.list']({ text: '/lead' })).total < 2)
      await new Promise((resolve) => setImmediate(resolve));
    leader.close();
    await running.finished(1);
    release();
    expect((await waiter).body.toString()).toBe('abcd');
    expect(origin.requests).toHaveLength(1);
  });
});

describe('what is not stored', () => {
  it('leaves nothing of a body that broke off', async () => {
    script = (request, response) => {
      response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': 100 });
      response.write('half');
      setImmediate(() => request.socket.destroy());
    };
    await expect(get('/broken')).rejects.toThrow();
    await running.finished(1);
    expect((await running.core.handlers['entry.list']({})).total).toBe(0);
    expect((await running.detailOf('/broken')).row.reason).toBe('incomplete');
  });

  it('gives up on a body over the limit, unnoticed by the client', async () => {
    running.settings.update({ maxCacheBodySize: 1000 });
    script = (_request, response) => {
      response.writeHead(200, { 'Cache-Control': 'max-age=60' });
      response.write('x'.repeat(600));
      response.end('y'.repeat(600));
    };
    expect((await get('/large')).body.length).toBe(1200);
    expect((await running.core.handlers['entry.list']({})).total).toBe(0);
    await running.finished(1);
    expect((await running.detailOf('/large')).row.reason).toBe('body-over-limit');
  });

  it('finishes a nearly complete fetch after its client left, and not one that has far to go', async () => {
    let rest: () => void = () => undefined;
    let aborted: () => void = () => undefined;
    const wasAborted = new Promise<void>((resolve) => (aborted = resolve));
    script = (request, response) => {
      const length = request.url === '/near' ? 1000 : 50_000_000;
      running.settings.update({ maxCacheBodySize: 60_000_000 });
      response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': length });
      response.write('x'.repeat(500));
      rest = () => response.end('y'.repeat(500));
      request.on('close', () => {
        if (request.url === '/far') aborted();
      });
    };
    for (const path of ['/near', '/far']) {
      const client = await RawClient.open(running.port);
      client.send(`GET ${origin.url}${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await client.until('xxxx');
      client.close();
      if (path === '/near') {
        await running.finished(1);
        rest();
        while ((await running.core.handlers['entry.list']({})).total === 0)
          await new Promise((resolve) => setImmediate(resolve));
      } else await wasAborted;
    }
    expect((await running.core.handlers['entry.list']({})).entries.map((entry) => entry.bodyBytes)).toEqual([1000]);
  });
});

it('revalidates an entry on demand and shows what changed', async () => {
  let version = 1;
  script = (request, response) => {
    if (request.headers['if-none-match'] === `"v${version}"`) {
      response.writeHead(304, { ETag: `"v${version}"`, 'Cache-Control': 'max-age=60' });
      response.end();
      return;
    }
    response.writeHead(200, { ETag: `"v${version}"`, 'Cache-Control': 'max-age=60', 'Content-Type': 'text/plain' });
    response.end(`line one\nversion ${version}\n`);
  };
  await get('/d');
  const [entry] = (await running.core.handlers['entry.list']({})).entries;
  expect(await running.core.handlers['entry.revalidate']({ id: entry!.id })).toMatchObject({ kind: 'not-modified' });
  version = 2;
  const changed = await running.core.handlers['entry.revalidate']({ id: entry!.id });
  expect(changed).toMatchObject({ kind: 'changed', status: 200, body: { same: false } });
  expect(changed.kind === 'changed' ? changed.body.lines : []).toEqual(
    expect.arrayContaining(['-version 1', '+version 2']),
  );
  expect((await get('/d')).body.toString()).toContain('version 2');
});
