/** Requests that a person made up, and what became of them. */
import type { FieldLine, Outcome } from '../exchange.ts';

export const COMPOSE_LIMITS = {
  /** Content that is given with the command, characters. */
  content: 16 * 1024 * 1024,
  fields: 500,
  parts: 500,
  /** How often one request is sent in one go. */
  times: 100,
  /** How long a call waits for the answers at most, ms. */
  waitMs: 60_000,
  /** Runs that are remembered. */
  runs: 50,
} as const;

/** A part of a form with files (RFC 7578): its content is one of the three. */
export interface ComposedPart {
  readonly name: string;
  readonly text?: string;
  readonly base64?: string;
  /** A file on the machine of the core. */
  readonly path?: string;
  /** Name the file is sent under; that of the path when none is given. Empty: none is sent. */
  readonly filename?: string;
  readonly type?: string;
}

/** Content of a request. Content-Length, and the Content-Type of forms, follow from it where the fields have none. */
export type ComposedBody =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'base64'; readonly base64: string }
  /** `application/x-www-form-urlencoded`. */
  | { readonly kind: 'form'; readonly fields: readonly FieldLine[] }
  | { readonly kind: 'multipart'; readonly parts: readonly ComposedPart[] }
  /** A file on the machine of the core. */
  | { readonly kind: 'file'; readonly path: string };

export interface ComposedRequest {
  readonly method: string;
  /** Absolute URL, `http:` or `https:`. */
  readonly url: string;
  readonly fields: readonly FieldLine[];
  readonly body?: ComposedBody;
}

/**
 * How the cache is used. `use`: as with any client. `refresh`: the origin is asked, and its answer is stored; the request
 * says no-cache (RFC 9111 §5.2.1.4), as a reload does, so that caches further up ask, too. `past`: the cache is not asked and
 * stores nothing; the request is as it would be otherwise.
 */
export const CACHE_USES = ['use', 'refresh', 'past'] as const;
export type CacheUse = (typeof CACHE_USES)[number];

export interface SendOptions {
  readonly request: ComposedRequest;
  readonly cache: CacheUse;
  readonly times: number;
  /** All at once, or each when the one before has ended. */
  readonly together: boolean;
  /** How long to wait for the ends of them, ms; those that go on are told as `going`. */
  readonly waitMs: number;
}

/** One exchange of a run. */
export interface SentExchange {
  /** Number of the exchange within its session. */
  readonly id: number;
  readonly state: 'going' | 'done' | 'failed' | 'stopped';
  readonly status?: number;
  readonly outcome?: Outcome;
  /** It shared the question to the origin with another one. */
  readonly collapsed?: true;
  readonly durationMs?: number;
  /** Bytes of content that came. */
  readonly bytes: number;
  /** What went wrong, in words. */
  readonly problem?: string;
}

/** A request that was sent once or several times. */
export interface ComposeRun {
  readonly id: number;
  /** Unix ms. */
  readonly atMs: number;
  readonly request: ComposedRequest;
  /** The content was too large to be remembered, and `request` is without it. */
  readonly isCut?: true;
  readonly cache: CacheUse;
  readonly times: number;
  readonly together: boolean;
  /** True when nothing more is sent and all have ended. */
  readonly isOver: boolean;
  readonly sent: readonly SentExchange[];
}

/** A captured request, to be sent again. */
export interface ComposedFromExchange {
  readonly request: ComposedRequest;
  /** What of the request is missing: its content was not, or not wholly, captured. */
  readonly missing?: 'content';
}

/** A command line of curl, read. */
export type ReadCurl =
  | {
      readonly ok: true;
      readonly request: ComposedRequest;
      /** What of the line has no meaning here, or another one. */
      readonly notes: readonly string[];
    }
  | {
      readonly ok: false;
      readonly problem: string;
      /** Where in the text, characters from its begin. */
      readonly at: number;
    };
