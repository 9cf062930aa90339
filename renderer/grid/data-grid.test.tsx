// @vitest-environment happy-dom
/** The grid alone: what is drawn again and what is not, and all that its heads and rows do by keys. */
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState, type JSX } from 'react';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { DataGrid } from './DataGrid.tsx';
import type { ColumnLayout, GridColumn, GridSort, RowLook, RowView } from './grid.ts';

const HEIGHT = 400;
const ROW = 20;

beforeAll(() => {
  // happy-dom lays nothing out: give every element a size, so that virtual rows are drawn.
  for (const name of ['offsetHeight', 'clientHeight'] as const)
    Object.defineProperty(HTMLElement.prototype, name, {
      configurable: true,
      get(this: HTMLElement) {
        return this.classList.contains('g-head-group') ? ROW : HEIGHT;
      },
    });
  for (const name of ['offsetWidth', 'clientWidth'] as const)
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 900 });
});
afterEach(cleanup);

interface Fact {
  key: number;
  name: string;
}
/** Keys of rows whose cells were drawn. */
let drawn: number[] = [];
let told: string[] = [];
beforeEach(() => {
  drawn = [];
  told = [];
});

const COLUMNS: GridColumn<Fact>[] = [
  {
    id: 'name',
    name: 'Name',
    sorts: 'ascending',
    cell: (row) => {
      drawn.push(row.key);
      return row.name;
    },
  },
  { id: 'size', name: 'Size', right: true, sorts: 'descending', cell: () => '1 KiB' },
  { id: 'bar', name: 'Bar', cell: () => null },
];
const LAYOUT: ColumnLayout[] = COLUMNS.map(({ id }) => ({ id, shown: true, width: 100 }));
const LOOK: RowLook<Fact, number> = { id: (key) => `r${key}`, className: () => '', data: () => ({}) };
const WORDS = {
  columns: 'Columns',
  ascending: 'Up',
  descending: 'Down',
  unsorted: 'None',
  left: 'Left',
  right: 'Right',
  wider: 'Wider',
  narrower: 'Narrower',
  hide: 'Hide',
};
const rowsOf = (from: number, to: number): Fact[] =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ key: from + at, name: `row ${from + at}` }));
const viewOf = (rows: readonly Fact[]): RowView<Fact, number> => ({
  length: rows.length,
  at: (index) => rows[index],
  keyAt: (index) => rows[index]?.key,
  indexOf: (key) => rows.findIndex((row) => row.key === key),
});

function Shown({ rows, follow = false }: { rows: readonly Fact[]; follow?: boolean }): JSX.Element {
  const [layout, setLayout] = useState(LAYOUT);
  const [sort, setSort] = useState<GridSort | null>(null);
  const [current, setCurrent] = useState<number | null>(null);
  const [view, setView] = useState({ rows, view: viewOf(rows) });
  if (view.rows !== rows) setView({ rows, view: viewOf(rows) });
  return (
    <DataGrid
      label="Facts"
      testId="facts"
      rowTestId="fact"
      view={view.view}
      rowHeight={ROW}
      look={LOOK}
      columns={COLUMNS}
      layout={layout}
      onLayout={setLayout}
      sort={sort}
      onSort={setSort}
      hasOwnOrder
      words={WORDS}
      current={current}
      isSelected={(key) => key === current}
      choice={{
        onOnly: (key, index, opens) => {
          setCurrent(key);
          told.push(`${opens ? 'open' : 'only'} ${key} at ${index}`);
        },
        onToggle: (key) => told.push(`toggle ${key}`),
        onRange: (from, to) => told.push(`range ${from} ${to}`),
        onAll: () => told.push('all'),
        onEscape: () => told.push('escape'),
        onMenu: (key) => told.push(`menu ${key}`),
      }}
      follow={follow}
    />
  );
}

const grid = (): HTMLElement => screen.getByRole('grid', { name: 'Facts' });
const heads = (): string[] => screen.getAllByRole('columnheader').map((head) => head.textContent);
const head = (name: string): HTMLElement => screen.getByRole('button', { name });

test('a batch draws the cells of the rows it brings, and of no other', () => {
  const first = rowsOf(1, 1000);
  const { rerender } = render(<Shown rows={first} follow />);
  expect(drawn.length).toBeGreaterThan(15);
  drawn = [];
  // Two rows more, one of those seen is another: three are drawn, though all have moved up on the screen.
  const next = [...first, ...rowsOf(1001, 1002)];
  next[990] = { key: 991, name: 'changed' };
  rerender(<Shown rows={next} follow />);
  expect([...drawn].sort((a, b) => a - b)).toEqual([991, 1001, 1002]);
  // And one more while two leave at the front: every row has another place now.
  drawn = [];
  const last = [...next.slice(2), ...rowsOf(1003, 1003)];
  rerender(<Shown rows={last} follow />);
  expect(drawn).toEqual([1003]);
  // Nothing new, nothing drawn.
  drawn = [];
  rerender(<Shown rows={[...last]} follow />);
  expect(drawn).toEqual([]);
});

