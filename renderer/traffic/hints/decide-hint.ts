/**
 * Why few hits are seen, told from the newest rows and from nothing else: at most one hint, with what it was seen by. Pure.
 * Each has a share from which it is shown and a lower one below which it goes, so that it does not flicker.
 */
import { NOT_STORED } from '../../../proxy-core/contract/explain/not-stored.ts';
import type { Demand, ExchangeRow } from '../../../proxy-core/contract/exchange.ts';
import type { ReasonCode } from '../../../proxy-core/contract/reasons.ts';
import { loadedAgain } from './page-loads.ts';

/** Something counted, most frequent first. */
export type Tally<T> = [what: T, count: number][];

export type Hint =
  /** Fresh responses are stored, and clients have them passed over. */
  | { kind: 'reload'; count: number; of: number; by: Tally<Demand> }
  /** The client answers from a cache of its own: it asks only whether its copies are good still, or does not ask at all. */
  | { kind: 'own-cache'; seen: 'not-modified'; count: number; of: number }
  | { kind: 'own-cache'; seen: 'page'; url: string; before: number; now: number }
  /** HTTPS that is not read. */
  | { kind: 'unread'; count: number; of: number }
  | { kind: 'cache-off'; count: number }
  /** Answers are not stored, for the reasons given. */
  | { kind: 'not-stored'; count: number; of: number; by: Tally<ReasonCode> }
  /** Nothing was asked for twice. */
  | { kind: 'first-time'; count: number };
export type HintKind = Hint['kind'];

/** What counts beside the rows. */
export interface HintContext {
  /** The switch for a client's reload is on. */
  ignoresReload: boolean;
  /** Some HTTPS is read. */
  readsHttps: boolean;
  cacheOff: boolean;
  /** Since when no row came or changed, ms. */
  quietMs: number;
  /** What is shown now. */
  shown: HintKind | null;
  dismissed: ReadonlySet<HintKind>;
}

/** Rows looked back at, at most. */
export const HINT_ROWS = 400;
/** Requests a share is taken of. */
const WINDOW = 20;
/** A load, or a first visit, is over when nothing came for this long. */
const QUIET_MS = 2000;

/** A hint comes with at least `from` and that share, and goes below `until` or that share. */
interface Bounds {
  from: number;
  fromShare: number;
  until: number;
  untilShare: number;
}
const MOST: Bounds = { from: 5, fromShare: 0.5, until: 3, untilShare: 0.3 };

/** A suitable response was stored, whether it could be used or not. */
const WAS_STORED: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'expired',
  'validation-required',
  'validation-changed',
  'request-no-cache',
  'request-max-age',
  'request-min-fresh',
]);

const wasStored = (row: ExchangeRow): boolean =>
  row.cacheStatus === 'HIT' || row.demand !== undefined || (row.reason !== undefined && WAS_STORED.has(row.reason));

function tally<T>(items: readonly T[]): Tally<T> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** Requests of clients that the cache was asked about, and that were answered. */
const isAnswered = (row: ExchangeRow): boolean =>
  row.kind === 'http' &&
  (row.method === 'GET' || row.method === 'HEAD') &&
  row.cacheStatus !== undefined &&
  row.reason !== undefined &&
  row.reason !== 'own-page' &&
  row.outcome !== 'ERROR' &&
  row.parentId === undefined;

/** The one hint that the rows give reason for, newest row last; null when there is none. */
export function decideHint(rows: readonly ExchangeRow[], context: HintContext): Hint | null {
  const recent = rows.slice(-HINT_ROWS);
  const answered = recent.filter(isAnswered);
  const enough = (kind: HintKind, count: number, of: number): boolean => {
    const { from, fromShare, until, untilShare } = MOST;
    const [least, share] = context.shown === kind ? [until, untilShare] : [from, fromShare];
    return count >= least && count >= of * share;
  };
  // The more exactly it says what to do, the earlier it is asked.
  const ways = [offHint, reloadHint, ownCacheHint, unreadHint, notStoredHint, firstTimeHint];
  for (const way of ways) {
    const hint = way({ recent, answered, context, enough });
    if (hint !== null && !context.dismissed.has(hint.kind)) return hint;
  }
  return null;
}

interface Seen {
  recent: readonly ExchangeRow[];
  answered: readonly ExchangeRow[];
  context: HintContext;
  enough: (kind: HintKind, count: number, of: number) => boolean;
}

function offHint({ answered, context, enough }: Seen): Hint | null {
  if (!context.cacheOff) return null;
  const last = answered.slice(-WINDOW);
  const count = last.filter(({ reason }) => reason === 'cache-off').length;
  return enough('cache-off', count, last.length) ? { kind: 'cache-off', count } : null;
}

function reloadHint({ answered, context, enough }: Seen): Hint | null {
  if (context.ignoresReload) return null;
  const last = answered.filter(wasStored).slice(-WINDOW);
  const by = tally(last.flatMap(({ demand }) => demand ?? []));
  const count = by.reduce((sum, [, times]) => sum + times, 0);
  return enough('reload', count, last.length) ? { kind: 'reload', count, of: last.length, by } : null;
}

function ownCacheHint({ recent, answered, context, enough }: Seen): Hint | null {
  if (context.ignoresReload) return null;
  const again = loadedAgain(recent.filter((row) => row.kind === 'http' && row.parentId === undefined));
  if (again !== undefined && (context.quietMs >= QUIET_MS || context.shown === 'own-cache')) {
    const few = context.shown === 'own-cache' ? 0.75 : 0.5;
    if (again.before >= 6 && again.now <= again.before * few) return { kind: 'own-cache', seen: 'page', ...again };
  }
  const last = answered.slice(-WINDOW);
  const count = last.filter(({ status }) => status === 304).length;
  return enough('own-cache', count, last.length)
    ? { kind: 'own-cache', seen: 'not-modified', count, of: last.length }
    : null;
}

function unreadHint({ recent, context, enough }: Seen): Hint | null {
  if (context.readsHttps) return null;
  const last = recent.filter(({ parentId }) => parentId === undefined).slice(-WINDOW);
  const count = last.filter(({ kind, reason }) => kind === 'tunnel' && reason === 'tunnel').length;
  return enough('unread', count, last.length) ? { kind: 'unread', count, of: last.length } : null;
}

function notStoredHint({ answered, context, enough }: Seen): Hint | null {
  const last = answered.slice(-2 * WINDOW);
  const hits = last.filter(({ cacheStatus }) => cacheStatus === 'HIT').length;
  // Who sees hits wonders about nothing.
  if (hits >= last.length * (context.shown === 'not-stored' ? 0.5 : 0.3)) return null;
  const misses = answered.filter(({ cacheStatus }) => cacheStatus === 'MISS').slice(-WINDOW);
  const by = tally(misses.flatMap(({ reason }) => (reason !== undefined && NOT_STORED.has(reason) ? reason : [])));
  const count = by.reduce((sum, [, times]) => sum + times, 0);
  return enough('not-stored', count, misses.length) ? { kind: 'not-stored', count, of: misses.length, by } : null;
}

function firstTimeHint({ answered, context }: Seen): Hint | null {
  const isOver = context.quietMs >= QUIET_MS || context.shown === 'first-time';
  if (!isOver || answered.length < 8) return null;
  const count = answered.filter(({ reason, entryId }) => reason === 'uri-miss' && entryId !== undefined).length;
  return !answered.some(wasStored) && count >= answered.length / 2 ? { kind: 'first-time', count } : null;
}
