/** Completions for the word under the cursor: keys first, then values, those seen in the capture before the known ones. Pure. */
import type { TrafficRow } from '../../state/traffic-ring.ts';
import { quoteValue } from './edit.ts';
import { CACHE_WORDS, FILTER_KEYS, IS_WORDS, isFilterKey, TYPE_WORDS, type FilterKey } from './terms.ts';

export interface Completion {
  /** What the word becomes. */
  text: string;
  /** How many captured rows have it; absent for keys and known words not seen. */
  count?: number;
}

/** The word that ends at the cursor, and where it starts. */
export function wordAt(line: string, cursor: number): { start: number; word: string } {
  const before = line.slice(0, cursor);
  const start = Math.max(before.lastIndexOf(' '), before.lastIndexOf('(')) + 1;
  return { start, word: before.slice(start) };
}

const READ: Partial<Record<FilterKey, (row: TrafficRow) => string | undefined>> = {
  reason: (row) => row.reason,
  host: (row) => row.host,
  method: (row) => row.method.toLowerCase(),
  status: (row) => (row.status === undefined ? undefined : String(row.status)),
  type: (row) => row.contentType,
  client: (row) => row.client,
  error: (row) => row.error,
  proto: (row) => row.protocol.toLowerCase().replace('http/', 'h'),
};
const KNOWN: Partial<Record<FilterKey, readonly string[]>> = {
  cache: CACHE_WORDS,
  is: IS_WORDS,
  type: TYPE_WORDS,
  status: ['2xx', '3xx', '4xx', '5xx'],
};

const MAX_COMPLETIONS = 10;
/** More rows than this are not looked at: completions come while typing. */
const MAX_ROWS = 20_000;

/** Completions of `word`, best first. */
export function completeWord(word: string, forEachRow: (visit: (row: TrafficRow) => void) => void): Completion[] {
  const sign = /^[-(]*/.exec(word)?.[0] ?? '';
  const bare = word.slice(sign.length).toLowerCase();
  const colon = bare.indexOf(':');
  if (colon < 0) {
    if (bare === '') return [];
    return FILTER_KEYS.filter((key) => key.startsWith(bare)).map((key) => ({ text: `${sign}${key}:` }));
  }
  const key = bare.slice(0, colon);
  if (!isFilterKey(key)) return [];
  const typed = bare.slice(colon + 1).replace(/^"/, '');
  const counts = new Map<string, number>();
  const read = READ[key];
  if (read !== undefined) {
    let seen = 0;
    forEachRow((row) => {
      if (++seen > MAX_ROWS) return;
      const value = read(row);
      if (value !== undefined && value.toLowerCase().includes(typed)) counts.set(value, (counts.get(value) ?? 0) + 1);
    });
  }
  const seen = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([value, count]): Completion => ({ text: `${sign}${key}:${quoteValue(value)}`, count }));
  const known = (KNOWN[key] ?? [])
    .filter((value) => value.startsWith(typed) && !counts.has(value))
    .map((value): Completion => ({ text: `${sign}${key}:${value}` }));
  const all = [...known, ...seen].slice(0, MAX_COMPLETIONS);
  return all.length === 1 && all[0]?.text.toLowerCase() === word.toLowerCase() ? [] : all;
}
