/**
 * Fills the record of one exchange while it happens: it is the driver's `ExchangeLog`. Holds what is not data: the clock,
 * the bodies, and the place among the updates; of the record it tells the session when it changed and when it is over.
 */
import type { ProxyErrorCode } from '../contract/errors.ts';
import type { StageChange } from '../contract/exchange.ts';
import type { ExchangeLog, ExchangeStart, ReplyStart, UpstreamConnection } from '../contract/observer.ts';
import type { LabelChange } from '../contract/labels.ts';
import { mediaTypeOf } from '../contract/media-types.ts';
import type { MessageDirection, SeenMessage } from '../contract/messages.ts';
import type { Explained, TraceStep } from '../contract/reasons.ts';
import { getField } from '../http/fields.ts';
import { readCaptured, type BodyRing, type CapturedBody } from './body-ring.ts';
import { Conversation } from './conversation.ts';
import type { RecordBlock, RecordPacker } from './packed-record.ts';
import { OPERATION_BODY_MAX, operationInContent, operationInPath } from './operation.ts';
import { newRecord, type BodySide, type ExchangeRecord, type Fields, type Labels } from './record.ts';
import type { Feeds } from './feed.ts';
import type { Kept } from './ring.ts';
import type { Mark, Ordered } from './update-order.ts';

/** What a recorder asks of its session, and tells it. */
export interface RecorderHost {
  now(): number;
  /** What to add to it for the time of day, ms. */
  wallOffsetMs(): number;
  finished(recorder: Recorder, record: ExchangeRecord): void;
  /** Bodies take more now. */
  grown(): void;
  /** The content of this one grows while it is open. */
  growing(recorder: Recorder): void;
  /** A conversation takes so many bytes more (or fewer) now, its payloads aside. */
  conversed(recorder: Recorder, bytes: number): void;
  /** Payload kept of the messages of one WebSocket, bytes. */
  conversationBytes(): number;
  readonly bodies: BodyRing;
  readonly feeds: Feeds<Recorder>;
  readonly packer: RecordPacker;
}

/** An exchange that is over, for those who look at it later: its record is there from `hold` to `release`. */
export interface FinishedExchange {
  readonly id: number;
  /** To be read only; after the moment it is told of it may be made anew by each look. */
  readonly record: ExchangeRecord;
  hold(): void;
  /** Once for each `hold`. */
  release(): void;
}

/** Stands for an exchange of which nothing is kept any more, where something still happens to it. */
const FORGOTTEN: ExchangeStart = {
  kind: 'http',
  method: '',
  url: '',
  host: '',
  path: '',
  requestTarget: '',
  protocol: '',
  client: '',
  fields: [],
  cacheKey: '',
};

/** Steps of two decisions: in each phase the last word is the one that decided. */
function joined(before: readonly TraceStep[], after: readonly TraceStep[]): TraceStep[] {
  const out = before.slice();
  for (const { result, phase } of after) {
    if (result !== 'stop') continue;
    for (let i = 0; i < before.length; i++) {
      const step = out[i]!;
      if (step.result === 'stop' && step.phase === phase) out[i] = { ...step, result: 'pass' };
    }
  }
  return out.concat(after);
}

const labelled = <K extends string, T extends string, N extends T>(
  name: K,
  value: T | undefined,
  none: N,
): { [P in K]?: Exclude<T, N> } =>
  (value === undefined || value === none ? {} : { [name]: value }) as { [P in K]?: Exclude<T, N> };

export class Recorder implements ExchangeLog, FinishedExchange, Kept, Ordered<Recorder> {
  readonly id: number;
  seq = 0;
  isKept = false;
  /** Cleared, and to be had again for a moment: shown to nobody. */
  isAside = false;
  before: Recorder | Mark<Recorder> | undefined = undefined;
  next: Recorder | Mark<Recorder> | undefined = undefined;
  chargedBytes = 0;
  readonly #host: RecorderHost;
  /** Undefined while it is packed. */
  #record: ExchangeRecord | undefined;
  #block: RecordBlock | undefined;
  #packedAt = 0;
  #holders = 0;
  isOver = false;
  /** True from the first content nobody was told of. */
  isGrowing = false;
  /** When it started as durations count it; `startedAtMs` is by the clock on the wall, which may be set meanwhile. */
  readonly #beganAtMs: number;
  #requestBody: CapturedBody | undefined;
  #responseBody: CapturedBody | undefined;
  /** Facts that no later decision takes the place of. */
  #beside: Explained['facts'] | undefined;
  /** The messages of a WebSocket. */
  conversation: Conversation | undefined;

