/**
 * The connections of the own HTTP/1.1 client: idle ones by origin, the newest used first, and those that are opened for a
 * request. How many there may be the seats decide; here only what is idle or silent for too long is given up.
 */
import { dial, type DialDeps, type DialListener, type Dialling } from '../../connect/dial.ts';
import type { OriginSlot } from './request-head.ts';
import { WireConnection, wireError, type WireControl, type WireHandler, type WireOwner } from './wire-connection.ts';

export interface WirePoolOptions {
  /** A connection is idle for so long at most, ms; less where the origin says so. */
  idleMs: number;
  /** Something of a reply has to come within this time, ms. */
  responseTimeoutMs: number;
  dial: DialDeps;
}

/** How often times are looked at: so much later than asked for may a connection be given up, ms. */
const MAX_TICK_MS = 500;
/** Parts of the shorter of its times that a tick is at most. */
const TICKS = 8;
/** A connection is given up this much before its origin would, seconds: a request may be on its way then. */
const IDLE_MARGIN_SECONDS = 1;

/** A request that waits for its connection to be opened. */
class Opening implements WireControl {
  readonly #handler: WireHandler;
  readonly #cancel: () => void;
  #gone = false;

  constructor(handler: WireHandler, cancel: () => void) {
    this.#handler = handler;
    this.#cancel = cancel;
  }

  get isGone(): boolean {
    return this.#gone;
  }

  pause(): void {
    // Nothing comes yet; who is told of the connection pauses that.
  }

  resume(): void {
    // as above
  }

  abort(by: WireHandler): void {
    if (this.#handler !== by || this.#gone) return;
    this.#gone = true;
    this.#cancel();
  }
}

export class WirePool implements WireOwner {
  tick = 0;
  readonly #options: WirePoolOptions;
  readonly #tickMs: number;
  readonly #responseTicks: number;
  readonly #idle = new Map<string, WireConnection[]>();
  readonly #origins = new Map<WireConnection, string>();
  readonly #opening = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #closing = false;
  readonly #onceEmpty: (() => void)[] = [];
  /** Whose exchange is over in this turn: an origin that closes its connection nevertheless has done so by the next. */
  #resting: WireConnection[] = [];

  constructor(options: WirePoolOptions) {
    this.#options = options;
    const { idleMs, responseTimeoutMs } = options;
    this.#tickMs = Math.max(10, Math.min(MAX_TICK_MS, idleMs / TICKS, responseTimeoutMs / TICKS));
    this.#responseTicks = Math.ceil(responseTimeoutMs / this.#tickMs);
  }

  /** Sends a request without content; the handler is told everything else. */
  send(origin: OriginSlot, head: string, isHead: boolean, handler: WireHandler): WireControl | undefined {
    const idle = this.#idle.get(origin.key);
    for (let connection = idle?.pop(); connection !== undefined; connection = idle!.pop()) {
      if (connection.socket.destroyed) continue;
      connection.send(handler, head, isHead);
      return connection;
    }
    return this.#open(origin, head, isHead, handler);
  }

  #open(origin: OriginSlot, head: string, isHead: boolean, handler: WireHandler): WireControl | undefined {
    let isOver = false;
    const done = (): void => {
      isOver = true;
      this.#opening.delete(destroy);
      this.#checkEmpty();
    };
    const opening = new Opening(handler, () => {
      dialling?.cancel();
      done();
    });
    const destroy = (): void => {
      if (opening.isGone) return;
      opening.abort(handler);
      handler.onBroken(stopped());
    };
    this.#opening.add(destroy);
    let dialling: Dialling | undefined;
    const listener: DialListener = {
      onFailed: (error) => {
        done();
        handler.onBroken(error);
      },
      onConnected: (socket, facts) => {
        done();
        const connection = new WireConnection(socket, facts, this);
        this.#origins.set(connection, origin.key);
        this.#timer ??= setInterval(() => this.#onTick(), this.#tickMs).unref();
        connection.send(handler, head, isHead);
      },
    };
    try {
      dialling = dial(origin.hostname, origin.port, this.#options.dial, listener);
    } catch (error) {
      done();
      throw error;
    }
    return isOver ? undefined : opening;
  }

  onIdle(connection: WireConnection): void {
    if (this.#resting.length === 0) setImmediate(this.#rest);
    this.#resting.push(connection);
  }

  readonly #rest = (): void => {
    const resting = this.#resting;
    this.#resting = [];
    for (const connection of resting) this.#keep(connection);
  };

  #keep(connection: WireConnection): void {
    const key = this.#origins.get(connection);
    if (key === undefined || connection.socket.destroyed) return;
    const { idleSeconds } = connection;
    const { idleMs } = this.#options;
    const mayBeIdleMs =
      idleSeconds === undefined ? idleMs : Math.min(idleMs, (idleSeconds - IDLE_MARGIN_SECONDS) * 1000);
    if (this.#closing || mayBeIdleMs <= 0) {
      connection.socket.destroy();
      return;
    }
    connection.idleUntil = this.tick + Math.ceil(mayBeIdleMs / this.#tickMs);
    const idle = this.#idle.get(key);
    if (idle === undefined) this.#idle.set(key, [connection]);
    else idle.push(connection);
  }

  onClosed(connection: WireConnection): void {
    this.#origins.delete(connection);
    this.#checkEmpty();
  }

  #onTick(): void {
    this.tick++;
    for (const connection of this.#origins.keys()) connection.checkTime(this.#responseTicks);
    for (const [key, idle] of this.#idle) {
      const kept = idle.filter(({ socket, idleUntil }) => {
        if (!socket.destroyed && idleUntil > this.tick) return true;
        socket.destroy();
        return false;
      });
      if (kept.length === 0) this.#idle.delete(key);
      else if (kept.length < idle.length) this.#idle.set(key, kept);
    }
  }

  #checkEmpty(): void {
    if (this.#origins.size > 0 || this.#opening.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#idle.clear();
    for (const tell of this.#onceEmpty.splice(0)) tell();
  }

  /** Lets what is under way end; nothing is sent afterwards. */
  close(): Promise<void> {
    this.#closing = true;
    for (const idle of this.#idle.values()) for (const { socket } of idle) socket.destroy();
    return new Promise((resolve) => {
      this.#onceEmpty.push(resolve);
      this.#checkEmpty();
    });
  }

  /** Ends all at once. */
  async destroy(): Promise<void> {
    const closed = this.close();
    for (const end of [...this.#opening]) end();
    for (const { socket } of [...this.#origins.keys()]) socket.destroy();
    await closed;
  }
}

const stopped = (): Error => wireError('BSDM_REPLY_ENDED', 'the proxy is stopping');
