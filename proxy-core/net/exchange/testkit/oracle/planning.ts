/** What may be done with a request, given what is stored (RFC 9111 §4), and every reason that is true of it. */
import { MALFORMED, requestDirectives, type Directives, type Seconds } from './directives.ts';
import { valueOf, without, type Asked } from './fields.ts';
import type { Numbers } from './numbers.ts';
import { holdsIfRange, spansOf } from './replying.ts';
import { ageMs, leftMs, mayNotBeStale, mustAsk, selectingValue, type Stored } from './stored.ts';
import type { Settings } from './settings.ts';
import type { FieldList } from '../../../../http/fields.ts';

export interface Plan {
  kind: 'serve' | 'serve-and-revalidate' | 'validate' | 'fetch' | 'bypass' | 'refuse';
  /** Each is true; which of several is told is the cache's choice. */
  reasons: ReadonlySet<string>;
  /** RFC 9211 §2.2; undefined when the origin is not asked. */
  forward: string | undefined;
  /** Used, to be validated, or stale and without validators. */
  stored: Stored | undefined;
  /** What may be said in numbers. */
  numbers: Numbers;
  /** The request, or no-cache, wants the origin: nothing stale may stand in. */
  insists: boolean;
  /** Fields for the origin. */
  fields: FieldList;
  /** Numbers of the request that count. */
  wishes: { minFresh?: number; maxAge?: number };
  /** What was there when it was made: under the URL, at all, and what had gone. */
  near?: { under: readonly Stored[]; urls: readonly string[]; gone: Gone | undefined };
}

/** How the last entry under a URL went, where there is none now. */
export interface Gone {
  why: 'user' | 'invalidated' | 'capacity' | 'expired';
  atMs: number;
}

const GONE: Record<Gone['why'], string> = {
  user: 'evicted-by-user',
  invalidated: 'invalidated',
  capacity: 'evicted-capacity',
  expired: 'expired-removed',
};

export const CONDITIONS = ['if-none-match', 'if-modified-since', 'if-range', 'if-match', 'if-unmodified-since'];

/** `under`: what is stored under the URL, newest first. */
export function planFor(
  asked: Asked,
  under: readonly Stored[],
  gone: Gone | undefined,
  settings: Settings,
  nowMs: number,
): Plan {
  const { method, fields } = asked;
  const said = requestDirectives(fields);
  const plan = (kind: Plan['kind'], reasons: Iterable<string>, forward?: string, more: Partial<Plan> = {}): Plan => ({
    kind,
    reasons: new Set(reasons),
    forward,
    stored: undefined,
    numbers: {},
    insists: false,
    fields,
    wishes: wishesOf(countingFor(said, settings)),
    ...more,
  });
  if (settings.mode === 'off') return plan('bypass', ['cache-off'], 'bypass');
  if (method === 'POST') return plan('fetch', ['method-not-cacheable'], 'method');
  if (method !== 'GET' && method !== 'HEAD') return plan('bypass', ['method-not-cacheable'], 'method');
  const only = said.has.has('only-if-cached');
  const unasked = [
    ...(asked.content === undefined ? [] : ['request-content']),
    ...(said.has.has('no-store') ? ['request-no-store'] : []),
  ];
  if (unasked.length > 0) return only ? plan('refuse', ['only-if-cached']) : plan('bypass', unasked, 'bypass');
  /** To the origin, unless the client wants no answer of it. */
  const fetch = (reasons: Iterable<string>, forward: string, more: Partial<Plan> = {}): Plan =>
    only ? plan('refuse', ['only-if-cached'], undefined, more) : plan('fetch', reasons, forward, more);

  const fitting = under.filter((stored) => selects(stored, fields));
  const stored = fitting.find((entry) => suits(entry, asked));
  if (valueOf(fields, 'if-match') !== undefined || valueOf(fields, 'if-unmodified-since') !== undefined)
    return fetch(['request-condition'], forwardOf(under, fitting, stored, nowMs), { insists: true });
  if (stored === undefined) {
    const forward = forwardOf(under, fitting, stored, nowMs);
    if (forward === 'uri-miss') return fetch([gone === undefined ? 'uri-miss' : GONE[gone.why]], forward);
    if (forward === 'vary-miss') return fetch(['vary-mismatch'], forward);
    return fetch([forward === 'miss' ? 'method-mismatch' : 'partial-miss'], forward);
  }
  return planUse(asked, stored, countingFor(said, settings), nowMs, plan, fetch);
}

/** The request's directives that count; a setting sets some aside. */
function countingFor(said: Directives, { ignoreClientControl }: Settings): Directives {
  if (!ignoreClientControl) return said;
  const ignored = ['no-cache', 'max-age', 'min-fresh'];
  return {
    ...said,
    has: new Set([...said.has].filter((name) => !ignored.includes(name))),
    seconds: new Map([...said.seconds].filter(([name]) => !ignored.includes(name))),
  };
}

