/**
 * May this response be kept, and as what (RFC 9111 §3)? Pure. Answers with the facts to store or the reason why not.
 */
import { mediaTypeOf } from '../../contract/media-types.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { odditiesOf, type CacheControl } from '../../http/cache-control.ts';
import { getField, withoutFields } from '../../http/fields.ts';
import type { Head } from '../../http/head.ts';
import { formatHttpDate } from '../../http/dates.ts';
import { parseContentRange } from '../../http/ranges.ts';
import { referredUrls } from '../../http/url-forms.ts';
import { askedBy, besideFacts } from './again.ts';
import { countingControl } from './client-control.ts';
import {
  ageOnArrival,
  computeBornAtMs,
  computeLifetime,
  effectiveDirectives,
  forbidsByPragma,
  isHeuristicallyCacheable,
  isUnderstoodStatus,
  mayGuess,
  type Directives,
  type Lifetime,
} from './freshness.ts';
import type { CachePolicy, CacheRequest, CacheResponse, Explained } from '../plan.ts';
import type { StoredFacts } from './candidate.ts';
import type { Trace } from './trace.ts';
import { varyKeyOf, varyNames } from './vary.ts';

export type StoringDecision =
  | {
      store: true;
      facts: StoredFacts;
      /** A lifetime that is no number, as it stands. */
      malformed: string | undefined;
      targeted: boolean;
    }
  | { store: false; reason: ReasonCode; facts: Explained['facts'] };

/** Statuses the original system stored; in fixed-ttl mode they decide. */
const FIXED_TTL_STATUSES: ReadonlySet<number> = new Set([200, 203, 204, 206, 300, 301, 404, 405, 410, 414, 501]);

/** Answers to a condition or range of this one request, never to the URL; and those RFC 6585 §3-6 keeps out of every cache. */
const NEVER_STORED: ReadonlySet<number> = new Set([304, 412, 416, 428, 429, 431, 511]);

/** Statuses "MUST NOT be stored by a cache". */
const RFC_6585: Readonly<Record<number, string>> = {
  428: 'RFC 6585 §3',
  429: 'RFC 6585 §4',
  431: 'RFC 6585 §5',
  511: 'RFC 6585 §6',
};

/** What a status that is never stored says, where it is described. */
const CLAUSES: Readonly<Record<number, string>> = {
  304: 'RFC 9110 §15.4.5',
  412: 'RFC 9110 §15.5.13',
  416: 'RFC 9110 §15.5.17',
  ...RFC_6585,
};

/** Made anew for each reply. */
const REMADE: ReadonlySet<string> = new Set(['age', 'content-length']);

/**
 * Meant for the requesting client only. A 200 with them is kept only where the origin has said that it may
 * be shared; what only describes or confirms a response (a 304, an answer to HEAD) never brings them into the store.
 */
export const PER_CLIENT: ReadonlySet<string> = new Set(['set-cookie', 'authentication-info']);

/** When the response came, by the clock on the wall: what its Date and Expires are held against. */
export const timeOfDay = (response: Pick<CacheResponse, 'responseAtMs' | 'wallOffsetMs'>): number =>
  response.responseAtMs + (response.wallOffsetMs ?? 0);

const no = (reason: ReasonCode, facts: Explained['facts'] = {}): StoringDecision => ({ store: false, reason, facts });

/** Refusals that have nothing to do with what the response says. */
const OF_NO_RESPONSE: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'storing-off',
  'request-no-store',
  'method-not-cacheable',
]);

