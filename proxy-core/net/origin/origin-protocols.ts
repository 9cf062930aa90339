/**
 * How many requests an https origin may be sent at a time, which depends on the protocol it chooses (RFC 7301). While
 * there is no connection the first request opens one alone; over HTTP/2 the others then share it, with HTTP/1.1 they open
 * their own.
 */
import type { Socket } from 'node:net';

interface Known {
  /** Open connections of HTTP/2 that can take more requests. */
  shared: number;
  /** It chose HTTP/1.1 last. */
  isSerial: boolean;
  /** Nobody waits to learn the protocol: it could not be reached, or was not offered a choice. */
  isOpen: boolean;
}

/** Origins that are remembered. */
const MAX_ORIGINS = 1024;
/** A server of HTTP/2 says what it allows right after the handshake; a new connection is not left alone for longer, ms. */
const SETTLED_MS = 200;

export class OriginProtocols {
  readonly #known = new Map<string, Known>();
  readonly #connections: number;
  readonly #streams: number;
  readonly #grew: (origin: string) => void;

  /** `connections` to an origin of HTTP/1.1, `streams` over HTTP/2; `grew` is told of an origin that may be sent more than before. */
  constructor(connections: number, streams: number, grew: (origin: string) => void) {
    this.#connections = connections;
    this.#streams = streams;
    this.#grew = grew;
  }

  /** Requests that may be under way at a time. */
  limitOf(origin: string): number {
    if (!origin.startsWith('https:')) return this.#connections;
    const known = this.#known.get(origin);
    if (known === undefined) return 1;
    if (known.shared > 0) return this.#streams;
    return known.isSerial || known.isOpen ? this.#connections : 1;
  }

  /** Whether a connection to it may turn out to be HTTP/2. */
  mayBeShared(origin: string): boolean {
    return origin.startsWith('https:') && this.#known.get(origin)?.isSerial !== true;
  }

  /**
   * A connection of HTTP/2 stands. Returns what to call when the first response comes over it: before that undici may
   * not know yet what the server allows, and would open another connection for the next request.
   */
  openedShared(origin: string, socket: Socket): () => void {
    const known = this.#of(origin);
    known.isSerial = false;
    known.isOpen = false;
    let state: 'new' | 'ready' | 'closed' = 'new';
    const ready = (): void => {
      if (state !== 'new') return;
      clearTimeout(timer);
      state = 'ready';
      known.shared++;
      this.#grew(origin);
    };
    const timer = setTimeout(ready, SETTLED_MS).unref();
    socket.once('close', () => {
      clearTimeout(timer);
      if (state === 'ready') known.shared--;
      state = 'closed';
    });
    return ready;
  }

  /** It was offered HTTP/2 and chose HTTP/1.1. */
  openedSerial(origin: string): void {
    this.#of(origin).isSerial = true;
    this.#grew(origin);
  }

  /** There is nothing to learn by waiting. */
  learntNothing(origin: string): void {
    this.#of(origin).isOpen = true;
    this.#grew(origin);
  }

  #of(origin: string): Known {
    let known = this.#known.get(origin);
    if (known === undefined) {
      const oldest = this.#known.size < MAX_ORIGINS ? undefined : this.#known.keys().next().value;
      if (oldest !== undefined) this.#known.delete(oldest);
      this.#known.set(origin, (known = { shared: 0, isSerial: false, isOpen: false }));
    }
    return known;
  }
}