  constructor(id: number, start: ExchangeStart, host: RecorderHost) {
    this.id = id;
    this.#host = host;
    this.#beganAtMs = host.now();
    this.#record = newRecord(id, start, this.#beganAtMs + host.wallOffsetMs());
  }

  /** The record as it is; to be read only, one that is packed is made anew by each call. */
  get record(): ExchangeRecord {
    if (this.#record !== undefined) return this.#record;
    return this.#block === undefined
      ? newRecord(this.id, FORGOTTEN, 0)
      : this.#host.packer.read(this.#block, this.#packedAt);
  }

  /** The record to be written in: one that was packed is an object again from here on. */
  #open(): ExchangeRecord {
    if (this.#record === undefined) {
      this.#record = this.record;
      this.#unpack();
    }
    return this.#record;
  }

  get isHeld(): boolean {
    return this.#holders > 0;
  }

  hold(): void {
    this.#holders++;
  }

  release(): void {
    if (--this.#holders === 0 && !this.isKept) this.#unpack();
  }

  /** Packs the record of an exchange that is over; answers what it adds to what is kept, bytes. */
  pack(record: ExchangeRecord): number {
    const { packer } = this.#host;
    this.#packedAt = packer.pack(record);
    this.#block = packer.block;
    this.#record = undefined;
    return packer.addedBytes;
  }

  #unpack(): void {
    if (this.#block !== undefined) this.#host.packer.letGo(this.#block);
    this.#block = undefined;
  }

  #at(): number {
    return this.#host.now() - this.#beganAtMs;
  }

