/**
 * Decisions in words: one sentence for a reason, one line for a trace step, and what would have made it a hit.
 * Filled from what was recorded when the decision was made; nothing is recomputed here.
 */
import type { Outcome } from '../exchange.ts';
import type { Neighbour, ReasonCode, TraceInput, TraceStep } from '../reasons.ts';
import { EN } from './en.ts';
import { RU } from './ru.ts';
import { NOT_STORED } from './not-stored.ts';
import { isStepCode } from './step-codes.ts';
import type { ExplainTexts, Facts } from './texts.ts';

export type ExplainLanguage = 'en' | 'ru';

const TEXTS: Record<ExplainLanguage, ExplainTexts> = { en: EN, ru: RU };

/** How a reason's sentence begins before an outcome is known. */
const OUTCOMES: Record<ReasonCode, Outcome> = {
  fresh: 'HIT',
  'stale-allowed': 'STALE',
  revalidated: 'REVALIDATED',
  'stale-while-revalidate': 'STALE',
  'background-validation': 'MISS',
  'stale-if-error': 'STALE',
  'stale-on-error': 'STALE',
  'only-if-cached': 'MISS',
  'uri-miss': 'MISS',
  'method-mismatch': 'MISS',
  'vary-mismatch': 'MISS',
  expired: 'MISS',
  'validation-required': 'MISS',
  'validation-changed': 'MISS',
  'user-validation': 'MISS',
  'request-no-cache': 'MISS',
  'request-max-age': 'MISS',
  'request-condition': 'MISS',
  'request-min-fresh': 'MISS',
  'partial-miss': 'MISS',
  'evicted-capacity': 'MISS',
  'evicted-by-user': 'MISS',
  invalidated: 'MISS',
  'expired-removed': 'MISS',
  'request-no-store': 'BYPASS',
  'request-content': 'BYPASS',
  'control-token': 'BYPASS',
  'past-cache': 'BYPASS',
  'method-not-cacheable': 'BYPASS',
  'status-not-cacheable': 'MISS',
  'response-no-store': 'MISS',
  'response-private': 'MISS',
  authorization: 'MISS',
  'set-cookie': 'MISS',
  'event-stream': 'MISS',
  'vary-any': 'MISS',
  'no-freshness-information': 'MISS',
  'not-understood': 'MISS',
  'body-over-limit': 'MISS',
  'storing-off': 'MISS',
  'no-room': 'MISS',
  incomplete: 'MISS',
  'invalidated-meanwhile': 'MISS',
  partial: 'MISS',
  'cache-off': 'BYPASS',
  tunnel: 'BYPASS',
  intercept: 'BYPASS',
  'client-refused': 'ERROR',
  'no-certificate': 'ERROR',
  upgrade: 'BYPASS',
  'upstream-failed': 'ERROR',
  'client-left': 'MISS',
  'stage-reply': 'BYPASS',
  'stage-drop': 'ERROR',
  'connection-failed': 'ERROR',
  'internal-error': 'ERROR',
  'own-page': 'BYPASS',
  'request-refused': 'BYPASS',
};

/**
 * The outcome in one sentence: `MISS: the stored response was for accept-language: de; you sent en`. It begins with the
 * row's outcome when there is one: a loop is an ERROR, a malformed target a BYPASS, and both are `request-refused`.
 */
export function explainReason(
  language: ExplainLanguage,
  reason: ReasonCode,
  facts: Facts,
  neighbour?: Neighbour,
  outcome: Outcome = OUTCOMES[reason],
): string {
  const texts = TEXTS[language];
  const told =
    neighbour === undefined || !NEAR_MISSES.has(reason) ? texts.reasons[reason](facts) : texts.neighbour(neighbour);
  const mark = NOT_STORED.has(reason) ? texts.notStored : '';
  const count = Number(facts['variants'] ?? 1);
  const variants = reason === 'vary-mismatch' && count > 1 ? texts.variants(count) : '';
  // Of a part that cannot be stored the reason says it all.
  const made = facts['reply'] === undefined || reason === 'partial' ? '' : `; ${texts.reply(facts)}`;
  const waited = facts['waited'] === undefined ? '' : `; ${texts.waited(facts)}`;
  const unused = facts['sieUnused'] === undefined ? '' : `; ${texts.unused(facts)}`;
  return `${outcome}: ${mark}${told}${variants}${made}${unused}${waited}`;
}

/** Reasons whose sentence is the neighbour's story when there is one. */
const NEAR_MISSES: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'uri-miss',
  'vary-mismatch',
  'method-mismatch',
  'evicted-capacity',
  'evicted-by-user',
  'invalidated',
  'expired-removed',
]);

/** One step of the trace in one line. */
export function explainStep(language: ExplainLanguage, step: TraceStep): string {
  return isStepCode(step.code)
    ? TEXTS[language].steps[step.code](inputReader(step.inputs), step.result)
    : step.code.replace(/[-_]/g, ' ');
}

/** What would have to be different for a hit; empty when it was one, or nothing would help. */
export function whatWouldMakeItAHit(language: ExplainLanguage, reason: ReasonCode, facts: Facts): readonly string[] {
  // Whatever else it says, an event stream is for those who listen now.
  if (facts['stream'] === 1) return TEXTS[language].advice['event-stream'](facts);
  const advice = TEXTS[language].advice[reason](facts);
  const asks = facts['asks'];
  if (asks === undefined || advice.length === 0 || !NOT_STORED.has(reason) || facts['sieUnused'] !== undefined)
    return advice;
  // What is wrong with the response is not all that is in the way.
  return [...advice, TEXTS[language].asks(String(asks))];
}

function inputReader(inputs: Record<string, TraceInput>): (name: string) => TraceInput {
  return (name) => inputs[name] ?? null;
}
