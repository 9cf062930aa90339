/**
 * The seam between the cache and the exchange driver (`net/exchange/client-exchange.ts`): the driver asks, gets a plan with its reason
 * and trace, and does what it says. The driver holds streams and timers and no RFC knowledge; the cache holds no IO.
 */
import type { ProxyErrorCode } from '../contract/errors.ts';
import type { Explained, Forward, ReasonCode } from '../contract/reasons.ts';
import type { CacheMode } from '../contract/settings.ts';
import type { FieldList } from '../http/fields.ts';
import type { Head } from '../http/head.ts';
import type { RangeIgnored } from '../http/ranges.ts';

export type { Explained };

/** The settings decisions depend on. */
export interface CachePolicy {
  mode: CacheMode;
  /** Default lifetime in standard mode (0 = none), the lifetime in fixed-ttl mode. Seconds. */
  ttlSeconds: number;
  /** 0 turns storing off. */
  maxBodyBytes: number;
  shareAnyway: boolean;
  cdnCacheControl: boolean;
  /** Set aside no-cache, max-age and min-fresh of requests, and Pragma. */
  ignoreClientControl: boolean;
  /** Keep text bodies packed from now on (compression at rest). */
  compress: boolean;
}

/** A request as decisions see it. */
export interface CacheRequest {
  method: string;
  /** Absolute target URI, normalised (lower-case scheme and host, no default port, path at least `/`, no fragment). */
  url: string;
  /** What goes on to the next hop: hop-by-hop fields, Host and Expect already removed. */
  head: Head;
  hasBody: boolean;
  /** What was chosen for it by a person, beside its fields: to go past the cache, or to have what is stored renewed. */
  chosen?: 'past' | 'refresh' | undefined;
  /** The request carries a secret of this program: nothing of it may be kept. */
  secret?: boolean;
}

/** A response head as decisions see it; hop-by-hop fields already removed. */
export interface CacheResponse {
  status: number;
  statusText: string;
  head: Head;
  /** When the request for it was sent, and its head arrived; unix ms. */
  requestAtMs: number;
  responseAtMs: number;
  /** What to add to these times for the time of day, against which Date and Expires are held, ms; 0 unless the clock was set. */
  wallOffsetMs?: number;
}

/** Why a reply is a 304, a 206 or a 416, or the whole although less was asked for. Goes into facts and trace. */
export interface ReplyMade {
  reply: number;
  /** The field of the request that decided, and its value. */
  by: 'If-None-Match' | 'If-Modified-Since' | 'If-Range' | 'Range';
  sent: string;
  /** What it was held against: the stored validator, the part sent, the length there is. */
  held: string;
  /** Only a part is stored, and it was cut from that. */
  from?: 'part';
  /** Why the field had no say: the stored status is none it counts for, its date is none, its range is ignored. */
  why?: 'status' | 'date' | RangeIgnored;
}

/** A stored response as the driver handles it: opaque but for what it must stream. */
export interface StoredResponse {
  readonly id: number;
  readonly url: string;
  readonly status: number;
  /** The whole body as received; a view into the store's memory, not to be changed. */
  readonly body: Uint8Array;
}

/** The field lines of a stored response, the same object for as long as it is at hand. */
export interface StoredFields {
  readonly fields: FieldList;
  /** What whoever sends them made of them, for the next time. */
  prepared: unknown;
}

/** A reply made from a stored response; the driver adds Via, Cache-Status and X-Cache-Status and streams the parts. */
export interface ServedReply {
  entry: StoredResponse;
  /** 200 …, 206, 304 or 416, after the client's conditions, ranges and method were looked at. */
  status: number;
  statusText: string;
  /** Complete end-to-end fields with Age, Content-Length, Content-Range … */
  fields: string[];
  /** The stored lines, where the answer begins with all of them, whatever is added. */
  begin?: StoredFields | undefined;
  /** Bytes to send, in order; empty for HEAD, 304, 416. Views, not copies. */
  parts: readonly Uint8Array[];
  ageSeconds: number;
  /** Negative when stale. */
  ttlSeconds: number;
  /** What the client's own conditions or ranges made of it; undefined when they had no say. */
  made?: ReplyMade | undefined;
}

/** What to do with a request; `forward` says why the origin is asked, by what the look into the store found (RFC 9211 §2.2). */
export type RequestPlan = Explained &
  (
    | { kind: 'serve'; reply: ServedReply }
    /** Send the reply now; validate in the background by `validation`. */
    | { kind: 'serve-stale-and-revalidate'; reply: ServedReply; validation: Validation; forward: Forward }
    /** Ask the origin whether the stored response is still good. */
    | { kind: 'validate'; validation: Validation; forward: Forward }
    /** Forward. With `collapseKey`, identical requests may share this fetch. */
    | {
        kind: 'fetch';
        forward: Forward;
        forwardFields: FieldList;
        collapseKey?: string;
        stale?: StoredResponse;
        /** Why a stored response was not used at first, where the reason has become another. */
        wanted?: ReasonCode;
        generation: number;
      }
    /** only-if-cached and nothing usable: 504. */
    | { kind: 'refuse-504' }
    /** Forward and never store. */
    | { kind: 'bypass'; forward: Forward; forwardFields: FieldList }
  );

