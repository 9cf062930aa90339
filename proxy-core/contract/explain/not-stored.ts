/** Misses whose answer is not kept: told by the sentence, marked on the badge, asked for by a filter. */
import type { ExchangeRow } from '../exchange.ts';
import type { ReasonCode } from '../reasons.ts';

/** The lookup missed, or was none, and the answer is not kept: the reason says why. */
export const NOT_STORED: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'status-not-cacheable',
  'response-no-store',
  'response-private',
  'authorization',
  'set-cookie',
  'event-stream',
  'vary-any',
  'no-freshness-information',
  'not-understood',
  'body-over-limit',
  'storing-off',
  'no-room',
  'incomplete',
  'invalidated-meanwhile',
  'partial',
]);

/** A miss that leaves nothing for the next request. What is still coming may be stored at its end. */
export function isNotStored(
  row: Pick<ExchangeRow, 'outcome' | 'reason' | 'state' | 'entryId' | 'parentId' | 'kind'>,
): boolean {
  if (row.outcome !== 'MISS' || row.reason === undefined) return false;
  if (NOT_STORED.has(row.reason)) return true;
  // The origin answered the client's own condition, or the store had no room: no reason of its own, and nothing kept.
  return (
    row.state === 'done' &&
    row.kind === 'http' &&
    row.entryId === undefined &&
    row.parentId === undefined &&
    row.reason !== 'only-if-cached'
  );
}
