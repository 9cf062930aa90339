/**
 * One exchange as the window, the control API and the tests see it: the row of the live table, and the detail
 * behind it. Recorded by the core when things happen; never recomputed by a reader.
 */
import type { EntryId } from './entry-id.ts';
import type { ProxyErrorCode } from './errors.ts';
import type { RowColor } from './labels.ts';
import type { ReasonCode, TraceStep, Neighbour } from './reasons.ts';
import type { TlsFacts, TlsHandling } from './tls.ts';

/**
 * The seed's three words. HIT: answered from the cache, also stale or after a 304. MISS: the cache was asked and could not
 * answer, whether the origin's answer was stored or not. BYPASS: the cache was not asked (a tunnel, cache off, the method,
 * request no-store, content in a GET).
 */
export type CacheStatus = 'HIT' | 'MISS' | 'BYPASS';

/** What the table shows: the seed's words, refined. Also the value of `X-Cache-Status` (`ERROR` excepted). */
export type Outcome = 'HIT' | 'STALE' | 'REVALIDATED' | 'MISS' | 'BYPASS' | 'ERROR';

/**
 * What went over the client's connection: messages of HTTP, bytes of a tunnel (CONNECT), or bytes behind a change of
 * protocol (RFC 9110 §7.8, in practice WebSocket). A CONNECT whose inside is read here is `http`.
 */
export type ExchangeKind = 'http' | 'tunnel' | 'websocket';

/**
 * `pending` until the reply's head is known, `open` while bytes flow (tunnels show their counts), then `done`, `failed`, or
 * `client-left` when the client went away before the end (of a stream of events, say), which is nobody's error.
 */
export type ExchangeState = 'pending' | 'open' | 'done' | 'failed' | 'client-left';

/** What of a request kept a fresh stored response from being used (RFC 9111 §5.2.1, §5.4); `pragma` where it stood alone. */
export type Demand = 'no-cache' | 'pragma' | 'max-age' | 'min-fresh';

/** A program on this machine that talks to the proxy. */
export interface ClientProgram {
  /** Of its file, without folder and `.exe`: `chromium`, `node`. */
  readonly name: string;
  readonly pid: number;
}

/** For how long it had been stale, the parameter of the query as it was sent, or the field that selects the variant. */
export type Because =
  { kind: 'expired'; secondsAgo: number } | { kind: 'query'; parameter: string } | { kind: 'vary'; field: string };

/** One row of the live table. Updates of one exchange carry the same `id` and a newer `seq`. */
export interface ExchangeRow {
  /** Number of the exchange within this session, from 1. */
  id: number;
  /** Number of this update within the feed, from 1; rises with every update of any exchange. */
  seq: number;
  kind: ExchangeKind;
  state: ExchangeState;
  method: string;
  /** Target URI; `https://host:port` for a tunnel. */
  url: string;
  /** Host with port when it is not the scheme's default. */
  host: string;
  /** Path and query; empty for a tunnel. */
  path: string;
  /** Unix time in ms when the request's head was complete. */
  startedAtMs: number;
  /** From the head of the request to the last byte of the reply, ms; absent while open. */
  durationMs?: number;
  /** Status code sent to the client; absent while pending. */
  status?: number;
  cacheStatus?: CacheStatus;
  outcome?: Outcome;
  /** Why; absent, like the outcome, while that is not decided. */
  reason?: ReasonCode;
  /** What of the nearest stored response kept it from being used, where one word says it. */
  because?: Because;
  /** Media type without parameters, lower case. */
  contentType?: string;
  /** Content bytes sent to the client as encoded; for tunnels bytes from the upstream. */
  responseBytes: number;
  /** Content bytes received from the client; for tunnels bytes to the upstream. */
  requestBytes: number;
  /** Age given with the reply, seconds; only when answered from the cache. */
  ageSeconds?: number;
  /** Freshness left, seconds (negative: stale); when answered from or stored to the cache. */
  ttlSeconds?: number;
  /** From dispatch to the first byte of the upstream's reply, ms. */
  upstreamMs?: number;
  /** Address of the client, without port. */
  client: string;
  /** The client's program, by the system; else, with `appClaimed`, by its User-Agent, short: `Firefox 152`. */
  app?: string;
  /** Nobody but the client itself says so. */
  appClaimed?: true;
  /** Protocol the client spoke: `HTTP/1.0`, `HTTP/1.1`, `HTTP/2`. */
  protocol: string;
  /** RFC 9209 name of what failed. */
  error?: ProxyErrorCode;
  /** Hex cache key (SHA-256 of `METHOD:URL`). */
  cacheKey: string;
  /** Set when the reply was stored, or came from a stored entry: opens it in the inspector. */
  entryId?: EntryId;
  /** True when this request shared another one's fetch. */
  collapsed?: true;
  /** Set when a fresh response was stored, and the origin was asked all the same because the request demands it. */
  demand?: Demand;
  /** The exchange that caused this one (background revalidation). */
  parentId?: number;
  /** How TLS of the client was dealt with; absent for plain HTTP. */
  tls?: TlsHandling;
  /** The origin's certificate did not pass and was accepted by a setting: the code of the check (`CERT_HAS_EXPIRED`). */
  accepted?: string;
  /** The GraphQL operation asked for: `mutation AddToCart`, of a batch the first three. */
  operation?: string;
  /** What somebody wrote beside it, and the colour it was given. */
  note?: string;
  color?: RowColor;
}

