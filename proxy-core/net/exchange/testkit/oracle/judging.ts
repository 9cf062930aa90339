/** What is to become of a response, or of none, for a request that asked the origin (RFC 9111 §3, §4.3, §4.4, RFC 5861 §4). */
import { requestDirectives } from './directives.ts';
import { valueOf, without, type Asked } from './fields.ts';
import { describes, freshen, speaksOf, type Freshened } from './freshening.ts';
import { join, type Numbers } from './numbers.ts';
import { CONDITIONS, numbersOf, type Plan } from './planning.ts';
import type { Settings } from './settings.ts';
import { keep, leftMs, mayNotBeStale, refusals, type Arrival, type Stored } from './stored.ts';

export type Verdict = { reasons: ReadonlySet<string>; numbers: Numbers } & (
  | { kind: 'store'; stored: Stored }
  | { kind: 'freshened'; by: Freshened }
  /** The stored response stands in. */
  | { kind: 'stale'; stored: Stored }
  /** To be asked again without conditions. */
  | { kind: 'again'; fields: Asked['fields'] }
  /** Passed on; `outdates`: what is stored is proved wrong. */
  | { kind: 'pass'; outdates: boolean }
);

const only = (reason: string): ReadonlySet<string> => new Set([reason]);

export function judge(plan: Plan, arrival: Arrival, settings: Settings): Verdict {
  const { asked, answered, arrivedMs } = arrival;
  const { status, fields } = answered;
  const { stored } = plan;
  const numbers = join(plan.numbers, { status: [status], limit: [settings.maxBodyBytes] });
  if (plan.kind === 'bypass') return { kind: 'pass', outdates: false, reasons: plan.reasons, numbers };
  const validates = plan.kind === 'validate' || plan.kind === 'serve-and-revalidate';
  if (status === 304) {
    if (!validates || stored === undefined) return { kind: 'pass', outdates: false, reasons: plan.reasons, numbers };
    const spoken = speaksOf(stored, fields);
    if (spoken === 'other')
      return {
        kind: 'again',
        fields: without(asked.fields, [...CONDITIONS, 'range']),
        reasons: only('validation-changed'),
        numbers,
      };
    const by: Freshened =
      spoken === 'weakly' ? { stored, fate: 'untouched', refused: undefined } : freshen(stored, arrival, settings);
    return freshened(by, numbers, arrivedMs);
  }
  if (
    stored !== undefined &&
    status >= 500 &&
    [500, 502, 503, 504].includes(status) &&
    withinErrorWindow(plan, asked, arrivedMs)
  )
    return {
      kind: 'stale',
      stored,
      reasons: only('stale-if-error'),
      numbers: join(numbers, staleNumbers(stored, asked, arrivedMs)),
    };
  const isHead = asked.method === 'HEAD' && status === 200 && stored !== undefined && !stored.headOnly;
  if (isHead && describes(stored, fields)) {
    const by = freshen(stored, arrival, settings);
    if (by.refused === undefined) return freshened(by, numbers, arrivedMs);
    return {
      kind: 'pass',
      outdates: by.fate === 'removed',
      reasons: refusals({ ...arrival, answered: { status: 200, fields: by.stored.fields } }, settings).add(by.refused),
      numbers,
    };
  }
  const size = Number(valueOf(fields, 'content-length') ?? Number.NaN);
  const sized = Number.isNaN(size) ? numbers : join(numbers, { size: [size] });
  const why = refusals(arrival, settings);
  if (why.size > 0)
    return { kind: 'pass', outdates: stored !== undefined && status < 500, reasons: why, numbers: sized };
  const changed = validates && plan.reasons.has('expired') && !plan.insists;
  const reasons = changed ? only('validation-changed') : plan.reasons;
  return { kind: 'store', stored: keep(arrival, settings), reasons, numbers: sized };
}

function freshened(by: Freshened, before: Numbers, nowMs: number): Verdict {
  const left = leftMs(by.stored, nowMs) / 1000;
  const lifetime = by.stored.lifetime.seconds;
  return {
    kind: 'freshened',
    by,
    reasons: only('revalidated'),
    numbers: join(before, { left: [left], lifetime: [lifetime] }),
  };
}

/** May the stored response stand in for an error, by its own stale-if-error or the request's (RFC 5861 §4)? */
function withinErrorWindow(plan: Plan, asked: Asked, nowMs: number): boolean {
  const { stored, insists } = plan;
  const window = stored === undefined ? undefined : errorWindow(stored, asked);
  return (
    stored !== undefined &&
    window !== undefined &&
    !insists &&
    !mayNotBeStale(stored) &&
    -leftMs(stored, nowMs) <= window * 1000
  );
}

function errorWindow(stored: Stored, asked: Asked): number | undefined {
  const said = requestDirectives(asked.fields).seconds.get('stale-if-error');
  const windows = [...(stored.ifError > 0 ? [stored.ifError] : []), ...(typeof said === 'number' ? [said] : [])];
  return windows.length === 0 ? undefined : Math.max(...windows);
}

function staleNumbers(stored: Stored, asked: Asked, nowMs: number): Numbers {
  return numbersOf(stored, requestDirectives(asked.fields), nowMs);
}

export type Failure = { reasons: ReadonlySet<string>; numbers: Numbers } & (
  { kind: 'stale'; stored: Stored } | { kind: 'fail'; status: number }
);

/** Codes of failures the scenarios have: the name in words of RFC 9209, the status, and whether the origin is out of reach. */
export const FAILURES: Record<string, { name: string; status: number; away: boolean }> = {
  ECONNREFUSED: { name: 'connection_refused', status: 502, away: true },
  ECONNRESET: { name: 'connection_terminated', status: 502, away: true },
  ETIMEDOUT: { name: 'connection_timeout', status: 504, away: true },
  ENOTFOUND: { name: 'dns_error', status: 502, away: true },
  HPE_INVALID_CONSTANT: { name: 'http_protocol_error', status: 502, away: false },
};

/** Disconnected from the origin a stale response may be used, unless it forbids that (RFC 9111 §4.2.4). */
export function judgeFailure(plan: Plan, asked: Asked, code: string, nowMs: number): Failure {
  const failure = FAILURES[code]!;
  const { stored } = plan;
  const failed: Failure = {
    kind: 'fail',
    status: failure.status,
    reasons: only('upstream-failed'),
    numbers: plan.numbers,
  };
  if (stored === undefined || plan.kind === 'bypass') return failed;
  const numbers = staleNumbers(stored, asked, nowMs);
  if (withinErrorWindow(plan, asked, nowMs)) return { kind: 'stale', stored, reasons: only('stale-if-error'), numbers };
  if (plan.insists || mayNotBeStale(stored) || stored.ifError > 0) {
    // Must be asked about, and the origin is out of reach (RFC 9111 §5.2.2.2).
    const status = mayNotBeStale(stored) && failure.away ? 504 : failure.status;
    return { ...failed, status, numbers };
  }
  return { kind: 'stale', stored, reasons: only('stale-on-error'), numbers };
}
