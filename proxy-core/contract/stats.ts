/** Counters and samples. Counters only rise; rates are made by the reader from two samples. */
import type { CacheStatus, Outcome } from './exchange.ts';
import type { RemovalReason } from './reasons.ts';

/** Upper bounds in ms of the latency histograms' buckets; the last bucket is open. */
export const LATENCY_BUCKETS_MS = [
  0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000,
] as const;

/** Cumulative since start. */
export interface Totals {
  requests: number;
  byCacheStatus: Record<CacheStatus, number>;
  byOutcome: Record<Outcome, number>;
  /** Content bytes to clients by cache status. */
  bytesByCacheStatus: Record<CacheStatus, number>;
  /** Content bytes received from upstreams. */
  upstreamBytes: number;
  /** Content bytes received from clients. */
  requestBytes: number;
  tunnels: number;
  tunnelsOpen: number;
  tunnelBytesUp: number;
  tunnelBytesDown: number;
  errors: number;
  collapsed: number;
  /** Counts per bucket (one more than LATENCY_BUCKETS_MS). */
  hitLatency: number[];
  missLatency: number[];
  /** Of the hits, those that an origin confirmed first: they take as long as it does. */
  revalidatedLatency: number[];
  hitLatencySumMs: number;
  missLatencySumMs: number;
  /** Exchanges in flight now. */
  inFlight: number;
  /** Open client connections now. */
  clientConnections: number;
}

/** All counters at zero. */
export function emptyTotals(): Totals {
  const buckets = (): number[] => new Array<number>(LATENCY_BUCKETS_MS.length + 1).fill(0);
  return {
    requests: 0,
    byCacheStatus: { HIT: 0, MISS: 0, BYPASS: 0 },
    byOutcome: { HIT: 0, STALE: 0, REVALIDATED: 0, MISS: 0, BYPASS: 0, ERROR: 0 },
    bytesByCacheStatus: { HIT: 0, MISS: 0, BYPASS: 0 },
    upstreamBytes: 0,
    requestBytes: 0,
    tunnels: 0,
    tunnelsOpen: 0,
    tunnelBytesUp: 0,
    tunnelBytesDown: 0,
    errors: 0,
    collapsed: 0,
    hitLatency: buckets(),
    missLatency: buckets(),
    revalidatedLatency: buckets(),
    hitLatencySumMs: 0,
    missLatencySumMs: 0,
    inFlight: 0,
    clientConnections: 0,
  };
}

/** The cache's state now. */
export interface CacheStats {
  entries: number;
  capacity: number;
  bytes: number;
  maxBytes: number;
  pinned: number;
  /** Rises with every change of the set of entries. */
  version: number;
  stored: number;
  /** Bytes that compression at rest saves of the entries stored now. */
  savedBytes: number;
  removals: Record<RemovalReason, number>;
}

/** Memory of the core's process, bytes. */
export interface ProcessMemory {
  rss: number;
  heapUsed: number;
  heapTotal: number;
  external: number;
  arrayBuffers: number;
}

/** What is kept for looking at, and what was let go. */
export interface CaptureStats {
  rows: number;
  maxRows: number;
  /** What records and bodies take together, estimated. */
  bytes: number;
  maxBytes: number;
  /** Content of bodies in it. */
  bodyBytes: number;
  maxBodyBytes: number;
  droppedRows: number;
  droppedBodies: number;
  paused: boolean;
  /** Exchanges that went by while capture was off. */
  missedWhilePaused: number;
  /** Row updates dropped from feeds that lagged. */
  feedDropped: number;
}

/** One sample, once a second. */
export interface StatsSample {
  atMs: number;
  uptimeSeconds: number;
  totals: Totals;
  cache: CacheStats;
  memory: ProcessMemory;
  capture: CaptureStats;
  /** Exceptions in the core that were caught, and cost at most one exchange or one subscriber. */
  faults?: number;
}
