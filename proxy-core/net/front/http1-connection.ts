/**
 * One client connection: whose turn it is. Pipelined requests run side by side only when all of them are safe
 * (RFC 9112 §9.3.2); replies go out in order, which is node's work. Whatever ends or takes over the connection (bytes
 * that are no request, a refused request, CONNECT, Upgrade) waits until the replies before it are out.
 */
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Head } from '../../http/head.ts';
import type { ConnectionContext } from './front.ts';
import type { Http1Reply, ReplyOwner } from './http1-reply.ts';

/** Requests of one connection that may run side by side. */
const MAX_SIDE_BY_SIDE = 8;
/** Requests of one connection that may wait for their turn; with one more the connection ends after them. */
const MAX_WAITING = 256;
/** How long a client has to read the final reply and close, ms. */
const LINGER_MS = 2000;

/** What a connection reports. */
export interface ConnectionEvents {
  /** Counts up with everything that ends on any connection of the front: the smallest is the longest idle. */
  sequence: number;
  onFault(where: string, error: unknown): void;
}

interface Pending {
  reply: Http1Reply;
  run: () => void;
}

export class ClientConnection implements ReplyOwner {
  readonly socket: Socket;
  /** Of an adopted connection. */
  readonly context: ConnectionContext | undefined;
  /** Address of the client, without port. */
  readonly client: string;
  /** Of the last request. */
  lastHead: Head | undefined;
  /** Fields as they came of a request that is read again without its Upgrade. */
  fieldsAsReceived: string[] | undefined;
  /** Of an HTTP/1.1 request, where it was found to be in order: connections say the same again and again. */
  goodHead: Head | undefined;
  readonly openedAtMs = performance.now();
  /** When it became idle, see `ConnectionEvents.sequence`. */
  idleSince: number;
  readonly #events: ConnectionEvents;
  readonly #running: Http1Reply[] = [];
  #waiting: Pending[] = [];
  #newest: Http1Reply | undefined;
  /** Done when the replies before it are out; nothing is taken behind it. */
  last: (() => void) | undefined;
  #tookOver = false;

  constructor(socket: Socket, events: ConnectionEvents, context?: ConnectionContext) {
    this.socket = socket;
    this.context = context;
    this.#events = events;
    this.client = context?.client ?? bareAddress(socket.remoteAddress);
    this.idleSince = ++events.sequence;
    // Whoever owns the socket, an error on it ends this connection and nothing else.
    socket.on('error', ignore);
    socket.on('close', () => this.#onClose());
  }

  /** True while nothing is asked of it: it may be closed to make room. */
  get idle(): boolean {
    return this.#running.length === 0 && this.last === undefined && !this.#tookOver;
  }

  /** Takes a request; `begin` is called with it when it may run, now or later, or never when the connection ends before. */
  take<R extends { readonly reply: Http1Reply }>(request: R, begin: (request: R) => void): void {
    const { reply } = request;
    if (this.last !== undefined) {
      reply.message.resume(); // unread content would keep the end from being seen
      return;
    }
    this.#newest = reply;
    if (this.#waiting.length === 0 && this.#mayRun(reply)) {
      this.#run(request, begin);
      return;
    }
    this.#waiting.push({ reply, run: () => this.#run(request, begin) });
    if (this.#waiting.length > MAX_WAITING) this.afterReplies(() => this.socket.destroySoon());
  }

  #mayRun(reply: Http1Reply): boolean {
    const running = this.#running;
    return (
      running.length === 0 || (reply.safe && running.length < MAX_SIDE_BY_SIDE && running.every((other) => other.safe))
    );
  }

  #run<R extends { readonly reply: Http1Reply }>(request: R, begin: (request: R) => void): void {
    this.#running.push(request.reply);
    try {
      begin(request);
    } catch (error) {
      this.onReplyFault(request.reply, 'request', error);
    }
  }

