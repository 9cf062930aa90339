/** One entry's figures, read from the columns: a cursor that is moved, so that a scan of all entries makes no object for each. */
import type { LifetimeSource } from '../../decide/freshness.ts';
import type { EntryView } from '../entry-store.ts';
import { FLAG, NO_WINDOW } from './slot-table.ts';
import type { MemoryStore } from './memory-store.ts';

export class SlotView implements EntryView {
  readonly #store: MemoryStore;
  slot: number;

  constructor(store: MemoryStore, slot: number) {
    this.#store = store;
    this.slot = slot;
  }

  get id(): number {
    return this.#store.table.id[this.slot]!;
  }
  get url(): string {
    return this.#store.urlOf(this.slot);
  }
  get status(): number {
    return this.#store.table.status[this.slot]!;
  }
  get sizeBytes(): number {
    return this.#store.sizeOf(this.slot);
  }
  get keptBytes(): number {
    return this.#store.table.keptBytes[this.slot]!;
  }
  get savedBytes(): number {
    return this.#store.savedOf(this.slot);
  }
  get bornAtMs(): number {
    return this.#store.table.bornAtMs[this.slot]!;
  }
  get storedAtMs(): number {
    return this.#store.table.storedAtMs[this.slot]!;
  }
  get lastUsedAtMs(): number {
    return this.#store.table.lastUsedAtMs[this.slot]!;
  }
  get staleAtMs(): number {
    return this.#store.table.staleAtMs(this.slot);
  }
  get staleWindowSeconds(): number {
    const swr = this.#store.table.swr[this.slot]!;
    const sie = this.#store.table.sie[this.slot]!;
    return Math.max(swr === NO_WINDOW ? 0 : swr, sie === NO_WINDOW ? 0 : sie);
  }
  get lifetimeSource(): LifetimeSource {
    return this.#store.table.source(this.slot);
  }
  get noCache(): boolean {
    return this.#store.table.has(this.slot, FLAG.noCache);
  }
  get mustRevalidate(): boolean {
    return this.#store.table.has(this.slot, FLAG.mustRevalidate);
  }
  get hits(): number {
    return this.#store.table.hits[this.slot]!;
  }
  get pinned(): boolean {
    return this.#store.table.has(this.slot, FLAG.pinned);
  }
  get hasTags(): boolean {
    return this.#store.table.has(this.slot, FLAG.hasTags);
  }
}
