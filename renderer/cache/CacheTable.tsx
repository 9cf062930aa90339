/** The list of entries: the grid over pages that are fetched as it is scrolled, by host or flat. */
import { useCallback, useMemo, useState, type JSX } from 'react';
import type { EntryId } from '../../proxy-core/contract/entry-id.ts';
import type { EntrySummary } from '../../proxy-core/contract/entry.ts';
import { call } from '../connection/core.ts';
import { DataGrid, type GridChoice } from '../grid/DataGrid.tsx';
import type { RowLook } from '../grid/grid.ts';
import { useTexts } from '../i18n/index.ts';
import { Menu, type MenuItem, type Point } from '../kit/Menu.tsx';
import { setPrefs, usePrefs } from '../state/prefs.ts';
import { openPurge, showTrafficOf, useCacheUi } from '../state/selection.ts';
import { showProblem } from '../state/toasts.ts';
import { copyText } from '../ui/copy.ts';
import { useRowHeight } from '../ui/row-height.ts';
import { evictOne } from './actions.ts';
import { arrange, cacheColumns, SELECTED, sortOf, type CacheSort } from './columns.tsx';
import { remaining } from './freshness.ts';
import {
  flatRows,
  groupedRows,
  hostKey,
  hostOfKey,
  isHostKey,
  isHostRow,
  type CacheKey,
  type CacheRow,
  type CacheRows,
} from './grouped.ts';
import { HostLine } from './HostLine.tsx';
import { entryWindow } from './use-entry-window.ts';

interface CacheTableProps {
  /** Content version; a new one draws anew. */
  version: number;
  sort: CacheSort;
  onSort: (sort: CacheSort) => void;
  selected: ReadonlySet<EntryId>;
  onSelected: (selected: ReadonlySet<EntryId>) => void;
}

/** The rows as they stand with this version of the window. */
function rowsOf(_version: number, byHost: boolean, folded: ReadonlySet<string>): CacheRows {
  const { hosts } = entryWindow;
  return byHost && hosts !== undefined ? groupedRows(entryWindow, hosts, folded) : flatRows(entryWindow);
}

