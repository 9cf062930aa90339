/** What a 304 or a 200 to HEAD does to a stored response, as tables: which one it speaks of, what it brings in, who gets the rest. */
import { describe, expect, it } from 'vitest';
import { spokenOf, updateFields, type Spoken } from './freshen.ts';
import { Head } from '../../http/head.ts';
import type { CachePolicy } from '../plan.ts';
import { bodyText, exchange, makeCache, makeRequest, makeResponse, T0 } from '../testkit/make.ts';

const CC = 'Cache-Control';
const DATE = new Date(T0).toUTCString();
const before = (seconds: number): string => new Date(T0 - seconds * 1000).toUTCString();
const LATER = T0 + 100_000;

/** A cache with one entry that has expired at LATER, and the plan that asks about it. */
function stale(fields: string[], ask: string[] = []) {
  const under = makeCache();
  const entry = exchange(under.cache, makeRequest({ fields: ask }), makeResponse({ fields }))!;
  under.clock.nowMs = LATER;
  return { ...under, entry, plan: under.cache.planRequest(makeRequest({ fields: ask }), LATER) };
}
const notModified = (fields: string[]) =>
  makeResponse({ status: 304, statusText: 'Not Modified', fields, requestAtMs: LATER, responseAtMs: LATER });

describe('freshening by a 304', () => {
  it('makes it fresh again under the new fields and keeps the rest', () => {
    const { cache, plan, entry } = stale([
      CC,
      'max-age=60',
      'ETag',
      '"a"',
      'X-A',
      '1',
      'X-B',
      '1',
      'Content-Encoding',
      'gzip',
      'Age',
      '7',
    ]);
    const told = cache.planResponse(
      makeRequest(),
      plan,
      notModified([CC, 'max-age=30', 'X-A', '2', 'Content-Encoding', 'br', 'Content-Length', '0', 'ETag', '"a"']),
      LATER,
    );
    expect([told.kind, told.reason]).toEqual(['freshened', 'revalidated']);
    const detail = cache.get(entry.id);
    expect(detail.entry).toMatchObject({ lifetimeSeconds: 30, ageSeconds: 0, storedAtMs: LATER });
    expect(Object.fromEntries(detail.fields)).toMatchObject({
      'X-A': '2',
      'X-B': '1',
      'Content-Encoding': 'gzip',
      ETag: '"a"',
    });
    expect(cache.planRequest(makeRequest(), T0 + 120_000).kind).toBe('serve');
  });
  it('answers the client’s own condition', () => {
    const { cache, plan } = stale([CC, 'max-age=60', 'ETag', '"a"']);
    const told = cache.planResponse(makeRequest({ fields: ['If-None-Match', '"a"'] }), plan, notModified([]), LATER);
    expect(told.kind === 'freshened' && [told.reply.status, told.reply.parts.length]).toEqual([304, 0]);
  });
  it('asks anew when the 304 speaks of something else', () => {
    const { cache, plan } = stale([CC, 'max-age=60', 'Last-Modified', before(100)]);
    const told = cache.planResponse(
      makeRequest(),
      plan,
      notModified(['ETag', '"other"', 'Last-Modified', DATE]),
      LATER,
    );
    expect(told.kind).toBe('refetch');
  });
  it('serves but does not keep it when the 304 forbids storing', () => {
    const { cache, plan, entry } = stale([CC, 'max-age=60', 'ETag', '"a"']);
    const told = cache.planResponse(makeRequest(), plan, notModified([CC, 'no-store']), LATER);
    expect(told.kind).toBe('freshened');
    expect(() => cache.get(entry.id)).toThrow(/not in the cache/);
  });
  it('serves it also when it was evicted meanwhile', () => {
    const { cache, plan } = stale([CC, 'max-age=60', 'ETag', '"a"']);
    cache.purge({ all: true }, false, T0);
    const told = cache.planResponse(makeRequest(), plan, notModified([]), LATER);
    expect(told.kind === 'freshened' && Buffer.concat(told.reply.parts).toString()).toBe('hello');
    expect(cache.stats().entries).toBe(0);
  });
  it('replaces all lines of a name', () => {
    expect(updateFields(['Link', '1', 'Link', '2', 'A', '1'], ['link', '3'])).toEqual(['A', '1', 'link', '3']);
  });
});

