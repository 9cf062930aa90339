/**
 * What to do with a response's head: keep it, freshen what is stored, fall back to what is stored, or pass it on.
 * And what to do when none came. Pure; invalidation is named here and carried out by the engine.
 */
import type { ProxyErrorCode } from '../../contract/errors.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { weakMatch } from '../../http/conditionals.ts';
import { getCombined, type FieldList } from '../../http/fields.ts';
import type { Head } from '../../http/head.ts';
import { againFacts, NOTHING_STORED } from './again.ts';
import { agrees, decideUpdate, spokenOf, type Fate, type Update } from './freshen.ts';
import { unconditionalFields } from './request.ts';
import type { Candidate, StoredFacts } from './candidate.ts';
import { decideStoring } from './storing.ts';
import { forbiddingOf, type Forbidding } from './forbids.ts';
import { REPLY_SPECS } from './reply-specs.ts';
import { urlsToInvalidate } from './invalidation.ts';
import type { CachePolicy, CacheRequest, CacheResponse, Explained } from '../plan.ts';
import { Trace } from './trace.ts';

/** What the request decision had been. */
export interface Asked<C extends Candidate> {
  kind: 'fetch' | 'validate' | 'bypass';
  reason: ReasonCode;
  facts: Explained['facts'];
  /** Why the stored response was not used, where the reason has become another (asked again after a 304 about something else). */
  wanted?: ReasonCode;
  /** What is stored: validated by this request, or stale and without validators. */
  candidate?: C;
}

export type ResponseDecision = Explained & { invalidates: string[] } & (
    | { kind: 'store'; stored: StoredFacts }
    /** Reply from the stored response under `updated`, with `own` for this client alone; `fate` says what becomes of the stored one. */
    | { kind: 'freshen'; updated: StoredFacts; own: FieldList; fate: Fate }
    | { kind: 'serve-stale' }
    | { kind: 'refetch'; forwardFields: FieldList }
    /** `outdated`: what is stored was proved wrong by this response. */
    | { kind: 'skip'; outdated: boolean }
  );

/** Statuses that stale-if-error covers (RFC 5861 §4). */
const ERRORS: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** Requests that asked for an answer of the origin's get no stale one instead. */
const NO_STALE_FOR: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'request-no-cache',
  'request-max-age',
  'request-min-fresh',
  'validation-required',
  'request-condition',
  'user-validation',
]);

const wantedBy = ({ wanted, reason }: Pick<Asked<Candidate>, 'wanted' | 'reason'>): ReasonCode => wanted ?? reason;

/** What such a request said, in the facts of its plan. */
const WISHES = ['pragma', 'maxAge', 'minFresh', 'malformed', 'field'] as const;

/** The origin is unreachable: no response at all. Other failures have a more specific status of their own. */
const GONE: ReadonlySet<ProxyErrorCode> = new Set<ProxyErrorCode>([
  'dns_error',
  'dns_timeout',
  'destination_not_found',
  'destination_unavailable',
  'destination_ip_unroutable',
  'connection_refused',
  'connection_terminated',
  'connection_timeout',
  'connection_read_timeout',
  'connection_write_timeout',
  'connection_limit_reached',
  'http_response_timeout',
  'http_response_incomplete',
]);

