/**
 * Random exchanges: every change that is shown leads to a hit in the cache itself, none of its parts can be left out, and where
 * it is said that nothing helps, generous responses do not help either.
 */
import { expect, test } from 'vitest';
import type { ExchangeFix, Fix } from '../../contract/fix/fix.ts';
import type { ExchangeDetail, FieldLine } from '../../contract/exchange.ts';
import { toFieldLines, type FieldList } from '../../http/fields.ts';
import { exchange, makeCache, makePolicy, makeRandom, makeRequest, makeResponse, T0, URL_A } from '../testkit/make.ts';
import type { CachePolicy, CacheRequest } from '../plan.ts';
import { exchangeFix } from './exchange-fix.ts';
import { splitDirectives } from './directives.ts';

/** `BSDM_CASES` for more. */
const CASES = Number(process.env['BSDM_CASES'] ?? 1000);
const random = makeRandom(5861);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
const chance = (share: number): boolean => random() < share;
const date = (deltaSeconds: number): string => new Date(T0 + deltaSeconds * 1000).toUTCString();
const some = <T>(items: readonly T[], most: number): T[] =>
  Array.from({ length: Math.floor(random() * (most + 1)) }, () => pick(items));

const DIRECTIVES = [
  'no-store', 'private', 'no-cache', 'public', 'must-revalidate', 'proxy-revalidate', 'must-understand', 'immutable',
  'max-age=0', 'max-age=5', 'max-age=600', 's-maxage=0', 's-maxage=600', 'max-age=-1', 'max-age=60s', 'max-age=600;public',
  'max-age="600"', 'max-age =600', 'private="X-A"', 'no-cache="Set-Cookie"', 'no-cache=""', 'stale-while-revalidate=30',
  'x="a, b', 'no-store=1', '', ' ', 'NO-STORE', 'a"b',
] as const; // prettier-ignore
const LINES: readonly (() => readonly [string, string])[] = [
  () => ['Cache-Control', some(DIRECTIVES, 4).join(pick([', ', ',', ' , ', '; ']))],
  () => ['cache-control', pick(DIRECTIVES)],
  () => ['CDN-Cache-Control', some(DIRECTIVES, 2).join(', ')],
  () => ['Set-Cookie', pick(['sid=1', 'nothing', '=x', 'a=1; Path=/'])],
  () => ['Vary', pick(['*', 'Accept-Encoding', 'Cookie, *', 'X-A', '', ','])],
  () => ['Pragma', 'no-cache'],
  () => ['Expires', pick(['0', date(-60), date(5), date(600), 'soon'])],
  () => ['Date', pick([date(0), date(-3600), date(60), 'today'])],
  () => ['Age', pick(['0', '590', '100000', 'x', '5, 7'])],
  () => ['Last-Modified', pick([date(-864_000), date(-100), 'never'])],
  () => ['ETag', '"1"'],
  () => ['Content-Type', pick(['text/html', 'text/event-stream'])],
  () => ['Content-Length', pick(['5', '5000'])],
  () => ['Content-Range', pick(['bytes 0-4/10', 'bytes 0-9/10'])],
];
const ASKED: readonly (() => readonly [string, string])[] = [
  () => [
    'Cache-Control',
    pick(['no-cache', 'max-age=0', 'max-age=30', 'min-fresh=100', 'no-store', 'max-stale=60', 'max-age=x']),
  ],
  () => ['Pragma', 'no-cache'],
  () => ['Authorization', 'Basic dTpw'],
  () => ['Cookie', 'sid=1'],
  () => ['X-A', '1'],
  () => ['Range', 'bytes=0-4'],
  () => ['If-None-Match', '"1"'],
  () => ['If-Match', '"1"'],
];
const POLICIES: readonly Partial<CachePolicy>[] = [
  {}, {}, {}, {}, { cdnCacheControl: true }, { mode: 'fixed-ttl', ttlSeconds: 300 }, { ttlSeconds: 30 },
  { ignoreClientControl: true }, { mode: 'off' }, { maxBodyBytes: 0 }, { maxBodyBytes: 100 },
  { mode: 'fixed-ttl', ttlSeconds: 300, shareAnyway: true },
]; // prettier-ignore
const STATUSES = [200, 200, 200, 200, 203, 206, 299, 301, 302, 404, 416, 429, 500];

interface Case {
  request: CacheRequest;
  status: number;
  fields: FieldList;
  policy: CachePolicy;
  detail: ExchangeDetail;
}

