/**
 * The record of one exchange as plain data: everything in it survives JSON. Filled by the recorder while the exchange
 * happens, read here as row and as detail. Bodies stand beside it, as a session keeps them.
 * Kept small: fields stay flat lists, trace steps are those the decision made, what can be computed is not kept.
 */
import { makeEntryId } from '../contract/entry-id.ts';
import type { ProxyErrorCode } from '../contract/errors.ts';
import type {
  Because,
  BodyInfo,
  CacheStatus,
  ExchangeDetail,
  ExchangeRow,
  ExchangeState,
  ExchangeTiming,
  Outcome,
  StageChange,
  StageHead,
} from '../contract/exchange.ts';
import { charsetOf } from '../contract/charset.ts';
import type { RowColor } from '../contract/labels.ts';
import { mediaTypeOf } from '../contract/media-types.ts';
import { shortUserAgent } from '../contract/user-agent.ts';
import type { ExchangeStart, UpstreamConnection } from '../contract/observer.ts';
import type { Neighbour, ReasonCode, TraceStep } from '../contract/reasons.ts';
import { getCombined, getField, toFieldLines } from '../http/fields.ts';
import { demandOf } from './demand.ts';

/** Flat list `[name, value, …]`. */
export type Fields = readonly string[];

/** Moments, ms after the start; the end is `durationMs`. */
export type Moments = Pick<ExchangeTiming, 'decidedMs' | 'dispatchedMs' | 'upstreamHeadMs' | 'replyStartMs'>;

/** One exchange. What is undefined was not (yet) known, or did not happen. */
export interface ExchangeRecord {
  /** Number within its session, from 1. */
  readonly id: number;
  readonly start: ExchangeStart;
  /** Unix time, ms. */
  readonly startedAtMs: number;
  /** The user name of Basic credentials. */
  readonly username: string | undefined;
  state: ExchangeState;
  status: number | undefined;
  statusText: string;
  cacheStatus: CacheStatus | undefined;
  outcome: Outcome | undefined;
  reason: ReasonCode | undefined;
  requestBytes: number;
  responseBytes: number;
  durationMs: number | undefined;
  timing: Moments;
  error: ProxyErrorCode | undefined;
  errorText: string | undefined;
  collapsed: boolean;
  /** Fields sent to the client. */
  responseFields: Fields;
  upstreamStatus: number | undefined;
  upstreamFields: Fields | undefined;
  connection: UpstreamConnection | undefined;
  bytesSent: number | undefined;
  bytesReceived: number | undefined;
  trace: TraceStep[];
  facts: Readonly<Record<string, string | number>>;
  neighbour: Neighbour<number> | undefined;
  cacheStatusHeader: string | undefined;
  ageSeconds: number | undefined;
  ttlSeconds: number | undefined;
  /** Number of the stored entry within the session. */
  entryId: number | undefined;
  childIds: number[] | undefined;
  /** What stages made of heads. */
  changed: StageChange<Fields>[] | undefined;
  labels: Labels | undefined;
}

/** What an exchange is called beside its URL, and what a person wrote to it. */
export interface Labels {
  /** Of GraphQL: `mutation AddToCart`. */
  readonly operation?: string;
  readonly note?: string;
  readonly color?: RowColor;
}

/** What is kept of one body beside its record. */
export interface KeptBody {
  /** Content bytes kept. */
  readonly kept: number;
  /** Let go to make room. */
  readonly dropped: boolean;
}
export type BodySide = 'request' | 'response';

const NO_FIELDS: Fields = [];
const NO_STEPS: TraceStep[] = [];
const NO_FACTS: Readonly<Record<string, string | number>> = {};
/** A record without its texts, as heap snapshots show it. */
const RECORD_BYTES = 900;

/** A record of which only the request's head is known. Every slot is there from the beginning: one shape for all. */
export function newRecord(id: number, start: ExchangeStart, startedAtMs: number): ExchangeRecord {
  return {
    id,
    start,
    startedAtMs,
    username: basicUser(start.fields),
    state: 'pending',
    status: undefined,
    statusText: '',
    cacheStatus: undefined,
    outcome: undefined,
    reason: undefined,
    requestBytes: 0,
    responseBytes: 0,
    durationMs: undefined,
    timing: {},
    error: undefined,
    errorText: undefined,
    collapsed: false,
    responseFields: NO_FIELDS,
    upstreamStatus: undefined,
    upstreamFields: undefined,
    connection: undefined,
    bytesSent: undefined,
    bytesReceived: undefined,
    trace: NO_STEPS,
    facts: NO_FACTS,
    neighbour: undefined,
    cacheStatusHeader: undefined,
    ageSeconds: undefined,
    ttlSeconds: undefined,
    entryId: undefined,
    childIds: undefined,
    changed: undefined,
    labels: undefined,
  };
}

/** Unique over all sessions: `<session>-<n>`. */
export function eventIdOf(sessionId: string, id: number): string {
  return `${sessionId}-${id}`;
}

