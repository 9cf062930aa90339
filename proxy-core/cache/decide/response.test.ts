/** Response decisions as tables: what was asked and answered → kept or not, for how long, and why. */
import { describe, expect, it } from 'vitest';
import type { ReasonCode } from '../../contract/reasons.ts';
import type { LifetimeSource } from './freshness.ts';
import type { CachePolicy } from '../plan.ts';
import { exchange, makeCache, makeRequest, makeResponse, T0, URL_A } from '../testkit/make.ts';

const CC = 'Cache-Control';
const DATE = new Date(T0).toUTCString();
const before = (seconds: number): string => new Date(T0 - seconds * 1000).toUTCString();
const later = (seconds: number): string => before(-seconds);
const DAY = 86_400;

interface Storing {
  id: string;
  fields: string[];
  status?: number;
  method?: string;
  ask?: string[];
  policy?: Partial<CachePolicy>;
  /** Lifetime and its source when stored, else the reason why not. */
  stored?: [seconds: number, source: LifetimeSource];
  not?: ReasonCode;
  spec: string;
}

const STORING: Storing[] = [
  // explicit freshness
  { id: 'max-age', fields: [CC, 'max-age=60'], stored: [60, 'max-age'], spec: 'RFC 9111 §5.2.2.1' },
  { id: 'max-age-case', fields: [CC, 'MaX-aGe=60'], stored: [60, 'max-age'], spec: 'RFC 9111 §5.2' },
  { id: 'max-age-quoted', fields: [CC, 'max-age="60"'], stored: [60, 'max-age'], spec: 'RFC 9111 §5.2' },
  { id: 'max-age-leading-zero', fields: [CC, 'max-age=0060'], stored: [60, 'max-age'], spec: 'RFC 9111 §1.2.2' },
  {
    id: 'max-age-huge',
    fields: [CC, 'max-age=99999999999'],
    stored: [2_147_483_647, 'max-age'],
    spec: 'RFC 9111 §1.2.2',
  },
  {
    id: 'max-age-first-of-two',
    fields: [CC, 'max-age=60, max-age=3'],
    stored: [60, 'max-age'],
    spec: 'RFC 9111 §4.2.1',
  },
  {
    id: 'max-age-first-of-two-lines',
    fields: [CC, 'max-age=60', CC, 'max-age=3'],
    stored: [60, 'max-age'],
    spec: 'RFC 9111 §4.2.1',
  },
  {
    id: 'max-age-in-quotes',
    fields: [CC, 'ext="max-age=9", max-age=60'],
    stored: [60, 'max-age'],
    spec: 'RFC 9110 §5.6.4',
  },
  {
    id: 'max-age-beats-expires',
    fields: [CC, 'max-age=60', 'Expires', before(10)],
    stored: [60, 'max-age'],
    spec: 'RFC 9111 §5.3',
  },
  { id: 'max-age-0-etag', fields: [CC, 'max-age=0', 'ETag', '"a"'], stored: [0, 'max-age'], spec: 'RFC 9111 §3' },
  { id: 'max-age-0', fields: [CC, 'max-age=0'], not: 'no-freshness-information', spec: 'RFC 9111 §3' },
  {
    id: 'max-age-0-beats-expires',
    fields: [CC, 'max-age=0', 'Expires', later(100)],
    not: 'no-freshness-information',
    spec: 'RFC 9111 §5.3',
  },
  {
    id: 'max-age-negative',
    fields: [CC, 'max-age=-60', 'ETag', '"a"'],
    stored: [0, 'max-age'],
    spec: 'RFC 9111 §4.2.1',
  },
  {
    id: 'max-age-decimal',
    fields: [CC, 'max-age=60.5', 'ETag', '"a"'],
    stored: [0, 'max-age'],
    spec: 'RFC 9111 §4.2.1',
  },
  {
    id: 'max-age-single-quotes',
    fields: [CC, "max-age='60'", 'ETag', '"a"'],
    stored: [0, 'max-age'],
    spec: 'RFC 9111 §4.2.1',
  },
  {
    id: 'max-age-trailing-letter',
    fields: [CC, 'max-age=60a', 'ETag', '"a"'],
    stored: [0, 'max-age'],
    spec: 'RFC 9111 §4.2.1',
  },
  {
    id: 'max-age-space-after',
    fields: [CC, 'max-age= 60', 'ETag', '"a"'],
    stored: [0, 'max-age'],
    spec: 'RFC 9111 §5.2',
  },
  { id: 'max-age-space-before', fields: [CC, 'max-age =60'], not: 'no-freshness-information', spec: 'RFC 9111 §5.2' },
  {
    id: 'max-age-no-argument',
    fields: [CC, 'max-age', 'ETag', '"a"'],
    stored: [0, 'max-age'],
    spec: 'RFC 9111 §4.2.1',
  },
  { id: 's-maxage', fields: [CC, 's-maxage=90, max-age=60'], stored: [90, 's-maxage'], spec: 'RFC 9111 §5.2.2.10' },
  {
    id: 's-maxage-two-lines',
    fields: [CC, 'max-age=60', CC, 's-maxage=5'],
    stored: [5, 's-maxage'],
    spec: 'RFC 9111 §5.2.2.10',
  },
  {
    id: 's-maxage-invalid',
    fields: [CC, 's-maxage=x, max-age=60', 'ETag', '"a"'],
    stored: [0, 's-maxage'],
    spec: 'RFC 9111 §4.2.1',
  },
  { id: 'extension', fields: [CC, 'foobar, max-age=60'], stored: [60, 'max-age'], spec: 'RFC 9111 §5.2.3' },
  { id: 'immutable', fields: [CC, 'max-age=60, immutable'], stored: [60, 'max-age'], spec: 'RFC 8246 §2' },
  { id: 'no-transform', fields: [CC, 'max-age=60, no-transform'], stored: [60, 'max-age'], spec: 'RFC 9111 §5.2.2.6' },
  // Expires and Date
  { id: 'expires', fields: ['Date', DATE, 'Expires', later(100)], stored: [100, 'expires'], spec: 'RFC 9111 §5.3' },
  { id: 'expires-no-date', fields: ['Expires', later(100)], stored: [100, 'expires'], spec: 'RFC 9111 §4.2.1' },
  {
    id: 'expires-invalid-date',
    fields: ['Date', 'foo', 'Expires', later(100)],
    stored: [100, 'expires'],
    spec: 'RFC 9111 §4.2.1',
  },
  {
    id: 'expires-rfc850',
    fields: ['Date', DATE, 'Expires', 'Thursday, 18-Aug-50 02:01:18 GMT'],
    stored: [(Date.UTC(2050, 7, 18, 2, 1, 18) - T0) / 1000, 'expires'],
    spec: 'RFC 9110 §5.6.7',
  },
  {
    id: 'expires-asctime',
    fields: ['Date', DATE, 'Expires', 'Thu Aug  8 02:01:18 2050'],
    stored: [(Date.UTC(2050, 7, 8, 2, 1, 18) - T0) / 1000, 'expires'],
    spec: 'RFC 9110 §5.6.7',
  },
  {
    id: 'expires-present',
    fields: ['Date', DATE, 'Expires', DATE],
    not: 'no-freshness-information',
    spec: 'RFC 9111 §5.3',
  },
  {
    id: 'expires-past-etag',
    fields: ['Date', DATE, 'Expires', before(9), 'ETag', '"a"'],
    stored: [-9, 'expires'],
    spec: 'RFC 9111 §5.3',
  },
  {
    id: 'expires-past-swr',
    fields: [CC, 'stale-while-revalidate=60', 'Date', DATE, 'Expires', before(9)],
    stored: [-9, 'expires'],
    spec: 'RFC 9111 §4.2.1',
  },
  {
    id: 'expires-past-swr-spent',
    fields: [CC, 'stale-while-revalidate=60', 'Date', DATE, 'Expires', before(3600)],
    not: 'no-freshness-information',
    spec: 'RFC 9111 §4.2.1',
  },
  {
    id: 'expires-1970',
    fields: ['Date', DATE, 'Expires', 'Thu, 01 Jan 1970 00:00:00 GMT', 'ETag', '"a"'],
    stored: [-T0 / 1000, 'expires'],
    spec: 'RFC 9111 §4.2.1',
  },
  {
    id: 'expires-before-date',
    fields: ['Date', later(400), 'Expires', later(300)],
    not: 'no-freshness-information',
    spec: 'RFC 9111 §4.2.1',
  },
  ...[
    '0',
    '',
    '-1',
    'Thu, 18 Aug 2050 02:01:18 UTC',
    'Thu, 18 Aug 2050 02:01:18 AEST',
    'Thu, 18 Aug 50 02:01:18 GMT',
    'Thu 18 Aug 2050 02:01:18 GMT',
    'Thu, 18  Aug  2050 02:01:18 GMT',
    'Thu, 18-Aug-2050 02:01:18 GMT',
    'Thu, 18 Aug 2050 02.01.18 GMT',
    'Thu, 18 Aug 2050 2:01:18 GMT',
    'Thu, 31 Feb 2050 02:01:18 GMT',
    'Thu, 18 Aug 2050 25:01:18 GMT',
  ].map((expires, index): Storing => ({
    id: `expires-invalid-${index}`,
    fields: ['Date', DATE, 'Expires', expires],
    not: 'no-freshness-information',
    spec: 'RFC 9111 §5.3',
  })),
  // heuristics and the default lifetime
  {
    id: 'heuristic',
    fields: ['Date', DATE, 'Last-Modified', before(1000)],
    stored: [100, 'heuristic'],
    spec: 'RFC 9111 §4.2.2',
  },
  {
    id: 'heuristic-capped',
    fields: ['Date', DATE, 'Last-Modified', before(1000 * DAY)],
    stored: [DAY, 'heuristic'],
    spec: 'RFC 9111 §4.2.2',
  },
  {
    id: 'heuristic-future',
    fields: ['Date', DATE, 'Last-Modified', later(1000)],
    stored: [0, 'none'],
    spec: 'RFC 9111 §4.2.2',
  },
  {
    id: 'heuristic-pragma',
    fields: ['Date', DATE, 'Last-Modified', before(1000), 'Pragma', 'no-cache'],
    stored: [0, 'none'],
    spec: 'RFC 9111 §5.4',
  },
  {
    id: 'heuristic-no-cache',
    fields: [CC, 'no-cache', 'Last-Modified', before(1000)],
    stored: [0, 'none'],
    spec: 'RFC 9111 §4.2.2',
  },
  {
    id: 'heuristic-public-unknown-status',
    status: 599,
    fields: [CC, 'public', 'Last-Modified', before(1000)],
    stored: [100, 'heuristic'],
    spec: 'RFC 9111 §4.2.2',
  },
  { id: 'nothing', fields: [], not: 'no-freshness-information', spec: 'RFC 9111 §4.2.2' },
  { id: 'only-etag', fields: ['ETag', '"a"'], stored: [0, 'none'], spec: 'RFC 9111 §3' },
  {
    id: 'default-lifetime',
    fields: [],
    policy: { ttlSeconds: 300 },
    stored: [300, 'default'],
    spec: 'RFC 9111 §4.2.2',
  },
  {
    id: 'default-not-over-heuristic',
    fields: ['Last-Modified', before(1000)],
    policy: { ttlSeconds: 300 },
    stored: [100, 'heuristic'],
    spec: 'RFC 9111 §4.2.2',
  },
  {
    id: 'default-not-over-max-age',
    fields: [CC, 'max-age=5'],
    policy: { ttlSeconds: 300 },
    stored: [5, 'max-age'],
    spec: 'RFC 9111 §4.2.1',
  },
  {
    id: 'default-not-with-authorization',
    fields: [],
    ask: ['Authorization', 'x'],
    policy: { ttlSeconds: 300 },
    not: 'authorization',
    spec: 'RFC 9111 §3.5',
  },
  {
    id: 'default-not-with-no-cache',
    fields: [CC, 'no-cache'],
    policy: { ttlSeconds: 300 },
    not: 'no-freshness-information',
    spec: 'RFC 9111 §5.2.2.4',
  },
  {
    id: 'default-not-with-invalid-expires',
    fields: ['Expires', '0'],
    policy: { ttlSeconds: 300 },
    not: 'no-freshness-information',
    spec: 'RFC 9111 §5.3',
  },
  {
    id: 'default-not-with-invalid-max-age',
    fields: [CC, 'max-age=x'],
    policy: { ttlSeconds: 300 },
    not: 'no-freshness-information',
    spec: 'RFC 9111 §4.2.1',
  },
  {
    id: 'default-not-with-vary-any',
    fields: ['Vary', '*'],
    policy: { ttlSeconds: 300 },
    not: 'vary-any',
    spec: 'RFC 9111 §4.1',
  },
  {
    id: 'default-not-for-201',
    status: 201,
    fields: [],
    policy: { ttlSeconds: 300 },
    not: 'status-not-cacheable',
    spec: 'RFC 9111 §4.2.2',
  },
  {
    id: 'default-not-with-cookie',
    fields: ['Set-Cookie', 'a=b'],
    policy: { ttlSeconds: 300 },
    not: 'set-cookie',
    spec: 'RFC 9111 §7.3',
  },
  // status
  ...[200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501].map((status): Storing => ({
    id: `heuristic-${status}`,
    status,
    fields: ['Last-Modified', before(1000)],
    stored: [100, 'heuristic'],
    spec: 'RFC 9110 §15.1',
  })),
  ...[201, 202, 302, 303, 307, 400, 403, 500, 502, 503, 504, 599].map((status): Storing => ({
    id: `no-heuristic-${status}`,
    status,
    fields: ['Last-Modified', before(1000)],
    not: 'status-not-cacheable',
    spec: 'RFC 9110 §15.1',
  })),
  ...[200, 203, 204, 299, 301, 302, 303, 307, 308, 400, 404, 410, 499, 500, 502, 503, 504, 599].map(
    (status): Storing => ({
      id: `explicit-${status}`,
      status,
      fields: [CC, 'max-age=60'],
      stored: [60, 'max-age'],
      spec: 'RFC 9111 §3',
    }),
  ),
  ...[412, 416, 428, 429, 431, 511].map((status): Storing => ({
    id: `never-${status}`,
    status,
    fields: [CC, 'max-age=60'],
    not: 'status-not-cacheable',
    spec: 'RFC 9111 §3',
  })),
  // directives that forbid
  { id: 'no-store', fields: [CC, 'no-store'], not: 'response-no-store', spec: 'RFC 9111 §5.2.2.5' },
  { id: 'no-store-case', fields: [CC, 'max-age=60, No-StOrE'], not: 'response-no-store', spec: 'RFC 9111 §5.2' },
  {
    id: 'no-store-must-understand',
    fields: [CC, 'max-age=60, no-store, must-understand'],
    stored: [60, 'max-age'],
    spec: 'RFC 9111 §5.2.2.3',
  },
  {
    id: 'must-understand-unknown',
    status: 599,
    fields: [CC, 'max-age=60, must-understand'],
    not: 'not-understood',
    spec: 'RFC 9111 §5.2.2.3',
  },
  { id: 'private', fields: [CC, 'private, max-age=60'], not: 'response-private', spec: 'RFC 9111 §5.2.2.7' },
  {
    id: 'private-fields',
    fields: [CC, 'private="x-user", max-age=60'],
    stored: [60, 'max-age'],
    spec: 'RFC 9111 §5.2.2.7',
  },
  {
    id: 'request-no-store',
    ask: [CC, 'no-store'],
    fields: [CC, 'max-age=60'],
    not: 'request-no-store',
    spec: 'RFC 9111 §5.2.1.5',
  },
  { id: 'no-cache-etag', fields: [CC, 'no-cache', 'ETag', '"a"'], stored: [0, 'none'], spec: 'RFC 9111 §5.2.2.4' },
  { id: 'vary-any', fields: [CC, 'max-age=60', 'Vary', '*'], not: 'vary-any', spec: 'RFC 9111 §4.1' },
  {
    id: 'event-stream',
    fields: [CC, 'max-age=60', 'Content-Type', 'Text/Event-Stream; charset=utf-8'],
    not: 'event-stream',
    spec: 'RFC 9111 §3',
  },
  {
    id: 'vary-any-in-list',
    fields: [CC, 'max-age=60', 'Vary', 'Foo', 'Vary', ' , *'],
    not: 'vary-any',
    spec: 'RFC 9111 §4.1',
  },
  // Authorization and cookies
  {
    id: 'authorization',
    ask: ['Authorization', 'x'],
    fields: [CC, 'max-age=60'],
    not: 'authorization',
    spec: 'RFC 9111 §3.5',
  },
  {
    id: 'authorization-public',
    ask: ['Authorization', 'x'],
    fields: [CC, 'max-age=60, public'],
    stored: [60, 'max-age'],
    spec: 'RFC 9111 §3.5',
  },
  {
    id: 'authorization-s-maxage',
    ask: ['Authorization', 'x'],
    fields: [CC, 's-maxage=60'],
    stored: [60, 's-maxage'],
    spec: 'RFC 9111 §3.5',
  },
  {
    id: 'authorization-must-revalidate',
    ask: ['Authorization', 'x'],
    fields: [CC, 'max-age=60, must-revalidate'],
    stored: [60, 'max-age'],
    spec: 'RFC 9111 §3.5',
  },
  {
    id: 'authorization-proxy-revalidate',
    ask: ['Authorization', 'x'],
    fields: [CC, 'max-age=60, proxy-revalidate'],
    not: 'authorization',
    spec: 'RFC 9111 §3.5',
  },
  {
    id: 'set-cookie-explicit',
    fields: [CC, 'max-age=60', 'Set-Cookie', 'a=b'],
    stored: [60, 'max-age'],
    spec: 'RFC 9111 §7.3',
  },
  {
    id: 'set-cookie-heuristic',
    fields: ['Last-Modified', before(1000), 'Set-Cookie', 'a=b'],
    not: 'set-cookie',
    spec: 'RFC 9111 §7.3',
  },
  {
    id: 'set-cookie-public',
    fields: [CC, 'public', 'Last-Modified', before(1000), 'Set-Cookie', 'a=b'],
    stored: [100, 'heuristic'],
    spec: 'RFC 9111 §7.3',
  },
  // parts
  {
    id: 'part',
    status: 206,
    fields: [CC, 'max-age=60', 'Content-Range', 'bytes 0-4/10'],
    stored: [60, 'max-age'],
    spec: 'RFC 9111 §3.3',
  },
  {
    id: 'part-length-wrong',
    status: 206,
    fields: [CC, 'max-age=60', 'Content-Range', 'bytes 4-9/10', 'Content-Length', '5'],
    not: 'partial',
    spec: 'RFC 9110 §14.4',
  },
  { id: 'part-no-content-range', status: 206, fields: [CC, 'max-age=60'], not: 'partial', spec: 'RFC 9110 §14.4' },
  {
    id: 'part-multipart',
    status: 206,
    fields: [CC, 'max-age=60', 'Content-Type', 'multipart/byteranges; boundary=x'],
    not: 'partial',
    spec: 'RFC 9110 §14.6',
  },
  {
    id: 'part-beyond-length',
    status: 206,
    fields: [CC, 'max-age=60', 'Content-Range', 'bytes 6-10/10'],
    not: 'partial',
    spec: 'RFC 9110 §14.4',
  },
  {
    id: 'part-no-freshness',
    status: 206,
    fields: ['Content-Range', 'bytes 0-4/10'],
    not: 'no-freshness-information',
    spec: 'RFC 9111 §3',
  },
  // limits
  {
    id: 'over-limit',
    fields: [CC, 'max-age=60', 'Content-Length', '1000001'],
    not: 'body-over-limit',
    spec: 'RFC 9111 §3',
  },
  {
    id: 'at-limit',
    fields: [CC, 'max-age=60', 'Content-Length', '1000000'],
    stored: [60, 'max-age'],
    spec: 'RFC 9111 §3',
  },
  {
    id: 'storing-off',
    fields: [CC, 'max-age=60'],
    policy: { maxBodyBytes: 0 },
    not: 'storing-off',
    spec: 'RFC 9111 §3',
  },
  // methods
  { id: 'head', method: 'HEAD', fields: [CC, 'max-age=60'], stored: [60, 'max-age'], spec: 'RFC 9110 §9.3.2' },
  { id: 'post', method: 'POST', fields: [CC, 'max-age=60'], not: 'method-not-cacheable', spec: 'RFC 9110 §9.3.3' },
  {
    id: 'post-content-location',
    method: 'POST',
    fields: [CC, 'max-age=60', 'Content-Location', '/a'],
    stored: [60, 'max-age'],
    spec: 'RFC 9110 §9.3.3',
  },
  {
    id: 'post-other-location',
    method: 'POST',
    fields: [CC, 'max-age=60', 'Content-Location', '/b'],
    not: 'method-not-cacheable',
    spec: 'RFC 9110 §9.3.3',
  },
  {
    id: 'post-no-freshness',
    method: 'POST',
    fields: ['Last-Modified', before(1000), 'Content-Location', '/a'],
    not: 'method-not-cacheable',
    spec: 'RFC 9110 §9.3.3',
  },
  { id: 'put', method: 'PUT', fields: [CC, 'max-age=60'], not: 'method-not-cacheable', spec: 'RFC 9110 §9.2.3' },
  // CDN-Cache-Control
  {
    id: 'cdn-off',
    fields: ['CDN-Cache-Control', 'max-age=600', CC, 'max-age=60'],
    stored: [60, 'max-age'],
    spec: 'RFC 9213 §2.2',
  },
  {
    id: 'cdn-on',
    policy: { cdnCacheControl: true },
    fields: ['CDN-Cache-Control', 'max-age=600', CC, 'no-store'],
    stored: [600, 'cdn-cache-control'],
    spec: 'RFC 9213 §2.2',
  },
  {
    id: 'cdn-no-store',
    policy: { cdnCacheControl: true },
    fields: ['CDN-Cache-Control', 'no-store', CC, 'max-age=60'],
    not: 'response-no-store',
    spec: 'RFC 9213 §2.2',
  },
  {
    id: 'cdn-no-expires',
    policy: { cdnCacheControl: true },
    fields: ['CDN-Cache-Control', 'public', 'Expires', later(100)],
    not: 'no-freshness-information',
    spec: 'RFC 9213 §2.2',
  },
  {
    id: 'cdn-empty',
    policy: { cdnCacheControl: true },
    fields: ['CDN-Cache-Control', '', CC, 'max-age=60'],
    stored: [60, 'max-age'],
    spec: 'RFC 9213 §2.1',
  },
  // fixed-ttl
  {
    id: 'fixed',
    policy: { mode: 'fixed-ttl', ttlSeconds: 3600 },
    fields: [],
    stored: [3600, 'fixed-ttl'],
    spec: 'RFC 9111 §4.2',
  },
  {
    id: 'fixed-overrules',
    policy: { mode: 'fixed-ttl', ttlSeconds: 3600 },
    fields: [CC, 'max-age=1, no-cache'],
    stored: [3600, 'fixed-ttl'],
    spec: 'RFC 9111 §4.2',
  },
  {
    id: 'fixed-status',
    policy: { mode: 'fixed-ttl', ttlSeconds: 3600 },
    status: 302,
    fields: [CC, 'max-age=60'],
    not: 'status-not-cacheable',
    spec: 'RFC 9110 §15.1',
  },
  {
    id: 'fixed-no-store',
    policy: { mode: 'fixed-ttl', ttlSeconds: 3600 },
    fields: [CC, 'no-store'],
    not: 'response-no-store',
    spec: 'RFC 9111 §5.2.2.5',
  },
  {
    id: 'fixed-private',
    policy: { mode: 'fixed-ttl', ttlSeconds: 3600 },
    fields: [CC, 'private'],
    not: 'response-private',
    spec: 'RFC 9111 §5.2.2.7',
  },
  {
    id: 'fixed-authorization',
    policy: { mode: 'fixed-ttl', ttlSeconds: 3600 },
    ask: ['Authorization', 'x'],
    fields: [CC, 'public'],
    not: 'authorization',
    spec: 'RFC 9111 §3.5',
  },
  {
    id: 'fixed-cookie',
    policy: { mode: 'fixed-ttl', ttlSeconds: 3600 },
    fields: [CC, 'public', 'Set-Cookie', 'a=b'],
    not: 'set-cookie',
    spec: 'RFC 9111 §7.3',
  },
  {
    id: 'fixed-share-anyway',
    policy: { mode: 'fixed-ttl', ttlSeconds: 3600, shareAnyway: true },
    ask: ['Authorization', 'x'],
    fields: [CC, 'private, no-store', 'Set-Cookie', 'a=b'],
    stored: [3600, 'fixed-ttl'],
    spec: 'RFC 9111 §3.5',
  },
  {
    id: 'share-anyway-only-fixed',
    policy: { shareAnyway: true },
    fields: [CC, 'private, max-age=60'],
    not: 'response-private',
    spec: 'RFC 9111 §5.2.2.7',
  },
  {
    id: 'fixed-vary-any',
    policy: { mode: 'fixed-ttl', ttlSeconds: 3600 },
    fields: ['Vary', '*'],
    not: 'vary-any',
    spec: 'RFC 9111 §4.1',
  },
  {
    id: 'fixed-post',
    policy: { mode: 'fixed-ttl', ttlSeconds: 3600 },
    method: 'POST',
    fields: ['Content-Location', '/a'],
    not: 'method-not-cacheable',
    spec: 'RFC 9110 §9.3.3',
  },
];

