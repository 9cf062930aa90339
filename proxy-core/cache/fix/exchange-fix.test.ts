/**
 * Situation by situation, over the real listener: the change that is shown, or why there is none. A change is then made at the
 * origin, and the same request is sent twice: the second one has to be a hit, at once and when a short life would be over.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExchangeFix, Fix } from '../../contract/fix/fix.ts';
import type { Settings } from '../../contract/settings.ts';
import { ask } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { MovableClock, startCore, type RunningCore } from '../../testkit/running-core.ts';

type Lines = readonly (readonly [name: string, value: string])[];

interface Row {
  method?: string;
  asked?: Record<string, string>;
  status?: number;
  body?: string;
  settings?: Partial<Settings>;
  /** An exchange before, and how much later this one comes, seconds. */
  before?: { asked?: Record<string, string>; answer?: Lines; wait?: number };
  answer: Lines;
  shown: string;
}

/** `@-3600`: the date so many seconds from now. */
const ROWS: Record<string, Row> = {
  'no word about caching': { answer: [], shown: 'Cache-Control: max-age=60' },
  'no-store': { answer: [['Cache-Control', 'no-store']], shown: 'Cache-Control: max-age=60 | was-no-store' },
  'no-store beside a life that is long enough': {
    answer: [['Cache-Control', 'no-store, max-age=600']],
    shown: 'Cache-Control: max-age=600 | was-no-store',
  },
  'the usual row of refusals': {
    answer: [
      ['Cache-Control', 'no-store, no-cache, must-revalidate, post-check=0, pre-check=0'],
      ['Pragma', 'no-cache'],
      ['Expires', 'Thu, 19 Nov 1981 08:52:00 GMT'],
    ],
    shown:
      'Cache-Control: max-age=60, must-revalidate, post-check=0, pre-check=0 | was-no-store, was-no-cache | may stay: Expires, Pragma',
  },
  private: { answer: [['Cache-Control', 'private']], shown: 'Cache-Control: max-age=60 | was-private' },
  'private with a life': {
    answer: [['Cache-Control', 'private, max-age=300']],
    shown: 'Cache-Control: max-age=300 | was-private',
  },
  'private and heuristics': {
    answer: [
      ['Cache-Control', 'private'],
      ['Last-Modified', '@-864000'],
    ],
    shown: 'Cache-Control left out | was-private',
  },
  'no-cache': { answer: [['Cache-Control', 'no-cache']], shown: 'Cache-Control: max-age=60 | was-no-cache' },
  'no-cache with a validator and a life': {
    answer: [
      ['Cache-Control', 'no-cache, max-age=3600'],
      ['ETag', '"1"'],
    ],
    shown: 'Cache-Control: max-age=3600 | was-no-cache',
  },
  'max-age=0': {
    answer: [['Cache-Control', 'public, max-age=0, must-revalidate']],
    shown: 'Cache-Control: public, max-age=60, must-revalidate',
  },
  's-maxage=0 counts before max-age': {
    answer: [['Cache-Control', 's-maxage=0, max-age=600']],
    shown: 'Cache-Control: s-maxage=60, max-age=600',
  },
  'a semicolon for a comma': {
    answer: [['Cache-Control', 'max-age=600;public']],
    shown: 'Cache-Control: max-age=600, public',
  },
  'a number with a unit': { answer: [['Cache-Control', 'max-age=600s']], shown: 'Cache-Control: max-age=600' },
  'a negative number': { answer: [['Cache-Control', 'max-age=-1']], shown: 'Cache-Control: max-age=60' },
  'white space before the sign': {
    answer: [['Cache-Control', 'max-age =600']],
    shown: 'Cache-Control: max-age=60',
  },
  'the first of two counts': {
    answer: [['Cache-Control', 'max-age=0, public, max-age=600']],
    shown: 'Cache-Control: max-age=60, public',
  },
  'Expires in the past': {
    answer: [
      ['Date', '@0'],
      ['Expires', '@-60'],
    ],
    shown: 'Cache-Control: max-age=60 | may stay: Expires',
  },
  'Expires: 0': { answer: [['Expires', '0']], shown: 'Cache-Control: max-age=60 | may stay: Expires' },
  'Pragma alone': {
    answer: [
      ['Pragma', 'no-cache'],
      ['Last-Modified', '@-864000'],
    ],
    shown: 'Cache-Control: max-age=60 | may stay: Pragma',
  },
  'a short life': { answer: [['Cache-Control', 'max-age=5']], shown: 'Cache-Control: max-age=60' },
  'a short life by heuristics': {
    answer: [
      ['Date', '@0'],
      ['Last-Modified', '@-100'],
    ],
    shown: 'Cache-Control: max-age=60',
  },
  'an age that uses the life up': {
    answer: [
      ['Cache-Control', 'max-age=600'],
      ['Age', '590'],
    ],
    shown: 'Cache-Control: max-age=1800',
  },
  'a clock behind': {
    answer: [
      ['Cache-Control', 'max-age=600'],
      ['Date', '@-3600'],
    ],
    shown: 'Cache-Control: max-age=7200',
  },
  'a life that was too short for the time between': {
    before: { answer: [['Cache-Control', 'max-age=60']], wait: 500 },
    answer: [['Cache-Control', 'max-age=60']],
    shown: 'Cache-Control: max-age=600',
  },
  'asked about, and still good': {
    before: {
      answer: [
        ['Cache-Control', 'max-age=60'],
        ['ETag', '"1"'],
      ],
      wait: 2000,
    },
    answer: [
      ['Cache-Control', 'max-age=60'],
      ['ETag', '"1"'],
    ],
    shown: 'Cache-Control: max-age=3600',
  },
  'stale, given while asking': {
    before: { answer: [['Cache-Control', 'max-age=60, stale-while-revalidate=900']], wait: 400 },
    answer: [['Cache-Control', 'max-age=60, stale-while-revalidate=900']],
    shown: 'Cache-Control: max-age=600, stale-while-revalidate=900',
  },
  'Set-Cookie and no life': {
    answer: [['Set-Cookie', 'sid=1; Path=/']],
    shown:
      'Cache-Control: max-age=60 | shares-cookie sid || Cache-Control: max-age=60; Set-Cookie left out | drops-cookie sid',
  },
  'Set-Cookie and heuristics': {
    answer: [
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['Last-Modified', '@-864000'],
    ],
    shown: 'Cache-Control: max-age=60 | shares-cookie a, b || Set-Cookie left out | drops-cookie a, b',
  },
  'Set-Cookie and private': {
    answer: [
      ['Set-Cookie', 'sid=1'],
      ['Cache-Control', 'private, max-age=600'],
    ],
    shown:
      'Cache-Control: max-age=600 | shares-cookie sid, was-private || Cache-Control: max-age=600; Set-Cookie left out | was-private, drops-cookie sid',
  },
  'a cookie kept out by name': {
    answer: [
      ['Set-Cookie', 'sid=1'],
      ['Cache-Control', 'no-cache="Set-Cookie", max-age=1'],
    ],
    shown: 'Cache-Control: no-cache="Set-Cookie", max-age=60',
  },
  Authorization: {
    asked: { Authorization: 'Basic dTpw' },
    answer: [['Cache-Control', 'max-age=600']],
    shown: 'Cache-Control: public, max-age=600 | authorization',
  },
  'Authorization and no life': {
    asked: { Authorization: 'Basic dTpw' },
    answer: [],
    shown: 'Cache-Control: s-maxage=60 | authorization',
  },
  'Authorization and private': {
    asked: { Authorization: 'Bearer x' },
    answer: [['Cache-Control', 'private, max-age=600']],
    shown: 'Cache-Control: public, max-age=600 | authorization, was-private',
  },
  'asked with a cookie': {
    asked: { Cookie: 'sid=1' },
    answer: [['Cache-Control', 'no-store']],
    shown: 'Cache-Control: max-age=60 | was-no-store, sent-cookie',
  },
  'varies by Cookie': {
    asked: { Cookie: 'sid=1' },
    answer: [['Vary', 'Accept-Encoding, Cookie']],
    shown: 'Cache-Control: max-age=60 | varies-by-cookie',
  },
  'Vary: *': {
    answer: [
      ['Vary', '*'],
      ['Cache-Control', 'max-age=600'],
    ],
    shown: 'Vary left out | vary *',
  },
  'Vary: * among others': {
    answer: [
      ['Vary', 'Accept-Encoding, *'],
      ['Cache-Control', 'max-age=600'],
    ],
    shown: 'Vary: Accept-Encoding | vary *',
  },
  'Vary: * and no-store': {
    answer: [
      ['Vary', '*'],
      ['Cache-Control', 'no-store'],
    ],
    shown: 'Cache-Control: max-age=60; Vary left out | was-no-store, vary *',
  },
  'another language before': {
    before: {
      asked: { 'Accept-Language': 'de' },
      answer: [
        ['Vary', 'Accept-Encoding, Accept-Language'],
        ['Cache-Control', 'max-age=600'],
      ],
    },
    asked: { 'Accept-Language': 'en' },
    answer: [
      ['Vary', 'Accept-Encoding, Accept-Language'],
      ['Cache-Control', 'max-age=600'],
    ],
    shown: 'Vary: Accept-Encoding | vary accept-language | varied: accept-language',
  },
  'two fields that differ': {
    before: {
      asked: { 'X-A': '1', 'X-B': '1' },
      answer: [
        ['Vary', 'X-A, X-B'],
        ['Cache-Control', 'max-age=600'],
      ],
    },
    asked: { 'X-A': '2', 'X-B': '2' },
    answer: [
      ['Vary', 'X-A, X-B'],
      ['Cache-Control', 'max-age=600'],
    ],
    shown: 'Vary left out | vary x-a, x-b | varied: x-a, x-b',
  },
  'a redirect without a word': { status: 302, answer: [['Location', '/x']], shown: 'Cache-Control: max-age=60' },
  'a 500': { status: 500, answer: [], shown: 'Cache-Control: max-age=60' },
  'a 404': { status: 404, answer: [], shown: 'Cache-Control: max-age=60' },
  'must-understand and an unknown status': {
    status: 299,
    answer: [['Cache-Control', 'must-understand, max-age=600']],
    shown: 'Cache-Control: max-age=600',
  },
  HEAD: { method: 'HEAD', answer: [], shown: 'Cache-Control: max-age=60' },
  'a part without a life': {
    asked: { Range: 'bytes=0-3' },
    status: 206,
    body: 'abcd',
    answer: [
      ['Content-Range', 'bytes 0-3/10'],
      ['ETag', '"1"'],
    ],
    shown: 'Cache-Control: max-age=60',
  },
  'min-fresh': {
    asked: { 'Cache-Control': 'min-fresh=100' },
    answer: [],
    shown: 'Cache-Control: max-age=300',
  },
  'CDN-Cache-Control counts': {
    settings: { cdnCacheControl: true },
    answer: [
      ['CDN-Cache-Control', 'no-store'],
      ['Cache-Control', 'max-age=600'],
    ],
    shown: 'CDN-Cache-Control left out | was-no-store',
  },
  'CDN-Cache-Control counts, and nothing else says how long': {
    settings: { cdnCacheControl: true },
    answer: [['CDN-Cache-Control', 'no-store']],
    shown: 'CDN-Cache-Control: max-age=60 | was-no-store',
  },
  'CDN-Cache-Control does not count': {
    answer: [
      ['CDN-Cache-Control', 'max-age=600'],
      ['Cache-Control', 'no-store'],
    ],
    shown: 'Cache-Control: max-age=60 | was-no-store',
  },
  'a lifetime of its own for every answer': {
    settings: { cacheMode: 'fixed-ttl' },
    answer: [['Cache-Control', 'private, max-age=0']],
    shown: 'Cache-Control: max-age=0 | was-private',
  },
  'an empty Cache-Control': { answer: [['Cache-Control', '']], shown: 'Cache-Control: max-age=60' },
  'what is not well formed is not put back': {
    answer: [['Cache-Control', 'no-store, x="a;b$c", stale-if-error=60']],
    shown: 'Cache-Control: max-age=60, stale-if-error=60 | was-no-store',
  },

  'stored for long': { answer: [['Cache-Control', 'max-age=600']], shown: 'nothing: stored for 600 s' },
  'was a hit': {
    before: { answer: [['Cache-Control', 'max-age=600']] },
    answer: [],
    shown: 'nothing: hit',
  },
  POST: { method: 'POST', answer: [['Cache-Control', 'max-age=600']], shown: 'cannot: method' },
  DELETE: { method: 'DELETE', answer: [], shown: 'cannot: method' },
  'request no-store': { asked: { 'Cache-Control': 'no-store' }, answer: [], shown: 'cannot: request-no-store' },
  "the client's reload": {
    asked: { 'Cache-Control': 'no-cache', Pragma: 'no-cache' },
    answer: [['Cache-Control', 'no-store']],
    shown: 'cannot: client-reload, but for others: Cache-Control: max-age=60 | was-no-store',
  },
  'a reload of what is stored anyway': {
    asked: { 'Cache-Control': 'max-age=0' },
    answer: [['Cache-Control', 'max-age=600']],
    shown: 'cannot: client-reload, but for others: nothing',
  },
  'the reload is set aside': {
    settings: { ignoreClientCacheControl: true },
    asked: { 'Cache-Control': 'no-cache' },
    answer: [['Cache-Control', 'no-store']],
    shown: 'Cache-Control: max-age=60 | was-no-store',
  },
  'cache off': { settings: { cacheMode: 'off' }, answer: [], shown: 'cannot: cache-off' },
  'storing off': { settings: { maxCacheBodySize: 0 }, answer: [], shown: 'cannot: storing-off' },
  'larger than the limit': {
    settings: { maxCacheBodySize: 10 },
    body: 'x'.repeat(11),
    answer: [['Cache-Control', 'max-age=600']],
    shown: 'cannot: body-over-limit',
  },
  'larger than the limit, and not told before': {
    settings: { maxCacheBodySize: 10 },
    body: 'x'.repeat(11),
    answer: [['Transfer-Encoding', 'chunked']],
    shown: 'cannot: body-over-limit',
  },
  'a stream of events': {
    answer: [
      ['Content-Type', 'text/event-stream'],
      ['Cache-Control', 'no-cache'],
    ],
    shown: 'cannot: event-stream',
  },
  'a condition for the origin': { asked: { 'If-Match': '"1"' }, answer: [], shown: 'cannot: request-condition' },
  'a client that has it already': {
    asked: { 'If-None-Match': '"1"' },
    status: 304,
    answer: [['ETag', '"1"']],
    shown: 'cannot: not-modified',
  },
  'a status that no cache keeps': { status: 429, answer: [], shown: 'cannot: status' },
  'a part that is none': {
    asked: { Range: 'bytes=0-3' },
    status: 206,
    body: 'abcd',
    answer: [['Content-Range', 'bytes 0-9/10']],
    shown: 'cannot: partial',
  },
  'only-if-cached': { asked: { 'Cache-Control': 'only-if-cached' }, answer: [], shown: 'cannot: only-if-cached' },
  'older than the one life for all': {
    settings: { cacheMode: 'fixed-ttl', cacheTtlSeconds: 60 },
    answer: [['Age', '100']],
    shown: 'cannot: own-lifetime',
  },
  'Authorization under one life for all': {
    settings: { cacheMode: 'fixed-ttl' },
    asked: { Authorization: 'Basic dTpw' },
    answer: [],
    shown: 'cannot: authorization',
  },
};

