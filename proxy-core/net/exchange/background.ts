/** Exchanges without a client: the cache asks an origin for itself. */
import type {
  CacheRequest,
  Explained,
  FailurePlan,
  RequestPlan,
  ResponsePlan,
  ServedReply,
  StoredResponse,
} from '../../cache/plan.ts';
import { PROXY_ERRORS } from '../../contract/errors.ts';
import type { ExchangeLog } from '../../contract/observer.ts';
import type { Fetch } from '../fetch/fetch.ts';
import type { FetchMember, UpstreamHead } from '../fetch/fetch-member.ts';
import { outcomeOf } from './outcome.ts';
import { droppedText, type StageView } from './stages.ts';
import { internalFailure, type UpstreamFailure } from '../origin/proxy-errors.ts';

/** The content of an answer nobody waits for may take this long, ms. */
export const MAX_CONTENT_MS = 300_000;

/** A validation nobody waits for: it reads only what is going to be stored, and not for ever. */
export class BackgroundMember implements FetchMember {
  readonly request: CacheRequest;
  readonly plan: RequestPlan;
  readonly log: ExchangeLog;
  /** What it takes part in, once that has begun. */
  fetch: Fetch | undefined;
  #mayStore = 0;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(request: CacheRequest, plan: RequestPlan, log: ExchangeLog) {
    this.request = request;
    this.plan = plan;
    this.log = log;
  }

  about(): StageView {
    return { exchange: this.log.id, client: '', askedUrl: this.request.url };
  }

  drop(explained: Explained): void {
    clearTimeout(this.#timer);
    this.log.decided(explained);
    this.log.failed('http_request_denied', droppedText(this.request, explained));
    this.log.end();
  }

  interim(): void {
    // nobody to tell
  }

  stream(plan: ResponsePlan & { kind: 'store' | 'skip' }, head: UpstreamHead): void {
    const { outcome, cacheStatus } = outcomeOf({ by: 'origin', plan: this.plan.kind, response: plan });
    this.log.replyStarted({
      status: head.status,
      statusText: head.statusText,
      fields: plan.fields,
      cacheStatus,
      outcome,
    });
    if (plan.kind === 'store') {
      this.#mayStore = plan.ticket.maxBodyBytes;
      this.#timer = setTimeout(() => {
        this.log.failed(
          'connection_read_timeout',
          `the answer took longer than ${MAX_CONTENT_MS / 1000} s, and nobody waits for it`,
        );
        this.#leave();
      }, MAX_CONTENT_MS).unref();
    } else this.#leaveSoon();
  }

  /** The rest is of no use. Not at once: the fetch is in the middle of telling us. */
  #leaveSoon(): void {
    queueMicrotask(() => this.#leave());
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.fetch?.leave(this);
    this.log.end();
  }

  serve(reply: ServedReply, plan: ResponsePlan | FailurePlan): void {
    const { ttlSeconds } = reply;
    const { outcome, cacheStatus } = outcomeOf({ by: 'store', plan: plan.kind, ttlSeconds });
    this.log.replyStarted({
      status: reply.status,
      statusText: reply.statusText,
      fields: reply.fields,
      cacheStatus,
      outcome,
      ttlSeconds,
      entryId: reply.entry.id,
    });
    this.log.end();
  }

  data(chunk: Uint8Array): boolean {
    this.log.responseData(chunk);
    const before = this.#bytes;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#mayStore && before <= this.#mayStore) this.#leaveSoon();
    return true;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.log.end();
  }

  broken(failure: UpstreamFailure): void {
    this.fail(failure);
  }

  fail(failure: UpstreamFailure, status: number = PROXY_ERRORS[failure.code] || 502): void {
    clearTimeout(this.#timer);
    this.log.failed(failure.code, failure.text);
    const { outcome, cacheStatus } = outcomeOf({ by: 'proxy', why: 'failed', plan: this.plan.kind });
    this.log.replyStarted({ status, statusText: '', fields: [], cacheStatus, outcome });
    this.log.end();
  }

  crash(error: unknown): void {
    this.fetch?.leave(this);
    this.fail(internalFailure(error, `${this.request.method} ${this.request.url}`));
  }

  release(): void {
    this.log.end();
  }

  stored(entry: StoredResponse, ttlSeconds: number): void {
    this.log.stored(entry.id, ttlSeconds);
  }
}
