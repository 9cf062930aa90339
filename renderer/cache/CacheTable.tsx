/** The list of entries: virtual, fetched in pages as it is scrolled. */
import { useEffect, useRef, useState, type CSSProperties, type JSX, type KeyboardEvent, type MouseEvent } from 'react';
import type { EntrySort } from '../../proxy-core/contract/commands.ts';
import type { EntryId } from '../../proxy-core/contract/entry-id.ts';
import type { EntrySummary } from '../../proxy-core/contract/entry.ts';
import { call } from '../connection/core.ts';
import { useTexts, type Catalogue } from '../i18n/index.ts';
import { openPurge, showTrafficOf, useCacheUi } from '../state/selection.ts';
import { showProblem } from '../state/toasts.ts';
import { copyText } from '../ui/copy.ts';
import { clip, formatBytes, formatClock, formatCount, formatShortAge } from '../ui/format.ts';
import { useNow } from '../ui/hooks.ts';
import { Icon } from '../ui/icons.tsx';
import { letterOf } from '../kit/keys.ts';
import { isMenuKey, isOwnEvent, Menu, menuPointOf, type MenuItem, type Point } from '../kit/Menu.tsx';
import { useRows } from '../grid/use-rows.ts';
import { useRowHeight } from '../ui/row-height.ts';
import { keepTextUnselected, rowAfterKey, scrollRowIntoView } from '../grid/scroll-row.ts';
import { shortType } from '../../proxy-core/contract/filter/short-type.ts';
import { evictOne } from './actions.ts';
import { Freshness, freshnessText } from './Freshness.tsx';
import { freshnessBar } from './freshness.ts';
import { entryWindow } from './use-entry-window.ts';

export interface CacheSort {
  sort: EntrySort;
  descending: boolean;
}

interface ColumnSpec {
  id: 'url' | 'status' | 'type' | 'size' | 'stored' | 'freshness' | 'hits' | 'used';
  sort: EntrySort;
  width: string;
  right?: true;
}
const COLUMNS: readonly ColumnSpec[] = [
  { id: 'url', sort: 'url', width: 'minmax(240px, 1fr)' },
  { id: 'status', sort: 'status', width: '64px', right: true },
  { id: 'type', sort: 'type', width: '84px' },
  { id: 'size', sort: 'size', width: '78px', right: true },
  { id: 'stored', sort: 'stored', width: '82px', right: true },
  { id: 'freshness', sort: 'ttl', width: '236px' },
  { id: 'hits', sort: 'hits', width: '64px', right: true },
  { id: 'used', sort: 'used', width: '82px', right: true },
];
/** Beside an opened entry there is room for these; the rest stands in its pane. */
const NARROW: ReadonlySet<ColumnSpec['id']> = new Set<ColumnSpec['id']>(['url', 'status', 'size', 'freshness', 'hits']);
const NARROW_COLUMNS = COLUMNS.filter(({ id }) => NARROW.has(id));

function UrlCell({ entry, t }: { entry: EntrySummary; t: Catalogue }): JSX.Element {
  const at = entry.url.indexOf(entry.host);
  const rest = at < 0 ? entry.url : entry.url.slice(at + entry.host.length);
  return (
    <span className="url-cell cut" title={clip(entry.url)}>
      {entry.pinned && (
        <span className="pinned" title={t.cache.pinned}>
          <Icon name="pin" size={12} filled />
        </span>
      )}
      {entry.method !== 'GET' && <span className="faint">{entry.method} </span>}
      <span className="faint">{at < 0 ? '' : entry.url.slice(0, at)}</span>
      <span className="url-host">{at < 0 ? '' : entry.host}</span>
      <span>{clip(rest)}</span>
      {entry.variant !== '' && <span className="variant">{entry.variant}</span>}
    </span>
  );
}

function cellOf(id: ColumnSpec['id'], entry: EntrySummary, now: number, t: Catalogue): JSX.Element | string {
  switch (id) {
    case 'url':
      return <UrlCell entry={entry} t={t} />;
    case 'status':
      return String(entry.status);
    case 'type':
      return shortType(entry.contentType);
    case 'size':
      return formatBytes(entry.sizeBytes);
    case 'stored':
      return formatClock(entry.storedAtMs, false);
    case 'freshness':
      return (
        <>
          <Freshness entry={entry} now={now} />
          <span className={`fresh-text is-${freshnessBar(entry, now).state}`}>{freshnessText(entry, now, t)}</span>
        </>
      );
    case 'hits':
      return formatCount(entry.hits);
    case 'used':
      return entry.lastUsedAtMs > 0 ? formatShortAge((now - entry.lastUsedAtMs) / 1000) : t.cache.never;
  }
}

