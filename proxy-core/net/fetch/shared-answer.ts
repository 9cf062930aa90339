/** An answer that is shared, as it is told to one who waited for it, or who came while its content did. Pure. */
import { NOTHING_STORED } from '../../cache/decide/again.ts';
import type { Explained, RequestPlan, ResponsePlan } from '../../cache/plan.ts';
import type { TraceStep } from '../../contract/reasons.ts';
import { withoutFields } from '../../http/fields.ts';

type Stored = ResponsePlan & { kind: 'store' };

/** Facts of the answer, whoever asked: what came, and what it passes over. */
const OF_THE_ANSWER: ReadonlySet<string> = new Set(['status', 'ignored']);
/** Why the stored one does not stand in for an error: by a window of its own; one that the request named is for that request. */
const OF_THE_STORED: ReadonlySet<string> = new Set(['sieWindow', 'sieUnused']);

const AGE: ReadonlySet<string> = new Set(['age']);

/** What is noted of each of them. */
export const SHARED: TraceStep = {
  code: 'collapse-shared',
  phase: 'upstream',
  result: 'note',
  inputs: {},
  spec: 'RFC 9111 §4',
};

/**
 * By what the look into the store found for this request: that of the request that asked was another look, at another
 * time. A validation that both needed is told by what came of it.
 */
export function sharedAnswer(plan: Stored, own: RequestPlan, nowMs: number): Stored {
  const { reason, facts } = own;
  if (plan.reason !== 'validation-changed' || own.kind !== 'validate') {
    // Who shares asks for nothing that a fresh response would not do for.
    const again = NOTHING_STORED.has(reason) && { again: plan.ticket.ttlSecondsAt(nowMs) };
    return { ...plan, reason, facts: { ...facts, ...again } };
  }
  const isOwnWindow = plan.facts['sieBy'] === undefined && plan.facts['sieAsked'] === undefined;
  const ofAnswer = Object.entries(plan.facts).filter(
    ([name]) => OF_THE_ANSWER.has(name) || (isOwnWindow && OF_THE_STORED.has(name)),
  );
  return { ...plan, facts: { ...facts, ...Object.fromEntries(ofAnswer) } };
}

/** To one who comes after the head did: with the age it has by now. */
export function lateAnswer(plan: Stored, nowMs: number): Stored {
  return { ...plan, fields: [...withoutFields(plan.fields, AGE), 'Age', String(plan.ticket.ageSecondsAt(nowMs))] };
}

/** What is known of the content once it is stored (`explained`); undefined for one who had nothing to compare it with. */
export function sharedContent(
  plan: Stored,
  own: RequestPlan,
  explained: Explained,
  nowMs: number,
): Explained | undefined {
  const { reason, facts } = sharedAnswer(plan, own, nowMs);
  const { content } = explained.facts;
  return reason === explained.reason && content !== undefined
    ? { reason, facts: { ...facts, content }, trace: [] }
    : undefined;
}
