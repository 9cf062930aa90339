/**
 * Why an exchange ended as it did: the one table of reason codes, and the shape of the recorded trace.
 * The same code stands in the event, in the window's text, in `Cache-Status` detail and in the tests.
 */
import type { EntryId } from './entry-id.ts';

/** Why a request is forwarded (RFC 9211 §2.2): found by the look into the store, whatever the answer is judged to be later. */
export type Forward = 'bypass' | 'method' | 'uri-miss' | 'vary-miss' | 'miss' | 'request' | 'stale' | 'partial';

interface ReasonSpec {
  /** Clause the reason rests on. */
  readonly spec: string;
}

/** Every reason, with the clause behind it. */
export const REASONS = {
  // answered from the cache
  fresh: { spec: 'RFC 9111 §4.2' },
  'stale-allowed': { spec: 'RFC 9111 §5.2.1.2' }, // request max-stale
  revalidated: { spec: 'RFC 9111 §4.3.4' },
  'stale-while-revalidate': { spec: 'RFC 5861 §3' },
  'background-validation': { spec: 'RFC 5861 §3' }, // the cache asked for itself, a new response came
  'stale-if-error': { spec: 'RFC 5861 §4' },
  'stale-on-error': { spec: 'RFC 9111 §4.2.4' },
  'only-if-cached': { spec: 'RFC 9111 §5.2.1.7' }, // refused with 504
  // forwarded: nothing usable was stored
  'uri-miss': { spec: 'RFC 9111 §4' },
  'method-mismatch': { spec: 'RFC 9111 §4' }, // only a HEAD was stored, a GET came
  'vary-mismatch': { spec: 'RFC 9111 §4.1' },
  expired: { spec: 'RFC 9111 §4.2' },
  'validation-required': { spec: 'RFC 9111 §5.2.2.4' }, // stored no-cache
  'validation-changed': { spec: 'RFC 9111 §4.3.3' }, // asked, the origin sent a new one
  'user-validation': { spec: 'RFC 9111 §4.3.1' }, // asked by a person, whether fresh or not
  'request-no-cache': { spec: 'RFC 9111 §5.2.1.4' },
  'request-max-age': { spec: 'RFC 9111 §5.2.1.1' },
  'request-condition': { spec: 'RFC 9111 §4.3.2' }, // If-Match or If-Unmodified-Since: the origin's to judge
  'request-min-fresh': { spec: 'RFC 9111 §5.2.1.3' },
  'partial-miss': { spec: 'RFC 9111 §3.3' },
  'evicted-capacity': { spec: 'RFC 9111 §3' },
  'evicted-by-user': { spec: 'RFC 9111 §3' },
  invalidated: { spec: 'RFC 9111 §4.4' },
  'expired-removed': { spec: 'RFC 9111 §4.2' },
  // forwarded and not to be stored
  'request-no-store': { spec: 'RFC 9111 §5.2.1.5' },
  'request-content': { spec: 'RFC 9110 §9.3.1' }, // GET or HEAD with content
  'control-token': { spec: 'RFC 9111 §7.3' }, // the request carries the token of the control server
  'past-cache': { spec: 'RFC 9111 §4' }, // a person sent it past the cache
  'method-not-cacheable': { spec: 'RFC 9110 §9.2.3' },
  'status-not-cacheable': { spec: 'RFC 9110 §15.1' },
  'response-no-store': { spec: 'RFC 9111 §5.2.2.5' },
  'response-private': { spec: 'RFC 9111 §5.2.2.7' },
  authorization: { spec: 'RFC 9111 §3.5' },
  'set-cookie': { spec: 'RFC 9111 §7.3' },
  'vary-any': { spec: 'RFC 9111 §4.1' },
  'event-stream': { spec: 'RFC 9111 §3' }, // events for whoever listens now
  'no-freshness-information': { spec: 'RFC 9111 §4.2.2' },
  'not-understood': { spec: 'RFC 9111 §5.2.2.3' }, // must-understand with an unknown status
  'body-over-limit': { spec: 'RFC 9111 §3' },
  'storing-off': { spec: 'RFC 9111 §3' }, // MAX_CACHE_BODY_SIZE=0
  'no-room': { spec: 'RFC 9111 §3' }, // too large for the bounds of the store, or all else is pinned
  incomplete: { spec: 'RFC 9111 §3.3' },
  partial: { spec: 'RFC 9111 §3.4' },
  'invalidated-meanwhile': { spec: 'RFC 9111 §4.4' }, // made invalid or evicted while it was under way
  'cache-off': { spec: 'RFC 9211 §2.2' },
  tunnel: { spec: 'RFC 9110 §9.3.6' },
  intercept: { spec: 'RFC 9110 §9.3.6' },
  'client-refused': { spec: 'RFC 8446 §6.2' }, // the TLS handshake with the client failed
  'no-certificate': { spec: 'RFC 9110 §9.3.6' }, // no CA to make one
  upgrade: { spec: 'RFC 9110 §7.8' },
  'upstream-failed': { spec: 'RFC 9209 §2.3' },
  'client-left': { spec: 'RFC 9112 §9.5' }, // before the end of the reply, or of an event stream
  'stage-reply': { spec: 'RFC 9110 §3.7' }, // answered before the cache was asked
  'stage-drop': { spec: 'RFC 9110 §3.7' },
  'connection-failed': { spec: 'RFC 9209 §2.3' }, // of a tunnel or an upgrade
  'internal-error': { spec: 'RFC 9110 §15.6.1' }, // the proxy's own fault: 500
  'own-page': { spec: 'RFC 9110 §7.7' }, // a page of the proxy itself
  'request-refused': { spec: 'RFC 9110 §15.5' }, // loop, malformed target
} as const satisfies Record<string, ReasonSpec>;

