/**
 * Freshness (RFC 9111 §4.2): how long a response may be used, how old it is, and where the lifetime came from.
 * Pure; times in unix ms, lifetimes in seconds.
 */
import type { EntryDetail } from '../../contract/entry.ts';
import { INVALID, MAX_DELTA_SECONDS, type CacheControl } from '../../http/cache-control.ts';
import { parseHttpDate } from '../../http/dates.ts';
import type { Head } from '../../http/head.ts';
import type { CachePolicy, CacheResponse } from '../plan.ts';

export type LifetimeSource = EntryDetail['lifetimeSource'];

/** Heuristic freshness: this share of the time since Last-Modified (RFC 9111 §4.2.2), at most a day. */
const HEURISTIC_SHARE = 0.1;
const HEURISTIC_MAX_SECONDS = 24 * 3600;

/**
 * Statuses that may be used without explicit freshness (RFC 9110 §15.1; 451: RFC 7725 §3). 206 is left out: a part is used
 * only with explicit freshness.
 */
const HEURISTICALLY_CACHEABLE: ReadonlySet<number> = new Set([
  200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 451, 501,
]);

/** Statuses this cache knows the caching rules of (must-understand, RFC 9111 §5.2.2.3). */
const UNDERSTOOD: ReadonlySet<number> = new Set([
  200, 201, 202, 203, 204, 205, 206, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407,
  408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 451, 500, 501, 502, 503, 504, 505,
]);

/** Longer ones are cut to this, either way. */
export const MAX_LIFETIME_SECONDS = MAX_DELTA_SECONDS - 1;

/** Lifetime of a response and what it was made from. */
export interface Lifetime {
  /** Negative when it had expired before it was made (RFC 9111 §4.2.1). */
  seconds: number;
  source: LifetimeSource;
  /** The origin said how long, by directive or Expires. */
  explicit: boolean;
  /** What a heuristic was made from: seconds since Last-Modified. */
  since?: number;
}

export function isHeuristicallyCacheable(status: number): boolean {
  return HEURISTICALLY_CACHEABLE.has(status);
}

export function isUnderstoodStatus(status: number): boolean {
  return UNDERSTOOD.has(status);
}

/** Directives, and whether they are meant for caches like this one only (RFC 9213). */
export interface Directives {
  control: Readonly<CacheControl>;
  targeted: boolean;
}

/**
 * The directives that count for this cache: those of CDN-Cache-Control when that is honoured and there is one
 * (RFC 9213 §2.2), else of Cache-Control.
 */
export function effectiveDirectives(head: Head, policy: Pick<CachePolicy, 'cdnCacheControl'>): Directives {
  const targeted = policy.cdnCacheControl ? head.cdnCacheControl : undefined;
  return targeted === undefined
    ? { control: head.cacheControl, targeted: false }
    : { control: targeted, targeted: true };
}

/** The lifetime of a response (RFC 9111 §4.2.1): s-maxage, max-age, Expires, then a heuristic or the default lifetime. */
export function computeLifetime(
  status: number,
  head: Head,
  directives: Directives,
  policy: Pick<CachePolicy, 'mode' | 'ttlSeconds'>,
  responseAtMs: number,
  requestHasAuthorization: boolean,
): Lifetime {
  if (policy.mode === 'fixed-ttl') return { seconds: policy.ttlSeconds, source: 'fixed-ttl', explicit: true };
  const { control, targeted } = directives;
  if (control.sMaxAge !== undefined) return explicit(control.sMaxAge, targeted ? 'cdn-cache-control' : 's-maxage');
  if (control.maxAge !== undefined) return explicit(control.maxAge, targeted ? 'cdn-cache-control' : 'max-age');
  const expires = targeted ? undefined : head.get('expires');
  const dateMs = parseHttpDate(head.get('date') ?? '', responseAtMs);
  if (expires !== undefined) {
    const expiresMs = parseHttpDate(expires, responseAtMs);
    // An invalid date means already expired (RFC 9111 §5.3), with no time given.
    const seconds = expiresMs === undefined ? 0 : Math.floor((expiresMs - (dateMs ?? responseAtMs)) / 1000);
    // In the past: negative, so that the time stale counts from there and not from the arrival.
    return {
      seconds: Math.max(-MAX_LIFETIME_SECONDS, Math.min(seconds, MAX_LIFETIME_SECONDS)),
      source: 'expires',
      explicit: true,
    };
  }
  if (!mayHeuristic(status, head, control)) return { seconds: 0, source: 'none', explicit: false };
  const since = sinceModified(head, responseAtMs);
  if (since !== undefined && since > 0)
    return {
      seconds: Math.min(Math.floor(since * HEURISTIC_SHARE), HEURISTIC_MAX_SECONDS),
      source: 'heuristic',
      explicit: false,
      since: Math.floor(since),
    };
  if (policy.ttlSeconds > 0 && !requestHasAuthorization)
    return { seconds: policy.ttlSeconds, source: 'default', explicit: false };
  return { seconds: 0, source: 'none', explicit: false };
}

