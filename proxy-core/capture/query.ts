/** Which captured exchanges a query means. */
import type { ExchangeQuery } from '../contract/commands.ts';
import { makeHostMatcher, makeTextMatcher } from '../http/url-forms.ts';
import type { ExchangeRecord } from './record.ts';

/** What a query asks of an exchange. */
export type Found = Pick<ExchangeRecord, 'cacheStatus' | 'username' | 'startedAtMs'> & {
  readonly start: Pick<ExchangeRecord['start'], 'url' | 'host' | 'method'>;
};

/** Rows of one page when the query does not say. */
const PAGE_ROWS = 100;

/** True for a record that a query means, whatever page it asks for. */
function makeRecordFilter(query: ExchangeQuery): (record: Found) => boolean {
  const hasText = query.text === undefined ? undefined : makeTextMatcher(query.text);
  const isHost = query.host === undefined ? undefined : makeHostMatcher(query.host);
  const { method, cacheStatus, username, fromMs, toMs } = query;
  return (record) => {
    const { start } = record;
    if (hasText?.(start.url) === false) return false;
    if (isHost !== undefined && (start.host === '' || !isHost(start.url))) return false;
    if (method !== undefined && start.method !== method) return false;
    if (cacheStatus !== undefined && record.cacheStatus !== cacheStatus) return false;
    if (username !== undefined && record.username !== username) return false;
    if (fromMs !== undefined && record.startedAtMs < fromMs) return false;
    return toMs === undefined || record.startedAtMs <= toMs;
  };
}

/** The page a query asks for out of `items`, oldest first, and how many it means over all pages. */
export function findRecords<T>(
  items: Iterable<T>,
  recordOf: (item: T) => Found | undefined,
  query: ExchangeQuery,
): { found: T[]; total: number } {
  const isMeant = makeRecordFilter(query);
  const found: T[] = [];
  for (const item of items) {
    const record = recordOf(item);
    if (record !== undefined && isMeant(record)) found.push(item);
  }
  if (query.descending) found.reverse();
  return { found: pageOf(found, query), total: found.length };
}

/** The page of a list that is asked for. */
export function pageOf<T>(found: readonly T[], { offset = 0, limit = PAGE_ROWS }: ExchangeQuery): T[] {
  return found.slice(offset, offset + limit);
}