export function decideResponse<C extends Candidate>(
  request: CacheRequest,
  asked: Asked<C>,
  response: CacheResponse,
  policy: CachePolicy,
  nowMs: number,
): ResponseDecision {
  const trace = new Trace('response');
  const { status, head } = response;
  const { candidate } = asked;
  // Also in mode off: what is stored comes back into use with the mode.
  const invalidates = urlsToInvalidate(request.method, request.url, status, head);
  if (invalidates.length > 0) trace.note('invalidate', { method: request.method, status, urls: invalidates.join(' ') });
  let beside: Explained['facts'] = {};
  const explained = (reason: ReasonCode, facts: Explained['facts']) => ({
    reason,
    facts: { ...facts, ...beside },
    trace: trace.steps,
    invalidates,
  });

  if (asked.kind !== 'validate') beside = originReply(request, response, trace);
  if (asked.kind === 'bypass') return { kind: 'skip', outdated: false, ...explained(asked.reason, asked.facts) };
  if (status === 304) {
    if (asked.kind === 'validate' && candidate !== undefined)
      return notModified(request, candidate, response, policy, trace, asked);
    // The client's own condition held: its copy is good, there is nothing to keep.
    trace.stop('response-status', { status });
    return { kind: 'skip', outdated: false, ...explained(asked.reason, asked.facts) };
  }
  if (candidate !== undefined && status >= 500) {
    const window = staleIfError(request, wantedBy(asked), candidate, nowMs, trace, { status });
    if (window !== undefined && window.unused === undefined)
      return {
        kind: 'serve-stale',
        ...explained('stale-if-error', {
          ...staleFacts(candidate, nowMs),
          status,
          window: window.seconds,
          ...(window.ofRequest && { sieBy: 'request' }),
        }),
      };
    if (window?.unused !== undefined)
      beside = {
        sieWindow: window.seconds,
        sieUnused: window.unused,
        status,
        ...(window.ofRequest && { sieBy: 'request' }),
        ...(window.unused === 'asked' && { sieAsked: wantedBy(asked) }),
        ...(asked.facts['pragma'] === 1 && { pragma: 1 }),
      };
  }
  if (request.method === 'HEAD' && status === 200 && candidate !== undefined && !candidate.headOnly) {
    if (agrees(candidate, head, trace)) {
      const update = decideUpdate(request, candidate, response, policy);
      if (update.refused === undefined) return freshened(update, response, trace, asked);
      noteRefusal(update, trace);
      return {
        kind: 'skip',
        outdated: update.fate === 'removed',
        ...explained(update.refused, { ...asked.facts, ...update.refusedFacts }),
      };
    }
  }
  const ignored =
    asked.kind === 'validate' && candidate !== undefined && status === 200
      ? ignoredCondition(candidate, response.head)
      : undefined;
  if (ignored !== undefined)
    trace.note(
      'validation-ignored',
      { field: ignored, etag: candidate?.etag ?? null, lastModified: candidate?.lastModified ?? null },
      ignored === 'If-None-Match' ? 'RFC 9110 §13.1.2' : 'RFC 9110 §13.1.3',
    );
  const storing = decideStoring(request, response, policy, trace);
  if (!storing.store) {
    return {
      kind: 'skip',
      outdated: candidate !== undefined && status < 500,
      ...explained(storing.reason, storing.facts),
    };
  }
  const changed = asked.kind === 'validate' && asked.reason === 'expired';
  return {
    kind: 'store',
    stored: storing.facts,
    ...explained(
      changed ? 'validation-changed' : asked.reason,
      changed || asked.reason === 'background-validation'
        ? { ...asked.facts, status, ...(ignored !== undefined && { ignored }) }
        : request.method === 'POST'
          ? { ...asked.facts, stored: 1 }
          : NOTHING_STORED.has(asked.reason)
            ? { ...asked.facts, ...againFacts(request, policy, storing) }
            : asked.facts,
    ),
  };
}

/** The condition of our validation that held, and that a 200 in place of a 304 passes over. */
function ignoredCondition(candidate: Candidate, response: Head): 'If-None-Match' | 'If-Modified-Since' | undefined {
  const etag = response.get('etag');
  if (candidate.etag !== undefined || etag !== undefined)
    return candidate.etag !== undefined && etag !== undefined && weakMatch(etag, candidate.etag)
      ? 'If-None-Match'
      : undefined;
  const modified = response.get('last-modified');
  return modified !== undefined && modified === candidate.lastModified ? 'If-Modified-Since' : undefined;
}

