/**
 * Requests to origins: the pools of connections, what they are made of, and who may use one. It streams; it knows nothing
 * of caching.
 */
import { Agent, type Dispatcher } from 'undici';
import type { ReportFault } from '../../contract/faults.ts';
import type { DialBudget } from '../front/descriptors.ts';
import type { DialGuard } from './dial-guard.ts';
import { Call } from './origin-call.ts';
import type { AgentKind, Agents, OriginCall, OriginRequest, OriginSink, WireRequest } from './origin-request.ts';
import { OriginProtocols } from './origin-protocols.ts';
import { createConnector } from './origin-connector.ts';
import { Seats } from './origin-seats.ts';
import { OriginTls, type OriginTlsSettings } from './origin-tls.ts';
import { UpstreamRoute, type UpstreamProxySettings } from './upstream-route.ts';
import { originSlot, requestHead, type OriginSlot } from './wire/request-head.ts';
import type { WireControl, WireHandler } from './wire/wire-connection.ts';
import { WirePool } from './wire/wire-pool.ts';

export type { OriginCall, OriginRequest, OriginSink } from './origin-request.ts';

/** What the client needs to know; read when the pool is made. */
export interface OriginOptions {
  connections: number;
  idleMs: number;
  connectTimeoutMs: number;
  responseTimeoutMs: number;
  guard: DialGuard;
  /** The account of file descriptors. */
  budget: DialBudget;
  tls: OriginTlsSettings;
  proxy: UpstreamProxySettings;
}
export interface OriginClient {
  send(request: OriginRequest, sink: OriginSink): OriginCall;
  /** Applies changed options: new requests use a new pool, the old one closes when it has drained. */
  reconfigure(options: OriginOptions): void;
  close(): Promise<void>;
}

/** Longest head of an answer, bytes. */
const MAX_HEAD_BYTES = 128 * 1024;
/** Streams of one HTTP/2 connection, unless the origin allows fewer. */
const MAX_STREAMS = 100;
/** Origins whose last head is kept. */
const MAX_SLOTS = 1024;
/** Reads of the own client: as node's own, large enough for a download. */
const READ_BYTES = 64 * 1024;

/**
 * The connections in use: those within the limit, extra ones while some of those are stalled, and HTTP/1.1 ones for
 * requests that ask to change protocols (a WebSocket needs a connection of its own) and for those with content: where the
 * sending of content over HTTP/2 is given up, Node's HTTP/2 session can loop without end.
 */
class Pool implements Agents {
  readonly seats: Seats;
  readonly route: UpstreamRoute;
  readonly #agents: Record<AgentKind, Agent>;
  readonly #wire: WirePool;
  readonly #slots = new Map<string, OriginSlot>();
  /** Whether a connection to the origin may be HTTP/2. */
  readonly #mayBeShared: (origin: string) => boolean;

  constructor(options: OriginOptions) {
    const { connections, idleMs, connectTimeoutMs, responseTimeoutMs, guard, budget } = options;
    const protocols = new OriginProtocols(connections, MAX_STREAMS, (origin) => this.seats.grew(origin));
    this.seats = new Seats(options.tls.http2 ? (origin) => protocols.limitOf(origin) : () => connections);
    this.route = new UpstreamRoute(options.proxy);
    const tls = new OriginTls(options.tls);
    this.#mayBeShared = (origin) => tls.http2 && protocols.mayBeShared(origin);
    this.#wire = new WirePool({
      idleMs,
      responseTimeoutMs,
      dial: {
        guard,
        budget,
        timeoutMs: connectTimeoutMs,
        route: this.route,
        forwards: true,
        socket: { allowHalfOpen: false, highWaterMark: READ_BYTES },
      },
    });
    const create = (connections: number | null, allowH2: boolean, forwards: boolean): Agent =>
      new Agent({
        connections,
        pipelining: 1,
        keepAliveTimeout: idleMs,
        keepAliveMaxTimeout: idleMs,
        keepAliveTimeoutThreshold: 1000,
        headersTimeout: responseTimeoutMs,
        bodyTimeout: responseTimeoutMs,
        maxHeaderSize: MAX_HEAD_BYTES,
        allowH2,
        h2Options: { maxConcurrentStreams: MAX_STREAMS },
        connect: createConnector({
          guard,
          budget,
          tls,
          route: this.route,
          forwards,
          timeoutMs: connectTimeoutMs,
          protocols: allowH2 ? ['h2', 'http/1.1'] : ['http/1.1'],
          chosen: protocols,
        }),
      });
    this.#agents = {
      within: create(connections, tls.http2, true),
      // How many there may be is decided by the seats.
      onTop: create(null, tls.http2, true),
      upgrade: create(null, false, false),
    };
  }

  agent(kind: AgentKind, origin: string, hasBody: boolean): Dispatcher {
    return this.#agents[hasBody && this.#mayBeShared(origin) ? 'upgrade' : kind];
  }

  wire(origin: string, { method, path, fields }: WireRequest, handler: WireHandler): WireControl | undefined {
    const slot = this.#slot(origin);
    return this.#wire.send(slot, requestHead(slot, method, path, fields), method === 'HEAD', handler);
  }

  #slot(origin: string): OriginSlot {
    let slot = this.#slots.get(origin);
    if (slot === undefined) {
      if (this.#slots.size >= MAX_SLOTS) this.#slots.clear();
      this.#slots.set(origin, (slot = originSlot(origin)));
    }
    return slot;
  }

  /** Lets what is under way end. */
  async close(): Promise<void> {
    await Promise.all([this.#wire.close(), ...Object.values(this.#agents).map((agent) => agent.close())]);
  }

  async destroy(): Promise<void> {
    this.seats.stop();
    await Promise.all([this.#wire.destroy(), ...Object.values(this.#agents).map((agent) => agent.destroy())]);
  }
}

/** Creates the client with its pool; nothing is dialled before the first request. */
export function createOriginClient(options: OriginOptions, report: ReportFault): OriginClient {
  let pool = new Pool(options);
  // Requests waiting for a seat of an earlier pool are sent by the pool in use when their turn comes.
  const agents: Agents = {
    agent: (kind, origin, hasBody) => pool.agent(kind, origin, hasBody),
    wire: (origin, request, handler) => pool.wire(origin, request, handler),
    get route() {
      return pool.route;
    },
  };
  return {
    send(request, sink) {
      const call = new Call(agents, pool.seats, request, sink, report);
      call.begin();
      return call;
    },
    reconfigure(changed) {
      const before = pool;
      pool = new Pool(changed);
      before.close().catch((error: unknown) => report('closing a pool', error));
    },
    close: () => pool.destroy(),
  };
}
