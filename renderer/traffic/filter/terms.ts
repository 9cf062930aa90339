/** The keys of the filter language: how each reads its value and tests a row. */
import { isNotStored } from '../../../proxy-core/contract/explain/not-stored.ts';
import { globMatches } from '../../../proxy-core/contract/glob.ts';
import type { TrafficRow } from '../../state/traffic-ring.ts';
import { parseDuration, parseSize } from '../../ui/format.ts';
import { FilterError, type Op } from './lex.ts';

export const FILTER_KEYS = [
  'cache',
  'reason',
  'host',
  'path',
  'url',
  'method',
  'status',
  'type',
  'size',
  'time',
  'age',
  'proto',
  'client',
  'error',
  'is',
] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

export const CACHE_WORDS = ['hit', 'miss', 'bypass', 'stale', 'revalidated', 'error'] as const;
export const IS_WORDS = [
  'marked',
  'pending',
  'open',
  'done',
  'failed',
  'left',
  'error',
  'tunnel',
  'intercepted',
  'accepted',
  'stored',
  'not-stored',
  'collapsed',
  'cached',
  'reload',
  'fixable',
] as const;
export type IsWord = (typeof IS_WORDS)[number];
export const TYPE_WORDS = ['html', 'css', 'js', 'json', 'xml', 'image', 'font', 'media', 'form', 'text'] as const;

/** What tests may ask beside the row. */
export interface FilterContext {
  isMarked(key: number): boolean;
}
export type Test = (row: TrafficRow, context: FilterContext) => boolean;

/** Turns `*.example.com` into a test of whole, lower-case text; without wildcards it is a substring test. */
function globTest(glob: string): (text: string) => boolean {
  const lower = glob.toLowerCase();
  if (!/[*?]/.test(lower)) return (text) => text.toLowerCase().includes(lower);
  return (text) => globMatches(lower, text.toLowerCase());
}

const compare = (op: Op, left: number, right: number): boolean => {
  switch (op) {
    case '>':
      return left > right;
    case '<':
      return left < right;
    case '>=':
      return left >= right;
    case '<=':
      return left <= right;
    case ':':
    case '=':
      return left === right;
  }
};

const TYPE_TESTS: Record<(typeof TYPE_WORDS)[number], RegExp> = {
  html: /html/,
  css: /css/,
  js: /javascript|ecmascript/,
  json: /json/,
  xml: /xml/,
  image: /^image\//,
  font: /^font\/|font/,
  media: /^(audio|video)\//,
  form: /form/,
  text: /^text\//,
};

/** Misses that a change of the reply's fields, or of the request, could turn into hits. */
const FIXABLE = new Set([
  'no-freshness-information',
  'response-no-store',
  'response-private',
  'set-cookie',
  'vary-any',
  'vary-mismatch',
  'expired',
  'validation-required',
  'authorization',
  'request-no-cache',
  'request-max-age',
  'body-over-limit',
]);

const IS_TESTS: Record<IsWord, Test> = {
  marked: (row, context) => context.isMarked(row.key),
  pending: (row) => row.state === 'pending',
  open: (row) => row.state === 'open' || row.state === 'pending',
  done: (row) => row.state === 'done',
  failed: (row) => row.state === 'failed',
  left: (row) => row.state === 'client-left',
  error: (row) => isErrorRow(row),
  tunnel: (row) => row.kind === 'tunnel',
  intercepted: (row) => row.tls === 'intercepted',
  accepted: (row) => row.accepted !== undefined,
  stored: (row) => row.entryId !== undefined,
  'not-stored': (row) => isNotStored(row),
  collapsed: (row) => row.collapsed === true,
  cached: (row) => row.cacheStatus === 'HIT',
  reload: (row) => row.demand !== undefined,
  fixable: (row) => row.reason !== undefined && FIXABLE.has(row.reason),
};

/** A row that went wrong: the proxy failed, or the reply is a 4xx or 5xx. */
function isErrorRow(row: Pick<TrafficRow, 'state' | 'outcome' | 'status' | 'error'>): boolean {
  return row.state === 'failed' || row.outcome === 'ERROR' || row.error !== undefined || (row.status ?? 0) >= 400;
}

export interface TermSource {
  key: string;
  op: Op;
  value: string;
  at: number;
  valueAt: number;
}

