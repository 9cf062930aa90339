/**
 * Conditional requests as a cache evaluates them (RFC 9110 §13, RFC 9111 §4.3.2): If-None-Match, else
 * If-Modified-Since; If-Range for ranges. If-Match and If-Unmodified-Since are the origin's business.
 */
import { parseHttpDate } from './dates.ts';
import type { Head } from './head.ts';

/** What is known of the selected representation. */
export interface Validators {
  etag: string | undefined;
  lastModified: string | undefined;
  /** When the response was generated or received, unix ms; stands in for Last-Modified (RFC 9111 §4.3.2). */
  dateMs: number;
}

/** Fields that make a request conditional and belong to the client, not to the cache's own validation. */
export const CONDITION_FIELDS: ReadonlySet<string> = new Set([
  'if-none-match',
  'if-modified-since',
  'if-range',
  'if-match',
  'if-unmodified-since',
]);

/** Splits a list of entity tags at commas outside quotes; members are kept as sent, also malformed ones. */
export function parseEtagList(text: string): string[] {
  const out: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i <= text.length; i++) {
    const char = text[i];
    if (char === '"') quoted = !quoted;
    else if (char === undefined || (char === ',' && !quoted)) {
      const member = text.slice(start, i).trim();
      if (member !== '') out.push(member);
      start = i + 1;
    }
  }
  return out;
}

const opaque = (etag: string): string => (etag.startsWith('W/') ? etag.slice(2) : etag);

/** Weak comparison (RFC 9110 §8.8.3.2): the opaque tags are equal. */
export function weakMatch(a: string, b: string): boolean {
  return opaque(a) === opaque(b);
}

/** True for a strong, well-formed entity tag. */
export function isStrongEtag(etag: string | undefined): etag is string {
  return etag !== undefined && etag.length >= 2 && etag.startsWith('"') && etag.endsWith('"');
}

/** Strong comparison: equal, and neither is weak. */
export function strongMatch(a: string | undefined, b: string | undefined): boolean {
  return isStrongEtag(a) && a === b;
}

/** True when the request carries a condition only the origin may evaluate (RFC 9111 §4.3.2). */
export function hasOriginCondition(request: Head): boolean {
  return request.has('if-match') || request.has('if-unmodified-since');
}

/** True when the client asks "only if it changed". */
export function isConditional(request: Head): boolean {
  return request.has('if-none-match') || request.has('if-modified-since');
}

/** True when the client's copy is still good: answer 304. If-None-Match takes precedence (RFC 9110 §13.2.2). */
export function isNotModified(request: Head, stored: Validators, nowMs: number): boolean {
  const noneMatch = request.combined('if-none-match');
  if (noneMatch !== undefined) {
    if (noneMatch.trim() === '*') return true;
    const etag = stored.etag;
    return etag !== undefined && parseEtagList(noneMatch).some((member) => weakMatch(member, etag));
  }
  const since = request.get('if-modified-since');
  if (since === undefined) return false;
  const sinceMs = parseHttpDate(since, nowMs);
  if (sinceMs === undefined) return false;
  const modifiedMs = stored.lastModified === undefined ? stored.dateMs : parseHttpDate(stored.lastModified, nowMs);
  return modifiedMs !== undefined && modifiedMs <= sinceMs;
}

/** True when a Range request may be answered with a part: no If-Range, or one that names this representation (RFC 9110 §13.1.5). */
export function ifRangeHolds(request: Head, stored: Validators): boolean {
  const condition = request.get('if-range');
  if (condition === undefined) return true;
  if (condition.startsWith('"') || condition.startsWith('W/')) return strongMatch(condition, stored.etag);
  return stored.lastModified !== undefined && condition === stored.lastModified;
}
