/** Request decisions as a table: what is stored, how long ago, what is asked → plan and reason, with the clause behind it. */
import { describe, expect, it } from 'vitest';
import type { ReasonCode } from '../../contract/reasons.ts';
import type { CachePolicy, RequestPlan } from '../plan.ts';
import { exchange, makeCache, makeRequest, makeResponse, T0 } from '../testkit/make.ts';

interface Case {
  id: string;
  /** Fields of the stored response; undefined: nothing is stored. */
  stored?: string[];
  storedBy?: { method?: string; fields?: string[]; status?: number };
  /** Seconds between storing and asking. */
  after?: number;
  method?: string;
  ask?: string[];
  /** The request has content. */
  content?: true;
  /** The request carries the control token. */
  secret?: true;
  policy?: Partial<CachePolicy>;
  plan: RequestPlan['kind'];
  reason: ReasonCode;
  spec: string;
}

const cc = (value: string, ...more: string[]): string[] => ['Cache-Control', value, ...more];
const etag = ['ETag', '"v1"'];
/** Expires that many seconds before Date. */
const expired = (seconds: number, ...more: string[]): string[] => cc(more[0]!, 'Date', new Date(T0).toUTCString(), 'Expires', new Date(T0 - seconds * 1000).toUTCString(), ...more.slice(1));
const CC = 'Cache-Control';

