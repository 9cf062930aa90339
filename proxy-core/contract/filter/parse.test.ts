import { describe, expect, test } from 'vitest';
import { makeEntryId } from '../entry-id.ts';
import type { ExchangeRow } from '../exchange.ts';
import { describeProblem } from './describe.ts';
import type { Scope } from './language.ts';
import { parseFilter } from './parse.ts';
import { TRAFFIC } from './scopes.ts';
import { rowOf } from './testkit/rows.ts';

const row = rowOf;
/** As the window has it: it alone knows marks. */
const IN_WINDOW: Scope<ExchangeRow> = { ...TRAFFIC, is: { ...TRAFFIC.is, marked: ({ id }) => id === 7 } };

const ROWS = {
  page: row({
    id: 1,
    host: 'shop.example',
    path: '/products?lang=de',
    outcome: 'HIT',
    cacheStatus: 'HIT',
    reason: 'fresh',
    durationMs: 1,
    responseBytes: 31_000,
    ageSeconds: 90,
  }),
  image: row({
    id: 2,
    host: 'cdn.shop.example',
    path: '/img/teapot.webp',
    contentType: 'image/webp',
    responseBytes: 96_000,
    durationMs: 340,
    demand: 'no-cache',
  }),
  post: row({
    id: 3,
    host: 'api.shop.example:8080',
    path: '/v1/cart',
    method: 'POST',
    outcome: 'BYPASS',
    cacheStatus: 'BYPASS',
    reason: 'method-not-cacheable',
    contentType: 'application/json',
    status: 201,
  }),
  broken: row({
    id: 4,
    host: 'api.shop.example:8080',
    path: '/v1/stock',
    state: 'failed',
    status: 502,
    outcome: 'ERROR',
    cacheStatus: 'MISS',
    reason: 'upstream-failed',
    error: 'connection_refused',
    protocol: 'HTTP/2',
  }),
  stale: row({
    id: 5,
    host: 'shop.example',
    path: '/old',
    outcome: 'STALE',
    cacheStatus: 'HIT',
    reason: 'stale-while-revalidate',
    client: '10.0.0.5',
    app: 'Firefox 152',
    ttlSeconds: -30,
  }),
  tunnel: row({
    id: 6,
    host: 'bank.example:443',
    path: '',
    url: 'https://bank.example:443',
    kind: 'tunnel',
    method: 'CONNECT',
    outcome: 'BYPASS',
    cacheStatus: 'BYPASS',
    reason: 'tunnel',
    state: 'open',
    contentType: '',
  }),
  marked: row({
    id: 7,
    host: 'shop.example',
    path: '/cart',
    outcome: 'MISS',
    reason: 'set-cookie',
    status: 404,
    entryId: 'demo-12',
  }),
} as const;
type Name = keyof typeof ROWS;
const ALL = Object.keys(ROWS) as Name[];

function passes(line: string, subject: ExchangeRow): boolean | undefined {
  const parsed = parseFilter(line, IN_WINDOW);
  if (!parsed.ok) throw new Error(`${line}: ${describeProblem(parsed.problem, 'en')}`);
  return parsed.filter === null || parsed.filter.decide(subject);
}
const shown = (line: string): Name[] => ALL.filter((name) => passes(line, ROWS[name]));

describe('which rows a filter shows', () => {
  const table: [line: string, names: Name[]][] = [
    ['', ALL],
    ['   ', ALL],
    ['cache:hit', ['page', 'stale']],
    ['cache:stale', ['stale']],
    ['cache:miss', ['image', 'marked']],
    ['CACHE:BYPASS', ['post', 'tunnel']],
    ['cache:error', ['broken']],
    ['reason:set-cookie', ['marked']],
    ['reason:stale*', ['stale']],
    ['host:*.shop.example', ['image']],
    ['host:shop.example', ['page', 'image', 'post', 'broken', 'stale', 'marked']],
    ['host:*.shop.example:8080', ['post', 'broken']],
    ['host=shop.example', ['page', 'stale', 'marked']],
    ['path:/v1', ['post', 'broken']],
    ['url:lang=de', ['page']],
    ['method:post', ['post']],
    ['status:5xx', ['broken']],
    ['status:201', ['post']],
    ['status:400-499', ['marked']],
    ['status>=400', ['broken', 'marked']],
    ['type:image', ['image']],
    ['type:json', ['post']],
    ['-type:image cache:miss', ['marked']],
    ['size>90kb', ['image']],
    ['size:30kb', ['page', 'image']],
    ['time>300ms', ['image']],
    ['time<2ms', ['page']],
    ['age>1min', ['page']],
    ['proto:h2', ['broken']],
    ['client:10.0.0.5', ['stale']],
    ['app:firefox', ['stale']],
    ['app=firefox', []],
    ['app:"Firefox 152"', ['stale']],
    ['app~^fire', ['stale']],
    ['error:refused', ['broken']],
    ['is:marked', ['marked']],
    ['is:error', ['broken', 'marked']],
    ['is:tunnel', ['tunnel']],
    ['is:open', ['tunnel']],
    ['is:stored', ['marked']],
    ['is:not-stored', ['image', 'marked']],
    ['is:not-stored -is:error', ['image']],
    ['is:fixable', ['marked']],
    ['is:reload', ['image']],
    ['teapot', ['image']],
    ['"shop.example/cart"', ['marked']],
    ['/\\/v\\d\\//', ['post', 'broken']],
    ['cache:hit or is:error', ['page', 'broken', 'stale', 'marked']],
    ['(cache:hit or cache:miss) host:cdn.*', ['image']],
    ['-(cache:hit or cache:miss)', ['post', 'broken', 'tunnel']],
    ['not cache:hit -is:error', ['image', 'post', 'tunnel']],
    ['cache:hit and path:old', ['stale']],
    ['http://cdn.shop.example/img', ['image']],
    ['/v1', ['post', 'broken']],
    ['path~^/v\\d/', ['post', 'broken']],
    ['path~"^/(v1|old)"', ['post', 'broken', 'stale']],
    ['reason~/^(set|uri)-/', ['image', 'marked']],
    ['type~/webp$/', ['image']],
    ['lang=de', ['page']],
    ['api.shop.example:8080', ['post', 'broken']],
    ['ttl<1min', ['stale']],
    ['hit', []],
    ['not(cache:hit) is:open', ['tunnel']],
    ['(cache:hit) or(is:tunnel)', ['page', 'stale', 'tunnel']],
    ['-"shop.example"', ['tunnel']],
  ];
  test.each(table)('%s', (line, names) => {
    expect(shown(line)).toEqual(names);
  });

  test.each<[line: string, over: Parameters<typeof row>[0], shows: boolean]>([
    ['is:not-stored', { reason: 'response-private', state: 'open' }, true],
    ['is:not-stored', { reason: 'uri-miss', state: 'open' }, false],
    ['is:not-stored', { reason: 'uri-miss', state: 'done' }, true],
    ['is:not-stored', { reason: 'uri-miss', state: 'done', entryId: makeEntryId('demo', 3) }, false],
    ['is:not-stored', { reason: 'only-if-cached' }, false],
    ['is:not-stored', { reason: 'method-not-cacheable', outcome: 'BYPASS' }, false],
    ['is:not-stored', { reason: 'fresh', outcome: 'HIT' }, false],
    ['is:left', { reason: 'client-left', state: 'client-left' }, true],
    ['is:error', { reason: 'client-left', state: 'client-left' }, false],
    ['is:failed', { reason: 'client-left', state: 'client-left' }, false],
  ])('%s of %o: %s', (line, over, shows) => {
    expect(passes(line, row({ id: 8, outcome: 'MISS', ...over }))).toBe(shows);
  });
});

