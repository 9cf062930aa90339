/**
 * What a single difference counts for, found by trying: the message of the left with this one thing as it is at the right is put
 * to the decisions that serve traffic, and what they say is held against what they said before. Nothing is decided here.
 */
import type { CacheDifference, Life, Matter } from '../../contract/compare/compare.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import type { FieldList } from '../../http/fields.ts';
import { Head } from '../../http/head.ts';
import { ageOnArrival } from '../decide/freshness.ts';
import { decideRequest } from '../decide/request.ts';
import { decideResponse } from '../decide/response.ts';
import { varyNames } from '../decide/vary.ts';
import type { CachePolicy, CacheRequest, CacheResponse } from '../plan.ts';
import { StoredEntry } from '../store/stored-entry.ts';

/** One side as the decisions want it. */
export interface Messages {
  request: CacheRequest;
  response: CacheResponse;
  bodyBytes: number;
}

type Kept = { entry: StoredEntry; reason?: undefined } | { entry?: undefined; reason: ReasonCode };

const NO_BYTES = Buffer.alloc(0);

/** What the cache makes of the response to that request. */
export function keep({ request, response, bodyBytes }: Messages, policy: CachePolicy): Kept {
  const asked = decideRequest<StoredEntry>(request, [], policy, response.requestAtMs);
  if (asked.kind !== 'fetch') return { reason: asked.reason };
  const { reason, facts } = asked;
  const decided = decideResponse<StoredEntry>(
    request,
    { kind: 'fetch', reason, facts },
    response,
    policy,
    response.responseAtMs,
  );
  if (decided.kind !== 'store') return { reason: decided.reason };
  if (request.method !== 'HEAD' && bodyBytes > policy.maxBodyBytes) return { reason: 'body-over-limit' };
  return { entry: new StoredEntry(1, request.url, response.statusText, decided.stored, NO_BYTES, 0, bodyBytes) };
}

const namesOf = (response: CacheResponse): string[] => {
  const names = varyNames(response.head);
  return names === '*' ? ['*'] : [...names];
};

/** The same in facts for people. */
export function lifeOf(messages: Messages, policy: CachePolicy): Life {
  const { entry, reason } = keep(messages, policy);
  return entry === undefined
    ? { kind: 'not-stored', reason }
    : {
        kind: 'stored',
        lifetimeSeconds: entry.lifetimeSeconds,
        source: entry.lifetimeSource,
        ageSeconds: ageOnArrival(messages.response).seconds,
        variesBy: namesOf(messages.response),
      };
}

/** What the cache says to a request when this is stored, at the moment it came. */
export function reuseOf(kept: Kept, url: string, request: CacheRequest, policy: CachePolicy, atMs: number): ReasonCode {
  return decideRequest(request, kept.entry !== undefined && request.url === url ? [kept.entry] : [], policy, atMs)
    .reason;
}

/** The head with the lines of that name as they are in the other one. */
function withOther(head: Head, other: Head, names: ReadonlySet<string>): Head {
  const fields: FieldList[number][] = [];
  const add = (from: Head, wanted: boolean): void => {
    for (let at = 0; at < from.fields.length; at += 2)
      if (names.has(from.fields[at]!.toLowerCase()) === wanted) fields.push(from.fields[at]!, from.fields[at + 1]!);
  };
  add(head, false);
  add(other, true);
  return new Head(fields);
}

function differingNames(left: Head, right: Head): string[] {
  const names = new Set<string>();
  for (const head of [left, right])
    for (let at = 0; at < head.fields.length; at += 2) names.add(head.fields[at]!.toLowerCase());
  return [...names].filter((name) => left.combinedOf(name) !== right.combinedOf(name));
}

/** Made anew for each reply: says how it was framed. */
const FRAMING = 'content-length';
/** They are held against each other and against the clock: one alone, moved to another time, would say what nobody said. */
const OF_TIME: ReadonlySet<string> = new Set(['date', 'expires', 'age']);

/** What the decisions say of the left, and of it with one thing changed. */
class Trial {
  readonly #left: Messages;
  readonly #policy: CachePolicy;
  readonly #kept: Kept;
  readonly #before: ReasonCode;

  constructor(left: Messages, policy: CachePolicy) {
    this.#left = left;
    this.#policy = policy;
    this.#kept = keep(left, policy);
    this.#before = this.#ask(left.request);
  }

