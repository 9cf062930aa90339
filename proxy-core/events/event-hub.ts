/**
 * All exchanges of the session: numbers them, keeps the newest in a ring (bounded by count and bytes), counts totals,
 * and feeds subscribers in batches. A subscriber that lags is caught up from the ring; what left the ring unseen is
 * counted as dropped for it. Totals and listeners of finished exchanges never wait for a subscriber.
 */
import type { ExchangeRow } from '../contract/exchange.ts';
import type { CaptureStats, Totals } from '../contract/stats.ts';
import type { TrafficBatch, StreamSubscription } from '../contract/streams.ts';
import type { ExchangeLog, ExchangeObserver, ExchangeStart } from '../contract/observer.ts';
import { Recent } from '../http/recent.ts';
import { BodyRing } from './body-ring.ts';
import { ExchangeRecord, type RecordSink } from './exchange-record.ts';
import { addToTotals, emptyTotals } from './totals.ts';

/** Updates are sent together after this long, ms … */
const FLUSH_MS = 50;
/** … or when this many are waiting. */
const FLUSH_COUNT = 256;
/** Most rows in one batch; a snapshot is sent as several. */
const BATCH_ROWS = 2000;
/** Rows a subscriber may have been sent without acknowledging them. */
const WINDOW_ROWS = 8000;
/** Records without bodies may take this much, estimated. */
const RING_BYTES = 96 * 1024 * 1024;

export interface EventHubOptions {
  now: () => number;
  maxRows: () => number;
  maxBodyBytes: () => number;
  maxBodyBytesOne: () => number;
}

interface Feed {
  push: (batch: TrafficBatch) => void;
  /** Everything up to here was sent. */
  cursor: number;
  /** Rows sent and not acknowledged: [lastSeq, rows]. */
  unacknowledged: [lastSeq: number, rows: number][];
  windowRows: number;
  behind: boolean;
  /** The next batch must say reset. */
  reset: boolean;
}

export class EventHub implements ExchangeObserver {
  readonly totals: Totals = emptyTotals();
  readonly bodies: BodyRing;
  readonly #options: EventHubOptions;
  readonly #sink: RecordSink;
  /** Oldest first; `#first` is the index of the oldest that is still kept, slots before it are empty. */
  #ring: (ExchangeRecord | undefined)[] = [];
  #first = 0;
  readonly #byId = new Map<number, ExchangeRecord>();
  /** Number of the last finished exchange of a URL: by number, so that nothing is kept beyond the ring. */
  readonly #lastOf = new Recent<number>(4096, 2048);
  #ringBytes = 0;
  #lastId = 0;
  #lastSeq = 0;
  #dirty: ExchangeRecord[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #feeds = new Set<Feed>();
  readonly #finishedListeners = new Set<(record: ExchangeRecord) => void>();
  #droppedRows = 0;
  #feedDropped = 0;
  #paused = false;
  #missed = 0;

