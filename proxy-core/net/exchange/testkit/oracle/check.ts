/** Holds everything said of one exchange against what happened. */
import type { Claims } from './claims.ts';
import { LANGUAGES } from './claims.ts';
import { checkEvidence } from './check-evidence.ts';
import { checkHeader } from './check-header.ts';
import { checkNeighbour } from './check-neighbour.ts';
import { checkWords } from './check-words.ts';
import type { Expected } from './expected.ts';
import type { Exchange } from './flights.ts';
import type { Tally } from './tally.ts';

export function check(claims: Claims, exchange: Exchange, tally: Tally): void {
  const { expected, asked, background } = exchange;
  const about = `exchange ${claims.id} (${background ? 'background ' : ''}${asked.method} ${asked.url})`;
  if (expected === undefined) {
    tally.contradict('exchange', `${about} ended, and nothing had happened`);
    return;
  }
  const { event } = claims;
  tally.same('outcome', about, claims.outcome, expected.outcome);
  tally.same('event', about, claims.cacheStatus, expected.event);
  tally.same('event', about, event.cache_status, expected.event);
  tally.same('event', about, event.bypass_reason, expected.event === 'BYPASS' ? claims.reason : undefined);
  tally.same('state', about, claims.state, expected.state);
  tally.same('error', about, claims.error, expected.error);
  tally.same('status', about, claims.status, expected.status);
  tally.same('status', about, event.status, expected.status ?? 0);
  checkReason(claims, expected, about, tally);
  if (!background) checkReply(claims, expected, about, tally);
  else tally.same('header', about, claims.recordedHeader, undefined);
  tally.same('age', about, claims.age, background ? undefined : expected.rowAge);
  tally.same('age', about, event.age_seconds, claims.age);
  tally.same('row ttl', about, claims.ttl, expected.ttl);
  tally.same('row ttl', about, event.ttl_seconds, claims.ttl);
  tally.same('collapsed', about, claims.collapsed, expected.collapsed);
  tally.same('entry', about, claims.hasEntry, expected.serial !== undefined);
  tally.same('advice in both languages', about, claims.words.ru.advice.length, claims.words.en.advice.length);
  checkNeighbour(claims, exchange, about, tally);
  checkEvidence(claims, expected, about, tally);
  for (const language of LANGUAGES) checkWords(language, claims, { ...exchange, expected }, about, tally);
}

function checkReason(claims: Claims, expected: Expected, about: string, tally: Tally): void {
  const { reason, event } = claims;
  tally.checked('reason');
  if (reason === undefined || !expected.reasons.has(reason))
    tally.contradict('reason', `${about}: said ${reason}, is ${[...expected.reasons].join(' or ')}`);
  tally.same('reason', about, event.cache_detail, reason);
}

/** What the client got. */
function checkReply(
  { sent, recordedHeader, event, reason, state }: Claims,
  expected: Expected,
  about: string,
  tally: Tally,
): void {
  if (sent === undefined) return;
  tally.same('status', about, sent.status, expected.status);
  tally.same('header', about, recordedHeader, sent.cacheStatus);
  tally.same('header', about, event.cache_status_header, sent.cacheStatus);
  const shown = expected.outcome === 'ERROR' ? expected.event : expected.outcome;
  tally.same('x-cache-status', about, sent.shown, expected.header === undefined ? undefined : shown);
  tally.same('age sent', about, sent.age, expected.age);
  if (expected.header === undefined) {
    tally.same('header', about, sent.cacheStatus, undefined);
    return;
  }
  if (sent.cacheStatus === undefined) {
    tally.contradict('header', `${about}: no Cache-Status`);
    return;
  }
  const detail = checkHeader(sent.cacheStatus, expected.header, about, tally);
  // Sent with the head; how the content ended, or that the client left, was not known then.
  const isFinal = state === 'done' && (expected.serial !== undefined || !expected.header.stored);
  if (isFinal && reason !== 'validation-changed') tally.same('detail', about, detail, reason);
}
