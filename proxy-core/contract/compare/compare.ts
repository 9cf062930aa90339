/** Two exchanges, two stored responses, or one of each, beside each other; and which of their differences count for the cache. */
import type { EntryRef } from '../entry-id.ts';
import type { CannotCode } from '../fix/fix.ts';
import type { ExchangeTiming, Outcome } from '../exchange.ts';
import { isEntryRef } from '../entry-id.ts';
import type { Neighbour, ReasonCode } from '../reasons.ts';
import { Fields, wholeOf, Wrong } from '../rules/value-checks.ts';
import { isRecord } from '../json/is-record.ts';
import type { AlignedField } from './align.ts';

/** What is compared: an exchange by its number, or a stored response by its name. */
export type CompareRef = { exchange: number; session?: string } | { entry: EntryRef };

/**
 * What a difference counts for. `key`: each is stored under a key of its own. `vary`: the response varies by it. `storing`:
 * whether it may be kept. `freshness`: for how long, or on what terms. `validation`: what a 304 is asked by. `asking`: what the
 * request asks of caches. `nothing`: the cache looks away.
 */
export const MATTERS = ['key', 'vary', 'storing', 'freshness', 'validation', 'asking', 'nothing'] as const;
export type Matter = (typeof MATTERS)[number];

export interface CacheDifference {
  part: 'method' | 'url' | 'request' | 'request-content' | 'status' | 'response' | 'response-content';
  /** Of the field, lower case; empty where it is none. */
  name: string;
  left: string | null;
  right: string | null;
  matters: Matter;
  /** What the cache would answer with this one thing as it is at the right, where that is another reason. */
  reason?: ReasonCode;
}

/** What becomes of a response in this cache, as its decisions have it. */
export type Life =
  | { kind: 'stored'; lifetimeSeconds: number; source: string; ageSeconds: number; variesBy: string[] }
  | { kind: 'not-stored'; reason: ReasonCode }
  | { kind: 'none'; code: CannotCode };

export interface CompareSide {
  ref: CompareRef;
  method: string;
  url: string;
  cacheKey: string;
  /** Unix ms: of the request, or of storing. */
  atMs: number;
  status?: number;
  outcome?: Outcome;
  durationMs?: number;
  timing?: ExchangeTiming;
  mediaType?: string;
  bodyBytes: number;
  life: Life;
}

export interface Comparison {
  left: CompareSide;
  right: CompareSide;
  /** Of a stored response only the fields that select it are known. */
  request: AlignedField[];
  response: AlignedField[];
  sameKey: boolean;
  /** In what one thing the URLs differ, where it is one. */
  url?: Neighbour['difference'];
  /** Whether the content of both responses is the same; null where not all of it is kept. */
  sameContent: boolean | null;
  /** Why what is stored of the left would, or would not, answer the request at the right: `fresh` when it would. Null when nothing is stored. */
  reuse: ReasonCode | null;
  differences: CacheDifference[];
}

export interface CompareCommandMap {
  'compare.get': { params: { left: CompareRef; right: CompareRef }; result: Comparison };
}

function parseRef(raw: unknown, key: string): CompareRef {
  if (!isRecord(raw)) throw new Wrong(`"${key}" is {"exchange": number} or {"entry": name}`);
  const fields = new Fields(raw, `"${key}" as an object`);
  if ('entry' in raw) {
    const entry = fields.read('entry', (value) => {
      if (!isEntryRef(value)) throw new Wrong(`"${key}": "entry" is the name of a stored response`);
      return value;
    });
    fields.done();
    return { entry };
  }
  const exchange = fields.read('exchange', wholeOf(1, Number.MAX_SAFE_INTEGER));
  const session = fields.optional('session', (name) => fields.text(name, 0, 64));
  fields.done();
  return { exchange, ...(session !== undefined && { session }) };
}

/** Throws {@link Wrong} in words. */
export function parseCompare(raw: unknown): CompareCommandMap['compare.get']['params'] {
  const fields = new Fields(raw, 'an object');
  const pair = { left: fields.read('left', parseRef), right: fields.read('right', parseRef) };
  fields.done();
  return pair;
}