function statusTest({ op, value, valueAt }: TermSource): Test {
  const lower = value.toLowerCase();
  const wild = /^([1-5])xx$/.exec(lower);
  if (wild !== null && (op === ':' || op === '='))
    return (row) => row.status !== undefined && Math.floor(row.status / 100) === Number(wild[1]);
  const range = /^(\d{3})-(\d{3})$/.exec(lower);
  if (range !== null && (op === ':' || op === '='))
    return (row) => row.status !== undefined && row.status >= Number(range[1]) && row.status <= Number(range[2]);
  if (!/^\d{3}$/.test(lower)) throw new FilterError({ code: 'bad-value', what: value, at: valueAt });
  return (row) => row.status !== undefined && compare(op, row.status, Number(lower));
}

function amountTest(
  { op, value, valueAt }: TermSource,
  parse: (text: string) => number | null,
  read: (row: TrafficRow) => number | undefined,
): Test {
  const amount = parse(value);
  if (amount === null) throw new FilterError({ code: 'bad-value', what: value, at: valueAt });
  // `size:100kb` reads as "at least": nobody looks for an exact byte count.
  const use = op === ':' ? '>=' : op;
  return (row) => {
    const found = read(row);
    return found !== undefined && compare(use, found, amount);
  };
}

function textTest({ value, op }: TermSource, read: (row: TrafficRow) => string | undefined): Test {
  const lower = value.toLowerCase();
  const test = op === '=' ? (text: string) => text.toLowerCase() === lower : globTest(value);
  return (row) => {
    const text = read(row);
    return text !== undefined && test(text);
  };
}

function word<T extends string>({ value, valueAt }: TermSource, words: readonly T[]): T {
  const found = words.find((item) => item === value.toLowerCase());
  if (found === undefined) throw new FilterError({ code: 'bad-value', what: value, at: valueAt });
  return found;
}

function cacheTest(term: TermSource): Test {
  const asked = word(term, CACHE_WORDS);
  if (asked === 'hit') return (row) => row.cacheStatus === 'HIT';
  const outcome = asked.toUpperCase();
  return (row) => row.outcome === outcome;
}

function typeTest(term: TermSource): Test {
  const known = TYPE_WORDS.find((item) => item === term.value.toLowerCase());
  if (known === undefined) return textTest(term, (row) => row.contentType);
  const pattern = TYPE_TESTS[known];
  return (row) => row.contentType !== undefined && pattern.test(row.contentType);
}

function protocolTest({ value }: TermSource): Test {
  const wanted = value
    .toLowerCase()
    .replace(/^h(?=[\d.]+$)/, 'http/')
    .replace(/^http\/1$/, 'http/1.1');
  return (row) => row.protocol.toLowerCase().includes(wanted);
}

const TESTS: Record<FilterKey, (term: TermSource) => Test> = {
  cache: cacheTest,
  reason: (term) => textTest(term, (row) => row.reason),
  host: (term) => textTest(term, (row) => row.host),
  path: (term) => textTest(term, (row) => row.path),
  url: (term) => textTest(term, (row) => row.url),
  method: (term) => (row) => row.method.toLowerCase() === term.value.toLowerCase(),
  status: statusTest,
  type: typeTest,
  size: (term) => amountTest(term, parseSize, (row) => row.responseBytes),
  time: (term) => amountTest(term, parseDuration, (row) => row.durationMs),
  age: (term) =>
    amountTest(
      term,
      (text) => (/^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text)),
      (row) => (row.ageSeconds === undefined ? undefined : row.ageSeconds * 1000),
    ),
  proto: protocolTest,
  client: (term) => textTest(term, (row) => row.client),
  error: (term) => textTest(term, (row) => row.error),
  is: (term) => IS_TESTS[word(term, IS_WORDS)],
};

const COMPARABLE: ReadonlySet<FilterKey> = new Set<FilterKey>(['status', 'size', 'time', 'age']);

export function isFilterKey(key: string): key is FilterKey {
  return FILTER_KEYS.some((item) => item === key);
}

/** Builds the test of one `key:value`; throws a {@link FilterError} that says what is wrong with it. */
export function buildTermTest(term: TermSource): { key: FilterKey; test: Test } {
  if (!isFilterKey(term.key)) throw new FilterError({ code: 'unknown-key', what: term.key, at: term.at });
  if (term.value === '') throw new FilterError({ code: 'empty-value', what: term.key, at: term.valueAt });
  if (term.op !== ':' && term.op !== '=' && !COMPARABLE.has(term.key))
    throw new FilterError({ code: 'bad-op', what: `${term.key}${term.op}`, at: term.at });
  return { key: term.key, test: TESTS[term.key](term) };
}
