/**
 * Feeds subscribers with rows in batches: updates wait a moment and go out together, one per item. A subscriber that lags
 * is caught up from what is kept; what left unseen is counted as dropped for it. A subscriber that throws gets nothing more.
 */
import type { ExchangeRow } from '../contract/exchange.ts';
import type { ReportFault } from '../contract/faults.ts';
import type { StreamSubscription, TrafficBatch } from '../contract/streams.ts';
import { UpdateOrder, type Mark, type Ordered } from './update-order.ts';

/** Updates are sent together after this long, ms … */
const FLUSH_MS = 50;
/** … or when this many are waiting. */
const FLUSH_COUNT = 256;
/** Most rows in one batch; a snapshot is sent as several. */
const BATCH_ROWS = 2000;
/** Rows a subscriber may have been sent without acknowledging them. */
const WINDOW_ROWS = 8000;

interface Feed<T> {
  push: (batch: TrafficBatch) => void;
  /** Everything up to here was sent. */
  cursor: number;
  /** The same place among the items. */
  mark: Mark<T>;
  /** Rows whose latest update left before this feed was told, since the last batch. */
  dropped: number;
  /** Rows sent and not acknowledged: [lastSeq, rows]. */
  unacknowledged: [lastSeq: number, rows: number][];
  windowRows: number;
  behind: boolean;
  /** The next batch must say reset. */
  reset: boolean;
}

/** What feeds ask of whoever keeps the items. */
export interface FeedSource<T> {
  toRow(item: T): ExchangeRow;
  /** Id of the oldest item kept, or the next id when there is none. */
  oldestId(): number;
}

export class Feeds<T extends Ordered<T>> {
  readonly #source: FeedSource<T>;
  readonly #report: ReportFault;
  readonly #order = new UpdateOrder<T>();
  readonly #feeds = new Set<Feed<T>>();
  #lastSeq = 0;
  /** Number of the latest update as long as nobody was sent it: when that item changes again it needs no other. 0 afterwards. */
  untoldSeq = 0;
  /** Everything up to here was flushed; so many items changed since. */
  #flushedSeq = 0;
  #waiting = 0;
  /** Marks before the last clear cannot be continued. */
  #clearedSeq = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Rows that left before some feed was told. */
  droppedCount = 0;

  constructor(source: FeedSource<T>, report: ReportFault) {
    this.#source = source;
    this.#report = report;
  }

  /** Feeds `push` with every update after `since` (0 = all that is kept), then live. */
  subscribe(since: number, push: (batch: TrafficBatch) => void): StreamSubscription {
    // A mark from another session (or from before a clear, or before rows were lost) cannot be continued.
    const reset =
      since === 0 ||
      since > this.#lastSeq ||
      since < this.#clearedSeq ||
      (this.#order.lowestSeq > since && this.#source.oldestId() > 1);
    const cursor = reset ? 0 : since;
    const mark = this.#order.addMark(cursor);
    const feed: Feed<T> = { push, cursor, mark, dropped: 0, unacknowledged: [], windowRows: 0, behind: true, reset };
    this.#feeds.add(feed);
    // What changed while there was nobody to tell does not wait to be told.
    if (this.#timer === undefined) this.#flushedSeq = this.#lastSeq;
    this.#send(feed);
    return {
      stop: () => this.#end(feed),
      acknowledge: (upTo) => {
        while (feed.unacknowledged.length > 0 && feed.unacknowledged[0]![0] <= upTo)
          feed.windowRows -= feed.unacknowledged.shift()![1];
        if (feed.behind && this.#feeds.has(feed)) this.#send(feed);
      },
    };
  }

  /** An item was added or updated: it gets the next number, unless it has the latest and nobody was told. */
  changed(item: T): void {
    if (item.seq !== 0 && item.seq === this.untoldSeq) return;
    const waits = item.seq > this.#flushedSeq;
    this.untoldSeq = item.seq = ++this.#lastSeq;
    this.#order.moveLast(item);
    // With nobody to tell there is nothing to wait for.
    if (waits || this.#feeds.size === 0) return;
    if (++this.#waiting >= FLUSH_COUNT) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** An item is kept no longer; `dropped` when nobody asked for that, so that a feed that was not told of it counts it. */
  left(item: T, dropped: boolean): void {
    this.#order.remove(item);
    if (!dropped) return;
    for (const feed of this.#feeds) {
      if (item.seq <= feed.cursor) continue;
      feed.dropped++;
      this.droppedCount++;
    }
  }

  /** Much was forgotten on request: every subscriber starts afresh. */
  reset(): void {
    this.#clearedSeq = this.#lastSeq;
    for (const feed of this.#feeds) {
      feed.reset = true;
      feed.cursor = 0;
      feed.dropped = 0;
      this.#order.markFirst(feed.mark);
      this.#send(feed);
    }
  }

  /** Sends what is waiting now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = 0;
    this.#flushedSeq = this.#lastSeq;
    for (const feed of this.#feeds) if (!feed.behind) this.#send(feed);
  }

  /** Nobody is told anything more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#feeds.clear();
  }

  #end(feed: Feed<T>): void {
    if (this.#feeds.delete(feed)) this.#order.remove(feed.mark);
  }

  /** Sends a feed what came after its mark, as far as its window allows; the rest follows its acknowledgements. */
  #send(feed: Feed<T>): void {
    this.untoldSeq = 0;
    while (this.#feeds.has(feed)) {
      const next = this.#order.after(feed.mark);
      feed.behind = feed.windowRows >= WINDOW_ROWS;
      if (feed.behind || (next === undefined && feed.dropped === 0 && !feed.reset)) return;
      const rows: ExchangeRow[] = [];
      let last: T | undefined;
      for (let item = next; item !== undefined && rows.length < BATCH_ROWS; item = this.#order.after(item)) {
        rows.push(this.#source.toRow(item));
        last = item;
      }
      if (last !== undefined) this.#order.moveAfter(feed.mark, last);
      this.#push(feed, rows, last === undefined || this.#order.after(last) === undefined ? this.#lastSeq : last.seq);
    }
  }

  #push(feed: Feed<T>, rows: ExchangeRow[], upTo: number): void {
    const batch: TrafficBatch = { firstSeq: feed.cursor + 1, lastSeq: upTo, rows, oldestId: this.#source.oldestId() };
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
