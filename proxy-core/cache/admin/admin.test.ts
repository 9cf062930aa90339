import { describe, expect, it } from 'vitest';
import { makeEntryId } from '../../contract/entry-id.ts';
import { diffBodies, diffFields } from './body-diff.ts';
import { makeGlobMatcher } from './glob.ts';
import { cacheKey } from '../key.ts';
import { exchange, makeCache, makeRequest, makeResponse, revalidate, T0 } from '../testkit/make.ts';

const CC = 'Cache-Control';
const at = (url: string) => makeRequest({ url });

/** How answers name an entry of the store. */
const nameOf = ({ id }: { id: number }) => makeEntryId('cache', id);

function filled() {
  const under = makeCache();
  const put = (url: string, fields: string[] = [CC, 'max-age=60'], body = 'hello') =>
    exchange(under.cache, at(url), makeResponse({ fields }), body)!;
  return { ...under, put };
}

describe('listing', () => {
  it('searches, filters by host and state, sorts and pages', () => {
    const { cache, put, clock } = filled();
    put('http://a.test/one', [CC, 'max-age=60', 'Content-Type', 'text/html; charset=x'], 'x'.repeat(30));
    put('http://b.test:8080/two', [CC, 'max-age=10', 'Content-Type', 'image/png'], 'y');
    put('http://a.test/three', [CC, 'max-age=10, stale-while-revalidate=100']);
    clock.nowMs = T0 + 20_000;
    const urls = (query: Parameters<typeof cache.list>[0]) =>
      cache.list(query).entries.map((entry) => entry.url.replace('http://', ''));
    expect(urls({ sort: 'url' })).toEqual(['a.test/one', 'a.test/three', 'b.test:8080/two']);
    expect(urls({ sort: 'url', descending: true, offset: 1, limit: 1 })).toEqual(['a.test/three']);
    expect(urls({ sort: 'size', descending: true })[0]).toBe('a.test/one');
    expect(urls({ text: 'T' + 'W' })).toEqual(['b.test:8080/two']);
    expect(urls({ host: 'b.test' })).toEqual(['b.test:8080/two']);
    expect(urls({ state: 'fresh' })).toEqual(['a.test/one']);
    expect(urls({ state: 'stale-usable' })).toEqual(['a.test/three']);
    expect(urls({ state: 'stale' })).toEqual(['b.test:8080/two']);
    for (const sort of ['host', 'type', 'status', 'stored', 'age', 'ttl', 'hits', 'used'] as const)
      expect(urls({ sort })).toHaveLength(3);
    const { total, bytes, version } = cache.list({ host: 'a.test' });
    expect([total, bytes > 0, version]).toEqual([2, true, cache.stats().version]);
  });
  it('lists host by host, each in the order asked for, and tells what each has', async () => {
    const { cache, put } = filled();
    put('http://b.test/one', [CC, 'max-age=60'], 'x');
    put('http://a.test/two', [CC, 'max-age=60'], 'y'.repeat(500));
    put('http://b.test/three', [CC, 'max-age=60'], 'z'.repeat(300));
    const query = { sort: 'size', descending: true, byHost: true } as const;
    const { entries, hosts, bytes } = cache.list(query);
    expect(entries.map(({ url }) => url.slice('http://'.length))).toEqual(['a.test/two', 'b.test/three', 'b.test/one']);
    expect(hosts?.map((share) => [share.host, share.entries])).toEqual([
      ['a.test', 1],
      ['b.test', 2],
    ]);
    expect(hosts?.reduce((sum, share) => sum + share.bytes, 0)).toBe(bytes);
    const found = await cache.search({ ...query, q: 'path:/three' });
    expect(found.hosts).toEqual([{ host: 'b.test', entries: 1, bytes: found.bytes }]);
    expect(cache.list({ sort: 'size' }).hosts).toBeUndefined();
  });

  it('filters by the one language, with fields and bodies', async () => {
    const { cache, put, clock } = filled();
    put('http://a.test/one', [CC, 'max-age=60', 'Content-Type', 'text/html', 'Vary', 'Accept-Language'], 'a needle');
    put('http://b.test/two', [CC, 'max-age=10', 'Content-Type', 'image/svg+xml', 'Surrogate-Key', 'k1 k2'], 'needles');
    put('http://a.test/three', [CC, 'max-age=10'], 'hay');
    clock.nowMs = T0 + 20_000;
    const find = async (q: string, query = {}) => {
      const { entries, total } = await cache.search({ sort: 'url', ...query, q });
      expect(total).toBeGreaterThanOrEqual(entries.length);
      return entries.map((entry) => entry.url.replace('http://', ''));
    };
    expect(await find('')).toHaveLength(3);
    expect(await find('host=a.test is:fresh')).toEqual(['a.test/one']);
    expect(await find('type:svg or is:fresh')).toEqual(['a.test/one', 'b.test/two']);
    expect(await find('age>=20s ttl<0s')).toEqual(['a.test/three', 'b.test/two']);
    expect(await find('tag:k2')).toEqual(['b.test/two']);
    expect(await find('res.vary:language -res.etag:*')).toEqual(['a.test/one']);
    expect(await find('res.cache-control~^max-age=10$')).toEqual(['a.test/three', 'b.test/two']);
    expect(await find('type:html', { state: 'stale' })).toEqual([]);
    expect(await find('body:needle', { descending: true })).toEqual(['b.test/two', 'a.test/one']);
    expect(await find('host:b.test -body:needle or path:/three')).toEqual(['a.test/three']);
    await expect(find('time>1s')).rejects.toMatchObject({ code: 'bad-params' });
  });
  it('names what a query means, and what of given ones is still there; an eviction shows at once, wherever one has paged to', async () => {
    const { cache, put } = filled();
    const ids = Array.from({ length: 5 }, (_, n) => put(`http://a.test/${n}`).id);
    const names = await cache.ids({ sort: 'url', offset: 1, limit: 3 });
    expect(names).toEqual(ids.slice(1, 4).map((id) => `cache-${id}`));
    expect(await cache.ids({ sort: 'url', q: 'path:/3 or path:/4' })).toEqual([`cache-${ids[3]}`, `cache-${ids[4]}`]);
    const page = () => cache.list({ sort: 'url', offset: 2, limit: 2 });
    expect(page().total).toBe(5);
    cache.purge({ ids: [ids[3]!] }, false, T0);
    expect(page().total).toBe(4);
    expect(cache.known([...names, ids[3]!])).toEqual([names[0], names[1]]);
    expect(() => cache.known(['another-1'])).toThrow('another run');
  });
  it('of 100,000 entries stays quick enough to page', { timeout: 60_000 }, () => {
    const { cache } = makeCache({}, { capacity: 200_000, maxBytes: 200_000_000 });
    for (let i = 0; i < 100_000; i++) exchange(cache, at(`http://h${i % 50}.test/item/${i}`), makeResponse());
    const first = cache.list({ sort: 'url', text: 'item/9', limit: 100 });
    expect([first.total, first.entries.length]).toEqual([11_111, 100]);
    expect(cache.list({ sort: 'url', text: 'item/9', offset: 11_100, limit: 100 }).entries).toHaveLength(11);
  });
});

