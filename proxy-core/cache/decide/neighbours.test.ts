import { describe, expect, it } from 'vitest';
import type { Neighbour } from '../../contract/reasons.ts';
import { findSingleDifference } from './neighbours.ts';
import { exchange, makeCache, makeRequest, makeResponse, T0 } from '../testkit/make.ts';

const many = Array.from({ length: 20_000 }, (_, i) => `p${i}=${i}`).join('&');

describe('the single difference of two URLs', () => {
  const cases: [stored: string, sent: string, difference: Neighbour['difference'] | undefined][] = [
    ['http://a/x?p=1', 'http://a/x?p=2', { kind: 'query', parameter: 'p', stored: '1', sent: '2' }],
    ['http://a/x?p=1&q=2', 'http://a/x?q=2&p=3', { kind: 'query', parameter: 'p', stored: '1', sent: '3' }],
    ['http://a/x', 'http://a/x?utm=1', { kind: 'query', parameter: 'utm', stored: null, sent: '1' }],
    ['http://a/x?utm=1', 'http://a/x', { kind: 'query', parameter: 'utm', stored: '1', sent: null }],
    ['http://a/x?p', 'http://a/x?p=1', { kind: 'query', parameter: 'p', stored: '', sent: '1' }],
    ['http://a/x?p=1&q=2', 'http://a/x?q=2&p=1', { kind: 'path', stored: '?p=1&q=2', sent: '?q=2&p=1' }],
    ['http://a/x?p=1&q=1', 'http://a/x?p=2&q=2', undefined],
    ['http://a/x?p=1', 'http://a/x?q=1', undefined],
    ['http://a/x?p=1&q=2&r=3', 'http://a/x?p=1&r=3', { kind: 'query', parameter: 'q', stored: '2', sent: null }],
    ['http://a/x?a=1', 'http://a/x?a=1&a=1', { kind: 'query', parameter: 'a', stored: null, sent: '1' }],
    ['http://a/x?a=1', 'http://a/x?a=1&a=1&a=1', undefined],
    ['http://a/x?a=1&a=2', 'http://a/x?a=2&a=1&', { kind: 'path', stored: '?a=1&a=2', sent: '?a=2&a=1&' }],
    ['http://a/x?aa=1&b=1', 'http://a/x?a=1&b=1', undefined],
    ['http://a/x?q=1', 'http://a/x?q=1=2', { kind: 'query', parameter: 'q', stored: '1', sent: '1=2' }],
    [
      `http://a/x?${many}&z=1&${many}`,
      `http://a/x?${many}&z=2&${many}`,
      { kind: 'query', parameter: 'z', stored: '1', sent: '2' },
    ],
    [`http://a/x?${many}`, `http://a/x?${many}&z=2`, { kind: 'query', parameter: 'z', stored: null, sent: '2' }],
    // Too much to compare: nothing is told.
    [`http://a/x?${many}`, `http://a/x?z=1&${many.split('&').reverse().join('&')}`, undefined],
    ['http://a/x', 'https://a/x', { kind: 'scheme', stored: 'http', sent: 'https' }],
    ['http://a/x?p=1', 'https://a/x?p=2', undefined],
    ['http://a/X', 'http://a/x', { kind: 'path', stored: '/X', sent: '/x' }],
    ['http://a/x/', 'http://a/x', { kind: 'path', stored: '/x/', sent: '/x' }],
    ['http://a/x', 'http://b/x', undefined],
    ['http://a/x', 'http://a/x', undefined],
  ];
  it.each(
    cases.map(
      ([stored, sent, difference]) => [stored.slice(0, 60), sent.slice(-60), stored, sent, difference] as const,
    ),
  )('%s · %s', (_, __, stored, sent, difference) => {
    expect(findSingleDifference(stored, sent)).toEqual(difference);
  });
});

describe('a miss', () => {
  const at = (url: string) => makeRequest({ url });
  it('names the entry that almost matched', () => {
    const { cache } = makeCache();
    const entry = exchange(cache, at('http://a.test/list?page=1&sort=up'), makeResponse())!;
    const told = cache.planRequest(at('http://a.test/list?page=2&sort=up'), T0);
    expect(told.neighbour).toEqual({
      url: 'http://a.test/list?page=1&sort=up',
      entryId: entry.id,
      difference: { kind: 'query', parameter: 'page', stored: '1', sent: '2' },
    });
    expect(told.trace.at(-1)).toMatchObject({ code: 'neighbour', result: 'note' });
  });
  it('names the field both values of which differ', () => {
    const { cache } = makeCache();
    exchange(
      cache,
      makeRequest({ fields: ['Accept-Language', 'de'] }),
      makeResponse({ fields: ['Cache-Control', 'max-age=60', 'Vary', 'Accept-Language'] }),
    );
    const told = cache.planRequest(makeRequest({ fields: ['Accept-Language', 'en'] }), T0);
    expect([told.reason, told.neighbour?.difference]).toEqual([
      'vary-mismatch',
      { kind: 'vary', field: 'accept-language', stored: 'de', sent: 'en' },
    ]);
  });
  it('names the seconds since it expired', () => {
    const { cache } = makeCache();
    exchange(cache, makeRequest(), makeResponse());
    expect(cache.planRequest(makeRequest(), T0 + 75_000).neighbour?.difference).toEqual({
      kind: 'expired',
      secondsAgo: 15,
    });
  });
  it('names who removed it, when and why', () => {
    const { cache } = makeCache({}, { capacity: 1 });
    exchange(cache, at('http://a.test/1'), makeResponse({ fields: ['Cache-Control', 'max-age=600'] }));
    exchange(cache, at('http://a.test/2'), makeResponse());
    const evicted = cache.planRequest(at('http://a.test/1'), T0);
    expect([evicted.reason, evicted.neighbour?.difference]).toEqual([
      'evicted-capacity',
      { kind: 'removed', atMs: T0, why: 'capacity' },
    ]);
    cache.purge({ pattern: 'http://a.test/*' }, false, T0 + 1);
    const byUser = cache.planRequest(at('http://a.test/2'), T0 + 2);
    expect([byUser.reason, byUser.neighbour?.difference]).toEqual([
      'evicted-by-user',
      { kind: 'removed', atMs: T0 + 1, why: 'user', by: 'pattern http://a.test/*' },
    ]);
  });
  it('that was stored again forgets its removal', () => {
    const { cache } = makeCache();
    exchange(cache, makeRequest(), makeResponse());
    cache.purge({ all: true }, false, T0);
    exchange(cache, makeRequest(), makeResponse());
    expect(cache.removed(10)).toEqual([]);
  });
  it('looks at a bounded number of entries', () => {
    const { cache } = makeCache({}, { capacity: 5000 });
    for (let i = 0; i < 3000; i++) exchange(cache, at(`http://a.test/list?a=${i}&b=${i}`), makeResponse());
    expect(cache.planRequest(at('http://a.test/list?a=x&b=y'), T0).reason).toBe('uri-miss');
  });
});
