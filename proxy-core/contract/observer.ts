/** What the driver tells about an exchange while it happens; `events/` records it, tests may too. */
import type { ProxyErrorCode } from './errors.ts';
import type { CacheStatus, ClientProgram, ExchangeKind, Outcome, StageChange } from './exchange.ts';
import type { MessageDirection, SeenMessage } from './messages.ts';
import type { Explained, TraceStep } from './reasons.ts';
import type { TlsFacts } from './tls.ts';

/** Flat list `[name, value, …]` as received. */
type FieldList = readonly string[];

/**
 * Who is at the other end of a connection to the proxy: one object for each, shared by all its exchanges, so that a program
 * that is known later is known of all of them.
 */
export interface ClientPeer {
  /** Without port. */
  readonly address: string;
  readonly port: number;
  /** True while the program is being found out. */
  pending: boolean;
  /** Undefined while that is not known, or when the system does not tell. */
  program: ClientProgram | undefined;
}

/** Facts known when the request's head is complete. */
export interface ExchangeStart {
  kind: ExchangeKind;
  method: string;
  url: string;
  host: string;
  path: string;
  requestTarget: string;
  protocol: string;
  client: string;
  /** The connection it came over; absent where nobody asked. `client` is its address. */
  peer?: ClientPeer | undefined;
  fields: FieldList;
  cacheKey: string;
  /** Whether the request carries a secret of this program, where that was looked for already. */
  secret?: boolean | undefined;
  /** Number of the exchange that caused this one. */
  parentId?: number;
  /** TLS of the client's connection, when it ends here. */
  clientTls?: TlsFacts | undefined;
}

/** Facts known when the reply's head goes out. */
export interface ReplyStart {
  status: number;
  statusText: string;
  fields: FieldList;
  cacheStatus: CacheStatus;
  outcome: Outcome;
  /** Core time, where the caller has read it; ms. */
  atMs?: number | undefined;
  ageSeconds?: number | undefined;
  ttlSeconds?: number | undefined;
  cacheStatusHeader?: string | undefined;
  entryId?: number | undefined;
  collapsed?: boolean | undefined;
}

/** The connection an exchange went over to its upstream. */
export interface UpstreamConnection {
  /** Address and port of the peer: `127.0.0.1:80`, `[::1]:80`. */
  readonly address: string;
  /** An earlier exchange had opened it; then there are no times. */
  readonly reused: boolean;
  readonly dnsMs?: number;
  readonly connectMs?: number;
  readonly tlsMs?: number;
  readonly tls?: TlsFacts;
  /** The proxy further up it goes through, whose address `address` is then: `socks5://host:port`. */
  readonly via?: string;
}

/** The record of one exchange. `end` is called exactly once. */
export interface ExchangeLog {
  readonly id: number;
  /** A decision was made: its steps are added, its reason becomes the exchange's. */
  decided(explained: Explained): void;
  /** A step that is no decision of the cache; `facts` stay beside those of every decision that follows. */
  noted(step: TraceStep, facts?: Explained['facts']): void;
  /** A stage changed a head or answered. */
  changed(change: StageChange<FieldList>): void;
  dispatched(): void;
  /** Which connection carries it. */
  connected(connection: UpstreamConnection): void;
  /** What that connection carried for this exchange. */
  upstreamBytes(sent: number, received: number): void;
  upstreamHead(status: number, fields: FieldList): void;
  replyStarted(reply: ReplyStart): void;
  requestData(chunk: Uint8Array): void;
  responseData(chunk: Uint8Array): void;
  /** The whole body of a stored response goes out; all replies from one entry share what is kept of it. */
  responseStored(entryId: number, body: Uint8Array): void;
  /** Cumulative bytes of a tunnel. */
  tunnelBytes(up: number, down: number): void;
  /** A WebSocket message passed. */
  message(message: SeenMessage): void;
  /** What passes is not WebSocket after all; nothing more is read of that direction. */
  messagesBroken(direction: MessageDirection, problem: string): void;
  stored(entryId: number, ttlSeconds: number): void;
  failed(code: ProxyErrorCode, text: string): void;
  /** The client went away: no error of anybody’s. What it counts as, where no reply had begun. */
  left(ending: Pick<ReplyStart, 'outcome' | 'cacheStatus'>): void;
  end(): void;
}

export interface ExchangeObserver {
  begin(start: ExchangeStart): ExchangeLog;
}
