/**
 * The keys the table shows, in its order: kept up to date row by row in order of arrival, rebuilt when another order or
 * filter is chosen. Pure apart from the ring it reads.
 */
import type { TrafficRing, TrafficRow } from './traffic-ring.ts';

export type RowTest = (row: TrafficRow) => boolean;
/** Orders two rows; null = order of arrival. */
export type RowOrder = ((a: TrafficRow, b: TrafficRow) => number) | null;

/** Index of the first key not below `key` in an ascending list. */
function lowerBound(keys: readonly number[], key: number, from = 0): number {
  let low = from;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? Infinity) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class TrafficList {
  readonly #ring: TrafficRing;
  #keys: number[] = [];
  #test: RowTest = () => true;
  #order: RowOrder = null;
  #newestFirst = false;
  #behind = false;

  constructor(ring: TrafficRing) {
    this.#ring = ring;
  }

  get length(): number {
    return this.#keys.length;
  }

  /** Row shown at this place. */
  at(index: number): TrafficRow | undefined {
    const key = this.keyAt(index);
    return key === undefined ? undefined : this.#ring.get(key);
  }

  keyAt(index: number): number | undefined {
    return this.#keys[this.#newestFirst ? this.#keys.length - 1 - index : index];
  }

  /** Place of a row, -1 when it is not shown. */
  indexOf(key: number): number {
    const found = this.#order === null ? lowerBound(this.#keys, key) : this.#keys.indexOf(key);
    if (this.#keys[found] !== key) return -1;
    return this.#newestFirst ? this.#keys.length - 1 - found : found;
  }

  /** Of the rows shown, how many were answered, and how many of these from the cache. Looks at each. */
  countHits(): { hits: number; answered: number } {
    let hits = 0;
    let answered = 0;
    for (const key of this.#keys) {
      const status = this.#ring.get(key)?.cacheStatus;
      if (status === undefined) continue;
      answered++;
      if (status === 'HIT') hits++;
    }
    return { hits, answered };
  }

  /** True while rows stand in order of arrival, newest last. */
  get isByArrival(): boolean {
    return this.#order === null && !this.#newestFirst;
  }

  setTest(test: RowTest): void {
    this.#test = test;
    this.rebuild();
  }

  setOrder(order: RowOrder, descending: boolean): void {
    this.#newestFirst = order === null && descending;
    this.#order =
      order === null
        ? null
        : descending
          ? (a, b) => order(b, a) || b.key - a.key
          : (a, b) => order(a, b) || a.key - b.key;
    this.rebuild();
  }

  /** True when changed rows wait for a {@link rebuild}. */
  get isBehind(): boolean {
    return this.#behind;
  }

  /** Tests and orders everything anew. */
  rebuild(): void {
    this.#behind = false;
    const rows: TrafficRow[] = [];
    this.#ring.forEach((row) => {
      if (this.#test(row)) rows.push(row);
    });
    if (this.#order !== null) rows.sort(this.#order);
    this.#keys = rows.map((row) => row.key);
  }

  /**
   * Takes changed rows in and lets trimmed ones go; answers how many left at the front of the order of arrival. In any
   * other order nothing moves until {@link rebuild}: sorting for each batch would cost more than a frame.
   */
  update(changed: readonly TrafficRow[]): number {
    if (this.#order !== null) {
      this.#behind ||= changed.length > 0;
      return 0;
    }
    for (const row of changed) this.#updateOne(row);
    const trimmed = lowerBound(this.#keys, this.#ring.oldestKey);
    if (trimmed > 0) this.#keys.splice(0, trimmed);
    return trimmed;
  }

  #updateOne(row: TrafficRow): void {
    const wanted = this.#test(row);
    const last = this.#keys.at(-1);
    if (last === undefined || row.key > last) {
      if (wanted) this.#keys.push(row.key);
      return;
    }
    const place = lowerBound(this.#keys, row.key);
    const shown = this.#keys[place] === row.key;
    if (wanted && !shown) this.#keys.splice(place, 0, row.key);
    else if (!wanted && shown) this.#keys.splice(place, 1);
  }
}
