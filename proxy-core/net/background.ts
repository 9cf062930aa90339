/** Exchanges without a client: the cache asks an origin for itself. */
import type { CacheRequest, FailurePlan, RequestPlan, ResponsePlan, ServedReply, StoredResponse } from '../cache/plan.ts';
import { PROXY_ERRORS } from '../contract/errors.ts';
import type { ExchangeLog } from '../contract/observer.ts';
import type { FetchMember, UpstreamHead } from './fetch.ts';
import type { UpstreamFailure } from './proxy-errors.ts';

/** A validation nobody waits for. */
export class BackgroundMember implements FetchMember {
  readonly request: CacheRequest;
  readonly plan: RequestPlan;
  readonly log: ExchangeLog;

  constructor(request: CacheRequest, plan: RequestPlan, log: ExchangeLog) {
    this.request = request;
    this.plan = plan;
    this.log = log;
  }

  interim(): void {
    // nobody to tell
  }

  stream(plan: ResponsePlan & { kind: 'store' | 'skip' }, head: UpstreamHead): void {
    this.log.replyStarted({ status: head.status, statusText: head.statusText, fields: plan.fields, cacheStatus: plan.kind === 'skip' && plan.bypass ? 'BYPASS' : 'MISS', outcome: plan.kind === 'skip' && plan.bypass ? 'BYPASS' : 'MISS' });
  }

  serve(reply: ServedReply, plan: ResponsePlan | FailurePlan): void {
    this.log.replyStarted({ status: reply.status, statusText: reply.statusText, fields: reply.fields, cacheStatus: 'HIT', outcome: plan.kind === 'freshened' ? 'REVALIDATED' : 'STALE', ttlSeconds: reply.ttlSeconds, entryId: reply.entry.id });
    this.log.end();
  }

  data(chunk: Uint8Array): boolean {
    this.log.responseData(chunk);
    return true;
  }

  end(): void {
    this.log.end();
  }

  broken(failure: UpstreamFailure): void {
    this.fail(failure);
  }

  fail(failure: UpstreamFailure, status: number = PROXY_ERRORS[failure.code] || 502): void {
    this.log.failed(failure.code, failure.text);
    this.log.replyStarted({ status, statusText: '', fields: [], cacheStatus: 'MISS', outcome: 'ERROR' });
    this.log.end();
  }

  release(): void {
    this.log.end();
  }

  stored(entry: StoredResponse, ttlSeconds: number): void {
    this.log.stored(entry.id, ttlSeconds);
  }
}
