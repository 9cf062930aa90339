/** A row of a grid. Where it stands changes often and costs little; its cells are drawn again only when the row is another one. */
import { memo, type JSX } from 'react';
import type { GridColumn, RowKey, RowLook } from './grid.ts';

interface CellsProps<Row> {
  row: Row;
  flags: number;
  columns: readonly GridColumn<Row>[];
}

function CellsOf<Row>({ row, flags, columns }: CellsProps<Row>): JSX.Element {
  return (
    <>
      {columns.map((column) => (
        <div
          key={column.id}
          role="gridcell"
          data-cell={column.id}
          className={`g-cell c-${column.id} ${column.right === true ? 'num' : ''}`}
        >
          {column.cell(row, flags)}
        </div>
      ))}
    </>
  );
}
const Cells = memo(CellsOf) as typeof CellsOf;

interface GridRowProps<Row, Key extends RowKey> {
  row: Row | undefined;
  rowKey: Key | undefined;
  index: number;
  top: number;
  flags: number;
  selected: boolean;
  current: boolean;
  columns: readonly GridColumn<Row>[];
  look: RowLook<Row, Key>;
  testId: string;
}

function GridRowOf<Row, Key extends RowKey>(props: GridRowProps<Row, Key>): JSX.Element {
  const { row, rowKey, index, top, flags, selected, current, columns, look, testId } = props;
  const style = { transform: `translateY(${top}px)` };
  if (row === undefined || rowKey === undefined)
    return (
      <div role="row" aria-rowindex={index + 2} aria-busy="true" className="g-row g-waits" style={style}>
        <div role="gridcell" className="g-cell">
          …
        </div>
      </div>
    );
  const whole = look.whole?.(row, flags);
  return (
    <div
      id={look.id(rowKey)}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`g-row ${look.className(row, flags)} ${current ? 'current' : ''}`}
      style={style}
      {...(whole === undefined ? { 'data-testid': testId } : {})}
      data-index={index}
      {...look.data(row)}
    >
      {whole === undefined ? (
        <Cells row={row} flags={flags} columns={columns} />
      ) : (
        <div role="gridcell" aria-colspan={columns.length} className="g-whole">
          {whole}
        </div>
      )}
    </div>
  );
}
export const GridRow = memo(GridRowOf) as typeof GridRowOf;
