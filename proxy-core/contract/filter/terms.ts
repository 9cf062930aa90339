/** How each key of the filter language reads its value, and what it asks of a row. */
import { ROW_COLORS } from '../labels.ts';
import { parseDuration, parseSize } from '../wording/read-units.ts';
import {
  AMOUNT_KEYS,
  CACHE_WORDS,
  fieldKey,
  isFilterKey,
  isKnownIn,
  isWordsOf,
  keysOf,
  TEXT_KEYS,
  type AmountKey,
  type FilterKey,
  type Scope,
  type Side,
} from './language.ts';
import type { Op, TermToken } from './lex.ts';
import { FilterError } from './problem.ts';
import { typeTest, TYPE_WORDS } from './short-type.ts';
import { compare, makeTextTest, pastedUrl, type TextTest } from './tests.ts';

export type Test<S> = (subject: S) => boolean;

/** A question about what a row does not hold: its fields or its bodies. */
export interface Reading extends TextTest {
  readonly of: 'field' | 'body';
  readonly side: Side;
  /** Of the field, lower case; empty for bodies. */
  readonly name: string;
  /** The term as it may be asked of somebody else. */
  readonly term: string;
}

/** A term, understood: a test of the row, or a reading. `amount` in bytes, ms or as a count. */
export type Term<S> = { key: FilterKey | 'field'; amount?: number; side?: Side; name?: string } & (
  { test: Test<S> } | { reading: Reading }
);

const COMPARABLE: ReadonlySet<string> = new Set<string>(['status', ...AMOUNT_KEYS]);
const PATTERNS: ReadonlySet<string> = new Set<string>([...TEXT_KEYS, 'type', 'body', 'req.body', 'res.body']);
const isAmount = (key: string): key is AmountKey => AMOUNT_KEYS.some((item) => item === key);

/** Understands one `key:value`; throws a {@link FilterError} that says what is wrong with it and what would be right. */
export function readTerm<S>(token: TermToken, scope: Scope<S>): Term<S> {
  const { key, op, value } = token;
  const field = fieldKey(key);
  if (field === undefined && !isFilterKey(key))
    throw new FilterError({ code: 'unknown-key', what: key, at: token.at, accepts: keysOf(scope) });
  const isHere =
    field === undefined
      ? isFilterKey(key) && isKnownIn(scope, key)
      : scope.fields.some((prefix) => key.startsWith(prefix));
  if (!isHere) throw new FilterError({ code: 'not-here', what: key, at: token.at, accepts: keysOf(scope) });
  const takesPattern = field !== undefined || PATTERNS.has(key);
  if ((op === '~' && !takesPattern) || (isOrder(op) && !COMPARABLE.has(key)))
    throw new FilterError({
      code: 'bad-op',
      what: `${key}${op}`,
      at: token.at,
      accepts: takesPattern ? [':', '=', '~'] : COMPARABLE.has(key) ? [':', '=', '>', '<', '>=', '<='] : [':'],
    });
  if (value === '') throw new FilterError({ code: 'empty-value', what: `${key}${op}`, at: token.valueAt });
  if (field !== undefined) return { key: 'field', ...field, reading: reading(token, 'field', field.side, field.name) };
  return isFilterKey(key) ? known(key, token, scope) : { key: 'field', test: () => false };
}

const isOrder = (op: Op): boolean => op === '>' || op === '<' || op === '>=' || op === '<=';

function known<S>(key: FilterKey, token: TermToken, scope: Scope<S>): Term<S> {
  if (isAmount(key)) return amountTerm(key, token, scope);
  switch (key) {
    case 'method': {
      const asked = token.value.toUpperCase();
      return { key, test: (subject) => scope.method(subject)?.toUpperCase() === asked };
    }
    case 'status':
      return { key, test: statusTest(token, scope) };
    case 'type':
      return { key, test: typeTermTest(token, scope) };
    case 'proto':
      return { key, test: protocolTest(token, scope) };
    case 'cache':
      return { key, test: cacheTest(token, scope) };
    case 'is': {
      const test = scope.is[word(token, isWordsOf(scope))];
      return { key, test: (subject) => test?.(subject) ?? false };
    }
    case 'body':
      return { key, reading: reading(token, 'body', 'either', '') };
    case 'req.body':
      return { key, reading: reading(token, 'body', 'request', '') };
    case 'res.body':
      return { key, reading: reading(token, 'body', 'response', '') };
    default: {
      const read = scope.texts[key] ?? (() => undefined);
      const { test } = makeTextTest(token);
      // A pasted URL finds its row, whatever the browser has put on its end.
      const pasted = key === 'url' && token.op !== '~' ? pastedUrl(token.value) : undefined;
      const other = pasted === undefined ? undefined : makeTextTest({ ...token, value: pasted }).test;
      return {
        key,
        test: (subject) => {
          const text = read(subject);
          return text !== undefined && (test(text) || other?.(text) === true);
        },
      };
    }
  }
}

