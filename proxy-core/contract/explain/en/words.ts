/** What the sentences are made of, in English. */
import { failed } from './failures.ts';
import type { TraceInput } from '../../reasons.ts';
import { choiceOf, countedIn, formOf, listOf } from '../../wording/plurals.ts';
import { numbersOf } from '../../wording/units.ts';
import { namesOf, saidOf, type Facts, type Input } from '../texts.ts';

const NUMBERS = numbersOf('en');
/** Messages about so many things. */
export const counted = countedIn('en', NUMBERS.count);
export const variants = counted({ one: '# variant', other: '# variants' });
export const variantsStored = counted({ one: '# variant is stored', other: '# variants are stored' });
export const responses = counted({ one: '# response', other: '# responses' });
export const times = counted({ one: '# time', other: '# times' });
export const bytes = counted({ one: '# byte is', other: '# bytes are' });
export const differ = formOf('en', { one: 'differs', other: 'differ' });

const told = (say: (value: number) => string, value: unknown): string => (typeof value === 'number' ? say(value) : '?');
/** Seconds that passed or are left, whole ones as they were recorded. */
export const span = (value: unknown): string => told(NUMBERS.age, value);
/** Seconds as a directive or a setting states them. */
export const stated = (value: unknown): string => told((seconds) => NUMBERS.duration(seconds * 1000), value);
/** Seconds that were measured beside those that are stated. */
export function compared(measured: unknown, limit: unknown): [measured: string, limit: string] {
  if (typeof measured !== 'number' || typeof limit !== 'number' || measured < 1) return [span(measured), stated(limit)];
  return NUMBERS.durations(measured * 1000, limit * 1000);
}
/** The same where more was measured than is allowed, by less than a second perhaps. */
export function past(measured: unknown, limit: unknown): [measured: string, limit: string] {
  const [more, most] = compared(measured, limit);
  return [measured === limit ? `over ${most}` : more, most];
}
/** What is left, where more is wanted. */
export const below = (left: unknown, wanted: unknown): string =>
  left === wanted ? `less than ${stated(wanted)}` : span(left);
/** Measured and stated put into one sentence. */
export const said = (pair: readonly [string, string], say: (measured: string, limit: string) => string): string =>
  say(...pair);
export const duration = (ms: unknown): string => told(NUMBERS.duration, ms);
const size = (value: unknown): string => told(NUMBERS.size, value);
/** A size beside the limit it is over. */
export const sizes = (value: unknown, limit: unknown): [string, string] =>
  typeof value === 'number' && typeof limit === 'number' ? NUMBERS.sizes(value, limit) : [size(value), size(limit)];
/** `x, y and z`, of names with commas between. */
export const list = (value: unknown): string => listOf('en', namesOf(value)) || 'none';
/** `x, y or z`. */
export const choice = (value: unknown): string => choiceOf('en', namesOf(value)) || 'none';
export const or = (value: TraceInput | undefined, absent = 'none'): string =>
  value === null || value === undefined || value === '' ? absent : String(value);
/** Where something stepped in, and what it was. */
export const at = (stage: TraceInput | undefined, by: TraceInput | undefined): string =>
  `the stage ${or(stage, '?')}${by === undefined ? '' : ` (${or(by)})`}`;
/** A field's value, which may be empty, or that there was none. */
export const valueOr = (value: TraceInput | undefined, absent: string): string =>
  value === '' ? '(empty)' : or(value, absent);
/** The rate of a line. */
export const kbps = (value: unknown): string => (value === 0 ? 'unlimited' : `${or(value as TraceInput)} kbit/s`);
export const yes = (value: unknown): boolean => value === true;
/** Freshness left by the second, as `ttl` has it. */
export const leftOf = (facts: Facts): unknown =>
  facts['left'] ?? Number(facts['lifetime'] ?? 0) - Number(facts['age'] ?? 0);
export const left = (facts: Facts): string => span(leftOf(facts));
/** `fresh for 1 h`, or the other words when there is nothing left of the lifetime. */
export const freshFor = (seconds: unknown, fresh: string, stale: string): string =>
  typeof seconds === 'number' && seconds <= 0 ? stale : `${fresh} for ${stated(seconds)}`;

const SOURCES: Record<string, string> = {
  's-maxage': 's-maxage',
  'max-age': 'max-age',
  expires: 'Expires',
  heuristic: 'a tenth of the time since Last-Modified',
  default: 'the default lifetime of the settings',
  'fixed-ttl': 'the fixed lifetime of the settings',
  user: 'a lifetime set by hand',
  none: 'nothing',
  'cdn-cache-control': 'CDN-Cache-Control',
};
export const source = (value: TraceInput | undefined, since?: TraceInput): string =>
  value === 'heuristic' && typeof since === 'number'
    ? `a tenth of the ${stated(since)} since Last-Modified${since > 864_000 ? ', at most 1 day' : ''}`
    : (SOURCES[String(value)] ?? or(value));