  onReplyOver(reply: Http1Reply): void {
    const at = this.#running.indexOf(reply);
    if (at < 0) return;
    if (this.#running.length === 1) this.#running.pop();
    else this.#running.splice(at, 1);
    this.idleSince = ++this.#events.sequence;
    this.#proceed();
  }

  #proceed(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#mayRun(next.reply); next = this.#waiting[0]) {
      this.#waiting.shift();
      next.run();
    }
    if (this.last !== undefined && this.#running.length === 0 && this.#waiting.length === 0) {
      const last = this.last;
      this.last = ignore;
      last();
    }
  }

  /** Replies behind a broken one cannot be sent either; those before it still are. */
  onReplyBroken(reply: Http1Reply): void {
    this.last ??= () => this.socket.destroy();
    this.#waiting = [];
    const at = this.#running.indexOf(reply);
    if (at >= 0) for (const other of this.#running.splice(at)) other.finish(false);
    this.#proceed();
  }

  /** Somebody behind the front threw: 500 while nothing was sent, else a broken reply. */
  onReplyFault(reply: Http1Reply, where: string, error: unknown): void {
    this.#events.onFault(where, error);
    if (reply.started) {
      reply.destroy();
      return;
    }
    const body = 'Something went wrong inside the proxy.\n';
    reply.start(500, 'Internal Server Error', [
      'Content-Type',
      'text/plain; charset=utf-8',
      'Content-Length',
      String(body.length),
      'Cache-Control',
      'no-store',
      'Connection',
      'close',
    ]);
    reply.end(Buffer.from(body));
  }

  /** Does this when the replies before it are out, and takes nothing more. The first to ask is the one. */
  afterReplies(act: () => void): void {
    if (this.last !== undefined) return;
    this.last = act;
    this.#proceed();
  }

  /** Says this in its turn, then hangs up. */
  conclude(head: string): void {
    this.afterReplies(() => this.hangUp(head));
  }

  /** Sends and ends, and reads away for a while what still comes: closing at once could take the answer from the client. */
  hangUp(text: string): void {
    const { socket } = this;
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    socket.end(text, 'latin1');
    this.#newest?.message.resume();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  }

  /**
   * Malformed bytes, or the end of the connection within a request. Earlier requests are answered first; a request whose
   * content is cut off is over.
   */
  malformed(head: string, ended: boolean): void {
    if (this.last !== undefined) return;
    const newest = this.#newest;
    let answer = head;
    if (newest !== undefined && !newest.message.complete) {
      this.#waiting = this.#waiting.filter(({ reply }) => reply !== newest);
      if (newest.started) answer = '';
      // `afterReplies` comes first: what is over must not start the next one.
      this.last = () => this.hangUp(answer);
      newest.finish(false, ended ? 'broken' : 'malformed');
    }
    // A client that hung up waits for nothing.
    if (ended && this.#running.length > 0) this.socket.destroy();
    else if (this.last === undefined) this.conclude(answer);
    else this.#proceed();
  }

  /** Hands the connection over (CONNECT, Upgrade) in its turn; node does not look after it any more. */
  takeOver(act: () => void): void {
    const { socket } = this;
    const drained = (): void => this.#running[0]?.drained();
    socket.on('drain', drained);
    this.afterReplies(() => {
      socket.off('drain', drained);
      socket.setTimeout(0);
      this.#tookOver = true;
      this.#guardSocket(act);
    });
  }

  /** Takes requests again after `takeOver`. */
  reopen(fieldsAsReceived: string[]): void {
    this.#tookOver = false;
    this.last = undefined;
    this.fieldsAsReceived = fieldsAsReceived;
  }

  #guardSocket(act: () => void): void {
    const { socket } = this;
    const before = socket.bytesWritten;
    try {
      act();
    } catch (error) {
      this.#events.onFault('takeover', error);
      if (socket.bytesWritten === before && socket.writable)
        this.hangUp('HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      else socket.destroy();
      socket.resume(); // nobody else reads it: without that its end would not be seen
    }
  }

  #onClose(): void {
    this.#waiting = [];
    this.last = ignore; // what waited for its turn has nothing to act on
    for (const reply of this.#running.splice(0)) reply.close();
  }
}

/** `::ffff:127.0.0.1` as `127.0.0.1`. */
function bareAddress(address: string | undefined): string {
  return address === undefined ? '' : address.startsWith('::ffff:') ? address.slice(7) : address;
}

function ignore(): void {
  // nothing more to do
}
