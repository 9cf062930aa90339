/** The shape of one language's explanations: a text missing for a reason or a step does not compile. */
import { isReasonCode, type Neighbour, type ReasonCode, type TraceInput, type TraceStep } from '../reasons.ts';
import type { StepCode } from './step-codes.ts';

/** What a reason's sentence is made of; see `Explained.facts`. */
export type Facts = Readonly<Record<string, string | number>>;

/** Reads an input of a step; null when it was not recorded or was absent. */
export type Input = (name: string) => TraceInput;

/** A validator that is no entity tag. */
export const isDate = (validator: string): boolean =>
  validator !== '' && !validator.startsWith('"') && !validator.startsWith('W/');

/** How often a query has a parameter of this name. */
export function countOf(url: string, parameter: string): number {
  const mark = url.indexOf('?');
  if (mark < 0) return 0;
  return url
    .slice(mark + 1)
    .split('&')
    .filter((item) => item === parameter || item.startsWith(`${parameter}=`)).length;
}

/** What another reason would have said; its name when it is none. */
export function otherwiseOf(reasons: ExplainTexts['reasons'], facts: Facts): string {
  const otherwise = String(facts['otherwise'] ?? '');
  return isReasonCode(otherwise) ? reasons[otherwise](facts) : otherwise;
}

export interface ExplainTexts {
  /** Goes before the reason why an answer was not stored. */
  notStored: string;
  reasons: Record<ReasonCode, (facts: Facts) => string>;
  /** What the client's conditions and ranges made of a reply from the store; see `ReplyMade`. */
  reply: (facts: Facts) => string;
  /** The request had waited for another one's answer; `waited` says what came of it. */
  waited: (facts: Facts) => string;
  /** Why a stale-if-error of the stored response did not help. */
  unused: (facts: Facts) => string;
  /** How many variants there are, behind the nearest. */
  variants: (count: number) => string;
  /** The single difference to the nearest stored (or removed) response. */
  neighbour: (neighbour: Neighbour) => string;
  steps: Record<StepCode, (input: Input, result: TraceStep['result']) => string>;
  advice: Record<ReasonCode, (facts: Facts) => string[]>;
  /** What the request has to leave out besides. */
  asks: (directive: string) => string;
}

/** Nothing to advise. */
export const NO_ADVICE = (): string[] => [];

/** Names that stand in one input or fact, with commas between: `no-store, no-cache`. */
export const namesOf = (text: unknown): string[] => (typeof text === 'string' && text !== '' ? text.split(', ') : []);

/** The field whose directives counted. */
export const fieldOf = (f: Facts): string => (f['targeted'] === 1 ? 'CDN-Cache-Control' : 'Cache-Control');

/** The new response has the content of the stored one; an error with the same content is no news of that. */
export const isSameContent = (f: Facts): boolean => f['content'] === 'same' && (f['status'] ?? 200) === 200;

/** What was stored was stale as well: leaving the wish aside that sent the request to the origin is not enough. */
export const isStaleToo = (f: Facts): boolean => f['staleToo'] === 1;

/** The advice of the reason why the origin was asked, where that was a wish of the request or of a person. */
export function delegated(
  advice: ExplainTexts['advice'],
  f: Facts,
  by: string | number | undefined = f['asked'],
): string[] | undefined {
  const asked = String(by ?? '');
  return isReasonCode(asked) && (asked.startsWith('request-') || asked === 'user-validation')
    ? advice[asked](f)
    : undefined;
}

/** What in the request wanted the origin to be asked, as it stands there; `reason` is the one of the request. */
export function saidOf(reason: unknown, f: Facts): string | undefined {
  switch (reason) {
    case 'request-no-cache':
      return f['pragma'] === 1 ? 'Pragma: no-cache' : 'no-cache';
    case 'request-max-age':
      return String(f['malformed'] ?? `max-age=${f['maxAge']}`);
    case 'request-min-fresh':
      return String(f['malformed'] ?? `min-fresh=${f['minFresh']}`);
    default:
      return undefined;
  }
}

/** The error was the client's. */
export const OF_THE_CLIENT: ReadonlySet<unknown> = new Set(['client_aborted', 'client_stalled']);

/** Local time of day: `14:03:07`. */
export function clockOf(atMs: number): string {
  const at = new Date(atMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
