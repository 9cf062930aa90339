/**
 * What to do with a response's head: keep it, freshen what is stored, fall back to what is stored, or pass it on.
 * And what to do when none came. Pure; invalidation is named here and carried out by the engine.
 */
import type { ProxyErrorCode } from '../contract/errors.ts';
import type { ReasonCode } from '../contract/reasons.ts';
import { requestCacheControl } from '../http/cache-control.ts';
import { isStrongEtag } from '../http/conditionals.ts';
import { getField, hasField, type FieldList } from '../http/fields.ts';
import { unconditionalFields, type Candidate } from './decide-request.ts';
import { decideStoring, describeStored } from './decide-storing.ts';
import { computeLifetime, effectiveDirectives } from './freshness.ts';
import { urlsToInvalidate } from './invalidation.ts';
import type { CachePolicy, CacheRequest, CacheResponse, Explained } from './plan.ts';
import type { StoredFacts } from './stored-entry.ts';
import { Trace } from './trace.ts';
import { varyNames } from './vary.ts';

/** What the request decision had been. */
export interface Asked<C extends Candidate> {
  kind: 'fetch' | 'validate' | 'bypass';
  reason: ReasonCode;
  facts: Explained['facts'];
  /** What is stored: validated by this request, or stale and without validators. */
  candidate?: C;
}

export type ResponseDecision = Explained & { invalidates: string[] } & (
    | { kind: 'store'; stored: StoredFacts }
    /** `keep` is false when the updated fields forbid storing: it answers this request and goes. */
    | { kind: 'freshen'; updated: StoredFacts; keep: boolean }
    | { kind: 'serve-stale' }
    | { kind: 'refetch'; forwardFields: FieldList }
    /** `outdated`: what is stored was proved wrong by this response. */
    | { kind: 'skip'; bypass: boolean; outdated: boolean }
  );

/** Errors for which stale-if-error speaks (RFC 5861 §4). */
const ERRORS: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** Requests that asked for an answer of the origin's get no stale one instead. */
const NO_STALE_FOR: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['request-no-cache', 'request-max-age', 'request-min-fresh', 'validation-required', 'request-condition']);

/** Not taken over from a 304: they describe the stored content, not the response (RFC 9111 §3.2). */
const NOT_UPDATED: ReadonlySet<string> = new Set(['content-encoding', 'content-length', 'content-md5', 'content-range', 'content-digest', 'etag', 'age']);

export function decideResponse<C extends Candidate>(request: CacheRequest, asked: Asked<C>, response: CacheResponse, policy: CachePolicy, nowMs: number): ResponseDecision {
  const trace = new Trace('response');
  const { status, fields } = response;
  const { candidate } = asked;
  const invalidates = policy.mode === 'off' ? [] : urlsToInvalidate(request.method, request.url, status, fields);
  if (invalidates.length > 0) trace.note('invalidate', { method: request.method, status, urls: invalidates.join(' ') });
  const explained = (reason: ReasonCode, facts: Explained['facts']) => ({ reason, facts, trace: trace.steps, invalidates });

  if (asked.kind === 'bypass') return { kind: 'skip', bypass: true, outdated: false, ...explained(asked.reason, asked.facts) };
  if (status === 304) {
    if (asked.kind === 'validate' && candidate !== undefined) return freshen(request, candidate, response, policy, trace, asked);
    // The client's own condition held: its copy is good, there is nothing to keep.
    trace.stop('response-status', { status });
    return { kind: 'skip', bypass: false, outdated: false, ...explained(asked.reason, asked.facts) };
  }
  if (candidate !== undefined && ERRORS.has(status)) {
    const window = staleIfError(request, asked.reason, candidate, nowMs, trace, { status });
    if (window !== undefined) return { kind: 'serve-stale', ...explained('stale-if-error', { ...staleFacts(candidate, nowMs), status, window }) };
  }
  if (request.method === 'HEAD' && status === 200 && candidate !== undefined && !candidate.headOnly) {
    if (agrees(candidate, fields, trace)) return freshen(request, candidate, response, policy, trace, asked);
  }
  const storing = decideStoring(request, response, policy, trace);
  if (!storing.store) {
    const miss = storing.reason === 'body-over-limit';
    return { kind: 'skip', bypass: !miss, outdated: candidate !== undefined && status < 500, ...explained(storing.reason, storing.facts) };
  }
  const changed = asked.kind === 'validate' && asked.reason === 'expired';
  return { kind: 'store', stored: storing.facts, ...explained(changed ? 'validation-changed' : asked.reason, changed ? { ...asked.facts, status } : asked.facts) };
}

/** What to do when the origin could not be reached or broke off before a head came. */
export function decideFailure<C extends Candidate>(request: CacheRequest, asked: Asked<C>, error: ProxyErrorCode, nowMs: number): Explained & { kind: 'serve-stale' | 'fail' } {
  const trace = new Trace('upstream');
  const { candidate } = asked;
  const facts = { error };
  if (candidate === undefined || error === 'client_aborted') return { kind: 'fail', reason: 'upstream-failed', facts, trace: trace.steps };
  const window = staleIfError(request, asked.reason, candidate, nowMs, trace, { error });
  if (window !== undefined) return { kind: 'serve-stale', reason: 'stale-if-error', facts: { ...staleFacts(candidate, nowMs), ...facts, window }, trace: trace.steps };
  // Disconnected from the origin, a stale response may be used unless it forbids that (RFC 9111 §4.2.4). One with a
  // stale-if-error window has said how long.
  const forbidden = NO_STALE_FOR.has(asked.reason) || candidate.mustRevalidate || candidate.noCache || candidate.sieSeconds !== undefined;
  if (forbidden) {
    trace.stop('stale-on-error', { error, mustRevalidate: candidate.mustRevalidate, noCache: candidate.noCache, asked: asked.reason });
    return { kind: 'fail', reason: 'upstream-failed', facts, trace: trace.steps };
  }
  trace.stop('stale-on-error', { error, mustRevalidate: false, noCache: false });
  return { kind: 'serve-stale', reason: 'stale-on-error', facts: { ...staleFacts(candidate, nowMs), ...facts }, trace: trace.steps };
}

