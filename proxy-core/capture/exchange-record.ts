/**
 * The record of one exchange: filled while it happens (it is the driver's `ExchangeLog`), read as row and as detail.
 * Kept small: fields stay flat lists, trace steps are those the decision made.
 */
import type { ProxyErrorCode } from '../contract/errors.ts';
import type {
  BodyInfo,
  CacheStatus,
  ExchangeDetail,
  ExchangeRow,
  ExchangeState,
  ExchangeTiming,
  Outcome,
} from '../contract/exchange.ts';
import { mediaTypeOf } from '../contract/media-types.ts';
import type { Explained, Neighbour, ReasonCode, TraceStep } from '../contract/reasons.ts';
import type { ExchangeLog, ExchangeStart, ReplyStart, UpstreamConnection } from '../contract/observer.ts';
import { getField, toFieldLines } from '../http/fields.ts';
import type { BodyRing, CapturedBody } from './body-ring.ts';
import type { Mark, Ordered } from './update-order.ts';

/** What a record tells when it changes. */
export interface RecordSink {
  now(): number;
  /** What to add to it for the time of day, ms. */
  wallOffsetMs(): number;
  /** The row changed; a batch will carry it. */
  changed(record: ExchangeRecord): void;
  finished(record: ExchangeRecord): void;
  /** Its bodies take more now. */
  grown(): void;
  readonly bodies: BodyRing;
}

type Fields = readonly string[];
const NO_FIELDS: Fields = [];
/** A record without its texts, and one step of its trace, as heap snapshots show them. */
const RECORD_BYTES = 900;
const STEP_BYTES = 160;

/** Rough size of a list of fields: names are shared, values mostly not. */
function listBytes(fields: Fields): number {
  let bytes = fields.length * 8 + 16;
  for (let i = 1; i < fields.length; i += 2) bytes += fields[i]!.length + 16;
  return bytes;
}

