/** A fetch that was under way when its URL was invalidated or evicted brings what was there before: it is not kept, and nobody joins it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PurgeSelector } from '../../contract/entry.ts';
import { ask, type ProxyReply } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { MovableClock, startCore, type RunningCore } from '../../testkit/running-core.ts';

let origin: Origin;
let running: RunningCore;
let clock: MovableClock;
let held: ServerResponse[];
let unsafe: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  clock = new MovableClock();
  held = [];
  unsafe = (_request, response) => response.end('done');
  origin = await openOrigin((request, response) => {
    response.sendDate = false;
    if (request.method !== 'GET') {
      unsafe(request, response);
      return;
    }
    response.setHeader('Cache-Control', 'max-age=60');
    held.push(response);
  });
  running = await startCore({}, clock);
});
afterEach(async () => {
  await running.stop();
  await origin.close();
});

const get = (path: string): Promise<ProxyReply> => ask(running.port, `${origin.url}${path}`);
const post = (path: string): Promise<ProxyReply> =>
  ask(running.port, `${origin.url}${path}`, { method: 'POST', body: 'x' });
const stored = async (): Promise<number> => (await running.core.handlers['entry.list']({})).total;

/** A GET whose answer has begun, or not yet, while `change` happens; then it ends. */
async function across(path: string, begun: boolean, change: () => unknown): Promise<ProxyReply> {
  const before = held.length;
  const reply = get(path);
  while (held.length === before) await new Promise((resolve) => setImmediate(resolve));
  const response = held[before]!;
  if (begun) {
    const events = running.core.handlers['exchange.list'];
    response.write('ol');
    while ((await events({ text: path, descending: true, limit: 1 })).rows[0]?.status === undefined)
      await new Promise((resolve) => setImmediate(resolve));
  }
  await change();
  response.end(begun ? 'd' : 'old');
  return reply;
}

describe.each([false, true])('answer begun: %s', (begun) => {
  it('a successful unsafe request to the URL', async () => {
    expect((await across('/page', begun, () => post('/page'))).body.toString()).toBe('old');
    expect(await stored()).toBe(0);
    await running.finished(2);
    const { rows } = await running.core.handlers['exchange.list']({ text: '/page' });
    expect(rows.find((row) => row.method === 'GET')).toMatchObject({
      reason: 'invalidated-meanwhile',
      cacheStatus: 'MISS',
      status: 200,
    });
    expect((await running.core.handlers['exchange.get']({ id: rows[0]!.id })).trace.at(-1)).toMatchObject({
      code: 'invalidated-meanwhile',
      spec: 'RFC 9111 §4.4',
    });
  });

  it.each(['Location', 'Content-Location'])('a successful unsafe request that names the URL in %s', async (name) => {
    unsafe = (_request, response) => response.setHeader(name, '/page').end();
    await across('/page', begun, () => post('/form'));
    expect(await stored()).toBe(0);
  });

  const selectors: [string, () => PurgeSelector][] = [
    ['url', () => ({ url: `${origin.url}/page` })],
    ['host', () => ({ host: '127.0.0.1' })],
    ['tag', () => ({ tag: 'any' })],
    ['pattern', () => ({ pattern: `${origin.url}/*` })],
    ['all', () => ({ all: true })],
  ];
  it.each(selectors)('a person’s eviction by %s', async (_, selector) => {
    await across('/page', begun, () => running.core.handlers['cache.purge']({ selector: selector(), dryRun: false }));
    expect(await stored()).toBe(0);
  });

  it('a person’s eviction of the stored entry that is being replaced', async () => {
    const first = get('/page');
    await origin.reached(1);
    held[0]!.end('first');
    await first;
    const { entries } = await running.core.handlers['entry.list']({});
    clock.advance(61);
    await across('/page', begun, () => running.core.handlers['entry.evict']({ ids: [entries[0]!.id] }));
    expect(await stored()).toBe(0);
  });

  it('what does not touch the URL does not matter', async () => {
    unsafe = (request, response) => response.writeHead(request.url === '/page' ? 500 : 200).end();
    await across('/page', begun, async () => {
      await post('/page'); // refused by the origin
      await post('/elsewhere');
      await running.core.handlers['cache.purge']({ selector: { all: true }, dryRun: true });
      await running.core.handlers['cache.purge']({ selector: { url: `${origin.url}/elsewhere` }, dryRun: false });
    });
    expect(await stored()).toBe(1);
  });

  it('nobody joins the fetch that began before', async () => {
    let late: Promise<ProxyReply> | undefined;
    await across('/page', begun, async () => {
      await post('/page');
      late = get('/page');
      await origin.reached(3);
    });
    held[1]!.end('new');
    expect((await late!).body.toString()).toBe('new');
    expect((await get('/page')).body.toString()).toBe('new');
    expect(origin.requests).toHaveLength(3);
  });
});

it('who waited for an answer that is too old asks again', async () => {
  const replies = [get('/page'), get('/page')];
  await origin.reached(1);
  while ((await running.core.handlers['exchange.list']({ text: '/page' })).total < 2)
    await new Promise((resolve) => setImmediate(resolve));
  await post('/page');
  held[0]!.end('old');
  await origin.reached(3);
  held[1]!.end('new');
  expect((await Promise.all(replies)).map((reply) => reply.body.toString()).sort()).toEqual(['new', 'old']);
  expect((await get('/page')).body.toString()).toBe('new');
});

it('a POST that tells what the URL holds now may itself be kept', async () => {
  unsafe = (request, response) =>
    response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Location': request.url! }).end('posted');
  await post('/page');
  expect((await get('/page')).body.toString()).toBe('posted');
});

it('an eviction taken back does not bring back what a request made invalid since', async () => {
  const first = get('/page');
  await origin.reached(1);
  held[0]!.end('old');
  await first;
  const { undoToken } = await running.core.handlers['cache.purge']({ selector: { all: true }, dryRun: false });
  await post('/page');
  expect(await running.core.handlers['cache.undo']({ token: undoToken! })).toMatchObject({ entries: 0 });
  expect(await stored()).toBe(0);
});