function makeCase(): Case {
  const method = pick(['GET', 'GET', 'GET', 'GET', 'HEAD', 'POST']);
  const asked = some(ASKED, chance(0.5) ? 0 : 3).flatMap((line) => [...line()]);
  const fields = some(LINES, 5).flatMap((line) => [...line()]);
  const status = pick(STATUSES);
  const request = makeRequest({ method, fields: asked });
  const policy = makePolicy(pick(POLICIES));
  const lines: FieldLine[] = toFieldLines(fields);
  const detail: ExchangeDetail = {
    row: {
      id: 1, seq: 1, kind: 'http', state: 'done', method, url: URL_A, host: 'example.test', path: '/a', startedAtMs: T0,
      status, outcome: 'MISS', cacheStatus: 'MISS', reason: 'uri-miss', responseBytes: 5, requestBytes: 0, client: '::1',
      protocol: 'HTTP/1.1', cacheKey: '',
    },
    eventId: 'x-1', requestTarget: URL_A, requestFields: toFieldLines(asked), responseFields: lines, upstreamFields: lines,
    upstreamStatus: status, requestBody: { bytes: 0, kept: 0 }, responseBody: { bytes: 5, kept: 0 },
    timing: { dispatchedMs: 0, upstreamHeadMs: 0 }, trace: [], facts: {},
  }; // prettier-ignore
  return { request, status, fields, policy, detail };
}

/** The second of two such requests, one after the other, in a cache of their own. */
function second({ request, status, policy }: Case, fields: FieldList, afterSeconds: number): string {
  const { cache } = makeCache(policy);
  exchange(cache, request, makeResponse({ status, fields }), 'hello');
  const plan = cache.planRequest(request, T0 + afterSeconds * 1000);
  return `${plan.kind} ${plan.reason}`;
}

function withEdits(fields: FieldList, edits: Fix['edits']): string[] {
  const out = fields.slice();
  for (const { name, value } of edits) {
    for (let i = out.length - 2; i >= 0; i -= 2) if (out[i]!.toLowerCase() === name.toLowerCase()) out.splice(i, 2);
    if (value !== null) out.push(name, value);
  }
  return out;
}

const isHit = (one: Case, fields: FieldList, afterSeconds = 0): boolean =>
  second(one, fields, afterSeconds) === 'serve fresh';

/** With one directive of the old value back, or one of the new one gone. */
function* undone(edits: Fix['edits']): Generator<Fix['edits']> {
  for (const edit of edits) {
    yield edits.filter((other) => other !== edit);
    if (!edit.name.endsWith('Cache-Control')) continue;
    const replaced = (value: string): Fix['edits'] =>
      edits.map((other) => (other === edit ? { ...edit, value } : other));
    const texts = splitDirectives(edit.value ?? '').map(({ text }) => text);
    const names = new Set(splitDirectives(edit.value ?? '').map(({ name }) => name));
    for (const name of ['no-store', 'private', 'no-cache', 'must-understand'])
      if (!names.has(name) && splitDirectives(edit.was ?? '').some((old) => old.text.toLowerCase() === name))
        yield replaced([...texts, name].join(', '));
    if (texts.includes('public') && !/public/i.test(edit.was ?? ''))
      yield replaced(texts.filter((text) => text !== 'public').join(', '));
  }
}

const GENEROUS = ['public, max-age=100000', 's-maxage=100000', 'public, max-age=2000000000, must-revalidate'];

test(`${CASES} random exchanges`, () => {
  const seen: Record<string, number> = {};
  for (let n = 0; n < CASES; n++) {
    const one = makeCase();
    const fix: ExchangeFix = exchangeFix(one.detail, one.policy);
    const what = fix.kind === 'cannot' ? fix.code : fix.kind;
    seen[what] = (seen[what] ?? 0) + 1;
    const told = JSON.stringify({
      n,
      fix,
      fields: one.fields,
      asked: one.request.head.fields,
      status: one.status,
      policy: one.policy,
    });
    if (fix.kind === 'none') expect(isHit(one, one.fields), told).toBe(true);
    else if (fix.kind === 'fix') {
      for (const { edits } of fix.fixes) expect(isHit(one, withEdits(one.fields, edits)), told).toBe(true);
      for (const { edits, seconds } of fix.fixes) {
        expect(seconds, told).toBeGreaterThan(0);
        expect(isHit(one, withEdits(one.fields, edits), seconds - 1), told).toBe(true);
      }
      // As it is it was no hit, or over before a minute had passed.
      const limit = one.request.head.requestCacheControl.maxAge;
      const later = limit === undefined || one.policy.ignoreClientControl ? 59 : Math.min(59, Math.max(0, limit));
      for (const less of undone(fix.fixes[0]!.edits))
        expect(
          isHit(one, withEdits(one.fields, less)) && isHit(one, withEdits(one.fields, less), later),
          `${told} ${JSON.stringify(less)}`,
        ).toBe(false);
    } else
      for (const control of GENEROUS) {
        const fields = withEdits(one.fields, [
          { name: 'Cache-Control', was: null, value: control },
          ...['CDN-Cache-Control', 'Set-Cookie', 'Vary', 'Pragma', 'Expires'].map((name) => ({
            name,
            was: null,
            value: null,
          })),
        ]);
        expect(isHit(one, fields), told).toBe(false);
      }
  }
  expect(seen['other']).toBeUndefined();
  expect(Object.keys(seen).length).toBeGreaterThan(12);
  expect(seen['fix']).toBeGreaterThan(CASES / 5);
  if (process.env['BSDM_SHOW']) process.stdout.write(`${JSON.stringify(seen)}\n`);
}, 300_000);