describe('which stored response a 304 speaks of (RFC 9111 §4.3.4)', () => {
  const CASES: [id: string, stored: { etag?: string; lastModified?: string }, fields: string[], spoken: Spoken][] = [
    ['the same strong tag', { etag: '"a"' }, ['ETag', '"a"'], 'same'],
    [
      'the same strong tag, another date',
      { etag: '"a"', lastModified: before(9) },
      ['ETag', '"a"', 'Last-Modified', DATE],
      'same',
    ],
    ['the same weak tag', { etag: 'W/"a"' }, ['ETag', 'W/"a"'], 'same'],
    ['a weak tag for a strong one', { etag: '"a"' }, ['ETag', 'W/"a"'], 'same'],
    ['a strong tag for a weak one', { etag: 'W/"a"' }, ['ETag', '"a"'], 'weakly'],
    ['another strong tag', { etag: '"a"' }, ['ETag', '"b"'], 'other'],
    [
      'another strong tag, the same date',
      { etag: '"a"', lastModified: DATE },
      ['ETag', '"b"', 'Last-Modified', DATE],
      'other',
    ],
    ['another weak tag', { etag: 'W/"a"' }, ['ETag', 'W/"b"'], 'other'],
    ['a tag in another case', { etag: '"a"' }, ['ETag', '"A"'], 'other'],
    ['no validators', { etag: '"a"', lastModified: DATE }, [], 'same'],
    ['only a date, the same', { etag: '"a"', lastModified: DATE }, ['Last-Modified', DATE], 'same'],
    [
      'only a date, the same in another form',
      { lastModified: 'Tue, 14 Nov 2023 22:13:20 GMT' },
      ['Last-Modified', 'Tue Nov 14 22:13:20 2023'],
      'same',
    ],
    ['only a date, another', { lastModified: DATE }, ['Last-Modified', before(1)], 'other'],
    ['only a date, and a tag was asked about', { etag: '"a"' }, ['Last-Modified', DATE], 'same'],
    ['a strong tag where there was none', { lastModified: DATE }, ['ETag', '"a"'], 'other'],
    [
      'a strong tag where there was none, the same date',
      { lastModified: DATE },
      ['ETag', '"a"', 'Last-Modified', DATE],
      'same',
    ],
  ];
  it.each(CASES)('%s', (_, stored, fields, spoken) => {
    expect(spokenOf({ etag: stored.etag, lastModified: stored.lastModified }, new Head(fields), T0)).toBe(spoken);
  });

  it('of another: nothing is updated, and the request goes again without conditions', () => {
    const { cache, plan, entry } = stale(
      [CC, 'max-age=60', 'ETag', '"a"', 'X-A', '1'],
      ['If-None-Match', '"mine"', 'Range', 'bytes=0-1'],
    );
    const request = makeRequest({ fields: ['If-None-Match', '"mine"', 'Range', 'bytes=0-1', 'Accept', '*/*'] });
    const told = cache.planResponse(request, plan, notModified([CC, 'max-age=600', 'ETag', '"b"', 'X-A', '2']), LATER);
    expect([told.kind, told.reason]).toEqual(['refetch', 'validation-changed']);
    expect(told.kind === 'refetch' && told.next.forwardFields).toEqual(['Accept', '*/*']);
    expect(told.trace.at(-1)).toMatchObject({
      code: 'other-representation',
      inputs: { etag: '"b"', storedEtag: '"a"' },
    });
    expect(Object.fromEntries(cache.get(entry.id).fields)).toMatchObject({
      ETag: '"a"',
      'X-A': '1',
      [CC]: 'max-age=60',
    });
    // A second 304 is the origin's word to a request without conditions: passed on, not asked about for ever.
    if (told.kind === 'refetch')
      expect(cache.planResponse(request, told.next, notModified(['ETag', '"c"']), LATER).kind).toBe('skip');
  });
  it('of one that is only weakly the same: used once, not updated', () => {
    const { cache, plan, entry } = stale([CC, 'max-age=60', 'ETag', 'W/"a"', 'X-A', '1']);
    const told = cache.planResponse(
      makeRequest(),
      plan,
      notModified([CC, 'max-age=600', 'ETag', '"a"', 'X-A', '2', 'Set-Cookie', 'mine=1']),
      LATER,
    );
    expect(told.kind === 'freshened' && [bodyText(told.reply), told.reply.fields.includes('mine=1')]).toEqual([
      'hello',
      true,
    ]);
    expect(Object.fromEntries(cache.get(entry.id).fields)).toMatchObject({ ETag: 'W/"a"', 'X-A': '1' });
    expect(cache.planRequest(makeRequest(), LATER).kind).toBe('validate');
  });
});

