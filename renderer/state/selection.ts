/** What is selected, marked, opened and filtered in the traffic table; and where a click elsewhere leads to. */
import type { EntryId } from '../../proxy-core/contract/entry-id.ts';
import type { RevalidateResult } from '../../proxy-core/contract/entry.ts';
import { create } from 'zustand';
import { quoteValue } from '../../proxy-core/contract/filter/edit.ts';
import type { Scope } from '../../proxy-core/contract/filter/language.ts';
import { parseFilter, type Filter } from '../../proxy-core/contract/filter/parse.ts';
import type { FilterProblem } from '../../proxy-core/contract/filter/problem.ts';
import { STORED, TRAFFIC, type StoredSubject } from '../../proxy-core/contract/filter/scopes.ts';
import { call } from '../connection/core.ts';
import { useConnection } from './connection.ts';
import { setPrefs } from './prefs.ts';
import { Probe } from './probe.ts';
import { ofShown, retestRows, ring, setRowTest } from './traffic.ts';
import type { TrafficRow } from './traffic-ring.ts';

export interface TrafficUi {
  /** The row with the cursor; null when none. */
  current: number | null;
  selected: ReadonlySet<number>;
  /** Where a range selection began. */
  anchor: number | null;
  marked: ReadonlySet<number>;
  detailsOpen: boolean;
  /** The table stands at the newest row and goes on with it. */
  follow: boolean;
  filterText: string;
  filter: Filter<TrafficRow> | null;
  problem: FilterProblem | null;
  /** Rows whose fields or bodies are not looked at yet. */
  searching: number;
  /** The second line, which only colours. */
  highlightOpen: boolean;
  highlightText: string;
  highlight: Filter<TrafficRow> | null;
  highlightProblem: FilterProblem | null;
  /** Rises when more is known of rows it may colour. */
  highlightVersion: number;
}

const NOTHING: ReadonlySet<number> = new Set();

export const useTrafficUi = create<TrafficUi>()(() => ({
  current: null,
  selected: NOTHING,
  anchor: null,
  marked: NOTHING,
  detailsOpen: false,
  follow: true,
  filterText: '',
  filter: null,
  problem: null,
  searching: 0,
  highlightOpen: false,
  highlightText: '',
  highlight: null,
  highlightProblem: null,
  highlightVersion: 0,
}));

/** Whether the table goes along with the newest row. */
export function setFollow(follow: boolean): void {
  useTrafficUi.setState({ follow });
}

/** What the table tells a filter: the rows, and the marks, which only this window knows. */
export const TABLE: Scope<TrafficRow> = {
  ...TRAFFIC,
  is: { marked: (row) => useTrafficUi.getState().marked.has(row.key), ...TRAFFIC.is },
};

const ask = (terms: string[], ids: number[]): Promise<number[]> =>
  call('exchange.probe', { terms, ids, ...ofShown() }).then(({ masks }) => masks);
const oldestKey = (): number => ring.oldestKey;
/** What the two lines ask of fields and bodies. */
const filterProbe = new Probe({
  ask,
  oldestKey,
  told: retestRows,
  waiting: (searching) => useTrafficUi.setState({ searching }),
});
const highlightProbe = new Probe({
  ask,
  oldestKey,
  told: () => useTrafficUi.setState(({ highlightVersion }) => ({ highlightVersion: highlightVersion + 1 })),
  waiting: () => undefined,
});
useConnection.subscribe(({ phase }, before) => {
  if (phase !== 'connected' || before.phase === phase) return;
  filterProbe.again();
  highlightProbe.again();
});

/** Whether a row passes; of an earlier run of the core nobody can be asked. */
function passes(filter: Filter<TrafficRow>, probe: Probe, row: TrafficRow): boolean {
  const decided = filter.decide(row);
  if (decided !== undefined || !ring.isLive(row.key)) return decided === true;
  return filter.decide(row, probe.of(row)) === true;
}

function showOnly(filter: Filter<TrafficRow> | null): void {
  setRowTest(filter === null ? () => true : (row) => passes(filter, filterProbe, row));
}

/** Takes a new filter line; one that does not parse is shown as wrong and the last good one stays. */
export function setFilterText(filterText: string): void {
  const parsed = parseFilter(filterText, TABLE);
  if (!parsed.ok) {
    useTrafficUi.setState({ filterText, problem: parsed.problem });
    return;
  }
  useTrafficUi.setState({ filterText, problem: null, filter: parsed.filter });
  filterProbe.setReadings(parsed.filter?.readings ?? []);
  showOnly(parsed.filter);
}

/** Takes a new highlight line; as with the filter, the last good one stays. */
export function setHighlightText(highlightText: string): void {
  const parsed = parseFilter(highlightText, TABLE);
  if (parsed.ok) highlightProbe.setReadings(parsed.filter?.readings ?? []);
  useTrafficUi.setState(
    parsed.ok
      ? { highlightText, highlightProblem: null, highlight: parsed.filter }
      : { highlightText, highlightProblem: parsed.problem },
  );
}