export function CacheTable({ version, sort, onSort, selected, onSelected }: CacheTableProps): JSX.Element {
  const t = useTexts();
  const entryId = useCacheUi((state) => state.entryId);
  const folded = useCacheUi((state) => state.folded);
  const byHost = usePrefs((state) => state.cacheByHost);
  const prefs = usePrefs((state) => state.cacheColumns);
  /** The host whose own row has the cursor; entries have it by being opened. */
  const [host, setHost] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ at: Point; row: CacheRow } | null>(null);
  const rowHeight = useRowHeight();
  const view = useMemo(() => rowsOf(version, byHost, folded), [version, byHost, folded]);
  const isGrouped = byHost && entryWindow.hosts !== undefined;
  const columns = useMemo(() => cacheColumns(t, isGrouped), [t, isGrouped]);
  const { layout, onLayout } = arrange(prefs, entryId !== null, (next) => setPrefs({ cacheColumns: next }));

  const toggleFold = useCallback((name: string, wanted?: boolean): void => {
    const next = new Set(useCacheUi.getState().folded);
    if (wanted ?? !next.has(name)) next.add(name);
    else next.delete(name);
    useCacheUi.setState({ folded: next });
  }, []);
  const look = useMemo(
    (): RowLook<CacheRow, CacheKey> => ({
      id: (key) => `entry-${key}`.replaceAll(' ', '-'),
      className: (row) => (isHostRow(row) ? 'c-host-row' : 'c-row'),
      data: (row) =>
        isHostRow(row)
          ? { 'data-host': row.host }
          : { 'data-id': row.id, 'data-url': row.url, 'data-state': remaining(row, Date.now()).state },
      whole: (row) => (isHostRow(row) ? <HostLine row={row} onFold={toggleFold} t={t} /> : undefined),
    }),
    [t, toggleFold],
  );

  /** Adds so many entries from there on, also those that were never scrolled to: the core names them. */
  function selectMore({ offset, limit }: { offset: number; limit: number }): void {
    const { query } = entryWindow;
    if (limit > 0)
      call('entry.ids', { ...query, offset, limit }).then(({ ids }) => {
        // The list may show something else by now.
        if (entryWindow.query === query)
          useCacheUi.setState((state) => ({ selected: new Set([...state.selected, ...ids]) }));
      }, showProblem);
  }
  function toggle(id: EntryId): void {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelected(next);
  }
  /** All of a host, whether it is folded or not. */
  function selectHost(name: string): void {
    const at = view.indexOf(hostKey(name));
    const share = entryWindow.hosts?.find((item) => item.host === name);
    const row = view.at(at);
    if (share === undefined || row === undefined || !isHostRow(row)) return;
    selectMore({ ...view.entriesBetween(at, at), limit: share.entries });
  }
  const choice: GridChoice<CacheKey> = {
    onOnly: (key, _, opens) => {
      if (isHostKey(key)) {
        setHost(hostOfKey(key));
        if (opens) toggleFold(hostOfKey(key));
      } else {
        setHost(null);
        useCacheUi.setState({ entryId: key });
      }
    },
    onToggle: (key) => (isHostKey(key) ? selectHost(hostOfKey(key)) : toggle(key)),
    onRange: (from, to) => selectMore(view.entriesBetween(from, to)),
    onAll: () => selectMore({ offset: 0, limit: entryWindow.total }),
    onEscape: () => {
      setHost(null);
      useCacheUi.setState({ entryId: null });
    },
    onMenu: (key, at) => {
      const row = view.at(view.indexOf(key));
      if (row !== undefined) setMenu({ at, row });
    },
  };
  function onKey(key: string): boolean {
    if (key === 'Delete' && selected.size > 0) openPurge({ kind: 'ids', ids: [...selected] });
    else if (key === 'Delete' && host !== null) openPurge({ kind: 'host', host });
    // Only what is seen is acted on: the cursor is where its entry is opened.
    else if (key === 'Delete' && entryId !== null && view.indexOf(entryId) >= 0) evictOne(entryId);
    else if (key === 'ArrowLeft' && host !== null) toggleFold(host, true);
    else if (key === 'ArrowRight' && host !== null) toggleFold(host, false);
    else return false;
    return true;
  }
  function menuItems(row: CacheRow): MenuItem[] {
    const evictHost = {
      label: `${t.cache.evictHost}…`,
      note: row.host,
      run: () => openPurge({ kind: 'host', host: row.host }),
    };
    if (isHostRow(row))
      return [
        { label: row.folded ? t.cache.unfold : t.cache.fold, run: () => toggleFold(row.host) },
        { label: t.cache.selectEntry, keys: 'Space', run: () => selectHost(row.host) },
        { label: '-' },
        evictHost,
      ];
    return [
      { label: t.traffic.menu.copyUrl, run: () => copyText(row.url) },
      { label: t.cache.showTraffic, run: () => showTrafficOf(row.url) },
      { label: '-' },
      { label: t.cache.evict, keys: 'Del', run: () => evictOne(row.id) },
      evictHost,
      {
        label: `${t.cache.evictPattern}…`,
        run: () => openPurge({ kind: 'pattern', pattern: `${row.url.slice(0, row.url.lastIndexOf('/') + 1)}*` }),
      },
    ];
  }
  const onShown = useCallback(
    (first: number, last: number): void => {
      const { offset, limit } = view.entriesBetween(first, last);
      entryWindow.show(offset, offset + Math.max(0, limit - 1));
    },
    [view],
  );

  return (
    <>
      <DataGrid
        label={t.cache.table}
        testId="cache-table"
        rowTestId="cache-row"
        view={view}
        rowHeight={rowHeight}
        look={look}
        flags={(row) => (!isHostRow(row) && selected.has(row.id) ? SELECTED : 0)}
        columns={columns}
        layout={layout}
        onLayout={onLayout}
        sort={{ column: sort.column, descending: sort.descending }}
        onSort={(next) => next !== null && onSort(sortOf(next))}
        hasOwnOrder={false}
        words={t.grid}
        current={host === null ? entryId : hostKey(host)}
        isSelected={(key) => !isHostKey(key) && selected.has(key)}
        choice={choice}
        onCell={(column, key) => {
          if (column !== 'check' || isHostKey(key)) return false;
          toggle(key);
          return true;
        }}
        onKey={(event) => onKey(event.key)}
        staysAtTop
        styleOf={(first, last) => sizesBetween(view, first, last)}
        onShown={onShown}
      />
      {menu !== null && (
        <Menu
          at={menu.at}
          label={isHostRow(menu.row) ? menu.row.host : menu.row.url}
          items={menuItems(menu.row)}
          onClose={() => setMenu(null)}
        />
      )}
    </>
  );
}

/** The largest entry in sight fills its bar. */
function sizesBetween(view: CacheRows, first: number, last: number): Record<`--${string}`, string> {
  let max = 1;
  for (let index = first; index <= last; index++) {
    const row = view.at(index);
    if (row !== undefined && !isHostRow(row)) max = Math.max(max, (row satisfies EntrySummary).sizeBytes);
  }
  return { '--size-max': String(max) };
}