describe('one entry', () => {
  it('is told in full', () => {
    const { cache, clock } = filled();
    const fields = [
      CC,
      'max-age=60, stale-if-error=30',
      'ETag',
      '"a"',
      'Vary',
      'Foo, Bar',
      'Surrogate-Key',
      'one two',
      'Content-Type',
      'Text/Plain; x=y',
      'Date',
      new Date(T0).toUTCString(),
    ];
    const entry = exchange(cache, makeRequest({ fields: ['Foo', '1'] }), makeResponse({ fields }))!;
    exchange(cache, makeRequest({ fields: ['Foo', '2'] }), makeResponse({ fields }));
    cache.noteUse(entry, 77, T0 + 1000);
    clock.nowMs = T0 + 5000;
    const detail = cache.get(entry.id);
    expect(detail.entry).toMatchObject({
      id: nameOf(entry),
      cacheKey: cacheKey('GET', 'http://example.test/a'),
      variant: 'foo: 1; bar: (none)',
      method: 'GET',
      host: 'example.test',
      status: 200,
      contentType: 'text/plain',
      bodyBytes: 5,
      ageSeconds: 5,
      lifetimeSeconds: 60,
      ttlSeconds: 55,
      state: 'fresh',
      staleAtMs: T0 + 60_000,
      sieUntilMs: T0 + 90_000,
      hits: 1,
      lastUsedAtMs: T0 + 1000,
      etag: '"a"',
      vary: 'Foo, Bar',
      pinned: false,
      tags: ['one', 'two'],
    });
    expect(detail.varyBy).toEqual([
      ['foo', '1'],
      ['bar', ''],
    ]);
    expect(detail.variants).toHaveLength(1);
    expect(detail.history).toEqual([
      { atMs: T0, kind: 'stored' },
      { atMs: T0 + 1000, kind: 'hit', exchangeId: 77 },
    ]);
    expect(detail.lifetimeSource).toBe('max-age');
    expect(Buffer.from(cache.body(entry.id)).toString()).toBe('hello');
  });
  it('is found by its key, also when it has gone', () => {
    const { cache, put } = filled();
    const entry = put('http://a.test/x');
    const key = cacheKey('GET', 'http://a.test/x');
    expect(cache.byKey(key.toUpperCase()).entries.map((item) => item.id)).toEqual([nameOf(entry)]);
    cache.purge({ url: 'HTTP://a.test:80/x' }, false, T0 + 3);
    expect(cache.byKey(key)).toEqual({
      entries: [],
      removed: [{ cacheKey: key, url: 'http://a.test/x', atMs: T0 + 3, why: 'user', by: 'user' }],
    });
    expect(cache.byKey('nonsense')).toEqual({ entries: [], removed: [] });
  });
  it('can be pinned, given a lifetime, made stale', () => {
    const { cache, put } = filled();
    const { id } = put('http://a.test/x');
    expect(cache.pin(id, true, T0).pinned).toBe(true);
    expect(cache.stats().pinned).toBe(1);
    expect(cache.setLifetime(id, 600, T0 + 30_000)).toMatchObject({ lifetimeSeconds: 630 });
    expect(cache.planRequest(at('http://a.test/x'), T0 + 500_000).kind).toBe('serve');
    cache.makeStale(id, T0 + 40_500);
    expect(cache.planRequest(at('http://a.test/x'), T0 + 40_500).reason).toBe('expired');
    expect(cache.get(id)).toMatchObject({ lifetimeSource: 'user' });
    expect(cache.get(id).history.map((tick) => tick.kind)).toEqual(['stored', 'pinned', 'lifetime-set', 'made-stale']);
    expect(() => cache.pin(999, true, T0)).toThrow(/entry 999 is not in the cache/);
  });
});

