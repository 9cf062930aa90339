/** Completions for the word under the cursor: keys first, then values, those seen in the list before the known ones. Pure. */
import { quoteValue } from './edit.ts';
import { isFilterKey, keysOf, type FilterKey, type Scope } from './language.ts';
import { shortType } from './short-type.ts';
import { knownValues } from './terms.ts';

export interface Completion {
  /** What the word becomes. */
  text: string;
  /** How many rows have it; absent for keys and known words not seen. */
  count?: number;
}

/** The word that ends at the cursor, and where it starts. */
export function wordAt(line: string, cursor: number): { start: number; word: string } {
  const before = line.slice(0, cursor);
  const start = Math.max(before.lastIndexOf(' '), before.lastIndexOf('(')) + 1;
  return { start, word: before.slice(start) };
}

/** Fields that are often asked for. */
const USUAL_FIELDS = [
  'res.cache-control:',
  'res.vary:',
  'res.set-cookie:*',
  'res.etag:*',
  'res.age:*',
  'req.cache-control:',
  'req.accept-language:',
  'req.user-agent:',
  'req.authorization:*',
];

const MAX_COMPLETIONS = 10;
/** More rows than this are not looked at: completions come while typing. */
const MAX_ROWS = 20_000;
/** Longer values are not offered. */
const MAX_VALUE = 300;

/** How the values of a key read in a row; undefined for keys whose values are not offered. */
function readValue<S>(key: FilterKey, scope: Scope<S>): ((row: S) => string | undefined) | undefined {
  switch (key) {
    case 'method':
      return (row) => scope.method(row)?.toLowerCase();
    case 'status':
      return (row) => scope.status?.(row)?.toString();
    case 'type':
      return (row) => shortType(scope.type?.(row));
    case 'proto':
      return (row) => scope.proto?.(row)?.toLowerCase().replace('http/', 'h');
    case 'host':
    case 'reason':
    case 'client':
    case 'app':
    case 'error':
    case 'op':
    case 'note':
    case 'color':
    case 'tag':
    case 'variant':
      return scope.texts[key];
    default:
      return undefined;
  }
}

/** Completions of `word`, best first. */
export function completeWord<S>(
  word: string,
  scope: Scope<S>,
  forEachRow: (visit: (row: S) => void) => void,
): Completion[] {
  const sign = /^[-(]*/.exec(word)?.[0] ?? '';
  const bare = word.slice(sign.length).toLowerCase();
  const colon = bare.indexOf(':');
  if (colon < 0) {
    if (bare === '') return [];
    const keys = [...keysOf(scope).map((key) => `${key}:`), ...scope.fields];
    const fields = bare.includes('.')
      ? USUAL_FIELDS.filter((field) => scope.fields.some((prefix) => field.startsWith(prefix)))
      : [];
    return [...new Set([...keys, ...fields])]
      .filter((key) => key.startsWith(bare) && key !== bare)
      .slice(0, MAX_COMPLETIONS)
      .map((key) => ({ text: `${sign}${key}` }));
  }
  const key = bare.slice(0, colon);
  if (!isFilterKey(key) || !keysOf(scope).includes(key)) return [];
  const typed = bare.slice(colon + 1).replace(/^"/, '');
  const counts = new Map<string, number>();
  const read = readValue(key, scope);
  if (read !== undefined) {
    let seen = 0;
    forEachRow((row) => {
      if (++seen > MAX_ROWS) return;
      const value = read(row);
      if (value !== undefined && value !== '' && value.length <= MAX_VALUE && value.toLowerCase().includes(typed))
        counts.set(value, (counts.get(value) ?? 0) + 1);
    });
  }
  const seen = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([value, count]): Completion => ({ text: `${sign}${key}:${quoteValue(value)}`, count }));
  const known = knownValues(key, scope)
    .filter((value) => value.startsWith(typed) && !counts.has(value))
    .map((value): Completion => ({ text: `${sign}${key}:${value}` }));
  const all = [...known, ...seen].slice(0, MAX_COMPLETIONS);
  return all.length === 1 && all[0]?.text.toLowerCase() === word.toLowerCase() ? [] : all;
}