  /** The row changed; what changes twice before anybody is told needs no second number. */
  #changed(): void {
    const { feeds } = this.#host;
    if (this.isKept && !this.isAside && this.seq !== feeds.untoldSeq) feeds.changed(this);
  }

  /** Content passed: the session says when it is time to tell how much. */
  #passed(): void {
    if (this.isGrowing || this.isOver) return;
    this.isGrowing = true;
    this.#host.growing(this);
  }

  /** What its client is has been found out. */
  tellClient(): void {
    this.#changed();
  }

  /** Tells how much has passed by now, of an exchange that still runs. */
  tellGrowth(): void {
    this.isGrowing = false;
    if (!this.isOver) this.#changed();
  }

  decided(explained: Explained): void {
    const record = this.#open();
    record.reason = explained.reason;
    record.facts = this.#beside === undefined ? explained.facts : { ...explained.facts, ...this.#beside };
    // A new look into the store says anew what was near; what is decided about an answer says nothing of that.
    const isLook = explained.trace[0]?.phase === 'request';
    record.neighbour = isLook ? explained.neighbour : (explained.neighbour ?? record.neighbour);
    record.trace = record.trace.length === 0 ? explained.trace : joined(record.trace, explained.trace);
    record.timing.decidedMs ??= this.#at();
  }

  noted(step: TraceStep, facts?: Explained['facts']): void {
    const record = this.#open();
    record.trace = [...record.trace, step];
    if (facts !== undefined) this.#beside = { ...this.#beside, ...facts };
  }

  changed(change: StageChange<Fields>): void {
    const record = this.#open();
    record.changed = record.changed === undefined ? [change] : [...record.changed, change];
  }

  dispatched(): void {
    this.#open().timing.dispatchedMs ??= this.#at();
  }

  connected(connection: UpstreamConnection): void {
    this.#open().connection = connection;
  }

  upstreamBytes(sent: number, received: number): void {
    const record = this.#open();
    record.bytesSent = sent;
    record.bytesReceived = received;
  }

  upstreamHead(status: number, fields: Fields): void {
    const record = this.#open();
    record.upstreamStatus = status;
    record.upstreamFields = fields;
    record.timing.upstreamHeadMs = this.#at();
  }

  replyStarted(reply: ReplyStart): void {
    const record = this.#open();
    record.status = reply.status;
    record.statusText = reply.statusText;
    record.responseFields = reply.fields;
    record.cacheStatus = reply.cacheStatus;
    record.outcome = reply.outcome;
    record.ageSeconds = reply.ageSeconds;
    record.cacheStatusHeader = reply.cacheStatusHeader;
    // A reply that waits for a stage may begin after the content has been stored.
    record.ttlSeconds = reply.ttlSeconds ?? record.ttlSeconds;
    record.entryId = reply.entryId ?? record.entryId;
    record.collapsed = reply.collapsed ?? false;
    record.timing.replyStartMs = reply.atMs === undefined ? this.#at() : reply.atMs - this.#beganAtMs;
    record.labels ??= this.#operation(record);
    record.state = 'open';
    this.#changed();
  }

  /** A request's content is here when the reply begins, except where nobody reads it. */
  #operation({ start }: ExchangeRecord): Labels | undefined {
    let operation: string | undefined;
    if (start.method === 'GET') operation = operationInPath(start.path);
    else if (start.method === 'POST' && this.#requestBody !== undefined) {
      const { kept } = this.#requestBody;
      const type = mediaTypeOf(getField(start.fields, 'content-type')) ?? '';
      if (kept <= OPERATION_BODY_MAX && type.endsWith('json'))
        operation = operationInContent(readCaptured(this.#requestBody, 0, kept));
    }
    return operation === undefined ? undefined : { operation };
  }

  /** Writes a note or a colour to it; one that is over is to be packed again. */
  label({ note, color }: LabelChange): void {
    const record = this.#open();
    const { operation, note: hadNote, color: hadColor } = record.labels ?? {};
    const next = {
      ...(operation !== undefined && { operation }),
      ...labelled('note', note ?? hadNote, ''),
      ...labelled('color', color ?? hadColor, 'none'),
    };
    record.labels = Object.keys(next).length === 0 ? undefined : next;
    this.#changed();
  }

  requestData(chunk: Uint8Array): void {
    this.#open().requestBytes += chunk.length;
    if (!this.isKept) return;
    this.#requestBody = this.#host.bodies.add(this.#requestBody, chunk);
    this.#host.grown();
    this.#passed();
  }

  responseData(chunk: Uint8Array): void {
    this.#open().responseBytes += chunk.length;
    if (!this.isKept) return;
    this.#responseBody = this.#host.bodies.add(this.#responseBody, chunk);
    this.#host.grown();
    this.#passed();
  }

  responseStored(entryId: number, body: Uint8Array): void {
    this.#open().responseBytes += body.length;
    if (!this.isKept) return;
    const { bodies } = this.#host;
    const before = bodies.chargedBytes;
    this.#responseBody = bodies.share(entryId, body);
    if (bodies.chargedBytes > before) this.#host.grown();
  }

  tunnelBytes(up: number, down: number): void {
    const record = this.#open();
    record.requestBytes = up;
    record.responseBytes = down;
    this.#changed();
  }

  message(message: SeenMessage): void {
    if (!this.isKept) return;
    const conversation = this.#conversation();
    const before = conversation.chargedBytes;
    conversation.add(message, this.record.startedAtMs + this.#at());
    this.#host.conversed(this, conversation.chargedBytes - before);
  }

  messagesBroken(direction: MessageDirection, problem: string): void {
    if (this.isKept) this.#conversation().broken(direction, problem);
  }

  #conversation(): Conversation {
    return (this.conversation ??= new Conversation(this.#host.bodies, () => this.#host.conversationBytes()));
  }

  stored(entryId: number, ttlSeconds: number): void {
    const record = this.#open();
    record.entryId = entryId;
    record.ttlSeconds = ttlSeconds;
  }

  failed(code: ProxyErrorCode, text: string): void {
    const record = this.#open();
    // The first failure is the cause; what follows from it says nothing new.
    if (record.error !== undefined) return;
    record.error = code;
    record.errorText = text;
  }

  left({ outcome, cacheStatus }: Pick<ReplyStart, 'outcome' | 'cacheStatus'>): void {
    const record = this.#open();
    record.state = 'client-left';
    record.outcome ??= outcome;
    record.cacheStatus ??= cacheStatus;
  }

  end(): void {
    if (this.isOver) return;
    const record = this.#open();
    this.isOver = true;
    record.durationMs = this.#at();
    if (record.error !== undefined) record.state = 'failed';
    else if (record.state !== 'client-left') record.state = 'done';
    if (record.outcome === undefined) {
      // Nothing was answered.
      record.outcome = 'ERROR';
      record.cacheStatus ??= 'BYPASS';
    }
    this.#changed();
    this.#host.finished(this, record);
  }

  captured(side: BodySide): CapturedBody | undefined {
    return side === 'request' ? this.#requestBody : this.#responseBody;
  }

  addChild(id: number): void {
    (this.#open().childIds ??= []).push(id);
  }

  /** Lets go of all that is kept of it outside the ring. */
  letGo(): void {
    if (!this.isHeld) this.#unpack();
    const { bodies } = this.#host;
    if (this.#requestBody) bodies.drop(this.#requestBody);
    if (this.#responseBody) bodies.drop(this.#responseBody);
    this.conversation?.drop();
    this.#requestBody = this.#responseBody = undefined;
  }
}
