/** What a plan says of itself: reason, trace and facts of the decision behind it, and what almost matched. */
import type { Neighbour } from '../contract/reasons.ts';
import { getField, type FieldList } from '../http/fields.ts';
import { explainUriMiss } from './decide/neighbours.ts';
import type { RequestDecision } from './decide/request.ts';
import { REPLY_SPECS } from './decide/reply-specs.ts';
import { Trace } from './decide/trace.ts';
import type { AbandonReason, CacheRequest, Explained, ServedReply } from './plan.ts';
import type { EntryStore } from './store/entry-store.ts';
import type { StoredEntry } from './store/stored-entry.ts';

/** Why a request found nothing it could use, and what came nearest to it. */
export function explainMiss(
  store: EntryStore,
  request: CacheRequest,
  decision: RequestDecision<StoredEntry> & { kind: 'fetch' },
): Partial<Explained> {
  const { difference, nearest, reason, facts } = decision;
  if (reason === 'uri-miss') {
    const miss = explainUriMiss(store, request.url);
    const { neighbour } = miss;
    if (neighbour === undefined) return miss;
    const trace = new Trace('request');
    const { difference } = neighbour;
    if (difference.kind === 'removed')
      trace.note('removed', { atMs: difference.atMs, why: difference.why, by: difference.by ?? null });
    else trace.note('neighbour', { url: neighbour.url, ...difference });
    return { reason: miss.reason, neighbour, trace: [...decision.trace, ...trace.steps] };
  }
  if (difference !== undefined) {
    return {
      neighbour: {
        url: request.url,
        difference: { kind: 'vary', ...difference },
        ...(nearest !== undefined && { entryId: nearest.id }),
      },
    };
  }
  if (reason === 'method-mismatch')
    return {
      neighbour: {
        url: request.url,
        difference: { kind: 'method', stored: String(facts['stored']), sent: request.method },
      },
    };
  return {};
}

/** Why a response that might have been stored is not. */
export function explainAbandoned(why: AbandonReason, limit: number): Explained {
  const trace = new Trace('store');
  if (why === 'body-over-limit') trace.stop('body-limit', { limit });
  else if (why === 'incomplete') trace.stop('body-complete', { complete: false });
  else trace.stop(why, {});
  return { reason: why, facts: why === 'body-over-limit' ? { limit } : {}, trace: trace.steps };
}

/** Why a part is not stored whose content is not as long as its Content-Range says (RFC 9110 §14.4). */
export function explainUnfit(fields: FieldList): Explained {
  const contentRange = getField(fields, 'content-range') ?? '';
  const trace = new Trace('store');
  trace.stop('response-part', { contentRange, contentLength: null });
  return { reason: 'partial', facts: { contentRange }, trace: trace.steps };
}

/** The explanation of a decision: reason, trace, facts, neighbour. */
export function explained(from: Explained): Explained {
  const { reason, trace, facts, neighbour } = from;
  return neighbour === undefined ? { reason, trace, facts } : { reason, trace, facts, neighbour };
}

/** The explanation of a plan that replies: also what the client's own conditions and ranges made of the reply. */
export function explainedReply(from: Explained, { made }: ServedReply): Explained {
  if (made === undefined) return explained(from);
  const trace = new Trace('request');
  trace.note('reply', { ...made }, made.why === 'status' ? 'RFC 9110 §13.2.1' : REPLY_SPECS[made.by]);
  const facts = {
    ...from.facts,
    reply: made.reply,
    replyBy: made.by,
    replySent: made.sent,
    replyHeld: made.held,
    ...(made.from && { replyFrom: made.from }),
    ...(made.why && { replyWhy: made.why }),
  };
  return { ...explained(from), facts, trace: [...from.trace, ...trace.steps] };
}

/** Facts without what {@link explainedReply} added. */
export function withoutReply(facts: Explained['facts']): Explained['facts'] {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !name.startsWith('reply')));
}

/** The expired entry itself is the neighbour of a request that expiry sent to the origin. */
export function expiredNeighbour(decision: Explained & { candidate: StoredEntry }): { neighbour?: Neighbour<number> } {
  if (decision.reason !== 'expired') return {};
  const { id, url } = decision.candidate;
  return {
    neighbour: {
      url,
      entryId: id,
      difference: { kind: 'expired', secondsAgo: Number(decision.facts['secondsAgo'] ?? 0) },
    },
  };
}