  constructor(options: EventHubOptions) {
    this.#options = options;
    this.bodies = new BodyRing(options.maxBodyBytesOne, options.maxBodyBytes);
    this.#sink = {
      now: options.now,
      bodies: this.bodies,
      changed: (record) => this.#changed(record),
      finished: (record) => this.#finished(record),
    };
  }

  begin(start: ExchangeStart): ExchangeLog {
    const record = new ExchangeRecord(++this.#lastId, start, this.#sink);
    this.totals.inFlight++;
    if (start.method === 'CONNECT') this.totals.tunnelsOpen++;
    if (this.#paused) {
      this.#missed++;
      return record;
    }
    this.#ring.push(record);
    this.#byId.set(record.id, record);
    if (start.parentId !== undefined) {
      const parent = this.#byId.get(start.parentId);
      if (parent) (parent.childIds ??= []).push(record.id);
    }
    this.#changed(record);
    while (this.#ring.length - this.#first > this.#options.maxRows()) this.#dropOldest();
    return record;
  }

  /** Called with every finished exchange, captured or not. Returns the function that ends it. */
  onFinished(listener: (record: ExchangeRecord) => void): () => void {
    this.#finishedListeners.add(listener);
    return () => this.#finishedListeners.delete(listener);
  }

  get(id: number): ExchangeRecord | undefined {
    return this.#byId.get(id);
  }

  /** Captured records, oldest first. */
  *records(): IterableIterator<ExchangeRecord> {
    for (let i = this.#first; i < this.#ring.length; i++) yield this.#ring[i]!;
  }

  /** Forgets all captured exchanges that are over; open ones stay. Answers how many went. */
  clear(): number {
    const kept: ExchangeRecord[] = [];
    let cleared = 0;
    for (const record of this.records()) {
      if (record.durationMs === undefined) {
        kept.push(record);
        continue;
      }
      this.#forget(record);
      cleared++;
    }
    this.#ring = kept;
    this.#first = 0;
    for (const feed of this.#feeds) {
      feed.reset = true;
      feed.cursor = 0;
      this.#feed(feed);
    }
    return cleared;
  }

  /** While paused new exchanges are counted and passed to listeners, but not kept. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.bodies.enabled = !paused;
  }

  get paused(): boolean {
    return this.#paused;
  }

  stats(): CaptureStats {
    return {
      rows: this.#ring.length - this.#first, maxRows: this.#options.maxRows(), bodyBytes: this.bodies.bytes, maxBodyBytes: this.#options.maxBodyBytes(),
      droppedRows: this.#droppedRows, droppedBodies: this.bodies.droppedCount, paused: this.#paused, missedWhilePaused: this.#missed, feedDropped: this.#feedDropped,
    };
  }

  /** Feeds `push` with every update after `since`, then live. */
  subscribe(since: number, push: (batch: TrafficBatch) => void): StreamSubscription {
    // A mark from another session (or from before rows were lost) cannot be continued.
    const oldest = this.#ring[this.#first];
    const reset = since === 0 || since > this.#lastSeq || (oldest !== undefined && oldest.id > 1 && since < this.#lowestSeq());
    const feed: Feed = { push, cursor: reset ? 0 : since, unacknowledged: [], windowRows: 0, behind: true, reset };
    this.#feeds.add(feed);
    this.#feed(feed);
    return {
      stop: () => this.#feeds.delete(feed),
      acknowledge: (mark) => {
        while (feed.unacknowledged.length > 0 && feed.unacknowledged[0]![0] <= mark) feed.windowRows -= feed.unacknowledged.shift()![1];
        if (feed.behind) this.#feed(feed);
      },
    };
  }

  /** Ends open exchanges' timers and feeds. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#feeds.clear();
  }

  /** Sends what is waiting now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changed = this.#dirty;
    this.#dirty = [];
    for (const record of changed) record.dirty = false;
    if (this.#feeds.size === 0) return;
    for (const feed of this.#feeds) if (!feed.behind) this.#send(feed, changed, this.#lastSeq);
  }

  #lowestSeq(): number {
    let lowest = this.#lastSeq;
    for (const record of this.records()) lowest = Math.min(lowest, record.seq);
    return lowest;
  }

  #changed(record: ExchangeRecord): void {
    if (!this.#byId.has(record.id)) return;
    record.seq = ++this.#lastSeq;
    if (record.dirty) return;
    record.dirty = true;
    this.#dirty.push(record);
    if (this.#dirty.length >= FLUSH_COUNT) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  #finished(record: ExchangeRecord): void {
    addToTotals(this.totals, record);
    this.#changed(record);
    if (this.#byId.has(record.id)) {
      const earlier = this.#byId.get(this.#lastOf.get(record.start.url) ?? 0);
      if (earlier) record.shareWith(earlier);
      this.#lastOf.set(record.start.url, record.id);
      this.#ringBytes += record.roughBytes;
      while (this.#ringBytes > RING_BYTES && this.#ring.length - this.#first > 1) this.#dropOldest();
    }
    for (const listener of this.#finishedListeners) listener(record);
  }

  #forget(record: ExchangeRecord): void {
    this.#byId.delete(record.id);
    if (record.durationMs !== undefined) this.#ringBytes -= record.roughBytes;
    record.dropBodies();
  }

  #dropOldest(): void {
    this.#forget(this.#ring[this.#first]!);
    this.#ring[this.#first++] = undefined;
    this.#droppedRows++;
    if (this.#first > 4096 && this.#first * 2 > this.#ring.length) {
      this.#ring = this.#ring.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Catches a feed up from the ring as far as its window allows. */
  #feed(feed: Feed): void {
    const due: ExchangeRecord[] = [];
    for (const record of this.records()) if (record.seq > feed.cursor) due.push(record);
    due.sort((a, b) => a.seq - b.seq);
    feed.behind = false;
    for (let i = 0; i < due.length; i += BATCH_ROWS) {
      const part = due.slice(i, i + BATCH_ROWS);
      if (!this.#send(feed, part, i + BATCH_ROWS >= due.length ? this.#lastSeq : part.at(-1)!.seq)) return;
    }
    if (due.length === 0 && feed.reset) this.#send(feed, [], this.#lastSeq);
  }

  /** False when the feed's window is full: it is behind and will be caught up on its next acknowledgement. */
  #send(feed: Feed, records: readonly ExchangeRecord[], upTo: number): boolean {
    if (feed.windowRows >= WINDOW_ROWS) {
      feed.behind = true;
      return false;
    }
    const rows: ExchangeRow[] = [];
    for (const record of records) {
      if (record.seq <= feed.cursor) continue;
      if (this.#byId.has(record.id)) rows.push(record.toRow());
      else this.#feedDropped++;
    }
    if (rows.length === 0 && !feed.reset) {
      feed.cursor = upTo;
      return true;
    }
    const batch: TrafficBatch = { firstSeq: feed.cursor + 1, lastSeq: upTo, rows, oldestId: this.#ring[this.#first]?.id ?? this.#lastId + 1 };
    if (feed.reset) batch.reset = true;
    feed.reset = false;
    feed.cursor = upTo;
    feed.unacknowledged.push([upTo, rows.length]);
    feed.windowRows += rows.length;
    feed.push(batch);
    return true;
  }
}
