/** What a record says of an exchange, as the decisions want it: request, the response as the cache saw it, when it was wanted again. */
import type { CannotCode } from '../../contract/fix/fix.ts';
import type { ExchangeDetail, ExchangeState, FieldLine, StageHead } from '../../contract/exchange.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { parseHttpDate } from '../../http/dates.ts';
import { withoutFields, type FieldList } from '../../http/fields.ts';
import { Head } from '../../http/head.ts';
import { ageOnArrival } from '../decide/freshness.ts';
import { unconditionalFields } from '../decide/request.ts';
import type { CachePolicy, CacheRequest, CacheResponse } from '../plan.ts';
import type { Situation } from './probe.ts';

/** A life that is over before this is short, seconds. */
const SHORT_SECONDS = 60;

/** No question of the cache, or answered without it. */
const ASIDE: Partial<Record<ReasonCode, CannotCode>> = {
  tunnel: 'tunnel',
  intercept: 'tunnel',
  'client-refused': 'tunnel',
  'no-certificate': 'tunnel',
  'connection-failed': 'tunnel',
  upgrade: 'upgrade',
  'own-page': 'own-reply',
  'request-refused': 'own-reply',
  'stage-reply': 'own-reply',
  'stage-drop': 'own-reply',
  'internal-error': 'own-reply',
  'control-token': 'control-token',
  'past-cache': 'past-cache',
  'only-if-cached': 'only-if-cached',
};

/** The stored response was too old, or had to be asked about: `facts.age` says how old it was. */
const TOO_OLD: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'expired',
  'revalidated',
  'validation-changed',
  'validation-required',
  'background-validation',
  'stale-allowed',
  'stale-while-revalidate',
  'stale-if-error',
  'stale-on-error',
]);

/** Made by this proxy for its client; the origin has nothing to do with them. */
const OWN: ReadonlySet<string> = new Set(['age', 'via', 'cache-status', 'x-cache-status']);
/** Of a reply cut from what is stored. */
const CUT: ReadonlySet<string> = new Set([...OWN, 'content-range', 'content-length']);
/** How a client asks for a new one. */
const RELOAD: ReadonlySet<string> = new Set(['cache-control', 'pragma']);
const NOT_WHOLE: ReadonlySet<number> = new Set([206, 304, 416]);

/** No head came. */
const WITHOUT_ANSWER: Partial<Record<ExchangeState, CannotCode>> = {
  pending: 'pending',
  open: 'pending',
  'client-left': 'client-gone',
};

const flat = (lines: readonly FieldLine[]): string[] => lines.flat();

/** The head at a stage, where one was changed there. */
function stageHead(detail: ExchangeDetail, stage: 'client-request' | 'origin-response'): StageHead | undefined {
  return detail.changed?.findLast((change) => change.stage === stage)?.sent;
}

/** Plain data for the decisions, or why there is nothing to decide. `withoutReload`: as if the client had not asked for a new one. */
export function situationOf(
  detail: ExchangeDetail,
  policy: CachePolicy,
  withoutReload = false,
): Situation | CannotCode {
  const { row } = detail;
  const { reason } = row;
  if (row.kind !== 'http') return row.kind === 'tunnel' ? 'tunnel' : 'upgrade';
  const aside = reason === undefined ? undefined : ASIDE[reason];
  if (aside !== undefined) return aside;
  if (row.status === undefined && detail.upstreamStatus === undefined) return WITHOUT_ANSWER[row.state] ?? 'no-answer';
  const response = responseOf(detail);
  if (typeof response === 'string') return response;
  const recorded = requestOf(detail);
  const again = withoutReload ? plain(recorded) : recorded;
  const arrivalSeconds = ageOnArrival(response).seconds;
  const age = reason !== undefined && TOO_OLD.has(reason) ? detail.facts['age'] : undefined;
  const shortMs = (SHORT_SECONDS - 1) * 1000;
  const afterMs = typeof age === 'number' ? Math.max(shortMs, (age - arrivalSeconds) * 1000) : shortMs;
  return {
    first: earlierRequest(detail, again) ?? (row.outcome === 'STALE' ? plain(again) : again),
    again,
    response,
    bodyBytes: row.responseBytes,
    policy,
    againAfterMs: [0, withinMaxAge(again, policy, afterMs, arrivalSeconds)],
  };
}

/** What stored a response was another request, without what this one says of stored responses. */
const plain = (request: CacheRequest): CacheRequest => ({ ...request, head: request.head.without(RELOAD) });