export function decideStoring(
  request: CacheRequest,
  response: CacheResponse,
  policy: CachePolicy,
  trace: Trace,
): StoringDecision {
  const fixed = policy.mode === 'fixed-ttl';
  const directives = effectiveDirectives(response.head, policy);
  const authorized = request.head.has('authorization');
  const lifetime = computeLifetime(response.status, response.head, directives, policy, timeOfDay(response), authorized);
  const decision = judge(request, response, policy, directives, lifetime, trace);
  if (decision.store || OF_NO_RESPONSE.has(decision.reason)) return decision;
  const { control } = directives;
  const obstacles = besideFacts({
    control: fixed ? { ...control, noCache: false } : control,
    isSetAside: control.mustUnderstand && isUnderstoodStatus(response.status),
    varyAny: varyNames(response.head) === '*',
    isUnshared: authorized && !maySharePrivate(control, fixed, policy.shareAnyway),
    left: lifetime.seconds - (fixed ? 0 : ageOnArrival(response).seconds),
  });
  const { targeted } = directives;
  const age = ageOnArrival(response).seconds;
  const asks = askedBy(countingControl(request.head, policy), age, lifetime.seconds - age);
  const stream = mediaTypeOf(response.head.get('content-type')) === 'text/event-stream';
  return {
    ...decision,
    facts: {
      ...decision.facts,
      ...obstacles,
      ...(targeted && { targeted: 1 }),
      ...(fixed && { fixed: 1 }),
      ...(stream && { stream: 1 }),
      ...(asks !== undefined && { asks }),
    },
  };
}

/** May the answer to a request with Authorization be stored (RFC 9111 §3.5)? */
function maySharePrivate(control: Readonly<CacheControl>, fixed: boolean, anyway: boolean): boolean {
  return fixed ? anyway : control.public || control.mustRevalidate || control.sMaxAge !== undefined;
}

function judge(
  request: CacheRequest,
  response: CacheResponse,
  policy: CachePolicy,
  { control, targeted }: Directives,
  lifetime: Lifetime,
  trace: Trace,
): StoringDecision {
  const { method } = request;
  const { status, head } = response;
  const fixed = policy.mode === 'fixed-ttl';

  if (policy.maxBodyBytes === 0) {
    trace.stop('body-limit', { limit: 0 });
    return no('storing-off');
  }
  if (request.head.requestCacheControl.noStore) {
    trace.stop('request-no-store', { cacheControl: request.head.combined('cache-control') ?? '' });
    return no('request-no-store');
  }
  const authorized = request.head.has('authorization');
  if (method === 'POST' && !isStorablePost(request, response, lifetime, fixed)) {
    trace.stop('response-method', { method, status, contentLocation: head.get('content-location') ?? null });
    return no('method-not-cacheable', { method });
  }
  const refused =
    refuseByStatus(status, control, lifetime, fixed, trace) ??
    refuseByDirectives(status, control, fixed && policy.shareAnyway, trace);
  if (refused !== undefined) return refused;
  if (authorized && !maySharePrivate(control, fixed, policy.shareAnyway)) {
    trace.stop('authorization', { cacheControl: control.text });
    return no('authorization');
  }
  if (authorized) trace.pass('authorization', { cacheControl: control.text });
  // A cookie that is left out of what is stored goes to nobody else.
  if (
    head.has('set-cookie') &&
    !(control.privateFields.includes('set-cookie') || control.noCacheFields.includes('set-cookie'))
  ) {
    // Only where the origin has said how long others may see it, or that it is public.
    const shared = fixed ? policy.shareAnyway : lifetime.explicit || control.public;
    if (!shared) {
      trace.stop('set-cookie', { cacheControl: control.text });
      return no('set-cookie');
    }
    trace.pass('set-cookie', { cacheControl: control.text });
  }
  if (mediaTypeOf(head.get('content-type')) === 'text/event-stream') {
    trace.stop('event-stream', { contentType: head.get('content-type') ?? '' });
    return no('event-stream');
  }
  const names = varyNames(head);
  if (names === '*') {
    trace.stop('response-vary', { vary: head.combined('vary') ?? '' });
    return no('vary-any');
  }
  if (names.length > 0) trace.pass('response-vary', { vary: names.join(', ') });
  const part = status === 206 ? checkPart(method, head, trace) : undefined;
  if (part !== undefined) return part;
  const length = head.contentLength ?? 0;
  if (length > policy.maxBodyBytes && method !== 'HEAD') {
    trace.stop('body-limit', { size: length, limit: policy.maxBodyBytes });
    return no('body-over-limit', { size: length, limit: policy.maxBodyBytes });
  }
  const odd = fixed || control.text === '' ? {} : odditiesOf(control.text);
  if (odd.repeated !== undefined) trace.note('repeated-directive', { ...odd.repeated });
  if (odd.malformed !== undefined) trace.note('malformed-directive', { directive: odd.malformed });
  if (odd.skipped !== undefined) trace.note('malformed-directive', { directive: odd.skipped, skipped: true });
  const forCdns = head.combined('cdn-cache-control');
  if (!fixed && !policy.cdnCacheControl && forCdns !== undefined && forCdns !== '')
    trace.note('targeted-not-read', { cdnCacheControl: forCdns });
  if (!lifetime.explicit && forbidsByPragma(head, control))
    trace.note('response-pragma', { pragma: head.combined('pragma') ?? '' });
  const facts = describeStored(request, response, lifetime, control, names, fixed);
  // A window counts from the end of the lifetime, which may lie before the response was made.
  const window = Math.max(facts.swrSeconds ?? 0, facts.sieSeconds ?? 0);
  // With no-cache every use asks the origin, and without a validator there is nothing to ask with.
  const usable = head.has('etag') || head.has('last-modified') || (lifetime.seconds + window > 0 && !facts.noCache);
  if (!usable) {
    trace.stop('lifetime', {
      lifetime: lifetime.seconds,
      source: lifetime.source,
      etag: null,
      lastModified: null,
      ...(facts.noCache && { noCache: true }),
    });
    return no('no-freshness-information', {
      source: lifetime.source,
      ...(lifetime.source === 'none' && mayGuess(status, head, control, authorized) && { guessable: 1 }),
      ...(odd.malformed !== undefined && { malformed: odd.malformed }),
      ...(odd.skipped !== undefined && { skipped: odd.skipped }),
      ...(lifetime.source === 'expires' && { expires: head.get('expires') ?? '' }),
      ...(control.text !== '' && lifetime.explicit && lifetime.source !== 'expires' && { cacheControl: control.text }),
    });
  }
  trace.pass('lifetime', {
    lifetime: lifetime.seconds,
    source: lifetime.source,
    ...(lifetime.since !== undefined && { since: lifetime.since }),
  });
  noteLeftOut(head, control, trace);
  const age = ageOnArrival(response);
  trace.stop('store', {
    lifetime: lifetime.seconds,
    status,
    ...(facts.noCache && { noCache: true }),
    ...(age.seconds > 0 && {
      left: Math.floor(lifetime.seconds + (facts.bornAtMs - response.responseAtMs) / 1000),
      age: age.seconds,
      by: age.by,
    }),
  });
  return { store: true, facts, malformed: odd.malformed, targeted };
}

