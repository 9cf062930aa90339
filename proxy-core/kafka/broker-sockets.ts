/**
 * Every socket one client library instance opens. The library resolves a send with acks 0 at once and buffers without a
 * bound when the broker stops reading, and its disconnect waits for answers that may never come; holding the sockets
 * ourselves is what lets us see the bytes leave, notice the end, and close in time.
 */
import type net from 'node:net';
import type tls from 'node:tls';
import { openSocket, type Dialling } from './dialling.ts';

export interface SocketTarget {
  host: string;
  port: number;
  /** Present for TLS. */
  ssl?: tls.ConnectionOptions | undefined;
  onConnect: () => void;
}

/** Between two looks at a socket that still holds bytes. */
const LOOK_MS = 5;
const KEEP_ALIVE_MS = 30_000;

export class BrokerSockets {
  readonly #open = new Set<net.Socket>();
  readonly #dial: Dialling;
  #onEmpty: (() => void) | undefined;

  constructor(dial: Dialling) {
    this.#dial = dial;
  }

  /** Called once, when the last socket has closed by itself. */
  set onEmpty(listener: (() => void) | undefined) {
    this.#onEmpty = listener;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Opens one; the caller attaches its own listeners. */
  open({ host, port, ssl, onConnect }: SocketTarget): net.Socket {
    const socket = openSocket(this.#dial, { host, port }, ssl, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setNoDelay(true);
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      if (this.#open.size > 0) return;
      const listener = this.#onEmpty;
      this.#onEmpty = undefined;
      listener?.();
    });
    return socket;
  }

  /** Resolves true when every byte written so far has left the process, false when a socket broke or `limitMs` passed. */
  async drained(limitMs: number): Promise<boolean> {
    const busy = [...this.#open].filter((socket) => socket.writableLength > 0);
    const deadline = performance.now() + limitMs;
    for (const socket of busy) {
      while (socket.writableLength > 0) {
        if (socket.destroyed || performance.now() > deadline) return false;
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    }
    return true;
  }

  /** Ends all of them now. An error is given so that the library rejects what still waits on them. */
  destroyAll(): void {
    this.#onEmpty = undefined;
    for (const socket of this.#open) {
      // Whoever listened may be gone; an error without a listener would end the process.
      socket.on('error', () => undefined);
      socket.destroy(new Error('closed by the mirror'));
    }
  }
}
