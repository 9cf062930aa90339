/** The sentences about decisions, in the chosen language. */
import type { ReasonCode, TraceStep, Neighbour } from '../../proxy-core/contract/reasons.ts';
import type { Language } from '../state/prefs.ts';

export type Facts = Record<string, string | number>;

/** The outcome in one sentence. */
export function explainReason(_lang: Language, reason: ReasonCode, _facts: Facts, _neighbour?: Neighbour): string {
  return reason.replace(/-/g, ' ');
}

/** One step of the trace, in words. */
export function explainStep(_lang: Language, step: TraceStep): string {
  return step.code.replace(/-/g, ' ');
}

/** What would have to be different for a hit; empty when nothing would help. */
export function whatWouldMakeItAHit(_lang: Language, _reason: ReasonCode, _facts: Facts): readonly string[] {
  return [];
}
