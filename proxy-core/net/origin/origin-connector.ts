/**
 * Opens connections to origins for the pool: the dial rule, the time limit, how long name, connection and handshake
 * took, and what undici cannot tell about a connection afterwards: whether the other side ended it in order.
 */
import net from 'node:net';
import { performance } from 'node:perf_hooks';
import type { DuplexOptions } from 'node:stream';
import { buildConnector } from 'undici';
import { joinHostPort } from '../../contract/address.ts';
import type { UpstreamConnection } from '../../contract/observer.ts';
import { Recent } from '../../http/recent.ts';
import type { DialBudget } from '../front/descriptors.ts';
import type { DialGuard } from './dial-guard.ts';
import { InterimFilter } from './interim-filter.ts';

export interface ConnectorOptions {
  connectTimeoutMs: number;
  guard: DialGuard;
  /** The account of file descriptors. */
  budget: DialBudget;
}

/** TCP asks an idle peer whether it is still there after this long, ms. */
const KEEP_ALIVE_MS = 60_000;
/** As undici's own sockets: fewer, larger reads. */
const READ_BYTES = 64 * 1024;

/** undici's connector keeps TLS sessions; one for each of this many ports, because a lookup sees names only, and whether one leads back here depends on the port. */
const TLS_PORTS = 16;

/** What is known of one connection to an origin. */
export class OriginConnection {
  readonly #socket: net.Socket;
  readonly #opened: UpstreamConnection;
  readonly #reused: UpstreamConnection;
  #exchanges = 0;
  #sentBefore = 0;
  #receivedBefore = 0;
  #ended = false;
  readonly #filter = new InterimFilter();

  constructor(socket: net.Socket, opened: UpstreamConnection) {
    this.#socket = socket;
    this.#opened = opened;
    this.#reused = { address: opened.address, reused: true };
    // Before undici's own listener, so that it is known when undici reports the end of a message.
    socket.once('end', () => (this.#ended = true));
    // undici reads by this method; in the upgraded stream it passes everything.
    const read = (size?: number): unknown => net.Socket.prototype.read.call(socket, size);
    socket.read = (size?: number): unknown => {
      for (;;) {
        const chunk = read(size);
        if (!this.#filter.armed || !Buffer.isBuffer(chunk)) return chunk;
        try {
          const rest = this.#filter.take(chunk);
          if (rest.length > 0) return rest;
        } catch (error) {
          // This runs in a listener of undici's: thrown on, it would end the process.
          socket.destroy(error instanceof Error ? error : new Error(String(error)));
          return null;
        }
      }
    };
  }

  /** One more exchange goes over it. */
  begin(): UpstreamConnection {
    this.#filter.arm();
    this.#sentBefore = this.#socket.bytesWritten;
    this.#receivedBefore = this.#socket.bytesRead;
    return this.#exchanges++ === 0 ? this.#opened : this.#reused;
  }

  /** Whether another exchange had used it before the present one. */
  get reused(): boolean {
    return this.#exchanges > 1;
  }

  /** The peer closed its side in order (FIN); a reset connection never does. */
  get ended(): boolean {
    return this.#ended;
  }

  get bytesSent(): number {
    return this.#socket.bytesWritten - this.#sentBefore;
  }

  get bytesReceived(): number {
    return this.#socket.bytesRead - this.#receivedBefore;
  }
}

/** The facts of a connection that stands just now; `lookedUpMs` is undefined when there was no name to look up. */
export function describeConnection(
  socket: net.Socket,
  startedMs: number,
  lookedUpMs: number | undefined,
): UpstreamConnection {
  const host = socket.remoteAddress ?? '';
  const address = joinHostPort(host, socket.remotePort ?? 0);
  const connectMs = performance.now() - (lookedUpMs ?? startedMs);
  return lookedUpMs === undefined
    ? { address, reused: false, connectMs }
    : { address, reused: false, dnsMs: lookedUpMs - startedMs, connectMs };
}

const connections = new WeakMap<net.Socket, OriginConnection>();

/** What is known of a socket that was opened here. */
export function connectionOf(socket: net.Socket): OriginConnection | undefined {
  return connections.get(socket);
}

/** Creates what undici's pool opens its sockets with. */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  const { connectTimeoutMs, guard, budget } = options;
  const overTls = new Recent<buildConnector.connector>(TLS_PORTS, 5);
  return (target, callback) => {
    const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
    const refused = guard.refusal(target.hostname, port) ?? budget.refusal();
    if (refused) {
      callback(refused, null);
      return;
    }
    if (target.protocol !== 'https:') {
      budget.hold(connectPlain(target.hostname, port, guard.lookup(port), connectTimeoutMs, callback));
      return;
    }
    const startedMs = performance.now();
    let connector = overTls.get(String(port));
    if (connector === undefined)
      overTls.set(
        String(port),
        (connector = buildConnector({
          timeout: connectTimeoutMs,
          autoSelectFamily: true,
          lookup: guard.lookup(port),
          allowH2: false,
          noDelay: true,
          keepAlive: true,
        })),
      );
    connector(target, (...result) => {
      const socket = result[1];
      if (socket !== null) {
        budget.hold(socket);
        connections.set(socket, new OriginConnection(socket, describeConnection(socket, startedMs, undefined)));
      }
      callback(...result);
    });
  };
}

function connectPlain(
  host: string,
  port: number,
  lookup: net.LookupFunction,
  timeoutMs: number,
  callback: buildConnector.Callback,
): net.Socket {
  const startedMs = performance.now();
  let lookedUpMs: number | undefined;
  const how: net.SocketConstructorOpts & DuplexOptions = {
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    highWaterMark: READ_BYTES,
  };
  const socket = new net.Socket(how);
  const timer = setTimeout(
    () =>
      socket.destroy(
        Object.assign(new Error(`no connection to ${host}:${port} within ${timeoutMs} ms`), { code: 'ETIMEDOUT' }),
      ),
    timeoutMs,
  ).unref();
  socket.once('lookup', () => (lookedUpMs ??= performance.now()));
  const failed = (error: Error): void => {
    clearTimeout(timer);
    callback(error, null);
  };
  socket.once('error', failed);
  socket.once('connect', () => {
    clearTimeout(timer);
    socket.off('error', failed);
    // undici listens from here on; before that, and after it lets go, an unhandled error would end the process.
    socket.on('error', ignore);
    connections.set(socket, new OriginConnection(socket, describeConnection(socket, startedMs, lookedUpMs)));
    callback(null, socket);
  });
  socket.connect({ host, port, lookup, autoSelectFamily: true });
  return socket;
}

function ignore(): void {
  // reported to whoever uses the connection
}