/** A field line as sent or received: name in its original case, value as latin1 text. */
export type FieldLine = [name: string, value: string];

/** What is kept of a body for looking at; bytes come by `exchange.body`. */
export interface BodyInfo {
  /** Bytes that went over the wire. */
  bytes: number;
  /** Bytes kept and readable now. 0 when none were kept or they were dropped from the ring. */
  kept: number;
  /** Why fewer are kept than went over the wire. */
  note?: 'truncated' | 'dropped' | 'not-captured';
  /** Content-Encoding of the kept bytes, when any. */
  encoding?: string;
  mediaType?: string;
  /** The charset parameter of Content-Type, lower case. */
  charset?: string;
}

/**
 * Moments of the exchange, ms after `startedAtMs`, and what opening a connection for it took; absent when it did not
 * happen (a reused connection was opened by another exchange).
 */
export interface ExchangeTiming {
  /** The cache lookup and decision were done. */
  decidedMs?: number;
  /** The request was handed to an upstream connection. */
  dispatchedMs?: number;
  /** First byte of the upstream's reply. */
  upstreamHeadMs?: number;
  /** First byte to the client. */
  replyStartMs?: number;
  endMs?: number;
  /** How long the look-up of the upstream's name took, ms; absent for an address. */
  dnsMs?: number;
  /** How long the TCP connection took after that, ms. */
  connectMs?: number;
  /** How long the TLS handshake took after that, ms. */
  tlsMs?: number;
}

/** Where in an exchange something may step in: before the cache is asked, before and after the origin is, and after the cache. */
export type StageName = 'client-request' | 'origin-request' | 'origin-response' | 'client-response';

/** A head at a stage: of a request (`method`, `url`) or of a response (`status`, `statusText`). */
export interface StageHead<Fields = FieldLine[]> {
  method?: string;
  url?: string;
  /** URL the cache keeps the answer under, where it is not `url`. */
  keyUrl?: string;
  /** Host sent, where it is not the one of `url`. */
  host?: string;
  status?: number;
  statusText?: string;
  fields: Fields;
  /** How the content begins, where a person changed it and it is text. */
  content?: string;
}

/** What a stage made of a head, beside what had been received. */
export interface StageChange<Fields = FieldLine[]> {
  stage: StageName;
  /** What acted there: the name of a rule, for example. */
  by?: string;
  /** The head goes on as `sent`; or `sent` is a reply of the stage's own. */
  did: 'changed' | 'answered';
  received: StageHead<Fields>;
  sent: StageHead<Fields>;
  /** Key of `sent`, where the answer is kept under another one from here on. */
  cacheKey?: string;
}

/** Everything recorded of one exchange. */
export interface ExchangeDetail {
  row: ExchangeRow;
  /** Unique over sessions: `<session>-<id>`. */
  eventId: string;
  requestTarget: string;
  requestFields: FieldLine[];
  /** Fields sent to the client. */
  responseFields: FieldLine[];
  /** Reason phrase of the status line sent. */
  statusText?: string;
  /** Fields as the upstream sent them, when it was asked. */
  upstreamFields?: FieldLine[];
  /** Status the upstream gave (304 on a validation whose reply was 200). */
  upstreamStatus?: number;
  /** Heads that stages changed or answered, in their order. */
  changed?: StageChange[];
  requestBody: BodyInfo;
  responseBody: BodyInfo;
  timing: ExchangeTiming;
  trace: TraceStep[];
  /** The stored entry that almost matched, and the single difference. */
  neighbour?: Neighbour;
  /** Facts the sentence of `reason` is made of. */
  facts: Record<string, string | number>;
  cacheStatusHeader?: string;
  /** What went wrong, in words. */
  errorText?: string;
  /** The user name of Basic credentials, never the password. */
  username?: string;
  userAgent?: string;
  /** The program that owned the client's socket, as the system tells it. */
  program?: ClientProgram;
  /** Peer address of the upstream connection with its port: `127.0.0.1:80`, `[::1]:80`. Absent when the upstream was not asked, or by another exchange. */
  upstreamAddress?: string;
  /** True when an earlier exchange had opened that connection. */
  upstreamReused?: boolean;
  /** Bytes written to that connection for this exchange: head, framing and content. */
  upstreamBytesSent?: number;
  /** Bytes read from it for this exchange. */
  upstreamBytesReceived?: number;
  /** The proxy further up that connection went through; `upstreamAddress` is the proxy's then. */
  upstreamVia?: string;
  /** TLS of the client's connection, when it ends here. */
  clientTls?: TlsFacts;
  /** TLS of the connection to the origin. */
  originTls?: TlsFacts;
  /** Messages of a WebSocket that passed so far; absent when none did. */
  messages?: number;
  /** Rows caused by this one. */
  childIds?: number[];
}
