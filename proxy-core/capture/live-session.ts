/**
 * The live session: numbers exchanges and joins what each of them passes through, the ring that keeps the newest, the
 * feeds that show them, the totals that count all, and the listeners of finished ones. Totals and listeners never wait
 * for a subscriber and know nothing of what was let go.
 */
import type { ExchangeQuery, MessageQuery } from '../contract/commands.ts';
import { CommandError } from '../contract/errors.ts';
import type { ExchangeDetail, ExchangeRow } from '../contract/exchange.ts';
import type { LabelChange } from '../contract/labels.ts';
import type { Reading } from '../contract/filter/terms.ts';
import type { MessagePage } from '../contract/messages.ts';
import type { ClientPeer, ExchangeObserver, ExchangeStart } from '../contract/observer.ts';
import { tellAll, type ReportFault } from '../contract/faults.ts';
import { emptyTotals, type CaptureStats, type Totals } from '../contract/stats.ts';
import type { StreamSubscription, TrafficBatch } from '../contract/streams.ts';
import { BodyRing, readCaptured } from './body-ring.ts';
import { Feeds } from './feed.ts';
import { RecordPacker } from './packed-record.ts';
import { findRecords } from './query.ts';
import { startBytes, toDetail, toRow, type BodySide, type ExchangeRecord } from './record.ts';
import { Recorder, type FinishedExchange, type RecorderHost } from './recorder.ts';
import { Ring } from './ring.ts';
import { answerSearch, probeExchanges, type Searched } from './search.ts';
import type { Session, SessionBody } from './session.ts';
import { addToTotals } from './totals.ts';

export interface LiveSessionOptions {
  /** Unlike that of any other run of the core. */
  sessionId: string;
  now: () => number;
  /** What to add to `now` for the time of day, ms. */
  wallOffsetMs?: (() => number) | undefined;
  /** These four are asked at the start and by {@link LiveSession.applyBudget}. */
  maxRows: () => number;
  /** Records and bodies together, as estimated. */
  maxBytes: () => number;
  /** Of that, content of bodies. */
  maxBodyBytes: () => number;
  maxBodyBytesOne: () => number;
  /** Told when what was cleared is let go of in the end. */
  forgot?: () => void;
  /** Told when a listener or a subscriber throws. */
  report?: ReportFault;
}

/** What is left of an exchange beside its packed record, as heap snapshots show it. */
const RECORDER_BYTES = 200;
/** How often the size of content that is still passing is told, ms: long downloads and streams, not every answer. */
const GROWTH_MS = 250;
/** Of the room for bodies one conversation takes this part at most: the others are worth looking at too. */
const CONVERSATION_SHARE = 4;
/** Exchanges that are told of again when their client is known; beyond that a row says so with its next change. */
const MAX_UNNAMED = 4096;
/** How long what was cleared can be brought back. */
const UNDO_MS = 10_000;

