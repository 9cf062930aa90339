/**
 * What to do with a request, given what is stored under its URL (RFC 9111 §4). Pure: plain data in, a decision with
 * its reason, facts and trace out. What misses *almost* matched is explained by neighbours.ts.
 */
import type { Forward, ReasonCode, TraceStep } from '../../contract/reasons.ts';
import { INVALID, type CacheControl } from '../../http/cache-control.ts';
import { CONDITION_FIELDS, hasOriginCondition, isConditional } from '../../http/conditionals.ts';
import { withoutFields, type FieldList } from '../../http/fields.ts';
import type { Head } from '../../http/head.ts';
import type { CachePolicy, CacheRequest, Explained } from '../plan.ts';
import type { Candidate, StoredFacts } from './candidate.ts';
import { countingControl, setAside } from './client-control.ts';
import { forbiddingOf } from './forbids.ts';
import { sinceModified } from './freshness.ts';
import { noteOddities } from './request-oddities.ts';
import { fits, namesOf, selectByVary } from './select.ts';
import { Trace } from './trace.ts';
import type { VaryDifference } from './vary.ts';

export type RequestDecision<C extends Candidate> = Explained &
  (
    | { kind: 'serve'; candidate: C }
    | { kind: 'serve-stale-and-revalidate'; candidate: C; forward: Forward; forwardFields: FieldList }
    | { kind: 'validate'; candidate: C; forward: Forward; forwardFields: FieldList; collapse: boolean }
    | {
        kind: 'fetch';
        forward: Forward;
        forwardFields: FieldList;
        collapse: boolean;
        stale?: C;
        /** The stored variant that differs in the fewest fields, and how. */
        nearest?: C;
        difference?: VaryDifference;
      }
    | { kind: 'refuse-504' }
    | { kind: 'bypass'; forward: Forward; forwardFields: FieldList }
  );

/** Conditions that are for origins alone, as they are told. */
const CONDITIONS_OF_ORIGINS = [
  ['If-Match', 'if-match'],
  ['If-Unmodified-Since', 'if-unmodified-since'],
] as const;

/** Conditions and ranges the cache replaces or leaves out when it validates for itself. */
const REPLACED_IN_VALIDATION: ReadonlySet<string> = new Set([...CONDITION_FIELDS, 'range']);

