/**
 * A grid's head. By pointer: press sorts, drag moves a column, drag at the edge resizes, right press opens the menu. By
 * keys: it is one stop of Tab, arrows walk it, Enter sorts, Shift and arrows resize, Ctrl and arrows move, Delete hides,
 * the menu key opens the menu that says so.
 */
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useRef, useState, type JSX, type KeyboardEvent, type PointerEvent } from 'react';
import { isMenuKey, isOwnEvent, Menu, type MenuItem, type Point } from '../kit/Menu.tsx';
import type { GridColumn, GridWords } from './grid.ts';
import type { ShownColumn } from './use-columns.ts';

/** Pointer travel in px from which a press on the head is a drag, not a click. */
const DRAG_FROM = 5;

interface Props {
  columns: readonly ShownColumn[];
  specs: ReadonlyMap<string, GridColumn<never>>;
  words: GridWords;
  /** What else the menu of a column offers: all columns to choose from. */
  menu?: (() => MenuItem[]) | undefined;
  /** The rows take the focus. */
  onLeave: () => void;
  hasOwnOrder: boolean;
}

function columnItems(column: ShownColumn, words: GridWords, hasOwnOrder: boolean): MenuItem[] {
  return [
    ...(column.canSort
      ? [
          {
            label: words.ascending,
            checked: column.sorted === 'ascending',
            run: () => column.sortBy(false),
          },
          {
            label: words.descending,
            checked: column.sorted === 'descending',
            run: () => column.sortBy(true),
          },
          ...(hasOwnOrder
            ? [{ label: words.unsorted, disabled: column.sorted === undefined, run: () => column.sortBy(undefined) }]
            : []),
          { label: '-' },
        ]
      : []),
    { label: words.left, keys: 'Ctrl ←', run: () => column.move(-1) },
    { label: words.right, keys: 'Ctrl →', run: () => column.move(1) },
    { label: words.wider, keys: 'Shift →', keepOpen: true, run: () => column.widen(2) },
    { label: words.narrower, keys: 'Shift ←', keepOpen: true, run: () => column.widen(-2) },
    { label: words.hide, keys: 'Del', disabled: !column.canHide, run: column.hide },
  ];
}

