/** The list of stored responses by host: a row for each host above its entries, which fold away. Pure. */
import type { EntryId } from '../../proxy-core/contract/entry-id.ts';
import type { EntrySummary, HostShare } from '../../proxy-core/contract/entry.ts';
import type { RowView } from '../grid/grid.ts';

export type HostKey = `host ${string}`;
export type CacheKey = EntryId | HostKey;
/** A host's own row. */
export interface HostRow extends HostShare {
  kind: 'host';
  folded: boolean;
}
export type CacheRow = EntrySummary | HostRow;

export const isHostRow = (row: CacheRow): row is HostRow => 'kind' in row;
export const hostKey = (host: string): HostKey => `host ${host}`;
export const isHostKey = (key: CacheKey): key is HostKey => key.startsWith('host ');
export const hostOfKey = (key: HostKey): string => key.slice('host '.length);

/** Entries by their place in the order of the core, which knows nothing of folding. */
export interface EntrySource {
  total: number;
  at(offset: number): EntrySummary | undefined;
  /** Place of an entry, -1 when it is not here. */
  indexOf(id: EntryId): number;
}

export interface CacheRows extends RowView<CacheRow, CacheKey> {
  /** The entries between two rows, both included, as places in the order of the core; those folded between them too. */
  entriesBetween(from: number, to: number): { offset: number; limit: number };
}

/** Last place in an ascending list whose value is not above `value`. */
function lastNotAbove(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Without hosts all entries are rows as they are. */
export function flatRows(source: EntrySource): CacheRows {
  return {
    length: source.total,
    at: (index) => source.at(index),
    keyAt: (index) => source.at(index)?.id,
    indexOf: (key) => (isHostKey(key) ? -1 : source.indexOf(key)),
    entriesBetween: (from, to) => ({ offset: Math.min(from, to), limit: Math.abs(to - from) + 1 }),
  };
}

export function groupedRows(source: EntrySource, hosts: readonly HostShare[], folded: ReadonlySet<string>): CacheRows {
  const rows = hosts.map((share): HostRow => ({ ...share, kind: 'host', folded: folded.has(share.host) }));
  /** Row of each host, and the place of its first entry. */
  const starts: number[] = [];
  const offsets: number[] = [];
  const places = new Map<string, number>();
  let length = 0;
  let offset = 0;
  for (const row of rows) {
    starts.push(length);
    offsets.push(offset);
    places.set(row.host, length);
    length += 1 + (row.folded ? 0 : row.entries);
    offset += row.entries;
  }
  /** The host a row belongs to, and how far below that host's own row it is. */
  const find = (index: number): { at: number; below: number } => {
    const at = lastNotAbove(starts, index);
    return { at, below: index - (starts[at] ?? 0) };
  };
  /** Places of entries a row stands for: a folded host for all of its own, an open one for none. */
  const span = (index: number): [from: number, to: number] => {
    const { at, below } = find(index);
    const first = offsets[at] ?? 0;
    if (below > 0) return [first + below - 1, first + below];
    return [first, first + (rows[at]?.folded === true ? rows[at].entries : 0)];
  };
  return {
    length,
    at(index) {
      if (index < 0 || index >= length) return undefined;
      const { at, below } = find(index);
      return below === 0 ? rows[at] : source.at((offsets[at] ?? 0) + below - 1);
    },
    keyAt(index) {
      const row = this.at(index);
      return row === undefined ? undefined : isHostRow(row) ? hostKey(row.host) : row.id;
    },
    indexOf(key) {
      if (isHostKey(key)) return places.get(hostOfKey(key)) ?? -1;
      const place = source.indexOf(key);
      if (place < 0) return -1;
      const at = lastNotAbove(offsets, place);
      return at < 0 || rows[at]?.folded === true ? -1 : (starts[at] ?? 0) + 1 + place - (offsets[at] ?? 0);
    },
    entriesBetween(from, to) {
      const [first] = span(Math.min(from, to));
      const [, end] = span(Math.max(from, to));
      return { offset: first, limit: Math.max(0, end - first) };
    },
  };
}
