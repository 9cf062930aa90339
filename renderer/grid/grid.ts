/** What a grid is told: its rows as a view, its columns, and how the person arranged these. */
import type { ReactNode } from 'react';

export type RowKey = number | string;

/**
 * The rows in their order, as they stand at one moment: whoever changes rows hands over another view. A row is replaced,
 * never changed, so that one that is the same object is not drawn again.
 */
export interface RowView<Row, Key extends RowKey> {
  readonly length: number;
  /** Undefined where a row is not here yet. */
  at(index: number): Row | undefined;
  keyAt(index: number): Key | undefined;
  /** Place of a row, -1 when it is not among them. */
  indexOf(key: Key): number;
}

export interface GridColumn<Row> {
  id: string;
  name: string;
  /** Stands in the head instead of the name, where that has no room. */
  head?: ReactNode;
  /** Numbers stand to the right. */
  right?: boolean;
  /** Takes the room that is left over. */
  grows?: boolean;
  /** The direction it is sorted in first; none when it is not sorted by. */
  sorts?: 'ascending' | 'descending' | undefined;
  /** Always there. */
  fixed?: boolean;
  /** `flags` as {@link RowLook} has them. */
  cell: (row: Row, flags: number) => ReactNode;
}

/** A column as the person arranged it. `width` in px. */
export interface ColumnLayout {
  id: string;
  shown: boolean;
  width: number;
}

export interface GridSort {
  column: string;
  descending: boolean;
}

/** How rows look; kept the same over drawings. */
export interface RowLook<Row, Key extends RowKey> {
  /** The element's id, which says what has the cursor. */
  id: (key: Key) => string;
  className: (row: Row, flags: number) => string;
  /** For tests and styles. */
  data: (row: Row) => Readonly<Record<`data-${string}`, string | number>>;
  /** What takes the whole row instead of cells, undefined for rows with cells. */
  whole?: (row: Row, flags: number) => ReactNode;
}

export interface GridWords {
  columns: string;
  ascending: string;
  descending: string;
  unsorted: string;
  left: string;
  right: string;
  wider: string;
  narrower: string;
  hide: string;
}
