/** The columns of the list of entries. */
import type { CSSProperties, JSX } from 'react';
import type { EntrySort } from '../../proxy-core/contract/commands.ts';
import type { EntrySummary } from '../../proxy-core/contract/entry.ts';
import { shortType } from '../../proxy-core/contract/filter/short-type.ts';
import type { ColumnLayout, GridColumn, GridSort } from '../grid/grid.ts';
import type { Catalogue } from '../i18n/index.ts';
import { clip, formatBytes, formatClock, formatCount, formatShortAge } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { useSharedNow } from '../ui/shared-now.ts';
import { Freshness, FreshnessHead } from './Freshness.tsx';
import { isHostRow, type CacheRow } from './grouped.ts';

/** Flag of a row that is selected. */
export const SELECTED = 1;

const IDS = ['check', 'url', 'status', 'type', 'size', 'stored', 'freshness', 'hits', 'used'] as const;
type Id = (typeof IDS)[number];

/** Widths in px, and what the core sorts by. */
const COLUMNS: Record<Id, { width: number; sort?: EntrySort; right?: true; grows?: true }> = {
  check: { width: 32 },
  url: { width: 220, sort: 'url', grows: true },
  status: { width: 64, sort: 'status', right: true },
  type: { width: 76, sort: 'type' },
  size: { width: 124, sort: 'size', right: true },
  stored: { width: 84, sort: 'stored', right: true },
  freshness: { width: 316, sort: 'ttl' },
  hits: { width: 60, sort: 'hits', right: true },
  used: { width: 88, sort: 'used', right: true },
};
/** Beside an opened entry there is room for these; the rest stands in its pane. */
const NARROW: ReadonlySet<string> = new Set<Id>(['check', 'url', 'status', 'size', 'freshness']);

/** What the list is sorted by: its column, and the core's name for it. */
export interface CacheSort extends GridSort {
  sort: EntrySort;
}
const isId = (id: string): id is Id => IDS.some((item) => item === id);
export const sortOf = ({ column, descending }: GridSort): CacheSort => ({
  column,
  descending,
  sort: (isId(column) ? COLUMNS[column].sort : undefined) ?? 'stored',
});

/** The person's arrangement; beside an opened entry only what has room, which is not remembered. */
export function arrange(
  prefs: readonly ColumnLayout[],
  narrow: boolean,
  keep: (layout: ColumnLayout[]) => void,
): { layout: ColumnLayout[]; onLayout: (layout: ColumnLayout[]) => void } {
  const known = prefs.filter(({ id }) => isId(id));
  const rest = IDS.filter((id) => !known.some((item) => item.id === id)).map((id) => ({
    id,
    shown: true,
    width: COLUMNS[id].width,
  }));
  const all = [...known, ...rest];
  if (!narrow) return { layout: all, onLayout: keep };
  return {
    layout: all.map((item) => ({ ...item, shown: item.shown && NARROW.has(item.id) })),
    onLayout: (next) =>
      keep(
        next.map((item) =>
          NARROW.has(item.id) ? item : { ...item, shown: all.find(({ id }) => id === item.id)?.shown ?? true },
        ),
      ),
  };
}

export function cacheColumns(t: Catalogue, isGrouped: boolean): GridColumn<CacheRow>[] {
  return IDS.map((id): GridColumn<CacheRow> => {
    const { sort, right = false, grows = false } = COLUMNS[id];
    const name = id === 'check' ? t.cache.selectEntry : t.cache.column[id];
    return {
      id,
      name,
      ...(id === 'check' ? { head: <Icon name="check" size={12} />, fixed: true } : {}),
      ...(id === 'freshness' ? { head: <FreshnessHead name={name} /> } : {}),
      right,
      grows,
      sorts: sort === undefined ? undefined : right ? 'descending' : 'ascending',
      cell: (row, flags) => (isHostRow(row) ? null : cell(id, row, flags, t, isGrouped)),
    };
  });
}

function cell(id: Id, entry: EntrySummary, flags: number, t: Catalogue, isGrouped: boolean): JSX.Element | string {
  switch (id) {
    case 'check':
      return (
        <input
          type="checkbox"
          tabIndex={-1}
          checked={(flags & SELECTED) > 0}
          readOnly
          aria-label={t.cache.selectEntry}
        />
      );
    case 'url':
      return <UrlCell entry={entry} t={t} isGrouped={isGrouped} />;
    case 'status':
      return String(entry.status);
    case 'type':
      return shortType(entry.contentType);
    case 'size':
      return (
        <span className="size-cell" style={{ '--size': entry.sizeBytes } as CSSProperties}>
          <span className="size-bar" aria-hidden="true" />
          <span>{formatBytes(entry.sizeBytes)}</span>
        </span>
      );
    case 'stored':
      return formatClock(entry.storedAtMs, false);
    case 'freshness':
      return <Freshness entry={entry} t={t} />;
    case 'hits':
      return formatCount(entry.hits);
    case 'used':
      return entry.lastUsedAtMs > 0 ? <Ago atMs={entry.lastUsedAtMs} /> : t.cache.never;
  }
}

function Ago({ atMs }: { atMs: number }): JSX.Element {
  const now = useSharedNow();
  return <>{formatShortAge((now - atMs) / 1000)}</>;
}

/** Below its host's row an entry needs no host of its own. */
function UrlCell({ entry, t, isGrouped }: { entry: EntrySummary; t: Catalogue; isGrouped: boolean }): JSX.Element {
  const at = entry.url.indexOf(entry.host);
  const rest = at < 0 ? entry.url : entry.url.slice(at + entry.host.length);
  return (
    <span className={`url-cell cut ${isGrouped ? 'below-host' : ''}`} title={clip(entry.url)}>
      {entry.pinned && (
        <span className="pinned" title={t.cache.pinned}>
          <Icon name="pin" size={12} filled />
        </span>
      )}
      {entry.method !== 'GET' && <span className="faint">{entry.method} </span>}
      {!isGrouped && at >= 0 && <span className="faint">{entry.url.slice(0, at)}</span>}
      {!isGrouped && at >= 0 && <span className="url-host">{entry.host}</span>}
      <span className="url-path">{clip(rest)}</span>
      {entry.variant !== '' && <span className="variant">{entry.variant}</span>}
    </span>
  );
}
