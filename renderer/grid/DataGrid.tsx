/**
 * The grid of every list: rows of one height over a view of them, drawn where they are seen, walked and chosen by pointer
 * and by keys. It asks its owner to choose places, not rows: a range may span rows that are not here.
 */
import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type JSX,
  type KeyboardEvent,
  type MouseEvent,
} from 'react';
import { letterOf } from '../kit/keys.ts';
import { isMenuKey, isOwnEvent, menuPointOf, type MenuItem, type Point } from '../kit/Menu.tsx';
import type { ColumnLayout, GridColumn, GridSort, GridWords, RowKey, RowLook, RowView } from './grid.ts';
import { GridHead } from './GridHead.tsx';
import { GridRow } from './GridRow.tsx';
import { Place } from './place.ts';
import { keepTextUnselected, rowAfterKey, scrollRowIntoView } from './scroll-row.ts';
import { Slots } from './slots.ts';
import { useColumns } from './use-columns.ts';
import { useRows } from './use-rows.ts';
import './grid.css';

/** How far from the end still counts as being at the end, px. */
const NEAR_END = 24;

/** How rows are chosen; `index` is a place in the view. */
export interface GridChoice<Key extends RowKey> {
  /** This one and no other; `opens`: by the pointer or Enter, not by walking over it. */
  onOnly: (key: Key, index: number, opens: boolean) => void;
  /** Into the selection or out of it. */
  onToggle: (key: Key, index: number) => void;
  /** All from one place to another, both included; the cursor is at `to`. */
  onRange: (from: number, to: number) => void;
  /** All there are. */
  onAll: () => void;
  onEscape: () => void;
  /** The menu of the row with the cursor is wanted. */
  onMenu: (key: Key, at: Point) => void;
}

interface Props<Row, Key extends RowKey> {
  label: string;
  testId: string;
  rowTestId: string;
  view: RowView<Row, Key>;
  rowHeight: number;
  look: RowLook<Row, Key>;
  /** Small facts beside a row's own; it is drawn again when they change. */
  flags?: (row: Row) => number;

  columns: readonly GridColumn<Row>[];
  layout: readonly ColumnLayout[];
  onLayout: (layout: ColumnLayout[]) => void;
  sort: GridSort | null;
  onSort: (sort: GridSort | null) => void;
  hasOwnOrder: boolean;
  words: GridWords;
  columnMenu?: () => MenuItem[];

  /** The row with the cursor. */
  current: Key | null;
  /** Where a range begins, when the owner knows. */
  anchor?: Key | null;
  isSelected: (key: Key) => boolean;
  choice: GridChoice<Key>;
  /** A press on a cell that means something of its own; true when it did. */
  onCell?: (column: string, key: Key) => boolean;
  /** A key the grid does not know; true when it was one. */
  onKey?: (event: KeyboardEvent, letter: string) => boolean;

  /** New rows come at the end, and the grid stands there. */
  follow?: boolean;
  /** The person scrolled to the end or away from it, or went there by a key. */
  onFollow?: (follow: boolean, how: 'scroll' | 'key') => void;
  /** Where keys begin when nothing has the cursor; the last place it was at where this is left out. */
  start?: number;
  /** Rows come first in this order: who stands at the beginning stays there. */
  staysAtTop?: boolean;
  /** The room changes now and then: what has the cursor stays in sight. */
  keepsInSight?: boolean;
  /** Custom properties that hang on the rows in sight: what is common to them moves without drawing one again. */
  styleOf?: (first: number, last: number) => Readonly<Record<`--${string}`, string>>;
  /** These rows are drawn. */
  onShown?: (first: number, last: number) => void;
}