/** `Age 2 h, lifetime 1 h from max-age`. */
export function ageAndLifetime(i: Input): string {
  const [age, lifetime] = compared(i('age'), i('lifetime'));
  return Number(i('lifetime')) <= 0
    ? `Age ${age}, no lifetime (${source(i('source'))})`
    : `Age ${age}, lifetime ${lifetime} from ${source(i('source'), i('since'))}`;
}

export function stale(facts: Facts): string {
  return facts['secondsAgo'] === undefined ? 'stale' : `stale for ${span(facts['secondsAgo'])}`;
}

export function failure(facts: Facts): string {
  return facts['status'] === undefined ? failed(facts['error']) : `the origin answered ${facts['status']}`;
}

/** How a stored response came to be stale. */
export function expiry(f: Facts): string {
  const [lifetime, atStart] = [f['lifetime'], f['ageAtStart']];
  if (f['source'] === 'none') return 'the stored response came without a lifetime';
  if (typeof lifetime === 'number' && lifetime <= 0)
    return `the stored response was stale when it came (by ${source(f['source'])})`;
  if (atStart !== undefined) {
    const [age, limit] = compared(atStart, lifetime);
    return `the stored response was stale when it came: ${age} old by its Date or Age, with a lifetime of ${limit} from ${source(f['source'], f['since'])}`;
  }
  return `the stored response expired ${span(f['secondsAgo'])} ago`;
}

/** Why the stored response may not stand in. */
export function standsNot(f: Facts): string {
  const said = saidOf(f['forbids'], f);
  switch (f['forbids']) {
    case 's-maxage':
      return 'it says s-maxage, which forbids its use once stale';
    case 'must-revalidate':
    case 'proxy-revalidate':
    case 'no-cache':
      return `it says ${f['forbids']}`;
    case 'stale-if-error':
      return `its stale-if-error=${or(f['window'])} is over`;
    case 'user-validation':
      return 'it was to be revalidated by hand';
    default:
      return said === undefined ? 'the request wants the origin to be asked' : `the request says ${said}`;
  }
}

/** Why a stale-if-error does not help. */
export function unusedWindow(unused: unknown, window: unknown, status: unknown, by: unknown): string {
  switch (unused) {
    case 'over':
      return `${by === 'request' ? 'the request’s' : 'its'} stale-if-error=${String(window)} is over`;
    case 'status':
      return `stale-if-error=${String(window)} does not cover a ${String(status)}`;
    case 'asked':
      return `the request wants the origin to be asked, whatever stale-if-error=${String(window)} allows`;
    default:
      return `it says ${String(unused)}, which goes before stale-if-error=${String(window)}`;
  }
}

/** `0-4 of 10` of `0-4/10`; the length may be unknown. */
export function bytesOfWhole(range: TraceInput | undefined): string {
  const [span = '', length = '*'] = or(range).split('/');
  return length === '*' ? span : `${span} of ${length}`;
}

/** Why an entry left the cache, in a word or two. */
export const REMOVED: Record<string, string> = {
  capacity: 'to make room',
  expired: 'expired, and room was needed',
  invalidated: 'invalidated',
  replaced: 'replaced',
  user: 'by hand',
};

const PARTS: Record<string, string> = {
  method: 'the method',
  url: 'the URL',
  key: 'the cache key',
  host: 'Host',
  status: 'the status',
  fields: 'the fields',
  content: 'the content',
};
/** How the holding at a breakpoint ended. */
export const HELD: Record<string, string> = {
  resumed: ', held at a breakpoint and resumed',
  edited: ', held at a breakpoint and edited',
  answered: ', held at a breakpoint and answered there',
  aborted: ', held at a breakpoint and aborted there',
  limit: ', held at a breakpoint for the longest time allowed',
  full: '; its breakpoint did not hold it, since 100 were held already',
  unattended: '; its breakpoint did not hold it any longer, since no window was there to resume it',
  stopped: ', held at a breakpoint until the proxy was stopped',
};
/** What a stage changed of a message. */
export const changedParts = (value: unknown): string =>
  listOf(
    'en',
    namesOf(value).map((name) => PARTS[name] ?? name),
  );

/** That the fields of Vary are as they were. */
export const fieldsMatch = (fields: unknown): string =>
  `${namesOf(fields).length === 1 ? 'The field it varies by matches' : 'The fields it varies by match'}: ${list(fields)}`;
/** URLs have no spaces, and stand in one input with spaces between. */
export const urls = (value: TraceInput): string => listOf('en', or(value).split(' '));
