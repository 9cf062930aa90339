/**
 * The live session: numbers exchanges and joins what each of them passes through, the ring that keeps the newest, the
 * feeds that show them, the totals that count all, and the listeners of finished ones. Totals and listeners never wait
 * for a subscriber and know nothing of what was let go.
 */
import type { ExchangeLog, ExchangeObserver, ExchangeStart } from '../contract/observer.ts';
import { tellAll, type ReportFault } from '../contract/faults.ts';
import type { CaptureStats, Totals } from '../contract/stats.ts';
import type { StreamSubscription, TrafficBatch } from '../contract/streams.ts';
import { Recent } from '../http/recent.ts';
import { BodyRing } from './body-ring.ts';
import { ExchangeRecord, type RecordSink } from './exchange-record.ts';
import { Feeds } from './feed.ts';
import { Ring } from './ring.ts';
import { addToTotals, countStarted, emptyTotals } from './totals.ts';

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

export class EventHub implements ExchangeObserver {
  readonly totals: Totals = emptyTotals();
  readonly bodies: BodyRing;
  readonly #options: EventHubOptions;
  readonly #report: ReportFault;
  readonly #sink: RecordSink;
  readonly #ring: Ring<ExchangeRecord>;
  readonly #feeds: Feeds<ExchangeRecord>;
  /** Number of the last finished exchange of a URL: by number, so that nothing is kept beyond the ring. */
  readonly #lastOf = new Recent<number>(4096, 2048);
  readonly #finishedListeners = new Set<(record: ExchangeRecord) => void>();
  #lastId = 0;
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
      grown: () => void this.#ring.keepBudget(),
      changed: (record) => this.#changed(record),
      finished: (record) => this.#finished(record),
    };
    this.#ring = new Ring(
      { maxRows: options.maxRows, maxBytes: options.maxBytes, outsideBytes: () => this.bodies.chargedBytes },
      (record, dropped) => {
        this.#feeds.left(record, dropped);
        record.dropBodies();
      },
    );
    this.#feeds = new Feeds(
      { toRow: (record) => record.toRow(), oldestId: () => this.#ring.oldest?.id ?? this.#lastId + 1 },
      this.#report,
    );
  }

  begin(start: ExchangeStart): ExchangeLog {
    const record = new ExchangeRecord(++this.#lastId, start, this.#sink);
    countStarted(this.totals, start);
    if (this.#paused) {
      this.#missed++;
      return record;
    }
    this.#ring.add(record, record.startBytes);
    if (start.parentId !== undefined) {
      const parent = this.#ring.get(start.parentId);
      if (parent) (parent.childIds ??= []).push(record.id);
    }
    this.#feeds.changed(record);
    this.#ring.keepBudget();
    return record;
  }

  /** Called with every finished exchange, captured or not. Returns the function that ends it. */
  onFinished(listener: (record: ExchangeRecord) => void): () => void {
    this.#finishedListeners.add(listener);
    return () => this.#finishedListeners.delete(listener);
  }

  get(id: number): ExchangeRecord | undefined {
    return this.#ring.get(id);
  }

  /** Captured records, oldest first. */
  records(): Iterable<ExchangeRecord> {
    return this.#ring;
  }

  /** Forgets all captured exchanges that are over; open ones stay. Answers how many went. */
  clear(): number {
    const cleared = this.#ring.forget((record) => record.durationMs !== undefined);
    this.#lastOf.clear();
    this.#feeds.reset();
    return cleared;
  }

  /** Keeps bounds that may have become narrower, at once. Answers how many exchanges had to go. */
  applyBudget(): number {
    const dropped = this.#ring.keepBudget();
    this.bodies.applyLimit();
    return dropped;
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
      rows: this.#ring.size,
      maxRows: this.#options.maxRows(),
      bytes: this.#ring.bytes + this.bodies.chargedBytes,
      maxBytes: this.#options.maxBytes(),
      bodyBytes: this.bodies.bytes,
      maxBodyBytes: this.#options.maxBodyBytes(),
      droppedRows: this.#ring.droppedCount,
      droppedBodies: this.bodies.droppedCount,
      paused: this.#paused,
      missedWhilePaused: this.#missed,
      feedDropped: this.#feeds.droppedCount,
    };
  }

  /** Feeds `push` with every update after `since`, then live. */
  subscribe(since: number, push: (batch: TrafficBatch) => void): StreamSubscription {
    return this.#feeds.subscribe(since, push);
  }

  /** Ends timers and feeds. */
  stop(): void {
    this.#feeds.stop();
  }

  /** Sends what is waiting now. */
  flush(): void {
    this.#feeds.flush();
  }

  #changed(record: ExchangeRecord): void {
    if (record.isKept) this.#feeds.changed(record);
  }

  #finished(record: ExchangeRecord): void {
    addToTotals(this.totals, record);
    this.#changed(record);
    if (record.isKept) {
      const earlier = this.#ring.get(this.#lastOf.get(record.start.url) ?? 0);
      if (earlier) record.shareWith(earlier);
      this.#lastOf.set(record.start.url, record.id);
      this.#ring.charge(record, record.roughBytes);
      this.#ring.keepBudget();
    }
    tellAll(this.#finishedListeners, record, 'telling of a finished exchange', this.#report);
  }
}