/** Why this plan asks the origin; undefined when it does not. */
export const forwardOf = (plan: RequestPlan): Forward | undefined => ('forward' in plan ? plan.forward : undefined);

/** A conditional request made by the cache. */
export interface Validation {
  entry: StoredResponse;
  /** Fields to send: the request's, with the cache's own conditions in place of the client's. */
  forwardFields: FieldList;
  collapseKey?: string;
  /** The cache's generation when it was planned; a fetch overtaken by an invalidation is told by it. */
  generation: number;
}

/** What to do with a response's head. Other entries have been invalidated already (see the trace). */
export type ResponsePlan = Explained &
  /** Stream to the client and keep; call `HttpCache.commit` with the complete body. */
  (
    | { kind: 'store'; ticket: StoreTicket; fields: FieldList }
    /** Our validation was answered 304 (or a HEAD updated it): the entry is fresh again; send this reply. `shareable`: others may be answered by the entry without asking. */
    | { kind: 'freshened'; reply: ServedReply; shareable: boolean }
    /** Send a stored response instead of this one (5xx with stale-if-error). */
    | { kind: 'serve-stale'; reply: ServedReply }
    /** Our validation was answered 304 but the stored response cannot be used any more: carry out `next`, the request without conditions, and judge its answer by that. */
    | { kind: 'refetch'; next: RequestPlan & { kind: 'fetch' } }
    /** Stream to the client, keep nothing. */
    | { kind: 'skip'; fields: FieldList }
  );

/** The question of a person whether a stored response is still good. */
export interface UserValidation {
  request: CacheRequest;
  plan: RequestPlan & { kind: 'validate' };
}

/** What came of it: the entry is fresh again; another response came (and was stored, or not); or no answer. */
export type ValidationAnswer =
  | { kind: 'freshened'; status: number; fields: FieldList }
  | {
      kind: 'replaced';
      status: number;
      statusText: string;
      fields: FieldList;
      stored: StoredResponse | undefined;
      body: Uint8Array;
    }
  | { kind: 'failed'; message: string };

/** Permission to store one response; made by `planResponse`, used once. */
export interface StoreTicket {
  /** Give up storing (call `abandon`) when the body grows past this. */
  readonly maxBodyBytes: number;
  /** After `commit`: the store could not take it. */
  readonly lacksRoom: boolean;
  /** Freshness left at that time, seconds, whether it is stored yet or not; for Cache-Status `ttl`. */
  ttlSecondsAt(nowMs: number): number;
  /** Age at that time, seconds. */
  ageSecondsAt(nowMs: number): number;
}

/** Why a ticket is not used. */
export type AbandonReason = 'body-over-limit' | 'incomplete' | 'invalidated-meanwhile' | 'no-room';

/** What to do when the upstream failed before a complete response. */
export type FailurePlan = Explained &
  (
    | { kind: 'serve-stale'; reply: ServedReply }
    /** `status` replaces the failure's own when the stored response demands that. */
    | { kind: 'fail'; status?: 504 }
  );

/** The cache as the driver uses it. Every call is synchronous and cheap; `nowMs` is passed in. */
export interface CacheEngine {
  planRequest(request: CacheRequest, nowMs: number): RequestPlan;
  /** Also carries out freshening and invalidation. `by` names the cause in the ring of removed keys, e.g. `POST /x`. */
  planResponse(request: CacheRequest, plan: RequestPlan, response: CacheResponse, nowMs: number): ResponsePlan;
  planFailure(request: CacheRequest, plan: RequestPlan, error: ProxyErrorCode, nowMs: number): FailurePlan;
  /** Makes the entry visible; the chunks are copied into packed storage. Undefined when it did not fit the budget, or the ticket is overtaken. */
  commit(ticket: StoreTicket, chunks: readonly Uint8Array[], nowMs: number): StoredResponse | undefined;
  /** What is known of a validation the origin answered with a whole response, once that is stored: whether its content is another; or why a part was not. */
  explainStored(ticket: StoreTicket): Explained | undefined;
  /** The body did not become storable; the explanation replaces the one of the plan. */
  abandon(ticket: StoreTicket, why: AbandonReason): Explained;
  /** May this waiting request stream along with the fetch that got this ticket (Vary, directives), and is that fresh still? */
  mayShare(request: CacheRequest, ticket: StoreTicket, nowMs: number): boolean;
  /** Could any later request be answered by what this ticket stores, without asking? False for no-cache, parts and what is stale from the start. */
  isShareable(ticket: StoreTicket, nowMs: number): boolean;
  /** Was the ticket's URL invalidated or evicted since? Then it is not committed. */
  isOutdated(ticket: StoreTicket): boolean;
  /** Was this URL invalidated or evicted after the plan was made? Then what the fetch brings is not kept, and nobody joins it. */
  isOvertaken(url: string, plan: RequestPlan): boolean;
  /** Is there a second cache that may know more than this plan? Never true without one. */
  mayLookFurther(request: CacheRequest, plan: RequestPlan): boolean;
  /** Asks it for a URL; afterwards `planRequest` sees what it had, and `found` says how many responses that were. Never rejects. */
  lookFurther(url: string): Promise<{ found: number }>;
  /** Notes in the entry's history that an exchange used it. */
  noteUse(entry: StoredResponse, exchangeId: number, nowMs: number): void;
}