const CASES: Case[] = [
  // nothing stored
  { id: 'empty-get', plan: 'fetch', reason: 'uri-miss', spec: 'RFC 9111 §4' },
  { id: 'empty-head', method: 'HEAD', plan: 'fetch', reason: 'uri-miss', spec: 'RFC 9111 §4' },
  { id: 'empty-only-if-cached', ask: [CC, 'only-if-cached'], plan: 'refuse-504', reason: 'only-if-cached', spec: 'RFC 9111 §5.2.1.7' },
  { id: 'empty-no-cache', ask: [CC, 'no-cache'], plan: 'fetch', reason: 'uri-miss', spec: 'RFC 9111 §4' },
  // methods
  { id: 'post', method: 'POST', stored: cc('max-age=60'), plan: 'fetch', reason: 'method-not-cacheable', spec: 'RFC 9110 §9.3.3' },
  { id: 'put', method: 'PUT', stored: cc('max-age=60'), plan: 'bypass', reason: 'method-not-cacheable', spec: 'RFC 9110 §9.2.3' },
  { id: 'delete', method: 'DELETE', plan: 'bypass', reason: 'method-not-cacheable', spec: 'RFC 9110 §9.2.3' },
  { id: 'patch', method: 'PATCH', plan: 'bypass', reason: 'method-not-cacheable', spec: 'RFC 9110 §9.2.3' },
  { id: 'options', method: 'OPTIONS', plan: 'bypass', reason: 'method-not-cacheable', spec: 'RFC 9110 §9.2.3' },
  { id: 'unknown-method', method: 'M-SEARCH', plan: 'bypass', reason: 'method-not-cacheable', spec: 'RFC 9110 §9.2.3' },
  { id: 'method-is-case-sensitive', method: 'get', stored: cc('max-age=60'), plan: 'bypass', reason: 'method-not-cacheable', spec: 'RFC 9110 §9.1' },
  // the control token
  { id: 'secret', secret: true, stored: cc('max-age=60'), plan: 'bypass', reason: 'control-token', spec: 'RFC 9111 §7.3' },
  { id: 'secret-post', secret: true, method: 'POST', plan: 'bypass', reason: 'control-token', spec: 'RFC 9111 §7.3' },
  { id: 'secret-fixed-ttl', secret: true, policy: { mode: 'fixed-ttl', ttlSeconds: 60, shareAnyway: true }, plan: 'bypass', reason: 'control-token', spec: 'RFC 9111 §7.3' },
  // content
  { id: 'get-content', content: true, stored: cc('max-age=60'), plan: 'bypass', reason: 'request-content', spec: 'RFC 9110 §9.3.1' },
  { id: 'get-content-nothing-stored', content: true, plan: 'bypass', reason: 'request-content', spec: 'RFC 9110 §9.3.1' },
  { id: 'get-content-stale-validators', content: true, stored: cc('max-age=60', ...etag), after: 61, plan: 'bypass', reason: 'request-content', spec: 'RFC 9110 §9.3.1' },
  { id: 'get-content-range', content: true, stored: cc('max-age=60'), ask: ['Range', 'bytes=0-1'], plan: 'bypass', reason: 'request-content', spec: 'RFC 9110 §9.3.1' },
  { id: 'head-content', content: true, method: 'HEAD', stored: cc('max-age=60'), plan: 'bypass', reason: 'request-content', spec: 'RFC 9110 §9.3.2' },
  { id: 'get-content-only-if-cached', content: true, stored: cc('max-age=60'), ask: [CC, 'only-if-cached'], plan: 'refuse-504', reason: 'only-if-cached', spec: 'RFC 9111 §5.2.1.7' },
  { id: 'post-content', content: true, method: 'POST', plan: 'fetch', reason: 'method-not-cacheable', spec: 'RFC 9110 §9.3.3' },
  { id: 'off-content', content: true, policy: { mode: 'off' }, plan: 'bypass', reason: 'cache-off', spec: 'RFC 9211 §2.2' },
  { id: 'fixed-ttl-content', content: true, policy: { mode: 'fixed-ttl', ttlSeconds: 60 }, stored: [], plan: 'bypass', reason: 'request-content', spec: 'RFC 9110 §9.3.1' },
  // an Expires in the past: the lifetime is negative, and staleness counts from there
  { id: 'expires-past-swr-beyond', stored: expired(3600, 'stale-while-revalidate=60', ...etag), plan: 'validate', reason: 'expired', spec: 'RFC 9111 §4.2.1' },
  { id: 'expires-past-swr-within', stored: expired(3600, 'stale-while-revalidate=4000', ...etag), plan: 'serve-stale-and-revalidate', reason: 'stale-while-revalidate', spec: 'RFC 5861 §3' },
  { id: 'expires-past-swr-edge', stored: expired(3600, 'stale-while-revalidate=4000', ...etag), after: 401, plan: 'validate', reason: 'expired', spec: 'RFC 5861 §3' },
  { id: 'expires-past-max-stale-beyond', stored: expired(3600, 'public', ...etag), ask: [CC, 'max-stale=60'], plan: 'validate', reason: 'expired', spec: 'RFC 9111 §5.2.1.2' },
  { id: 'expires-past-max-stale-within', stored: expired(3600, 'public', ...etag), after: 10, ask: [CC, 'max-stale=3610'], plan: 'serve', reason: 'stale-allowed', spec: 'RFC 9111 §5.2.1.2' },
  { id: 'expires-1970-max-stale', stored: expired(1_700_000_000, 'public', ...etag), ask: [CC, 'max-stale=100000'], plan: 'validate', reason: 'expired', spec: 'RFC 9111 §5.2.1.2' },
  { id: 'expires-1970-max-stale-any', stored: expired(1_700_000_000, 'public', ...etag), ask: [CC, 'max-stale'], plan: 'serve', reason: 'stale-allowed', spec: 'RFC 9111 §5.2.1.2' },
  { id: 'expires-year-100', stored: cc('stale-while-revalidate=2147483647', 'Expires', 'Mon, 01 Jan 0100 00:00:00 GMT', ...etag), after: 1, plan: 'validate', reason: 'expired', spec: 'RFC 9111 §4.2.1' },
  { id: 'expires-past-min-fresh', stored: expired(3600, 'stale-while-revalidate=9000', ...etag), ask: [CC, 'min-fresh=1'], plan: 'validate', reason: 'expired', spec: 'RFC 9111 §5.2.1.3' },
  { id: 'expires-past-only-if-cached', stored: expired(3600, 'stale-while-revalidate=60', ...etag), ask: [CC, 'only-if-cached'], plan: 'refuse-504', reason: 'only-if-cached', spec: 'RFC 9111 §5.2.1.7' },
  // freshness
  { id: 'fresh-max-age', stored: cc('max-age=60'), after: 59, plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §4.2' },
  { id: 'age-equals-lifetime', stored: cc('max-age=60', ...etag), after: 60, plan: 'validate', reason: 'expired', spec: 'RFC 9111 §4.2' },
  { id: 'expired-validators', stored: cc('max-age=60', ...etag), after: 61, plan: 'validate', reason: 'expired', spec: 'RFC 9111 §4.3.1' },
  { id: 'expired-last-modified', stored: cc('max-age=60', 'Last-Modified', 'Mon, 13 Nov 2023 22:13:20 GMT'), after: 61, plan: 'validate', reason: 'expired', spec: 'RFC 9111 §4.3.1' },
  { id: 'expired-no-validators', stored: cc('max-age=60'), after: 61, plan: 'fetch', reason: 'expired', spec: 'RFC 9111 §4.3.1' },
  { id: 'fresh-head-from-get', method: 'HEAD', stored: cc('max-age=60'), after: 1, plan: 'serve', reason: 'fresh', spec: 'RFC 9110 §9.3.2' },
  { id: 'get-from-head', stored: cc('max-age=60'), storedBy: { method: 'HEAD' }, after: 1, plan: 'fetch', reason: 'method-mismatch', spec: 'RFC 9111 §4' },
  { id: 'head-from-head', method: 'HEAD', stored: cc('max-age=60'), storedBy: { method: 'HEAD' }, after: 1, plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §4' },
  { id: 's-maxage-fresh', stored: cc('max-age=1, s-maxage=60'), after: 30, plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §5.2.2.10' },
  { id: 's-maxage-expired', stored: cc('max-age=60, s-maxage=1', ...etag), after: 30, plan: 'validate', reason: 'expired', spec: 'RFC 9111 §5.2.2.10' },
  { id: 'age-received', stored: cc('max-age=60', 'Age', '50', ...etag), after: 11, plan: 'validate', reason: 'expired', spec: 'RFC 9111 §4.2.3' },
  { id: 'age-received-fresh', stored: cc('max-age=60', 'Age', '50'), after: 9, plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §4.2.3' },
  { id: 'immutable-expired', stored: cc('max-age=60, immutable', ...etag), after: 61, plan: 'validate', reason: 'expired', spec: 'RFC 8246 §2' },
  // request directives
  { id: 'request-no-store', stored: cc('max-age=60'), ask: [CC, 'no-store'], plan: 'bypass', reason: 'request-no-store', spec: 'RFC 9111 §5.2.1.5' },
  { id: 'request-no-store-only-if-cached', stored: cc('max-age=60'), ask: [CC, 'no-store, only-if-cached'], plan: 'refuse-504', reason: 'only-if-cached', spec: 'RFC 9111 §5.2.1.7' },
  { id: 'empty-no-store-only-if-cached', ask: [CC, 'only-if-cached', CC, 'no-store'], plan: 'refuse-504', reason: 'only-if-cached', spec: 'RFC 9111 §5.2.1.7' },
  { id: 'request-no-cache', stored: cc('max-age=60', ...etag), ask: [CC, 'no-cache'], plan: 'validate', reason: 'request-no-cache', spec: 'RFC 9111 §5.2.1.4' },
  { id: 'request-no-cache-no-validators', stored: cc('max-age=60'), ask: [CC, 'no-cache'], plan: 'fetch', reason: 'request-no-cache', spec: 'RFC 9111 §5.2.1.4' },
  { id: 'request-no-cache-any-case', stored: cc('max-age=60', ...etag), ask: ['cache-control', 'No-Cache'], plan: 'validate', reason: 'request-no-cache', spec: 'RFC 9111 §5.2' },
  { id: 'pragma', stored: cc('max-age=60', ...etag), ask: ['Pragma', 'no-cache'], plan: 'validate', reason: 'request-no-cache', spec: 'RFC 9111 §5.4' },
  { id: 'pragma-beside-cache-control', stored: cc('max-age=60', ...etag), ask: ['Pragma', 'no-cache', CC, 'max-age=30'], plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §5.4' },
  { id: 'pragma-other', stored: cc('max-age=60'), ask: ['Pragma', 'foo'], plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §5.4' },
  { id: 'request-max-age-0', stored: cc('max-age=60', ...etag), ask: [CC, 'max-age=0'], plan: 'validate', reason: 'request-max-age', spec: 'RFC 9111 §5.2.1.1' },
  { id: 'request-max-age-younger', stored: cc('max-age=60'), after: 10, ask: [CC, 'max-age=20'], plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §5.2.1.1' },
  { id: 'request-max-age-older', stored: cc('max-age=60', ...etag), after: 30, ask: [CC, 'max-age=20'], plan: 'validate', reason: 'request-max-age', spec: 'RFC 9111 §5.2.1.1' },
  { id: 'request-max-age-invalid', stored: cc('max-age=60', ...etag), after: 1, ask: [CC, 'max-age=x'], plan: 'validate', reason: 'request-max-age', spec: 'RFC 9111 §1.2.2' },
  { id: 'request-min-fresh-ok', stored: cc('max-age=60'), after: 10, ask: [CC, 'min-fresh=40'], plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §5.2.1.3' },
  { id: 'request-min-fresh-short', stored: cc('max-age=60', ...etag), after: 30, ask: [CC, 'min-fresh=40'], plan: 'validate', reason: 'request-min-fresh', spec: 'RFC 9111 §5.2.1.3' },
  { id: 'request-min-fresh-no-validators', stored: cc('max-age=60'), after: 30, ask: [CC, 'min-fresh=40'], plan: 'fetch', reason: 'request-min-fresh', spec: 'RFC 9111 §5.2.1.3' },
  { id: 'request-max-stale-any', stored: cc('max-age=60'), after: 500, ask: [CC, 'max-stale'], plan: 'serve', reason: 'stale-allowed', spec: 'RFC 9111 §5.2.1.2' },
  { id: 'request-max-stale-within', stored: cc('max-age=60'), after: 90, ask: [CC, 'max-stale=40'], plan: 'serve', reason: 'stale-allowed', spec: 'RFC 9111 §5.2.1.2' },
  { id: 'request-max-stale-beyond', stored: cc('max-age=60', ...etag), after: 120, ask: [CC, 'max-stale=40'], plan: 'validate', reason: 'expired', spec: 'RFC 9111 §5.2.1.2' },
  { id: 'request-max-stale-must-revalidate', stored: cc('max-age=60, must-revalidate', ...etag), after: 90, ask: [CC, 'max-stale=40'], plan: 'validate', reason: 'expired', spec: 'RFC 9111 §5.2.2.2' },
  { id: 'request-max-stale-proxy-revalidate', stored: cc('max-age=60, proxy-revalidate', ...etag), after: 90, ask: [CC, 'max-stale=40'], plan: 'validate', reason: 'expired', spec: 'RFC 9111 §5.2.2.8' },
  { id: 'request-max-stale-s-maxage', stored: cc('s-maxage=60', ...etag), after: 90, ask: [CC, 'max-stale=40'], plan: 'validate', reason: 'expired', spec: 'RFC 9111 §5.2.2.10' },
  { id: 'request-max-stale-invalid', stored: cc('max-age=60', ...etag), after: 61, ask: [CC, 'max-stale=x'], plan: 'validate', reason: 'expired', spec: 'RFC 9111 §1.2.2' },
  { id: 'only-if-cached-fresh', stored: cc('max-age=60'), after: 10, ask: [CC, 'only-if-cached'], plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §5.2.1.7' },
  { id: 'only-if-cached-stale', stored: cc('max-age=60', ...etag), after: 61, ask: [CC, 'only-if-cached'], plan: 'refuse-504', reason: 'only-if-cached', spec: 'RFC 9111 §5.2.1.7' },
  { id: 'only-if-cached-max-stale', stored: cc('max-age=60'), after: 61, ask: [CC, 'only-if-cached, max-stale'], plan: 'serve', reason: 'stale-allowed', spec: 'RFC 9111 §5.2.1.7' },
  { id: 'only-if-cached-vary', stored: cc('max-age=60', 'Vary', 'Foo'), ask: [CC, 'only-if-cached', 'Foo', '1'], plan: 'refuse-504', reason: 'only-if-cached', spec: 'RFC 9111 §5.2.1.7' },
  { id: 'request-no-transform', stored: cc('max-age=60'), ask: [CC, 'no-transform'], plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §5.2.1.6' },
  { id: 'request-unknown-directive', stored: cc('max-age=60'), ask: [CC, 'nothing-to-see-here'], plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §5.2.3' },
  { id: 'request-cookie', stored: cc('max-age=60'), ask: ['Cookie', 'a=b'], plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §4' },
  { id: 'request-authorization', stored: cc('max-age=60'), ask: ['Authorization', 'Basic x'], plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §3.5' },
  // conditions
  { id: 'if-none-match', stored: cc('max-age=60', ...etag), ask: ['If-None-Match', '"v1"'], plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §4.3.2' },
  { id: 'if-match', stored: cc('max-age=60', ...etag), ask: ['If-Match', '"v1"'], plan: 'fetch', reason: 'request-condition', spec: 'RFC 9111 §4.3.2' },
  { id: 'if-unmodified-since', stored: cc('max-age=60'), ask: ['If-Unmodified-Since', 'Mon, 13 Nov 2023 22:13:20 GMT'], plan: 'fetch', reason: 'request-condition', spec: 'RFC 9111 §4.3.2' },
  // stored directives
  { id: 'stored-no-cache', stored: cc('max-age=60, no-cache', ...etag), plan: 'validate', reason: 'validation-required', spec: 'RFC 9111 §5.2.2.4' },
  { id: 'stored-no-cache-max-stale', stored: cc('no-cache', ...etag), ask: [CC, 'max-stale'], plan: 'validate', reason: 'validation-required', spec: 'RFC 9111 §5.2.2.4' },
  { id: 'stored-no-cache-fields', stored: cc('max-age=60, no-cache="x-a"'), plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §5.2.2.4' },
  { id: 'stored-must-revalidate-fresh', stored: cc('max-age=60, must-revalidate'), after: 30, plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §5.2.2.2' },
  { id: 'stored-must-revalidate-stale', stored: cc('max-age=60, must-revalidate, stale-while-revalidate=600', ...etag), after: 61, plan: 'validate', reason: 'expired', spec: 'RFC 9111 §5.2.2.2' },
  // stale-while-revalidate
  { id: 'swr-inside', stored: cc('max-age=60, stale-while-revalidate=30', ...etag), after: 80, plan: 'serve-stale-and-revalidate', reason: 'stale-while-revalidate', spec: 'RFC 5861 §3' },
  { id: 'swr-edge', stored: cc('max-age=60, stale-while-revalidate=30', ...etag), after: 90, plan: 'serve-stale-and-revalidate', reason: 'stale-while-revalidate', spec: 'RFC 5861 §3' },
  { id: 'swr-outside', stored: cc('max-age=60, stale-while-revalidate=30', ...etag), after: 91, plan: 'validate', reason: 'expired', spec: 'RFC 5861 §3' },
  { id: 'swr-no-validators', stored: cc('max-age=60, stale-while-revalidate=30'), after: 70, plan: 'serve-stale-and-revalidate', reason: 'stale-while-revalidate', spec: 'RFC 5861 §3' },
  { id: 'swr-request-no-cache', stored: cc('max-age=60, stale-while-revalidate=30', ...etag), after: 70, ask: [CC, 'no-cache'], plan: 'validate', reason: 'request-no-cache', spec: 'RFC 9111 §5.2.1.4' },
  { id: 'swr-request-min-fresh', stored: cc('max-age=60, stale-while-revalidate=30', ...etag), after: 70, ask: [CC, 'min-fresh=1'], plan: 'validate', reason: 'expired', spec: 'RFC 9111 §5.2.1.3' },
  { id: 'swr-invalid', stored: cc('max-age=60, stale-while-revalidate=x', ...etag), after: 70, plan: 'validate', reason: 'expired', spec: 'RFC 9111 §1.2.2' },
  // Vary
  { id: 'vary-match', stored: cc('max-age=60', 'Vary', 'Foo'), storedBy: { fields: ['Foo', '1'] }, ask: ['foo', '1'], plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §4.1' },
  { id: 'vary-differs', stored: cc('max-age=60', 'Vary', 'Foo'), storedBy: { fields: ['Foo', '1'] }, ask: ['Foo', '2'], plan: 'fetch', reason: 'vary-mismatch', spec: 'RFC 9111 §4.1' },
  { id: 'vary-omitted-now', stored: cc('max-age=60', 'Vary', 'Foo'), storedBy: { fields: ['Foo', '1'] }, plan: 'fetch', reason: 'vary-mismatch', spec: 'RFC 9111 §4.1' },
  { id: 'vary-omitted-then', stored: cc('max-age=60', 'Vary', 'Foo'), ask: ['Foo', '1'], plan: 'fetch', reason: 'vary-mismatch', spec: 'RFC 9111 §4.1' },
  { id: 'vary-omitted-both', stored: cc('max-age=60', 'Vary', 'Foo'), plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §4.1' },
  { id: 'vary-empty-is-not-absent', stored: cc('max-age=60', 'Vary', 'Foo'), ask: ['Foo', ''], plan: 'fetch', reason: 'vary-mismatch', spec: 'RFC 9111 §4.1' },
  { id: 'vary-language-order', stored: cc('max-age=60', 'Vary', 'Accept-Language'), storedBy: { fields: ['Accept-Language', 'en, de'] }, ask: ['Accept-Language', 'DE,en'], plan: 'serve', reason: 'fresh', spec: 'RFC 9110 §12.5.4' },
  { id: 'vary-language-weight', stored: cc('max-age=60', 'Vary', 'Accept-Language'), storedBy: { fields: ['Accept-Language', 'en, de'] }, ask: ['Accept-Language', 'en, de;q=0.5'], plan: 'fetch', reason: 'vary-mismatch', spec: 'RFC 9110 §12.5.4' },
  { id: 'vary-language-served', stored: cc('max-age=60', 'Vary', 'Accept-Language', 'Content-Language', 'de'), storedBy: { fields: ['Accept-Language', 'en, de'] }, ask: ['Accept-Language', 'fr;q=0.5, de'], plan: 'serve', reason: 'fresh', spec: 'RFC 9110 §12.5.4' },
  { id: 'vary-encoding-alias', stored: cc('max-age=60', 'Vary', 'Accept-Encoding'), storedBy: { fields: ['Accept-Encoding', 'gzip, br'] }, ask: ['Accept-Encoding', 'br;q=1.0, x-gzip'], plan: 'serve', reason: 'fresh', spec: 'RFC 9110 §12.5.3' },
  { id: 'vary-two-fields', stored: cc('max-age=60', 'Vary', 'Foo, Bar'), storedBy: { fields: ['Foo', '1', 'Bar', '2'] }, ask: ['Bar', '2', 'Foo', '1'], plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §4.1' },
  { id: 'vary-two-lines', stored: cc('max-age=60', 'Vary', 'Foo', 'Vary', 'Bar'), storedBy: { fields: ['Foo', '1', 'Bar', '2'] }, ask: ['Foo', '1', 'Bar', '3'], plan: 'fetch', reason: 'vary-mismatch', spec: 'RFC 9110 §5.3' },
  // ranges
  { id: 'range-of-whole', stored: cc('max-age=60'), ask: ['Range', 'bytes=0-1'], plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §3.3' },
  { id: 'range-of-part', stored: cc('max-age=60', 'Content-Range', 'bytes 0-4/10'), storedBy: { status: 206 }, ask: ['Range', 'bytes=1-3'], plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §3.3' },
  { id: 'range-outside-part', stored: cc('max-age=60', 'Content-Range', 'bytes 0-4/10'), storedBy: { status: 206 }, ask: ['Range', 'bytes=3-7'], plan: 'fetch', reason: 'partial-miss', spec: 'RFC 9111 §3.3' },
  { id: 'whole-of-part', stored: cc('max-age=60', 'Content-Range', 'bytes 0-4/10'), storedBy: { status: 206 }, plan: 'fetch', reason: 'partial-miss', spec: 'RFC 9111 §3.3' },
  { id: 'head-of-part', method: 'HEAD', stored: cc('max-age=60', 'Content-Range', 'bytes 0-4/10'), storedBy: { status: 206 }, plan: 'fetch', reason: 'partial-miss', spec: 'RFC 9111 §3.3' },
  { id: 'range-if-range-other', stored: cc('max-age=60', 'Content-Range', 'bytes 0-4/10', ...etag), storedBy: { status: 206 }, ask: ['Range', 'bytes=1-3', 'If-Range', '"v2"'], plan: 'fetch', reason: 'partial-miss', spec: 'RFC 9110 §13.1.5' },
  { id: 'range-if-range-same', stored: cc('max-age=60', 'Content-Range', 'bytes 0-4/10', ...etag), storedBy: { status: 206 }, ask: ['Range', 'bytes=1-3', 'If-Range', '"v1"'], plan: 'serve', reason: 'fresh', spec: 'RFC 9110 §13.1.5' },
  { id: 'range-unknown-length', stored: cc('max-age=60', 'Content-Range', 'bytes 0-4/*'), storedBy: { status: 206 }, ask: ['Range', 'bytes=-2'], plan: 'fetch', reason: 'partial-miss', spec: 'RFC 9110 §14.4' },
  // modes
  { id: 'off', stored: cc('max-age=60'), policy: { mode: 'off' }, plan: 'bypass', reason: 'cache-off', spec: 'RFC 9211 §2.2' },
  { id: 'fixed-ttl-no-store', policy: { mode: 'fixed-ttl', ttlSeconds: 60, shareAnyway: true }, stored: cc('no-store'), after: 30, plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §4.2.1' },
  { id: 'fixed-ttl-max-age-0', policy: { mode: 'fixed-ttl', ttlSeconds: 60 }, stored: cc('max-age=0'), after: 30, plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §4.2.1' },
  { id: 'fixed-ttl-no-cache', policy: { mode: 'fixed-ttl', ttlSeconds: 60 }, stored: cc('no-cache'), after: 30, plan: 'serve', reason: 'fresh', spec: 'RFC 9111 §4.2.1' },
  { id: 'fixed-ttl-over', policy: { mode: 'fixed-ttl', ttlSeconds: 60 }, stored: cc('max-age=3600', ...etag), after: 61, plan: 'validate', reason: 'expired', spec: 'RFC 9111 §4.2.1' },
  { id: 'fixed-ttl-vary', policy: { mode: 'fixed-ttl', ttlSeconds: 60 }, stored: ['Vary', 'Foo'], ask: ['Foo', '1'], plan: 'fetch', reason: 'vary-mismatch', spec: 'RFC 9111 §4.1' },
  { id: 'fixed-ttl-part', policy: { mode: 'fixed-ttl', ttlSeconds: 60 }, stored: ['Content-Range', 'bytes 0-4/10'], storedBy: { status: 206 }, plan: 'fetch', reason: 'partial-miss', spec: 'RFC 9111 §3.3' },
];

describe('request decisions', () => {
  it.each(CASES)('$id → $plan, $reason ($spec)', ({ stored, storedBy, after, method, ask, content, secret, policy, plan, reason }) => {
    const under = makeCache(policy?.mode === 'off' ? {} : policy);
    if (stored !== undefined) {
      const request = makeRequest({ method: storedBy?.method ?? 'GET', fields: storedBy?.fields ?? [] });
      expect(exchange(under.cache, request, makeResponse({ status: storedBy?.status ?? 200, fields: stored }), 'hello')).toBeDefined();
    }
    if (policy?.mode === 'off') under.policy.mode = 'off';
    const told = under.cache.planRequest(makeRequest({ method: method ?? 'GET', fields: ask ?? [], hasBody: content ?? false, ...(secret && { secret }) }), T0 + (after ?? 0) * 1000);
    expect([told.kind, told.reason]).toEqual([plan, reason]);
    expect(told.trace.length).toBeGreaterThan(0);
    expect(told.trace.at(-1)).toBeDefined();
  });

  it('has a clause for every case', () => {
    for (const item of CASES) expect(item.spec).toMatch(/^RFC \d+ §[\d.]+$/);
    expect(new Set(CASES.map((item) => item.id)).size).toBe(CASES.length);
  });

  it('ends the trace with the step that decided', () => {
    const under = makeCache();
    exchange(under.cache, makeRequest(), makeResponse());
    const told = under.cache.planRequest(makeRequest(), T0 + 1000);
    expect(told.trace).toEqual([
      { code: 'lookup', phase: 'request', result: 'pass', inputs: { found: 1 }, spec: 'RFC 9111 §2' },
      { code: 'freshness', phase: 'request', result: 'stop', inputs: { age: 1, lifetime: 60, source: 'max-age' }, spec: 'RFC 9111 §4.2' },
    ]);
  });

  it('validates with its own conditions in place of the client’s', () => {
    const under = makeCache();
    exchange(under.cache, makeRequest(), makeResponse({ fields: cc('max-age=60', 'ETag', '"v1"', 'Last-Modified', 'Mon, 13 Nov 2023 22:13:20 GMT') }));
    const told = under.cache.planRequest(makeRequest({ fields: ['Accept', '*/*', 'If-None-Match', '"old"', 'Range', 'bytes=0-1', 'If-Range', '"old"'] }), T0 + 61_000);
    expect(told.kind === 'validate' && told.validation.forwardFields).toEqual(['Accept', '*/*', 'If-None-Match', '"v1"', 'If-Modified-Since', 'Mon, 13 Nov 2023 22:13:20 GMT']);
  });

  it.each([
    ['plain GET', 'GET', [], true],
    ['HEAD', 'HEAD', [], true],
    ['with a range', 'GET', ['Range', 'bytes=0-1'], false],
    ['with a condition', 'GET', ['If-None-Match', '"x"'], false],
    ['wanting a new one', 'GET', [CC, 'no-cache'], false],
    ['wanting a young one', 'GET', [CC, 'max-age=10'], false],
    ['POST', 'POST', [], false],
  ] as const)('collapse: %s', (_, method, fields, collapses) => {
    const told = makeCache().cache.planRequest(makeRequest({ method, fields }), T0);
    expect(told.kind === 'fetch' && told.collapseKey !== undefined).toBe(collapses);
  });
});
