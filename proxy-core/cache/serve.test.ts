import { describe, expect, it } from 'vitest';
import { getField } from '../http/fields.ts';
import type { ServedReply } from './plan.ts';
import { bodyText, exchange, makeCache, makeRequest, makeResponse, T0 } from './testkit/make.ts';

const CC = 'Cache-Control';
const LM = new Date(T0 - 1000_000).toUTCString();

function serve(stored: string[], ask: string[], method = 'GET', status = 200, body = '0123456789'): ServedReply {
  const { cache } = makeCache();
  exchange(cache, makeRequest(), makeResponse({ status, fields: stored }), body);
  const plan = cache.planRequest(makeRequest({ method, fields: ask }), T0 + 7000);
  if (plan.kind !== 'serve') throw new Error(`not served but ${plan.kind}, ${plan.reason}`);
  return plan.reply;
}

describe('a reply from the store', () => {
  it('has Age, Content-Length and everything stored', () => {
    const reply = serve([CC, 'max-age=60', 'X-A', '1', 'x-a', '2', 'Set-Cookie', 'a=b', 'Set-Cookie', 'c=d'], []);
    expect(reply).toMatchObject({ status: 200, statusText: 'OK', ageSeconds: 7, ttlSeconds: 53 });
    expect(reply.fields).toEqual([
      CC,
      'max-age=60',
      'X-A',
      '1',
      'x-a',
      '2',
      'Set-Cookie',
      'a=b',
      'Set-Cookie',
      'c=d',
      'Date',
      new Date(T0).toUTCString(),
      'Content-Length',
      '10',
      'Age',
      '7',
    ]);
    expect(bodyText(reply)).toBe('0123456789');
  });
  it('counts the Age it was received with', () => {
    expect(getField(serve([CC, 'max-age=60', 'Age', '30'], []).fields, 'age')).toBe('37');
  });
  it('to HEAD has no content but its length', () => {
    const reply = serve([CC, 'max-age=60'], [], 'HEAD');
    expect([reply.status, reply.parts.length, getField(reply.fields, 'content-length')]).toEqual([200, 0, '10']);
  });
  it('of a 204 has no Content-Length', () => {
    const reply = serve([CC, 'max-age=60'], [], 'GET', 204, '');
    expect([reply.status, reply.parts.length, getField(reply.fields, 'content-length')]).toEqual([204, 0, undefined]);
  });
});

describe('conditions of the client (RFC 9111 §4.3.2)', () => {
  const cases: [id: string, stored: string[], ask: string[], status: number][] = [
    ['etag equal', ['ETag', '"a"'], ['If-None-Match', '"a"'], 304],
    ['etag differs', ['ETag', '"a"'], ['If-None-Match', '"b"'], 200],
    ['weak against strong', ['ETag', '"a"'], ['If-None-Match', 'W/"a"'], 304],
    ['strong against weak', ['ETag', 'W/"a"'], ['If-None-Match', '"a"'], 304],
    ['list', ['ETag', '"a"'], ['If-None-Match', '"x", "a,b", "a"'], 304],
    ['comma inside a tag', ['ETag', '"a,b"'], ['If-None-Match', '"a,b"'], 304],
    ['half of a tag with a comma', ['ETag', '"a"'], ['If-None-Match', '"a,b"'], 200],
    ['several lines', ['ETag', '"a"'], ['If-None-Match', '"x"', 'If-None-Match', '"a"'], 304],
    ['any', ['ETag', '"a"'], ['If-None-Match', '*'], 304],
    ['any without etag', [], ['If-None-Match', '*'], 304],
    ['no stored etag', [], ['If-None-Match', '"a"'], 200],
    ['unquoted both', ['ETag', 'a'], ['If-None-Match', 'a'], 304],
    ['etag over date', ['ETag', '"a"', 'Last-Modified', LM], ['If-None-Match', '"b"', 'If-Modified-Since', LM], 200],
    ['date equal', ['Last-Modified', LM], ['If-Modified-Since', LM], 304],
    ['date later', ['Last-Modified', LM], ['If-Modified-Since', new Date(T0).toUTCString()], 304],
    ['date earlier', ['Last-Modified', LM], ['If-Modified-Since', new Date(T0 - 2000_000).toUTCString()], 200],
    ['date invalid', ['Last-Modified', LM], ['If-Modified-Since', 'yesterday'], 200],
    ['date against Date', [], ['If-Modified-Since', new Date(T0 + 1000).toUTCString()], 304],
    ['date before Date', [], ['If-Modified-Since', LM], 200],
  ];
  it.each(cases)('%s', (_, stored, ask, status) => {
    expect(serve([CC, 'max-age=60', ...stored], ask).status).toBe(status);
  });
  it('a 304 has the fields that matter and no content', () => {
    const reply = serve(
      [CC, 'max-age=60', 'ETag', '"a"', 'Content-Type', 'text/plain', 'Vary', 'X'],
      ['If-None-Match', '"a"'],
    );
    expect(reply.fields).toEqual([
      CC,
      'max-age=60',
      'ETag',
      '"a"',
      'Vary',
      'X',
      'Date',
      new Date(T0).toUTCString(),
      'Age',
      '7',
    ]);
    expect(reply.parts).toEqual([]);
  });
  it('are ignored for a stored 404', () => {
    expect(serve([CC, 'max-age=60', 'ETag', '"a"'], ['If-None-Match', '"a"'], 'GET', 404).status).toBe(404);
  });
});

