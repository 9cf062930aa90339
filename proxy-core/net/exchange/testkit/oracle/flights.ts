/** Questions to an origin under way, and the exchanges that wait for them. */
import type { FieldList } from '../../../../http/fields.ts';
import type { Expected } from './expected.ts';
import { linesOf, type Answered, type Asked } from './fields.ts';
import { CONDITIONS, type Plan } from './planning.ts';
import type { Stored } from './stored.ts';

/** A request the origin was really asked. */
export interface Call {
  /** Number of the client's request that caused it, read from X-Id. */
  n: number;
  method: string;
  url: string;
  fields: FieldList;
}

/** What could be seen of one step from outside. */
export interface Seen {
  calls: readonly Call[];
  /** Has the reply to this request begun? */
  hasBegun: (n: number) => boolean;
}

export interface Exchange {
  n: number;
  /** The cache asked for itself. */
  background: boolean;
  asked: Asked;
  plan: Plan;
  /** All it found in the store, look by look. */
  looks: Plan[];
  /** Questions it may be waiting for. */
  waitsFor: Flight[];
  /** Undefined while nothing was sent. */
  expected: Expected | undefined;
  left: boolean;
  /** Several answers were on their way, and which of them it got cannot be seen. */
  unclear?: true;
}

export interface Flight {
  leader: Exchange;
  /** By what its answer is judged: its leader's, until it asks again without conditions. */
  plan: Plan;
  sentMs: number;
  /** The state of changes when it was planned. */
  mark: number;
  answered: Answered | undefined;
  /** When its head came. */
  answeredMs: number;
  /** What will be stored at the end, as far as it has come. */
  ticket: { stored: Stored; mark: number; ttl: number } | undefined;
  /** Who gets its content. */
  streams: Exchange[];
  over: boolean;
  /** Asked as anybody would: others may wait for it. */
  open: boolean;
}

/** Where what was seen cannot be. */
export type Report = (kind: string, text: string) => void;

/** Conditional or not, with which validators, and for which part. */
export function compareFields(n: number, planned: FieldList, sent: FieldList, report: Report): void {
  for (const name of [...CONDITIONS, 'range']) {
    const [was, wanted] = [linesOf(sent, name).join(', '), linesOf(planned, name).join(', ')];
    if (was !== wanted) report('conditional', `${n}: the origin was sent ${name}: ${was}, not ${wanted}`);
  }
}