/** What to do when the origin could not be reached or broke off before a head came. */
export function decideFailure<C extends Candidate>(
  request: CacheRequest,
  asked: Asked<C>,
  error: ProxyErrorCode,
  nowMs: number,
): Explained & ({ kind: 'serve-stale' } | { kind: 'fail'; status?: 504 }) {
  const trace = new Trace('upstream');
  const { candidate } = asked;
  const facts: Explained['facts'] = { error };
  if (asked.reason === 'background-validation') facts['background'] = 1;
  if (candidate === undefined || error === 'client_aborted') {
    if (asked.kind === 'bypass' || asked.reason === 'method-not-cacheable') facts['unasked'] = 1;
    return { kind: 'fail', reason: 'upstream-failed', facts, trace: trace.steps };
  }
  const window = staleIfError(request, wantedBy(asked), candidate, nowMs, trace, { error });
  if (window !== undefined && window.unused === undefined)
    return {
      kind: 'serve-stale',
      reason: 'stale-if-error',
      facts: {
        ...staleFacts(candidate, nowMs),
        ...facts,
        window: window.seconds,
        ...(window.ofRequest && { sieBy: 'request' }),
      },
      trace: trace.steps,
    };
  // Disconnected from the origin, a stale response may be used unless it forbids that (RFC 9111 §4.2.4). One with a
  // stale-if-error window has said how long.
  const forbidden =
    NO_STALE_FOR.has(wantedBy(asked)) ||
    candidate.mustRevalidate ||
    candidate.noCache ||
    candidate.sieSeconds !== undefined;
  if (forbidden) {
    const by = forbiddingOf(candidate.head, candidate);
    if (by !== undefined)
      trace.note(
        'must-revalidate',
        { directive: by.directive, cacheControl: candidate.head.combined('cache-control') ?? '' },
        by.spec,
      );
    trace.stop('stale-on-error', {
      error,
      mustRevalidate: candidate.mustRevalidate,
      noCache: candidate.noCache,
      asked: asked.reason,
    });
    facts['forbids'] = by?.directive ?? (NO_STALE_FOR.has(wantedBy(asked)) ? wantedBy(asked) : 'stale-if-error');
    if (by === undefined)
      for (const name of WISHES) if (asked.facts[name] !== undefined) facts[name] = asked.facts[name];
    const secondsAgo = Math.floor((nowMs - candidate.bornAtMs) / 1000 - candidate.lifetimeSeconds);
    if (secondsAgo >= 0) facts['secondsAgo'] = secondsAgo;
    if (candidate.sieSeconds !== undefined) facts['window'] = candidate.sieSeconds;
    // Must be validated, and the origin is unreachable (RFC 9111 §5.2.2.2, §5.2.2.4).
    const mustAsk = (candidate.mustRevalidate || candidate.noCache) && GONE.has(error);
    return { kind: 'fail', ...(mustAsk && { status: 504 }), reason: 'upstream-failed', facts, trace: trace.steps };
  }
  trace.stop('stale-on-error', { error, mustRevalidate: false, noCache: false });
  return {
    kind: 'serve-stale',
    reason: 'stale-on-error',
    facts: { ...staleFacts(candidate, nowMs), ...facts },
    trace: trace.steps,
  };
}

function staleFacts(candidate: Candidate, nowMs: number): Explained['facts'] {
  const ageMs = nowMs - candidate.bornAtMs;
  return {
    age: Math.floor(ageMs / 1000),
    lifetime: candidate.lifetimeSeconds,
    secondsAgo: Math.max(0, Math.floor(ageMs / 1000 - candidate.lifetimeSeconds)),
  };
}

/** A stale-if-error window, the stored response's or the request's (RFC 5861 §4): how long, and why it is not used. */
interface ErrorWindow {
  seconds: number;
  /** The request's, which is longer than that of the stored response. */
  ofRequest: boolean;
  /** A directive, or that the request asked for the origin, that the time is over, that the status is none it covers. */
  unused?: 'asked' | 'over' | 'status' | Forbidding['directive'];
}

function staleIfError(
  request: CacheRequest,
  asked: ReasonCode,
  candidate: Candidate,
  nowMs: number,
  trace: Trace,
  cause: { status: number } | { error: string },
): ErrorWindow | undefined {
  const own = candidate.sieSeconds ?? -1;
  const seconds = Math.max(own, request.head.requestCacheControl.staleIfError ?? -1);
  if (seconds < 0) return undefined;
  const ofRequest = seconds > own;
  const staleSeconds = (nowMs - candidate.bornAtMs) / 1000 - candidate.lifetimeSeconds;
  const by = forbiddingOf(candidate.head, candidate);
  const unused =
    'status' in cause && !ERRORS.has(cause.status)
      ? 'status'
      : (by?.directive ?? (NO_STALE_FOR.has(asked) ? 'asked' : staleSeconds > seconds ? 'over' : undefined));
  const inputs = {
    ...cause,
    ...(staleSeconds >= 0 && { stale: Math.floor(staleSeconds) }),
    window: seconds,
    ...(ofRequest && { of: 'request' }),
  };
  if (unused === undefined) {
    trace.stop('stale-if-error', inputs);
    return { seconds, ofRequest };
  }
  trace.pass('stale-if-error', { ...inputs, unused }, by?.spec);
  return { seconds, ofRequest, unused };
}

