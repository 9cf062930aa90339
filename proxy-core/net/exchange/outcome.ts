/**
 * How an exchange ended, in the words of the table, of the event record and of X-Cache-Status: made in one place from who
 * answered and under which plan, so that row, reply and event cannot disagree.
 */
import type { FailurePlan, RequestPlan, ResponsePlan } from '../../cache/plan.ts';
import type { CacheStatus, Outcome } from '../../contract/exchange.ts';

/** Who answered, and under which plan. */
export type Answer =
  /** A stored response, with or without a question to the origin. */
  | { by: 'store'; plan: (RequestPlan | ResponsePlan | FailurePlan)['kind']; ttlSeconds: number }
  /** The origin; `plan` is what the request was sent under. */
  | {
      by: 'origin';
      plan: RequestPlan['kind'];
      response: Pick<ResponsePlan & { kind: 'skip' }, 'bypass'> | { kind: 'store' };
    }
  /** The proxy for itself: a refusal, a stage, a loop, nothing stored (only-if-cached), a failure. */
  | { by: 'proxy'; why: 'refused' | 'stage' | 'loop' | 'only-if-cached' }
  | { by: 'proxy'; why: 'failed'; plan: RequestPlan['kind'] };

/** The words for it. */
export interface Words {
  outcome: Outcome;
  /** The three of the event record. */
  cacheStatus: CacheStatus;
  /** The value of X-Cache-Status, which knows no ERROR. */
  shown: Outcome;
}

const words = (outcome: Outcome, cacheStatus: CacheStatus): Words => ({
  outcome,
  cacheStatus,
  shown: outcome === 'ERROR' ? cacheStatus : outcome,
});

const HIT = words('HIT', 'HIT');
const STALE = words('STALE', 'HIT');
const REVALIDATED = words('REVALIDATED', 'HIT');
const MISS = words('MISS', 'MISS');
const BYPASS = words('BYPASS', 'BYPASS');
const FAILED = words('ERROR', 'MISS');
const FAILED_BYPASS = words('ERROR', 'BYPASS');

/** Outcome, cache status and X-Cache-Status of an exchange. */
export function outcomeOf(answer: Answer): Words {
  switch (answer.by) {
    case 'store':
      if (answer.plan === 'freshened') return REVALIDATED;
      return answer.plan === 'serve' && answer.ttlSeconds >= 0 ? HIT : STALE;
    case 'origin':
      return answer.plan === 'bypass' || ('bypass' in answer.response && answer.response.bypass) ? BYPASS : MISS;
    case 'proxy':
      switch (answer.why) {
        case 'refused':
        case 'stage':
          return BYPASS;
        case 'loop':
          return FAILED_BYPASS;
        case 'only-if-cached':
          return MISS;
        case 'failed':
          return answer.plan === 'bypass' ? FAILED_BYPASS : FAILED;
      }
  }
}
