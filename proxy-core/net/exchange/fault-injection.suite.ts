/**
 * Every callback of front, exchange, fetch, origin client, tunnel, upgrade, capture and cache throws in turn, while all
 * kinds of exchanges go through: each client gets an answer or a closed connection, each exchange ends with its event,
 * and the proxy goes on with nothing left open.
 */
import http from 'node:http';
import { expect, it } from 'vitest';
import { BESIDE, CASES, OF_STAGES } from './testkit/fault-points.ts';
import { openWorld, until, type Kind } from './testkit/fault-world.ts';

const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

/** One test for each callback. A second cache makes what misses asynchronous, stages do so at four places: every way through an exchange is broken. */
export function faultsAreContained(kind: Kind): void {
  const cases = CASES.filter(
    (name) => (kind === 'tier' || name !== 'CacheEngine.lookFurther') && (kind === 'stages' || !OF_STAGES.test(name)),
  );
  it.each(cases)('%s', async (name) => {
    const before = sockets();
    const world = await openWorld(kind);
    const { injector, hub } = world;
    injector.target = name;
    await world.everything();
    injector.target = undefined;
    expect(injector.thrown, 'the method was called').toBeGreaterThan(0);
    // The core lives.
    expect(await world.get('/after', { agent: new http.Agent({ keepAlive: false }) })).toMatchObject({ status: 200 });
    if (name !== 'ExchangeLog.end') {
      await until('every exchange has ended', () => hub.totals.inFlight === 0);
      for (const record of hub.records())
        expect(record.durationMs, `${record.start.method} ${record.start.url} has ended`).toBeDefined();
    }
    if (!BESIDE.test(name))
      expect(
        world.ended.some((record) => record.state === 'failed' && record.error === 'proxy_internal_error'),
        'an event says so',
      ).toBe(true);
    // Said, and not too often.
    if (!name.startsWith('ReplyListener')) expect(world.faults.count).toBeGreaterThanOrEqual(1);

    await until(
      'clients and tunnels are gone',
      () => world.front.connectionCount() === 0 && world.tunnels.openCount === 0,
    );
    await world.close();
    await until('no socket is left', () => sockets() <= before);
  });

  it('nothing: the same exchanges, none of which fails of itself', async () => {
    const world = await openWorld(kind);
    await world.everything();
    expect(world.faults.count).toBe(0);
    expect(world.ended.filter((record) => record.error === 'proxy_internal_error')).toEqual([]);
    await until('every exchange has ended', () => world.hub.totals.inFlight === 0);
    await world.close();
  });
}
