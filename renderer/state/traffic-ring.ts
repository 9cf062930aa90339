/**
 * The rows of the live table, outside React: a bounded list in order of arrival.
 * Invariants: keys rise by one per slot and never repeat, also over restarts of the core; `slots[i]` holds the row of
 * key `firstKey + i` or nothing yet; a row is replaced, never changed.
 */
import type { ExchangeRow } from '../../proxy-core/contract/exchange.ts';
import type { TrafficBatch } from '../../proxy-core/contract/streams.ts';

/** A row of the table. `key` is unique over restarts of the core; `id` only within one session of it. */
export interface TrafficRow extends ExchangeRow {
  readonly key: number;
}

/** What a batch did to the ring. */
export interface RingChange {
  changed: TrafficRow[];
  /** Everything held before is gone. */
  cleared: boolean;
}

/** How many free slots may lie before the first row until the list is moved down. */
const SLACK = 4096;

export class TrafficRing {
  #slots: (TrafficRow | undefined)[] = [];
  #firstKey = 1;
  /** Slots before this index are trimmed. */
  #head = 0;
  /** Key of exchange 0 of the running session. */
  #base = 0;
  #count = 0;
  #maxRows: number;
  lastSeq = 0;
  /** Row updates the core dropped because this page lagged. */
  dropped = 0;

  /** `base`: keys begin above it. */
  constructor(maxRows = 20_000, base = 0) {
    this.#maxRows = maxRows;
    this.#base = base;
    this.#firstKey = base + 1;
  }

  /** Rows held. */
  get count(): number {
    return this.#count;
  }
  /** No held row has a key below this one. */
  get oldestKey(): number {
    return this.#firstKey + this.#head;
  }
  /** So many rows are kept at most. */
  get maxRows(): number {
    return this.#maxRows;
  }
  get newestKey(): number {
    return this.#firstKey + this.#slots.length - 1;
  }

  get(key: number): TrafficRow | undefined {
    const index = key - this.#firstKey;
    return index >= this.#head ? this.#slots[index] : undefined;
  }

  /** True when the running core still knows this row's exchange. */
  isLive(key: number): boolean {
    return key > this.#base;
  }

  /** The key of an exchange of the running session. */
  keyOf(id: number): number {
    return this.#base + id;
  }

  /** Calls back for every held row, oldest first. */
  forEach(visit: (row: TrafficRow) => void): void {
    for (let index = this.#head; index < this.#slots.length; index++) {
      const row = this.#slots[index];
      if (row !== undefined) visit(row);
    }
  }

  setMaxRows(maxRows: number): void {
    this.#maxRows = Math.max(1, maxRows);
    this.#trimCount();
  }

  /** A row as somebody labelled it, whatever else of it waits to be shown; undefined when that changes nothing here. */
  relabel({ id, note, color }: ExchangeRow): TrafficRow | undefined {
    const key = this.keyOf(id);
    const before = this.get(key);
    if (before === undefined || (before.note === note && before.color === color)) return undefined;
    const { note: _note, color: _color, ...rest } = before;
    const next: TrafficRow = { ...rest, ...(note !== undefined && { note }), ...(color !== undefined && { color }) };
    this.#slots[key - this.#firstKey] = next;
    return next;
  }

  /** The core was restarted and counts from 1 again: rows so far stay, new ones follow them. */
  beginSession(): void {
    this.#base = this.newestKey;
    this.lastSeq = 0;
  }

  clear(): void {
    this.#firstKey = this.newestKey + 1;
    this.#slots = [];
    this.#head = 0;
    this.#count = 0;
  }

  /** Takes a batch in. Updates older than what is held, and of rows already trimmed, are ignored. */
  apply(batch: TrafficBatch): RingChange {
    // The first batch of a session may carry `reset` too; there is nothing of that session to forget then.
    const cleared = batch.reset === true && this.newestKey > this.#base && this.#count > 0;
    if (cleared) this.clear();
    const changed: TrafficRow[] = [];
    for (const row of batch.rows) {
      const placed = this.#place(row);
      if (placed !== null) changed.push(placed);
    }
    this.lastSeq = Math.max(this.lastSeq, batch.lastSeq);
    this.dropped += batch.dropped ?? 0;
    this.#trimTo(Math.min(this.#base + batch.oldestId, this.newestKey + 1), true);
    this.#trimCount();
    return { changed, cleared };
  }

  #place(row: ExchangeRow): TrafficRow | null {
    const key = this.#base + row.id;
    if (this.#slots.length === 0) this.#firstKey = key;
    let index = key - this.#firstKey;
    if (index < 0 && this.#head === 0) {
      // Older than the first one seen so far: the snapshot comes in order of update, not of arrival.
      this.#slots = [...new Array<undefined>(-index), ...this.#slots];
      this.#firstKey = key;
      index = 0;
    }
    if (index < this.#head) return null;
    const before = this.#slots[index];
    if (before !== undefined && before.seq >= row.seq) return null;
    while (this.#slots.length <= index) this.#slots.push(undefined);
    const placed: TrafficRow = { ...row, key };
    this.#slots[index] = placed;
    if (before === undefined) this.#count++;
    return placed;
  }

  /** Drops rows below `key`; rows of earlier sessions are spared when `onlySession`. */
  #trimTo(key: number, onlySession: boolean): void {
    if (onlySession && this.oldestKey <= this.#base) return;
    while (this.#head < this.#slots.length && this.#firstKey + this.#head < key) this.#dropFirst();
    this.#compact();
  }

  #trimCount(): void {
    while (this.#count > this.#maxRows) this.#dropFirst();
    this.#compact();
  }

  #dropFirst(): void {
    if (this.#slots[this.#head] !== undefined) this.#count--;
    this.#slots[this.#head++] = undefined;
  }

  #compact(): void {
    if (this.#head < SLACK || this.#head < this.#slots.length / 2) return;
    this.#slots = this.#slots.slice(this.#head);
    this.#firstKey += this.#head;
    this.#head = 0;
  }
}
