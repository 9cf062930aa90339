/**
 * Would this response be stored, and answer the next request? Asked of the decisions that serve traffic, one after the other,
 * as the engine asks them; nothing is decided here.
 */
import type { ReasonCode } from '../../contract/reasons.ts';
import type { Head } from '../../http/head.ts';
import { parseContentRange } from '../../http/ranges.ts';
import type { StoredFacts } from '../decide/candidate.ts';
import { countingControl } from '../decide/client-control.ts';
import { ageOnArrival } from '../decide/freshness.ts';
import { decideRequest } from '../decide/request.ts';
import { decideResponse } from '../decide/response.ts';
import type { CachePolicy, CacheRequest, CacheResponse, Explained } from '../plan.ts';
import { StoredEntry } from '../store/stored-entry.ts';

/** One exchange and the request after it. */
export interface Situation {
  /** Whose response is stored: the recorded one, or an earlier one that differs in the fields the response varies by. */
  readonly first: CacheRequest;
  /** What asks again: the recorded request. */
  readonly again: CacheRequest;
  readonly response: CacheResponse;
  /** Content bytes of the response. */
  readonly bodyBytes: number;
  readonly policy: CachePolicy;
  /** When it is asked again, ms after the response came: at once, and when a short life would be over. */
  readonly againAfterMs: readonly number[];
}

export type Probe = { hit: true; secondsLeft: number } | { hit: false; reason: ReasonCode; facts: Explained['facts'] };

const NO_BYTES = Buffer.alloc(0);

export function probe(situation: Situation, head: Head): Probe {
  const { first, again, policy, bodyBytes } = situation;
  const response = { ...situation.response, head };
  const { responseAtMs } = response;
  const asked = decideRequest<StoredEntry>(first, [], policy, response.requestAtMs);
  if (asked.kind !== 'fetch') return { hit: false, reason: asked.reason, facts: asked.facts };
  const { reason, facts } = asked;
  const decided = decideResponse<StoredEntry>(first, { kind: 'fetch', reason, facts }, response, policy, responseAtMs);
  if (decided.kind !== 'store') return { hit: false, reason: decided.reason, facts: decided.facts };
  const { stored } = decided;
  if (first.method !== 'HEAD' && bodyBytes > policy.maxBodyBytes)
    return { hit: false, reason: 'body-over-limit', facts: { size: bodyBytes, limit: policy.maxBodyBytes } };
  if (!isWholePart(stored, head, bodyBytes)) return { hit: false, reason: 'partial', facts: {} };
  const entry = new StoredEntry(1, first.url, response.statusText, stored, NO_BYTES, 0, bodyBytes);
  for (const afterMs of situation.againAfterMs) {
    const next = decideRequest(again, [entry], policy, responseAtMs + afterMs);
    if (next.kind !== 'serve' || next.reason !== 'fresh') return { hit: false, reason: next.reason, facts: next.facts };
  }
  const age = ageOnArrival(response).seconds;
  const { maxAge, minFresh } = countingControl(again.head, policy);
  const left = stored.lifetimeSeconds - age - Math.max(0, minFresh ?? 0);
  // The client itself takes nothing older.
  return { hit: true, secondsLeft: maxAge === undefined ? left : Math.min(left, maxAge - age) };
}

/** A part is kept only when it came as long as it says. */
function isWholePart({ partial }: StoredFacts, head: Head, bodyBytes: number): boolean {
  if (!partial) return true;
  const range = parseContentRange(head.get('content-range'));
  return range !== undefined && range.last - range.first + 1 === bodyBytes;
}
