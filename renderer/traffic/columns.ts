/** The table's columns: their names, widths, order and how rows are sorted by them. */
import type { Prefs, ColumnPref } from '../state/prefs.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';

export const COLUMN_IDS = [
  'mark',
  'tls',
  'outcome',
  'reason',
  'note',
  'status',
  'method',
  'host',
  'path',
  'type',
  'size',
  'time',
  'age',
  'client',
  'protocol',
  'started',
  'id',
  'duration',
  'waterfall',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

interface ColumnSpec {
  width: number;
  shown: boolean;
  /** Numbers stand to the right. */
  right?: true;
  /** Takes the room that is left over. */
  grows?: true;
  compare?: (a: TrafficRow, b: TrafficRow) => number;
}

const byText = (read: (row: TrafficRow) => string | undefined) => (a: TrafficRow, b: TrafficRow) => {
  const left = read(a) ?? '';
  const right = read(b) ?? '';
  return left < right ? -1 : left > right ? 1 : 0;
};
const byNumber = (read: (row: TrafficRow) => number | undefined) => (a: TrafficRow, b: TrafficRow) =>
  (read(a) ?? -1) - (read(b) ?? -1);

export const COLUMNS: Record<ColumnId, ColumnSpec> = {
  mark: { width: 28, shown: true },
  tls: { width: 28, shown: true, compare: byText((row) => row.accepted ?? row.tls) },
  outcome: { width: 196, shown: true, compare: byText((row) => `${row.outcome} ${row.error ?? row.reason}`) },
  reason: { width: 164, shown: false, compare: byText((row) => row.reason) },
  note: { width: 160, shown: false, compare: byText((row) => row.note) },
  status: { width: 62, shown: true, right: true, compare: byNumber((row) => row.status) },
  method: { width: 76, shown: true, compare: byText((row) => row.method) },
  host: { width: 140, shown: true, compare: byText((row) => row.host) },
  path: { width: 170, shown: true, grows: true, compare: byText((row) => row.path) },
  type: { width: 80, shown: true, compare: byText((row) => row.contentType) },
  size: { width: 96, shown: true, right: true, compare: byNumber((row) => row.responseBytes) },
  time: { width: 68, shown: true, right: true, compare: byNumber((row) => row.durationMs) },
  age: { width: 92, shown: false, right: true, compare: byNumber((row) => row.ageSeconds) },
  client: { width: 84, shown: true, compare: byText((row) => row.app ?? row.client) },
  protocol: { width: 78, shown: false, compare: byText((row) => row.protocol) },
  started: { width: 98, shown: false, right: true, compare: byNumber((row) => row.startedAtMs) },
  id: { width: 60, shown: false, right: true, compare: byNumber((row) => row.key) },
  duration: { width: 120, shown: false, compare: byNumber((row) => row.durationMs) },
  waterfall: { width: 128, shown: true, compare: byNumber((row) => row.startedAtMs) },
};

export interface Column extends ColumnSpec {
  id: ColumnId;
}

const isColumnId = (id: string): id is ColumnId => COLUMN_IDS.some((item) => item === id);

/** Every column in the person's order, shown or not; columns they never met stand at the end. */
export function arrangeColumns(prefs: readonly ColumnPref[]): Column[] {
  const known = prefs.flatMap(({ id, shown, width }) => (isColumnId(id) ? [{ ...COLUMNS[id], id, shown, width }] : []));
  const rest = COLUMN_IDS.filter((id) => !known.some((column) => column.id === id)).map((id) => ({
    ...COLUMNS[id],
    id,
  }));
  return [...known, ...rest];
}

export function toPrefs(columns: readonly Column[]): ColumnPref[] {
  return columns.map(({ id, shown, width }) => ({ id, shown, width }));
}

/** The order the saved sort asks for. */
export function orderOf(sort: Prefs['sort']): {
  compare: ((a: TrafficRow, b: TrafficRow) => number) | null;
  descending: boolean;
} {
  if (sort === null || !isColumnId(sort.column)) return { compare: null, descending: false };
  // Started rises with arrival; keeping that order spares a sort on every batch.
  if (sort.column === 'started' || sort.column === 'waterfall' || sort.column === 'id')
    return { compare: null, descending: sort.descending };
  return { compare: COLUMNS[sort.column].compare ?? null, descending: sort.descending };
}
