/** The live table: the grid over the rows outside React. Follows the newest row until the person scrolls away. */
import { useEffect, useMemo, useState, type JSX } from 'react';
import { ROW_COLORS } from '../../proxy-core/contract/labels.ts';
import { DataGrid, type GridChoice } from '../grid/DataGrid.tsx';
import type { GridColumn, RowLook, RowView } from '../grid/grid.ts';
import { useTexts, type Catalogue } from '../i18n/index.ts';
import type { Point } from '../kit/Menu.tsx';
import { openHeldOf } from '../state/held.ts';
import { setPrefs, usePrefs } from '../state/prefs.ts';
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
import type { TrafficRow } from '../state/traffic-ring.ts';
import { list, ring, rowOf, setRowOrder, useTraffic } from '../state/traffic.ts';
import { labelRows, useNoting, writeNote } from '../state/labels.ts';
import { Icon } from '../ui/icons.tsx';
import { part } from '../ui/part.tsx';
import { shownOutcome } from '../ui/Outcome.tsx';
import { useRowHeight } from '../ui/row-height.ts';
import { AGAIN, canSendAgain, sendAgain } from './again.ts';
import { axisOf, axisStyle } from './axis.ts';
import { cell } from './cells.tsx';
import { columnMenu } from './column-menu.ts';
import { arrangeColumns, COLUMN_IDS, COLUMNS, orderOf, toPrefs, type ColumnId } from './columns.ts';
import './traffic-row.css';

const RowMenu = part(async () => (await import('./RowMenu.tsx')).RowMenu);
const NoteDialog = part(async () => (await import('./NoteDialog.tsx')).NoteDialog);

const MARKED = 1;
const HIGHLIGHTED = 2;

const LOOK: RowLook<TrafficRow, number> = {
  id: (key) => `row-${key}`,
  className: (row, flags) => {
    const highlighted = (flags & HIGHLIGHTED) > 0 ? 'highlighted' : '';
    return `o-${shownOutcome(row).toLowerCase()} ${row.state} ${highlighted}`;
  },
  data: (row) => ({
    'data-key': row.key,
    'data-outcome': row.outcome ?? 'PENDING',
    'data-state': row.state,
    'data-url': row.url,
    ...(row.color !== undefined && { 'data-color': row.color }),
  }),
};

const ICONS: Partial<Record<ColumnId, 'star' | 'lock'>> = { mark: 'star', tls: 'lock' };

function gridColumns(t: Catalogue): GridColumn<TrafficRow>[] {
  return COLUMN_IDS.map((id): GridColumn<TrafficRow> => {
    const { right = false, grows = false, compare } = COLUMNS[id];
    const icon = ICONS[id];
    return {
      id,
      name: t.traffic.column[id],
      ...(icon === undefined ? {} : { head: <Icon name={icon} size={12} /> }),
      right,
      grows,
      sorts: compare === undefined ? undefined : right ? 'descending' : 'ascending',
      cell: (row, flags) => cell(id, row, (flags & MARKED) > 0, t),
    };
  });
}

/** The list as it stands with this version. */
const viewOf = (version: number): RowView<TrafficRow, number> & { version: number } => ({
  version,
  length: list.length,
  at: (index) => list.at(index),
  keyAt: (index) => list.keyAt(index),
  indexOf: (key) => list.indexOf(key),
});

/** Keys of all rows between two places of the table, both included. */
function keysBetween(from: number, to: number): number[] {
  const keys: number[] = [];
  for (let index = Math.min(from, to); index <= Math.max(from, to); index++) {
    const key = list.keyAt(index);
    if (key !== undefined) keys.push(key);
  }
  return keys;
}

/** The time axis of the rows between two places. */
function axisBetween(first: number, last: number): Record<`--${string}`, string> {
  const rows: TrafficRow[] = [];
  for (let index = first; index <= last; index++) {
    const row = list.at(index);
    if (row !== undefined) rows.push(row);
  }
  return axisStyle(axisOf(rows, Date.now()));
}