describe('ranges (RFC 9110 §14)', () => {
  const cases: [range: string, status: number, contentRange: string | undefined, body: string][] = [
    ['bytes=0-1', 206, 'bytes 0-1/10', '01'],
    ['bytes=8-', 206, 'bytes 8-9/10', '89'],
    ['bytes=-3', 206, 'bytes 7-9/10', '789'],
    ['bytes=-30', 206, 'bytes 0-9/10', '0123456789'],
    ['bytes=5-500', 206, 'bytes 5-9/10', '56789'],
    ['Bytes=1-1', 206, 'bytes 1-1/10', '1'],
    ['bytes=10-', 416, 'bytes */10', ''],
    ['bytes=-0', 416, 'bytes */10', ''],
    ['bytes=2-1', 200, undefined, '0123456789'],
    ['bytes=a-b', 200, undefined, '0123456789'],
    ['items=0-1', 200, undefined, '0123456789'],
    ['bytes=0-9,0-9', 200, undefined, '0123456789'],
    ['bytes=0-1, 20-', 206, 'bytes 0-1/10', '01'],
    [`bytes=${'0-0,'.repeat(40)}1-1`, 200, undefined, '0123456789'],
  ];
  it.each(cases)('%s → %i', (range, status, contentRange, body) => {
    const reply = serve([CC, 'max-age=60'], ['Range', range]);
    expect([
      reply.status,
      getField(reply.fields, 'content-range'),
      bodyText(reply),
      getField(reply.fields, 'content-length'),
    ]).toEqual([status, contentRange, body, String(body.length)]);
  });
  it('several parts', () => {
    const reply = serve([CC, 'max-age=60', 'Content-Type', 'text/plain'], ['Range', 'bytes=0-1,8-9']);
    const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(getField(reply.fields, 'content-type') ?? '')![1];
    expect(bodyText(reply)).toBe(
      `--${boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n--${boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes 8-9/10\r\n\r\n89\r\n--${boundary}--\r\n`,
    );
    expect(getField(reply.fields, 'content-length')).toBe(String(bodyText(reply).length));
  });
  it('If-Range of another representation gives the whole', () => {
    expect(serve([CC, 'max-age=60', 'ETag', '"a"'], ['Range', 'bytes=0-1', 'If-Range', '"b"']).status).toBe(200);
    expect(serve([CC, 'max-age=60', 'ETag', '"a"'], ['Range', 'bytes=0-1', 'If-Range', '"a"']).status).toBe(206);
    expect(serve([CC, 'max-age=60', 'ETag', 'W/"a"'], ['Range', 'bytes=0-1', 'If-Range', 'W/"a"']).status).toBe(200);
    expect(serve([CC, 'max-age=60', 'Last-Modified', LM], ['Range', 'bytes=0-1', 'If-Range', LM]).status).toBe(206);
  });
  it('a condition that holds wins over a range', () => {
    expect(serve([CC, 'max-age=60', 'ETag', '"a"'], ['Range', 'bytes=0-1', 'If-None-Match', '"a"']).status).toBe(304);
  });
  it('is for GET only', () => {
    expect(serve([CC, 'max-age=60'], ['Range', 'bytes=0-1'], 'HEAD').status).toBe(200);
  });
});