describe('what a 304 brings into the store', () => {
  interface Bringing {
    id: string;
    stored?: string[];
    ask?: string[];
    update: string[];
    policy?: Partial<CachePolicy>;
    /** Fields of the update in the reply to the client that asked; then in the store, or that the entry is gone. */
    reply: Record<string, string | undefined>;
    kept: Record<string, string | undefined> | 'gone';
    spec: string;
  }
  const auth = ['Authorization', 'Basic x'];
  const CASES: Bringing[] = [
    { id: 'plain', update: ['X-A', '2'], reply: { 'x-a': '2' }, kept: { 'x-a': '2' }, spec: 'RFC 9111 §3.2' },
    {
      id: 'set-cookie',
      update: ['Set-Cookie', 'sid=1', 'X-A', '2'],
      reply: { 'set-cookie': 'sid=1', 'x-a': '2' },
      kept: { 'set-cookie': undefined, 'x-a': '2' },
      spec: 'RFC 9111 §7.3',
    },
    {
      id: 'set-cookie-explicit',
      update: [CC, 'max-age=600', 'set-cookie', 'sid=1'],
      reply: { 'set-cookie': 'sid=1' },
      kept: { 'set-cookie': undefined, 'cache-control': 'max-age=600' },
      spec: 'RFC 9111 §7.3',
    },
    {
      id: 'set-cookie-public',
      update: [CC, 'public, max-age=600', 'Set-Cookie', 'sid=1'],
      reply: { 'set-cookie': 'sid=1' },
      kept: { 'set-cookie': undefined },
      spec: 'RFC 9111 §7.3',
    },
    {
      id: 'set-cookie-beside-a-stored-one',
      stored: [CC, 'max-age=60', 'ETag', '"a"', 'Set-Cookie', 'all=1'],
      update: ['Set-Cookie', 'sid=1'],
      reply: { 'set-cookie': 'sid=1' },
      kept: { 'set-cookie': 'all=1' },
      spec: 'RFC 9111 §7.3',
    },
    {
      id: 'set-cookie-share-anyway',
      policy: { mode: 'fixed-ttl', ttlSeconds: 60, shareAnyway: true },
      update: ['Set-Cookie', 'sid=1'],
      reply: { 'set-cookie': 'sid=1' },
      kept: { 'set-cookie': undefined },
      spec: 'RFC 9111 §7.3',
    },
    {
      id: 'authentication-info',
      update: ['Authentication-Info', 'nextnonce="x"'],
      reply: { 'authentication-info': 'nextnonce="x"' },
      kept: { 'authentication-info': undefined },
      spec: 'RFC 9110 §11.6.3',
    },
    {
      id: 'authorization',
      ask: auth,
      update: [CC, 'max-age=600', 'X-User', 'bob'],
      reply: { 'x-user': 'bob', 'cache-control': 'max-age=600' },
      kept: { 'x-user': undefined, 'cache-control': 'max-age=60' },
      spec: 'RFC 9111 §3.5',
    },
    {
      id: 'authorization-silent',
      ask: auth,
      update: ['X-User', 'bob'],
      reply: { 'x-user': 'bob' },
      kept: { 'x-user': undefined },
      spec: 'RFC 9111 §3.5',
    },
    {
      id: 'authorization-public',
      ask: auth,
      update: [CC, 'public, max-age=600', 'X-A', '2'],
      reply: { 'x-a': '2' },
      kept: { 'x-a': '2' },
      spec: 'RFC 9111 §3.5',
    },
    {
      id: 'authorization-stored-public',
      stored: [CC, 'public, max-age=60', 'ETag', '"a"'],
      ask: auth,
      update: ['X-A', '2'],
      reply: { 'x-a': '2' },
      kept: { 'x-a': '2' },
      spec: 'RFC 9111 §3.5',
    },
    {
      id: 'authorization-public-set-cookie',
      ask: auth,
      update: [CC, 'public, max-age=600', 'Set-Cookie', 'sid=1'],
      reply: { 'set-cookie': 'sid=1' },
      kept: { 'set-cookie': undefined, 'cache-control': 'public, max-age=600' },
      spec: 'RFC 9111 §7.3',
    },
    {
      id: 'authorization-must-revalidate',
      ask: auth,
      update: [CC, 'max-age=600, must-revalidate', 'X-A', '2'],
      reply: { 'x-a': '2' },
      kept: { 'x-a': '2' },
      spec: 'RFC 9111 §3.5',
    },
    {
      id: 'authorization-s-maxage',
      ask: auth,
      update: [CC, 's-maxage=600', 'X-A', '2'],
      reply: { 'x-a': '2' },
      kept: { 'x-a': '2' },
      spec: 'RFC 9111 §3.5',
    },
    {
      id: 'private',
      update: [CC, 'private, max-age=600', 'X-User', 'bob'],
      reply: { 'x-user': 'bob' },
      kept: 'gone',
      spec: 'RFC 9111 §5.2.2.7',
    },
    {
      id: 'private-authorization',
      ask: auth,
      update: [CC, 'private, max-age=600', 'X-User', 'bob'],
      reply: { 'x-user': 'bob' },
      kept: 'gone',
      spec: 'RFC 9111 §5.2.2.7',
    },
    {
      id: 'private-fields',
      update: [CC, 'private="X-User", max-age=600', 'X-User', 'bob', 'X-A', '2'],
      reply: { 'x-user': 'bob', 'x-a': '2' },
      kept: { 'x-user': undefined, 'x-a': '2' },
      spec: 'RFC 9111 §5.2.2.7',
    },
    {
      id: 'private-fields-of-the-stored',
      stored: [CC, 'private="x-user", max-age=60', 'ETag', '"a"'],
      update: ['X-User', 'bob'],
      reply: { 'x-user': 'bob' },
      kept: { 'x-user': undefined },
      spec: 'RFC 9111 §5.2.2.7',
    },
    {
      id: 'no-cache-fields',
      update: [CC, 'no-cache="x-user", max-age=600', 'X-User', 'bob'],
      reply: { 'x-user': 'bob' },
      kept: { 'x-user': undefined },
      spec: 'RFC 9111 §5.2.2.4',
    },
    {
      id: 'no-store',
      update: [CC, 'no-store', 'X-A', '2'],
      reply: { 'x-a': '2' },
      kept: 'gone',
      spec: 'RFC 9111 §5.2.2.5',
    },
    { id: 'vary-any', update: ['Vary', '*'], reply: { vary: '*' }, kept: 'gone', spec: 'RFC 9111 §4.1' },
    {
      id: 'cookie-without-freshness-any-more',
      stored: [CC, 'max-age=60', 'ETag', '"a"', 'Set-Cookie', 'all=1'],
      update: [CC, 'no-cache'],
      reply: { 'cache-control': 'no-cache' },
      kept: 'gone',
      spec: 'RFC 9111 §7.3',
    },
    {
      id: 'storing-off',
      policy: { maxBodyBytes: 0 },
      update: ['X-A', '2'],
      reply: { 'x-a': '2' },
      kept: { 'x-a': undefined },
      spec: 'RFC 9111 §3',
    },
  ];
  it.each(CASES)('$id ($spec)', ({ stored, ask, update, policy: during, reply, kept }) => {
    const { cache, policy } = makeCache(during?.mode === undefined ? {} : during);
    const entry = exchange(
      cache,
      makeRequest(),
      makeResponse({ fields: stored ?? [CC, 'max-age=60', 'ETag', '"a"'] }),
    )!;
    Object.assign(policy, during);
    const request = makeRequest({ fields: ask ?? [] });
    const told = cache.planResponse(
      request,
      cache.planRequest(request, LATER),
      notModified(['ETag', '"a"', ...update]),
      LATER,
    );
    if (told.kind !== 'freshened') return expect.fail(`the plan is ${told.kind}`);
    expect(bodyText(told.reply)).toBe('hello');
    const seen = (fields: readonly (readonly [string, string])[], names: object) =>
      Object.fromEntries(
        Object.keys(names).map((name) => [
          name,
          fields
            .filter(([key]) => key.toLowerCase() === name)
            .map(([, value]) => value)
            .join() || undefined,
        ]),
      );
    const lines = told.reply.fields.flatMap((name, index): [string, string][] =>
      index % 2 === 0 ? [[name, told.reply.fields[index + 1]!]] : [],
    );
    expect(seen(lines, reply)).toEqual(reply);
    if (kept === 'gone') expect(() => cache.get(entry.id)).toThrow(/not in the cache/);
    else expect(seen(cache.get(entry.id).fields, kept)).toEqual(kept);
    // Whoever comes next never sees what was only the first one's.
    const next = cache.planRequest(makeRequest(), LATER + 1000);
    if (next.kind === 'serve')
      for (const own of ['sid=1', 'bob', 'nextnonce="x"']) expect(next.reply.fields).not.toContain(own);
  });
  it('says in the trace why it was not taken over, and what became of the stored one', () => {
    const { cache, plan, entry } = stale([CC, 'max-age=60', 'ETag', '"a"']);
    const told = cache.planResponse(makeRequest({ fields: auth }), plan, notModified([CC, 'max-age=600']), LATER);
    expect(told.trace.find((step) => step.code === 'update-refused')).toMatchObject({
      result: 'note',
      inputs: { because: 'authorization', removed: false },
      spec: 'RFC 9111 §3.2',
    });
    expect(cache.get(entry.id).entry.state).toBe('stale');
    expect(cache.planRequest(makeRequest(), LATER).kind).toBe('validate');
  });
  it('in a reply with the client’s own condition too', () => {
    const { cache, plan } = stale([CC, 'max-age=60', 'ETag', '"a"']);
    const told = cache.planResponse(
      makeRequest({ fields: ['If-None-Match', '"a"'] }),
      plan,
      notModified(['Set-Cookie', 'sid=1']),
      LATER,
    );
    expect(told.kind === 'freshened' && [told.reply.status, told.reply.fields.includes('sid=1')]).toEqual([304, true]);
  });
});

