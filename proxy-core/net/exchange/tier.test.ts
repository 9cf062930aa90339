import { afterEach, describe, expect, it } from 'vitest';
import { makeEntry } from '../../cache/testkit/make-entry.ts';
import { MemoryTier } from '../../cache/testkit/memory-tier.ts';
import type { TierOptions } from '../../cache/tier.ts';
import { ask, RawClient } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { MovableClock, startCore, type RunningCore } from '../../testkit/running-core.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(
  options: Partial<TierOptions> = {},
): Promise<{ core: RunningCore; origin: Origin; tier: MemoryTier }> {
  const origin = await openOrigin((request, response) => {
    if (request.method === 'GET') response.setHeader('Cache-Control', 'max-age=60');
    response.end(`from the origin: ${request.url}`);
  });
  const tier = new MemoryTier();
  const core = await startCore({}, new MovableClock(), { tier, patienceMs: 60_000, ...options });
  closing.push(
    () => core.stop(),
    () => origin.close(),
  );
  return { core, origin, tier };
}

function keep(tier: MemoryTier, url: string): void {
  const now = Date.now();
  tier.put(makeEntry(url, 'from the tier', { bornAtMs: now, storedAtMs: now, lifetimeSeconds: 600 }), 1);
}

/** Something to wait for, and what ends the waiting. */
function makeGate(): { open: () => void; reached: Promise<void>; wait: () => Promise<void> } {
  let open = (): void => undefined;
  let reach = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  return { open: () => open(), reached, wait: () => (reach(), opened) };
}

describe('a second cache', () => {
  it('is asked when memory has nothing; what it has is promoted', async () => {
    const { core, origin, tier } = await start();
    const url = `${origin.url}/a`;
    keep(tier, url);
    for (let i = 0; i < 2; i++) {
      const reply = await ask(core.port, url);
      expect([reply.status, reply.body.toString(), reply.fields['x-cache-status']]).toEqual([
        200,
        'from the tier',
        'HIT',
      ]);
    }
    expect(tier.asked).toEqual([url]);
    expect(origin.requests).toEqual([]);
  });
  it('says in the trace what it had', async () => {
    const { core, origin, tier } = await start();
    keep(tier, `${origin.url}/traced`);
    await ask(core.port, `${origin.url}/traced`);
    await core.finished(1);
    const { trace } = await core.detailOf('/traced');
    expect(trace).toContainEqual(expect.objectContaining({ code: 'tier', inputs: { found: 1 } }));
  });
  it('is given what is stored, and the origin is asked once when it has nothing', async () => {
    const { core, origin, tier } = await start();
    const url = `${origin.url}/b`;
    expect((await ask(core.port, url)).fields['x-cache-status']).toBe('MISS');
    expect((await ask(core.port, url)).fields['x-cache-status']).toBe('HIT');
    expect(tier.of(url).map((entry) => Buffer.concat(entry.chunks).toString())).toEqual(['from the origin: /b']);
    expect([tier.asked, origin.requests]).toEqual([[url], ['GET /b']]);
  });
  it('answers only-if-cached', async () => {
    const { core, origin, tier } = await start();
    keep(tier, `${origin.url}/c`);
    const only = { headers: { 'Cache-Control': 'only-if-cached' } };
    expect((await ask(core.port, `${origin.url}/c`, only)).status).toBe(200);
    expect((await ask(core.port, `${origin.url}/none`, only)).status).toBe(504);
    expect(origin.requests).toEqual([]);
  });
  it('is asked once by many at the same time', async () => {
    const { core, origin, tier } = await start();
    const url = `${origin.url}/many`;
    keep(tier, url);
    const gate = makeGate();
    tier.before = gate.wait;
    const replies = Array.from({ length: 20 }, () => ask(core.port, url));
    await gate.reached;
    while ((await core.core.handlers['exchange.list']({ text: '/many' })).total < 20) await new Promise(setImmediate);
    gate.open();
    for (const reply of await Promise.all(replies)) expect(reply.body.toString()).toBe('from the tier');
    expect(tier.asked).toEqual([url]);
    expect(origin.requests).toEqual([]);
  });
  it('loses what a request makes invalid, as memory does', async () => {
    const { core, origin, tier } = await start();
    const url = `${origin.url}/d`;
    keep(tier, url);
    await ask(core.port, url);
    await ask(core.port, url, { method: 'DELETE' });
    expect(tier.of(url)).toEqual([]);
    expect((await ask(core.port, url)).body.toString()).toBe('from the origin: /d');
  });
  it('gives nothing that was made invalid while it was asked', async () => {
    const { core, origin, tier } = await start();
    const url = `${origin.url}/e`;
    keep(tier, url);
    const gate = makeGate();
    tier.before = gate.wait;
    const reply = ask(core.port, url);
    await gate.reached;
    await ask(core.port, url, { method: 'DELETE' });
    gate.open();
    expect((await reply).body.toString()).toBe('from the origin: /e');
  });
  it('loses what a person evicts, by URL and by pattern', async () => {
    const { core, origin, tier } = await start();
    for (const path of ['x', 'y', 'z']) keep(tier, `${origin.url}/${path}`);
    await core.core.handlers['cache.purge']({ selector: { url: `${origin.url}/x` }, dryRun: false });
    expect(['x', 'y', 'z'].map((path) => tier.of(`${origin.url}/${path}`).length)).toEqual([0, 1, 1]);
    await core.core.handlers['cache.purge']({ selector: { pattern: '*/y' }, dryRun: false });
    expect(['x', 'y', 'z'].map((path) => tier.of(`${origin.url}/${path}`).length)).toEqual([0, 0, 0]);
  });
  it.each<[what: string, find: MemoryTier['find'], patienceMs: number]>([
    [
      'throws',
      () => {
        throw new Error('no disk');
      },
      60_000,
    ],
    ['rejects', () => Promise.reject(new Error('no disk')), 60_000],
    ['never answers', () => new Promise(() => undefined), 5],
  ])('that %s is a miss', async (_, find, patienceMs) => {
    const { core, origin, tier } = await start({ patienceMs });
    const url = `${origin.url}/f`;
    let asked = 0;
    tier.find = (what) => (asked++, find.call(tier, what));
    const reply = await ask(core.port, url);
    expect([reply.body.toString(), reply.fields['x-cache-status']]).toEqual(['from the origin: /f', 'MISS']);
    expect((await ask(core.port, url)).fields['x-cache-status']).toBe('HIT');
    expect(asked).toBe(1);
  });
  it('may answer when the client is gone', async () => {
    const { core, origin, tier } = await start();
    const gate = makeGate();
    tier.before = gate.wait;
    const client = await RawClient.open(core.port);
    client.socket.write(`GET ${origin.url}/gone HTTP/1.1\r\nHost: 127.0.0.1:${origin.port}\r\n\r\n`);
    await gate.reached;
    client.close();
    await core.finished(1);
    gate.open();
    await ask(core.port, `${origin.url}/after`);
    expect(origin.requests).toEqual(['GET /after']);
    expect((await core.detailOf('/gone')).row.state).toBe('client-left');
  });
  it('is not asked about what no cache may answer', async () => {
    const { core, origin, tier } = await start();
    await ask(core.port, `${origin.url}/g`, { method: 'POST', body: 'x' });
    await ask(core.port, `${origin.url}/h`, { headers: { 'Cache-Control': 'no-store' } });
    expect(tier.asked).toEqual([]);
  });
});