it('making stale does not make what is stale longer stale only just now', () => {
  const { cache } = makeCache();
  const { id } = exchange(
    cache,
    makeRequest(),
    makeResponse({ fields: ['Cache-Control', 'max-age=60, stale-while-revalidate=30', 'ETag', '"a"'] }),
  )!;
  cache.makeStale(id, T0 + 3_600_000);
  expect(cache.planRequest(makeRequest(), T0 + 3_600_000)).toMatchObject({
    kind: 'validate',
    facts: { secondsAgo: 3540 },
  });
});

it('a lifetime that ended before its response began is kept as it is, also when it comes back after an eviction', () => {
  const { cache, clock } = makeCache();
  const fields = [
    'Cache-Control',
    'stale-if-error=99999',
    'Date',
    new Date(T0).toUTCString(),
    'Expires',
    new Date(T0 - 7200_000).toUTCString(),
  ];
  const { id } = exchange(cache, makeRequest(), makeResponse({ fields }))!;
  clock.nowMs = T0 + 1000;
  expect(cache.get(id).entry).toMatchObject({
    lifetimeSeconds: -7200,
    ttlSeconds: -7201,
    staleAtMs: T0 - 7200_000,
    state: 'stale-usable',
  });
  const { undoToken } = cache.purge({ all: true }, false, T0 + 1000);
  cache.undo(undoToken!, T0 + 1000);
  expect(cache.get(id).entry.lifetimeSeconds).toBe(-7200);
  expect(cache.setLifetime(id, 60, T0 + 1000).lifetimeSeconds).toBe(61);
});

