/** Loads of pages among the rows: a page that takes few requests, although it took many before. Pure. */
import type { ExchangeRow } from '../../../proxy-core/contract/exchange.ts';

/** A page and the requests that came after it, from one client. */
interface PageLoad {
  /** Client and URL. */
  key: string;
  url: string;
  /** Requests it took, the page included. */
  requests: number;
}

/** The newest load of a page beside the largest load of it before. */
export interface LoadedAgain {
  url: string;
  before: number;
  now: number;
}

/** A request that comes later than this after the one before it belongs to no load. */
const LOAD_GAP_MS = 4000;

const pageKey = (row: ExchangeRow): string => `${row.client} ${row.url}`;
const isPage = (row: ExchangeRow): boolean =>
  row.method === 'GET' && row.status === 200 && row.contentType === 'text/html' && row.state === 'done';

function loadsOf(rows: readonly ExchangeRow[]): PageLoad[] {
  // A page told by its content once is known when it is confirmed by a 304, which has none.
  const pages = new Set(rows.filter(isPage).map(pageKey));
  const loads: PageLoad[] = [];
  const open = new Map<string, { load: PageLoad; atMs: number }>();
  for (const row of rows) {
    const current = open.get(row.client);
    const key = pageKey(row);
    if (row.method === 'GET' && row.state === 'done' && pages.has(key)) {
      const load = { key, url: row.url, requests: 1 };
      loads.push(load);
      open.set(row.client, { load, atMs: row.startedAtMs });
    } else if (current !== undefined && row.startedAtMs - current.atMs <= LOAD_GAP_MS) {
      current.load.requests++;
      current.atMs = row.startedAtMs;
    }
  }
  return loads;
}

/** The newest load of a page that was loaded before; undefined when no page was. `rows` in order of arrival. */
export function loadedAgain(rows: readonly ExchangeRow[]): LoadedAgain | undefined {
  const most = new Map<string, number>();
  let newest: LoadedAgain | undefined;
  for (const { key, url, requests } of loadsOf(rows)) {
    const before = most.get(key);
    if (before !== undefined) newest = { url, before, now: requests };
    most.set(key, Math.max(before ?? 0, requests));
  }
  return newest;
}
