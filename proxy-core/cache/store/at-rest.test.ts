import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ExpandedBodies, findCodec, isPackable, MAX_PACK_BYTES, MIN_PACK_BYTES, packBody } from './at-rest.ts';
import type { ServedReply } from '../plan.ts';
import { MemoryStore } from './memory/memory-store.ts';
import type { StoredFacts } from '../decide/candidate.ts';
import {
  exchange,
  makeCache,
  makeRandom,
  makeRequest,
  makeResponse,
  revalidate,
  T0,
  type CacheUnderTest,
  URL_A,
} from '../testkit/make.ts';

const TEXT = Array.from({ length: 200 }, (_, i) => `line ${i} of a text that packs well\n`).join('');

function makeNoise(bytes: number): Buffer {
  const random = makeRandom(bytes);
  return Buffer.from(Array.from({ length: bytes }, () => Math.floor(random() * 256)));
}

/** Still large enough, when packed, to lie in a buffer of its own. */
const LARGE = Buffer.from(makeNoise(110_000).toString('base64'));

describe('what is packed', () => {
  it.each<[contentType: string | undefined, packable: boolean]>([
    ['text/plain', true],
    ['text/html; charset=utf-8', true],
    ['TEXT/CSS', true],
    ['text/javascript', true],
    ['application/json', true],
    ['application/json ; charset=utf-8', true],
    ['application/problem+json', true],
    ['application/javascript', true],
    ['application/x-javascript', true],
    ['application/xml', true],
    ['application/xhtml+xml', true],
    ['image/svg+xml', true],
    ['application/x-ndjson', true],
    ['application/wasm', false],
    ['image/png', false],
    ['application/octet-stream', false],
    ['application/zip', false],
    ['application/jsonx', false],
    ['', false],
    [undefined, false],
  ])('%s: %s', (contentType, packable) => {
    expect(isPackable(contentType === undefined ? [] : ['Content-Type', contentType])).toBe(packable);
  });
  it('nothing that came with a content coding', () => {
    expect(isPackable(['Content-Type', 'text/plain', 'content-encoding', 'gzip'])).toBe(false);
  });
  it.each<[what: string, body: Buffer, packed: boolean]>([
    ['nothing', Buffer.alloc(0), false],
    ['just too small', Buffer.alloc(MIN_PACK_BYTES - 1, 97), false],
    ['just large enough', Buffer.alloc(MIN_PACK_BYTES, 97), true],
    ['the largest', Buffer.alloc(MAX_PACK_BYTES, 97), true],
    ['too large', Buffer.alloc(MAX_PACK_BYTES + 1, 97), false],
    ['what does not shrink', makeNoise(4000), false],
    ['what shrinks by less than a tenth', Buffer.concat([makeNoise(4000), Buffer.alloc(300)]), false],
  ])('of a text body: %s', (_what, body, packed) => {
    const middle = Math.floor(body.length / 3);
    expect(
      packBody(['Content-Type', 'text/plain'], [body.subarray(0, middle), body.subarray(middle)]) !== undefined,
    ).toBe(packed);
  });
  it('nothing where the runtime has no zstd', () => {
    expect(findCodec({})).toBeUndefined();
    expect(findCodec({ zstdCompressSync: zlib.zstdCompressSync })).toBeUndefined();
    expect(findCodec(zlib)).toBeDefined();
  });
});

describe('expanded bodies', () => {
  it('keep their bound; what was handed out stays right', () => {
    const codec = findCodec(zlib)!;
    const bodies = new ExpandedBodies();
    const views: Buffer[] = [];
    for (let id = 1; id <= 12; id++) {
      const body = Buffer.alloc(1024 * 1024, id);
      const packed = codec.pack(body);
      views.push(bodies.get(id, packed, body.length));
      expect(bodies.get(id, packed, body.length)).toBe(views.at(-1));
      expect(bodies.bytes).toBeLessThanOrEqual(MAX_PACK_BYTES);
    }
    expect(views.every((view, index) => Buffer.compare(view, Buffer.alloc(1024 * 1024, index + 1)) === 0)).toBe(true);
  });
  it('hold no memory beyond their own', () => {
    const codec = findCodec(zlib)!;
    for (const size of [1024, 5000, 100_000]) {
      const body = Buffer.alloc(size, 7);
      const expanded = codec.expand(codec.pack(body), size);
      expect([Buffer.compare(expanded, body), expanded.buffer.byteLength]).toEqual([0, size]);
    }
  });
});

/** A reply without what differs from one to the next by design: the boundary, and the entry's identity. */
function plain(reply: ServedReply): unknown {
  const { entry, parts, fields, ...rest } = reply;
  const boundary = /boundary=([\w-]+)/.exec(fields.join('\n'))?.[1] ?? '\u0000';
  const text = (value: string): string => value.replaceAll(boundary, 'B');
  return {
    ...rest,
    fields: fields.map(text),
    content: text(Buffer.concat(parts).toString('latin1')),
    stored: Buffer.from(entry.body).toString('latin1'),
  };
}

