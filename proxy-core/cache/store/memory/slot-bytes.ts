/**
 * The bytes of the entries in the slots: head and body packed into one block (a large body into one of its own), the
 * entries decoded for hits, the bodies expanded for a while. The table says where a slot's block lies.
 */
import { LRUCache } from 'lru-cache';
import { ExpandedBodies } from '../at-rest.ts';
import { StoredEntry } from '../stored-entry.ts';
import type { StoredFacts } from '../../decide/candidate.ts';
import { DEDICATED_BYTES, Segments, type Segment } from './segments.ts';
import { FLAG, type SlotTable } from './slot-table.ts';
import { unpackFigures, unpackHead, type RareFigures } from './stored-head.ts';

/** What an entry takes beside its packed head and body: its slot and its share of the indexes' buckets, as measured by bench/memory-per-entry.ts. */
export const ENTRY_OVERHEAD_BYTES = 112;

/** Decoded entries kept at hand for hits, by what they take; those used longest ago make room. */
const HOT_BYTES = 8 * 1024 * 1024;
/** What a decoded entry takes beside the text of its head. */
const HOT_OVERHEAD_BYTES = 1024;

export class SlotBytes {
  readonly #table: SlotTable;
  readonly #segments = new Segments();
  /** Large bodies, each alone in its segment. */
  readonly #apart = new Map<number, Segment>();
  /** Decoded entries by slot; looked up before a block is decoded. */
  readonly hot = new LRUCache<number, StoredEntry>({ maxSize: HOT_BYTES });
  readonly #expanded = new ExpandedBodies();

  constructor(table: SlotTable) {
    this.#table = table;
  }

  /** Bytes of bodies kept expanded for a while. */
  get expandedBytes(): number {
    return this.#expanded.bytes;
  }

  /** Bytes of decoded entries at hand, about. */
  get hotBytes(): number {
    return this.hot.calculatedSize;
  }

  /** Bytes of buffers held, with what is dead in them. */
  get heldBytes(): number {
    return this.#segments.heldBytes;
  }

  /** Bytes charged for the entry in a slot. */
  sizeOf(slot: number): number {
    return this.#table.headBytes(slot) + this.#table.storedBytes(slot) + ENTRY_OVERHEAD_BYTES;
  }

  /** Bytes that packing saves of the entry in a slot; 0 when its body lies as received. */
  savedOf(slot: number): number {
    const { contentBytes } = this.figuresOf(slot);
    return contentBytes === undefined ? 0 : contentBytes - this.#table.storedBytes(slot);
  }

  /** What few entries have; those cost a look at the packed head. */
  figuresOf(slot: number): RareFigures {
    return this.#table.has(slot, FLAG.rareFigures) ? unpackFigures(this.#headOf(slot)) : NO_FIGURES;
  }

