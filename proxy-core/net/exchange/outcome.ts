/**
 * How an exchange ended, in the words of the table, of the event record, of X-Cache-Status and of Cache-Status: made in one
 * place from who answered and under which plan, so that row, reply, event and the sentence that explains them agree.
 */
import type { FailurePlan, RequestPlan, ResponsePlan } from '../../cache/plan.ts';
import type { ProxyErrorCode } from '../../contract/errors.ts';
import type { CacheStatus, Outcome } from '../../contract/exchange.ts';
import { REASON_CODES, type Forward, type ReasonCode } from '../../contract/reasons.ts';

/** Who answered, and under which plan. */
export type Answer =
  /** A stored response, with or without a question to the origin. */
  | { by: 'store'; plan: { kind: (RequestPlan | ResponsePlan | FailurePlan)['kind']; reason: ReasonCode } }
  /** The origin; `forward` is why it was asked. */
  | { by: 'origin'; forward: Forward | undefined; response: { kind: 'store' | 'skip'; reason: ReasonCode } }
  /** Two peers talk through the proxy, which looks at nothing, or only inside. */
  | { by: 'peers'; as: 'tunnel' | 'intercept' | 'upgrade' }
  /** The proxy for itself: a refusal (with the error there is a name for), a stage, nothing stored (only-if-cached). */
  | { by: 'proxy'; why: 'refused'; error?: ProxyErrorCode | undefined }
  | { by: 'proxy'; why: 'stage' | 'only-if-cached' | 'own-page' }
  /** In the place of an origin that gave no answer; `connect` for a tunnel or an upgrade, which no cache is asked about. */
  | { by: 'proxy'; why: 'failed'; forward: Forward | 'connect' | undefined }
  /** Nobody: the client went away. */
  | { by: 'nobody'; forward: Forward | undefined }
  /** It broke off itself, or the client did, when TLS with the client was to begin. */
  | { by: 'proxy'; why: 'handshake'; reason: 'client-refused' | 'no-certificate' }
  /** In the place of an answer that it could not make: a fault of its own. */
  | { by: 'proxy'; why: 'crashed' };

/** The words for it. */
export interface Ending {
  readonly outcome: Outcome;
  /** The three of the event record. */
  readonly cacheStatus: CacheStatus;
  /** The value of X-Cache-Status, which knows no ERROR. */
  readonly shown: Outcome;
  /** Why, for Cache-Status and for the sentence. */
  readonly reason: ReasonCode;
}

/** One object for each reason, made once: every hit asks for one. */
function endings(outcome: Outcome, cacheStatus: CacheStatus): Readonly<Record<ReasonCode, Ending>> {
  const shown = outcome === 'ERROR' ? cacheStatus : outcome;
  const all = REASON_CODES.map((reason) => [reason, { outcome, cacheStatus, shown, reason }] as const);
  return Object.fromEntries(all) as Record<ReasonCode, Ending>;
}

const HIT = endings('HIT', 'HIT');
const STALE = endings('STALE', 'HIT');
const REVALIDATED = endings('REVALIDATED', 'HIT');
const MISS = endings('MISS', 'MISS');
const BYPASS = endings('BYPASS', 'BYPASS');
const FAILED = endings('ERROR', 'MISS');
const FAILED_BYPASS = endings('ERROR', 'BYPASS');

/** Was the cache asked? A miss whose answer is not kept is a miss all the same. */
const isConsulted = (forward: Forward | undefined): boolean => forward !== 'bypass' && forward !== 'method';

/** Outcome, cache status, X-Cache-Status and reason of an exchange. */
export function outcomeOf(answer: Answer): Ending {
  switch (answer.by) {
    case 'store': {
      const { kind, reason } = answer.plan;
      if (kind === 'freshened') return REVALIDATED[reason];
      // By what was decided: a lifetime that ends this very second is over (RFC 9111 §4.2), and 0 s are left of it.
      return (kind === 'serve' && reason !== 'stale-allowed' ? HIT : STALE)[reason];
    }
    case 'origin':
      return (isConsulted(answer.forward) ? MISS : BYPASS)[answer.response.reason];
    case 'nobody':
      return (isConsulted(answer.forward) ? MISS : BYPASS)['client-left'];
    case 'peers':
      return BYPASS[answer.as];
    case 'proxy':
      switch (answer.why) {
        case 'refused':
          return (answer.error === undefined ? BYPASS : FAILED_BYPASS)['request-refused'];
        case 'own-page':
          return BYPASS['own-page'];
        case 'stage':
          return BYPASS['stage-reply'];
        case 'only-if-cached':
          return MISS['only-if-cached'];
        case 'failed':
          if (answer.forward === 'connect') return FAILED_BYPASS['connection-failed'];
          return (isConsulted(answer.forward) ? FAILED : FAILED_BYPASS)['upstream-failed'];
        case 'handshake':
          return FAILED_BYPASS[answer.reason];
        case 'crashed':
          return FAILED_BYPASS['internal-error'];
      }
  }
}