function store(under: CacheUnderTest, body = TEXT, fields: string[] = []): number {
  const response = makeResponse({
    fields: ['Cache-Control', 'max-age=60', 'Content-Type', 'text/plain', 'ETag', '"v1"', ...fields],
  });
  return exchange(under.cache, makeRequest(), response, body)!.id;
}

describe('a cache that packs', () => {
  it.each<[what: string, request: Parameters<typeof makeRequest>[0]]>([
    ['GET', {}],
    ['HEAD', { method: 'HEAD' }],
    ['one range', { fields: ['Range', 'bytes=10-99'] }],
    ['the end', { fields: ['Range', 'bytes=-5'] }],
    ['several ranges', { fields: ['Range', 'bytes=0-4,100-109,2000-2999'] }],
    ['a range beyond the end', { fields: ['Range', 'bytes=99999999-'] }],
    ['If-Range that holds', { fields: ['Range', 'bytes=1-2', 'If-Range', '"v1"'] }],
    ['If-None-Match', { fields: ['If-None-Match', '"v1"'] }],
  ])('answers %s exactly as one that does not', (_what, overrides) => {
    const replies = [false, true].map((compress) => {
      const under = makeCache({ compress });
      store(under);
      expect(under.cache.stats().savedBytes > 0).toBe(compress);
      const plan = under.cache.planRequest(makeRequest(overrides), T0 + 1000);
      if (plan.kind !== 'serve') throw new Error(`not served but ${plan.kind}`);
      return plain(plan.reply);
    });
    expect(replies[1]).toEqual(replies[0]);
  });
  it('says what it saves, and forgets it with the entry', () => {
    const under = makeCache({ compress: true });
    const { cache } = under;
    const id = store(under);
    const { entry } = cache.get(id);
    expect(entry.bodyBytes).toBe(TEXT.length);
    expect(entry.compressedBytes).toBeLessThan(TEXT.length / 2);
    expect(entry.sizeBytes).toBeLessThan(TEXT.length / 2);
    expect(cache.stats()).toMatchObject({ bytes: entry.sizeBytes, savedBytes: TEXT.length - entry.compressedBytes! });
    const { undoToken } = cache.purge({ all: true }, false, T0);
    expect(cache.stats()).toMatchObject({ bytes: 0, savedBytes: 0 });
    cache.undo(undoToken!, T0);
    expect(cache.stats()).toMatchObject({ bytes: entry.sizeBytes, savedBytes: TEXT.length - entry.compressedBytes! });
    expect(Buffer.from(cache.body(id)).toString()).toBe(TEXT);
  });
  it('leaves what it stored before as it is when the setting changes', () => {
    const under = makeCache();
    const first = store(under);
    under.policy.compress = true;
    const second = exchange(
      under.cache,
      makeRequest({ url: `${URL_A}2` }),
      makeResponse({ fields: ['Cache-Control', 'max-age=60', 'Content-Type', 'text/css'] }),
      TEXT,
    )!.id;
    under.policy.compress = false;
    expect([first, second].map((id) => under.cache.get(id).entry.compressedBytes !== undefined)).toEqual([false, true]);
    expect([first, second].map((id) => Buffer.from(under.cache.body(id)).toString())).toEqual([TEXT, TEXT]);
  });
  it('freshens an entry without touching its body', () => {
    const under = makeCache({ compress: true });
    const id = store(under);
    const before = under.cache.stats().savedBytes;
    const told = revalidate(
      under.cache,
      id,
      makeResponse({ status: 304, fields: ['ETag', '"v1"', 'Cache-Control', 'max-age=99', 'X-More', 'x'.repeat(300)] }),
      Buffer.alloc(0),
      T0 + 5000,
    );
    expect(told.kind).toBe('not-modified');
    expect(under.cache.stats().savedBytes).toBe(before);
    expect(Buffer.from(under.cache.body(id)).toString()).toBe(TEXT);
  });
  it('tells how a changed body differs by its lines as received', () => {
    const under = makeCache({ compress: true });
    const id = store(under);
    const body = Buffer.from(TEXT.replace('line 7 ', 'LINE 7 '));
    const told = revalidate(
      under.cache,
      id,
      makeResponse({ fields: ['ETag', '"v2"', 'Cache-Control', 'max-age=99', 'Content-Type', 'text/plain'] }),
      body,
      T0 + 5000,
    );
    if (told.kind !== 'changed') throw new Error(told.kind);
    expect(told.body).toMatchObject({ beforeBytes: TEXT.length, afterBytes: TEXT.length });
    expect(told.body.lines?.filter((line) => !line.startsWith(' ')).map((line) => line.slice(0, 7))).toEqual(
      expect.arrayContaining(['-line 7', '+LINE 7']),
    );
    expect(under.cache.get(told.entry!.id).entry.compressedBytes).toBeDefined();
  });
  it('joins packed parts to the whole', () => {
    const { cache } = makeCache({ compress: true });
    const part = (first: number, last: number): void => {
      const fields = [
        'Cache-Control',
        'max-age=60',
        'Content-Type',
        'text/plain',
        'ETag',
        '"v1"',
        'Content-Range',
        `bytes ${first}-${last}/${TEXT.length}`,
      ];
      exchange(
        cache,
        makeRequest({ fields: ['Range', `bytes=${first}-${last}`] }),
        makeResponse({ status: 206, statusText: 'Partial Content', fields }),
        TEXT.slice(first, last + 1),
      );
    };
    part(0, 2999);
    expect(
      cache.list({}).entries.map((entry) => [entry.partial, entry.bodyBytes, entry.compressedBytes! < 1500]),
    ).toEqual([[true, 3000, true]]);
    part(2000, TEXT.length - 1);
    const [whole] = cache.list({}).entries;
    expect([whole!.status, whole!.bodyBytes, whole!.compressedBytes! < 3000]).toEqual([200, TEXT.length, true]);
    expect(Buffer.from(cache.body(whole!.id)).toString()).toBe(TEXT);
  });
});

