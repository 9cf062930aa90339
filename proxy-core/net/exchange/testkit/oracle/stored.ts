/** What the oracle believes to be stored, and whether it may be (RFC 9111 §3). */
import type { FieldList } from '../../../../http/fields.ts';
import { requestDirectives } from './directives.ts';
import { linesOf, listOf, members, valueOf, without, type Answered, type Asked } from './fields.ts';
import { bornMs, countingDirectives, lifetimeOf, type Lifetime } from './freshness.ts';
import type { Settings } from './settings.ts';

/** `bytes first-last/length`. */
export interface Part {
  first: number;
  last: number;
  length: number | undefined;
}

export interface Stored {
  /** Stays the same while the head is updated; 0 before it is stored. */
  serial: number;
  url: string;
  status: number;
  /** As they came, without what is not kept. */
  fields: FieldList;
  content: string;
  bornMs: number;
  arrivedMs: number;
  lifetime: Lifetime;
  /** Windows behind the lifetime; 0 for none. */
  whileRevalidating: number;
  ifError: number;
  /** Directives that forbid use without asking, or use once stale: those that are there. */
  forbids: readonly string[];
  headOnly: boolean;
  part: Part | undefined;
  /** Names and values of the request fields that select it. */
  selecting: readonly (readonly [name: string, value: string])[];
  etag: string | undefined;
  modified: string | undefined;
}

/** How a response reached the cache. */
export interface Arrival {
  asked: Asked;
  answered: Answered;
  sentMs: number;
  arrivedMs: number;
}

export const mustAsk = (stored: Stored): boolean => stored.forbids.includes('no-cache');
export const mayNotBeStale = (stored: Stored): boolean => stored.forbids.length > 0;
export const ageMs = (stored: Stored, nowMs: number): number => nowMs - stored.bornMs;
/** Age as the field has it (RFC 9111 §5.1). */
export const ageSeconds = (stored: Stored, nowMs: number): number =>
  Math.max(0, Math.floor(ageMs(stored, nowMs) / 1000));
/** Freshness left, ms; 0 and less is stale (RFC 9111 §4.2). */
export const leftMs = (stored: Stored, nowMs: number): number => stored.lifetime.seconds * 1000 - ageMs(stored, nowMs);

/** Statuses whose caching rules are known here, of those the scenarios have. */
const UNKNOWN_STATUSES = [299, 599];
/** Answers to one request's condition or range, and those RFC 6585 forbids to store. */
const NEVER = [304, 412, 416, 429];
const FIXED = [200, 203, 204, 206, 300, 301, 404, 405, 410, 414, 501];
const GUESSABLE = [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501];

/** Name and value of each request field that selects among variants; undefined for `*` (RFC 9111 §4.1). */
function selectingOf(response: FieldList, request: FieldList): Stored['selecting'] | undefined {
  const names = new Set(members(listOf(response, 'vary') ?? '').map((name) => name.toLowerCase()));
  return names.has('*') ? undefined : [...names].map((name) => [name, selectingValue(request, name)] as const);
}

export const NO_FIELD = '(no such field)';

/** White space and, where they have no meaning, case and order are not compared. */
export function selectingValue(request: FieldList, name: string): string {
  const list = listOf(request, name);
  if (list === undefined) return NO_FIELD;
  const items = members(list).map((item) =>
    item
      .split(';')
      .map((part) => part.trim())
      .join(';'),
  );
  return name === 'accept-language' || name === 'accept-encoding'
    ? items
        .map((item) => item.toLowerCase())
        .sort()
        .join(',')
    : items.join(',');
}

function partOf(fields: FieldList): Part | undefined {
  const text = valueOf(fields, 'content-range') ?? '';
  const [span = '', length = ''] = text.replace('bytes ', '').split('/');
  const [first, last] = span.split('-').map(Number);
  if (!text.startsWith('bytes ') || first === undefined || last === undefined || Number.isNaN(first + last))
    return undefined;
  const whole = length === '*' ? undefined : Number(length);
  return last < first || (whole !== undefined && !(last < whole)) ? undefined : { first, last, length: whole };
}