/** Fields that `private="…"` and `no-cache="…"` keep out of the store, where the response has them. */
function noteLeftOut(head: Head, { privateFields, noCacheFields }: Readonly<CacheControl>, trace: Trace): void {
  const note = (directive: string, names: readonly string[], spec: string): void => {
    const left = names.filter((name) => getField(head.fields, name) !== undefined);
    if (left.length > 0) trace.note('fields-left-out', { directive, fields: left.join(', ') }, spec);
  };
  if (privateFields.length > 0) note('private', privateFields, 'RFC 9111 §5.2.2.7');
  if (noCacheFields.length > 0) note('no-cache', noCacheFields, 'RFC 9111 §5.2.2.4');
}

/** The answer to a POST stands for the URL when it says so and for how long (RFC 9110 §9.3.3). */
function isStorablePost(request: CacheRequest, response: CacheResponse, lifetime: Lifetime, fixed: boolean): boolean {
  if (fixed || response.status !== 200 || !lifetime.explicit) return false;
  const location = response.head.get('content-location');
  return location !== undefined && referredUrls(location, request.url).includes(request.url);
}

function refuseByStatus(
  status: number,
  control: Readonly<CacheControl>,
  lifetime: Lifetime,
  fixed: boolean,
  trace: Trace,
): StoringDecision | undefined {
  const cacheable = fixed
    ? FIXED_TTL_STATUSES.has(status)
    : !NEVER_STORED.has(status) &&
      (lifetime.explicit || control.public || isHeuristicallyCacheable(status) || status === 206);
  if (status < 200 || !cacheable) {
    trace.stop('response-status', { status, explicit: lifetime.explicit }, fixed ? undefined : CLAUSES[status]);
    return no('status-not-cacheable', {
      status,
      ...(fixed ? { fixed: 1 } : NEVER_STORED.has(status) && { never: RFC_6585[status] === undefined ? 1 : 6585 }),
    });
  }
  if (control.mustUnderstand && !isUnderstoodStatus(status)) {
    trace.stop('must-understand', { status });
    return no('not-understood', { status });
  }
  trace.pass('response-status', { status });
  return undefined;
}

