/** The cache inspector: search, list, the entry that is opened. */
import { useEffect, useState, type JSX } from 'react';
import type { EntryQuery } from '../../proxy-core/contract/commands.ts';
import { HOSTS_MAX } from '../../proxy-core/contract/commands.ts';
import type { EntryId } from '../../proxy-core/contract/entry-id.ts';
import type { EntrySummary } from '../../proxy-core/contract/entry.ts';
import { STORED } from '../../proxy-core/contract/filter/scopes.ts';
import { useTexts } from '../i18n/index.ts';
import { setPrefs, usePrefs } from '../state/prefs.ts';
import { openPurge, setCacheFilter, useCacheUi } from '../state/selection.ts';
import { useStats } from '../state/stats.ts';
import { showProblem } from '../state/toasts.ts';
import { formatBytes } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { FilterLine } from '../traffic/FilterLine.tsx';
import { MenuButton, type MenuItem } from '../kit/Menu.tsx';
import { Splitter } from '../kit/Splitter.tsx';
import { pruneSelection } from './actions.ts';
import { CacheTable } from './CacheTable.tsx';
import type { CacheSort } from './columns.tsx';
import { EntryPane } from './EntryPane.tsx';
import { Treemap } from './Treemap.tsx';
import { entryWindow, useEntryWindow } from './use-entry-window.ts';
import './cache.css';

const STATES = ['all', 'fresh', 'stale-usable', 'stale'] as const;
type StateFilter = (typeof STATES)[number];

/** Searching bodies takes the core a while: not for every letter. */
const BODIES_MS = 300;

/** The line in effect, a moment later where it asks for bodies. */
function useSettledFilter(): string {
  const q = useCacheUi((state) => state.q);
  const waits = useCacheUi((state) => state.filter?.readings.some(({ of }) => of === 'body') ?? false);
  const [settled, setSettled] = useState(q);
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(() => setSettled(q), BODIES_MS);
    return () => clearTimeout(timer);
  }, [q, waits]);
  return waits ? settled : q;
}

const forEachEntry = (visit: (entry: EntrySummary) => void): void => entryWindow.forEach(visit);
const focusTable = (): void => document.querySelector<HTMLElement>('[data-testid=cache-table]')?.focus();

function CacheFilter(): JSX.Element {
  const t = useTexts();
  const text = useCacheUi((state) => state.text);
  const filter = useCacheUi((state) => state.filter);
  const problem = useCacheUi((state) => state.problem);
  return (
    <div className="filter-lines">
      <FilterLine
        id="cache-search"
        icon="filter"
        label={t.cache.search}
        placeholder={t.filter.cachePlaceholder}
        verb={t.traffic.shows}
        text={text}
        problem={problem}
        filter={filter}
        scope={STORED}
        forEachRow={forEachEntry}
        onText={setCacheFilter}
        onEnter={focusTable}
        onLeave={focusTable}
        clearLabel={t.traffic.filterClear}
      >
        <MenuButton
          label={t.traffic.filterHelp}
          className="button quiet icon-only small"
          items={() =>
            t.filter.cacheRows.map(([example, note]): MenuItem => ({
              label: example,
              ...(note === '' ? {} : { note }),
              run: () => setCacheFilter(example),
            }))
          }
        >
          <Icon name="help" size={14} />
        </MenuButton>
      </FilterLine>
    </div>
  );
}