  #headOf(slot: number): string {
    const offset = this.#table.offset(slot);
    return this.#blockSegment(slot).buffer.toString('latin1', offset, offset + this.#table.headBytes(slot));
  }

  /** URL of the entry in a slot, without decoding the rest. */
  urlOf(slot: number): string {
    const { buffer } = this.#blockSegment(slot);
    const offset = this.#table.offset(slot);
    return buffer.toString('latin1', offset, buffer.indexOf(10, offset));
  }

  #blockSegment(slot: number): Segment {
    return this.#segments.get(this.#table.segment(slot));
  }

  /** Bytes of the block a slot names: the head, and the body unless that lies apart. */
  #blockBytes(slot: number): number {
    const table = this.#table;
    return table.headBytes(slot) + (table.has(slot, FLAG.apart) ? 0 : table.storedBytes(slot));
  }

  /** Writes head and body of a new entry. */
  write(slot: number, head: string, chunks: readonly Uint8Array[]): void {
    const bytes = this.#table.storedBytes(slot);
    if (bytes < DEDICATED_BYTES) {
      this.#writeBlock(slot, head, chunks, bytes);
      return;
    }
    this.#writeBlock(slot, head, [], 0);
    const { segment } = this.#segments.allocate(bytes);
    this.#apart.set(slot, segment);
    this.#table.setFlag(slot, FLAG.apart, true);
    copyChunks(chunks, segment.buffer, 0);
  }

  #writeBlock(slot: number, head: string, chunks: readonly Uint8Array[], bodyBytes: number): void {
    const { segment, offset } = this.#segments.allocate(head.length + bodyBytes);
    this.#table.setPlace(slot, segment.number, offset);
    this.#table.setHeadBytes(slot, head.length);
    segment.buffer.write(head, offset, 'latin1');
    copyChunks(chunks, segment.buffer, offset + head.length);
  }

  /** Moves what is live out of the most wasteful segment. */
  tidy(): void {
    const waste = this.#segments.wasteful();
    if (waste === undefined) return;
    const table = this.#table;
    for (let slot = 0; slot < table.end; slot++) {
      if (table.id(slot) === 0 || table.segment(slot) !== waste.number) continue;
      const bytes = this.#blockBytes(slot);
      const from = table.offset(slot);
      const block = this.#segments.allocate(bytes);
      waste.buffer.copy(block.segment.buffer, block.offset, from, from + bytes);
      table.setPlace(slot, block.segment.number, block.offset);
      this.hot.delete(slot);
      this.#segments.free(waste, bytes);
    }
  }

  /** The entry in a slot, out of its block, and kept at hand. */
  decode(slot: number): StoredEntry {
    const table = this.#table;
    const head = unpackHead(this.#headOf(slot));
    const facts: StoredFacts = {
      status: table.status(slot),
      fields: head.fields,
      varyBy: head.varyBy,
      bornAtMs: table.bornAtMs(slot),
      storedAtMs: table.storedAtMs(slot),
      lifetimeSeconds: table.lifetime(slot),
      lifetimeSource: table.source(slot),
      swrSeconds: head.swrSeconds,
      sieSeconds: head.sieSeconds,
      noCache: table.has(slot, FLAG.noCache),
      mustRevalidate: table.has(slot, FLAG.mustRevalidate),
      headOnly: table.has(slot, FLAG.headOnly),
      partial: table.has(slot, FLAG.partial),
    };
    const entry = this.snapshot(slot, head.url, head.statusText, facts, head.contentBytes);
    this.hot.set(slot, entry, { size: HOT_OVERHEAD_BYTES + 2 * table.headBytes(slot) });
    return entry;
  }

  /** An entry over the bytes of a slot; its facts are known already. `contentBytes` when the body is packed. */
  snapshot(
    slot: number,
    url: string,
    statusText: string,
    facts: StoredFacts,
    contentBytes: number | undefined,
  ): StoredEntry {
    const table = this.#table;
    const bytes = table.storedBytes(slot);
    const apart = table.has(slot, FLAG.apart) ? this.#apart.get(slot) : undefined;
    const { buffer } = apart ?? this.#blockSegment(slot);
    const bodyOffset = apart === undefined ? table.offset(slot) + table.headBytes(slot) : 0;
    const packed = contentBytes === undefined ? undefined : { bytes, expanded: this.#expanded };
    return new StoredEntry(table.id(slot), url, statusText, facts, buffer, bodyOffset, contentBytes ?? bytes, packed);
  }

  /** A new head over the body that `before` has. */
  rewriteHead(slot: number, head: string, before: StoredEntry): void {
    const table = this.#table;
    const isApart = table.has(slot, FLAG.apart);
    this.#segments.free(this.#blockSegment(slot), this.#blockBytes(slot));
    this.#writeBlock(slot, head, isApart ? [] : [before.kept], isApart ? 0 : table.storedBytes(slot));
    this.hot.delete(slot);
  }

  /** Gives the bytes of a slot back. */
  free(slot: number): void {
    const table = this.#table;
    this.#segments.free(this.#blockSegment(slot), this.#blockBytes(slot));
    const apart = table.has(slot, FLAG.apart) ? this.#apart.get(slot) : undefined;
    if (apart !== undefined) {
      this.#segments.free(apart, table.storedBytes(slot));
      this.#apart.delete(slot);
    }
    this.hot.delete(slot);
    if (table.has(slot, FLAG.rareFigures)) this.#expanded.forget(table.id(slot));
  }
}

function copyChunks(chunks: readonly Uint8Array[], to: Buffer, offset: number): void {
  let at = offset;
  for (const chunk of chunks) {
    to.set(chunk, at);
    at += chunk.length;
  }
}

const NO_FIGURES: RareFigures = { swrSeconds: undefined, sieSeconds: undefined, contentBytes: undefined };