/** What the origin made of the client's own condition or range: a 304, a part, or nothing of it. */
function originReply(request: CacheRequest, response: CacheResponse, trace: Trace): Explained['facts'] {
  const { head, status } = response;
  if (status !== 304 && status !== 206 && status !== 416) return {};
  const by = status === 304 ? (request.head.has('if-none-match') ? 'If-None-Match' : 'If-Modified-Since') : 'Range';
  const sent = getCombined(request.head.fields, by.toLowerCase()) ?? '';
  const held = head.combined('content-range')?.replace(/^bytes /i, '') ?? '';
  trace.note('reply', { reply: status, by, sent, held, of: 'origin' }, REPLY_SPECS[by]);
  return { reply: status, replyBy: by, replySent: sent, replyHeld: held, replyOf: 'origin' };
}

/** A 304 to our own validation: the stored response is fresh again, unless the 304 is about another one (RFC 9111 §4.3.3, §4.3.4). */
function notModified<C extends Candidate>(
  request: CacheRequest,
  candidate: C,
  response: CacheResponse,
  policy: CachePolicy,
  trace: Trace,
  asked: Asked<C>,
): ResponseDecision {
  const spoken = spokenOf(candidate, response.head, response.responseAtMs);
  if (spoken !== 'same') {
    const inputs = {
      etag: response.head.get('etag') ?? null,
      storedEtag: candidate.etag ?? null,
      lastModified: response.head.get('last-modified') ?? null,
      storedLastModified: candidate.lastModified ?? null,
    };
    if (spoken === 'other') {
      trace.stop('other-representation', inputs);
      return {
        kind: 'refetch',
        forwardFields: unconditionalFields(request.head),
        reason: 'validation-changed',
        facts: asked.facts,
        trace: trace.steps,
        invalidates: [],
      };
    }
    trace.note('weakly-same', inputs);
    const { own } = decideUpdate(request, candidate, response, policy);
    return freshened(
      { facts: candidate, own, fate: 'untouched', refused: undefined, refusedFacts: { kept: 'weakly' } },
      response,
      trace,
      asked,
    );
  }
  const update = decideUpdate(request, candidate, response, policy);
  noteRefusal(update, trace);
  return freshened(update, response, trace, asked);
}

function noteRefusal({ refused, fate }: Update, trace: Trace): void {
  if (refused !== undefined) trace.note('update-refused', { because: refused, removed: fate === 'removed' });
}

function freshened<C extends Candidate>(
  { facts, own, fate, refused, refusedFacts }: Update,
  response: CacheResponse,
  trace: Trace,
  asked: Asked<C>,
): ResponseDecision {
  const { lifetimeSeconds: lifetime, lifetimeSource: source } = facts;
  trace.stop('not-modified', {
    status: response.status,
    etag: response.head.get('etag') ?? null,
    lifetime,
    source,
    ...(fate === 'updated' ? facts.noCache && { noCache: true } : { fate }),
  });
  return {
    kind: 'freshen',
    updated: facts,
    own,
    fate,
    reason: 'revalidated',
    facts: {
      ...asked.facts,
      ...refusedFacts,
      asked: asked.reason,
      status: response.status,
      lifetime,
      // What is not updated is as old as before.
      left:
        fate === 'updated' && !facts.noCache
          ? Math.floor((facts.bornAtMs - response.responseAtMs) / 1000) + lifetime
          : 0,
      ...(fate === 'removed' && refused !== undefined && { removed: refused }),
      ...(fate === 'updated' && facts.noCache && { hinders: 'no-cache' }),
    },
    trace: trace.steps,
    invalidates: [],
  };
}
