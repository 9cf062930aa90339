/**
 * Fills the record of one exchange while it happens: it is the driver's `ExchangeLog`. Holds what is not data: the clock,
 * the bodies, and the place among the updates; of the record it tells the session when it changed and when it is over.
 */
import type { ProxyErrorCode } from '../contract/errors.ts';
import type { ExchangeLog, ExchangeStart, ReplyStart, UpstreamConnection } from '../contract/observer.ts';
import { mediaTypeOf } from '../contract/media-types.ts';
import type { Explained, TraceStep } from '../contract/reasons.ts';
import { getField } from '../http/fields.ts';
import type { BodyRing, CapturedBody } from './body-ring.ts';
import { newRecord, type BodySide, type ExchangeRecord, type Fields } from './record.ts';
import type { Kept } from './ring.ts';
import type { Mark, Ordered } from './update-order.ts';

/** What a recorder asks of its session, and tells it. */
export interface RecorderHost {
  now(): number;
  /** What to add to it for the time of day, ms. */
  wallOffsetMs(): number;
  /** The row changed; a batch will carry it. */
  changed(recorder: Recorder): void;
  finished(recorder: Recorder): void;
  /** Its bodies take more now. */
  grown(): void;
  readonly bodies: BodyRing;
}

export class Recorder implements ExchangeLog, Kept, Ordered<Recorder> {
  readonly record: ExchangeRecord;
  seq = 0;
  isKept = false;
  before: Recorder | Mark<Recorder> | undefined = undefined;
  next: Recorder | Mark<Recorder> | undefined = undefined;
  chargedBytes = 0;
  readonly #host: RecorderHost;
  /** When it started as durations count it; `startedAtMs` is by the clock on the wall, which may be set meanwhile. */
  readonly #beganAtMs: number;
  #requestBody: CapturedBody | undefined;
  #responseBody: CapturedBody | undefined;

  constructor(id: number, start: ExchangeStart, host: RecorderHost) {
    this.#host = host;
    this.#beganAtMs = host.now();
    this.record = newRecord(id, start, this.#beganAtMs + host.wallOffsetMs());
  }

  get id(): number {
    return this.record.id;
  }

  get isOver(): boolean {
    return this.record.durationMs !== undefined;
  }

  #at(): number {
    return this.#host.now() - this.#beganAtMs;
  }

  decided(explained: Explained): void {
    const { record } = this;
    record.reason = explained.reason;
    record.facts = explained.facts;
    record.neighbour = explained.neighbour ?? record.neighbour;
    record.trace = record.trace.length === 0 ? explained.trace : [...record.trace, ...explained.trace];
    record.timing.decidedMs ??= this.#at();
  }

  noted(step: TraceStep): void {
    this.record.trace = [...this.record.trace, step];
  }

  dispatched(): void {
    this.record.timing.dispatchedMs ??= this.#at();
  }

  connected(connection: UpstreamConnection): void {
    this.record.connection = connection;
  }

  upstreamBytes(sent: number, received: number): void {
    this.record.bytesSent = sent;
    this.record.bytesReceived = received;
  }

  upstreamHead(status: number, fields: Fields): void {
    this.record.upstreamStatus = status;
    this.record.upstreamFields = fields;
    this.record.timing.upstreamHeadMs = this.#at();
  }

  replyStarted(reply: ReplyStart): void {
    const { record } = this;
    record.status = reply.status;
    record.statusText = reply.statusText;
    record.responseFields = reply.fields;
    record.cacheStatus = reply.cacheStatus;
    record.outcome = reply.outcome;
    record.ageSeconds = reply.ageSeconds;
    record.ttlSeconds = reply.ttlSeconds;
    record.cacheStatusHeader = reply.cacheStatusHeader;
    record.entryId = reply.entryId;
    record.collapsed = reply.collapsed ?? false;
    record.contentType = mediaTypeOf(getField(reply.fields, 'content-type'));
    record.timing.replyStartMs = this.#at();
    record.state = 'open';
    this.#host.changed(this);
  }