/** The row as the table shows it; `seq` is the number of its latest update within the feed. Entries are those of `sessionId`. */
export function toRow(record: ExchangeRecord, seq: number, sessionId: string): ExchangeRow {
  const { start } = record;
  const row: ExchangeRow = {
    id: record.id,
    seq,
    kind: start.kind,
    state: record.state,
    method: start.method,
    url: start.url,
    host: start.host,
    path: start.path,
    startedAtMs: record.startedAtMs,
    responseBytes: record.responseBytes,
    requestBytes: record.requestBytes,
    client: start.client,
    protocol: start.protocol,
    cacheKey: keyOf(record),
  };
  const { program } = start.peer ?? {};
  const app = program?.name ?? shortUserAgent(getField(start.fields, 'user-agent'));
  if (app !== undefined) row.app = app;
  if (app !== undefined && program === undefined) row.appClaimed = true;
  const upstreamMs = upstreamMsOf(record.timing);
  if (record.durationMs !== undefined) row.durationMs = record.durationMs;
  if (record.status !== undefined) row.status = record.status;
  if (record.cacheStatus !== undefined) row.cacheStatus = record.cacheStatus;
  if (record.outcome !== undefined) row.outcome = record.outcome;
  // The reason of a plan is not yet that of the exchange.
  if (record.reason !== undefined && record.outcome !== undefined) row.reason = record.reason;
  const because = becauseOf(record);
  if (because !== undefined) row.because = because;
  const contentType = mediaTypeOf(getField(record.responseFields, 'content-type'));
  if (contentType !== undefined) row.contentType = contentType;
  if (record.ageSeconds !== undefined) row.ageSeconds = record.ageSeconds;
  if (record.ttlSeconds !== undefined) row.ttlSeconds = record.ttlSeconds;
  if (upstreamMs !== undefined) row.upstreamMs = upstreamMs;
  if (record.error !== undefined) row.error = record.error;
  if (record.entryId !== undefined) row.entryId = makeEntryId(sessionId, record.entryId);
  if (record.collapsed) row.collapsed = true;
  const demand = demandOf(record.trace);
  if (demand !== undefined) row.demand = demand;
  if (start.parentId !== undefined) row.parentId = start.parentId;
  if (start.kind === 'tunnel') row.tls = 'tunnel';
  else if (start.clientTls !== undefined) row.tls = 'intercepted';
  const accepted = record.connection?.tls?.accepted;
  if (accepted !== undefined) row.accepted = accepted;
  if (record.labels !== undefined) Object.assign(row, record.labels);
  return row;
}

/** Everything recorded; `bodyOf` tells what the session keeps of a body. */
export function toDetail(
  record: ExchangeRecord,
  seq: number,
  sessionId: string,
  bodyOf: (side: BodySide) => KeptBody | undefined,
): ExchangeDetail {
  const { start, connection } = record;
  const isTunnel = start.kind === 'tunnel';
  const detail: ExchangeDetail = {
    row: toRow(record, seq, sessionId),
    eventId: eventIdOf(sessionId, record.id),
    requestTarget: start.requestTarget,
    requestFields: toFieldLines(start.fields),
    responseFields: toFieldLines(record.responseFields),
    requestBody: bodyInfo(bodyOf('request'), record.requestBytes, start.fields, isTunnel),
    responseBody: bodyInfo(bodyOf('response'), record.responseBytes, record.responseFields, isTunnel),
    timing: toTiming(record),
    trace: record.trace,
    facts: record.facts,
  };
  if (record.statusText !== '') detail.statusText = record.statusText;
  if (record.upstreamFields) detail.upstreamFields = toFieldLines(record.upstreamFields);
  if (record.upstreamStatus !== undefined) detail.upstreamStatus = record.upstreamStatus;
  if (connection !== undefined) {
    detail.upstreamAddress = connection.address;
    detail.upstreamReused = connection.reused;
    if (connection.via !== undefined) detail.upstreamVia = connection.via;
    if (connection.tls !== undefined) detail.originTls = connection.tls;
  }
  if (record.bytesSent !== undefined) detail.upstreamBytesSent = record.bytesSent;
  if (record.bytesReceived !== undefined) detail.upstreamBytesReceived = record.bytesReceived;
  if (record.neighbour) detail.neighbour = named(record.neighbour, sessionId);
  if (record.cacheStatusHeader !== undefined) detail.cacheStatusHeader = record.cacheStatusHeader;
  if (record.errorText !== undefined) detail.errorText = record.errorText;
  if (record.username !== undefined) detail.username = record.username;
  const userAgent = getField(start.fields, 'user-agent');
  if (userAgent !== undefined) detail.userAgent = userAgent;
  if (start.peer?.program !== undefined) detail.program = start.peer.program;
  if (start.clientTls !== undefined) detail.clientTls = start.clientTls;
  if (record.childIds) detail.childIds = record.childIds;
  if (record.changed)
    detail.changed = record.changed.map(({ received, sent, ...rest }) => ({
      ...rest,
      received: headLines(received),
      sent: headLines(sent),
    }));
  return detail;
}

