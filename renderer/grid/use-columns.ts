/** Columns with their order, widths and sort by TanStack Table; what the person chose is kept by the owner of the grid. */
import {
  columnOrderingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type Updater,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import type { ColumnLayout, GridColumn, GridSort } from './grid.ts';

const MIN_WIDTH = 28;
const MAX_WIDTH = 1200;
/** A press of a key makes a column this much wider or narrower, px. */
const STEP = 16;

const features = tableFeatures({
  columnOrderingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
});
/** Rows are not the table's: there may be more of them than it should hold. */
const NO_ROWS: Record<string, never>[] = [];

const after = <T>(updater: Updater<T>, before: T): T =>
  typeof updater === 'function' ? (updater as (old: T) => T)(before) : updater;

interface Arranged {
  columns: readonly GridColumn<never>[];
  /** All columns in their order. */
  layout: readonly ColumnLayout[];
  onLayout: (layout: ColumnLayout[]) => void;
  sort: GridSort | null;
  onSort: (sort: GridSort | null) => void;
  /** Rows have an order of their own, which a third press leads back to. */
  hasOwnOrder: boolean;
}

/** A column that is shown, and what can be done with it. */
export interface ShownColumn {
  id: string;
  width: number;
  sorted: 'ascending' | 'descending' | undefined;
  canSort: boolean;
  canHide: boolean;
  /** Sorts by it, or turns the order around, or goes back to the rows' own order. */
  sortNext: () => void;
  /** Sorts by it in this direction; undefined lets go of the order. */
  sortBy: (descending: boolean | undefined) => void;
  hide: () => void;
  resize: (width: number) => void;
  /** Wider or narrower by so many steps. */
  widen: (steps: number) => void;
  /** To the left or the right by so many columns that are shown. */
  move: (by: number) => void;
  /** To the place of another. */
  moveTo: (id: string) => void;
}

export function useColumns({ columns, layout, onLayout, sort, onSort, hasOwnOrder }: Arranged): ShownColumn[] {
  const defs = useMemo(
    () =>
      columns.map((column): ColumnDef<typeof features, Record<string, never>> => ({
        id: column.id,
        accessorFn: () => undefined,
        enableSorting: column.sorts !== undefined,
        sortDescFirst: column.sorts === 'descending',
        enableHiding: column.fixed !== true,
        minSize: MIN_WIDTH,
        maxSize: MAX_WIDTH,
      })),
    [columns],
  );
  const columnOrder = layout.map(({ id }) => id);
  const columnSizing = Object.fromEntries(layout.map(({ id, width }) => [id, width]));
  const columnVisibility = Object.fromEntries(layout.map(({ id, shown }) => [id, shown]));
  const sorting = sort === null ? [] : [{ id: sort.column, desc: sort.descending }];
  const table = useTable({
    features,
    columns: defs,
    data: NO_ROWS,
    manualSorting: true,
    enableSortingRemoval: hasOwnOrder,
    enableMultiSort: false,
    state: { columnOrder, columnSizing, columnVisibility, sorting },
    onColumnOrderChange: (updater) => {
      const order = after(updater, columnOrder);
      onLayout([...layout].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id)));
    },
    onColumnSizingChange: (updater) => {
      const sizes = after(updater, columnSizing);
      onLayout(layout.map((item) => ({ ...item, width: sizes[item.id] ?? item.width })));
    },
    onColumnVisibilityChange: (updater) => {
      const shown = after(updater, columnVisibility);
      onLayout(layout.map((item) => ({ ...item, shown: shown[item.id] ?? item.shown })));
    },
    onSortingChange: (updater) => {
      const [first] = after(updater, sorting);
      onSort(first === undefined ? null : { column: first.id, descending: first.desc });
    },
  });
  const shown = table.getVisibleLeafColumns();
  return shown.map((column, at): ShownColumn => {
    const { id } = column;
    const sorted = column.getIsSorted();
    const moveTo = (target: string): void =>
      table.setColumnOrder((order) => {
        const to = order.indexOf(target);
        const rest = order.filter((item) => item !== id);
        return to < 0 ? order : [...rest.slice(0, to), id, ...rest.slice(to)];
      });
    const resize = (width: number): void =>
      table.setColumnSizing((sizes) => ({
        ...sizes,
        [id]: Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, Math.round(width))),
      }));
    return {
      id,
      width: column.getSize(),
      sorted: sorted === false ? undefined : sorted === 'desc' ? 'descending' : 'ascending',
      canSort: column.getCanSort(),
      canHide: column.getCanHide() && shown.length > 1,
      sortNext: () => column.toggleSorting(),
      sortBy: (descending) => (descending === undefined ? column.clearSorting() : column.toggleSorting(descending)),
      hide: () => column.toggleVisibility(false),
      resize,
      widen: (steps) => resize(column.getSize() + steps * STEP),
      move: (by) => {
        const target = shown[at + by];
        if (target !== undefined) moveTo(target.id);
      },
      moveTo,
    };
  });
}