/** True when the highlight line is there and the row passes it. */
export function isHighlighted(highlight: Filter<TrafficRow> | null, row: TrafficRow): boolean {
  return highlight !== null && passes(highlight, highlightProbe, row);
}

/** Moves the cursor to one row and selects only it. */
export function selectOnly(key: number | null): void {
  useTrafficUi.setState({ current: key, anchor: key, selected: key === null ? NOTHING : new Set([key]) });
}

/** Adds a row to the selection or takes it out. */
export function toggleSelected(key: number): void {
  const selected = new Set(useTrafficUi.getState().selected);
  if (!selected.delete(key)) selected.add(key);
  useTrafficUi.setState({ current: key, anchor: key, selected });
}

/** Selects these rows with the cursor on `current`; the anchor stays. */
export function selectRange(keys: readonly number[], current: number): void {
  useTrafficUi.setState({ current, selected: new Set(keys) });
}

export function openDetails(key: number): void {
  if (!useTrafficUi.getState().selected.has(key)) selectOnly(key);
  useTrafficUi.setState({ current: key, detailsOpen: true });
}

export function closeDetails(): void {
  useTrafficUi.setState({ detailsOpen: false });
}

/** Marks all these rows, or unmarks them when all are marked. */
export function toggleMarks(keys: readonly number[]): void {
  const marked = new Set(useTrafficUi.getState().marked);
  const all = keys.every((key) => marked.has(key));
  for (const key of keys) {
    if (all) marked.delete(key);
    else marked.add(key);
  }
  useTrafficUi.setState({ marked });
  const { filter } = useTrafficUi.getState();
  // Marks are not part of a row, so a filter that asks about them must look again.
  if (filter !== null) showOnly(filter);
}

export function forgetSelection(): void {
  useTrafficUi.setState({ current: null, anchor: null, selected: NOTHING, marked: NOTHING, detailsOpen: false });
}

interface CacheUi {
  /** The entry shown in the cache view. */
  entryId: EntryId | null;
  /** Entries marked in the table. */
  selected: ReadonlySet<EntryId>;
  /** Hosts whose entries are folded away. */
  folded: ReadonlySet<string>;
  /** Its filter as it is typed. */
  text: string;
  /** The last line that is one, and what it says. */
  q: string;
  filter: Filter<StoredSubject> | null;
  problem: FilterProblem | null;
  dialog: PurgeDialog | null;
  /** What the last revalidation found; kept here because a changed reply is another entry, with a pane of its own. */
  report: { entryId: EntryId; result: RevalidateResult } | null;
  /** Rises with each eviction from here, and each that is taken back. */
  changes: number;
}

const NO_ENTRIES: ReadonlySet<EntryId> = new Set();

export const useCacheUi = create<CacheUi>()(() => ({
  entryId: null,
  selected: NO_ENTRIES,
  folded: new Set(),
  text: '',
  q: '',
  filter: null,
  problem: null,
  dialog: null,
  report: null,
  changes: 0,
}));

/** Takes a new filter line for the stored responses; one that does not parse is shown as wrong and the last good one stays. */
export function setCacheFilter(text: string): void {
  const parsed = parseFilter(text, STORED);
  useCacheUi.setState(
    parsed.ok ? { text, q: text.trim(), problem: null, filter: parsed.filter } : { text, problem: parsed.problem },
  );
}

/**
 * Lets go of what was opened or marked: another run of the core has none of it. True when there was anything.
 */
export function forgetEntries(): boolean {
  const { entryId, selected, dialog, report } = useCacheUi.getState();
  const asksForMarked = dialog?.kind === 'ids';
  if (entryId === null && selected.size === 0 && !asksForMarked && report === null) return false;
  useCacheUi.setState({ entryId: null, selected: NO_ENTRIES, report: null, ...(asksForMarked && { dialog: null }) });
  return true;
}

/** What an eviction dialog is about to ask. */
export type PurgeDialog =
  | { kind: 'ids'; ids: EntryId[] }
  | { kind: 'host'; host: string }
  | { kind: 'pattern'; pattern: string }
  | { kind: 'all' };

export function openPurge(dialog: PurgeDialog | null): void {
  useCacheUi.setState({ dialog });
}

/** Goes to the cache view with this entry opened. */
export function showEntry(entryId: EntryId): void {
  useCacheUi.setState({ entryId });
  setPrefs({ view: 'cache' });
}

/** Goes to the traffic view showing only this URL's exchanges. */
export function showTrafficOf(url: string): void {
  setFilterText(`url=${quoteValue(url)}`);
  setPrefs({ view: 'traffic' });
}