export function decideRequest<C extends Candidate>(
  request: CacheRequest,
  candidates: readonly C[],
  policy: CachePolicy,
  nowMs: number,
): RequestDecision<C> {
  const { method, head } = request;
  const asked = head.requestCacheControl;
  const trace = new Trace('request');
  const bypass = (reason: ReasonCode, forward: Forward = 'bypass'): RequestDecision<C> => ({
    kind: 'bypass',
    forward,
    reason,
    facts: {},
    trace: trace.steps,
    forwardFields: head.fields,
  });

  if (policy.mode === 'off') {
    trace.stop('cache-mode', { mode: policy.mode });
    return bypass('cache-off');
  }
  if (request.secret === true) {
    trace.stop('control-token', {});
    return bypass('control-token');
  }
  if (request.chosen === 'past') {
    trace.stop('past-cache', {});
    return bypass('past-cache');
  }
  if (method !== 'GET' && method !== 'HEAD') {
    trace.stop('request-method', { method });
    // The answer to a POST may be kept for later GETs (RFC 9110 §9.3.3), so it passes through the response decision.
    if (method === 'POST')
      return {
        kind: 'fetch',
        forward: 'method',
        reason: 'method-not-cacheable',
        facts: { method },
        trace: trace.steps,
        forwardFields: head.fields,
        collapse: false,
      };
    return { ...bypass('method-not-cacheable', 'method'), facts: { method } };
  }
  if (request.hasBody) {
    // Content has no defined meaning here, but an origin may answer by it: the URL alone no longer names the answer.
    trace.stop('request-content', { method });
    return asked.onlyIfCached
      ? refuse(asked, trace, 'request-content', { method })
      : { ...bypass('request-content'), facts: { method } };
  }
  if (asked.noStore) {
    trace.stop('request-no-store', { cacheControl: asked.text });
    return asked.onlyIfCached ? refuse(asked, trace, 'request-no-store', {}) : bypass('request-no-store');
  }
  // Who fills the cache anew means it, whatever reloads of clients count for.
  const control = request.chosen === 'refresh' ? asked : countingControl(head, policy);
  if (control !== asked) trace.note('client-control-ignored', { cacheControl: setAside(asked) });
  const malformed = noteOddities(control, trace);
  const fetch = (
    forward: Forward,
    reason: ReasonCode,
    facts: Explained['facts'],
    more: { stale?: C; nearest?: C; difference?: VaryDifference } = {},
  ): RequestDecision<C> => {
    if (control.onlyIfCached) return refuse(control, trace, reason, facts);
    return {
      kind: 'fetch',
      forward,
      reason,
      facts,
      trace: trace.steps,
      forwardFields: head.fields,
      collapse: mayCollapse(head, control),
      ...more,
    };
  };
  if (head.hasConditionOrRange && hasOriginCondition(head)) {
    trace.stop('origin-condition', {
      ifMatch: head.get('if-match') ?? null,
      ifUnmodifiedSince: head.get('if-unmodified-since') ?? null,
    });
    const found = lookUp(candidates, method, head, nowMs);
    const field = CONDITIONS_OF_ORIGINS.filter(([, name]) => head.has(name))
      .map(([told]) => told)
      .join(', ');
    // That a stored response would have done is not to be said where there is none.
    const isThere = found === 'request' || found === 'stale';
    return fetch(found, 'request-condition', { field, ...(!isThere && { found }) });
  }
  if (candidates.length === 0) {
    trace.stop('lookup', { found: 0 });
    return fetch('uri-miss', 'uri-miss', {});
  }
  trace.pass('lookup', { found: candidates.length });

  const { match, difference, nearest } = selectByVary(candidates, head);
  if (match.length === 0) {
    const { field, stored, sent, also } = difference!;
    const variants = candidates.length;
    trace.stop('vary', { field, stored, sent, ...(also !== undefined && { also }), variants });
    return fetch(
      'vary-miss',
      'vary-mismatch',
      {
        field,
        stored: stored ?? '',
        sent: sent ?? '',
        variants,
        ...(also !== undefined && { also }),
        ...(stored === null && also === undefined && { bare: 1 }),
      },
      { difference: difference!, nearest: nearest! },
    );
  }
  const first = match[0]!;
  if (first.varyBy.length > 0) trace.pass('vary', { fields: namesOf(first) });

  const candidate = match.find((item) => fits(item, method, head));
  if (candidate === undefined) {
    if (match.every((item) => item.headOnly)) {
      trace.stop('stored-method', { stored: 'HEAD', sent: method });
      return fetch('miss', 'method-mismatch', { stored: 'HEAD', sent: method });
    }
    const part = match.find((item) => item.partial);
    const range = part?.contentRange;
    const facts = {
      stored: range === undefined ? '' : `${range.first}-${range.last}/${range.length ?? '*'}`,
      sent: head.get('range') ?? '',
    };
    trace.stop('stored-part', facts);
    return fetch('partial', 'partial-miss', facts);
  }
  return decideUse(request, candidate, control, malformed, nowMs, trace, fetch);
}

/** Why a suitable stored response is not enough: it is stale, or must be validated, or the request wants another one. */
export function forwardFor(candidate: StoredFacts, nowMs: number): Forward {
  return candidate.noCache || nowMs - candidate.bornAtMs >= candidate.lifetimeSeconds * 1000 ? 'stale' : 'request';
}

/** What is stored for a request that goes to the origin in any case. */
function lookUp<C extends Candidate>(candidates: readonly C[], method: string, head: Head, nowMs: number): Forward {
  if (candidates.length === 0) return 'uri-miss';
  const { match } = selectByVary(candidates, head);
  if (match.length === 0) return 'vary-miss';
  const candidate = match.find((item) => fits(item, method, head));
  if (candidate !== undefined) return forwardFor(candidate, nowMs);
  return match.every((item) => item.headOnly) ? 'miss' : 'partial';
}

/** The client wants a stored response only, and would have got what `otherwise` says. */
function refuse(
  control: Readonly<CacheControl>,
  trace: Trace,
  otherwise: ReasonCode,
  facts: Explained['facts'],
): Explained & { kind: 'refuse-504' } {
  trace.goOn();
  trace.stop('only-if-cached', { cacheControl: control.text });
  return { kind: 'refuse-504', reason: 'only-if-cached', facts: { ...facts, otherwise }, trace: trace.steps };
}