let origin: Origin;
let running: RunningCore;
const clock = new MovableClock();
/** What the origin answers with next. */
let now: { status: number; lines: Lines; body: string } = { status: 200, lines: [], body: '' };

const dated = (lines: Lines): string[] =>
  lines.flatMap(([name, value]) => [
    name,
    value.replace(/^@(-?\d+)$/, (_, seconds: string) => new Date(clock.now() + Number(seconds) * 1000).toUTCString()),
  ]);

function answer(request: IncomingMessage, response: ServerResponse): void {
  response.sendDate = false;
  const fields = dated(now.lines);
  const etag = fields[fields.indexOf('ETag') + 1];
  const isSame = fields.includes('ETag') && request.headers['if-none-match'] === etag && now.status === 200;
  response.writeHead(isSame ? 304 : now.status, fields);
  response.end(isSame ? '' : now.body);
}

beforeAll(async () => {
  origin = await openOrigin(answer);
  running = await startCore({}, clock);
});
afterAll(async () => {
  await running.stop();
  await origin.close();
});

function change({ edits, exposes, mayStay }: Fix): string {
  const told = edits.map(({ name, value }) => (value === null ? `${name} left out` : `${name}: ${value}`)).join('; ');
  const means = exposes.map(({ code, names }) => (names === undefined ? code : `${code} ${names}`)).join(', ');
  return [told, means, mayStay.length > 0 ? `may stay: ${mayStay.join(', ')}` : ''].filter(Boolean).join(' | ');
}

