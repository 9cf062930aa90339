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

export const ring = new TrafficRing();
export const list = new TrafficList(ring);
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
  const { changed, cleared } = ring.apply(batch);
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
      heldNewest = Math.max(heldNewest, ring.keyOf(row.id));
    }
    // What is looked at takes notes and colours all the same.
    list.update(batch.rows.flatMap((row) => ring.relabel(row) ?? []));
    // In the order in which they were first told of: the ring would have let go of the first, too.
    for (const id of held.keys()) {
      if (held.size <= ring.maxRows) break;
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
  return Math.max(ring.lastSeq, heldMark?.lastSeq ?? 0);
}

/** Freezes the view, or shows what came meanwhile. */
export function setPaused(paused: boolean): void {
  heldNewest = ring.newestKey;
  useTraffic.setState({ paused });
  if (!paused) releaseHeld();
  publish();
}

/** The core restarted: its numbers start again, our rows stay. */
export function beginSession(): void {
  releaseHeld();
  ring.beginSession();
  publish();
}

export function clearRows(): void {
  releaseHeld();
  ring.clear();
  list.rebuild();
  clearsNow++;
  publish();
}

export function setRowTest(test: RowTest): void {
  list.setTest(test);
  publish();
}

export function setRowOrder(order: RowOrder, descending: boolean): void {
  list.setOrder(order, descending);
  publish();
}

export function setMaxRows(maxRows: number): void {
  ring.setMaxRows(maxRows);
}

export function rowOf(key: number | null): TrafficRow | undefined {
  return key === null ? undefined : ring.get(key);
}
