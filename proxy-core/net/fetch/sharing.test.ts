/** Who may wait for whose answer: content is never shared, what could not be shared is remembered, credentials wait for nobody. */
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

const get = (path: string, headers: Record<string, string> = {}): Promise<ProxyReply> =>
  ask(running.port, `${origin.url}${path}`, { headers });

/** Resolves when so many exchanges of this path are known to the core. */
async function begun(path: string, count: number): Promise<void> {
  while ((await running.core.handlers['exchange.list']({ text: path, limit: 1 })).total < count)
    await new Promise((resolve) => setImmediate(resolve));
}

/** Holds each request's answer back until it is let go. */
function holding(fields: Record<string, string>): ServerResponse[] {
  const held: ServerResponse[] = [];
  script = (_request, response) => {
    for (const [name, value] of Object.entries(fields)) response.setHeader(name, value);
    held.push(response);
  };
  return held;
}

/** The steps of the newest exchange of this path, by code. */
async function stepsOf(path: string): Promise<string[]> {
  return (await running.detailOf(path)).trace.map((step) => step.code);
}

describe('content in a GET', () => {
  const echo = (request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader('Cache-Control', 'max-age=60');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => response.end(`you sent ${Buffer.concat(chunks).toString()}`));
  };

  it('is never shared: three contents at once get three answers', async () => {
    script = echo;
    const replies = await Promise.all(
      ['one', 'two', 'three'].map((body) =>
        ask(running.port, `${origin.url}/search`, { body, headers: { 'Content-Length': String(body.length) } }),
      ),
    );
    expect(replies.map((reply) => reply.body.toString())).toEqual(['you sent one', 'you sent two', 'you sent three']);
  });

  it('that never ends holds nobody up', async () => {
    script = echo;
    const endless = await RawClient.open(running.port);
    endless.send(`GET ${origin.url}/endless HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsome`);
    await origin.reached(1);
    expect((await get('/endless')).body.toString()).toBe('you sent ');
    endless.close();
  });

  it('goes along when an answer it came upon could not be shared', async () => {
    let first: ServerResponse | undefined;
    script = (request, response) => {
      response.setHeader('Cache-Control', 'no-store');
      if (first === undefined) first = response;
      else echo(request, response);
    };
    const plain = get('/kept');
    await origin.reached(1);
    const withContent = ask(running.port, `${origin.url}/kept`, { body: 'mine', headers: { 'Content-Length': '4' } });
    await begun('/kept', 2);
    first!.end('plain');
    expect((await plain).body.toString()).toBe('plain');
    expect((await withContent).body.toString()).toBe('you sent mine');
  });
});

describe('answers that could not be shared', () => {
  it('are remembered: two long polls run side by side from the second time on', async () => {
    const held = holding({ 'Cache-Control': 'no-store' });
    const first = get('/poll');
    await origin.reached(1);
    held[0]!.end();
    await first;
    const both = [get('/poll'), get('/poll')];
    await origin.reached(3); // neither waits for the other
    held[1]!.end('a');
    held[2]!.end('b');
    expect((await Promise.all(both)).map((reply) => reply.body.toString()).sort()).toEqual(['a', 'b']);
    expect(await stepsOf('/poll')).toContain('collapse-apart');
  });

  it('let all waiters go at once, not one after the other', async () => {
    const held = holding({ 'Cache-Control': 'no-store' });
    const replies = Array.from({ length: 10 }, () => get('/chain'));
    await origin.reached(1);
    await begun('/chain', 10);
    held[0]!.end();
    await origin.reached(10); // none of them has been answered
    for (const response of held.slice(1)) response.end();
    await Promise.all(replies);
  });

  it('stored ones too, when each use needs the origin (no-cache)', async () => {
    const held = holding({ 'Cache-Control': 'no-cache', ETag: '"1"' });
    const first = get('/ask');
    await origin.reached(1);
    held[0]!.end('x');
    await first;
    const both = [get('/ask'), get('/ask')];
    await origin.reached(3);
    for (const response of held.slice(1)) response.writeHead(304).end();
    for (const reply of await Promise.all(both)) expect(reply.body.toString()).toBe('x');
  });

  it('are forgotten when a storable one comes, and after a while', async () => {
    for (const path of ['/changed', '/later']) {
      script = (_request, response) => response.setHeader('Cache-Control', 'no-store').end();
      await get(path);
      if (path === '/changed') {
        script = (_request, response) => response.setHeader('Cache-Control', 'max-age=1').end();
        await get(path);
      }
      clock.advance(path === '/later' ? 1000 : 2);
      const before = origin.requests.length;
      const held = holding({ 'Cache-Control': 'max-age=60' });
      const replies = Array.from({ length: 5 }, () => get(path));
      await origin.reached(before + 1);
      await begun(path, path === '/later' ? 6 : 7);
      held[0]!.end('shared');
      expect((await Promise.all(replies)).map((reply) => reply.body.toString())).toEqual(
        Array.from({ length: 5 }, () => 'shared'),
      );
      expect(origin.requests.length).toBe(before + 1);
    }
  });

  it('an error says nothing about the next answer', async () => {
    script = (_request, response) => response.writeHead(503).end();
    await get('/down');
    const held = holding({ 'Cache-Control': 'max-age=60' });
    const replies = [get('/down'), get('/down')];
    await origin.reached(2);
    await begun('/down', 3);
    held[0]!.end('up');
    for (const reply of await Promise.all(replies)) expect(reply.body.toString()).toBe('up');
    expect(origin.requests).toHaveLength(2);
  });
});

describe('credentials', () => {
  it.each(['Cookie', 'Authorization'])(
    'a request with %s waits for nobody’s answer, and nobody for its',
    async (name) => {
      const held = holding({ 'Cache-Control': 'private' });
      const replies = [get('/who', { [name]: 'a' }), get('/who', { [name]: 'b' }), get('/who')];
      await origin.reached(3);
      for (const response of held) response.end();
      await Promise.all(replies);
    },
  );

  it('it streams along once the answer says that it may be shared', async () => {
    const held = holding({ 'Cache-Control': 'max-age=60' });
    const first = get('/open');
    await origin.reached(1);
    held[0]!.write('ab');
    const leader = await RawClient.open(running.port);
    leader.send(`GET ${origin.url}/open HTTP/1.1\r\nHost: x\r\nCookie: a=1\r\n\r\n`);
    await leader.until('ab');
    held[0]!.end('cd');
    await first;
    expect(origin.requests).toHaveLength(1);
    leader.close();
  });

  it('it waits when what is stored was shared already', async () => {
    script = (_request, response) =>
      response.writeHead(200, { 'Cache-Control': 'max-age=10', ETag: '"1"' }).end('kept');
    await get('/stale');
    clock.advance(11);
    const held = holding({ 'Cache-Control': 'max-age=10', ETag: '"1"' });
    const replies = ['a', 'b'].map((value) => get('/stale', { Cookie: value }));
    await origin.reached(2);
    await begun('/stale', 3);
    held[0]!.writeHead(304).end();
    for (const reply of await Promise.all(replies)) expect(reply.body.toString()).toBe('kept');
    expect(origin.requests).toHaveLength(2);
  });
});