describe('thirty thousand random operations with packed bodies', () => {
  it('keep the byte budget, add up, and give back every body', { timeout: 120_000 }, () => {
    const random = makeRandom(1971);
    const budget = { capacity: 400, maxBytes: 300_000 };
    const under = new MemoryStore(() => budget);
    const bodies = new Map<number, Buffer>();
    const anyId = (): number => [...bodies.keys()][Math.floor(random() * bodies.size)] ?? 0;
    const facts = (fields: string[]): StoredFacts => ({
      status: 200,
      fields,
      varyBy: [],
      bornAtMs: T0,
      storedAtMs: T0,
      lifetimeSeconds: 60,
      lifetimeSource: 'max-age',
      swrSeconds: undefined,
      sieSeconds: undefined,
      noCache: false,
      mustRevalidate: false,
      headOnly: false,
      partial: false,
    });
    const fields = ['Content-Type', 'text/plain'];
    for (let i = 0; i < 30_000; i++) {
      const what = random();
      if (what < 0.4) {
        const body =
          random() < 0.01
            ? LARGE.subarray(0, 90_000 + Math.floor(random() * 50_000))
            : random() < 0.2
              ? makeNoise(Math.floor(random() * 3000))
              : Buffer.alloc(Math.floor(random() * 9000), `${i} ${TEXT}`);
        const packed = packBody(fields, [body]);
        const kept = packed === undefined ? { chunks: [body] } : { chunks: [packed], contentBytes: body.length };
        const entry = under.put(
          {
            url: `http://h.test/${Math.floor(random() * 3000)}`,
            statusText: 'OK',
            facts: facts(fields),
            ...kept,
            hasTags: false,
          },
          T0 + i,
        );
        if (entry !== undefined) bodies.set(entry.id, body);
      } else if (what < 0.5) under.remove(anyId(), 'user', T0 + i);
      else if (what < 0.6)
        under.updateHead(anyId(), facts([...fields, 'X', 'z'.repeat(Math.floor(random() * 800))]), 'OK', T0 + i);
      else if (what < 0.65) {
        const taken = under.take(anyId());
        if (taken !== undefined) {
          under.remove(taken.id, 'user', T0 + i);
          under.put(taken, T0 + i, taken);
        }
      } else if (what < 0.66) {
        budget.maxBytes = 100_000 + Math.floor(random() * 400_000);
        under.applyBudget(T0 + i);
      } else {
        const id = anyId();
        const entry = under.get(id);
        if (entry === undefined) bodies.delete(id);
        else if (Buffer.compare(entry.body, bodies.get(id)!) !== 0)
          expect.fail(`entry ${id} has another body after ${i} operations`);
      }
      if (under.bytes > budget.maxBytes || under.size > budget.capacity || under.expandedBytes > MAX_PACK_BYTES)
        expect.fail(`over budget after ${i} operations`);
      if (i % 1000 === 0) {
        let bytes = 0;
        let saved = 0;
        for (let slot = 0; slot < under.table.end; slot++) {
          if (under.table.id(slot) === 0) continue;
          bytes += under.slots.sizeOf(slot);
          saved += under.slots.savedOf(slot);
        }
        expect([under.bytes, under.savedBytes]).toEqual([bytes, saved]);
      }
    }
    expect(under.savedBytes).toBeGreaterThan(0);
    budget.capacity = 0;
    under.applyBudget(T0);
    expect([under.bytes, under.savedBytes, under.expandedBytes]).toEqual([0, 0, 0]);
  });
});