function shown(fix: ExchangeFix): string {
  if (fix.kind === 'none') return fix.why === 'hit' ? 'nothing: hit' : `nothing: ${fix.why} for ${fix.seconds} s`;
  if (fix.kind === 'fix')
    return fix.fixes.map(change).join(' || ') + (fix.varied === undefined ? '' : ` | varied: ${fix.varied}`);
  const { ordinary } = fix;
  const others = ordinary === undefined ? '' : `, but for others: ${ordinary.map(change).join(' || ') || 'nothing'}`;
  return `cannot: ${fix.code}${others}`;
}

/** The answer with the change made. */
function mended(lines: Lines, { edits }: Fix): Lines {
  const names = new Set(edits.map(({ name }) => name.toLowerCase()));
  return [
    ...lines.filter(([name]) => !names.has(name.toLowerCase())),
    ...edits.flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const])),
  ];
}

const changed = new Set<keyof Settings>();

it.each(Object.entries(ROWS))('%s', async (title, row) => {
  running.settings.update({}, [...changed]);
  changed.clear();
  for (const key of Object.keys(row.settings ?? {})) changed.add(key as keyof Settings);
  running.settings.update(row.settings ?? {});
  const url = `${origin.url}/${title.replace(/[^a-z0-9]+/gi, '-')}`;
  const status = row.status ?? 200;
  const body = row.body ?? 'hello';
  const send = (asked: Record<string, string> = {}) =>
    ask(running.port, url, { method: row.method ?? 'GET', headers: asked });
  const answering = (lines: Lines, as = status): void => {
    now = { status: as, lines, body };
  };
  if (row.before !== undefined) {
    answering(row.before.answer ?? row.answer, 200);
    await send(row.before.asked);
    clock.advance(row.before.wait ?? 0);
  }
  answering(row.answer);
  await send(row.asked);
  const rows = (await running.core.handlers['exchange.list']({ text: url })).rows.filter(
    ({ parentId }) => parentId === undefined,
  );
  const { id } = rows.at(-1)!;
  const fix = await running.core.handlers['exchange.fix']({ id });
  expect(shown(fix)).toBe(row.shown);
  if (fix.kind !== 'fix') return;
  for (const one of fix.fixes) {
    await running.core.handlers['cache.purge']({ selector: { all: true }, dryRun: false });
    answering(mended(row.answer, one));
    // Where the variants differed it has to be the very request that missed.
    await send(fix.varied === undefined ? row.asked : row.before?.asked);
    expect((await send(row.asked)).fields['x-cache-status'], change(one)).toBe('HIT');
    clock.advance(Math.max(58, row.before?.wait ?? 0));
    expect((await send(row.asked)).fields['x-cache-status'], `${change(one)}, later`).toBe('HIT');
  }
});