export class LiveSession implements ExchangeObserver, Session {
  readonly kind = 'live';
  readonly id: string;
  readonly totals: Totals = emptyTotals();
  readonly bodies: BodyRing;
  readonly #options: LiveSessionOptions;
  readonly #bounds: { maxRows: number; maxBytes: number };
  readonly #report: ReportFault;
  readonly #host: RecorderHost;
  readonly #ring: Ring<Recorder>;
  readonly #feeds: Feeds<Recorder>;
  readonly #searched: Searched<Recorder, ExchangeRecord> = {
    recordOf: (recorder) => (recorder.isKept ? recorder.record : undefined),
    rowOf: ({ seq }, record) => toRow(record, seq, this.id),
    sent: (recorder, side) => {
      const body = recorder.captured(side);
      return body && { length: body.kept, read: (at, length) => readCaptured(body, at, length) };
    },
  };
  readonly #finishedListeners = new Set<(finished: FinishedExchange) => void>();
  #lastId = 0;
  /** Those whose content grew since that was last told. */
  #growing: Recorder[] = [];
  #growthTimer: NodeJS.Timeout | undefined;
  /** Rows of connections whose program is still being found out. */
  readonly #unnamed = new Map<ClientPeer, Recorder[]>();
  #unnamedCount = 0;
  #paused = false;
  #missed = 0;
  /** So many at most are set aside, and until when. */
  #aside = 0;
  #asideUntilMs = -Infinity;

  constructor(options: LiveSessionOptions) {
    this.id = options.sessionId;
    this.#options = options;
    this.#report = options.report ?? (() => undefined);
    this.bodies = new BodyRing(options.maxBodyBytesOne, () => Math.min(options.maxBodyBytes(), options.maxBytes()));
    this.#bounds = { maxRows: options.maxRows(), maxBytes: options.maxBytes() };
    this.#ring = new Ring(this.#bounds, this.bodies, (recorder, dropped) => {
      if (recorder.isAside) {
        // Nobody misses it; of those aside one less is there.
        if (this.#aside > 0) this.#aside--;
      } else this.#feeds.left(recorder, dropped);
      recorder.letGo();
    });
    this.#feeds = new Feeds(
      {
        toRow: ({ record, seq }) => toRow(record, seq, this.id),
        oldestId: () => this.#ring.oldest?.id ?? this.#lastId + 1,
      },
      this.#report,
    );
    this.#host = {
      now: options.now,
      wallOffsetMs: options.wallOffsetMs ?? (() => 0),
      bodies: this.bodies,
      feeds: this.#feeds,
      packer: new RecordPacker(),
      grown: () => void this.#ring.keepBudget(),
      growing: (recorder) => {
        this.#growing.push(recorder);
        this.#growthTimer ??= setTimeout(() => this.tellGrowth(), GROWTH_MS).unref();
      },
      conversed: (recorder, bytes) => {
        this.#ring.charge(recorder, recorder.chargedBytes + bytes);
        this.#ring.keepBudget();
      },
      conversationBytes: () => options.maxBodyBytes() / CONVERSATION_SHARE,
      finished: (recorder, record) => this.#finished(recorder, record),
    };
  }

  /** Number of the exchange that begins next. */
  get nextId(): number {
    return this.#lastId + 1;
  }

  begin(start: ExchangeStart): Recorder {
    const recorder = new Recorder(++this.#lastId, start, this.#host);
    this.totals.inFlight++;
    if (start.kind === 'tunnel') this.totals.tunnelsOpen++;
    if (this.#paused) {
      this.#missed++;
      return recorder;
    }
    this.#ring.add(recorder, startBytes(recorder.record));
    if (start.parentId !== undefined) this.#ring.get(start.parentId)?.addChild(recorder.id);
    this.#feeds.changed(recorder);
    if (start.peer?.pending === true) this.#awaitName(start.peer, recorder);
    return recorder;
  }

  #awaitName(peer: ClientPeer, recorder: Recorder): void {
    if (this.#unnamedCount >= MAX_UNNAMED) return;
    this.#unnamedCount++;
    const others = this.#unnamed.get(peer);
    if (others === undefined) this.#unnamed.set(peer, [recorder]);
    else others.push(recorder);
  }

  /** The program behind a connection has been found out, or cannot be. */
  clientKnown(peer: ClientPeer): void {
    const recorders = this.#unnamed.get(peer);
    if (recorders === undefined) return;
    this.#unnamed.delete(peer);
    this.#unnamedCount -= recorders.length;
    if (peer.program !== undefined) for (const recorder of recorders) recorder.tellClient();
  }

  /**
   * Called with every finished exchange, captured or not. Whoever wants to look at it later holds it: that costs no
   * second record, and what nobody holds is free to go. Returns the function that ends it.
   */
  onFinished(listener: (finished: FinishedExchange) => void): () => void {
    this.#finishedListeners.add(listener);
    return () => this.#finishedListeners.delete(listener);
  }

  record(id: number): ExchangeRecord | undefined {
    return this.#get(id)?.record;
  }

  /** Captured records, oldest first. */
  *records(): IterableIterator<ExchangeRecord> {
    for (const { record } of this.#shown()) yield record;
  }

  list(query: ExchangeQuery): { rows: ExchangeRow[]; total: number } {
    const { found, total } = findRecords(this.#shown(), ({ record }) => record, query);
    return { rows: found.map(({ record, seq }) => toRow(record, seq, this.id)), total };
  }

  search(query: ExchangeQuery & { q: string }): Promise<{ rows: ExchangeRow[]; total: number; unsearched?: number }> {
    return answerSearch([...this.#shown()], query, this.#searched);
  }

  probe(readings: readonly Reading[], ids: readonly number[]): Promise<number[]> {
    return probeExchanges(
      ids.map((id) => this.#get(id)),
      readings,
      this.#searched,
    );
  }

  detail(id: number): ExchangeDetail | undefined {
    const recorder = this.#get(id);
    if (recorder === undefined) return undefined;
    const detail = toDetail(recorder.record, recorder.seq, this.id, (side) => recorder.captured(side));
    return { ...detail, ...(recorder.conversation && { messages: recorder.conversation.seen }) };
  }

  /** Writes notes and colours to captured exchanges; answers how many there are of those asked for. */
  label(ids: readonly number[], change: LabelChange): number {
    let labelled = 0;
    for (const id of ids) {
      const recorder = this.#get(id);
      if (recorder === undefined) continue;
      const before = recorder.record.labels?.note?.length ?? 0;
      recorder.label(change);
      const { record } = recorder;
      this.#ring.charge(recorder, recorder.chargedBytes + 2 * ((record.labels?.note?.length ?? 0) - before));
      if (recorder.isOver) recorder.pack(record);
      labelled++;
    }
    this.#ring.keepBudget();
    return labelled;
  }

  body(id: number, side: BodySide): SessionBody | undefined {
    const body = this.#get(id)?.captured(side);
    return body && { kept: body.kept, dropped: body.dropped, read: (at, length) => readCaptured(body, at, length) };
  }

  messages(id: number, query: MessageQuery): MessagePage | undefined {
    return this.#get(id)?.conversation?.page(query);
  }

  message(id: number, n: number): SessionBody | undefined {
    return this.#get(id)?.conversation?.body(n);
  }

  /** Forgets all captured exchanges that are over; open ones stay. Answers how many went. */
  clear(): number {
    this.#forgetAside();
    const cleared = this.#ring.forget((recorder) => recorder.isOver);
    this.#feeds.reset();
    return cleared;
  }

  /** The same, but for a while they can be brought back. They stay within the bounds: what is new takes their room. */
  setAside(): { cleared: number; undoUntilMs: number } {
    this.#forgetAside();
    let cleared = 0;
    for (const recorder of this.#ring) {
      if (!recorder.isOver) continue;
      recorder.isAside = true;
      this.#feeds.left(recorder, false);
      cleared++;
    }
    this.#aside = cleared;
    this.#asideUntilMs = this.#options.now() + UNDO_MS;
    this.#feeds.reset();
    return { cleared, undoUntilMs: this.#asideUntilMs + this.#host.wallOffsetMs() };
  }

  /** Brings back what was set aside and is still there; answers how many. */
  bringBack(): number {
    if (this.#options.now() > this.#asideUntilMs)
      throw new CommandError(
        'gone',
        'what was cleared can no longer be brought back',
        'Undo works once, within ten seconds.',
      );
    this.#asideUntilMs = -Infinity;
    this.#aside = 0;
    let restored = 0;
    for (const recorder of this.#ring) {
      if (!recorder.isAside) continue;
      recorder.isAside = false;
      this.#feeds.changed(recorder);
      restored++;
    }
    return restored;
  }

  /** Lets go of what was set aside. */
  #forgetAside(): void {
    if (this.#aside === 0) return;
    this.#aside = 0;
    this.#asideUntilMs = -Infinity;
    this.#ring.forget((recorder) => recorder.isAside);
    this.#options.forgot?.();
  }

  *#shown(): IterableIterator<Recorder> {
    for (const recorder of this.#ring) if (!recorder.isAside) yield recorder;
  }
  #get(id: number): Recorder | undefined {
    const recorder = this.#ring.get(id);
    return recorder?.isAside === true ? undefined : recorder;
  }

  /** Keeps bounds that may have become narrower, at once. Answers how many exchanges had to go. */
  applyBudget(): number {
    this.#bounds.maxRows = this.#options.maxRows();
    this.#bounds.maxBytes = this.#options.maxBytes();
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

  /** Counters and sizes; also lets go of what can no longer be brought back, so call it now and then. */
  stats(): CaptureStats {
    if (this.#options.now() > this.#asideUntilMs) this.#forgetAside();
    return {
      rows: this.#ring.size - this.#aside,
      maxRows: this.#bounds.maxRows,
      bytes: this.#ring.bytes + this.bodies.chargedBytes,
      maxBytes: this.#bounds.maxBytes,
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

  /** Tells at once how much content has passed in exchanges that are open; done by itself while content passes. */
  tellGrowth(): void {
    clearTimeout(this.#growthTimer);
    this.#growthTimer = undefined;
    const growing = this.#growing;
    this.#growing = [];
    for (const recorder of growing) recorder.tellGrowth();
  }

  /** Ends timers and feeds. */
  stop(): void {
    clearTimeout(this.#growthTimer);
    this.#feeds.stop();
  }

  /** Sends what is waiting now. */
  flush(): void {
    this.#feeds.flush();
  }

  #finished(recorder: Recorder, record: ExchangeRecord): void {
    addToTotals(this.totals, record);
    // Before it is packed, for then reading it costs nothing.
    if (this.#finishedListeners.size > 0)
      tellAll(this.#finishedListeners, recorder, 'telling of a finished exchange', this.#report);
    if (!recorder.isKept) {
      if (recorder.isHeld) recorder.pack(record);
      return;
    }
    const begun = startBytes(record);
    const packed = recorder.pack(record);
    this.#ring.charge(recorder, recorder.chargedBytes - begun + RECORDER_BYTES + packed);
  }
}