test('moving the cursor and resizing a column draw no cells', () => {
  render(<Shown rows={rowsOf(1, 100)} />);
  drawn = [];
  fireEvent.keyDown(grid(), { key: 'ArrowDown' });
  fireEvent.keyDown(grid(), { key: 'ArrowDown' });
  expect(told).toEqual(['only 1 at 0', 'only 2 at 1']);
  expect(grid().getAttribute('aria-activedescendant')).toBe('r2');
  head('Size').focus();
  fireEvent.keyDown(head('Size'), { key: 'ArrowRight', shiftKey: true });
  expect(grid().querySelector<HTMLElement>('.g-inner')?.style.getPropertyValue('--template')).toBe('100px 116px 100px');
  expect(drawn).toEqual([]);
});

test('rows are chosen by keys: range, all, open, toggle, menu', () => {
  render(<Shown rows={rowsOf(1, 100)} />);
  for (const init of [
    { key: 'ArrowDown' },
    { key: 'j', code: 'KeyJ' },
    { key: 'ArrowDown', shiftKey: true },
    { key: 'a', code: 'KeyA', ctrlKey: true },
    { key: 'Enter' },
    { key: ' ' },
    { key: 'F10', shiftKey: true },
    { key: 'Escape' },
    { key: 'End' },
  ])
    fireEvent.keyDown(grid(), init);
  expect(told).toEqual([
    'only 1 at 0',
    'only 2 at 1',
    'range 1 2',
    'all',
    'open 2 at 1',
    'toggle 2',
    'menu 2',
    'escape',
    'only 100 at 99',
  ]);
});

test('heads are one stop of Tab; they sort, move, resize and hide by keys, and rows hear nothing of it', () => {
  render(<Shown rows={rowsOf(1, 100)} />);
  expect(screen.getAllByRole('columnheader').map((item) => item.querySelector('button')?.tabIndex)).toEqual([
    0, -1, -1,
  ]);
  head('Name').focus();
  fireEvent.keyDown(head('Name'), { key: 'ArrowRight' });
  expect(document.activeElement).toBe(head('Size'));
  // Enter on a button presses it.
  fireEvent.click(head('Size'));
  const sorted = (): (string | null)[] =>
    screen.getAllByRole('columnheader').map((item) => item.getAttribute('aria-sort'));
  expect(sorted()).toEqual([null, 'descending', null]);
  fireEvent.click(head('Size'));
  expect(sorted()).toEqual([null, 'ascending', null]);
  fireEvent.click(head('Size'));
  expect(sorted()).toEqual([null, null, null]);

  fireEvent.keyDown(head('Size'), { key: 'ArrowLeft', ctrlKey: true });
  expect(heads()).toEqual(['Size', 'Name', 'Bar']);
  fireEvent.keyDown(head('Size'), { key: 'ArrowRight', ctrlKey: true });
  expect(heads()).toEqual(['Name', 'Size', 'Bar']);
  fireEvent.keyDown(head('Size'), { key: 'Delete' });
  expect(heads()).toEqual(['Name', 'Bar']);
  expect(told).toEqual([]);
});

test('the menu of a head says all of it, by pointer and by key', async () => {
  render(<Shown rows={rowsOf(1, 100)} />);
  head('Name').focus();
  fireEvent.keyDown(head('Name'), { key: 'F10', shiftKey: true });
  fireEvent.click(await screen.findByRole('menuitemcheckbox', { name: 'Down' }));
  expect(screen.getAllByRole('columnheader')[0]?.getAttribute('aria-sort')).toBe('descending');
  fireEvent.contextMenu(head('Bar'));
  fireEvent.click(await screen.findByRole('menuitem', { name: /Hide/ }));
  expect(heads()).toEqual(['Name', 'Size']);
});

test('roles and counts are those of a grid', () => {
  render(<Shown rows={rowsOf(1, 1000)} />);
  expect(grid().getAttribute('aria-rowcount')).toBe('1001');
  expect(grid().getAttribute('aria-colcount')).toBe('3');
  const rows = screen.getAllByTestId('fact');
  expect(rows[0]?.getAttribute('aria-rowindex')).toBe('2');
  expect(rows[0]?.querySelectorAll('[role=gridcell]')).toHaveLength(3);
});
