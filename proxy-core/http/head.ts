/**
 * The head of a message, made once: the field lines as received, and where each known field stands among them. A decision
 * asks the head instead of scanning the list again, and what is parsed of it is parsed once. Immutable: an edit makes a new head.
 */
import { NO_DIRECTIVES, parseCacheControl, parseRequestCacheControl, type CacheControl } from './cache-control.ts';
import { getCombined, getField, isSameList, withoutFields, type FieldList } from './fields.ts';
import { connectionOptions, keepEndToEnd } from './hop-by-hop.ts';

/** Fields that decisions, framing and records ask for, lower case. */
export const KNOWN = [
  'accept-encoding',
  'accept-language',
  'age',
  'authorization',
  'cache-control',
  'cdn-cache-control',
  'connection',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'etag',
  'expect',
  'expires',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'pragma',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'set-cookie',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'vary',
  'via',
  'x-cache-status',
] as const;

/** Lower-case name of a field with a slot. */
export type KnownField = (typeof KNOWN)[number];

const SLOTS: ReadonlyMap<string, number> = new Map(KNOWN.map((name, slot) => [name, slot]));
const capitalised = (name: string): string =>
  name
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('-');

/** The same by the spellings that come most: lower case, and each word with a capital. */
const SPELLINGS: ReadonlyMap<string, number> = new Map([
  ...SLOTS,
  ...KNOWN.map((name, slot): [string, number] => [capitalised(name), slot]),
  ['ETag', KNOWN.indexOf('etag')],
]);
/** By length, a bit for each first letter known names of that length have: others are not looked up at all. */
const FIRST_LETTERS: readonly number[] = KNOWN.reduce((out, name) => {
  out[name.length] = out[name.length]! | letterBit(name);
  return out;
}, new Array<number>(32).fill(0));

/** Case does not count. Characters that are no letters share bits with some, which costs a lookup and nothing else. */
function letterBit(name: string): number {
  return 1 << (name.charCodeAt(0) & 31);
}

const isKnown = (lowerName: string): lowerName is KnownField => SLOTS.has(lowerName);

const NARROWING: readonly number[] = (
  ['if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'range'] as const
).map((name) => KNOWN.indexOf(name));

/** Slots hold line numbers from 1; 0 is "no such line", this one "among the lines past it". */
const FAR = 255;

export class Head {
  /** Flat list `[name, value, …]` as received; never changed. */
  readonly fields: FieldList;
  readonly #slots = new Uint8Array(KNOWN.length);
  /** A condition (RFC 9110 §13.1) or a Range is among the lines: a whole stored response may not be the answer. */
  readonly hasConditionOrRange: boolean;
  /** Slots with more than one line. */
  #repeated: Set<number> | undefined;
  #endToEnd: Head | undefined;
  #forwarded: Head | undefined;
  #cacheControl: Readonly<CacheControl> | undefined;
  #requestCacheControl: Readonly<CacheControl> | undefined;
  #cdnCacheControl: Readonly<CacheControl> | null | undefined;

  constructor(fields: FieldList) {
    this.fields = fields;
    const slots = this.#slots;
    for (let i = 0, line = 1; i < fields.length; i += 2, line++) {
      const name = fields[i]!;
      if (((FIRST_LETTERS[name.length] ?? 0) & letterBit(name)) === 0) continue;
      const slot = SPELLINGS.get(name) ?? SLOTS.get(name.toLowerCase());
      if (slot === undefined) continue;
      if (slots[slot] === 0) slots[slot] = line < FAR ? line : FAR;
      else (this.#repeated ??= new Set()).add(slot);
    }
    let narrowed = false;
    for (const slot of NARROWING) narrowed ||= slots[slot] !== 0;
    this.hasConditionOrRange = narrowed;
  }

  /** Value of the first line of that name. */
  get(name: KnownField): string | undefined {
    const line = this.#slots[SLOTS.get(name)!]!;
    if (line === 0) return undefined;
    return line === FAR ? getField(this.fields, name) : this.fields[line * 2 - 1];
  }

  /** All lines of that name joined with ", " (RFC 9110 §5.3). */
  combined(name: KnownField): string | undefined {
    return this.#repeated?.has(SLOTS.get(name)!) ? getCombined(this.fields, name) : this.get(name);
  }

  has(name: KnownField): boolean {
    return this.#slots[SLOTS.get(name)!] !== 0;
  }

  /** As {@link combined}, for a name that comes from outside (Vary); `lowerName` in lower case. */
  combinedOf(lowerName: string): string | undefined {
    return isKnown(lowerName) ? this.combined(lowerName) : getCombined(this.fields, lowerName);
  }

  /** Without the fields of this one connection (RFC 9110 §7.6.1); this head itself when there are none. */
  get endToEnd(): Head {
    return (this.#endToEnd ??= this.#over(keepEndToEnd(this.fields, this.#nominated())));
  }

  /** What of a request goes on to the next hop: end-to-end fields without Host and Expect, which are made or answered anew. */
  get forwarded(): Head {
    return (this.#forwarded ??= this.#over(keepEndToEnd(this.fields, this.#nominated(), true)));
  }

  /** Bytes of the content as its sender says (RFC 9110 §8.6); undefined when it does not, or not in digits. */
  get contentLength(): number | undefined {
    const text = this.get('content-length');
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  }

  /** Directives of Cache-Control (RFC 9111 §5.2). */
  get cacheControl(): Readonly<CacheControl> {
    if (this.#cacheControl === undefined) {
      const text = this.combined('cache-control');
      this.#cacheControl = text === undefined ? NO_DIRECTIVES : parseCacheControl(text);
    }
    return this.#cacheControl;
  }

  /** Directives of a request, where `Pragma: no-cache` may stand in (RFC 9111 §5.4). */
  get requestCacheControl(): Readonly<CacheControl> {
    return (this.#requestCacheControl ??= parseRequestCacheControl(
      this.combined('cache-control'),
      this.combined('pragma'),
    ));
  }

  /** Directives of CDN-Cache-Control (RFC 9213); undefined when there are none. */
  get cdnCacheControl(): Readonly<CacheControl> | undefined {
    if (this.#cdnCacheControl === undefined) {
      const text = this.combined('cdn-cache-control');
      this.#cdnCacheControl = text === undefined || text.trim() === '' ? null : parseCacheControl(text);
    }
    return this.#cdnCacheControl ?? undefined;
  }

  /** A head without these fields; this one itself when it has none of them. */
  without(lowerNames: ReadonlySet<string>): Head {
    return this.#over(withoutFields(this.fields, lowerNames));
  }

  /** A head over what was kept of this one's lines. */
  #over(kept: FieldList): Head {
    return kept.length === this.fields.length ? this : new Head(kept);
  }

  #nominated(): ReadonlySet<string> | undefined {
    return connectionOptions(this.combined('connection'), this.combined('proxy-connection'));
  }
}

/** A head of these fields: `previous` itself, with all that was found in it, when it has the same. */
export function sameHead(fields: FieldList, previous: Head | undefined): Head {
  return previous !== undefined && isSameList(fields, previous.fields) ? previous : new Head(fields);
}