describe('parts (RFC 9111 §3.3, §3.4)', () => {
  const part = (range: string, etag: string) =>
    makeResponse({
      status: 206,
      statusText: 'Partial Content',
      fields: [CC, 'max-age=60', 'Content-Range', range, 'ETag', etag],
    });
  const ask = (range: string) => makeRequest({ fields: ['Range', range] });

  it('serves what lies inside', () => {
    const { cache } = makeCache();
    exchange(cache, ask('bytes=2-6'), part('bytes 2-6/10', '"a"'), '23456');
    const plan = cache.planRequest(ask('bytes=3-4'), T0);
    expect(
      plan.kind === 'serve' && [plan.reply.status, bodyText(plan.reply), getField(plan.reply.fields, 'content-range')],
    ).toEqual([206, '34', 'bytes 3-4/10']);
  });
  it('a part that is not as long as it says is not stored', () => {
    const { cache } = makeCache();
    expect(exchange(cache, ask('bytes=2-6'), part('bytes 2-6/10', '"a"'), '2345')).toBeUndefined();
  });
  it('joins touching parts of one representation, in the end to the whole', () => {
    const { cache } = makeCache();
    exchange(cache, ask('bytes=2-5'), part('bytes 2-5/10', '"a"'), '2345');
    exchange(cache, ask('bytes=4-9'), part('bytes 4-9/10', '"a"'), '456789');
    expect(cache.list({}).entries.map((entry) => [entry.bodyBytes, entry.partial])).toEqual([[8, true]]);
    exchange(cache, ask('bytes=0-1'), part('bytes 0-1/10', '"a"'), '01');
    expect(cache.list({}).entries.map((entry) => [entry.status, entry.bodyBytes, entry.partial])).toEqual([
      [200, 10, undefined],
    ]);
    const plan = cache.planRequest(makeRequest(), T0);
    expect(plan.kind === 'serve' && [plan.reply.status, bodyText(plan.reply)]).toEqual([200, '0123456789']);
  });
  it.each([
    ['of another representation', '"a"', '"b"', 'bytes 5-9/10', '56789'],
    ['by a weak validator', 'W/"a"', 'W/"a"', 'bytes 5-9/10', '56789'],
    ['that do not touch', '"a"', '"a"', 'bytes 6-9/10', '6789'],
    ['of another length', '"a"', '"a"', 'bytes 5-9/11', '56789'],
  ])('never joins parts %s', (_, first, second, range, body) => {
    const { cache } = makeCache();
    exchange(cache, ask('bytes=0-4'), part('bytes 0-4/10', first), '01234');
    exchange(cache, ask('bytes=5-9'), part(range, second), body);
    expect(cache.list({}).entries.map((entry) => entry.bodyBytes)).toEqual([body.length]);
  });
});

describe('sharing one fetch', () => {
  const ticketFor = (stored: string[], fields: string[] = []) => {
    const { cache } = makeCache();
    const request = makeRequest({ fields });
    const plan = cache.planResponse(request, cache.planRequest(request, T0), makeResponse({ fields: stored }), T0);
    if (plan.kind !== 'store') throw new Error(plan.reason);
    return { cache, ticket: plan.ticket };
  };
  it.each([
    ['same request', [CC, 'max-age=60'], [], [], true],
    ['other variant', [CC, 'max-age=60', 'Vary', 'Foo'], ['Foo', '1'], ['Foo', '2'], false],
    ['same variant', [CC, 'max-age=60', 'Vary', 'Foo'], ['Foo', '1'], ['Foo', '1', 'Bar', '2'], true],
    ['must be asked each time', [CC, 'no-cache', 'ETag', '"a"'], [], [], false],
    ['stale on arrival', [CC, 'max-age=0', 'ETag', '"a"'], [], [], false],
    ['waiter with a range', [CC, 'max-age=60'], [], ['Range', 'bytes=0-1'], false],
    ['waiter with a condition', [CC, 'max-age=60'], [], ['If-None-Match', '"a"'], false],
    ['waiter wants no-store', [CC, 'max-age=60'], [], [CC, 'no-store'], false],
  ] as const)('%s', (_, stored, leader, waiter, shares) => {
    const { cache, ticket } = ticketFor([...stored], [...leader]);
    expect(cache.mayShare(makeRequest({ fields: waiter }), ticket, T0)).toBe(shares);
  });
  it('a committed ticket counts once, an abandoned one never', () => {
    const first = ticketFor([CC, 'max-age=60']);
    expect(first.cache.commit(first.ticket, [Buffer.from('x')], T0)).toBeDefined();
    expect(first.cache.commit(first.ticket, [Buffer.from('x')], T0)).toBeUndefined();
    const second = ticketFor([CC, 'max-age=60']);
    expect(second.cache.abandon(second.ticket, 'body-over-limit')).toMatchObject({
      reason: 'body-over-limit',
      facts: { limit: 1_000_000 },
    });
    expect(second.cache.commit(second.ticket, [Buffer.from('x')], T0)).toBeUndefined();
    expect(second.cache.stats().entries).toBe(0);
  });
});
