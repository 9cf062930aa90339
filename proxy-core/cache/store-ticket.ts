/** Permission to store one response, and what becomes of it at commit: a new entry, or a part joined to a stored part. */
import { strongMatch } from '../http/conditionals.ts';
import { getField, withoutFields } from '../http/fields.ts';
import { formatContentRange, parseContentRange } from '../http/ranges.ts';
import type { CacheRequest, Explained, StoreTicket } from './plan.ts';
import type { StoredEntry } from './store/stored-entry.ts';
import type { StoredFacts } from './decide/candidate.ts';

export class Ticket implements StoreTicket {
  readonly maxBodyBytes: number;
  readonly request: CacheRequest;
  readonly statusText: string;
  readonly facts: StoredFacts;
  /** Validated by this fetch and answered by this response. */
  readonly supersedes: number | undefined;
  /** The cache's generation from which this response counts. */
  readonly generation: number;
  used = false;
  lacksRoom = false;
  /** It said to be one part and was another. */
  unfit = false;
  /** Facts of an answer that took the place of a validated response; and whether the content is the same, once that is known. */
  readonly changed: Explained['facts'] | undefined;
  content: 'same' | 'other' | undefined;

  constructor(
    request: CacheRequest,
    statusText: string,
    facts: StoredFacts,
    maxBodyBytes: number,
    supersedes: number | undefined,
    generation: number,
    changed?: Explained['facts'],
  ) {
    this.request = request;
    this.statusText = statusText;
    this.facts = facts;
    this.maxBodyBytes = maxBodyBytes;
    this.supersedes = supersedes;
    this.generation = generation;
    this.changed = changed;
  }

  ttlSecondsAt(nowMs: number): number {
    return Math.floor((this.facts.bornAtMs + this.facts.lifetimeSeconds * 1000 - nowMs) / 1000);
  }

  ageSecondsAt(nowMs: number): number {
    return Math.max(0, Math.floor((nowMs - this.facts.bornAtMs) / 1000));
  }
}

/** What is stored in the end. */
export interface Content {
  facts: StoredFacts;
  statusText: string;
  chunks: readonly Uint8Array[];
}

/** Are these bytes, in order, the ones of `body`? */
export function isSameContent(body: Uint8Array, chunks: readonly Uint8Array[]): boolean {
  let at = 0;
  for (const chunk of chunks) {
    if (at + chunk.length > body.length || Buffer.compare(chunk, body.subarray(at, at + chunk.length)) !== 0)
      return false;
    at += chunk.length;
  }
  return at === body.length;
}

const CONTENT_RANGE: ReadonlySet<string> = new Set(['content-range']);

/** Checks a part against its Content-Range; undefined when it is not as long as it says. */
export function checkedPart(content: Content): Content | undefined {
  const range = parseContentRange(getField(content.facts.fields, 'content-range'));
  const bytes = content.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return range !== undefined && bytes === range.last - range.first + 1 ? content : undefined;
}

/**
 * Joins a new part with a stored one of the same representation when they touch (RFC 9111 §3.4): a larger part, or the
 * whole. Undefined when they do not belong together.
 */
export function combineParts(stored: StoredEntry, fresh: Content): Content | undefined {
  const held = stored.contentRange;
  const added = parseContentRange(getField(fresh.facts.fields, 'content-range'));
  if (held === undefined || added === undefined || held.length === undefined || held.length !== added.length)
    return undefined;
  if (!strongMatch(stored.etag, getField(fresh.facts.fields, 'etag'))) return undefined;
  if (added.first > held.last + 1 || held.first > added.last + 1) return undefined;
  const first = Math.min(held.first, added.first);
  const last = Math.max(held.last, added.last);
  const { body } = stored;
  const chunks: Uint8Array[] = [];
  if (held.first < added.first) chunks.push(body.subarray(0, added.first - held.first));
  chunks.push(...fresh.chunks);
  if (held.last > added.last) chunks.push(body.subarray(added.last + 1 - held.first));
  const whole = first === 0 && last === held.length - 1;
  const fields = withoutFields(fresh.facts.fields, CONTENT_RANGE);
  if (!whole) fields.push('Content-Range', formatContentRange({ first, last }, held.length));
  return {
    facts: { ...fresh.facts, fields, status: whole ? 200 : 206, partial: !whole },
    statusText: whole ? 'OK' : fresh.statusText,
    chunks,
  };
}