/** A suitable stored response was found: may it be used as it is? */
function decideUse<C extends Candidate>(
  request: CacheRequest,
  candidate: C,
  control: Readonly<CacheControl>,
  malformed: string | undefined,
  nowMs: number,
  trace: Trace,
  fetch: (forward: Forward, reason: ReasonCode, facts: Explained['facts'], more?: { stale?: C }) => RequestDecision<C>,
): RequestDecision<C> {
  const ageMs = nowMs - candidate.bornAtMs;
  const leftMs = candidate.lifetimeSeconds * 1000 - ageMs;
  const left = Math.floor(leftMs / 1000);
  const facts: Explained['facts'] = {
    age: Math.floor(ageMs / 1000),
    lifetime: candidate.lifetimeSeconds,
    source: candidate.lifetimeSource,
  };

  const forward = forwardFor(candidate, nowMs);

  const validate = (reason: ReasonCode, collapse: boolean): RequestDecision<C> => {
    const canValidate = candidate.etag !== undefined || candidate.lastModified !== undefined;
    if (!canValidate || control.onlyIfCached) {
      if (!canValidate) trace.note('validation', { etag: null, lastModified: null });
      return fetch(forward, reason, facts, { stale: candidate });
    }
    trace.note('validation', { etag: candidate.etag ?? null, lastModified: candidate.lastModified ?? null });
    return {
      kind: 'validate',
      forward,
      reason,
      facts,
      trace: trace.steps,
      candidate,
      forwardFields: validationFields(request.head, candidate),
      collapse: collapse && mayCollapse(request.head, control, true),
    };
  };

  const { maxAge, minFresh, maxStale } = control;
  const isCovered =
    !candidate.mustRevalidate &&
    ((maxStale !== undefined && maxStale !== INVALID && -leftMs <= maxStale * 1000) ||
      (candidate.swrSeconds !== undefined && -leftMs <= candidate.swrSeconds * 1000));
  if (candidate.noCache) {
    if (leftMs <= 0) facts['staleToo'] = 1;
    trace.stop('stored-no-cache', { cacheControl: candidate.head.combined('cache-control') ?? '' });
    return validate('validation-required', true);
  }
  if (leftMs <= 0 && !isCovered) facts['staleToo'] = 1;
  if (control.noCache) {
    if (control.text === '') facts['pragma'] = 1;
    trace.stop('request-no-cache', { cacheControl: sent(control), left });
    return validate('request-no-cache', false);
  }
  const sayOf = (name: string): string => (malformed?.startsWith(name) === true ? malformed : name);
  // A malformed number is read as the strictest one.
  if (maxAge !== undefined && (maxAge === INVALID || maxAge === 0 || ageMs > maxAge * 1000)) {
    facts['maxAge'] = Math.max(0, maxAge);
    if (maxAge === INVALID) facts['malformed'] = sayOf('max-age');
    trace.stop('request-max-age', {
      age: facts['age']!,
      left,
      maxAge: Math.max(0, maxAge),
      ...(maxAge === INVALID && { malformed: sayOf('max-age') }),
    });
    return validate('request-max-age', false);
  }
  if (minFresh !== undefined && leftMs >= 0 && (minFresh === INVALID || leftMs < minFresh * 1000)) {
    facts['minFresh'] = Math.max(0, minFresh);
    facts['left'] = left;
    if (minFresh === INVALID) facts['malformed'] = sayOf('min-fresh');
    trace.stop('request-min-fresh', {
      left,
      minFresh: Math.max(0, minFresh),
      ...(minFresh === INVALID && { malformed: sayOf('min-fresh') }),
    });
    return validate('request-min-fresh', false);
  }
  const inputs = { age: facts['age']!, lifetime: candidate.lifetimeSeconds, source: candidate.lifetimeSource };
  if (leftMs > 0) {
    const earlier = candidate.freshExplanation;
    if (
      earlier !== undefined &&
      earlier.facts['left'] === left &&
      earlier.age === inputs.age &&
      isSameStart(earlier.trace, trace.steps)
    )
      return { kind: 'serve', reason: 'fresh', facts: earlier.facts, trace: earlier.trace, candidate };
    facts['left'] = left;
    addSince(facts, candidate);
    trace.stop('freshness', facts['since'] === undefined ? inputs : { ...inputs, since: facts['since'] });
    candidate.freshExplanation = { age: inputs.age, facts, trace: trace.steps };
    return { kind: 'serve', reason: 'fresh', facts, trace: trace.steps, candidate };
  }
  addSince(facts, candidate);
  trace.pass('freshness', facts['since'] === undefined ? inputs : { ...inputs, since: facts['since'] });
  const staleSeconds = Math.floor(-leftMs / 1000);
  facts['secondsAgo'] = staleSeconds;
  const ageAtStart = Math.floor((candidate.storedAtMs - candidate.bornAtMs) / 1000);
  if (ageAtStart >= candidate.lifetimeSeconds) facts['ageAtStart'] = ageAtStart;
  if (candidate.mustRevalidate) {
    const by = forbiddingOf(candidate.head, candidate);
    if (by !== undefined) facts['forbids'] = by.directive;
    if (maxStale !== undefined)
      trace.note('max-stale-overruled', { directive: by?.directive ?? null, maxStale: maxStaleOf(maxStale) }, by?.spec);
    trace.stop(
      'must-revalidate',
      { directive: by?.directive ?? null, cacheControl: candidate.head.combined('cache-control') ?? '' },
      by?.spec,
    );
    return validate('expired', true);
  }
  if (maxStale !== undefined) {
    const allowed = maxStale !== INVALID && staleSeconds <= maxStale;
    const limit = maxStaleOf(maxStale);
    if (allowed) {
      facts['maxStale'] = limit;
      trace.stop('request-max-stale', { stale: staleSeconds, maxStale: limit });
      return { kind: 'serve', reason: 'stale-allowed', facts, trace: trace.steps, candidate };
    }
    facts['maxStale'] = limit;
    trace.pass('request-max-stale', {
      stale: staleSeconds,
      maxStale: limit,
      ...(maxStale === INVALID && { malformed: sayOf('max-stale') }),
    });
  }
  if (candidate.swrSeconds !== undefined) {
    const inside = -leftMs <= candidate.swrSeconds * 1000;
    if (inside && minFresh === undefined) {
      facts['window'] = candidate.swrSeconds;
      trace.stop('stale-while-revalidate', { stale: staleSeconds, window: candidate.swrSeconds });
      return {
        kind: 'serve-stale-and-revalidate',
        forward,
        reason: 'stale-while-revalidate',
        facts,
        trace: trace.steps,
        candidate,
        forwardFields: validationFields(request.head, candidate),
      };
    }
    facts['swr'] = candidate.swrSeconds;
    const barred = inside && minFresh !== undefined ? { minFresh: Math.max(0, minFresh) } : {};
    if (inside) facts['barred'] = 'min-fresh';
    trace.pass('stale-while-revalidate', { stale: staleSeconds, window: candidate.swrSeconds, ...barred });
  }
  trace.stop('freshness', { ...inputs, stale: staleSeconds });
  return validate('expired', true);
}