describe('storing', () => {
  it.each(STORING)('$id ($spec)', ({ fields, status, method, ask, policy, stored, not }) => {
    const { cache } = makeCache(policy);
    const request = makeRequest({ method: method ?? 'GET', fields: ask ?? [] });
    const plan = cache.planRequest(request, T0);
    const told = cache.planResponse(request, plan, makeResponse({ status: status ?? 200, fields }), T0);
    if (not !== undefined) {
      expect([told.kind, told.reason]).toEqual(['skip', not]);
      return;
    }
    expect(told.kind).toBe('store');
    const entry = told.kind === 'store' ? cache.commit(told.ticket, [Buffer.from('hello')], T0) : undefined;
    const detail = cache.get(entry!.id);
    expect([detail.entry.lifetimeSeconds, detail.lifetimeSource]).toEqual(stored);
  });

  it('has a clause for every case', () => {
    for (const item of STORING) expect(item.spec).toMatch(/^RFC \d+ §[\d.]+$/);
    expect(new Set(STORING.map((item) => item.id)).size).toBe(STORING.length);
  });

  it('keeps no fields that are private, need a question, or are made anew', () => {
    const { cache } = makeCache();
    const entry = exchange(
      cache,
      makeRequest(),
      makeResponse({
        fields: [
          CC,
          'max-age=60, private="X-User", no-cache="x-a"',
          'X-User',
          'u',
          'X-A',
          '1',
          'X-B',
          '2',
          'Age',
          '3',
          'Content-Length',
          '5',
          'Date',
          DATE,
        ],
      }),
    );
    expect(cache.get(entry!.id).fields).toEqual([
      [CC, 'max-age=60, private="X-User", no-cache="x-a"'],
      ['X-B', '2'],
      ['Date', DATE],
    ]);
  });
});