function refuseByDirectives(
  status: number,
  control: Readonly<CacheControl>,
  anyway: boolean,
  trace: Trace,
): StoringDecision | undefined {
  if (anyway) return undefined;
  // A cache that understands the status follows must-understand and ignores no-store (RFC 9111 §5.2.2.3).
  const isSetAside = control.mustUnderstand && isUnderstoodStatus(status);
  if (control.noStore && isSetAside) trace.note('no-store-set-aside', { status, cacheControl: control.text });
  if (control.noStore && !isSetAside) {
    trace.stop('response-no-store', { cacheControl: control.text });
    return no('response-no-store', { cacheControl: control.text });
  }
  if (control.private) {
    trace.stop('response-private', { cacheControl: control.text });
    return no('response-private', { cacheControl: control.text });
  }
  return undefined;
}

/** A 206 is kept when it is one well-formed part (RFC 9111 §3.3). */
function checkPart(method: string, head: Head, trace: Trace): StoringDecision | undefined {
  const text = head.get('content-range');
  const range = parseContentRange(text);
  const length = head.get('content-length');
  const fits = range !== undefined && (length === undefined || head.contentLength === range.last - range.first + 1);
  if (method === 'GET' && fits) {
    trace.pass('response-part', { contentRange: text ?? null });
    return undefined;
  }
  trace.stop('response-part', { contentRange: text ?? null, contentLength: length ?? null });
  return no('partial', { contentRange: text ?? '' });
}

const windowOf = (seconds: number | undefined): number | undefined =>
  seconds === undefined || seconds <= 0 ? undefined : seconds;

/** The facts under which a response is kept; also used for a stored response whose fields were updated. */
export function describeStored(
  request: CacheRequest,
  response: CacheResponse,
  lifetime: Lifetime,
  control: Readonly<CacheControl>,
  vary: readonly string[],
  fixed: boolean,
): StoredFacts {
  const dropped = new Set([...REMADE, ...control.privateFields, ...control.noCacheFields]);
  if (request.method === 'HEAD') {
    dropped.delete('content-length');
    for (const name of PER_CLIENT) dropped.add(name);
  }
  const kept = withoutFields(response.head.fields, dropped);
  // RFC 9110 §6.6.1: a recipient that stores a response without Date adds one.
  if (!response.head.has('date') || dropped.has('date')) kept.push('Date', formatHttpDate(timeOfDay(response)));
  return {
    status: response.status,
    fields: kept,
    varyBy: varyKeyOf(vary, request.head),
    bornAtMs: computeBornAtMs(response.head, response.requestAtMs, response.responseAtMs, response.wallOffsetMs),
    storedAtMs: response.responseAtMs,
    lifetimeSeconds: lifetime.seconds,
    lifetimeSource: lifetime.source,
    swrSeconds: fixed ? undefined : windowOf(control.staleWhileRevalidate),
    sieSeconds: fixed ? undefined : windowOf(control.staleIfError),
    noCache: !fixed && control.noCache,
    // s-maxage implies proxy-revalidate (RFC 9111 §5.2.2.10).
    mustRevalidate: !fixed && (control.mustRevalidate || control.proxyRevalidate || control.sMaxAge !== undefined),
    headOnly: request.method === 'HEAD',
    partial: response.status === 206,
  };
}