describe('HEAD', () => {
  const head = makeRequest({ method: 'HEAD' });
  it('updates a stored GET it agrees with', () => {
    const { cache } = makeCache();
    const entry = exchange(cache, makeRequest(), makeResponse({ fields: [CC, 'max-age=60', 'X-A', '1'] }))!;
    const plan = cache.planRequest(head, T0 + 61_000);
    const told = cache.planResponse(
      head,
      plan,
      makeResponse({ fields: [CC, 'max-age=600', 'X-A', '2'], requestAtMs: T0 + 61_000, responseAtMs: T0 + 61_000 }),
      T0 + 61_000,
    );
    expect(told.kind).toBe('freshened');
    expect(cache.get(entry.id).entry.lifetimeSeconds).toBe(600);
    expect(cache.planRequest(makeRequest(), T0 + 120_000).kind).toBe('serve');
  });
  interface Agreeing {
    id: string;
    stored: string[];
    fields: string[];
    ask?: string[];
    plan: 'freshened' | 'store' | 'skip';
    /** Is the stored GET still there, and is it fresh again? */
    get: 'fresh' | 'stale' | 'gone';
    spec: string;
  }
  // The stored content has 5 bytes.
  const CASES: Agreeing[] = [
    {
      id: 'no-validators-same-length',
      stored: [],
      fields: ['Content-Length', '5'],
      plan: 'freshened',
      get: 'fresh',
      spec: 'RFC 9111 §4.3.5',
    },
    {
      id: 'no-validators-other-length',
      stored: [],
      fields: ['Content-Length', '7'],
      plan: 'store',
      get: 'gone',
      spec: 'RFC 9111 §4.3.5',
    },
    {
      id: 'no-validators-length-0',
      stored: [],
      fields: ['Content-Length', '0'],
      plan: 'store',
      get: 'gone',
      spec: 'RFC 9111 §4.3.5',
    },
    {
      id: 'length-is-no-number',
      stored: [],
      fields: ['Content-Length', '5, 5'],
      plan: 'store',
      get: 'gone',
      spec: 'RFC 9111 §4.3.5',
    },
    {
      id: 'same-etag-other-length',
      stored: ['ETag', '"a"'],
      fields: ['ETag', '"a"', 'Content-Length', '7'],
      plan: 'store',
      get: 'gone',
      spec: 'RFC 9111 §4.3.5',
    },
    {
      id: 'same-etag-same-length',
      stored: ['ETag', '"a"'],
      fields: ['ETag', '"a"', 'Content-Length', '5'],
      plan: 'freshened',
      get: 'fresh',
      spec: 'RFC 9111 §4.3.5',
    },
    {
      id: 'same-date-other-length',
      stored: ['Last-Modified', before(9)],
      fields: ['Last-Modified', before(9), 'Content-Length', '7'],
      plan: 'store',
      get: 'gone',
      spec: 'RFC 9111 §4.3.5',
    },
    {
      id: 'etag-where-none-was',
      stored: [],
      fields: ['ETag', '"a"', 'Content-Length', '5'],
      plan: 'store',
      get: 'gone',
      spec: 'RFC 9111 §4.3.5',
    },
    {
      id: 'set-cookie',
      stored: [],
      fields: ['Set-Cookie', 'sid=1'],
      plan: 'freshened',
      get: 'fresh',
      spec: 'RFC 9111 §7.3',
    },
    {
      id: 'authorization',
      stored: [],
      ask: ['Authorization', 'Basic x'],
      fields: ['X-User', 'bob'],
      plan: 'skip',
      get: 'stale',
      spec: 'RFC 9111 §3.5',
    },
    {
      id: 'private',
      stored: [],
      fields: [CC, 'private, max-age=600', 'X-User', 'bob'],
      plan: 'skip',
      get: 'gone',
      spec: 'RFC 9111 §5.2.2.7',
    },
    {
      id: 'other-length-and-not-to-be-stored',
      stored: [],
      fields: [CC, 'no-store', 'Content-Length', '7'],
      plan: 'skip',
      get: 'gone',
      spec: 'RFC 9111 §4.3.5',
    },
  ];
  it.each(CASES)('a 200: $id ($spec)', ({ stored, fields, ask, plan, get }) => {
    const { cache, clock } = makeCache();
    clock.nowMs = LATER;
    const entry = exchange(cache, makeRequest(), makeResponse({ fields: [CC, 'max-age=60', ...stored] }))!;
    const request = makeRequest({ method: 'HEAD', fields: ask ?? [] });
    const told = cache.planResponse(
      request,
      cache.planRequest(request, LATER),
      makeResponse({ fields: [CC, 'max-age=600', ...fields], requestAtMs: LATER, responseAtMs: LATER }),
      LATER,
    );
    expect(told.kind).toBe(plan);
    // The client that asked gets what the origin said, its own fields among it.
    if (told.kind === 'freshened' || told.kind === 'store' || told.kind === 'skip') {
      const sent = told.kind === 'freshened' ? told.reply.fields : told.fields;
      for (const own of ['sid=1', 'bob', '7']) if (fields.includes(own)) expect(sent).toContain(own);
    }
    if (told.kind === 'store') cache.commit(told.ticket, [], LATER);
    if (get === 'gone') expect(() => cache.get(entry.id)).toThrow(/not in the cache/);
    else {
      expect(cache.get(entry.id).entry.state).toBe(get);
      for (const own of ['sid=1', 'bob']) expect(JSON.stringify(cache.get(entry.id).fields)).not.toContain(own);
    }
  });
  it('alone keeps no cookie either', () => {
    const { cache } = makeCache();
    const request = makeRequest({ method: 'HEAD' });
    const told = cache.planResponse(
      request,
      cache.planRequest(request, T0),
      makeResponse({ fields: [CC, 'max-age=60', 'Set-Cookie', 'sid=1'] }),
      T0,
    );
    expect(told.kind === 'store' && told.fields).toContain('sid=1');
    const entry = told.kind === 'store' ? cache.commit(told.ticket, [], T0) : undefined;
    expect(JSON.stringify(cache.get(entry!.id).fields)).not.toContain('sid=1');
  });
  it('that disagrees takes the place of the stored GET', () => {
    const { cache } = makeCache();
    exchange(cache, makeRequest(), makeResponse({ fields: [CC, 'max-age=60', 'ETag', '"a"'] }));
    const plan = cache.planRequest(head, T0 + 61_000);
    const told = cache.planResponse(
      head,
      plan,
      makeResponse({ fields: [CC, 'max-age=600', 'ETag', '"b"'], responseAtMs: T0 + 61_000 }),
      T0 + 61_000,
    );
    if (told.kind === 'store') cache.commit(told.ticket, [], T0 + 61_000);
    expect(cache.planRequest(makeRequest(), T0 + 62_000).reason).toBe('method-mismatch');
  });
});
