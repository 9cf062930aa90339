/**
 * All exchanges of the session: numbers them, keeps the newest in a ring (bounded by count, and by bytes together with
 * their bodies), counts totals, and feeds subscribers in batches. A subscriber that lags is caught up from the ring; what
 * left the ring unseen is counted as dropped for it. Totals and listeners of finished exchanges never wait for a subscriber.
 */
import type { ExchangeRow } from '../contract/exchange.ts';
import { tellAll, type ReportFault } from '../contract/faults.ts';
import type { CaptureStats, Totals } from '../contract/stats.ts';
import type { TrafficBatch, StreamSubscription } from '../contract/streams.ts';
import type { ExchangeLog, ExchangeObserver, ExchangeStart } from '../contract/observer.ts';
import { Recent } from '../http/recent.ts';
import { BodyRing } from './body-ring.ts';
import { ExchangeRecord, type RecordSink } from './exchange-record.ts';
import { addToTotals, emptyTotals } from './totals.ts';
import { UpdateOrder, type Mark } from './update-order.ts';

/** Updates are sent together after this long, ms … */
const FLUSH_MS = 50;
/** … or when this many are waiting. */
const FLUSH_COUNT = 256;
/** Most rows in one batch; a snapshot is sent as several. */
const BATCH_ROWS = 2000;
/** Rows a subscriber may have been sent without acknowledging them. */
const WINDOW_ROWS = 8000;

export interface EventHubOptions {
  now: () => number;
  /** What to add to `now` for the time of day, ms. */
  wallOffsetMs?: (() => number) | undefined;
  maxRows: () => number;
  /** Records and bodies together, as estimated. */
  maxBytes: () => number;
  /** Of that, content of bodies. */
  maxBodyBytes: () => number;
  maxBodyBytesOne: () => number;
  /** Told when a listener or a subscriber throws. */
  report?: ReportFault;
}

interface Feed {
  push: (batch: TrafficBatch) => void;
  /** Everything up to here was sent. */
  cursor: number;
  /** The same place among the records. */
  mark: Mark<ExchangeRecord>;
  /** Rows whose latest update left the ring before this feed was told, since the last batch. */
  dropped: number;
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
  readonly #report: ReportFault;
  readonly #sink: RecordSink;
  /** Oldest first; `#first` is the index of the oldest that is still kept, slots before it are empty. */
  #ring: (ExchangeRecord | undefined)[] = [];
  #first = 0;
  readonly #byId = new Map<number, ExchangeRecord>();
  readonly #order = new UpdateOrder<ExchangeRecord>();
  /** Number of the last finished exchange of a URL: by number, so that nothing is kept beyond the ring. */
  readonly #lastOf = new Recent<number>(4096, 2048);
  #recordBytes = 0;
  #lastId = 0;
  #lastSeq = 0;
  /** Everything up to here was flushed; so many records changed since. */
  #flushedSeq = 0;
  #waiting = 0;
  /** Marks before the last clear cannot be continued. */
  #clearedSeq = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #feeds = new Set<Feed>();
  readonly #finishedListeners = new Set<(record: ExchangeRecord) => void>();
  #droppedRows = 0;
  #feedDropped = 0;
  #paused = false;
  #missed = 0;

