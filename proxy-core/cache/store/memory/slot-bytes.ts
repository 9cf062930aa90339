/**
 * The bytes of the entries in the slots: head and body packed into one block (a large body into one of its own), the
 * entries decoded for hits, the bodies expanded for a while. Columns of the table say where a slot's block lies.
 */
import { LRUCache } from 'lru-cache';
import { ExpandedBodies } from '../at-rest.ts';
import { StoredEntry } from '../stored-entry.ts';
import type { StoredFacts } from '../../decide/candidate.ts';
import { DEDICATED_BYTES, Segments } from './segments.ts';
import { FLAG, NO_WINDOW, type SlotTable } from './slot-table.ts';
import { unpackHead } from './stored-head.ts';

/** What an entry takes beside its packed head and body: its columns, index links and place in the order of use, as measured by bench/memory-per-entry.ts. */
export const ENTRY_OVERHEAD_BYTES = 192;

/** Decoded entries kept at hand for hits, by what they take; those used longest ago make room. */
const HOT_BYTES = 8 * 1024 * 1024;
/** What a decoded entry takes beside the text of its head. */
const HOT_OVERHEAD_BYTES = 1024;

export class SlotBytes {
  readonly #table: SlotTable;
  readonly #segments = new Segments();
  readonly #dedicated = new Map<number, number>();
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
    return this.#table.headBytes[slot]! + this.#table.storedBytes[slot]! + ENTRY_OVERHEAD_BYTES;
  }

  /** Bytes that packing saves of the entry in a slot; 0 when its body lies as received. */
  savedOf(slot: number): number {
    return this.#table.bodyBytes[slot]! - this.#table.storedBytes[slot]!;
  }

  /** URL of the entry in a slot, without decoding the rest. */
  urlOf(slot: number): string {
    const { buffer } = this.#segments.get(this.#table.segment[slot]!);
    const offset = this.#table.offset[slot]!;
    return buffer.toString('latin1', offset, buffer.indexOf(10, offset));
  }

  /** Bytes of the block a slot names: the head, and the body unless that has a segment of its own. */
  #blockBytes(slot: number): number {
    return this.#table.headBytes[slot]! + (this.#dedicated.has(slot) ? 0 : this.#table.storedBytes[slot]!);
  }

  /** Packs head and body; without chunks the body stays in its own segment. */
  write(slot: number, head: string, chunks: readonly Uint8Array[] | undefined): void {
    const table = this.#table;
    const bytes = table.storedBytes[slot]!;
    const dedicated = chunks !== undefined && bytes >= DEDICATED_BYTES;
    const block = this.#segments.allocate(head.length + (chunks === undefined || dedicated ? 0 : bytes));
    table.segment[slot] = block.segment.number;
    table.offset[slot] = block.offset;
    table.headBytes[slot] = head.length;
    block.segment.buffer.write(head, block.offset, 'latin1');
    if (chunks === undefined) return;
    let to = { buffer: block.segment.buffer, offset: block.offset + head.length };
    if (dedicated) {
      const own = this.#segments.allocate(bytes);
      this.#dedicated.set(slot, own.segment.number);
      to = { buffer: own.segment.buffer, offset: own.offset };
    }
    for (const chunk of chunks) {
      to.buffer.set(chunk, to.offset);
      to.offset += chunk.length;
    }
  }

  /** Moves what is live out of the most wasteful segment. */
  tidy(): void {
    const waste = this.#segments.wasteful();
    if (waste === undefined) return;
    const table = this.#table;
    for (let slot = 0; slot < table.end; slot++) {
      if (table.id[slot] === 0 || table.segment[slot] !== waste.number) continue;
      const bytes = this.#blockBytes(slot);
      const from = table.offset[slot]!;
      const block = this.#segments.allocate(bytes);
      waste.buffer.copy(block.segment.buffer, block.offset, from, from + bytes);
      table.segment[slot] = block.segment.number;
      table.offset[slot] = block.offset;
      this.hot.delete(slot);
      this.#segments.free(waste.number, bytes);
    }
  }

  /** The entry in a slot, out of its block, and kept at hand. */
  decode(slot: number): StoredEntry {
    const table = this.#table;
    const { buffer } = this.#segments.get(table.segment[slot]!);
    const offset = table.offset[slot]!;
    const headBytes = table.headBytes[slot]!;
    const head = unpackHead(buffer.toString('latin1', offset, offset + headBytes));
    const swr = table.swr[slot]!;
    const sie = table.sie[slot]!;
    const facts: StoredFacts = {
      status: table.status[slot]!,
      fields: head.fields,
      varyBy: head.varyBy,
      bornAtMs: table.bornAtMs[slot]!,
      storedAtMs: table.storedAtMs[slot]!,
      lifetimeSeconds: table.lifetime[slot]!,
      lifetimeSource: table.source(slot),
      swrSeconds: swr === NO_WINDOW ? undefined : swr,
      sieSeconds: sie === NO_WINDOW ? undefined : sie,
      noCache: table.has(slot, FLAG.noCache),
      mustRevalidate: table.has(slot, FLAG.mustRevalidate),
      headOnly: table.has(slot, FLAG.headOnly),
      partial: table.has(slot, FLAG.partial),
    };
    const entry = this.snapshot(slot, head.url, head.statusText, facts);
    this.hot.set(slot, entry, { size: HOT_OVERHEAD_BYTES + 2 * headBytes });
    return entry;
  }

  /** An entry over the bytes of a slot; its facts are known already. */
  snapshot(slot: number, url: string, statusText: string, facts: StoredFacts): StoredEntry {
    const table = this.#table;
    const dedicated = this.#dedicated.get(slot);
    const { buffer } = this.#segments.get(dedicated ?? table.segment[slot]!);
    const bodyOffset = dedicated === undefined ? table.offset[slot]! + table.headBytes[slot]! : 0;
    const packed = this.savedOf(slot) > 0 ? { bytes: table.storedBytes[slot]!, expanded: this.#expanded } : undefined;
    return new StoredEntry(table.id[slot]!, url, statusText, facts, buffer, bodyOffset, table.bodyBytes[slot]!, packed);
  }

  /** A new head over the body that `before` has. */
  rewriteHead(slot: number, head: string, before: StoredEntry): void {
    const isDedicated = this.#dedicated.has(slot);
    this.#segments.free(this.#table.segment[slot]!, this.#blockBytes(slot));
    this.write(slot, head, isDedicated ? undefined : [before.kept]);
    this.hot.delete(slot);
  }

  /** Gives the bytes of a slot back. */
  free(slot: number): void {
    const table = this.#table;
    this.#segments.free(table.segment[slot]!, this.#blockBytes(slot));
    const dedicated = this.#dedicated.get(slot);
    if (dedicated !== undefined) {
      this.#segments.free(dedicated, table.storedBytes[slot]!);
      this.#dedicated.delete(slot);
    }
    this.hot.delete(slot);
    this.#expanded.forget(table.id[slot]!);
  }
}
