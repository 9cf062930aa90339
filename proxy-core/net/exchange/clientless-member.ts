/** What exchanges without a client have in common: how they start, and what is recorded of them. */
import { cacheKey } from '../../cache/key.ts';
import {
  forwardOf,
  type CacheRequest,
  type Explained,
  type FailurePlan,
  type RequestPlan,
  type ResponsePlan,
  type ServedReply,
  type StoredResponse,
} from '../../cache/plan.ts';
import { PROXY_ERRORS } from '../../contract/errors.ts';
import type { ExchangeLog, ExchangeObserver, ExchangeStart } from '../../contract/observer.ts';
import type { FieldList } from '../../http/fields.ts';
import type { Target } from '../../http/target.ts';
import type { Fetch } from '../fetch/fetch.ts';
import type { FetchMember, UpstreamHead } from '../fetch/fetch-member.ts';
import { internalFailure, type UpstreamFailure } from '../origin/proxy-errors.ts';
import { outcomeOf, type Answer, type Ending } from './outcome.ts';
import { droppedText, type StageView } from './stages.ts';

/** Time limit for content that no client is waiting for, ms. */
const MAX_CONTENT_MS = 300_000;

/** Opens the record of a request that the cache makes for itself. */
export function beginClientless(
  observer: ExchangeObserver,
  method: string,
  target: Target,
  fields: FieldList,
  cause: Pick<ExchangeStart, 'client' | 'parentId'>,
): ExchangeLog {
  return observer.begin({
    kind: 'http',
    method,
    url: target.url,
    host: target.host,
    path: target.path,
    requestTarget: target.url,
    protocol: 'internal',
    fields,
    cacheKey: cacheKey(method, target.url),
    ...cause,
  });
}

export abstract class ClientlessMember implements FetchMember {
  readonly request: CacheRequest;
  readonly plan: RequestPlan;
  readonly log: ExchangeLog;
  /** What it takes part in, once that has begun. */
  fetch: Fetch | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(request: CacheRequest, plan: RequestPlan, log: ExchangeLog) {
    this.request = request;
    this.plan = plan;
    this.log = log;
  }

  abstract serve(reply: ServedReply, plan: ResponsePlan | FailurePlan, forwardStatus: number | undefined): void;
  abstract data(chunk: Uint8Array): boolean;
  abstract end(): void;
  abstract broken(failure: UpstreamFailure): void;
  abstract release(): void;
  /** The failure is recorded, and this was the end. */
  protected abstract over(text: string): void;

  about(): StageView {
    return { exchange: this.log.id, client: '', askedUrl: this.request.url };
  }

  drop(explained: Explained): void {
    const text = droppedText(this.request, explained);
    this.log.decided(explained);
    this.log.failed('http_request_denied', text);
    this.over(text);
  }

  interim(): void {
    // no client
  }

  stream(plan: ResponsePlan & { kind: 'store' | 'skip' }, head: UpstreamHead): void {
    this.log.replyStarted({
      status: head.status,
      statusText: head.statusText,
      fields: plan.fields,
      ...wordsOf({ by: 'origin', forward: forwardOf(this.plan), response: plan }),
    });
  }

  fail(failure: UpstreamFailure, status: number = PROXY_ERRORS[failure.code] || 502): void {
    this.#unanswered(failure, status, outcomeOf({ by: 'proxy', why: 'failed', forward: forwardOf(this.plan) }));
  }

  #unanswered(failure: UpstreamFailure, status: number, { outcome, cacheStatus }: Ending): void {
    this.log.failed(failure.code, failure.text);
    this.log.replyStarted({ status, statusText: '', fields: [], cacheStatus, outcome });
    this.over(failure.text);
  }

  crash(error: unknown): void {
    this.fetch?.leave(this);
    const failure = internalFailure(error, `${this.request.method} ${this.request.url}`);
    const ending = outcomeOf({ by: 'proxy', why: 'crashed' });
    this.log.decided({ reason: ending.reason, facts: { error: failure.code }, trace: [] });
    this.#unanswered(failure, PROXY_ERRORS[failure.code] || 502, ending);
  }

  stored(entry: StoredResponse, ttlSeconds: number): void {
    this.log.stored(entry.id, ttlSeconds);
  }

  /** Records that a stored response answered. */
  protected tellServed(reply: ServedReply, plan: ResponsePlan | FailurePlan): void {
    const { status, statusText, fields, ttlSeconds } = reply;
    this.log.replyStarted({
      status,
      statusText,
      fields,
      ...wordsOf({ by: 'store', plan }),
      ttlSeconds,
      entryId: reply.entry.id,
    });
  }

  /** Bounds the time the content may take; `onOver` is told how long that was. */
  protected limitContent(onOver: (words: string) => void): void {
    const words = `the answer took longer than ${MAX_CONTENT_MS / 1000} s`;
    this.#timer = setTimeout(() => onOver(words), MAX_CONTENT_MS).unref();
  }

  protected stopTimer(): void {
    clearTimeout(this.#timer);
  }
}

/** Outcome and cache status, as a record takes them. */
function wordsOf(end: Answer) {
  const { outcome, cacheStatus } = outcomeOf(end);
  return { cacheStatus, outcome };
}