function staleFacts(candidate: Candidate, nowMs: number): Explained['facts'] {
  const ageMs = nowMs - candidate.bornAtMs;
  return { age: Math.floor(ageMs / 1000), lifetime: candidate.lifetimeSeconds, secondsAgo: Math.max(0, Math.floor(ageMs / 1000 - candidate.lifetimeSeconds)) };
}

/** The stale-if-error window, when it is open: the stored response's or the request's (RFC 5861 §4). */
function staleIfError(request: CacheRequest, asked: ReasonCode, candidate: Candidate, nowMs: number, trace: Trace, cause: { status: number } | { error: string }): number | undefined {
  if (NO_STALE_FOR.has(asked) || candidate.mustRevalidate || candidate.noCache) return undefined;
  const window = Math.max(candidate.sieSeconds ?? -1, requestCacheControl(request.fields).staleIfError ?? -1);
  if (window < 0) return undefined;
  const staleSeconds = (nowMs - candidate.bornAtMs) / 1000 - candidate.lifetimeSeconds;
  if (staleSeconds > window) {
    trace.pass('stale-if-error', { ...cause, stale: Math.floor(staleSeconds), window });
    return undefined;
  }
  trace.stop('stale-if-error', { ...cause, stale: Math.max(0, Math.floor(staleSeconds)), window });
  return window;
}

/** Does a 200 to HEAD speak of the stored representation (RFC 9111 §4.3.5)? */
function agrees(candidate: Candidate, fields: FieldList, trace: Trace): boolean {
  const etag = getField(fields, 'etag');
  const lastModified = getField(fields, 'last-modified');
  const same = candidate.status === 200 && (etag === undefined || etag === candidate.etag) && (lastModified === undefined || lastModified === candidate.lastModified);
  trace.note('head-update', { agrees: same, etag: etag ?? null, lastModified: lastModified ?? null });
  return same;
}

/** The stored response under the fields of a 304 (or of a 200 to HEAD) (RFC 9111 §4.3.4). */
function freshen<C extends Candidate>(request: CacheRequest, candidate: C, response: CacheResponse, policy: CachePolicy, trace: Trace, asked: Asked<C>): ResponseDecision {
  const etag = getField(response.fields, 'etag');
  const lastModified = getField(response.fields, 'last-modified');
  // A strong validator that is not the stored one, when no entity tag was asked about, speaks of something else.
  if (response.status === 304 && isStrongEtag(etag) && candidate.etag === undefined && lastModified !== candidate.lastModified) {
    trace.stop('not-modified', { etag, storedEtag: null, lastModified: lastModified ?? null, storedLastModified: candidate.lastModified ?? null });
    return { kind: 'refetch', forwardFields: unconditionalFields(request.fields), reason: 'validation-changed', facts: asked.facts, trace: trace.steps, invalidates: [] };
  }
  const fields = updateFields(candidate.fields, response.fields);
  const directives = effectiveDirectives(fields, policy);
  const { control } = directives;
  const fixed = policy.mode === 'fixed-ttl';
  const lifetime = computeLifetime(candidate.status, fields, directives, policy, response.responseAtMs, hasField(request.fields, 'authorization'));
  const names = varyNames(fields);
  const described = describeStored(request, { ...response, status: candidate.status }, fields, lifetime, control, names === '*' ? [] : names, fixed);
  const keep = names !== '*' && (fixed || (!control.private && !control.noStore));
  trace.stop('not-modified', { status: response.status, etag: etag ?? null, lifetime: lifetime.seconds, source: lifetime.source });
  return {
    kind: 'freshen',
    updated: { ...described, headOnly: candidate.headOnly, partial: candidate.partial },
    keep,
    reason: 'revalidated',
    facts: { ...asked.facts, status: response.status, lifetime: lifetime.seconds },
    trace: trace.steps,
    invalidates: [],
  };
}

/** Stored fields with those of the update in the place of all lines of the same name (RFC 9111 §3.2). */
export function updateFields(stored: FieldList, update: FieldList): string[] {
  const replaced = new Set<string>();
  for (let i = 0; i < update.length; i += 2) {
    const name = update[i]!.toLowerCase();
    if (!NOT_UPDATED.has(name)) replaced.add(name);
  }
  const out: string[] = [];
  for (let i = 0; i < stored.length; i += 2) {
    const name = stored[i]!.toLowerCase();
    // A 304 is dated when it was made; a stored Date would make the freshened response old at once.
    if (!replaced.has(name) && name !== 'date') out.push(stored[i]!, stored[i + 1]!);
  }
  for (let i = 0; i < update.length; i += 2) if (replaced.has(update[i]!.toLowerCase())) out.push(update[i]!, update[i + 1]!);
  const age = getField(update, 'age');
  if (age !== undefined) out.push('Age', age);
  return out;
}
