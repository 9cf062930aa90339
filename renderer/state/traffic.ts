/**
 * The live table's state. Rows lie in a ring outside React; the store holds counts and a version that rises at most
 * once per frame. Pausing the view holds rows back (as many as the ring keeps) and counts what waits.
 */
import { create } from 'zustand';
import type { ExchangeRow } from '../../proxy-core/contract/exchange.ts';
import type { TrafficBatch } from '../../proxy-core/contract/streams.ts';
import { perFrame } from './per-frame.ts';
import { TrafficList, type RowOrder, type RowTest } from './traffic-list.ts';
import { TrafficRing, type TrafficRow } from './traffic-ring.ts';

export interface TrafficState {
  /** Rises whenever rows or their order changed. */
  version: number;
  total: number;
  shown: number;
  paused: boolean;
  /** New exchanges held back by the pause. */
  waiting: number;
  /** Row updates the core dropped because this page lagged. */
  dropped: number;
  /** Rows that left at the front since the page opened; the table moves its scroll position by the difference. */
  trimmed: number;
  /** Rises with each `clear`. */
  clears: number;
}

/** A list of rows: of the live capture, or of a session out of a file. */
interface Source {
  /** As commands name it; undefined for the live one. */
  session?: string;
  ring: TrafficRing;
  list: TrafficList;
}

const makeSource = (ring: TrafficRing, session?: string): Source => ({
  ring,
  list: new TrafficList(ring),
  ...(session !== undefined && { session }),
});
const live = makeSource(new TrafficRing());
let source = live;
/** The rows that are shown. */
export let { ring, list } = live;
/** What came while the view is paused: the latest of each exchange, as many as the ring would keep. */
const held = new Map<number, ExchangeRow>();
/** Of the batches they came in. */
let heldMark: Pick<TrafficBatch, 'lastSeq' | 'oldestId'> | null = null;
let heldDropped = 0;
let heldNewest = 0;

export const useTraffic = create<TrafficState>()(() => ({
  version: 0,
  total: 0,
  shown: 0,
  paused: false,
  waiting: 0,
  dropped: 0,
  trimmed: 0,
  clears: 0,
}));

let trimmedNow = 0;
let clearsNow = 0;
const publish = perFrame(() => {
  const { version, paused } = useTraffic.getState();
  useTraffic.setState({
    version: version + 1,
    total: ring.count,
    shown: list.length,
    waiting: paused ? Math.max(0, heldNewest - ring.newestKey) : 0,
    dropped: ring.dropped + heldDropped,
    trimmed: trimmedNow,
    clears: clearsNow,
  });
});

/** A sorted table is put in order again this often while rows arrive, and less often when sorting takes long. */
const RESORT_MS = 400;
const RESORT_COST = 10;
let resort: ReturnType<typeof setTimeout> | undefined;
let resortPause = RESORT_MS;

function resortLater(): void {
  resort ??= setTimeout(() => {
    resort = undefined;
    const start = performance.now();
    list.rebuild();
    resortPause = Math.max(RESORT_MS, (performance.now() - start) * RESORT_COST);
    publish();
  }, resortPause);
}

function take(batch: TrafficBatch): void {
  const { changed, cleared } = live.ring.apply(batch);
  // Nobody sees it now: its list is made anew when it is shown again.
  if (source !== live) return;
  if (cleared) {
    clearsNow++;
    list.rebuild();
  } else trimmedNow += list.update(changed);
  if (list.isBehind) resortLater();
}

function releaseHeld(): void {
  if (heldMark === null) return;
  const batch: TrafficBatch = { firstSeq: 0, ...heldMark, rows: [...held.values()], dropped: heldDropped };
  held.clear();
  heldMark = null;
  heldDropped = 0;
  take(batch);
}

/** Takes a batch of the feed in. */
export function applyBatch(batch: TrafficBatch): void {
  if (useTraffic.getState().paused && batch.reset !== true) {
    heldMark = { lastSeq: batch.lastSeq, oldestId: batch.oldestId };
    heldDropped += batch.dropped ?? 0;
    for (const row of batch.rows) {
      held.set(row.id, row);
      heldNewest = Math.max(heldNewest, live.ring.keyOf(row.id));
    }
    // What is looked at takes notes and colours all the same.
    live.list.update(batch.rows.flatMap((row) => live.ring.relabel(row) ?? []));
    // In the order in which they were first told of: the ring would have let go of the first, too.
    for (const id of held.keys()) {
      if (held.size <= live.ring.maxRows) break;
      held.delete(id);
    }
  } else {
    releaseHeld();
    take(batch);
  }
  publish();
}

/** More is known of these rows than they hold: they are tested anew. */
export function retestRows(keys: readonly number[]): void {
  trimmedNow += list.update(keys.flatMap((key) => ring.get(key) ?? []));
  if (list.isBehind) resortLater();
  publish();
}

/** Everything up to this mark was received; where a new subscription goes on. */
export function lastSeq(): number {
  return Math.max(live.ring.lastSeq, heldMark?.lastSeq ?? 0);
}

/** Freezes the view, or shows what came meanwhile. */
export function setPaused(paused: boolean): void {
  heldNewest = live.ring.newestKey;
  useTraffic.setState({ paused });
  if (!paused) releaseHeld();
  publish();
}

/** The core restarted: its numbers start again, our rows stay. */
export function beginSession(): void {
  releaseHeld();
  live.ring.beginSession();
  publish();
}

export function clearRows(): void {
  releaseHeld();
  live.ring.clear();
  live.list.rebuild();
  clearsNow++;
  publish();
}

export function setRowTest(test: RowTest): void {
  list.setTest(test);
  publish();
}

export function setRowOrder(order: RowOrder, descending: boolean): void {
  ordered = [order, descending];
  list.setOrder(order, descending);
  publish();
}

export function setMaxRows(maxRows: number): void {
  live.ring.setMaxRows(maxRows);
}

export function rowOf(key: number | null): TrafficRow | undefined {
  return key === null ? undefined : ring.get(key);
}

/** How rows stand, whichever are shown. */
let ordered: [order: RowOrder, descending: boolean] = [null, false];
/** Sessions that were shown so far: the keys of each begin above those of the one before. */
let sessions = 0;
const SESSION_KEYS = 1e9;
/** As many as the core keeps of one. */
const SESSION_ROWS = 100_000;

/** Whose rows are shown, to be spread into what is asked about them. */
export function ofShown(): { session?: string } {
  return source.session === undefined ? {} : { session: source.session };
}

/** Shows the rows of a session, which come by {@link applySessionBatch}, or the live ones again. */
export function showSource(session: string | null): void {
  if (source === live && useTraffic.getState().paused) setPaused(false);
  source = session === null ? live : makeSource(new TrafficRing(SESSION_ROWS, ++sessions * SESSION_KEYS), session);
  ({ ring, list } = source);
  list.setOrder(...ordered);
  clearsNow++;
  publish();
}

/** Takes in rows of the session that is shown. What it names of the cache was another one's. */
export function applySessionBatch(batch: TrafficBatch): void {
  if (source === live) return;
  const rows = batch.rows.map(({ entryId: _, ...row }) => row);
  const { changed } = ring.apply({ ...batch, rows });
  trimmedNow += list.update(changed);
  if (list.isBehind) resortLater();
  publish();
}