describe('eviction by the user', () => {
  const urls = ['http://a.test/1?x=1', 'http://a.test/2', 'http://b.test/1', 'https://a.test/1'];
  it.each([
    ['pattern', { pattern: 'http://a.test/*' }, 2],
    ['pattern without scheme', { pattern: 'a.test/*' }, 3],
    ['pattern with ?', { pattern: 'http://?.test/1' }, 1],
    ['host', { host: 'a.test' }, 3],
    ['url', { url: 'http://a.test/2' }, 1],
    ['tag', { tag: 'blue' }, 1],
    ['ids', { ids: [1, 1, 3, 99] }, 2],
    ['all', { all: true }, 4],
    ['nothing', { pattern: 'x' }, 0],
  ] as const)('%s, first as a preview', (_, given, count) => {
    const { cache, put } = filled();
    for (const url of urls) put(url, [CC, 'max-age=60', ...(url.includes('b.test') ? ['Cache-Tag', 'red, blue'] : [])]);
    const selector = 'ids' in given ? { ids: [...given.ids] } : given;
    const preview = cache.purge(selector, true, T0);
    expect([preview.entries, preview.undoToken, cache.stats().entries]).toEqual([count, undefined, 4]);
    expect(preview.sample).toHaveLength(count);
    const done = cache.purge(selector, false, T0);
    expect([done.entries, done.bytes, cache.stats().entries]).toEqual([count, preview.bytes, 4 - count]);
    expect(done.undoToken === undefined).toBe(count === 0);
  });
  it('can be taken back for ten seconds, once', () => {
    const { cache, put, clock } = filled();
    const { id } = put('http://a.test/x', [CC, 'max-age=60'], 'x'.repeat(100_000));
    cache.pin(id, true, T0);
    const before = cache.stats().bytes;
    const { undoToken } = cache.purge({ all: true }, false, T0);
    expect(cache.stats()).toMatchObject({ entries: 0, bytes: 0, pinned: 0 });
    expect(cache.undo(undoToken!, T0 + 9000)).toEqual({ entries: 1, bytes: before });
    expect(cache.get(id).entry).toMatchObject({ pinned: true, bodyBytes: 100_000 });
    expect(cache.stats()).toMatchObject({ bytes: before, stored: 1 });
    expect(() => cache.undo(undoToken!, T0 + 9000)).toThrow(/no longer be taken back/);
    const again = cache.purge({ all: true }, false, T0);
    clock.nowMs = T0 + 10_001;
    cache.stats();
    expect(() => cache.undo(again.undoToken!, T0 + 10_001)).toThrow(/no longer/);
  });
  it('taken back does not undo what was stored meanwhile', () => {
    const { cache, put } = filled();
    put('http://a.test/x', undefined, 'old');
    const { undoToken } = cache.purge({ all: true }, false, T0);
    put('http://a.test/x', undefined, 'new');
    expect(cache.undo(undoToken!, T0).entries).toBe(0);
    expect(cache.list({}).total).toBe(1);
  });
  it('of a pinned entry works, pressure does not', () => {
    const { cache } = makeCache({}, { capacity: 10 });
    const entry = exchange(cache, at('http://a.test/kept'), makeResponse())!;
    cache.pin(entry.id, true, T0);
    for (let i = 0; i < 50; i++) exchange(cache, at(`http://a.test/${i}`), makeResponse());
    expect(cache.get(entry.id).entry.pinned).toBe(true);
    expect(cache.purge({ ids: [entry.id] }, false, T0).entries).toBe(1);
  });
  it.each([
    ['http://a.test/a+b(*', 'http://a.test/a+b(c', true],
    ['a.test/*', 'https://a.test/1', true],
    ['a.test/*', 'https://xa.test/1', false],
    ['*.png', 'http://a.test/x.PNG', true],
    ['*.png', 'http://a.test/x.png?1', false],
    ['http://a.test/x?y=*', 'http://a.test/x?y=1', true],
    ['*', 'http://a.test/', true],
    ['', 'http://a.test/', false],
    [`${'*a'.repeat(20)}b`, `http://${'a'.repeat(2000)}`, false],
  ])('glob %s · %s', (glob, url, matches) => {
    expect(makeGlobMatcher(glob)(url)).toBe(matches);
  });
});