export function CacheView(): JSX.Element {
  const t = useTexts();
  const entryId = useCacheUi((state) => state.entryId);
  const size = usePrefs((state) => state.paneCache);
  const [state, setState] = useState<StateFilter>('all');
  const [sort, setSort] = useState<CacheSort>({ column: 'stored', sort: 'stored', descending: true });
  const [map, setMap] = useState(false);
  const byHost = usePrefs((prefs) => prefs.cacheByHost);
  const selected = useCacheUi((ui) => ui.selected);
  const setSelected = (next: ReadonlySet<EntryId>): void => useCacheUi.setState({ selected: next });
  const searched = useSettledFilter();
  const query: EntryQuery = {
    sort: sort.sort,
    descending: sort.descending,
    ...(byHost ? { byHost } : {}),
    ...(searched === '' ? {} : { q: searched }),
    ...(state === 'all' ? {} : { state }),
  };
  const version = useEntryWindow(query);
  const cacheVersion = useStats((stats) => stats.latest?.cache.version ?? 0);
  // What was evicted is not selected any more, whoever evicted it.
  useEffect(() => void pruneSelection().catch(showProblem), [cacheVersion]);
  const stored = useStats((stats) => stats.latest?.cache.entries ?? 0);
  const filtered = searched !== '' || state !== 'all';
  const { total, bytes, loaded, problem, unsearched } = entryWindow;

  return (
    <main className="view cache" aria-label={t.app.views.cache}>
      <div className="traffic-bars toolbar">
        <CacheFilter />
        <div className="segmented" role="group" aria-label={t.cache.state}>
          {STATES.map((item) => (
            <button key={item} type="button" aria-pressed={item === state} onClick={() => setState(item)}>
              {t.cache.states[item]}
            </button>
          ))}
        </div>
        <span className="faint count" role="status" data-testid="cache-total">
          {loaded ? t.cache.total(total, formatBytes(bytes)) : ''}
        </span>
        {loaded && unsearched > 0 && <span className="warn-text">{t.filter.unsearched(unsearched)}</span>}
        {loaded && byHost && entryWindow.hosts === undefined && total > 0 && (
          <span className="warn-text" role="note" title={t.cache.tooManyHostsHint}>
            {t.cache.tooManyHosts(HOSTS_MAX)}
          </span>
        )}
        <span className="grow" />
        {selected.size > 0 && (
          <>
            <span className="count">{t.cache.selected(selected.size)}</span>
            <button type="button" className="button" onClick={() => openPurge({ kind: 'ids', ids: [...selected] })}>
              <Icon name="trash" size={14} />
              {t.cache.evictSelected}
            </button>
            <button
              type="button"
              className="button quiet icon-only"
              aria-label={t.app.cancel}
              title={t.app.cancel}
              onClick={() => setSelected(new Set())}
            >
              <Icon name="close" size={12} />
            </button>
          </>
        )}
        <button
          type="button"
          className="button quiet icon-only"
          aria-pressed={byHost}
          aria-label={t.cache.byHost}
          title={t.cache.byHost}
          onClick={() => setPrefs({ cacheByHost: !byHost })}
        >
          <Icon name="tree" />
        </button>
        <button
          type="button"
          className="button quiet icon-only"
          aria-pressed={map}
          aria-label={map ? t.cache.mapHide : t.cache.mapShow}
          title={map ? t.cache.mapHide : t.cache.mapShow}
          onClick={() => setMap(!map)}
        >
          <Icon name="map" />
        </button>
        <MenuButton
          label={t.cache.evictMenu}
          items={() => [
            { label: `${t.cache.evictHost}…`, run: () => openPurge({ kind: 'host', host: '' }) },
            { label: `${t.cache.evictPattern}…`, run: () => openPurge({ kind: 'pattern', pattern: '*' }) },
            { label: '-' },
            { label: `${t.cache.evictAll}…`, disabled: stored === 0, run: () => openPurge({ kind: 'all' }) },
          ]}
        >
          <Icon name="trash" size={14} />
          {t.cache.evictMenu}
        </MenuButton>
      </div>
      <div className="split side">
        <div className="traffic-list">
          <CacheTable version={version} sort={sort} onSort={setSort} selected={selected} onSelected={setSelected} />
          {map && <Treemap />}
          {loaded && total === 0 && <div className="t-none">{filtered ? t.cache.noMatch : t.cache.empty}</div>}
          {problem !== null && total === 0 && <div className="t-none">{problem}</div>}
        </div>
        {entryId !== null && (
          <>
            <Splitter
              direction="vertical"
              label={t.cache.detail}
              size={size}
              min={320}
              max={1400}
              onSize={(paneCache) => setPrefs({ paneCache })}
            />
            <div className="split-pane" style={{ width: size }}>
              <EntryPane id={entryId} />
            </div>
          </>
        )}
      </div>
    </main>
  );
}
