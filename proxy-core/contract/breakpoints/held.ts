/** Exchanges that a breakpoint holds: what a person is shown of them, and what may become of them. */
import type { StageName } from '../exchange.ts';
import type { MockBody } from '../rules/rule.ts';

/** At most so many are held at a time; those behind them pass, and are counted. */
export const MAX_HELD = 100;
/** Content of more bytes than this, or than the capture keeps of one body, is not offered for editing. */
export const MAX_HELD_CONTENT_BYTES = 1024 * 1024;

/**
 * How the holding of an exchange ended: by a person (`resumed` as it was, `edited`, `answered`, `aborted`), or by itself:
 * `limit`, the longest time; `full`, so many were held that it was not; `unattended`, nobody was there to let it go on;
 * `stopped`, the proxy ends.
 */
export type HeldEnd = 'resumed' | 'edited' | 'answered' | 'aborted' | 'limit' | 'full' | 'unattended' | 'stopped';

/** Those that were not held, or not for as long as somebody wanted, by why; since the core started. */
export type HeldPasses = Readonly<Record<'full' | 'limit' | 'unattended', number>>;

/** What is known of the content: none; still coming; all of it here; too long to be edited; it could not be read. */
export type HeldContentState = 'none' | 'coming' | 'whole' | 'too-long';

export interface HeldSummary {
  /** Counts up from 1. */
  readonly id: number;
  /** Number of the exchange within its session; of the one that caused it, where several wait for one answer. */
  readonly exchange: number;
  readonly stage: StageName;
  /** Name of the rule. */
  readonly by: string;
  /** Since when, unix ms. */
  readonly sinceMs: number;
  /** When it goes on by itself, unix ms. */
  readonly untilMs: number;
  readonly client: string;
  readonly method: string;
  readonly url: string;
  /** Of a response. */
  readonly status?: number;
  readonly content: HeldContentState;
}

export interface HeldState {
  /** Oldest first. */
  readonly held: readonly HeldSummary[];
  readonly passed: HeldPasses;
}

type Lines = readonly (readonly [name: string, value: string])[];

/** One of them, as far as it may be edited. */
export interface HeldDetail extends HeldSummary {
  readonly statusText?: string;
  readonly fields: Lines;
  /** Present when `content` is `whole`. */
  readonly body?: {
    /** Base64, without the codings of Content-Encoding unless one of them is not known here. */
    readonly base64: string;
    /** As text, where it is UTF-8. */
    readonly text?: string;
    /** Codings that were undone; edited content is sent without them, and without that field. */
    readonly decoded?: string;
  };
}

/** What is to be another; members that are missing stay. */
export interface HeldEdit {
  /** Of a request. */
  readonly method?: string;
  readonly url?: string;
  /** Of a response. */
  readonly status?: number;
  readonly statusText?: string;
  /** All of them; those that frame the message follow from the content and are not taken from here. */
  readonly fields?: Lines;
  readonly body?: MockBody;
}

/** An answer in the place of what would have come. */
export interface HeldAnswer {
  readonly status: number;
  readonly statusText?: string;
  readonly fields: Lines;
  readonly body?: MockBody;
}
