/**
 * What is known of a connection to an origin while it stands: how it came to be, what it carried for the present exchange,
 * and what undici cannot tell: whether the other side ended it in order.
 */
import net from 'node:net';
import { performance } from 'node:perf_hooks';
import { joinHostPort } from '../../contract/address.ts';
import type { UpstreamConnection } from '../../contract/observer.ts';
import { InterimFilter } from './interim-filter.ts';

/** What an exchange asks of the connection it goes over. */
export interface ConnectionFacts {
  /** Many exchanges at a time go over it (HTTP/2). */
  readonly isShared: boolean;
  /** Whether another exchange had used it before the present one. */
  readonly reused: boolean;
  /** The peer closed its side in order (FIN); a reset connection never does. */
  readonly ended: boolean;
  /** What the socket reported first: the end that follows an alert says less. */
  readonly failure: Error | undefined;
  /** What it carried for the present exchange. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** One more exchange goes over it. */
  begin(): UpstreamConnection;
  /** Called at the head of each response. */
  readonly onResponse?: (() => void) | undefined;
}

/** The facts of a connection for every exchange but its first: it was there already. */
export function reusedFacts({ address, via, tls }: UpstreamConnection): UpstreamConnection {
  return {
    address,
    reused: true,
    ...(via !== undefined && { via }),
    ...(tls !== undefined && { tls: { ...tls, reused: true } }),
  };
}

/** What is known of one connection to an origin. */
export class OriginConnection implements ConnectionFacts {
  readonly #socket: net.Socket;
  readonly #opened: UpstreamConnection;
  readonly #reused: UpstreamConnection;
  #exchanges = 0;
  #sentBefore = 0;
  #receivedBefore = 0;
  #ended = false;
  readonly #filter = new InterimFilter();
  readonly isShared: boolean;
  failure: Error | undefined;
  onResponse: (() => void) | undefined;

  constructor(socket: net.Socket, opened: UpstreamConnection) {
    this.#socket = socket;
    this.#opened = opened;
    this.#reused = reusedFacts(opened);
    this.isShared = opened.tls?.alpn === 'h2';
    // Before undici's own listener, so that it is known when undici reports the end of a message.
    socket.once('end', () => (this.#ended = true));
    // Frames are read by the session, not by this method.
    if (this.isShared) return;
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

  begin(): UpstreamConnection {
    if (!this.isShared) this.#filter.arm();
    this.#sentBefore = this.#socket.bytesWritten;
    this.#receivedBefore = this.#socket.bytesRead;
    return this.#exchanges++ === 0 ? this.#opened : this.#reused;
  }

  get reused(): boolean {
    return this.#exchanges > 1;
  }

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

/** Keeps what is known of a socket that was opened here. Its errors are listened to for ever: before undici listens, and after it lets go, an unhandled one would end the process. */
export function keepConnection(socket: net.Socket, opened: UpstreamConnection): OriginConnection {
  const connection = new OriginConnection(socket, opened);
  socket.on('error', (error) => (connection.failure ??= error));
  connections.set(socket, connection);
  return connection;
}

/** What is known of a socket that was opened here. */
export function connectionOf(socket: net.Socket): OriginConnection | undefined {
  return connections.get(socket);
}