export function DataGrid<Row, Key extends RowKey>(props: Props<Row, Key>): JSX.Element {
  const { view, rowHeight, look, flags, columns, layout, sort, current, isSelected, choice, words } = props;
  const { follow = false, staysAtTop = false, keepsInSight = false, onShown, hasOwnOrder } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [place] = useState(() => new Place<Key>());
  const [slots] = useState(() => new Slots<Key | string>());
  /** Where the cursor was, and where a range begins. */
  const last = useRef(0);
  const from = useRef<{ key: Key; index: number } | null>(null);
  /** A row that keys led to before it was here. */
  const waits = useRef<number | null>(null);

  const shown = useColumns({ ...props, columns, layout });
  const specs = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const order = shown.map(({ id }) => id).join(' ');
  const cells = useMemo(() => order.split(' ').flatMap((id) => specs.get(id) ?? []), [order, specs]);
  const template = shown
    .map(({ id, width }) => (specs.get(id)?.grows === true ? `minmax(${width}px, 1fr)` : `${width}px`))
    .join(' ');
  const width = shown.reduce((sum, column) => sum + column.width, 0);

  const wish = { view, rowHeight, current, order: `${sort?.column} ${sort?.descending}`, staysAtTop };
  const standsAt = follow ? undefined : place.topIn(wish);
  const rows = useRows(scroller, view.length, rowHeight, follow ? 'end' : standsAt);
  const keys = rows.shown.map(({ index }) => view.keyAt(index) ?? `waits ${index}`);
  const lent = slots.assign(keys);

  useLayoutEffect(() => {
    const element = scroller.current;
    slots.keep(keys, lent);
    place.keep(
      wish,
      rows.shown.flatMap(({ index }) => {
        const key = view.keyAt(index);
        return key === undefined ? [] : [{ key, index }];
      }),
    );
    if (element === null) return;
    if (follow) {
      element.scrollTop = element.scrollHeight;
      place.scrolled(element.scrollTop);
    } else if (standsAt !== undefined && standsAt !== place.top) {
      element.scrollTop = standsAt;
      place.put(element.scrollTop);
    }
  });

  const top = follow ? Math.max(0, rows.height - rows.room) : (standsAt ?? place.top);
  const inSight = props.styleOf?.(
    Math.floor(top / rowHeight),
    Math.min(view.length, Math.ceil((top + rows.room) / rowHeight)) - 1,
  );
  const first = rows.shown[0]?.index ?? 0;
  const lastShown = rows.shown.at(-1)?.index ?? 0;
  useEffect(() => onShown?.(first, lastShown), [onShown, first, lastShown]);

  // What takes room from the grid must not hide what is open in it.
  const latest = useRef(view);
  useEffect(() => {
    latest.current = view;
  });
  useEffect(() => {
    const element = scroller.current;
    if (element === null || !keepsInSight || current === null) return;
    const look = (): void => {
      const index = latest.current.indexOf(current);
      if (index < 0) return;
      scrollRowIntoView(element, index, rowHeight);
      place.put(element.scrollTop);
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [keepsInSight, current, rowHeight, place]);

  function onScroll(): void {
    const element = scroller.current;
    if (element === null) return;
    place.scrolled(element.scrollTop);
    props.onFollow?.(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END, 'scroll');
  }

  function show(index: number): void {
    const element = scroller.current;
    if (element === null) return;
    scrollRowIntoView(element, index, rowHeight);
    place.put(element.scrollTop);
  }
  /** Chooses the row at this place. */
  function only(index: number, opens: boolean): void {
    const key = view.keyAt(index);
    last.current = index;
    waits.current = key === undefined ? index : null;
    if (key === undefined) return;
    from.current = { key, index };
    choice.onOnly(key, index, opens);
  }
  function toggle(key: Key, index: number): void {
    last.current = index;
    from.current = { key, index };
    choice.onToggle(key, index);
  }
  function range(to: number): void {
    const known = props.anchor === undefined ? from.current?.key : props.anchor;
    const found = known === null || known === undefined ? -1 : view.indexOf(known);
    const begin = found >= 0 || props.anchor !== undefined ? found : (from.current?.index ?? last.current);
    last.current = to;
    if (begin < 0) only(to, false);
    else choice.onRange(begin, to);
  }

  function rowAt(event: MouseEvent): { index: number; key: Key } | null {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
    const index = Number(element?.dataset['index'] ?? -1);
    const key = view.keyAt(index);
    return key === undefined ? null : { index, key };
  }
  function onClick(event: MouseEvent): void {
    const found = rowAt(event);
    if (found === null) return;
    const { index, key } = found;
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-cell]') : null;
    const id = cell?.dataset['cell'];
    if (event.shiftKey) range(index);
    else if (event.ctrlKey || event.metaKey) toggle(key, index);
    else if (id !== undefined && props.onCell?.(id, key) === true)
      from.current = { key, index: (last.current = index) };
    else only(index, true);
  }
  function onKeyDown(event: KeyboardEvent): void {
    // Heads have keys of their own.
    if (!isOwnEvent(event) || event.target !== event.currentTarget) return;
    const letter = letterOf(event) ?? event.key;
    const end = view.length - 1;
    const at = waits.current ?? (current === null ? -1 : view.indexOf(current));
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (letter !== 'a' || event.altKey) return;
      choice.onAll();
      event.preventDefault();
      return;
    }
    const move = rowAfterKey(letter, at, end, scroller.current, rowHeight);
    if (move !== undefined) {
      const start = props.start ?? last.current;
      const to = Math.max(0, Math.min(end, at < 0 && event.key !== 'End' && event.key !== 'Home' ? start : move));
      if (event.shiftKey) range(to);
      else only(to, false);
      if (to < end) props.onFollow?.(false, 'key');
      else if (event.key === 'End') props.onFollow?.(true, 'key');
      show(to);
    } else if (event.key === 'Enter') {
      if (at >= 0 || props.start === undefined) only(at >= 0 ? at : last.current, true);
    } else if (event.key === ' ' && current !== null && at >= 0) toggle(current, at);
    else if (event.key === 'Escape') choice.onEscape();
    else if (isMenuKey(event) && current !== null) {
      const point = menuPointOf(look.id(current));
      if (point !== undefined) choice.onMenu(current, point);
    } else if (props.onKey?.(event, letter) !== true) return;
    event.preventDefault();
  }

  const isDrawn = current !== null && keys.includes(current);
  return (
    <div className="g-wrap">
      <div
        ref={scroller}
        className="g-scroll"
        role="grid"
        aria-label={props.label}
        aria-rowcount={view.length + 1}
        aria-colcount={shown.length}
        aria-multiselectable="true"
        aria-activedescendant={isDrawn ? look.id(current) : undefined}
        tabIndex={0}
        data-testid={props.testId}
        onScroll={onScroll}
        onMouseDown={keepTextUnselected}
        onClick={onClick}
        onKeyDown={onKeyDown}
        onContextMenu={(event) => {
          const found = rowAt(event);
          if (found === null) return;
          event.preventDefault();
          last.current = found.index;
          choice.onMenu(found.key, { x: event.clientX, y: event.clientY });
        }}
      >
        <div className="g-inner" style={{ minWidth: width, '--template': template, ...inSight } as CSSProperties}>
          <GridHead
            columns={shown}
            specs={specs}
            words={words}
            menu={props.columnMenu}
            hasOwnOrder={hasOwnOrder}
            onLeave={() => scroller.current?.focus()}
          />
          <div role="rowgroup" className="g-body" style={{ height: rows.height }}>
            {rows.shown.map(({ index, top }, at) => {
              const row = view.at(index);
              const key = view.keyAt(index);
              return (
                <GridRow
                  key={lent[at]}
                  row={row}
                  rowKey={key}
                  index={index}
                  top={top}
                  flags={row === undefined ? 0 : (flags?.(row) ?? 0)}
                  selected={key !== undefined && isSelected(key)}
                  current={key !== undefined && key === current}
                  columns={cells}
                  look={look}
                  testId={props.rowTestId}
                />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}
