/** The demo's pretend decisions: by lifetime, variant and luck, told in the codes and with the sections that the core uses. */
import type { EntrySummary } from '../../proxy-core/contract/entry.ts';
import type { Outcome } from '../../proxy-core/contract/exchange.ts';
import type { ReasonCode, TraceStep } from '../../proxy-core/contract/reasons.ts';
import type { Resource } from './site.ts';

/** What was decided, and the steps that led there. */
export interface Decision {
  outcome: Outcome;
  reason: ReasonCode;
  entry?: EntrySummary;
  trace: TraceStep[];
  facts: Record<string, string | number>;
  /** The stored response that almost matched. */
  near?: EntrySummary;
}
/** One step of a trace. */
export const step = (
  code: string,
  phase: TraceStep['phase'],
  result: TraceStep['result'],
  spec: string,
  inputs: TraceStep['inputs'] = {},
): TraceStep => ({ code, phase, result, inputs, spec });

type Unstorable =
  'set-cookie' | 'response-private' | 'response-no-store' | 'no-freshness-information' | 'status-not-cacheable';

/** Why a resource without a lifetime is not stored. */
function unstorable({ status, setCookie, cacheControl = '' }: Resource): Unstorable {
  if (status === 503) return 'status-not-cacheable';
  if (setCookie === true) return 'set-cookie';
  if (cacheControl.includes('private')) return 'response-private';
  return cacheControl.includes('no-store') ? 'response-no-store' : 'no-freshness-information';
}

/** What a cache does with one more request, given the entries of its URL; `entry` is the one that matches, `random` from 0 to 1. */
export function decide(
  resource: Resource,
  language: string,
  stored: readonly EntrySummary[],
  entry: EntrySummary | undefined,
  nowMs: number,
  random: () => number,
): Decision {
  const lookup = step('lookup', 'request', stored.length === 0 ? 'stop' : 'pass', 'RFC 9111 §2', {
    found: stored.length,
  });
  const method = resource.method ?? 'GET';
  const status = resource.status ?? 200;
  const cacheControl = resource.cacheControl ?? '';
  if (method !== 'GET')
    return {
      outcome: 'BYPASS',
      reason: 'method-not-cacheable',
      trace: [step('request-method', 'request', 'stop', 'RFC 9111 §4', { method })],
      facts: { method },
    };
  if (resource.lifetime === undefined) {
    const reason = unstorable(resource);
    const why = {
      'set-cookie': ['set-cookie', 'RFC 9111 §7.3'],
      'response-private': ['response-private', 'RFC 9111 §5.2.2.7'],
      'response-no-store': ['response-no-store', 'RFC 9111 §5.2.2.5'],
      'no-freshness-information': ['lifetime', 'RFC 9111 §4.2.2'],
      'status-not-cacheable': ['response-status', 'RFC 9110 §15.1'],
    } as const;
    const [code, spec] = why[reason];
    const passed =
      code === 'response-status' ? [] : [step('response-status', 'store', 'pass', 'RFC 9110 §15.1', { status })];
    return {
      outcome: 'MISS',
      reason,
      trace: [lookup, ...passed, step(code, 'store', 'stop', spec, { cacheControl, status })],
      facts: { cacheControl, status },
    };
  }
  const lifetime = resource.lifetime;
  const store = [
    step('response-status', 'store', 'pass', 'RFC 9110 §15.1', { status }),
    step('lifetime', 'store', 'pass', 'RFC 9111 §4.2.1', { lifetime, source: 'max-age' }),
    step('store', 'store', 'stop', 'RFC 9111 §3', { lifetime }),
  ];
  if (entry === undefined) {
    const other = stored[0];
    if (other === undefined) return { outcome: 'MISS', reason: 'uri-miss', trace: [lookup, ...store], facts: {} };
    const difference = { field: 'Accept-Language', stored: other.variant.split(': ')[1] ?? '', sent: language };
    return {
      outcome: 'MISS',
      reason: 'vary-mismatch',
      trace: [lookup, step('vary', 'request', 'stop', 'RFC 9111 §4.1', difference), ...store],
      facts: difference,
      near: other,
    };
  }
  const age = Math.round((nowMs - entry.storedAtMs) / 1000);
  const stale = Math.max(0, Math.round((nowMs - entry.staleAtMs) / 1000));
  const times = { age, lifetime: entry.lifetimeSeconds, source: 'max-age' };
  const facts = { ...times, secondsAgo: stale, window: resource.swr ?? 0, status: 304 };
  const fresh = nowMs < entry.staleAtMs;
  const freshness = step('freshness', 'request', fresh ? 'stop' : 'pass', 'RFC 9111 §4.2', times);
  if (fresh) return { outcome: 'HIT', reason: 'fresh', entry, trace: [lookup, freshness], facts };
  if (entry.swrUntilMs !== undefined && nowMs < entry.swrUntilMs)
    return {
      outcome: 'STALE',
      reason: 'stale-while-revalidate',
      entry,
      trace: [
        lookup,
        freshness,
        step('stale-while-revalidate', 'request', 'stop', 'RFC 5861 §3', { stale, window: resource.swr ?? 0 }),
      ],
      facts,
    };
  if (entry.etag === undefined || random() > 0.8)
    return { outcome: 'MISS', reason: 'expired', entry, trace: [lookup, freshness, ...store], facts };
  return {
    outcome: 'REVALIDATED',
    reason: 'revalidated',
    entry,
    trace: [
      lookup,
      freshness,
      step('validation', 'request', 'stop', 'RFC 9111 §4.3.1', { etag: entry.etag }),
      step('not-modified', 'response', 'stop', 'RFC 9111 §4.3.4', { status: 304, ...times }),
    ],
    facts,
  };
}
