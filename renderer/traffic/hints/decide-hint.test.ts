/** Given rows → the hint, or none. Rows are written as groups, oldest first: `13 first`, `4 304`, `9 no-cache`. */
import { expect, test } from 'vitest';
import { makeEntryId } from '../../../proxy-core/contract/entry-id.ts';
import type { ExchangeRow } from '../../../proxy-core/contract/exchange.ts';
import { makeRow } from '../../demo/builders.ts';
import { decideHint, HINT_ROWS, type Hint, type HintContext } from './decide-hint.ts';

const entryId = makeEntryId('demo', 1);

/** What one word of a group stands for. */
const WORDS: Readonly<Record<string, Partial<ExchangeRow>>> = {
  first: { reason: 'uri-miss', entryId },
  hit: { outcome: 'HIT', cacheStatus: 'HIT', reason: 'fresh', entryId },
  304: { outcome: 'HIT', cacheStatus: 'HIT', reason: 'fresh', status: 304, entryId },
  confirmed: { outcome: 'REVALIDATED', cacheStatus: 'HIT', reason: 'revalidated', entryId },
  'no-cache': { outcome: 'REVALIDATED', cacheStatus: 'HIT', reason: 'revalidated', demand: 'no-cache', entryId },
  'no-cache-miss': { reason: 'request-no-cache', demand: 'no-cache', entryId },
  pragma: { reason: 'request-no-cache', demand: 'pragma', entryId },
  'max-age': { reason: 'request-max-age', demand: 'max-age', entryId },
  expired: { reason: 'expired', entryId },
  // The client said no-cache, but nothing was stored: it is a first time like any other.
  'no-store': { reason: 'response-no-store' },
  cookie: { reason: 'set-cookie' },
  post: { method: 'POST', outcome: 'BYPASS', cacheStatus: 'BYPASS', reason: 'method-not-cacheable' },
  off: { outcome: 'BYPASS', cacheStatus: 'BYPASS', reason: 'cache-off' },
  tunnel: { kind: 'tunnel', method: 'CONNECT', outcome: 'BYPASS', cacheStatus: 'BYPASS', reason: 'tunnel' },
  error: { outcome: 'ERROR', cacheStatus: 'MISS', reason: 'upstream-failed', state: 'failed', status: 502 },
  background: { outcome: 'REVALIDATED', cacheStatus: 'HIT', reason: 'revalidated', status: 304, parentId: 1 },
};

function rowsOf(groups: string): ExchangeRow[] {
  let id = 0;
  return groups.split(', ').flatMap((group) => {
    const [count, word = ''] = group.split(' ');
    expect(WORDS[word], word).toBeDefined();
    return Array.from({ length: Number(count) }, () => {
      id++;
      // Far apart: none of them is the load of a page.
      return makeRow({ id, path: `/${id}`, contentType: 'image/png', startedAtMs: id * 60_000, ...WORDS[word] });
    });
  });
}

const context = (overrides: Partial<HintContext> = {}): HintContext => ({
  ignoresReload: false,
  readsHttps: false,
  cacheOff: false,
  quietMs: 60_000,
  shown: null,
  dismissed: new Set(),
  ...overrides,
});
const hintOf = (rows: string | ExchangeRow[], overrides?: Partial<HintContext>): Hint | null =>
  decideHint(typeof rows === 'string' ? rowsOf(rows) : rows, context(overrides));