describe('a new answer to a validation', () => {
  it('takes the place of the old one', () => {
    const { cache } = makeCache();
    const old = exchange(cache, makeRequest(), makeResponse({ fields: [CC, 'max-age=60', 'ETag', '"a"'] }))!;
    const plan = cache.planRequest(makeRequest(), T0 + 61_000);
    const told = cache.planResponse(
      makeRequest(),
      plan,
      makeResponse({ fields: [CC, 'max-age=60', 'ETag', '"b"'], requestAtMs: T0 + 61_000, responseAtMs: T0 + 61_000 }),
      T0 + 61_000,
    );
    expect([told.kind, told.reason]).toEqual(['store', 'validation-changed']);
    const fresh = told.kind === 'store' ? cache.commit(told.ticket, [Buffer.from('new')], T0 + 61_000) : undefined;
    expect(cache.stats()).toMatchObject({ entries: 1, removals: { replaced: 1 } });
    expect(fresh!.id).not.toBe(old.id);
  });
  it('removes the old one when it may not be stored itself', () => {
    const { cache } = makeCache();
    exchange(cache, makeRequest(), makeResponse({ fields: [CC, 'max-age=60', 'ETag', '"a"'] }));
    const plan = cache.planRequest(makeRequest(), T0 + 61_000);
    cache.planResponse(makeRequest(), plan, makeResponse({ fields: [CC, 'no-store'] }), T0 + 61_000);
    expect(cache.stats().entries).toBe(0);
  });
  it('keeps a pin', () => {
    const { cache } = makeCache();
    const old = exchange(cache, makeRequest(), makeResponse({ fields: [CC, 'max-age=60', 'ETag', '"a"'] }))!;
    cache.pin(old.id, true, T0);
    const fresh = exchange(
      cache,
      makeRequest(),
      makeResponse({ fields: [CC, 'max-age=60', 'ETag', '"b"'], responseAtMs: T0 + 61_000, requestAtMs: T0 + 61_000 }),
    )!;
    expect(cache.get(fresh.id).entry.pinned).toBe(true);
  });
});