export type ReasonCode = keyof typeof REASONS;

/** All codes in table order. */
export const REASON_CODES = Object.keys(REASONS) as ReasonCode[];

/** True for a code of the table. */
export function isReasonCode(text: string): text is ReasonCode {
  return Object.hasOwn(REASONS, text);
}

/** A value a decision looked at. */
export type TraceInput = string | number | boolean | null;

/** One evaluated step of a decision, recorded when it was made. */
export interface TraceStep {
  /** What was asked, for example `request-no-store` or `freshness`. Texts live in `explain/`. */
  code: string;
  /** Which decision the step belongs to. */
  phase: 'request' | 'response' | 'store' | 'upstream';
  /** `pass`: goes on; `stop`: this step made the decision; `note`: recorded, decided nothing. */
  result: 'pass' | 'stop' | 'note';
  inputs: Record<string, TraceInput>;
  /** `RFC 9111 §4.2.1`; absent for steps no RFC speaks of (cache off, limits). */
  spec?: string;
}

/**
 * The stored response nearest to a request that missed, and what kept it from matching. Inside the core it is named by its
 * number in the store.
 */
export interface Neighbour<Id = EntryId> {
  difference:
    | { kind: 'vary'; field: string; stored: string | null; sent: string | null; also?: string }
    | { kind: 'query'; parameter: string; stored: string | null; sent: string | null }
    | { kind: 'method'; stored: string; sent: string }
    | { kind: 'path'; stored: string; sent: string }
    | { kind: 'scheme'; stored: string; sent: string }
    | { kind: 'port'; stored: string; sent: string }
    | { kind: 'expired'; secondsAgo: number }
    | { kind: 'removed'; atMs: number; why: RemovalReason; by?: string };
  url: string;
  entryId?: Id;
}

/** Reason, trace and what the event says of a decision. */
export interface Explained {
  reason: ReasonCode;
  /** Steps of this decision only; the driver concatenates. */
  trace: TraceStep[];
  /** What the reason's sentence is made of. */
  facts: Record<string, string | number>;
  neighbour?: Neighbour<number>;
}

/** Why an entry left the store. */
export type RemovalReason = 'capacity' | 'expired' | 'invalidated' | 'replaced' | 'user';

/** `https://www.rfc-editor.org/...` for `RFC 9111 §4.2.1`; undefined when the text is no such reference. */
export function specUrl(spec: string): string | undefined {
  const match = /^RFC (\d+) §([\d.]+)$/.exec(spec);
  return match ? `https://www.rfc-editor.org/rfc/rfc${match[1]}#section-${match[2]}` : undefined;
}
