/** What the sentences are made of, in English. */
import { failed } from './failures.ts';
import type { TraceInput } from '../../reasons.ts';
import { bytesOf, pluralOf, saidOf, spanOf, type Facts, type Input, type Unit } from '../texts.ts';

const EN_UNITS: readonly Unit[] = [
  's',
  'min',
  'h',
  pluralOf('en', { one: 'day', other: 'days' }),
  pluralOf('en', { one: 'year', other: 'years' }),
];
export const variants = pluralOf('en', { one: 'variant is', other: 'variants are' });
export const responses = pluralOf('en', { one: 'response', other: 'responses' });
export const times = pluralOf('en', { one: 'time', other: 'times' });
export const span = (value: unknown): string =>
  typeof value !== 'number' ? '?' : value >= 0 && value < 1 ? 'less than 1 s' : spanOf(value, EN_UNITS);
export const size = (value: unknown): string =>
  typeof value === 'number' ? bytesOf(value, ['bytes', 'KiB', 'MiB', 'GiB']) : '?';
export const or = (value: TraceInput | undefined, absent = 'none'): string =>
  value === null || value === undefined || value === '' ? absent : String(value);
/** Where something stepped in, and what it was. */
export const at = (stage: TraceInput | undefined, by: TraceInput | undefined): string =>
  `the stage ${or(stage, '?')}${by === undefined ? '' : ` (${or(by)})`}`;
/** A field's value, which may be empty, or that there was none. */
export const valueOr = (value: TraceInput | undefined, absent: string): string =>
  value === '' ? '(empty)' : or(value, absent);
export const yes = (value: unknown): boolean => value === true;
/** Freshness left by the second, as `ttl` has it. */
export const left = (facts: Facts): string =>
  span(facts['left'] ?? Number(facts['lifetime'] ?? 0) - Number(facts['age'] ?? 0));
/** `fresh for 1 h`, or the other words when there is nothing left of the lifetime. */
export const freshFor = (seconds: unknown, fresh: string, stale: string): string =>
  typeof seconds === 'number' && seconds <= 0 ? stale : `${fresh} for ${span(seconds)}`;

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
    ? `a tenth of the ${span(since)} since Last-Modified${since > 864_000 ? ', at most 1 day' : ''}`
    : (SOURCES[String(value)] ?? or(value));

/** `lifetime 1 h from max-age`. */
export const lifetimeOf = (i: Input): string =>
  Number(i('lifetime')) <= 0
    ? `no lifetime (${source(i('source'))})`
    : `lifetime ${span(i('lifetime'))} from ${source(i('source'), i('since'))}`;

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
  if (atStart !== undefined)
    return `the stored response was stale when it came: ${span(atStart)} old by its Date or Age, with a lifetime of ${span(lifetime)} from ${source(f['source'], f['since'])}`;
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
export function unusedWindow(unused: unknown, window: unknown, status: unknown): string {
  switch (unused) {
    case 'over':
      return `its stale-if-error=${String(window)} is over`;
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