describe('revalidating now', () => {
  const stored = [
    CC,
    'max-age=60',
    'ETag',
    '"a"',
    'Content-Type',
    'text/plain',
    'X-A',
    '1',
    'Date',
    new Date(T0).toUTCString(),
  ];
  it('asks with the conditions and the selecting fields', () => {
    const { cache } = makeCache();
    const entry = exchange(
      cache,
      makeRequest({ fields: ['Foo', '1'] }),
      makeResponse({ fields: [...stored, 'Vary', 'Foo, Bar'] }),
    )!;
    const { request, plan } = cache.validationFor(entry.id);
    expect({ url: request.url, method: request.method, fields: plan.validation.forwardFields }).toEqual({
      url: entry.url,
      method: 'GET',
      fields: ['foo', '1', 'If-None-Match', '"a"'],
    });
  });
  it('304: fresh again, with the fields that changed', () => {
    const { cache, put } = filled();
    const { id } = put('http://a.test/x', stored);
    const told = revalidate(
      cache,
      id,
      makeResponse({
        status: 304,
        fields: ['X-A', '2', 'Date', new Date(T0 + 90_000).toUTCString()],
        requestAtMs: T0 + 90_000,
        responseAtMs: T0 + 90_000,
      }),
      new Uint8Array(),
      T0 + 90_000,
    );
    expect(told).toMatchObject({ kind: 'not-modified', entry: { id: nameOf({ id }), state: 'fresh' } });
    expect(
      told.kind === 'not-modified' && told.updatedFields.map((field) => [field.name, field.before, field.after]),
    ).toContainEqual(['x-a', '1', '2']);
  });
  it('200: replaced, with a diff of fields and lines', () => {
    const { cache, put } = filled();
    const { id } = put('http://a.test/x', stored, 'one\ntwo\nthree');
    cache.pin(id, true, T0);
    const told = revalidate(
      cache,
      id,
      makeResponse({
        fields: [CC, 'max-age=60', 'ETag', '"b"', 'Content-Type', 'text/plain', 'Date', new Date(T0).toUTCString()],
      }),
      Buffer.from('one\n2\nthree'),
      T0,
    );
    expect(told).toMatchObject({
      kind: 'changed',
      status: 200,
      entry: { pinned: true, etag: '"b"' },
      body: { same: false, beforeBytes: 13, afterBytes: 11, lines: [' one', '-two', '+2', ' three'] },
    });
    expect(told.kind === 'changed' && told.fields).toEqual([
      { name: 'etag', before: '"a"', after: '"b"' },
      { name: 'x-a', before: '1', after: null },
    ]);
  });
  it('no-store: gone', () => {
    const { cache, put } = filled();
    const { id } = put('http://a.test/x', stored);
    expect(revalidate(cache, id, makeResponse({ fields: [CC, 'no-store'] }), Buffer.from('x'), T0)).toMatchObject({
      kind: 'changed',
      entry: null,
    });
    expect(cache.stats().entries).toBe(0);
  });
  it('503: nothing changes', () => {
    const { cache, put } = filled();
    const { id } = put('http://a.test/x', stored);
    expect(
      revalidate(cache, id, makeResponse({ status: 503, statusText: 'Busy', fields: [] }), new Uint8Array(), T0),
    ).toEqual({ kind: 'failed', message: 'the origin answered 503 Busy' });
    expect(cache.stats().entries).toBe(1);
  });
});