/** The user name of Basic credentials (RFC 7617); the password is never looked at further. */
function basicUser(fields: Fields): string | undefined {
  const value = getField(fields, 'proxy-authorization') ?? getField(fields, 'authorization');
  const match = value === undefined ? null : /^basic\s+([a-z0-9+/=_-]+)\s*$/i.exec(value);
  if (!match) return undefined;
  const text = Buffer.from(match[1]!, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon > 0 ? text.slice(0, colon) : undefined;
}

export class ExchangeRecord implements ExchangeLog, Ordered<ExchangeRecord> {
  readonly id: number;
  readonly startedAtMs: number;
  readonly start: ExchangeStart;
  /** Number of the latest update. */
  seq = 0;
  /** True while it is in the ring: nothing more is kept of one that is not, as nobody would let go of it. */
  isKept = false;
  /** Its neighbours in the order of updates. */
  before: ExchangeRecord | Mark<ExchangeRecord> | undefined = undefined;
  next: ExchangeRecord | Mark<ExchangeRecord> | undefined = undefined;
  /** What the ring charges for it now. */
  chargedBytes = 0;
  state: ExchangeState = 'pending';
  status: number | undefined;
  cacheStatus: CacheStatus | undefined;
  outcome: Outcome | undefined;
  reason: ReasonCode | undefined;
  responseBytes = 0;
  requestBytes = 0;
  durationMs: number | undefined;
  upstreamMs: number | undefined;
  error: ProxyErrorCode | undefined;
  collapsed = false;
  childIds: number[] | undefined;
  readonly #sink: RecordSink;
  /** When it started as durations count it; `startedAtMs` is by the clock on the wall, which may be set meanwhile. */
  readonly #beganAtMs: number;
  readonly #requestFields: Fields;
  readonly username: string | undefined;
  #responseFields: Fields = NO_FIELDS;
  #statusText = '';
  #upstreamFields: Fields | undefined;
  #upstreamStatus: number | undefined;
  #connection: UpstreamConnection | undefined;
  #bytesSent: number | undefined;
  #bytesReceived: number | undefined;
  #trace: TraceStep[] = [];
  #facts: Record<string, string | number> = {};
  #neighbour: Neighbour | undefined;
  #cacheStatusHeader: string | undefined;
  #errorText: string | undefined;
  #contentType: string | undefined;
  #ageSeconds: number | undefined;
  #ttlSeconds: number | undefined;
  #entryId: number | undefined;
  #timing: ExchangeTiming = {};
  #requestBody: CapturedBody | undefined;
  #responseBody: CapturedBody | undefined;
  #over = false;

  constructor(id: number, start: ExchangeStart, sink: RecordSink) {
    this.id = id;
    this.start = start;
    this.#sink = sink;
    this.#beganAtMs = sink.now();
    this.startedAtMs = this.#beganAtMs + sink.wallOffsetMs();
    this.username = basicUser(start.fields);
    this.#requestFields = start.fields;
  }

  #at(): number {
    return this.#sink.now() - this.#beganAtMs;
  }

  decided(explained: Explained): void {
    this.reason = explained.reason;
    this.#facts = explained.facts;
    this.#neighbour = explained.neighbour ?? this.#neighbour;
    this.#trace = this.#trace.length === 0 ? explained.trace : [...this.#trace, ...explained.trace];
    this.#timing.decidedMs ??= this.#at();
  }

  noted(step: TraceStep): void {
    this.#trace = [...this.#trace, step];
  }

  dispatched(): void {
    this.#timing.dispatchedMs ??= this.#at();
  }

  connected(connection: UpstreamConnection): void {
    this.#connection = connection;
  }

  upstreamBytes(sent: number, received: number): void {
    this.#bytesSent = sent;
    this.#bytesReceived = received;
  }

  upstreamHead(status: number, fields: Fields): void {
    this.#upstreamStatus = status;
    this.#upstreamFields = fields;
    const at = this.#at();
    this.#timing.upstreamHeadMs = at;
    this.upstreamMs = at - (this.#timing.dispatchedMs ?? 0);
  }

  replyStarted(reply: ReplyStart): void {
    this.status = reply.status;
    this.#statusText = reply.statusText;
    this.#responseFields = reply.fields;
    this.cacheStatus = reply.cacheStatus;
    this.outcome = reply.outcome;
    this.#ageSeconds = reply.ageSeconds;
    this.#ttlSeconds = reply.ttlSeconds;
    this.#cacheStatusHeader = reply.cacheStatusHeader;
    this.#entryId = reply.entryId;
    this.collapsed = reply.collapsed ?? false;
    this.#contentType = mediaTypeOf(getField(reply.fields, 'content-type'));
    this.#timing.replyStartMs = this.#at();
    this.state = 'open';
    this.#sink.changed(this);
  }

  requestData(chunk: Uint8Array): void {
    this.requestBytes += chunk.length;
    if (!this.isKept) return;
    this.#requestBody = this.#sink.bodies.add(this.#requestBody, chunk);
    this.#sink.grown();
  }

  responseData(chunk: Uint8Array): void {
    this.responseBytes += chunk.length;
    if (!this.isKept) return;
    this.#responseBody = this.#sink.bodies.add(this.#responseBody, chunk);
    this.#sink.grown();
  }

  responseStored(entryId: number, body: Uint8Array): void {
    this.responseBytes += body.length;
    if (!this.isKept) return;
    this.#responseBody = this.#sink.bodies.share(entryId, body);
    this.#sink.grown();
  }

  tunnelBytes(up: number, down: number): void {
    this.requestBytes = up;
    this.responseBytes = down;
    this.#sink.changed(this);
  }

  stored(entryId: number, ttlSeconds: number): void {
    this.#entryId = entryId;
    this.#ttlSeconds = ttlSeconds;
  }

  failed(code: ProxyErrorCode, text: string): void {
    // The first failure is the cause; what follows from it says nothing new.
    if (this.error !== undefined) return;
    this.error = code;
    this.#errorText = text;
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.durationMs = this.#at();
    this.#timing.endMs = this.durationMs;
    this.state = this.error === undefined ? 'done' : 'failed';
    if (this.outcome === undefined) {
      // Nothing was answered: the client went away first.
      this.outcome = 'ERROR';
      this.cacheStatus ??= 'BYPASS';
    }
    this.#sink.finished(this);
  }

  /** Rough size in memory when the exchange begins. */
  get startBytes(): number {
    return RECORD_BYTES + this.start.url.length * 3 + listBytes(this.#requestFields);
  }

  /** Rough size in memory without bodies, once the exchange is over. The texts of the upstream's fields are those of the reply's. */
  get roughBytes(): number {
    return (
      this.startBytes +
      (this.#errorText?.length ?? 0) +
      listBytes(this.#responseFields) +
      (this.#upstreamFields?.length ?? 0) * 8 +
      this.#trace.length * STEP_BYTES
    );
  }

  /** Bytes of its event record as JSON, roughly: the frame, the URL, who asked, and the fields sent. */
  get recordBytes(): number {
    let chars =
      480 +
      this.start.url.length +
      (this.username?.length ?? 0) +
      (getField(this.#requestFields, 'user-agent')?.length ?? 0);
    for (const text of this.#responseFields) chars += text.length + 3;
    return chars;
  }

  /**
   * Takes over what is equal in an earlier record of the same URL, so that one copy is kept: repeated hits differ in
   * little more than their times. Request fields are shared where they are received (`http/field-pool.ts`).
   */
  shareWith(earlier: ExchangeRecord): void {
    this.#responseFields = shared(this.#responseFields, earlier.#responseFields);
    if (this.#upstreamFields && earlier.#upstreamFields)
      this.#upstreamFields = shared(this.#upstreamFields, earlier.#upstreamFields);
    // Equal strings are still two in memory until one of them is let go.
    if (this.#cacheStatusHeader === earlier.#cacheStatusHeader) this.#cacheStatusHeader = earlier.#cacheStatusHeader;
    // What a hit tells is one object already while its age is the same; comparing costs more than all else here.
    if (this.#facts === earlier.#facts && this.#trace === earlier.#trace) return;
    if (isSameRecord(this.#facts, earlier.#facts)) this.#facts = earlier.#facts;
    const steps = earlier.#trace;
    if (this.#trace.length === steps.length && this.#trace.every((step, i) => isSameStep(step, steps[i]!)))
      this.#trace = steps;
  }

  /** Lets go of the captured bodies. */
  dropBodies(): void {
    const { bodies } = this.#sink;
    if (this.#requestBody) bodies.drop(this.#requestBody);
    if (this.#responseBody) bodies.drop(this.#responseBody);
    this.#requestBody = this.#responseBody = undefined;
  }

  captured(side: 'request' | 'response'): CapturedBody | undefined {
    return side === 'request' ? this.#requestBody : this.#responseBody;
  }

  /** Unique over all sessions. */
  eventId(sessionId: string): string {
    return `${sessionId}-${this.id}`;
  }

  toRow(): ExchangeRow {
    const { start } = this;
    const row: ExchangeRow = {
      id: this.id,
      seq: this.seq,
      state: this.state,
      method: start.method,
      url: start.url,
      host: start.host,
      path: start.path,
      startedAtMs: this.startedAtMs,
      responseBytes: this.responseBytes,
      requestBytes: this.requestBytes,
      kind: start.kind,
      client: start.client,
      protocol: start.protocol,
      cacheKey: start.cacheKey,
    };
    if (this.durationMs !== undefined) row.durationMs = this.durationMs;
    if (this.status !== undefined) row.status = this.status;
    if (this.cacheStatus !== undefined) row.cacheStatus = this.cacheStatus;
    if (this.outcome !== undefined) row.outcome = this.outcome;
    if (this.reason !== undefined) row.reason = this.reason;
    if (this.#contentType !== undefined) row.contentType = this.#contentType;
    if (this.#ageSeconds !== undefined) row.ageSeconds = this.#ageSeconds;
    if (this.#ttlSeconds !== undefined) row.ttlSeconds = this.#ttlSeconds;
    if (this.upstreamMs !== undefined) row.upstreamMs = this.upstreamMs;
    if (this.error !== undefined) row.error = this.error;
    if (this.#entryId !== undefined) row.entryId = this.#entryId;
    if (this.collapsed) row.collapsed = true;
    if (start.parentId !== undefined) row.parentId = start.parentId;
    return row;
  }

  /** The moments, and what opening the connection took. */
  #toTiming(): ExchangeTiming {
    if (this.#connection === undefined) return this.#timing;
    const { dnsMs, connectMs, tlsMs } = this.#connection;
    return {
      ...this.#timing,
      ...(dnsMs !== undefined && { dnsMs }),
      ...(connectMs !== undefined && { connectMs }),
      ...(tlsMs !== undefined && { tlsMs }),
    };
  }

  toDetail(sessionId: string): ExchangeDetail {
    const detail: ExchangeDetail = {
      row: this.toRow(),
      eventId: this.eventId(sessionId),
      requestTarget: this.start.requestTarget,
      requestFields: toFieldLines(this.#requestFields),
      responseFields: toFieldLines(this.#responseFields),
      requestBody: bodyInfo(this.#requestBody, this.requestBytes, this.#requestFields, this.start.kind === 'tunnel'),
      responseBody: bodyInfo(
        this.#responseBody,
        this.responseBytes,
        this.#responseFields,
        this.start.kind === 'tunnel',
      ),
      timing: this.#toTiming(),
      trace: this.#trace,
      facts: this.#facts,
    };
    if (this.#statusText !== '') detail.statusText = this.#statusText;
    if (this.#upstreamFields) detail.upstreamFields = toFieldLines(this.#upstreamFields);
    if (this.#upstreamStatus !== undefined) detail.upstreamStatus = this.#upstreamStatus;
    if (this.#connection !== undefined) {
      detail.upstreamAddress = this.#connection.address;
      detail.upstreamReused = this.#connection.reused;
    }
    if (this.#bytesSent !== undefined) detail.upstreamBytesSent = this.#bytesSent;
    if (this.#bytesReceived !== undefined) detail.upstreamBytesReceived = this.#bytesReceived;
    if (this.#neighbour) detail.neighbour = this.#neighbour;
    if (this.#cacheStatusHeader !== undefined) detail.cacheStatusHeader = this.#cacheStatusHeader;
    if (this.#errorText !== undefined) detail.errorText = this.#errorText;
    if (this.username !== undefined) detail.username = this.username;
    const userAgent = getField(this.#requestFields, 'user-agent');
    if (userAgent !== undefined) detail.userAgent = userAgent;
    if (this.childIds) detail.childIds = this.childIds;
    return detail;
  }
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

function bodyInfo(body: CapturedBody | undefined, bytes: number, fields: Fields, tunnel: boolean): BodyInfo {
  const info: BodyInfo = { bytes, kept: body?.kept ?? 0 };
  if (bytes > info.kept)
    info.note = tunnel ? 'not-captured' : body === undefined ? 'not-captured' : body.dropped ? 'dropped' : 'truncated';
  const encoding = getField(fields, 'content-encoding');
  if (encoding !== undefined) info.encoding = encoding.toLowerCase();
  const type = mediaTypeOf(getField(fields, 'content-type'));
  if (type !== undefined) info.mediaType = type;
  return info;
}
