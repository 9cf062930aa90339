/** Questions to an origin under way, and the exchanges that wait for them. */
import type { FieldList } from '../../../../http/fields.ts';
import type { Expected } from './expected.ts';
import type { Answered, Asked } from './fields.ts';
import type { Plan } from './planning.ts';
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
  /** Questions it may be waiting for. */
  waitsFor: Flight[];
  /** Undefined while nothing was sent. */
  expected: Expected | undefined;
  left: boolean;
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
}
