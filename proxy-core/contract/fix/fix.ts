/**
 * The smallest change of a response's fields with which the next identical request is a hit: found by the core with the same
 * decisions that serve traffic, shown in the window and by the control API.
 */

/** One field of the response as it is, and as it should be; null where there is none. */
export interface FieldEdit {
  name: string;
  was: string | null;
  value: string | null;
}

/**
 * What the change means for private data, or for whoever counts on the field that goes. `names` are those of cookies or of
 * request fields, or the status.
 */
export interface Exposure {
  code: ExposureCode;
  names?: string;
}
export const EXPOSURES = [
  'shares-cookie',
  'drops-cookie',
  'authorization',
  'was-private',
  'was-no-store',
  'error',
  'varies-by-cookie',
  'sent-cookie',
  'vary',
  'was-no-cache',
] as const;
export type ExposureCode = (typeof EXPOSURES)[number];

/** One change that was tried with the real decisions and led to a hit. */
export interface Fix {
  edits: FieldEdit[];
  /** How long it would be fresh from its arrival, seconds. */
  seconds: number;
  exposes: Exposure[];
  /** Fields that speak against caching and do not count beside max-age (RFC 9111 §5.3, §5.4), so that they may stay. */
  mayStay: string[];
}

/** Why no field of the response makes it a hit. */
export const CANNOT = [
  'tunnel',
  'upgrade',
  'own-reply',
  'no-answer',
  'pending',
  'incomplete',
  'client-left',
  'client-gone',
  'invalidated',
  'not-modified',
  'cache-off',
  'control-token',
  'past-cache',
  'method',
  'request-content',
  'request-no-store',
  'client-reload',
  'request-condition',
  'only-if-cached',
  'storing-off',
  'body-over-limit',
  'no-room',
  'status',
  'event-stream',
  'partial',
  'authorization',
  'own-lifetime',
  'too-old',
  'other',
] as const;
export type CannotCode = (typeof CANNOT)[number];

/** By the settings as they are now. */
export type ExchangeFix =
  /** It was a hit, or may be stored as it is: the next request within that time is one. */
  | { kind: 'none'; why: 'hit' | 'stored'; seconds: number }
  /** The smallest change first; the second one shares no cookie, where the first would. */
  | {
      kind: 'fix';
      fixes: Fix[];
      /** The stored response was for other values of these fields: this very request would have been a hit. */
      varied?: string;
    }
  /** `ordinary`: for the same request without the client's reload. */
  | { kind: 'cannot'; code: CannotCode; ordinary?: Fix[] };