  requestData(chunk: Uint8Array): void {
    this.record.requestBytes += chunk.length;
    if (!this.isKept) return;
    this.#requestBody = this.#host.bodies.add(this.#requestBody, chunk);
    this.#host.grown();
  }

  responseData(chunk: Uint8Array): void {
    this.record.responseBytes += chunk.length;
    if (!this.isKept) return;
    this.#responseBody = this.#host.bodies.add(this.#responseBody, chunk);
    this.#host.grown();
  }

  responseStored(entryId: number, body: Uint8Array): void {
    this.record.responseBytes += body.length;
    if (!this.isKept) return;
    this.#responseBody = this.#host.bodies.share(entryId, body);
    this.#host.grown();
  }

  tunnelBytes(up: number, down: number): void {
    this.record.requestBytes = up;
    this.record.responseBytes = down;
    this.#host.changed(this);
  }

  stored(entryId: number, ttlSeconds: number): void {
    this.record.entryId = entryId;
    this.record.ttlSeconds = ttlSeconds;
  }

  failed(code: ProxyErrorCode, text: string): void {
    // The first failure is the cause; what follows from it says nothing new.
    if (this.record.error !== undefined) return;
    this.record.error = code;
    this.record.errorText = text;
  }

  end(): void {
    const { record } = this;
    if (this.isOver) return;
    record.durationMs = this.#at();
    record.state = record.error === undefined ? 'done' : 'failed';
    if (record.outcome === undefined) {
      // Nothing was answered: the client went away first.
      record.outcome = 'ERROR';
      record.cacheStatus ??= 'BYPASS';
    }
    this.#host.finished(this);
  }

  captured(side: BodySide): CapturedBody | undefined {
    return side === 'request' ? this.#requestBody : this.#responseBody;
  }

  /** Lets go of the captured bodies. */
  dropBodies(): void {
    const { bodies } = this.#host;
    if (this.#requestBody) bodies.drop(this.#requestBody);
    if (this.#responseBody) bodies.drop(this.#responseBody);
    this.#requestBody = this.#responseBody = undefined;
  }
}

/**
 * Takes over what is equal in an earlier record of the same URL, so that one copy is kept: repeated hits differ in
 * little more than their times. Request fields are shared where they are received (`http/field-pool.ts`).
 */
export function shareWith(record: ExchangeRecord, earlier: ExchangeRecord): void {
  record.responseFields = shared(record.responseFields, earlier.responseFields);
  if (record.upstreamFields && earlier.upstreamFields)
    record.upstreamFields = shared(record.upstreamFields, earlier.upstreamFields);
  // Equal strings are still two in memory until one of them is let go.
  if (record.cacheStatusHeader === earlier.cacheStatusHeader) record.cacheStatusHeader = earlier.cacheStatusHeader;
  // What a hit tells is one object already while its age is the same; comparing costs more than all else here.
  if (record.facts === earlier.facts && record.trace === earlier.trace) return;
  if (isSameRecord(record.facts, earlier.facts)) record.facts = earlier.facts;
  const steps = earlier.trace;
  if (record.trace.length === steps.length && record.trace.every((step, i) => isSameStep(step, steps[i]!)))
    record.trace = steps;
}

/** `earlier` when it is equal, else the list itself. */
function shared(fields: Fields, earlier: Fields): Fields {
  if (fields === earlier || fields.length !== earlier.length) return fields;
  for (let i = 0; i < fields.length; i++) if (fields[i] !== earlier[i]) return fields;
  return earlier;
}

function isSameRecord(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  let more = 0;
  for (const key in a) {
    if (a[key] !== b[key]) return false;
    more++;
  }
  for (const _ in b) more--;
  return more === 0;
}

function isSameStep(a: TraceStep, b: TraceStep): boolean {
  return (
    a === b || (a.code === b.code && a.phase === b.phase && a.result === b.result && isSameRecord(a.inputs, b.inputs))
  );
}