describe('errors', () => {
  interface Failing {
    id: string;
    stored: string;
    ask?: string[];
    after: number;
    /** A status, or the connection failed. */
    status?: number;
    reason: ReasonCode;
    spec: string;
  }
  const CASES: Failing[] = [
    {
      id: '503-inside',
      stored: 'max-age=60, stale-if-error=60',
      after: 100,
      status: 503,
      reason: 'stale-if-error',
      spec: 'RFC 5861 §4',
    },
    {
      id: '500-inside',
      stored: 'max-age=60, stale-if-error=60',
      after: 100,
      status: 500,
      reason: 'stale-if-error',
      spec: 'RFC 5861 §4',
    },
    {
      id: '502-inside',
      stored: 'max-age=60, stale-if-error=60',
      after: 100,
      status: 502,
      reason: 'stale-if-error',
      spec: 'RFC 5861 §4',
    },
    {
      id: '504-inside',
      stored: 'max-age=60, stale-if-error=60',
      after: 100,
      status: 504,
      reason: 'stale-if-error',
      spec: 'RFC 5861 §4',
    },
    {
      id: '404-inside',
      stored: 'max-age=60, stale-if-error=60',
      after: 100,
      status: 404,
      reason: 'no-freshness-information',
      spec: 'RFC 5861 §4',
    },
    {
      id: '503-outside',
      stored: 'max-age=60, stale-if-error=60',
      after: 121,
      status: 503,
      reason: 'status-not-cacheable',
      spec: 'RFC 5861 §4',
    },
    {
      id: '503-none',
      stored: 'max-age=60',
      after: 100,
      status: 503,
      reason: 'status-not-cacheable',
      spec: 'RFC 9111 §4.2.4',
    },
    {
      id: '503-by-request',
      stored: 'max-age=60',
      ask: [CC, 'stale-if-error=60'],
      after: 100,
      status: 503,
      reason: 'stale-if-error',
      spec: 'RFC 5861 §4',
    },
    {
      id: '503-must-revalidate',
      stored: 'max-age=60, stale-if-error=60, must-revalidate',
      after: 100,
      status: 503,
      reason: 'status-not-cacheable',
      spec: 'RFC 9111 §5.2.2.2',
    },
    {
      id: '503-request-no-cache',
      stored: 'max-age=60, stale-if-error=60',
      ask: [CC, 'no-cache'],
      after: 100,
      status: 503,
      reason: 'status-not-cacheable',
      spec: 'RFC 9111 §5.2.1.4',
    },
    {
      id: 'down-inside',
      stored: 'max-age=60, stale-if-error=60',
      after: 100,
      reason: 'stale-if-error',
      spec: 'RFC 5861 §4',
    },
    {
      id: 'down-outside',
      stored: 'max-age=60, stale-if-error=60',
      after: 121,
      reason: 'upstream-failed',
      spec: 'RFC 5861 §4',
    },
    { id: 'down-none', stored: 'max-age=60', after: 100, reason: 'stale-on-error', spec: 'RFC 9111 §4.2.4' },
    {
      id: 'down-must-revalidate',
      stored: 'max-age=60, must-revalidate',
      after: 100,
      reason: 'upstream-failed',
      spec: 'RFC 9111 §5.2.2.2',
    },
    {
      id: 'down-proxy-revalidate',
      stored: 'max-age=60, proxy-revalidate',
      after: 100,
      reason: 'upstream-failed',
      spec: 'RFC 9111 §5.2.2.8',
    },
    { id: 'down-s-maxage', stored: 's-maxage=60', after: 100, reason: 'upstream-failed', spec: 'RFC 9111 §5.2.2.10' },
    {
      id: 'down-no-cache',
      stored: 'max-age=60, no-cache',
      after: 1,
      reason: 'upstream-failed',
      spec: 'RFC 9111 §5.2.2.4',
    },
    {
      id: 'down-request-no-cache',
      stored: 'max-age=60',
      ask: [CC, 'no-cache'],
      after: 1,
      reason: 'upstream-failed',
      spec: 'RFC 9111 §5.2.1.4',
    },
    {
      id: 'down-request-max-age',
      stored: 'max-age=60',
      ask: [CC, 'max-age=5'],
      after: 10,
      reason: 'upstream-failed',
      spec: 'RFC 9111 §5.2.1.1',
    },
  ];
  it('past an Expires before its Date, the window counts from there', () => {
    for (const [window, kind] of [
      [60, 'skip'],
      [3700, 'serve-stale'],
    ] as const) {
      const { cache } = makeCache();
      exchange(
        cache,
        makeRequest(),
        makeResponse({
          fields: [CC, `stale-if-error=${window}`, 'Date', DATE, 'Expires', before(3600), 'ETag', '"a"'],
        }),
      );
      const plan = cache.planRequest(makeRequest(), T0);
      expect([plan.reason, plan.facts['secondsAgo']]).toEqual(['expired', 3600]);
      expect(cache.planResponse(makeRequest(), plan, makeResponse({ status: 503, fields: [] }), T0).kind).toBe(kind);
    }
  });
  it.each([
    ['must-revalidate', 'max-age=60, must-revalidate', 'connection_refused', 504],
    ['proxy-revalidate', 'max-age=60, proxy-revalidate', 'connection_terminated', 504],
    ['s-maxage', 's-maxage=60', 'dns_error', 504],
    ['no-cache', 'max-age=60, no-cache', 'destination_ip_unroutable', 504],
    ['must-revalidate, a name server in time', 'max-age=60, must-revalidate', 'dns_timeout', 504],
    ['must-revalidate, an answer that is no HTTP', 'max-age=60, must-revalidate', 'http_protocol_error', undefined],
    ['must-revalidate, a certificate', 'max-age=60, must-revalidate', 'tls_certificate_error', undefined],
    ['must-revalidate, a client that stopped sending', 'max-age=60, must-revalidate', 'http_request_error', undefined],
    ['a stale-if-error window that is over', 'max-age=60, stale-if-error=1', 'connection_refused', undefined],
  ] as const)('the origin gone: %s (RFC 9111 §5.2.2.2)', (_, stored, error, status) => {
    const { cache } = makeCache();
    exchange(cache, makeRequest(), makeResponse({ fields: [CC, stored, 'ETag', '"a"'] }));
    const told = cache.planFailure(makeRequest(), cache.planRequest(makeRequest(), T0 + 100_000), error, T0 + 100_000);
    expect([told.kind, told.reason, told.kind === 'fail' && told.status]).toEqual(['fail', 'upstream-failed', status]);
  });
  it.each(CASES)('$id → $reason ($spec)', ({ stored, ask, after, status, reason }) => {
    const { cache } = makeCache();
    exchange(cache, makeRequest(), makeResponse({ fields: [CC, stored, 'ETag', '"a"'] }));
    const request = makeRequest({ fields: ask ?? [] });
    const nowMs = T0 + after * 1000;
    const plan = cache.planRequest(request, nowMs);
    expect(plan.kind).toBe('validate');
    const told =
      status === undefined
        ? cache.planFailure(request, plan, 'connection_terminated', nowMs)
        : cache.planResponse(request, plan, makeResponse({ status, fields: [] }), nowMs);
    expect(told.reason).toBe(reason);
    expect(told.kind === 'serve-stale').toBe(reason.startsWith('stale'));
  });
  it('fails when nothing is stored, and when it was the client who left', () => {
    const { cache } = makeCache();
    expect(cache.planFailure(makeRequest(), cache.planRequest(makeRequest(), T0), 'connection_refused', T0).kind).toBe(
      'fail',
    );
    exchange(cache, makeRequest(), makeResponse());
    expect(
      cache.planFailure(makeRequest(), cache.planRequest(makeRequest(), T0 + 61_000), 'client_aborted', T0 + 61_000)
        .kind,
    ).toBe('fail');
  });
});