describe('a pasted URL finds its row', () => {
  const sse = row({ path: '/sse?live' });
  test.each<[line: string, subject: ExchangeRow, finds: boolean]>([
    ['url:sse?live', sse, true],
    ['url:ssexlive', sse, false],
    ['url:http://shop.example/sse?live', sse, true],
    ['http://shop.example/sse?live#top', sse, true],
    ['url:http://shop.example:80/sse?live', sse, true],
    ['url=http://shop.example:80/sse?live#top', sse, true],
    ['shop.example/sse?live', sse, true],
    ['url:*sse?live', sse, true],
    ['url:*ssexlive', sse, false],
    ['url:/maps/*/tile?x=1', row({ path: '/maps/*/tile?x=1' }), true],
    ['path:/a(1)', row({ path: '/a(1)' }), true],
    ['(http://shop.example/a(1) or is:tunnel)', row({ path: '/a(1)' }), true],
    ['url:http://shop.example/%D0%BF?q=[1]', row({ path: '/%D0%BF?q=[1]' }), true],
    ['url:http://shop.example/п?q=[1]', row({ path: '/%D0%BF?q=[1]' }), true],
    ['http://localhost:8080/a', row({ host: 'localhost:8080', path: '/a' }), true],
    ['localhost:8080/a', row({ host: 'localhost:8080', path: '/a' }), true],
    ['path:"a \\"b\\" \\\\c"', row({ path: '/a "b" \\c' }), true],
  ])('%s', (line, subject, finds) => expect(passes(line, subject)).toBe(finds));
});

describe('fields and bodies are asked of whoever has them', () => {
  const decide = (line: string, found: (boolean | undefined)[]): boolean | undefined => {
    const parsed = parseFilter(line, TRAFFIC);
    if (!parsed.ok) throw new Error(describeProblem(parsed.problem, 'en'));
    return parsed.filter?.decide(row(), (at) => found[at]);
  };
  test.each<[line: string, found: (boolean | undefined)[], passes: boolean | undefined]>([
    ['body:token', [undefined], undefined],
    ['body:token', [true], true],
    ['-body:token', [true], false],
    ['-body:token', [undefined], undefined],
    ['body:token status:404', [undefined], false],
    ['body:token or status:200', [undefined], true],
    ['body:token or status:404', [undefined], undefined],
    ['body:a res.vary:b', [true, undefined], undefined],
    ['body:a res.vary:b', [undefined, false], false],
    ['-(body:a or res.vary:b)', [false, false], true],
  ])('%s with %o', (line, found, passed) => expect(decide(line, found)).toBe(passed));

  test('what they ask: which part, of which side, and the text of the term, which means the same again', () => {
    const line = 'body:"a b" req.Cookie:session* res.cache-control~max-age=\\d+ header.vary:* res.body=x';
    const parsed = parseFilter(line, TRAFFIC);
    expect(parsed.ok && parsed.filter?.readings.map(({ of, side, name, term }) => [of, side, name, term])).toEqual([
      ['body', 'either', '', 'body:"a b"'],
      ['field', 'request', 'cookie', 'req.cookie:"session*"'],
      ['field', 'response', 'cache-control', 'res.cache-control~"max-age=\\\\d+"'],
      ['field', 'either', 'vary', 'header.vary:"*"'],
      ['body', 'response', '', 'res.body="x"'],
    ]);
    const readings = parsed.ok ? (parsed.filter?.readings ?? []) : [];
    const again = parseFilter(readings.map(({ term }) => term).join(' '), TRAFFIC);
    expect(again.ok && again.filter?.readings.map(({ term }) => term)).toEqual(readings.map(({ term }) => term));
    expect(readings.map(({ test: find }) => find('x, max-age=60, session=1, A B'))).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
  });
});