/** May a lifetime be guessed (RFC 9111 §4.2.2)? */
function mayHeuristic(status: number, head: Head, control: Readonly<CacheControl>): boolean {
  return (isHeuristicallyCacheable(status) || (control.public && status !== 206)) && !forbidsHeuristic(head, control);
}

/** Would a default lifetime of the settings apply to this response without a lifetime? */
export function mayGuess(
  status: number,
  head: Head,
  control: Readonly<CacheControl>,
  requestHasAuthorization: boolean,
): boolean {
  return !requestHasAuthorization && mayHeuristic(status, head, control);
}

/** Seconds from Last-Modified to Date, or to `nowMs` where there is no Date; undefined without Last-Modified. */
export function sinceModified(head: Head, nowMs: number): number | undefined {
  const modified = head.get('last-modified');
  const modifiedMs = modified === undefined ? undefined : parseHttpDate(modified, nowMs);
  if (modifiedMs === undefined) return undefined;
  return ((parseHttpDate(head.get('date') ?? '', nowMs) ?? nowMs) - modifiedMs) / 1000;
}

/** no-cache requires validation before each use; `Pragma: no-cache` in a response is taken to mean the same. */
function forbidsHeuristic(head: Head, control: Readonly<CacheControl>): boolean {
  return control.noCache || forbidsByPragma(head, control);
}

/** `Pragma: no-cache` where there is no Cache-Control. */
export function forbidsByPragma(head: Head, control: Readonly<CacheControl>): boolean {
  return control.text === '' && /no-cache/i.test(head.combined('pragma') ?? '');
}

function explicit(seconds: number, source: LifetimeSource): Lifetime {
  // A malformed number is treated as stale (RFC 9111 §4.2.1).
  return {
    seconds: seconds === INVALID ? 0 : Math.min(Math.max(0, seconds), MAX_LIFETIME_SECONDS),
    source,
    explicit: true,
  };
}

/**
 * The Age field's value (RFC 9111 §5.1): the first member of a list; what is no number is ignored. A number with
 * parameters behind it counts as that number: too old is the safe side.
 */
function parseAge(head: Head): number | undefined {
  const text = head.get('age');
  if (text === undefined) return undefined;
  const match = /^\s*(\d+)\s*(?:[,;]|$)/.exec(text);
  return match === null ? undefined : Math.min(Number(match[1]), MAX_DELTA_SECONDS);
}

/**
 * When the response was generated as far as its age is concerned: current age is now minus this (RFC 9111 §4.2.3).
 * Date is the origin's time of day, `wallOffsetMs` leads from our times to ours. It counts in whole seconds, so the receiving clock is cut to seconds before the two are compared.
 */
export function computeBornAtMs(head: Head, requestAtMs: number, responseAtMs: number, wallOffsetMs = 0): number {
  const { apparentMs, correctedMs } = agesOf(head, requestAtMs, responseAtMs, wallOffsetMs);
  return responseAtMs - Math.max(apparentMs, correctedMs);
}

function agesOf(head: Head, requestAtMs: number, responseAtMs: number, wallOffsetMs: number) {
  const ofDayMs = responseAtMs + wallOffsetMs;
  const dateMs = parseHttpDate(head.get('date') ?? '', ofDayMs);
  return {
    apparentMs: dateMs === undefined ? 0 : Math.max(0, Math.floor(ofDayMs / 1000) * 1000 - dateMs),
    correctedMs: (parseAge(head) ?? 0) * 1000 + Math.max(0, responseAtMs - requestAtMs),
  };
}

/** How old a response was when it came, seconds, and what made it so: its Date behind our clock, its Age, the way here. */
export function ageOnArrival(response: Pick<CacheResponse, 'head' | 'requestAtMs' | 'responseAtMs' | 'wallOffsetMs'>): {
  seconds: number;
  by: 'date' | 'age' | 'delay';
} {
  const { head, requestAtMs, responseAtMs, wallOffsetMs = 0 } = response;
  const { apparentMs, correctedMs } = agesOf(head, requestAtMs, responseAtMs, wallOffsetMs);
  const seconds = Math.floor(Math.max(apparentMs, correctedMs) / 1000);
  return { seconds, by: apparentMs > correctedMs ? 'date' : (parseAge(head) ?? 0) > 0 ? 'age' : 'delay' };
}
