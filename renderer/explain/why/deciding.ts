/** Which of the recorded steps is shown first: the one the reason rests on. Nothing is judged here anew. Pure. */
import type { ExchangeDetail } from '../../../proxy-core/contract/exchange.ts';
import { REASON_STEPS } from '../../../proxy-core/contract/explain/evidence/reason-steps.ts';
import type { TraceStep } from '../../../proxy-core/contract/reasons.ts';

interface Deciding {
  /** The step the reason rests on; undefined when none was recorded. */
  main: TraceStep | undefined;
  /** Other steps that decided something, in their order: whether the answer was stored, for example; and what rules did. */
  others: readonly TraceStep[];
  /** How many steps let the exchange go on, or were noted only. */
  passed: number;
}

export function decidingSteps({ trace, row: { reason } }: ExchangeDetail): Deciding {
  const codes = reason === undefined ? 'none' : REASON_STEPS[reason];
  const wanted = new Set<string>(codes === 'none' ? [] : codes);
  // The last of them first: what came before led there.
  const resting = trace.filter(({ code }) => wanted.has(code)).reverse();
  const stops = trace.filter(({ result }) => result === 'stop');
  // What a rule did to it is no decision of the cache, and bears on each of them.
  const told = trace.filter(({ result, code }) => result === 'stop' || code === 'stage');
  const main = resting.find(({ result }) => result === 'stop') ?? resting[0] ?? stops[0];
  return {
    main,
    others: told.filter((step) => step !== main),
    passed: trace.filter((step) => !told.includes(step) && step !== main).length,
  };
}

/** Two values that differ: the beginning they share, what each has of its own, and the end they share. Pure. */
interface Parted {
  before: string;
  stored: string;
  sent: string;
  after: string;
}

/** Whether the second half of a pair stands there. */
const isHalf = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

/** Parts two values at what differs. */
export function partValues(stored: string, sent: string): Parted {
  const most = Math.min(stored.length, sent.length);
  let from = 0;
  while (from < most && stored[from] === sent[from]) from++;
  // A pair of code units is one character.
  if (isHalf(stored, from) || isHalf(sent, from)) from = Math.max(0, from - 1);
  let end = 0;
  while (end < most - from && stored[stored.length - 1 - end] === sent[sent.length - 1 - end]) end++;
  while (end > 0 && isHalf(stored, stored.length - end)) end--;
  return {
    before: stored.slice(0, from),
    stored: stored.slice(from, stored.length - end),
    sent: sent.slice(from, sent.length - end),
    after: stored.slice(stored.length - end),
  };
}
