/**
 * One client connection: whose turn it is. Pipelined requests run side by side only when all of them are safe
 * (RFC 9112 §9.3.2); replies go out in order, which is the replies' work. Whatever ends or takes over the connection (bytes
 * that are no request, a refused request, CONNECT, Upgrade) waits until the replies before it are out.
 */
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { ClientPeer } from '../../contract/observer.ts';
import type { Head } from '../../http/head.ts';
import type { ClientReply, ConnectionContext, FrontHandlers, ReplyEnd } from './front.ts';

/** Requests of one connection that may run side by side. */
const MAX_SIDE_BY_SIDE = 8;
/** Requests of one connection that may wait for their turn; with one more the connection ends after them. */
const MAX_WAITING = 256;
/** How long a client has to read the final reply and close, ms. */
const LINGER_MS = 2000;

/** A reply of a connection, as far as its order is concerned. */
export interface OrderedReply extends ClientReply {
  /** Requests that change nothing, and carry nothing, may run side by side (RFC 9110 §9.2.1). */
  readonly safe: boolean;
  /** Whether a part of the final answer may have been sent. */
  readonly started: boolean;
  /** Whether all content of the request has been read. */
  readonly contentComplete: boolean;
  /** Nobody wants the rest of the content. */
  discardContent(): void;
  /** Ends the reply for its listener, whatever happens to the connection. Later calls do nothing. */
  finish(complete: boolean, otherwise?: ReplyEnd): void;
  /** The connection is over. */
  close(): void;
  /** There is room again. */
  drained(): void;
  /** The replies before it are out. */
  onTurn(): void;
}

/** What a reply tells the connection it belongs to. */
export interface ReplyOwner {
  /** The reply is over: everything was handed to the system, or never will be. */
  onReplyOver(reply: OrderedReply): void;
  /** The reply cannot be completed: the connection ends where it would stand. */
  onReplyBroken(reply: OrderedReply): void;
  /** A listener of the reply threw. */
  onReplyFault(reply: OrderedReply, where: string, error: unknown): void;
}

/** What a connection reports. */
export interface ConnectionEvents {
  /** Counts up with everything that ends on any connection of the front: the smallest is the longest idle. */
  sequence: number;
  onFault(where: string, error: unknown): void;
}

interface Pending {
  reply: OrderedReply;
  run: () => void;
}

export class ClientConnection implements ReplyOwner {
  readonly socket: Socket;
  /** Of an adopted connection. */
  readonly context: ConnectionContext | undefined;
  /** Address of the client, without port. */
  readonly client: string;
  readonly peer: ClientPeer | undefined;
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
  readonly #running: OrderedReply[] = [];
  #waiting: Pending[] = [];
  #newest: OrderedReply | undefined;
  /** Done when the replies before it are out; nothing is taken behind it. */
  last: (() => void) | undefined;
  #tookOver = false;

  constructor(socket: Socket, events: ConnectionEvents, context?: ConnectionContext) {
    this.socket = socket;
    this.context = context;
    this.#events = events;
    this.peer = context === undefined ? peerOf(socket) : context.peer;
    this.client = context?.client ?? this.peer?.address ?? '';
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
  take<R extends { readonly reply: OrderedReply }>(request: R, begin: (request: R) => void): void {
    const { reply } = request;
    if (this.last !== undefined) {
      reply.discardContent(); // unread content would keep the end from being seen
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

  #mayRun(reply: OrderedReply): boolean {
    const running = this.#running;
    return (
      running.length === 0 || (reply.safe && running.length < MAX_SIDE_BY_SIDE && running.every((other) => other.safe))
    );
  }

  #run<R extends { readonly reply: OrderedReply }>(request: R, begin: (request: R) => void): void {
    this.#running.push(request.reply);
    try {
      begin(request);
    } catch (error) {
      this.onReplyFault(request.reply, 'request', error);
    }
  }

  onReplyOver(reply: OrderedReply): void {
    const at = this.#running.indexOf(reply);
    if (at < 0) return;
    if (this.#running.length === 1) this.#running.pop();
    else this.#running.splice(at, 1);
    this.idleSince = ++this.#events.sequence;
    if (at === 0) this.#running[0]?.onTurn();
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
  onReplyBroken(reply: OrderedReply): void {
    this.last ??= () => this.socket.destroy();
    this.#waiting = [];
    const at = this.#running.indexOf(reply);
    if (at >= 0) for (const other of this.#running.splice(at)) other.finish(false);
    this.#proceed();
  }

  /** The reply whose turn it is. */
  get first(): OrderedReply | undefined {
    return this.#running[0];
  }

  /** True when somebody else has the connection (CONNECT, Upgrade). */
  get isTakenOver(): boolean {
    return this.#tookOver;
  }

  /** Whether the replies before this one are out. */
  isTurnOf(reply: OrderedReply): boolean {
    return this.#running[0] === reply;
  }

  /** The connection ends with this reply, by this act: what was asked behind it is not answered. */
  endWith(reply: OrderedReply, act: () => void): void {
    this.last = act;
    this.#waiting = [];
    for (const other of this.#running.splice(this.#running.indexOf(reply) + 1)) other.finish(false);
  }

  /** Somebody behind the front threw: 500 while nothing was sent, else a broken reply. */
  onReplyFault(reply: OrderedReply, where: string, error: unknown): void {
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
    this.#newest?.discardContent();
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
    if (newest !== undefined && !newest.contentComplete) {
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

/** A client that has asked nothing yet may be closed to make room after this long, ms. */
const UNUSED_MS = 5000;

/** Keeping an idle connection is a courtesy (RFC 9112 §9.3): the one that was not used for longest makes room. False when there is none. */
export function closeLongestIdle(connections: Iterable<ClientConnection>): boolean {
  let longest: ClientConnection | undefined;
  const oldEnough = performance.now() - UNUSED_MS;
  for (const connection of connections) {
    if (
      !connection.idle ||
      connection.socket.destroyed ||
      (connection.lastHead === undefined && connection.openedAtMs > oldEnough)
    )
      continue;
    if (longest === undefined || connection.idleSince < longest.idleSince) longest = connection;
  }
  longest?.socket.destroy();
  return longest !== undefined;
}

/** Tells of a client that has connected to the proxy itself. */
export function tellPeer(
  { peer }: ClientConnection,
  { onPeer }: FrontHandlers,
  onFault: ConnectionEvents['onFault'],
): void {
  if (peer === undefined || onPeer === undefined) return;
  try {
    onPeer(peer);
  } catch (error) {
    onFault('client', error);
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): ClientPeer {
  return { address: bareAddress(remoteAddress), port: remotePort ?? 0, pending: false, program: undefined };
}

/** `::ffff:127.0.0.1` as `127.0.0.1`. */
function bareAddress(address: string | undefined): string {
  return address === undefined ? '' : address.startsWith('::ffff:') ? address.slice(7) : address;
}

function ignore(): void {
  // nothing more to do
}