export function GridHead({ columns, specs, words, menu, onLeave, hasOwnOrder }: Props): JSX.Element {
  const row = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<{ at: Point; id: string } | null>(null);
  /** The head that Tab leads to. */
  const [stop, setStop] = useState(0);
  /** A press that moved a column ends with a click on its name, too. */
  const wasDragged = useRef(false);
  const [resize, setResize] = useState<{ column: ShownColumn; from: number; width: number } | null>(null);
  const [drag, setDrag] = useState<{ column: ShownColumn; from: number; moved: boolean; over: string | null } | null>(
    null,
  );
  const asked = columns.find(({ id }) => id === opened?.id);

  function focus(at: number): void {
    const to = Math.max(0, Math.min(columns.length - 1, at));
    setStop(to);
    row.current?.querySelectorAll<HTMLElement>('.g-headname')[to]?.focus();
  }
  const openBelow = (id: string, element: Element): void => {
    const rect = element.getBoundingClientRect();
    setOpened({ at: { x: rect.left, y: rect.bottom }, id });
  };
  function onMove(event: PointerEvent): void {
    if (resize !== null) resize.column.resize(resize.width + event.clientX - resize.from);
    else if (drag !== null && (drag.moved || Math.abs(event.clientX - drag.from) > DRAG_FROM)) {
      const under = document
        .elementsFromPoint(event.clientX, event.clientY)
        .find((element) => element instanceof HTMLElement && element.dataset['column'] !== undefined);
      const over = columns.find(({ id }) => under instanceof HTMLElement && id === under.dataset['column'])?.id ?? null;
      setDrag({ ...drag, moved: true, over });
    }
  }
  function onUp(): void {
    if (drag !== null && drag.moved && drag.over !== null && drag.over !== drag.column.id)
      drag.column.moveTo(drag.over);
    wasDragged.current = drag?.moved === true;
    setResize(null);
    setDrag(null);
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (!isOwnEvent(event)) return;
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-column]') : null;
    const at = columns.findIndex(({ id }) => id === cell?.dataset['column']);
    const column = columns[at];
    if (column === undefined || event.altKey) return;
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (by !== 0 && event.shiftKey) column.widen(by);
    else if (by !== 0 && (event.ctrlKey || event.metaKey)) {
      column.move(by);
      // It is drawn at its new place, and keeps the focus there.
      setStop(Math.max(0, Math.min(columns.length - 1, at + by)));
    } else if (by !== 0) focus(at + by);
    else if (event.key === 'Home') focus(0);
    else if (event.key === 'End') focus(columns.length - 1);
    else if (event.key === 'ArrowDown') onLeave();
    else if (event.key === 'Delete' && column.canHide) {
      column.hide();
      const next = at === columns.length - 1 ? at - 1 : at;
      setStop(next);
      // The one that had it is gone with the next drawing.
      requestAnimationFrame(() => row.current?.querySelectorAll<HTMLElement>('.g-headname')[next]?.focus());
    } else if (isMenuKey(event) && event.target instanceof Element) openBelow(column.id, event.target);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div role="rowgroup" className="g-head-group">
      <div
        ref={row}
        role="row"
        aria-rowindex={1}
        className="g-head"
        onKeyDown={onKeyDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={onUp}
        onContextMenu={(event) => {
          event.preventDefault();
          event.stopPropagation();
          const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-column]') : null;
          const id = cell?.dataset['column'];
          // A menu that was opened by its key is there already.
          if (id !== undefined && opened === null) setOpened({ at: { x: event.clientX, y: event.clientY }, id });
        }}
      >
        {columns.map((column, at) => {
          const spec = specs.get(column.id);
          if (spec === undefined) return null;
          const { sorted } = column;
          return (
            <div
              key={column.id}
              role="columnheader"
              aria-sort={sorted}
              data-column={column.id}
              className={`g-headcell h-${column.id} ${spec.right === true ? 'num' : ''} ${drag?.over === column.id && drag.moved ? 'drop' : ''}`}
            >
              <button
                type="button"
                className="g-headname"
                title={spec.name}
                aria-label={spec.name}
                tabIndex={at === Math.min(stop, columns.length - 1) ? 0 : -1}
                onFocus={() => setStop(at)}
                onPointerDown={(event) => {
                  if (event.button !== 0) return;
                  event.currentTarget.setPointerCapture(event.pointerId);
                  wasDragged.current = false;
                  setDrag({ column, from: event.clientX, moved: false, over: null });
                }}
                onClick={(event) => {
                  event.stopPropagation();
                  if (!wasDragged.current) {
                    if (column.canSort) column.sortNext();
                    else openBelow(column.id, event.currentTarget);
                  }
                  wasDragged.current = false;
                }}
              >
                {spec.head ?? <span className="cut">{spec.name}</span>}
                {sorted === 'descending' && <ChevronDown size={12} aria-hidden />}
                {sorted === 'ascending' && <ChevronUp size={12} aria-hidden />}
              </button>
              <span
                className="g-resize"
                onClick={(event) => event.stopPropagation()}
                onPointerDown={(event) => {
                  event.stopPropagation();
                  event.currentTarget.setPointerCapture(event.pointerId);
                  const width = event.currentTarget.parentElement?.getBoundingClientRect().width ?? column.width;
                  setResize({ column, from: event.clientX, width });
                }}
              />
            </div>
          );
        })}
      </div>
      {opened !== null && asked !== undefined && (
        <Menu
          at={opened.at}
          label={specs.get(asked.id)?.name ?? words.columns}
          items={[
            ...columnItems(asked, words, hasOwnOrder),
            ...(menu === undefined ? [] : [{ label: '-' }, ...menu()]),
          ]}
          onClose={() => setOpened(null)}
        />
      )}
    </div>
  );
}