interface CacheRowProps {
  entry: EntrySummary | undefined;
  columns: readonly ColumnSpec[];
  index: number;
  top: number;
  now: number;
  selected: boolean;
  current: boolean;
  t: Catalogue;
}

function CacheRow({ entry, columns, index, top, now, selected, current, t }: CacheRowProps): JSX.Element {
  if (entry === undefined) {
    return (
      <div
        className="g-row c-row"
        role="row"
        aria-rowindex={index + 2}
        aria-busy="true"
        style={{ transform: `translateY(${top}px)` }}
      >
        <div role="gridcell" className="g-cell faint">
          …
        </div>
      </div>
    );
  }
  return (
    <div
      id={`entry-${entry.id}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`g-row c-row ${current ? 'current' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      data-testid="cache-row"
      data-index={index}
      data-id={entry.id}
      data-url={entry.url}
      data-state={freshnessBar(entry, now).state}
    >
      <div role="gridcell" className="g-cell c-check">
        <input type="checkbox" tabIndex={-1} checked={selected} readOnly aria-label={t.cache.selectEntry} />
      </div>
      {columns.map((column) => (
        <div key={column.id} role="gridcell" className={`g-cell e-${column.id} ${column.right === true ? 'num' : ''}`}>
          {cellOf(column.id, entry, now, t)}
        </div>
      ))}
    </div>
  );
}

interface CacheTableProps {
  /** Content version; a new one draws anew. */
  version: number;
  sort: CacheSort;
  onSort: (sort: CacheSort) => void;
  selected: ReadonlySet<EntryId>;
  onSelected: (selected: ReadonlySet<EntryId>) => void;
}

export function CacheTable({ sort, onSort, selected, onSelected }: CacheTableProps): JSX.Element {
  const t = useTexts();
  const now = useNow(1000);
  const entryId = useCacheUi((state) => state.entryId);
  const scroller = useRef<HTMLDivElement>(null);
  const cursor = useRef(0);
  const [menu, setMenu] = useState<{ at: Point; entry: EntrySummary } | null>(null);
  const rowHeight = useRowHeight();
  const columns = entryId === null ? COLUMNS : NARROW_COLUMNS;
  const rows = useRows(scroller, entryWindow.total, rowHeight);
  const first = rows.shown[0]?.index ?? 0;
  const last = rows.shown.at(-1)?.index ?? 0;
  useEffect(() => entryWindow.show(first, last), [first, last]);

  const open = (entry: EntrySummary | undefined): void => {
    if (entry !== undefined) useCacheUi.setState({ entryId: entry.id });
  };
  function toggle(id: EntryId): void {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelected(next);
  }
  /** Adds so many rows from there on, also those that were never scrolled to: the core names them. */
  function selectMore(offset: number, limit: number): void {
    const { query } = entryWindow;
    call('entry.ids', { ...query, offset, limit }).then(({ ids }) => {
      // The list may show something else by now.
      if (entryWindow.query === query)
        useCacheUi.setState((state) => ({ selected: new Set([...state.selected, ...ids]) }));
    }, showProblem);
  }
  function rowAt(event: MouseEvent): { index: number; entry: EntrySummary } | null {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
    const index = Number(element?.dataset['index'] ?? -1);
    const entry = entryWindow.at(index);
    return entry === undefined ? null : { index, entry };
  }
  function onClick(event: MouseEvent): void {
    const found = rowAt(event);
    if (found === null) return;
    const { index, entry } = found;
    if (event.shiftKey) {
      selectMore(Math.min(index, cursor.current), Math.abs(index - cursor.current) + 1);
    } else if (
      event.ctrlKey ||
      event.metaKey ||
      (event.target instanceof Element && event.target.closest('.c-check') !== null)
    )
      toggle(entry.id);
    else open(entry);
    cursor.current = index;
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (!isOwnEvent(event)) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && letterOf(event) === 'a') {
      event.preventDefault();
      selectMore(0, entryWindow.total);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = cursor.current;
    const move = rowAfterKey(letterOf(event) ?? event.key, at, entryWindow.total - 1, scroller.current, rowHeight);
    // The cursor is seen where its entry is opened, and only what is seen is acted on.
    const shown = entryWindow.at(at);
    const entry = shown?.id === entryId ? shown : undefined;
    if (move !== undefined) {
      cursor.current = Math.max(
        0,
        Math.min(entryWindow.total - 1, entryId === null && Math.abs(move - at) === 1 ? at : move),
      );
      if (scroller.current !== null) scrollRowIntoView(scroller.current, cursor.current, rowHeight);
      open(entryWindow.at(cursor.current));
    } else if (event.key === 'Enter') open(shown);
    else if (event.key === ' ' && entry !== undefined) toggle(entry.id);
    else if (event.key === 'Delete' && selected.size > 0) openPurge({ kind: 'ids', ids: [...selected] });
    else if (event.key === 'Delete' && entry !== undefined) evictOne(entry.id);
    else if (isMenuKey(event) && entry !== undefined) {
      const point = menuPointOf(`entry-${entry.id}`);
      if (point !== undefined) setMenu({ at: point, entry });
    } else if (event.key === 'Escape') useCacheUi.setState({ entryId: null });
    else return;
    event.preventDefault();
  }
  function menuItems(entry: EntrySummary): MenuItem[] {
    return [
      { label: t.traffic.menu.copyUrl, run: () => copyText(entry.url) },
      { label: t.cache.showTraffic, run: () => showTrafficOf(entry.url) },
      { label: '-' },
      { label: t.cache.evict, keys: 'Del', run: () => evictOne(entry.id) },
      { label: `${t.cache.evictHost}…`, note: entry.host, run: () => openPurge({ kind: 'host', host: entry.host }) },
      {
        label: `${t.cache.evictPattern}…`,
        run: () => openPurge({ kind: 'pattern', pattern: `${entry.url.slice(0, entry.url.lastIndexOf('/') + 1)}*` }),
      },
    ];
  }

  return (
    <div className="g-wrap">
      <div
        ref={scroller}
        className="g-scroll"
        role="grid"
        aria-label={t.cache.table}
        aria-rowcount={entryWindow.total + 1}
        aria-multiselectable="true"
        aria-activedescendant={entryId === null ? undefined : `entry-${entryId}`}
        tabIndex={0}
        data-testid="cache-table"
        onMouseDown={keepTextUnselected}
        onClick={onClick}
        onKeyDown={onKeyDown}
        onContextMenu={(event) => {
          const found = rowAt(event);
          if (found === null) return;
          event.preventDefault();
          cursor.current = found.index;
          setMenu({ at: { x: event.clientX, y: event.clientY }, entry: found.entry });
        }}
      >
        <div
          className="g-inner"
          style={
            {
              minWidth: entryId === null ? 760 : 0,
              '--template': `32px ${columns.map(({ width }) => width).join(' ')}`,
            } as CSSProperties
          }
        >
          <div role="rowgroup" className="g-head-group">
            <div role="row" aria-rowindex={1} className="g-head">
              <div role="columnheader">
                <span className="hidden-text">{t.cache.selectEntry}</span>
              </div>
              {columns.map((column) => {
                const sorted = sort.sort === column.sort;
                return (
                  <div
                    key={column.id}
                    role="columnheader"
                    className={`g-headcell ${column.right === true ? 'num' : ''}`}
                    aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
                  >
                    <button
                      type="button"
                      className="g-headname"
                      onClick={() =>
                        onSort({ sort: column.sort, descending: sorted ? !sort.descending : column.right === true })
                      }
                    >
                      <span className="cut">{t.cache.column[column.id]}</span>
                      {sorted && <Icon name={sort.descending ? 'chevronDown' : 'chevronUp'} size={12} />}
                    </button>
                  </div>
                );
              })}
            </div>
          </div>
          <div role="rowgroup" className="g-body" style={{ height: rows.height }}>
            {rows.shown.map(({ index, slot, top }) => {
              const entry = entryWindow.at(index);
              return (
                <CacheRow
                  key={slot}
                  columns={columns}
                  entry={entry}
                  index={index}
                  top={top}
                  now={now}
                  selected={entry !== undefined && selected.has(entry.id)}
                  current={entry !== undefined && entry.id === entryId}
                  t={t}
                />
              );
            })}
          </div>
        </div>
      </div>
      {menu !== null && (
        <Menu at={menu.at} label={menu.entry.url} items={menuItems(menu.entry)} onClose={() => setMenu(null)} />
      )}
    </div>
  );
}