/** A client that takes nothing older than so many seconds cannot be given anything older. */
function withinMaxAge({ head }: CacheRequest, policy: CachePolicy, afterMs: number, arrivalSeconds: number): number {
  const { maxAge } = head.requestCacheControl;
  if (maxAge === undefined || policy.ignoreClientControl) return afterMs;
  // A second less: what the way here took counts as age, too.
  return Math.max(0, Math.min(afterMs, (maxAge - arrivalSeconds - 1) * 1000));
}

function requestOf(detail: ExchangeDetail): CacheRequest {
  const { row } = detail;
  const sent = stageHead(detail, 'client-request');
  const head = new Head(sent === undefined ? flat(detail.requestFields) : flat(sent.fields)).forwarded;
  const isOwn = row.reason === 'background-validation' || row.reason === 'user-validation';
  return {
    method: sent?.method ?? row.method,
    url: sent?.keyUrl ?? sent?.url ?? row.url,
    // What the cache asked for itself carries its own conditions.
    head: isOwn ? new Head(unconditionalFields(head)) : head,
    hasBody: row.requestBytes > 0 || row.reason === 'request-content',
  };
}

/** For whom the stored variant was: the request with the other values of the fields that differed. */
function earlierRequest(detail: ExchangeDetail, again: CacheRequest): CacheRequest | undefined {
  const difference = detail.neighbour?.difference;
  if (detail.row.reason !== 'vary-mismatch' || difference?.kind !== 'vary') return undefined;
  const also = namesOf(difference.also);
  const fields = withoutFields(again.head.fields, new Set([difference.field, ...also]));
  if (difference.stored !== null) fields.push(difference.field, difference.stored);
  // What exactly they were is not recorded: anything else than what was sent.
  for (const name of also) fields.push(name, `not ${again.head.combinedOf(name) ?? ''}`);
  return { ...again, head: new Head(fields) };
}

/** Names of the fields that kept the stored variant from matching. */
export function variedBy(detail: ExchangeDetail): string[] {
  const difference = detail.neighbour?.difference;
  return detail.row.reason === 'vary-mismatch' && difference?.kind === 'vary'
    ? [difference.field, ...namesOf(difference.also)]
    : [];
}

const namesOf = (list: string | undefined): string[] => (list === undefined ? [] : list.split(', '));

/** What the origin sent, or what is stored of it where the answer came from the store. */
function responseOf(detail: ExchangeDetail): CacheResponse | CannotCode {
  const { row, timing, upstreamStatus, upstreamFields } = detail;
  const statusText = detail.statusText ?? '';
  const arrived = row.startedAtMs + (timing.upstreamHeadMs ?? 0);
  const requestAtMs = row.startedAtMs + (timing.dispatchedMs ?? timing.upstreamHeadMs ?? 0);
  // A stored response that stands in for an error is what could have lived longer.
  const isStored = row.outcome === 'STALE';
  if (!isStored && upstreamFields !== undefined && upstreamStatus !== undefined && upstreamStatus !== 304) {
    const seen = stageHead(detail, 'origin-response');
    const head = new Head(seen === undefined ? flat(upstreamFields) : flat(seen.fields)).endToEnd;
    return { status: seen?.status ?? upstreamStatus, statusText, head, requestAtMs, responseAtMs: arrived };
  }
  if (!isStored && upstreamStatus === 304 && row.reason !== 'revalidated') return 'not-modified';
  if (row.status === undefined || row.outcome === 'ERROR' || row.outcome === undefined) return 'no-answer';
  const isCut = NOT_WHOLE.has(row.status) && detail.facts['replyFrom'] !== 'part' && row.outcome !== 'MISS';
  let fields: FieldList = withoutFields(flat(detail.responseFields), isCut ? CUT : OWN);
  const isFresh = row.outcome === 'REVALIDATED' || row.outcome === 'MISS';
  // A 304 without Date leaves that of the stored response, which says nothing of when the origin was asked now.
  if (isFresh && upstreamFields?.every(([name]) => name.toLowerCase() !== 'date') === true)
    fields = withoutFields(fields, new Set(['date']));
  const head = new Head(fields).endToEnd;
  const responseAtMs = isFresh ? arrived : (parseHttpDate(head.get('date') ?? '', arrived) ?? arrived);
  return { status: isCut ? 200 : row.status, statusText, head, requestAtMs: responseAtMs, responseAtMs };
}