test.each<[rows: string, hint: Hint | null, context?: Partial<HintContext>]>([
  // A client that has fresh responses passed over.
  ['13 first, 9 no-cache', { kind: 'reload', count: 9, of: 9, by: [['no-cache', 9]] }],
  ['20 first, 5 no-cache, 5 hit', { kind: 'reload', count: 5, of: 10, by: [['no-cache', 5]] }],
  ['20 first, 5 no-cache, 6 hit', null],
  ['20 first, 4 no-cache', null],
  [
    '6 confirmed, 8 no-cache, 3 no-cache-miss, 2 max-age, 1 pragma',
    {
      kind: 'reload',
      count: 14,
      of: 20,
      by: [
        ['no-cache', 11],
        ['max-age', 2],
        ['pragma', 1],
      ],
    },
  ],
  // Only the newest twenty count.
  ['20 no-cache, 20 hit', null],
  ['20 hit, 20 no-cache', { kind: 'reload', count: 20, of: 20, by: [['no-cache', 20]] }],
  ['20 no-cache', null, { ignoresReload: true }],
  ['20 no-cache', null, { dismissed: new Set(['reload']) }],
  // Requests of a kind that no switch would make a hit take no part.
  ['9 no-cache, 30 post, 30 no-store', { kind: 'reload', count: 9, of: 9, by: [['no-cache', 9]] }],
  ['20 expired', null],
  // It stays while it still holds, and does not come at that share.
  ['20 first, 7 no-cache, 13 hit', { kind: 'reload', count: 7, of: 20, by: [['no-cache', 7]] }, { shown: 'reload' }],
  ['20 first, 7 no-cache, 13 hit', null],
  ['20 first, 5 no-cache, 15 hit', null, { shown: 'reload' }],
  ['3 no-cache', { kind: 'reload', count: 3, of: 3, by: [['no-cache', 3]] }, { shown: 'reload' }],
  ['2 no-cache', null, { shown: 'reload' }],
  // A client with copies of its own.
  ['10 hit, 10 304', { kind: 'own-cache', seen: 'not-modified', count: 10, of: 20 }],
  ['11 hit, 9 304', null],
  ['14 hit, 6 304', { kind: 'own-cache', seen: 'not-modified', count: 6, of: 20 }, { shown: 'own-cache' }],
  ['15 hit, 5 304', null, { shown: 'own-cache' }],
  ['4 304', null],
  ['6 304, 20 error', { kind: 'own-cache', seen: 'not-modified', count: 6, of: 6 }],
  ['20 304', null, { ignoresReload: true }],
  ['20 304', null, { dismissed: new Set(['own-cache']) }],
  // Questions of the cache itself are not the client's.
  ['20 background', null],
  // HTTPS that passes unread.
  ['3 hit, 17 tunnel', { kind: 'unread', count: 17, of: 20 }],
  ['17 tunnel', null, { readsHttps: true }],
  ['4 tunnel', null],
  ['20 tunnel, 20 hit', null],
  // A cache that is off, and one that was.
  ['6 off', { kind: 'cache-off', count: 6 }, { cacheOff: true }],
  ['6 off', null],
  ['2 off', null, { cacheOff: true }],
  // What is not stored.
  [
    '2 first, 9 no-store, 4 cookie',
    {
      kind: 'not-stored',
      count: 13,
      of: 15,
      by: [
        ['response-no-store', 9],
        ['set-cookie', 4],
      ],
    },
  ],
  ['20 hit, 12 no-store', null],
  [
    '13 hit, 14 no-store',
    { kind: 'not-stored', count: 14, of: 14, by: [['response-no-store', 14]] },
    { shown: 'not-stored' },
  ],
  ['13 hit, 14 no-store', null],
  // Nothing was asked for twice.
  ['11 first', { kind: 'first-time', count: 11 }],
  ['11 first', null, { quietMs: 500 }],
  ['11 first', { kind: 'first-time', count: 11 }, { quietMs: 500, shown: 'first-time' }],
  ['7 first', null],
  ['11 first, 1 hit', null],
  ['11 first, 1 expired', null],
  // One thing at a time: what can be switched comes first.
  ['6 304, 10 no-cache', { kind: 'reload', count: 10, of: 16, by: [['no-cache', 10]] }],
  ['6 304, 10 no-cache', null, { dismissed: new Set(['reload']) }],
  [
    '10 304, 10 no-cache',
    { kind: 'own-cache', seen: 'not-modified', count: 10, of: 20 },
    { dismissed: new Set(['reload']) },
  ],
  // Good, or nothing to be said of it.
  ['20 hit', null],
  ['20 first, 20 hit', null],
  ['20 error', null],
  ['20 post', null],
])('%s → %o', (rows, hint, overrides) => {
  expect(hintOf(rows, overrides)).toEqual(hint);
});

test('no rows, no hint', () => {
  expect(hintOf([])).toBeNull();
});