export function TrafficTable(): JSX.Element {
  const t = useTexts();
  const version = useTraffic((state) => state.version);
  const prefs = usePrefs((state) => state.columns);
  const sort = usePrefs((state) => state.sort);
  const current = useTrafficUi((state) => state.current);
  const anchor = useTrafficUi((state) => state.anchor);
  const selected = useTrafficUi((state) => state.selected);
  const marked = useTrafficUi((state) => state.marked);
  const highlight = useTrafficUi((state) => state.highlight);
  useTrafficUi((state) => state.highlightVersion);
  const detailsOpen = useTrafficUi((state) => state.detailsOpen);
  const follow = useTrafficUi((state) => state.follow);
  const noting = useNoting((state) => state.keys);
  const [menu, setMenu] = useState<Point | null>(null);
  const rowHeight = useRowHeight();
  const columns = useMemo(() => gridColumns(t), [t]);
  const layout = useMemo(() => toPrefs(arrangeColumns(prefs)), [prefs]);
  const view = useMemo(() => viewOf(version), [version]);

  useEffect(() => {
    const { compare, descending } = orderOf(sort);
    setRowOrder(compare, descending);
  }, [sort]);

  const choice: GridChoice<number> = {
    onOnly: (key, _, opens) => {
      if (opens) setFollow(false);
      selectOnly(key);
      const row = opens ? rowOf(key) : undefined;
      // One that is held is there to be dealt with.
      if (opens && !(row !== undefined && ring.isLive(key) && openHeldOf(row.id))) openDetails(key);
    },
    onToggle: toggleSelected,
    onRange: (from, to) => {
      const key = list.keyAt(to);
      if (key !== undefined) selectRange(keysBetween(from, to), key);
    },
    onAll: () => {
      const first = current ?? list.keyAt(0);
      if (first !== undefined) selectRange(keysBetween(0, list.length - 1), first);
    },
    onEscape: closeDetails,
    onMenu: (key, at) => {
      if (!selected.has(key)) selectOnly(key);
      setMenu(at);
    },
  };
  const { isByArrival } = list;

  return (
    <>
      <DataGrid
        label={t.traffic.table}
        testId="traffic-table"
        rowTestId="traffic-row"
        view={view}
        rowHeight={rowHeight}
        look={LOOK}
        flags={(row) => (marked.has(row.key) ? MARKED : 0) | (isHighlighted(highlight, row) ? HIGHLIGHTED : 0)}
        columns={columns}
        layout={layout}
        onLayout={(next) => setPrefs({ columns: next })}
        sort={sort}
        onSort={(next) => setPrefs({ sort: next })}
        hasOwnOrder
        words={t.grid}
        columnMenu={columnMenu}
        current={current}
        anchor={anchor}
        isSelected={(key) => selected.has(key)}
        choice={choice}
        onCell={(column, key) => {
          if (column !== 'mark') return false;
          toggleMarks([key]);
          return true;
        }}
        onKey={(event, letter) => {
          const again = AGAIN.find(({ keys }) => keys === letter && !event.shiftKey);
          const row = rowOf(current);
          if (again !== undefined && row !== undefined && canSendAgain(row)) {
            sendAgain(again.how, row);
            return true;
          }
          if (selected.size === 0) return false;
          const keys = [...selected];
          const color = letter === '0' ? 'none' : ROW_COLORS[Number(letter) - 1];
          if (letter === 'm') toggleMarks(keys);
          else if (letter === 'n') writeNote(keys);
          else if (color !== undefined) void labelRows(keys, { color });
          else return false;
          return true;
        }}
        styleOf={axisBetween}
        follow={follow && isByArrival}
        onFollow={(to, how) => {
          if (!isByArrival) return;
          // With an exchange opened nothing may move by itself; "Newest" and End follow again.
          if (to && how === 'scroll' && detailsOpen) return;
          if (to !== follow) setFollow(to);
        }}
        start={isByArrival ? list.length - 1 : 0}
        staysAtTop={!isByArrival}
        keepsInSight={detailsOpen}
      />
      {noting !== null && <NoteDialog keys={noting} />}
      {menu !== null && <RowMenu at={menu} onClose={() => setMenu(null)} />}
    </>
  );
}
