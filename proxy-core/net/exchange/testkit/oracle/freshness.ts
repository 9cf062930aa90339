/** Lifetime and age, computed anew from RFC 9111 §4.2. Times in ms, lifetimes in seconds. */
import type { FieldList } from '../../../../http/fields.ts';
import { directivesOf, isDigits, MALFORMED, type Directives } from './directives.ts';
import { linesOf, listOf, members, valueOf } from './fields.ts';
import type { Settings } from './settings.ts';

/** RFC 9110 §15.1, without 206: this cache uses parts by explicit lifetimes only. */
const HEURISTIC = [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501];
const DAY = 86_400;
const LONGEST = 2 ** 31 - 1;

export interface Lifetime {
  seconds: number;
  source: 's-maxage' | 'max-age' | 'cdn-cache-control' | 'expires' | 'heuristic' | 'default' | 'fixed-ttl' | 'none';
  explicit: boolean;
  /** Seconds from Last-Modified to Date, where the lifetime is a tenth of that. */
  since?: number;
}

/** Unix ms of an IMF-fixdate, the only form the scenarios write; undefined for anything else. */
export function dateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toUTCString() === text ? ms : undefined;
}

/** The directives a response is cached by: CDN-Cache-Control where the settings honour it (RFC 9213 §2.2). */
export function countingDirectives(fields: FieldList, settings: Settings): Directives & { targeted: boolean } {
  const targeted = settings.cdnCacheControl ? listOf(fields, 'cdn-cache-control') : undefined;
  return targeted === undefined || targeted.trim() === ''
    ? { ...directivesOf(fields), targeted: false }
    : { ...directivesOf(fields, 'cdn-cache-control'), targeted: true };
}

export function lifetimeOf(
  { status, fields }: { status: number; fields: FieldList },
  authorized: boolean,
  settings: Settings,
  arrivedMs: number,
): Lifetime {
  if (settings.mode === 'fixed-ttl') return { seconds: settings.ttlSeconds, source: 'fixed-ttl', explicit: true };
  const control = countingDirectives(fields, settings);
  for (const name of ['s-maxage', 'max-age'] as const) {
    const said = control.seconds.get(name);
    if (said !== undefined)
      return {
        seconds: said === MALFORMED ? 0 : Math.min(said, LONGEST),
        source: control.targeted ? 'cdn-cache-control' : name,
        explicit: true,
      };
  }
  const madeMs = dateOf(valueOf(fields, 'date')) ?? arrivedMs;
  const expires = control.targeted ? undefined : valueOf(fields, 'expires');
  if (expires !== undefined) {
    const untilMs = dateOf(expires);
    const seconds = untilMs === undefined ? 0 : Math.floor((untilMs - madeMs) / 1000);
    return { seconds: Math.max(-LONGEST, Math.min(seconds, LONGEST)), source: 'expires', explicit: true };
  }
  const none: Lifetime = { seconds: 0, source: 'none', explicit: false };
  const guessable = HEURISTIC.includes(status) || (control.has.has('public') && status !== 206);
  if (!guessable || control.has.has('no-cache') || isPragma(fields)) return none;
  const modifiedMs = dateOf(valueOf(fields, 'last-modified'));
  const since = modifiedMs === undefined ? 0 : (madeMs - modifiedMs) / 1000;
  if (since > 0) return { seconds: Math.min(Math.floor(since / 10), DAY), source: 'heuristic', explicit: false, since };
  return settings.ttlSeconds > 0 && !authorized
    ? { seconds: settings.ttlSeconds, source: 'default', explicit: false }
    : none;
}

/** `Pragma: no-cache` of a response without Cache-Control. */
const isPragma = (fields: FieldList): boolean =>
  (listOf(fields, 'cache-control') ?? '') === '' && (listOf(fields, 'pragma') ?? '').toLowerCase().includes('no-cache');

/** Seconds in Age: the first member of the field; nothing when that is no number (RFC 9111 §5.1). */
function ageFieldOf(fields: FieldList): number {
  const [first = ''] = members(linesOf(fields, 'age')[0] ?? '');
  return isDigits(first) ? Math.min(Number(first), 2 ** 31) : 0;
}

/** When a response was born as far as its age counts (RFC 9111 §4.2.3); Date is in whole seconds, so the arrival is too. */
export function bornMs(fields: FieldList, sentMs: number, arrivedMs: number): number {
  const dateMs = dateOf(valueOf(fields, 'date'));
  const apparent = dateMs === undefined ? 0 : Math.max(0, Math.floor(arrivedMs / 1000) * 1000 - dateMs);
  const corrected = ageFieldOf(fields) * 1000 + (arrivedMs - sentMs);
  return arrivedMs - Math.max(apparent, corrected);
}