test('a share that goes up and down between the bounds changes nothing', () => {
  let shown: HintContext['shown'] = null;
  const seen: (string | null)[] = [];
  for (const demanded of [4, 9, 10, 9, 8, 7, 8, 9, 6, 5, 6, 9, 10]) {
    shown = hintOf(`20 first, ${20 - demanded} hit, ${demanded} no-cache`, { shown })?.kind ?? null;
    seen.push(shown);
  }
  const r = 'reload';
  expect(seen).toEqual([null, null, r, r, r, r, r, r, r, null, null, null, r]);
});

/** The load of a page: the page itself, then its parts, one every 20 ms. */
function load(startMs: number, parts: number, page: Partial<ExchangeRow> = {}, client = '127.0.0.1'): ExchangeRow[] {
  const id = startMs;
  return [
    makeRow({ id, path: '/', client, startedAtMs: startMs, ...page }),
    ...Array.from({ length: parts }, (_, n) =>
      makeRow({ id: id + n + 1, path: `/${n}`, client, contentType: 'image/png', startedAtMs: startMs + 20 * (n + 1) }),
    ),
  ];
}
const CONFIRMED: Partial<ExchangeRow> = {
  status: 304,
  outcome: 'REVALIDATED',
  cacheStatus: 'HIT',
  reason: 'revalidated',
};

test.each<[name: string, rows: ExchangeRow[], hint: Partial<Hint> | null, context?: Partial<HintContext>]>([
  ['loaded again with a few', [...load(1000, 12), ...load(30_000, 3)], { seen: 'page', before: 13, now: 4 }],
  [
    'told by its URL when a 304 names no type',
    [...load(1000, 12), ...load(30_000, 3, { ...CONFIRMED, contentType: undefined! })],
    { before: 13, now: 4 },
  ],
  ['and again', [...load(1000, 12), ...load(30_000, 3), ...load(60_000, 3)], { seen: 'page', before: 13, now: 4 }],
  ['loaded again as before', [...load(1000, 12), ...load(30_000, 12)], null],
  ['half of it', [...load(1000, 11), ...load(30_000, 5)], { before: 12, now: 6 }],
  ['more than half', [...load(1000, 11), ...load(30_000, 6)], null],
  [
    'more than half, shown already',
    [...load(1000, 11), ...load(30_000, 6)],
    { before: 12, now: 7 },
    { shown: 'own-cache' },
  ],
  ['nearly all, shown already', [...load(1000, 11), ...load(30_000, 9)], null, { shown: 'own-cache' }],
  ['still loading', [...load(1000, 12), ...load(30_000, 3)], null, { quietMs: 100 }],
  ['small from the beginning', [...load(1000, 4), ...load(30_000, 0)], null],
  ['first few, then all', [...load(1000, 3), ...load(30_000, 12)], null],
  ['another page', [...load(1000, 12), ...load(30_000, 3, { path: '/about', url: 'http://shop.example/about' })], null],
  ['another client', [...load(1000, 12), ...load(30_000, 3, {}, '10.0.0.5')], null],
  ['a load that was stopped', [...load(1000, 12), ...load(30_000, 3, { state: 'client-left' })], null],
  [
    'no page but data',
    [...load(1000, 12, { contentType: 'application/json' }), ...load(30_000, 3, { contentType: 'application/json' })],
    null,
  ],
  [
    'polled later by the same client',
    [...load(1000, 12), ...load(30_000, 3), ...load(90_000, 9).slice(1)],
    { before: 13, now: 4 },
  ],
  ['with the switch on', [...load(1000, 12), ...load(30_000, 3)], null, { ignoresReload: true }],
  ['not to be said again', [...load(1000, 12), ...load(30_000, 3)], null, { dismissed: new Set(['own-cache']) }],
])('a page, %s', (_, rows, hint, overrides) => {
  const found = hintOf(rows, overrides);
  if (hint === null) expect(found).toBeNull();
  else expect(found).toMatchObject({ kind: 'own-cache', url: 'http://shop.example/', ...hint });
});

test('what is looked at is bounded', () => {
  const rows = [...rowsOf('20 no-cache'), ...rowsOf(`${HINT_ROWS} post`)];
  expect(hintOf(rows)).toBeNull();
});