  constructor(options: EventHubOptions) {
    this.#options = options;
    this.#report = options.report ?? (() => undefined);
    this.bodies = new BodyRing(options.maxBodyBytesOne, () => Math.min(options.maxBodyBytes(), options.maxBytes()));
    this.#sink = {
      now: options.now,
      wallOffsetMs: options.wallOffsetMs ?? (() => 0),
      bodies: this.bodies,
      grown: () => this.#keepBudget(),
      changed: (record) => this.#changed(record),
      finished: (record) => this.#finished(record),
    };
  }

  begin(start: ExchangeStart): ExchangeLog {
    const record = new ExchangeRecord(++this.#lastId, start, this.#sink);
    this.totals.inFlight++;
    if (start.kind === 'tunnel') this.totals.tunnelsOpen++;
    if (this.#paused) {
      this.#missed++;
      return record;
    }
    record.isKept = true;
    this.#ring.push(record);
    this.#byId.set(record.id, record);
    this.#charge(record, record.startBytes);
    if (start.parentId !== undefined) {
      const parent = this.#byId.get(start.parentId);
      if (parent) (parent.childIds ??= []).push(record.id);
    }
    this.#changed(record);
    this.#keepBudget();
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
    this.#lastOf.clear();
    this.#clearedSeq = this.#lastSeq;
    for (const feed of this.#feeds) {
      feed.reset = true;
      feed.cursor = 0;
      feed.dropped = 0;
      this.#order.markFirst(feed.mark);
      this.#feed(feed);
    }
    return cleared;
  }

  /** Keeps bounds that may have become narrower, at once. Answers how many exchanges had to go. */
  applyBudget(): number {
    const before = this.rows;
    this.#keepBudget();
    this.bodies.applyLimit();
    return before - this.rows;
  }

  /** Exchanges kept. */
  get rows(): number {
    return this.#ring.length - this.#first;
  }

  /** While paused new exchanges are counted and passed to listeners, but not kept. What began before is kept to its end. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
  }

  get paused(): boolean {
    return this.#paused;
  }

  stats(): CaptureStats {
    return {
      rows: this.rows,
      maxRows: this.#options.maxRows(),
      bytes: this.#recordBytes + this.bodies.chargedBytes,
      maxBytes: this.#options.maxBytes(),
      bodyBytes: this.bodies.bytes,
      maxBodyBytes: this.#options.maxBodyBytes(),
      droppedRows: this.#droppedRows,
      droppedBodies: this.bodies.droppedCount,
      paused: this.#paused,
      missedWhilePaused: this.#missed,
      feedDropped: this.#feedDropped,
    };
  }

  /** Feeds `push` with every update after `since`, then live. */
  subscribe(since: number, push: (batch: TrafficBatch) => void): StreamSubscription {
    // A mark from another session (or from before a clear, or before rows were lost) cannot be continued.
    const oldest = this.#ring[this.#first];
    const reset =
      since === 0 ||
      since > this.#lastSeq ||
      since < this.#clearedSeq ||
      (oldest !== undefined && oldest.id > 1 && since < this.#order.lowestSeq);
    const cursor = reset ? 0 : since;
    const feed: Feed = {
      push,
      cursor,
      mark: this.#order.addMark(cursor),
      dropped: 0,
      unacknowledged: [],
      windowRows: 0,
      behind: true,
      reset,
    };
    this.#feeds.add(feed);
    this.#feed(feed);
    return {
      stop: () => this.#end(feed),
      acknowledge: (mark) => {
        while (feed.unacknowledged.length > 0 && feed.unacknowledged[0]![0] <= mark)
          feed.windowRows -= feed.unacknowledged.shift()![1];
        if (feed.behind && this.#feeds.has(feed)) this.#feed(feed);
      },
    };
  }

  #end(feed: Feed): void {
    if (this.#feeds.delete(feed)) this.#order.remove(feed.mark);
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
    this.#waiting = 0;
    this.#flushedSeq = this.#lastSeq;
    for (const feed of this.#feeds) if (!feed.behind) this.#feed(feed);
  }

  #changed(record: ExchangeRecord): void {
    if (!record.isKept) return;
    const waits = record.seq > this.#flushedSeq;
    record.seq = ++this.#lastSeq;
    this.#order.moveLast(record);
    // With nobody to tell there is nothing to wait for.
    if (waits || this.#feeds.size === 0) return;
    if (++this.#waiting >= FLUSH_COUNT) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  #finished(record: ExchangeRecord): void {
    addToTotals(this.totals, record);
    this.#changed(record);
    if (record.isKept) {
      const earlier = this.#byId.get(this.#lastOf.get(record.start.url) ?? 0);
      if (earlier) record.shareWith(earlier);
      this.#lastOf.set(record.start.url, record.id);
      this.#charge(record, record.roughBytes);
      this.#keepBudget();
    }
    tellAll(this.#finishedListeners, record, 'telling of a finished exchange', this.#report);
  }

  #charge(record: ExchangeRecord, bytes: number): void {
    this.#recordBytes += bytes - record.chargedBytes;
    record.chargedBytes = bytes;
  }

  /** Drops the oldest exchanges, with their bodies, until both bounds are kept; the newest stays. */
  #keepBudget(): void {
    const maxRows = Math.max(1, this.#options.maxRows());
    const maxBytes = this.#options.maxBytes();
    while (this.rows > maxRows || (this.#recordBytes + this.bodies.chargedBytes > maxBytes && this.rows > 1))
      this.#dropOldest();
  }

  #forget(record: ExchangeRecord): void {
    this.#byId.delete(record.id);
    this.#order.remove(record);
    this.#charge(record, 0);
    record.isKept = false;
    record.dropBodies();
  }

  #dropOldest(): void {
    const record = this.#ring[this.#first]!;
    for (const feed of this.#feeds) {
      if (record.seq <= feed.cursor) continue;
      feed.dropped++;
      this.#feedDropped++;
    }
    this.#forget(record);
    this.#ring[this.#first++] = undefined;
    this.#droppedRows++;
    if (this.#first > 4096 && this.#first * 2 > this.#ring.length) {
      this.#ring = this.#ring.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Sends a feed what came after its mark, as far as its window allows; the rest follows its acknowledgements. */
  #feed(feed: Feed): void {
    while (this.#feeds.has(feed)) {
      const next = this.#order.after(feed.mark);
      feed.behind = feed.windowRows >= WINDOW_ROWS;
      if (feed.behind || (next === undefined && feed.dropped === 0 && !feed.reset)) return;
      const rows: ExchangeRow[] = [];
      let last: ExchangeRecord | undefined;
      for (let record = next; record !== undefined && rows.length < BATCH_ROWS; record = this.#order.after(record)) {
        rows.push(record.toRow());
        last = record;
      }
      if (last !== undefined) this.#order.moveAfter(feed.mark, last);
      this.#push(feed, rows, last === undefined || this.#order.after(last) === undefined ? this.#lastSeq : last.seq);
    }
  }

  #push(feed: Feed, rows: ExchangeRow[], upTo: number): void {
    const batch: TrafficBatch = {
      firstSeq: feed.cursor + 1,
      lastSeq: upTo,
      rows,
      oldestId: this.#ring[this.#first]?.id ?? this.#lastId + 1,
    };
    if (feed.reset) batch.reset = true;
    if (feed.dropped > 0) batch.dropped = feed.dropped;
    feed.reset = false;
    feed.dropped = 0;
    feed.cursor = upTo;
    // An empty batch counts too: whoever acknowledges nothing must not be sent any number of them.
    const weight = Math.max(1, rows.length);
    feed.unacknowledged.push([upTo, weight]);
    feed.windowRows += weight;
    try {
      feed.push(batch);
    } catch (error) {
      // Nothing more for it: the others, and the exchange this happens in, are not to suffer.
      this.#report('feeding a subscriber', error);
      this.#end(feed);
    }
  }
}
