/** One entry's figures, read from its slot: a cursor that is moved, so that a scan of all entries makes no object for each. */
import type { LifetimeSource } from '../../decide/freshness.ts';
import type { EntryView } from '../entry-store.ts';
import type { SlotBytes } from './slot-bytes.ts';
import { FLAG, type SlotTable } from './slot-table.ts';

export class SlotView implements EntryView {
  readonly #table: SlotTable;
  readonly #bytes: SlotBytes;
  slot: number;

  constructor(table: SlotTable, bytes: SlotBytes, slot: number) {
    this.#table = table;
    this.#bytes = bytes;
    this.slot = slot;
  }

  get id(): number {
    return this.#table.id(this.slot);
  }
  get url(): string {
    return this.#bytes.urlOf(this.slot);
  }
  get status(): number {
    return this.#table.status(this.slot);
  }
  get sizeBytes(): number {
    return this.#bytes.sizeOf(this.slot);
  }
  get storedBytes(): number {
    return this.#table.storedBytes(this.slot);
  }
  get savedBytes(): number {
    return this.#bytes.savedOf(this.slot);
  }
  get bornAtMs(): number {
    return this.#table.bornAtMs(this.slot);
  }
  get storedAtMs(): number {
    return this.#table.storedAtMs(this.slot);
  }
  get lastUsedAtMs(): number {
    return this.#table.lastUsedAtMs(this.slot);
  }
  get staleAtMs(): number {
    return this.#table.staleAtMs(this.slot);
  }
  get staleWindowSeconds(): number {
    const { swrSeconds = 0, sieSeconds = 0 } = this.#bytes.figuresOf(this.slot);
    return Math.max(swrSeconds, sieSeconds);
  }
  get lifetimeSource(): LifetimeSource {
    return this.#table.source(this.slot);
  }
  get noCache(): boolean {
    return this.#table.has(this.slot, FLAG.noCache);
  }
  get mustRevalidate(): boolean {
    return this.#table.has(this.slot, FLAG.mustRevalidate);
  }
  get hits(): number {
    return this.#table.hits(this.slot);
  }
  get pinned(): boolean {
    return this.#table.has(this.slot, FLAG.pinned);
  }
  get hasTags(): boolean {
    return this.#table.has(this.slot, FLAG.hasTags);
  }
}
