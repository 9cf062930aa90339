/** Fields the proxy itself adds to replies: Via, Cache-Status (RFC 9211), X-Cache-Status, Proxy-Status (RFC 9209), Date. */
import type { Outcome } from '../../contract/exchange.ts';
import type { ProxyErrorCode } from '../../contract/errors.ts';
import type { Forward, ReasonCode } from '../../contract/reasons.ts';
import { formatHttpDate } from '../../http/dates.ts';
import { withoutFields, type FieldList } from '../../http/fields.ts';

/** The name this cache goes by in Cache-Status and Proxy-Status. */
export const CACHE_NAME = 'BSDM-Proxy';

export interface CacheStatusFacts {
  reason: ReasonCode;
  /** Answered from the cache without asking the origin. */
  hit: boolean;
  /** Why the origin was asked; undefined when it was not. */
  forward?: Forward | undefined;
  /** Freshness left, seconds. */
  ttlSeconds?: number | undefined;
  /** Status of the forwarded request's answer. */
  forwardStatus?: number | undefined;
  /**
   * The answer is being stored (RFC 9211 §2.4). Said with the head, when no more is known: whether the content came to its
   * end is known to the record alone, which says it in its reason.
   */
  stored?: boolean | undefined;
  collapsed?: boolean | undefined;
  cacheKey?: string | undefined;
}

/** What the record and Cache-Status say of a reply. */
export interface ReplyFacts extends Omit<CacheStatusFacts, 'reason' | 'cacheKey'> {
  ageSeconds?: number;
  entryId?: number;
}

/** Builds our member of Cache-Status (RFC 9211 §2). */
export function buildCacheStatus(facts: CacheStatusFacts): string {
  let out = CACHE_NAME;
  if (facts.hit) out += '; hit';
  else if (facts.forward !== undefined) {
    out += `; fwd=${facts.forward}`;
    if (facts.forwardStatus !== undefined) out += `; fwd-status=${facts.forwardStatus}`;
    if (facts.stored) out += '; stored';
    if (facts.collapsed) out += '; collapsed';
  }
  if (facts.ttlSeconds !== undefined) out += `; ttl=${facts.ttlSeconds}`;
  if (facts.cacheKey !== undefined) out += `; key="${facts.cacheKey}"`;
  return `${out}; detail=${facts.reason}`;
}

/** Builds Proxy-Status (RFC 9209 §2) for a failure. */
export function buildProxyStatus(error: ProxyErrorCode, details: string): string {
  const safe = details.replace(/[^\x20-\x7e]/g, ' ').replace(/["\\]/g, "'");
  return `${CACHE_NAME}; error=${error}; details="${safe}"`;
}

const OUR_OWN: ReadonlySet<string> = new Set(['x-cache-status']);

/** Adds the proxy's own fields behind those of the reply; an upstream's X-Cache-Status gives way to ours. */
export function withProxyFields(
  fields: FieldList,
  added: { via: string; outcome?: Outcome | undefined; cacheStatus?: string | undefined; nowMs: number },
): string[] {
  let dated = false;
  let marked = false;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    if (name.length === 4) dated ||= name.toLowerCase() === 'date';
    else if (name.length === 14) marked ||= name.toLowerCase() === 'x-cache-status';
  }
  const kept = marked && added.outcome !== undefined ? withoutFields(fields, OUR_OWN) : fields;
  // RFC 9110 §6.6.1: a recipient with a clock adds the Date the origin left out.
  const ours = dated ? ['Via', added.via] : ['Date', formatHttpDate(added.nowMs), 'Via', added.via];
  if (added.cacheStatus !== undefined) ours.push('Cache-Status', added.cacheStatus);
  if (added.outcome !== undefined) ours.push('X-Cache-Status', added.outcome);
  // Joined, it is exactly as long as needed: captured exchanges keep it.
  return kept.concat(ours);
}
