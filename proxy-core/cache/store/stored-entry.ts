/**
 * One stored response, decoded from what the store holds of it: what decisions look at and replies are made from. A snapshot:
 * freshening or a user's change makes a new one. Its bytes stay readable even after the entry has left the store.
 */
import { parseContentRange, type ContentRange } from '../../http/ranges.ts';
import type { FieldList } from '../../http/fields.ts';
import { Head } from '../../http/head.ts';
import type { Candidate, StoredFacts } from '../decide/candidate.ts';
import type { LifetimeSource } from '../decide/freshness.ts';
import type { StoredFields, StoredResponse } from '../plan.ts';
import type { VaryKey } from '../decide/vary.ts';

/** Expands packed bodies; an id always means the same body. */
export interface BodyExpander {
  get(id: number, packed: Uint8Array, contentBytes: number): Uint8Array;
}

/** A body stored compressed: its stored size, and what expands it. */
export interface PackedBody {
  bytes: number;
  expanded: BodyExpander;
}

export class StoredEntry implements StoredResponse, StoredFacts, StoredFields {
  readonly id: number;
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly fields: FieldList;
  readonly varyBy: VaryKey;
  readonly bornAtMs: number;
  readonly storedAtMs: number;
  readonly lifetimeSeconds: number;
  readonly lifetimeSource: LifetimeSource;
  readonly swrSeconds: number | undefined;
  readonly sieSeconds: number | undefined;
  readonly noCache: boolean;
  readonly mustRevalidate: boolean;
  readonly headOnly: boolean;
  readonly partial: boolean;
  /** Content bytes as received. */
  readonly bodyBytes: number;
  freshExplanation: Candidate['freshExplanation'] = undefined;
  prepared: unknown = undefined;
  readonly #buffer: Buffer;
  readonly #bodyOffset: number;
  readonly #packed: PackedBody | undefined;
  #head: Head | undefined;

  constructor(
    id: number,
    url: string,
    statusText: string,
    facts: StoredFacts,
    buffer: Buffer,
    bodyOffset: number,
    bodyBytes: number,
    packed?: PackedBody,
  ) {
    this.id = id;
    this.url = url;
    this.statusText = statusText;
    this.status = facts.status;
    this.fields = facts.fields;
    this.varyBy = facts.varyBy;
    this.bornAtMs = facts.bornAtMs;
    this.storedAtMs = facts.storedAtMs;
    this.lifetimeSeconds = facts.lifetimeSeconds;
    this.lifetimeSource = facts.lifetimeSource;
    this.swrSeconds = facts.swrSeconds;
    this.sieSeconds = facts.sieSeconds;
    this.noCache = facts.noCache;
    this.mustRevalidate = facts.mustRevalidate;
    this.headOnly = facts.headOnly;
    this.partial = facts.partial;
    this.#buffer = buffer;
    this.#bodyOffset = bodyOffset;
    this.bodyBytes = bodyBytes;
    this.#packed = packed;
  }

  /** The body as received. Costs an expansion when it is kept packed, so ask once. */
  get body(): Uint8Array {
    return this.#packed === undefined ? this.kept : this.#packed.expanded.get(this.id, this.kept, this.bodyBytes);
  }

  /** The body as it lies: packed, or as received. */
  get kept(): Uint8Array {
    return this.#buffer.subarray(this.#bodyOffset, this.#bodyOffset + (this.#packed?.bytes ?? this.bodyBytes));
  }

  /** Over `fields`; made when it is first asked for, since most lookups only stream. */
  get head(): Head {
    return (this.#head ??= new Head(this.fields));
  }

  get etag(): string | undefined {
    return this.head.get('etag');
  }

  get lastModified(): string | undefined {
    return this.head.get('last-modified');
  }

  /** Which bytes of the representation a partial response holds. */
  get contentRange(): ContentRange | undefined {
    return this.partial ? parseContentRange(this.head.get('content-range')) : undefined;
  }
}

/** Do these answer the same requests, so that one replaces the other? */
export function sameVariant(a: StoredFacts, b: StoredFacts): boolean {
  return a.headOnly === b.headOnly && a.partial === b.partial && a.varyBy.join('\n') === b.varyBy.join('\n');
}