/** Longest parameter of a query that a row tells, characters. */
const MAX_PARAMETER = 80;

/** What the reason of a miss is about, where its row can say it in a word. */
function becauseOf({ reason, outcome, facts, neighbour }: ExchangeRecord): Because | undefined {
  if (outcome === undefined) return undefined;
  const ago = facts['secondsAgo'];
  if (reason === 'expired' && typeof ago === 'number' && ago >= 0) return { kind: 'expired', secondsAgo: ago };
  const difference = neighbour?.difference;
  if (reason === 'uri-miss' && difference?.kind === 'query' && difference.sent !== null)
    return { kind: 'query', parameter: `${difference.parameter}=${difference.sent}`.slice(0, MAX_PARAMETER) };
  if (reason === 'vary-mismatch' && difference?.kind === 'vary') return { kind: 'vary', field: difference.field };
  return undefined;
}

/** A neighbour as others know its entry. */
function named({ entryId, ...rest }: Neighbour<number>, sessionId: string): Neighbour {
  return entryId === undefined ? rest : { ...rest, entryId: makeEntryId(sessionId, entryId) };
}

/** A stage may have the answer kept under another key than that of the URL asked for. */
function keyOf({ changed, start }: ExchangeRecord): string {
  return changed?.findLast(({ cacheKey }) => cacheKey !== undefined)?.cacheKey ?? start.cacheKey;
}

function headLines(head: StageHead<Fields>): StageHead {
  return { ...head, fields: toFieldLines(head.fields) };
}

/** Rough size in memory when the exchange begins. */
export function startBytes({ start }: ExchangeRecord): number {
  return RECORD_BYTES + start.url.length * 3 + listBytes(start.fields);
}

/** Bytes of its event record as JSON, roughly: the frame, the URL, who asked, and the fields sent. */
export function eventBytes({ start, username, responseFields }: ExchangeRecord): number {
  let chars = 480 + start.url.length + (username?.length ?? 0) + (getField(start.fields, 'user-agent')?.length ?? 0);
  for (const text of responseFields) chars += text.length + 3;
  return chars;
}

/** The moments, the end, and what opening the connection took. */
function toTiming({ timing, durationMs, connection }: ExchangeRecord): ExchangeTiming {
  const out: ExchangeTiming = { ...timing };
  if (durationMs !== undefined) out.endMs = durationMs;
  if (connection?.dnsMs !== undefined) out.dnsMs = connection.dnsMs;
  if (connection?.connectMs !== undefined) out.connectMs = connection.connectMs;
  if (connection?.tlsMs !== undefined) out.tlsMs = connection.tlsMs;
  return out;
}

/** From dispatch to the first byte of the upstream's reply, ms. */
function upstreamMsOf({ dispatchedMs = 0, upstreamHeadMs }: Moments): number | undefined {
  return upstreamHeadMs === undefined ? undefined : upstreamHeadMs - dispatchedMs;
}

/** Rough size of a list of fields: names are shared, values mostly not. */
function listBytes(fields: Fields): number {
  let bytes = fields.length * 8 + 16;
  for (let i = 1; i < fields.length; i += 2) bytes += fields[i]!.length + 16;
  return bytes;
}

/** The user name of Basic credentials (RFC 7617); the password is never looked at further. */
function basicUser(fields: Fields): string | undefined {
  const value = credentialsIn(fields);
  const match = value === undefined ? null : /^basic\s+([a-z0-9+/=_-]+)\s*$/i.exec(value);
  if (!match) return undefined;
  const text = Buffer.from(match[1]!, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon > 0 ? text.slice(0, colon) : undefined;
}

/** What is said to the proxy comes before what is said to the origin. */
function credentialsIn(fields: Fields): string | undefined {
  let toOrigin: string | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    if (name.length === 13) {
      if (toOrigin === undefined && name.toLowerCase() === 'authorization') toOrigin = fields[i + 1];
    } else if (name.length === 19 && name.toLowerCase() === 'proxy-authorization') return fields[i + 1];
  }
  return toOrigin;
}

function bodyInfo(body: KeptBody | undefined, bytes: number, fields: Fields, tunnel: boolean): BodyInfo {
  const info: BodyInfo = { bytes, kept: body?.kept ?? 0 };
  if (bytes > info.kept)
    info.note = tunnel ? 'not-captured' : body === undefined ? 'not-captured' : body.dropped ? 'dropped' : 'truncated';
  const encoding = getCombined(fields, 'content-encoding');
  if (encoding !== undefined) info.encoding = encoding.toLowerCase();
  const contentType = getField(fields, 'content-type');
  const type = mediaTypeOf(contentType);
  if (type !== undefined) info.mediaType = type;
  const charset = charsetOf(contentType);
  if (charset !== undefined) info.charset = charset;
  return info;
}