  #ask(request: CacheRequest): ReasonCode {
    return reuseOf(this.#kept, this.#left.request.url, request, this.#policy, this.#left.response.responseAtMs);
  }

  /** The request alone is another one. */
  ofRequest(patch: Partial<CacheRequest>): { matters: Matter; reason?: ReasonCode } {
    const request = { ...this.#left.request, ...patch };
    const reason = this.#ask(request);
    if (reason === 'vary-mismatch' && this.#before !== reason) return { matters: 'vary', reason };
    if (reason !== this.#before) return { matters: 'asking', reason };
    const kept = keep({ ...this.#left, request }, this.#policy);
    return kept.reason === this.#kept.reason
      ? { matters: 'nothing' }
      : { matters: 'storing', ...(kept.reason !== undefined && { reason: kept.reason }) };
  }

  /** The response alone is another one. */
  ofResponse(patch: Partial<CacheResponse>): { matters: Matter; reason?: ReasonCode } {
    const response = { ...this.#left.response, ...patch };
    const kept = keep({ ...this.#left, response }, this.#policy);
    const [was, is] = [this.#kept.entry, kept.entry];
    if (was === undefined || is === undefined)
      return kept.reason === this.#kept.reason
        ? { matters: 'nothing' }
        : { matters: 'storing', ...(kept.reason !== undefined && { reason: kept.reason }) };
    if (namesOf(response).join() !== namesOf(this.#left.response).join()) return { matters: 'vary' };
    const terms = (entry: StoredEntry, of: CacheResponse): string =>
      [
        entry.lifetimeSeconds,
        entry.lifetimeSource,
        entry.swrSeconds,
        entry.sieSeconds,
        entry.noCache,
        entry.mustRevalidate,
        ageOnArrival(of).seconds,
      ].join();
    if (terms(was, this.#left.response) !== terms(is, response)) return { matters: 'freshness' };
    return was.etag !== is.etag || was.lastModified !== is.lastModified
      ? { matters: 'validation' }
      : { matters: 'nothing' };
  }
}

/** Every difference of the two, and what it counts for. `sameContent`: of the responses; null when that is not known. */
export function differencesOf(
  left: Messages,
  right: Messages,
  policy: CachePolicy,
  sameContent: boolean | null,
): CacheDifference[] {
  const trial = new Trial(left, policy);
  const out: CacheDifference[] = [];
  const add = (
    part: CacheDifference['part'],
    name: string,
    values: readonly [left: string | null, right: string | null],
    found: { matters: Matter; reason?: ReasonCode },
  ): void => void out.push({ part, name, left: values[0], right: values[1], ...found });
  const [asked, other] = [left.request, right.request];
  if (asked.url !== other.url) add('url', '', [asked.url, other.url], { matters: 'key', reason: 'uri-miss' });
  if (asked.method !== other.method)
    add('method', '', [asked.method, other.method], trial.ofRequest({ method: other.method }));
  for (const name of differingNames(asked.head, other.head)) {
    const head = withOther(asked.head, other.head, new Set([name]));
    const values = [asked.head.combinedOf(name) ?? null, other.head.combinedOf(name) ?? null] as const;
    add('request', name, values, trial.ofRequest({ head }));
  }
  if (asked.hasBody !== other.hasBody)
    add('request-content', '', [null, null], trial.ofRequest({ hasBody: other.hasBody }));
  const [came, instead] = [left.response, right.response];
  if (came.status !== instead.status)
    add('status', '', [String(came.status), String(instead.status)], trial.ofResponse({ status: instead.status }));
  for (const name of differingNames(came.head, instead.head)) {
    if (name === FRAMING) continue;
    const isTime = OF_TIME.has(name);
    const head = withOther(came.head, instead.head, isTime ? OF_TIME : new Set([name]));
    const { requestAtMs, responseAtMs } = instead;
    const values = [came.head.combinedOf(name) ?? null, instead.head.combinedOf(name) ?? null] as const;
    add('response', name, values, trial.ofResponse({ head, ...(isTime && { requestAtMs, responseAtMs }) }));
  }
  if (sameContent === false) add('response-content', '', [null, null], { matters: 'nothing' });
  return out;
}