/** As the client wrote it; Pragma alone means no-cache (RFC 9111 §5.4). */
const sent = ({ text }: Readonly<CacheControl>): string => (text === '' ? 'Pragma: no-cache' : text);

const maxStaleOf = (maxStale: number): number | 'any' => (maxStale === Infinity ? 'any' : Math.max(0, maxStale));

/** What a heuristic lifetime was made from: seconds from Last-Modified to Date. */
function addSince(facts: Record<string, string | number>, candidate: Candidate): void {
  if (candidate.lifetimeSource !== 'heuristic') return;
  const since = sinceModified(candidate.head, candidate.storedAtMs);
  if (since !== undefined) facts['since'] = since;
}

/** May identical requests share this fetch? Not when the answer is bent to this client's copy, part or wish for a new one. */
function mayCollapse(request: Head, control: Readonly<CacheControl>, conditionsReplaced = false): boolean {
  if (control.noCache || control.maxAge !== undefined) return false;
  return conditionsReplaced || (!isConditional(request) && !request.has('range'));
}

/** The request's fields with the cache's own conditions in place of the client's (RFC 9111 §4.3.1). */
export function validationFields(request: Head, stored: Pick<Candidate, 'etag' | 'lastModified'>): string[] {
  const out = withoutFields(request.fields, REPLACED_IN_VALIDATION);
  if (stored.etag !== undefined) out.push('If-None-Match', stored.etag);
  if (stored.lastModified !== undefined) out.push('If-Modified-Since', stored.lastModified);
  return out;
}

/** The request's fields without any condition or range. */
export function unconditionalFields(request: Head): string[] {
  return withoutFields(request.fields, REPLACED_IN_VALIDATION);
}

/** True when the steps of a finished trace before its last one are these: how many were found, and by which fields one was chosen. */
function isSameStart(finished: readonly TraceStep[], steps: readonly TraceStep[]): boolean {
  if (finished.length !== steps.length + 1) return false;
  for (let i = 0; i < steps.length; i++) {
    const a = finished[i]!;
    const b = steps[i]!;
    // What was noted of this request is not what was noted of that one.
    if (
      a.code !== b.code ||
      a.result === 'note' ||
      a.inputs['found'] !== b.inputs['found'] ||
      a.inputs['fields'] !== b.inputs['fields']
    )
      return false;
  }
  return true;
}
