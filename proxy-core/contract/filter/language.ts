/** The words of the filter language: its keys, what each takes, and what a list of rows has to tell to be filtered. */
import type { CacheStatus, Outcome } from '../exchange.ts';

/** Asked for text: a part of it, a glob with `*`, all of it (`=`), a pattern (`~`). */
export const TEXT_KEYS = [
  'host',
  'path',
  'url',
  'reason',
  'client',
  'app',
  'error',
  'op',
  'note',
  'color',
  'tag',
  'variant',
] as const;
export type TextKey = (typeof TEXT_KEYS)[number];
/** Compared as numbers. */
export const AMOUNT_KEYS = ['size', 'time', 'age', 'ttl', 'hits'] as const;
export type AmountKey = (typeof AMOUNT_KEYS)[number];

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
  'ttl',
  'hits',
  'proto',
  'client',
  'app',
  'error',
  'op',
  'note',
  'color',
  'tag',
  'variant',
  'is',
  'body',
  'req.body',
  'res.body',
] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

/** Before the name of a field: of the request, of the response, of either. */
export const FIELD_PREFIXES = ['req.', 'res.', 'header.'] as const;

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
  'fresh',
  'usable',
  'stale',
  'pinned',
  'partial',
  'compressed',
] as const;
export type IsWord = (typeof IS_WORDS)[number];

export type Read<S, T> = (subject: S) => T | undefined;

/** Bodies and fields, which a row does not hold and its list has to look up. */
export type Side = 'request' | 'response' | 'either';

/** What one kind of list tells of its rows; what is missing here cannot be asked there. */
export interface Scope<S> {
  readonly name: 'traffic' | 'cache' | 'request' | 'response';
  readonly texts: Partial<Record<TextKey, Read<S, string>>>;
  readonly amounts: Partial<Record<AmountKey, Read<S, number>>>;
  readonly method: Read<S, string>;
  /** Of responses, and so is the type. */
  readonly status?: Read<S, number>;
  readonly type?: Read<S, string>;
  readonly proto?: Read<S, string>;
  /** Both, or neither. */
  readonly cacheStatus?: Read<S, CacheStatus>;
  readonly outcome?: Read<S, Outcome>;
  readonly is: Partial<Record<IsWord, (subject: S) => boolean>>;
  /** Beside URL, method, status and type, what free text is looked for in. */
  readonly free: readonly Read<S, string>[];
  /** Whose fields can be asked for. */
  readonly fields: readonly (typeof FIELD_PREFIXES)[number][];
  /** Of which messages there are bodies. */
  readonly bodies: readonly ('body' | 'req.body' | 'res.body')[];
}

export const isFilterKey = (key: string): key is FilterKey => FILTER_KEYS.some((item) => item === key);

/** The side and the field's name in `res.cache-control`; undefined for other keys. */
export function fieldKey(key: string): { side: Side; name: string } | undefined {
  const dot = key.indexOf('.');
  const prefix = FIELD_PREFIXES.find((item) => item === key.slice(0, dot + 1));
  const name = key.slice(dot + 1);
  if (prefix === undefined || name === '' || (name === 'body' && prefix !== 'header.')) return undefined;
  return { side: prefix === 'req.' ? 'request' : prefix === 'res.' ? 'response' : 'either', name };
}

/** What a scope can be asked, in the order in which it is offered. */
export function keysOf<S>(scope: Scope<S>): FilterKey[] {
  return FILTER_KEYS.filter((key) => isKnownIn(scope, key));
}

export function isKnownIn<S>(scope: Scope<S>, key: FilterKey): boolean {
  switch (key) {
    case 'method':
      return true;
    case 'status':
      return scope.status !== undefined;
    case 'type':
      return scope.type !== undefined;
    case 'is':
      return Object.keys(scope.is).length > 0;
    case 'proto':
      return scope.proto !== undefined;
    case 'cache':
      return scope.outcome !== undefined;
    case 'size':
    case 'time':
    case 'age':
    case 'ttl':
    case 'hits':
      return scope.amounts[key] !== undefined;
    case 'body':
    case 'req.body':
    case 'res.body':
      return scope.bodies.includes(key);
    default:
      return scope.texts[key] !== undefined;
  }
}

/** The words `is:` takes in a scope. */
export const isWordsOf = <S>(scope: Scope<S>): IsWord[] => IS_WORDS.filter((word) => scope.is[word] !== undefined);
