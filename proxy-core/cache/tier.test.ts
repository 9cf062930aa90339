import { describe, expect, it } from 'vitest';
import { createCacheEngine } from './cache-engine.ts';
import { exchange, makePolicy, makeRequest, makeResponse, revalidate, T0, URL_A } from './testkit/make.ts';
import { MemoryTier } from './testkit/memory-tier.ts';

function makeTiered() {
  const tier = new MemoryTier();
  const faults: unknown[] = [];
  const cache = createCacheEngine({
    policy: () => makePolicy(),
    budget: () => ({ capacity: 100, maxBytes: 1_000_000 }),
    now: () => T0,
    tier: { tier, report: (_, error) => faults.push(error) },
  });
  return { cache, tier, faults };
}

const varying = (value: string) => ({
  request: makeRequest({ fields: ['Foo', value] }),
  response: makeResponse({ fields: ['Cache-Control', 'max-age=60', 'Vary', 'Foo'] }),
});

describe('what a second cache is told', () => {
  it('every variant that is stored, each in the place of the one before', () => {
    const { cache, tier } = makeTiered();
    for (const value of ['1', '2', '2']) exchange(cache, varying(value).request, varying(value).response);
    expect(tier.of(URL_A).map(({ facts }) => facts.varyBy)).toEqual([
      ['foo', '2'],
      ['foo', '1'],
    ]);
  });
  it('that a response with another Vary has taken the place of one', () => {
    const { cache, tier } = makeTiered();
    exchange(cache, makeRequest(), makeResponse());
    const later = { requestAtMs: T0 + 61_000, responseAtMs: T0 + 61_000 };
    exchange(cache, varying('1').request, { ...varying('1').response, ...later });
    expect(tier.of(URL_A).map(({ facts }) => facts.varyBy)).toEqual([['foo', '1']]);
  });
  it('the lifetime a person has set', () => {
    const { cache, tier } = makeTiered();
    const { id } = exchange(cache, makeRequest(), makeResponse())!;
    cache.setLifetime(id, 5, T0);
    expect(tier.of(URL_A)[0]?.facts).toMatchObject({ lifetimeSeconds: 5, lifetimeSource: 'user' });
    cache.makeStale(id, T0);
    expect(tier.of(URL_A)[0]?.facts.lifetimeSeconds).toBe(0);
  });
  it('that a validation has shown the entry to be wrong', () => {
    const { cache, tier } = makeTiered();
    const { id } = exchange(cache, makeRequest(), makeResponse())!;
    revalidate(
      cache,
      id,
      makeResponse({ status: 404, fields: ['Cache-Control', 'no-store'] }),
      Buffer.from('gone'),
      T0,
    );
    expect(tier.of(URL_A)).toEqual([]);
  });
  it('nothing that breaks anything when it fails', () => {
    const { cache, tier, faults } = makeTiered();
    tier.put = () => {
      throw new Error('no disk');
    };
    expect(exchange(cache, makeRequest(), makeResponse())).toBeDefined();
    expect(faults).toEqual([new Error('no disk')]);
  });
});

describe('what a second cache has', () => {
  it('goes into memory once; memory, which is newer, wins', async () => {
    const { cache, tier } = makeTiered();
    const { id } = exchange(cache, makeRequest(), makeResponse())!;
    expect(await cache.lookFurther(URL_A)).toEqual({ found: 0 });
    expect(cache.get(id).variants).toEqual([]);
    const held = tier.of(URL_A);
    cache.purge({ url: URL_A }, false, T0);
    for (const entry of held) tier.put(entry, 1_000_000);
    expect(await Promise.all([cache.lookFurther(URL_A), cache.lookFurther(URL_A)])).toContainEqual({ found: 1 });
    expect(cache.stats().entries).toBe(1);
  });
});