/** Every reason there is not to keep a response; none when it may be kept. */
export function refusals({ asked, answered, arrivedMs }: Arrival, settings: Settings): Set<string> {
  const { status, fields } = answered;
  const out = new Set<string>();
  const fixed = settings.mode === 'fixed-ttl';
  const control = countingDirectives(fields, settings);
  const authorized = linesOf(asked.fields, 'authorization').length > 0;
  const lifetime = lifetimeOf(answered, authorized, settings, arrivedMs);
  if (settings.maxBodyBytes === 0) out.add('storing-off');
  if (requestDirectives(asked.fields).has.has('no-store')) out.add('request-no-store');
  if (asked.method === 'POST') {
    const location = valueOf(fields, 'content-location');
    const isOwn = location !== undefined && new URL(location, asked.url).href === asked.url;
    if (fixed || status !== 200 || !lifetime.explicit || !isOwn) out.add('method-not-cacheable');
  }
  const understands = !UNKNOWN_STATUSES.includes(status);
  const storable = fixed
    ? FIXED.includes(status)
    : !NEVER.includes(status) &&
      (lifetime.explicit || control.has.has('public') || GUESSABLE.includes(status) || status === 206);
  if (!storable) out.add('status-not-cacheable');
  if (control.has.has('must-understand') && !understands) out.add('not-understood');
  if (control.has.has('no-store') && !(control.has.has('must-understand') && understands)) out.add('response-no-store');
  if (control.has.has('private')) out.add('response-private');
  const shared = ['public', 'must-revalidate', 's-maxage'].some((name) => control.named.has(name));
  if (authorized && (fixed || !shared)) out.add('authorization');
  // A cookie that is left out of what is kept reaches nobody else.
  const cookie = valueOf(fields, 'set-cookie') !== undefined && !control.fields.includes('set-cookie');
  if (cookie && (fixed || !(lifetime.explicit || control.has.has('public')))) out.add('set-cookie');
  if ((valueOf(fields, 'content-type') ?? '').startsWith('text/event-stream')) out.add('event-stream');
  if (selectingOf(fields, []) === undefined) out.add('vary-any');
  if (status === 206 && !isWholePart(asked, fields)) out.add('partial');
  const length = Number(valueOf(fields, 'content-length') ?? 0);
  if (length > settings.maxBodyBytes && asked.method !== 'HEAD') out.add('body-over-limit');
  const windows = fixed
    ? [0]
    : [0, windowOf(fields, settings, 'stale-while-revalidate'), windowOf(fields, settings, 'stale-if-error')];
  const validators = valueOf(fields, 'etag') !== undefined || valueOf(fields, 'last-modified') !== undefined;
  // With no-cache every use asks, and without a validator there is nothing to ask with.
  const usable = lifetime.seconds + Math.max(...windows) > 0 && (fixed || !control.has.has('no-cache'));
  if (!usable && !validators) out.add('no-freshness-information');
  return out;
}

function isWholePart(asked: Asked, fields: FieldList): boolean {
  const part = partOf(fields);
  const length = valueOf(fields, 'content-length');
  return (
    asked.method === 'GET' &&
    part !== undefined &&
    (length === undefined || Number(length) === part.last - part.first + 1)
  );
}

/** Seconds of a stale window; 0 for none, or one that cannot be read. */
function windowOf(fields: FieldList, settings: Settings, name: string): number {
  const seconds = countingDirectives(fields, settings).seconds.get(name);
  return typeof seconds === 'number' ? seconds : 0;
}

/** The response as it is kept. */
export function keep({ asked, answered, sentMs, arrivedMs }: Arrival, settings: Settings): Stored {
  const { status, fields } = answered;
  const control = countingDirectives(fields, settings);
  const fixed = settings.mode === 'fixed-ttl';
  const isHead = asked.method === 'HEAD';
  const dropped = ['age', 'content-length', ...control.fields, ...(isHead ? ['set-cookie'] : [])];
  const kept = without(fields, isHead ? dropped.filter((name) => name !== 'content-length') : dropped);
  if (valueOf(kept, 'date') === undefined) kept.push('Date', new Date(arrivedMs).toUTCString());
  const forbids = ['no-cache', 'must-revalidate', 'proxy-revalidate', 's-maxage'].filter(
    (name) => !fixed && (name === 's-maxage' ? control.named : control.has).has(name),
  );
  const authorized = valueOf(asked.fields, 'authorization') !== undefined;
  return {
    serial: 0,
    url: asked.url,
    status,
    fields: kept,
    content: '',
    bornMs: bornMs(fields, sentMs, arrivedMs),
    arrivedMs,
    lifetime: lifetimeOf(answered, authorized, settings, arrivedMs),
    whileRevalidating: fixed ? 0 : windowOf(fields, settings, 'stale-while-revalidate'),
    ifError: fixed ? 0 : windowOf(fields, settings, 'stale-if-error'),
    forbids,
    headOnly: isHead,
    part: status === 206 ? partOf(fields) : undefined,
    selecting: selectingOf(fields, asked.fields) ?? [],
    etag: valueOf(kept, 'etag'),
    modified: valueOf(kept, 'last-modified'),
  };
}
