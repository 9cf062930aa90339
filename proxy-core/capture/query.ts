/** Which captured exchanges a query means. */
import type { ExchangeQuery } from '../contract/commands.ts';
import type { ExchangeRow } from '../contract/exchange.ts';
import { makeHostMatcher, makeTextMatcher } from '../http/url-forms.ts';
import type { ExchangeRecord } from './exchange-record.ts';

/** Rows of one page when the query does not say. */
const PAGE_ROWS = 100;

/** True for a record that a query means, whatever page it asks for. */
export function makeRecordFilter(query: ExchangeQuery): (record: ExchangeRecord) => boolean {
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

/** The page a query asks for, and how many there are over all pages. Only the page is made into rows. */
export function findRecords(
  records: Iterable<ExchangeRecord>,
  query: ExchangeQuery,
): { rows: ExchangeRow[]; total: number } {
  const isMeant = makeRecordFilter(query);
  const found: ExchangeRecord[] = [];
  for (const record of records) if (isMeant(record)) found.push(record);
  if (query.descending) found.reverse();
  const offset = query.offset ?? 0;
  const page = found.slice(offset, offset + (query.limit ?? PAGE_ROWS));
  return { rows: page.map((record) => record.toRow()), total: found.length };
}