describe('invalidation', () => {
  interface Invalidating {
    id: string;
    method: string;
    status?: number;
    fields?: string[];
    /** Paths stored before; those expected to be gone. */
    gone: string[];
    policy?: Partial<CachePolicy>;
    spec: string;
  }
  const CASES: Invalidating[] = [
    { id: 'post', method: 'POST', gone: ['/a'], spec: 'RFC 9111 §4.4' },
    { id: 'put', method: 'PUT', gone: ['/a'], spec: 'RFC 9111 §4.4' },
    { id: 'delete', method: 'DELETE', status: 204, gone: ['/a'], spec: 'RFC 9111 §4.4' },
    { id: 'unknown', method: 'M-SEARCH', gone: ['/a'], spec: 'RFC 9111 §4.4' },
    {
      id: 'redirect',
      method: 'POST',
      status: 303,
      fields: ['Location', '/b'],
      gone: ['/a', '/b'],
      spec: 'RFC 9111 §4.4',
    },
    { id: 'failed', method: 'POST', status: 500, gone: [], spec: 'RFC 9111 §4.4' },
    { id: 'refused', method: 'PUT', status: 403, gone: [], spec: 'RFC 9111 §4.4' },
    { id: 'options', method: 'OPTIONS', gone: [], spec: 'RFC 9110 §9.2.1' },
    { id: 'trace', method: 'TRACE', gone: [], spec: 'RFC 9110 §9.2.1' },
    {
      id: 'location',
      method: 'POST',
      status: 201,
      fields: ['Location', 'b'],
      gone: ['/a', '/b'],
      spec: 'RFC 9111 §4.4',
    },
    {
      id: 'content-location',
      method: 'PUT',
      fields: ['Content-Location', 'http://example.test/b'],
      gone: ['/a', '/b'],
      spec: 'RFC 9111 §4.4',
    },
    {
      id: 'other-origin',
      method: 'PUT',
      fields: ['Location', 'http://other.test/b'],
      gone: ['/a'],
      spec: 'RFC 9111 §4.4',
    },
    {
      id: 'other-scheme',
      method: 'PUT',
      fields: ['Location', 'https://example.test/b'],
      gone: ['/a'],
      spec: 'RFC 9111 §4.4',
    },
    {
      id: 'mode-off',
      method: 'PUT',
      policy: { mode: 'off' },
      fields: ['Location', '/b'],
      gone: ['/a', '/b'],
      spec: 'RFC 9111 §4.4',
    },
    { id: 'mode-off-failed', method: 'PUT', status: 500, policy: { mode: 'off' }, gone: [], spec: 'RFC 9111 §4.4' },
    { id: 'mode-off-safe', method: 'OPTIONS', policy: { mode: 'off' }, gone: [], spec: 'RFC 9110 §9.2.1' },
    { id: 'storing-off', method: 'POST', policy: { maxBodyBytes: 0 }, gone: ['/a'], spec: 'RFC 9111 §4.4' },
    { id: 'fixed-ttl', method: 'POST', policy: { mode: 'fixed-ttl' }, gone: ['/a'], spec: 'RFC 9111 §4.4' },
    { id: 'nonsense', method: 'PUT', fields: ['Location', 'http://['], gone: ['/a'], spec: 'RFC 9111 §4.4' },
  ];
  it.each(CASES)('$id ($spec)', ({ method, status, fields, gone, policy: during }) => {
    const { cache, policy } = makeCache();
    const paths = ['/a', '/b', '/c'];
    for (const path of paths) exchange(cache, makeRequest({ url: `http://example.test${path}` }), makeResponse());
    const request = makeRequest({ method, hasBody: true });
    const before = { ...policy };
    Object.assign(policy, during);
    cache.planResponse(
      request,
      cache.planRequest(request, T0),
      makeResponse({ status: status ?? 200, fields: fields ?? [] }),
      T0,
    );
    Object.assign(policy, before);
    const left = paths.filter(
      (path) => cache.planRequest(makeRequest({ url: `http://example.test${path}` }), T0).kind === 'serve',
    );
    expect(left).toEqual(paths.filter((path) => !gone.includes(path)));
  });
  it('tells the next request', () => {
    const { cache } = makeCache();
    exchange(cache, makeRequest(), makeResponse());
    const post = makeRequest({ method: 'POST' });
    cache.planResponse(post, cache.planRequest(post, T0), makeResponse({ fields: [] }), T0 + 5);
    const told = cache.planRequest(makeRequest(), T0 + 10);
    expect([told.reason, told.neighbour]).toEqual([
      'invalidated',
      { url: URL_A, difference: { kind: 'removed', atMs: T0 + 5, why: 'invalidated', by: 'POST /a' } },
    ]);
  });
});