function planUse(
  asked: Asked,
  stored: Stored,
  said: Directives,
  nowMs: number,
  plan: (kind: Plan['kind'], reasons: Iterable<string>, forward?: string, more?: Partial<Plan>) => Plan,
  fetch: (reasons: Iterable<string>, forward: string, more?: Partial<Plan>) => Plan,
): Plan {
  const left = leftMs(stored, nowMs);
  const forward = left <= 0 || mustAsk(stored) ? 'stale' : 'request';
  const numbers = numbersOf(stored, said, nowMs);
  const wants = reasonsToAsk(stored, said, nowMs);
  const more = { stored, numbers, insists: wants.length > 0 };
  const ask = (): Plan => {
    const reasons = left <= 0 ? [...wants, 'expired'] : wants;
    if (said.has.has('only-if-cached')) return plan('refuse', ['only-if-cached'], undefined, more);
    const { etag, modified } = stored;
    if (etag === undefined && modified === undefined) return fetch(reasons, forward, more);
    return plan('validate', reasons, forward, { ...more, fields: validationFields(asked.fields, stored) });
  };
  if (wants.length > 0) return ask();
  if (left > 0) return plan('serve', ['fresh'], undefined, more);
  if (mayNotBeStale(stored)) return ask();
  const maxStale = said.seconds.get('max-stale');
  if (typeof maxStale === 'number' && Math.floor(-left / 1000) <= maxStale)
    return plan('serve', ['stale-allowed'], undefined, more);
  if (-left <= stored.whileRevalidating * 1000 && stored.whileRevalidating > 0 && !said.seconds.has('min-fresh'))
    return plan('serve-and-revalidate', ['stale-while-revalidate'], forward, {
      ...more,
      fields: validationFields(asked.fields, stored),
    });
  return ask();
}

/** The request with the cache's own conditions in the place of the client's (RFC 9111 §4.3.1). */
function validationFields(asked: FieldList, { etag, modified }: Stored): string[] {
  const fields = without(asked, [...CONDITIONS, 'range']);
  if (etag !== undefined) fields.push('If-None-Match', etag);
  if (modified !== undefined) fields.push('If-Modified-Since', modified);
  return fields;
}

/** Why the origin has to be asked about something that may be fresh. */
function reasonsToAsk(stored: Stored, said: Directives, nowMs: number): string[] {
  const out: string[] = [];
  const left = leftMs(stored, nowMs);
  if (mustAsk(stored)) out.push('validation-required');
  if (said.has.has('no-cache')) out.push('request-no-cache');
  const maxAge = said.seconds.get('max-age');
  // max-age=0 is what a browser's reload sends: it asks, whatever the age.
  if (maxAge !== undefined && (maxAge === MALFORMED || maxAge === 0 || ageMs(stored, nowMs) > maxAge * 1000))
    out.push('request-max-age');
  const minFresh = said.seconds.get('min-fresh');
  if (minFresh !== undefined && left >= 0 && (minFresh === MALFORMED || left < minFresh * 1000))
    out.push('request-min-fresh');
  return out;
}

/** Numbers of a request that a stored response is held against; those that cannot be read are left out. */
function wishesOf({ seconds }: Directives): Plan['wishes'] {
  const [minFresh, maxAge] = [seconds.get('min-fresh'), seconds.get('max-age')];
  return { ...(typeof minFresh === 'number' && { minFresh }), ...(typeof maxAge === 'number' && { maxAge }) };
}

const numberOf = (said: Seconds | undefined): number[] => (said === undefined ? [] : [said === MALFORMED ? 0 : said]);

/** What a sentence about using this, or about not using it, may say. */
export function numbersOf(stored: Stored, said: Directives, nowMs: number): Numbers {
  const left = leftMs(stored, nowMs) / 1000;
  const atStart = (stored.arrivedMs - stored.bornMs) / 1000;
  return {
    age: [ageMs(stored, nowMs) / 1000],
    lifetime: [stored.lifetime.seconds],
    left: [left],
    stale: [Math.max(0, -left)],
    since: stored.lifetime.since === undefined ? [] : [stored.lifetime.since],
    ageAtStart: [atStart],
    maxAge: numberOf(said.seconds.get('max-age')),
    minFresh: numberOf(said.seconds.get('min-fresh')),
    maxStale: numberOf(said.seconds.get('max-stale')),
    whileRevalidating: [stored.whileRevalidating],
    ifError: [stored.ifError, ...numberOf(said.seconds.get('stale-if-error'))],
  };
}

/** Its Vary fields are those of the request. */
export const selects = (stored: Stored, fields: FieldList): boolean =>
  stored.selecting.every(([name, value]) => selectingValue(fields, name) === value);

/** It can answer this method and range at all. */
function suits(stored: Stored, asked: Asked): boolean {
  if (stored.headOnly) return asked.method === 'HEAD';
  const { part } = stored;
  if (part === undefined) return true;
  const range = valueOf(asked.fields, 'range');
  if (asked.method === 'HEAD' || range === undefined || part.length === undefined) return false;
  if (!holdsIfRange(stored, valueOf(asked.fields, 'if-range'))) return false;
  const spans = spansOf(range, part.length) ?? [];
  return spans.length > 0 && spans.every(([first, last]) => first >= part.first && last <= part.last);
}

/** What the look into the store found (RFC 9211 §2.2). */
function forwardOf(
  under: readonly Stored[],
  fitting: readonly Stored[],
  stored: Stored | undefined,
  nowMs: number,
): string {
  if (under.length === 0) return 'uri-miss';
  if (fitting.length === 0) return 'vary-miss';
  if (stored !== undefined) return leftMs(stored, nowMs) <= 0 || mustAsk(stored) ? 'stale' : 'request';
  return fitting.every((entry) => entry.headOnly) ? 'miss' : 'partial';
}