function reading(token: TermToken, of: 'field' | 'body', side: Side, name: string): Reading {
  const { key, op, value } = token;
  return { ...makeTextTest(token), of, side, name, term: `${key}${op}${quoted(value)}` };
}

/** A value as a word of the language, whatever is in it. */
export function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

const AMOUNTS: Record<AmountKey, { read: (text: string) => number | null; accepts: readonly string[] }> = {
  size: { read: parseSize, accepts: ['512', '100kb', '1.5mb'] },
  time: { read: (text) => parseDuration(text), accepts: ['300ms', '2s', '1.5min'] },
  age: { read: (text) => parseDuration(text, 's'), accepts: ['30s', '5min', '2h', '1d'] },
  ttl: { read: (text) => parseDuration(text, 's'), accepts: ['30s', '5min', '2h', '1d'] },
  hits: { read: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : null), accepts: ['0', '10'] },
};

function amountTerm<S>(key: AmountKey, { op, value, valueAt }: TermToken, scope: Scope<S>): Term<S> {
  const { read, accepts } = AMOUNTS[key];
  const amount = read(value);
  if (amount === null) throw new FilterError({ code: 'bad-value', what: value, at: valueAt, accepts });
  const found = scope.amounts[key] ?? (() => undefined);
  // `size:100kb` reads as "at least": nobody looks for an exact byte count. Of hits there are exactly so many.
  const asked = op === ':' && key !== 'hits' ? '>=' : op;
  return {
    key,
    amount,
    test: (subject) => {
      const of = found(subject);
      return of !== undefined && compare(asked, of, amount);
    },
  };
}

function statusTest<S>({ op, value, valueAt }: TermToken, { status }: Scope<S>): Test<S> {
  const lower = value.toLowerCase();
  const exact = op === ':' || op === '=';
  const between = (low: number, high: number): Test<S> => {
    return (subject) => {
      const found = status?.(subject);
      return found !== undefined && found >= low && found <= high;
    };
  };
  const wild = /^([1-5])xx$/.exec(lower);
  if (wild !== null && exact) return between(Number(wild[1]) * 100, Number(wild[1]) * 100 + 99);
  const range = /^(\d{3})-(\d{3})$/.exec(lower);
  if (range !== null && exact) return between(Number(range[1]), Number(range[2]));
  if (!/^\d{3}$/.test(lower))
    throw new FilterError({ code: 'bad-value', what: value, at: valueAt, accepts: ['404', '5xx', '200-299'] });
  return (subject) => {
    const found = status?.(subject);
    return found !== undefined && compare(op, found, Number(lower));
  };
}

function typeTermTest<S>(token: TermToken, { type }: Scope<S>): Test<S> {
  const { op, value } = token;
  if (op === '~' || value.includes('*')) {
    const { test } = makeTextTest(token);
    return (subject) => test(type?.(subject) ?? '');
  }
  const test = typeTest(value, op === '=');
  return (subject) => test(type?.(subject));
}

function protocolTest<S>({ value }: TermToken, { proto }: Scope<S>): Test<S> {
  const wanted = value
    .toLowerCase()
    .replace(/^h(?=[\d.]+$)/, 'http/')
    .replace(/^http\/1$/, 'http/1.1');
  return (subject) => proto?.(subject)?.toLowerCase().includes(wanted) ?? false;
}

function cacheTest<S>(token: TermToken, { cacheStatus, outcome }: Scope<S>): Test<S> {
  const asked = word(token, CACHE_WORDS);
  if (asked === 'hit') return (subject) => cacheStatus?.(subject) === 'HIT';
  const wanted = asked.toUpperCase();
  return (subject) => outcome?.(subject) === wanted;
}

function word<T extends string>({ value, valueAt }: TermToken, words: readonly T[]): T {
  const found = words.find((item) => item === value.toLowerCase());
  if (found === undefined) throw new FilterError({ code: 'bad-value', what: value, at: valueAt, accepts: words });
  return found;
}

/** Values known of a key before any row was seen. */
export function knownValues<S>(key: FilterKey, scope: Scope<S>): readonly string[] {
  switch (key) {
    case 'cache':
      return CACHE_WORDS;
    case 'is':
      return isWordsOf(scope);
    case 'type':
      return TYPE_WORDS;
    case 'color':
      return ROW_COLORS;
    case 'status':
      return ['2xx', '3xx', '4xx', '5xx'];
    default:
      return isAmount(key) ? AMOUNTS[key].accepts : [];
  }
}
