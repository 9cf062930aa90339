/**
 * Notices a client that has stopped reading its reply. Not one that reads slowly: any byte the system takes over starts
 * the time anew. One timer per reply that ever had to wait, none for the others.
 */
import type { Socket } from 'node:net';

/** The time allowed is looked at in so many parts: a stalled client goes between one and one and a quarter of it. */
const LOOKS = 4;

export class ReaderWatch {
  readonly #untaken: () => number;
  readonly #patienceMs: number;
  readonly #onStalled: () => void;
  #timer: NodeJS.Timeout | undefined;
  #waiting = false;
  #idleLooks = 0;
  #pending = 0;

  /** `untaken` is any number that changes when the client takes something; 0 while nobody is waited for. */
  constructor(untaken: () => number, patienceMs: number, onStalled: () => void) {
    this.#untaken = untaken;
    this.#patienceMs = patienceMs;
    this.#onStalled = onStalled;
  }

  /** Bytes are there that the client has not taken. */
  wait(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#idleLooks = 0;
    this.#pending = this.#untaken();
    this.#timer ??= setInterval(() => this.#look(), this.#patienceMs / LOOKS).unref();
  }

  /** It took all of them. Called often, so the timer is left to find out. */
  taken(): void {
    this.#waiting = false;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#waiting = false;
  }

  #look(): void {
    if (!this.#waiting) {
      this.stop();
      return;
    }
    const pending = this.#untaken();
    this.#idleLooks = pending === 0 || pending !== this.#pending ? 0 : this.#idleLooks + 1;
    this.#pending = pending;
    if (this.#idleLooks < LOOKS) return;
    this.stop();
    this.#onStalled();
  }
}

/** What a connection has not taken; 0 while it is not the reply's turn on it. */
export function untakenBy(socket: Socket | null): number {
  return socket === null ? 0 : socket.writableLength + systemQueue(socket);
}

/**
 * Bytes of the write under way that the system has not taken: node counts a write when all of it is gone, which for 10 MB
 * and a slow reader takes long. It is what node's own socket timeout looks at; 0 where that is not to be had.
 */
function systemQueue(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null || !('writeQueueSize' in handle)) return 0;
  return typeof handle.writeQueueSize === 'number' ? handle.writeQueueSize : 0;
}
