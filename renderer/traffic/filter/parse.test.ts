import { describe, expect, test } from 'vitest';
import type { ExchangeRow } from '../../../proxy-core/contract/exchange.ts';
import { makeRow } from '../../demo/builders.ts';
import { en } from '../../i18n/en.ts';
import type { TrafficRow } from '../../state/traffic-ring.ts';
import { describeFilter, describeProblem } from './describe.ts';
import { makeEntryId } from '../../../proxy-core/contract/entry-id.ts';
import { matchesFilter, parseFilter } from './parse.ts';

const row = (overrides: Partial<ExchangeRow>): TrafficRow => ({ ...makeRow(overrides), key: overrides.id ?? 1 });
const context = { isMarked: (key: number): boolean => key === 7 };

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

function shown(line: string): Name[] {
  const parsed = parseFilter(line);
  if (!parsed.ok) throw new Error(`${line}: ${describeProblem(parsed.problem, en)}`);
  return ALL.filter((name) => matchesFilter(parsed.node, ROWS[name], context));
}

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
    const parsed = parseFilter(line);
    if (!parsed.ok) throw new Error(line);
    expect(matchesFilter(parsed.node, row({ id: 8, outcome: 'MISS', ...over }), context)).toBe(shows);
  });
});

describe('what is said of a filter that does not parse', () => {
  test.each([
    ['cache:maybe', '“maybe” is not a valid value for this key (at column 7)'],
    ['status:9xx', '“9xx” is not a valid value for this key (at column 8)'],
    ['size>lots', '“lots” is not a valid value for this key (at column 6)'],
    ['host:', 'host: needs a value (at column 6)'],
    ['colour:red', 'there is no key “colour”; put quotes around it to search for text (at column 1)'],
    ['host>5', 'host> cannot be compared; use a colon (at column 1)'],
    ['"open', 'a quotation mark is not closed (at column 1)'],
    ['(cache:hit', 'a bracket is not closed (at column 1)'],
    ['cache:hit )', 'a closing bracket has no opening one (at column 11)'],
    ['cache:hit or', 'something must follow “or” (at column 11)'],
    ['/[/', '/[/ is not a valid pattern (at column 1)'],
  ])('%s', (line, message) => {
    const parsed = parseFilter(line);
    expect(parsed.ok ? 'parsed' : describeProblem(parsed.problem, en)).toBe(message);
  });
});

describe('a filter in plain words', () => {
  test.each([
    ['', 'everything'],
    ['cache:miss -type:image', 'cache outcome is MISS and not type is image'],
    ['host:*.example.com status:5xx', 'host matches *.example.com and status is 5xx'],
    ['size>100kb or time:300ms', 'size over 100kb or time at least 300ms'],
    ['is:marked "free text" /re.*x/', 'is marked and contains “free text” and URL matches /re.*x/'],
    ['host=a.example', 'host is a.example'],
    ['a (b or c)', 'contains “a” and (contains “b” or contains “c”)'],
  ])('%s', (line, words) => {
    const parsed = parseFilter(line);
    expect(parsed.ok && describeFilter(parsed.node, en)).toBe(words);
  });
});
