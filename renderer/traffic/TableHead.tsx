/** The table's head: click sorts, drag moves a column, drag at the edge resizes, right-click chooses columns. */
import { useRef, useState, type JSX, type PointerEvent } from 'react';
import { useTexts } from '../i18n/index.ts';
import { setPrefs, usePrefs } from '../state/prefs.ts';
import { Icon } from '../ui/icons.tsx';
import { Menu } from '../kit/Menu.tsx';
import { arrangeColumns, COLUMNS, toPrefs, type Column, type ColumnId } from './columns.ts';
import { columnMenu } from './column-menu.ts';

/** Pointer travel in px from which a press on the head is a drag, not a click. */
const DRAG_FROM = 5;

/** Puts `moved` before or at the place of `target`. */
function moveColumn(id: ColumnId, target: ColumnId): void {
  const all = arrangeColumns(usePrefs.getState().columns);
  const from = all.findIndex((column) => column.id === id);
  const to = all.findIndex((column) => column.id === target);
  const [column] = all.splice(from, 1);
  if (column === undefined || to < 0) return;
  all.splice(to, 0, column);
  setPrefs({ columns: toPrefs(all) });
}

function resizeColumn(id: ColumnId, width: number): void {
  const all = arrangeColumns(usePrefs.getState().columns);
  setPrefs({
    columns: toPrefs(
      all.map((column) =>
        column.id === id ? { ...column, width: Math.max(28, Math.min(1200, Math.round(width))) } : column,
      ),
    ),
  });
}

/** First click sorts down or up, the next turns it around, the third goes back to order of arrival. */
function nextSort(id: ColumnId): void {
  const { sort } = usePrefs.getState();
  if (sort === null || sort.column !== id) setPrefs({ sort: { column: id, descending: COLUMNS[id].right === true } });
  else if (sort.descending === (COLUMNS[id].right === true))
    setPrefs({ sort: { column: id, descending: !sort.descending } });
  else setPrefs({ sort: null });
}

export function TableHead({ columns }: { columns: readonly Column[] }): JSX.Element {
  const t = useTexts();
  const sort = usePrefs((state) => state.sort);
  const [menu, setMenu] = useState<{ x: number; y: number } | null>(null);
  /** A press that moved a column ends with a click on its name, too. */
  const wasDragged = useRef(false);
  const [resize, setResize] = useState<{ id: ColumnId; from: number; width: number } | null>(null);
  const [drag, setDrag] = useState<{ id: ColumnId; from: number; moved: boolean; over: ColumnId | null } | null>(null);

  function onMove(event: PointerEvent): void {
    if (resize !== null) resizeColumn(resize.id, resize.width + event.clientX - resize.from);
    else if (drag !== null && (drag.moved || Math.abs(event.clientX - drag.from) > DRAG_FROM)) {
      const under = document
        .elementsFromPoint(event.clientX, event.clientY)
        .find((element) => element instanceof HTMLElement && element.dataset['column'] !== undefined);
      const over =
        columns.find((column) => under instanceof HTMLElement && column.id === under.dataset['column'])?.id ?? null;
      setDrag({ ...drag, moved: true, over });
    }
  }
  function onUp(): void {
    if (drag !== null && drag.moved && drag.over !== null && drag.over !== drag.id) moveColumn(drag.id, drag.over);
    wasDragged.current = drag?.moved === true;
    setResize(null);
    setDrag(null);
  }

  return (
    <div role="rowgroup" className="t-head-group">
      <div
        role="row"
        aria-rowindex={1}
        className="t-head"
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={onUp}
        onContextMenu={(event) => {
          event.preventDefault();
          event.stopPropagation();
          setMenu({ x: event.clientX, y: event.clientY });
        }}
      >
        {columns.map((column) => {
          const sorted = sort?.column === column.id ? (sort.descending ? 'descending' : 'ascending') : undefined;
          const name = t.traffic.column[column.id];
          return (
            <div
              key={column.id}
              role="columnheader"
              aria-sort={sorted}
              data-column={column.id}
              className={`t-headcell ${column.right === true ? 'num' : ''} ${drag?.over === column.id && drag.moved ? 'drop' : ''}`}
            >
              <button
                type="button"
                className="t-headname"
                title={name}
                aria-label={name}
                disabled={column.compare === undefined}
                onPointerDown={(event) => {
                  if (event.button !== 0) return;
                  event.currentTarget.setPointerCapture(event.pointerId);
                  wasDragged.current = false;
                  setDrag({ id: column.id, from: event.clientX, moved: false, over: null });
                }}
                onClick={(event) => {
                  event.stopPropagation();
                  if (!wasDragged.current) nextSort(column.id);
                  wasDragged.current = false;
                }}
              >
                {column.id === 'mark' ? (
                  <Icon name="star" size={12} />
                ) : column.id === 'tls' ? (
                  <Icon name="lock" size={12} />
                ) : (
                  <span className="cut">{name}</span>
                )}
                {sorted !== undefined && (
                  <Icon name={sorted === 'descending' ? 'chevronDown' : 'chevronUp'} size={12} />
                )}
              </button>
              <span
                className="t-resize"
                onClick={(event) => event.stopPropagation()}
                onPointerDown={(event) => {
                  event.stopPropagation();
                  event.currentTarget.setPointerCapture(event.pointerId);
                  const width = event.currentTarget.parentElement?.getBoundingClientRect().width ?? column.width;
                  setResize({ id: column.id, from: event.clientX, width });
                }}
              />
            </div>
          );
        })}
      </div>
      {menu !== null && <Menu at={menu} label={t.traffic.columns} items={columnMenu()} onClose={() => setMenu(null)} />}
    </div>
  );
}
