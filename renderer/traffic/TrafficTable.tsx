/**
 * The live table: a virtual list of fixed-height rows over the rows outside React. Follows the newest row until the
 * person scrolls away; keeps its place when old rows leave.
 */
import {
  memo,
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
import { useTexts, type Catalogue } from '../i18n/index.ts';
import {
  closeDetails,
  isHighlighted,
  openDetails,
  selectOnly,
  selectRange,
  setFollow,
  toggleMarks,
  toggleSelected,
  useTrafficUi,
} from '../state/selection.ts';
import { usePrefs } from '../state/prefs.ts';
import { list, setRowOrder, useTraffic } from '../state/traffic.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';
import { shownOutcome } from '../ui/Outcome.tsx';
import { cell } from './cells.tsx';
import { arrangeColumns, gridTemplate, orderOf, totalWidth, type Column } from './columns.ts';
import { RowMenu } from './RowMenu.tsx';
import { letterOf } from '../kit/keys.ts';
import { isMenuKey, isOwnEvent, menuPointOf, type Point } from '../kit/Menu.tsx';
import { useRowHeight, useRows } from '../ui/use-rows.ts';
import { keepTextUnselected, rowAfterKey, scrollRowIntoView } from '../ui/scroll-row.ts';
import { TableHead } from './TableHead.tsx';
import './traffic-table.css';

interface RowProps {
  row: TrafficRow;
  index: number;
  columns: readonly Column[];
  marked: boolean;
  selected: boolean;
  highlighted: boolean;
  current: boolean;
  top: number;
  t: Catalogue;
}

const Row = memo(function Row({
  row,
  index,
  columns,
  marked,
  selected,
  highlighted,
  current,
  top,
  t,
}: RowProps): JSX.Element {
  const outcome = shownOutcome(row);
  const bad = (row.status ?? 0) >= 500 || row.state === 'failed';
  return (
    <div
      id={`row-${row.key}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`t-row o-${outcome.toLowerCase()} ${current ? 'current' : ''} ${row.state} ${bad ? 'bad' : ''} ${highlighted ? 'highlighted' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      data-testid="traffic-row"
      data-key={row.key}
      data-index={index}
      data-outcome={row.outcome ?? 'PENDING'}
      data-state={row.state}
      data-url={row.url}
    >
      {columns.map((column) => (
        <div key={column.id} role="gridcell" className={`t-cell c-${column.id} ${column.right === true ? 'num' : ''}`}>
          {cell(column.id, row, marked, t)}
        </div>
      ))}
    </div>
  );
});

const keyOfEvent = (event: MouseEvent): number | null => {
  const row = event.target instanceof Element ? event.target.closest('[data-key]') : null;
  return row === null ? null : Number(row.getAttribute('data-key'));
};

/** Keys of all rows between two places of the table, both included. */
function keysBetween(from: number, to: number): number[] {
  const keys: number[] = [];
  for (let index = Math.min(from, to); index <= Math.max(from, to); index++) {
    const key = list.keyAt(index);
    if (key !== undefined) keys.push(key);
  }
  return keys;
}

/** How far from the end still counts as being at the end, px. */
const NEAR_END = 24;

export function TrafficTable(): JSX.Element {
  const t = useTexts();
  const version = useTraffic((state) => state.version);
  const trimmed = useTraffic((state) => state.trimmed);
  const prefs = usePrefs((state) => state.columns);
  const sort = usePrefs((state) => state.sort);
  const current = useTrafficUi((state) => state.current);
  const selected = useTrafficUi((state) => state.selected);
  const marked = useTrafficUi((state) => state.marked);
  const highlight = useTrafficUi((state) => state.highlight);
  useTrafficUi((state) => state.highlightVersion);
  const detailsOpen = useTrafficUi((state) => state.detailsOpen);
  const filter = useTrafficUi((state) => state.filter);
  const [menu, setMenu] = useState<Point | null>(null);
  const follow = useTrafficUi((state) => state.follow);

  const scroller = useRef<HTMLDivElement>(null);
  const columns = useMemo(() => arrangeColumns(prefs).filter((column) => column.shown), [prefs]);
  const rowHeight = useRowHeight();
  const byArrival = list.isByArrival;
  const count = list.length;

  const rows = useRows(scroller, count, rowHeight, follow && byArrival);

  useEffect(() => {
    const { compare, descending } = orderOf(sort);
    setRowOrder(compare, descending);
  }, [sort]);

  // Follow: after each update stand at the end. Otherwise keep what is read in place when rows left at the front.
  const lastTrimmed = useRef(trimmed);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    if (follow && byArrival) element.scrollTop = element.scrollHeight;
    else if (byArrival && trimmed !== lastTrimmed.current)
      element.scrollTop -= (trimmed - lastTrimmed.current) * rowHeight;
    lastTrimmed.current = trimmed;
  }, [version, count, follow, byArrival, trimmed, rowHeight]);

  // The details take room from the table: what is open in them stays in sight.
  useEffect(() => {
    const element = scroller.current;
    if (element === null || !detailsOpen || current === null) return;
    const show = (): void => {
      const index = list.indexOf(current);
      if (index >= 0) scrollRowIntoView(element, index, rowHeight);
    };
    show();
    const observer = new ResizeObserver(show);
    observer.observe(element);
    return () => observer.disconnect();
  }, [detailsOpen, current, rowHeight, filter]);

  function onScroll(): void {
    const element = scroller.current;
    if (element === null || !byArrival) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
    // With an exchange opened nothing may move by itself; "Newest" and End follow again.
    if (atEnd && detailsOpen) return;
    if (atEnd !== follow) setFollow(atEnd);
  }

  function goTo(index: number, extend: boolean): void {
    const to = Math.max(0, Math.min(list.length - 1, index));
    const key = list.keyAt(to);
    if (key === undefined) return;
    if (to < list.length - 1) setFollow(false);
    const { anchor } = useTrafficUi.getState();
    const from = anchor === null ? -1 : list.indexOf(anchor);
    if (extend && from >= 0) selectRange(keysBetween(from, to), key);
    else selectOnly(key);
    if (scroller.current !== null) scrollRowIntoView(scroller.current, to, rowHeight);
  }

  function onClick(event: MouseEvent): void {
    const key = keyOfEvent(event);
    if (key === null) return;
    const { anchor } = useTrafficUi.getState();
    if (event.target instanceof Element && event.target.closest('.c-mark') !== null) return toggleMarks([key]);
    if (event.shiftKey && anchor !== null && list.indexOf(anchor) >= 0)
      selectRange(keysBetween(list.indexOf(anchor), list.indexOf(key)), key);
    else if (event.ctrlKey || event.metaKey) toggleSelected(key);
    else {
      setFollow(false);
      selectOnly(key);
      openDetails(key);
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (!isOwnEvent(event)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (letterOf(event) === 'a' && !event.altKey) {
        event.preventDefault();
        if (current !== null) selectRange(keysBetween(0, list.length - 1), current);
      }
      return;
    }
    const at = current === null ? -1 : list.indexOf(current);
    const move = rowAfterKey(letterOf(event) ?? event.key, at, list.length - 1, scroller.current, rowHeight);
    if (move !== undefined) {
      event.preventDefault();
      goTo(
        at < 0 && event.key !== 'End' ? (byArrival && event.key !== 'Home' ? list.length - 1 : 0) : move,
        event.shiftKey,
      );
      if (event.key === 'End') setFollow(true);
    } else if (event.key === 'Enter' && current !== null) {
      event.preventDefault();
      openDetails(current);
    } else if (event.key === 'Escape') closeDetails();
    else if (letterOf(event) === 'm' && selected.size > 0) toggleMarks([...selected]);
    else if (isMenuKey(event) && current !== null) {
      event.preventDefault();
      const point = menuPointOf(`row-${current}`);
      if (point !== undefined) setMenu(point);
    }
  }

  const template = gridTemplate(columns);
  return (
    <div className="t-wrap">
      <div
        ref={scroller}
        className="t-scroll"
        role="grid"
        aria-label={t.traffic.table}
        aria-rowcount={count + 1}
        aria-colcount={columns.length}
        aria-multiselectable="true"
        aria-activedescendant={current === null ? undefined : `row-${current}`}
        tabIndex={0}
        data-testid="traffic-table"
        onScroll={onScroll}
        onMouseDown={keepTextUnselected}
        onClick={onClick}
        onDoubleClick={(event) => {
          const key = keyOfEvent(event);
          if (key !== null) openDetails(key);
        }}
        onKeyDown={onKeyDown}
        onContextMenu={(event) => {
          const key = keyOfEvent(event);
          if (key === null) return;
          event.preventDefault();
          if (!selected.has(key)) selectOnly(key);
          setMenu({ x: event.clientX, y: event.clientY });
        }}
      >
        <div className="t-inner" style={{ minWidth: totalWidth(columns), '--template': template } as CSSProperties}>
          <TableHead columns={columns} />
          <div role="rowgroup" className="t-body" style={{ height: rows.height }}>
            {rows.shown.map(({ index, slot, top }) => {
              const row = list.at(index);
              return row === undefined ? null : (
                <Row
                  key={slot}
                  row={row}
                  index={index}
                  columns={columns}
                  marked={marked.has(row.key)}
                  selected={selected.has(row.key)}
                  highlighted={isHighlighted(highlight, row)}
                  current={row.key === current}
                  top={top}
                  t={t}
                />
              );
            })}
          </div>
        </div>
      </div>
      {menu !== null && <RowMenu at={menu} onClose={() => setMenu(null)} />}
    </div>
  );
}