describe('diffs', () => {
  it('shows only what is near a change', () => {
    const a = Array.from({ length: 30 }, (_, i) => `line ${i}`);
    const b = a.with(15, 'changed').concat('end');
    const { lines } = diffBodies(Buffer.from(a.join('\n')), Buffer.from(b.join('\n')), [
      'Content-Type',
      'application/json',
    ]);
    expect(lines).toEqual([
      '@@ 12 @@',
      ' line 12',
      ' line 13',
      ' line 14',
      '-line 15',
      '+changed',
      ' line 16',
      ' line 17',
      ' line 18',
      '@@ 8 @@',
      ' line 27',
      ' line 28',
      ' line 29',
      '+end',
    ]);
  });
  it('gives no lines for binary, coded or utterly different content', () => {
    expect(diffBodies(Buffer.from('a'), Buffer.from('b'), ['Content-Type', 'image/png'])).toEqual({
      same: false,
      beforeBytes: 1,
      afterBytes: 1,
    });
    expect(
      diffBodies(Buffer.from('a'), Buffer.from('b'), ['Content-Type', 'text/css', 'Content-Encoding', 'br']),
    ).not.toHaveProperty('lines');
    const many = (name: string) => Buffer.from(Array.from({ length: 2000 }, (_, i) => `${name}${i}`).join('\n'));
    expect(diffBodies(many('a'), many('b'), ['Content-Type', 'text/plain'])).not.toHaveProperty('lines');
    expect(diffBodies(Buffer.from('a'), Buffer.from('a'), [])).toEqual({ same: true, beforeBytes: 1, afterBytes: 1 });
  });
  it('compares fields by name, repeated ones joined', () => {
    expect(diffFields(['A', '1', 'B', '2', 'b', '3'], ['a', '1', 'B', '2', 'C', '4'])).toEqual([
      { name: 'b', before: '2, 3', after: '2' },
      { name: 'c', before: null, after: '4' },
    ]);
  });
});

describe('bounds', () => {
  it('keeps at most 64 variants of a URL', () => {
    const { cache } = makeCache();
    for (let i = 0; i < 100; i++)
      exchange(
        cache,
        makeRequest({ fields: ['Cookie', String(i)] }),
        makeResponse({ fields: [CC, 'max-age=60', 'Vary', 'Cookie'], responseAtMs: T0 + i, requestAtMs: T0 + i }),
      );
    expect(cache.stats().entries).toBe(64);
    expect(cache.planRequest(makeRequest({ fields: ['Cookie', '99'] }), T0 + 200).kind).toBe('serve');
    expect(cache.planRequest(makeRequest({ fields: ['Cookie', '0'] }), T0 + 200).kind).toBe('fetch');
  });
  it('remembers a bounded number of removals', () => {
    const { cache } = makeCache({}, { capacity: 10 });
    for (let i = 0; i < 6000; i++) exchange(cache, at(`http://a.test/${i}`), makeResponse());
    expect(cache.removed(10_000)).toHaveLength(4096);
    expect(cache.removed(2).map((item) => item.url)).toEqual(['http://a.test/5989', 'http://a.test/5988']);
  });
});
