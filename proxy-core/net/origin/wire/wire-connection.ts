/**
 * One HTTP/1.1 connection to an origin: a request goes out as text, its reply comes back in pieces, one exchange at a time.
 * Invariants: `#handler` is set exactly while a reply is awaited; nothing is told to a handler after its end or failure;
 * a connection that broke a rule is never used again.
 */
import type { Socket } from 'node:net';
import type { UpstreamConnection } from '../../../contract/observer.ts';
import { Chunked } from '../../wire/chunked.ts';
import { owned, readShared } from '../../wire/shared-read.ts';
import { reusedFacts, type ConnectionFacts } from '../origin-connection.ts';
import { CHUNKED, ReplyParser, UNTIL_END } from './reply-parser.ts';

/** What is told of one exchange, in this order: sent, interim*, head, content*, end | failure. May throw nothing. */
export interface WireHandler {
  /** The head goes out over this connection. */
  onSent(connection: ConnectionFacts, control: WireControl): void;
  /** A head; one below 200 is followed by another. */
  onReplyHead(status: number, statusText: string, fields: string[]): void;
  onContent(chunk: Uint8Array): void;
  onContentEnd(trailers: string[]): void;
  onBroken(error: Error): void;
}

/** What the asker may do; ignored unless the exchange is its own. */
export interface WireControl {
  pause(by: WireHandler): void;
  resume(by: WireHandler): void;
  /** Closes the connection; nothing is told afterwards. */
  abort(by: WireHandler): void;
}

/** What a connection asks of the pool, and tells it. */
export interface WireOwner {
  /** Rises with time; see {@link WirePool}. */
  readonly tick: number;
  /** The exchange is over and another may follow. */
  onIdle(connection: WireConnection): void;
  onClosed(connection: WireConnection): void;
}

/** Failures of replies, by the codes that `proxy-errors.ts` has words for. */
export const WIRE_ERRORS = {
  BSDM_REPLY_ENDED: 'the other side closed the connection',
  BSDM_REPLY_SHORT: 'the response ended before its Content-Length',
  BSDM_REPLY_MALFORMED: 'malformed',
  BSDM_REPLY_HEAD_TOO_LONG: 'the head of the response is too long',
  BSDM_REPLY_LATE: 'no response in time',
  BSDM_REPLY_STALLED: 'the response stopped',
} as const;

export function wireError(code: keyof typeof WIRE_ERRORS, text: string = WIRE_ERRORS[code]): Error {
  return Object.assign(new Error(text), { code });
}

/** Nobody may read a length out of trailers (RFC 9110 §6.5.1). */
const REFUSED_TRAILERS: ReadonlySet<string> = new Set(['content-length']);

/** What of a reply comes next. */
const IDLE = 0;
const HEAD = 1;
const LENGTH = 2;
const CHUNKS = 3;
const TO_THE_END = 4;

export class WireConnection implements ConnectionFacts, WireControl {
  readonly isShared = false;
  readonly socket: Socket;
  /** Set while it is among the idle ones: the tick at which it is given up. */
  idleUntil = 0;
  bytesSent = 0;
  bytesReceived = 0;
  failure: Error | undefined;
  readonly #owner: WireOwner;
  readonly #opened: UpstreamConnection;
  #reused: UpstreamConnection | undefined;
  #exchanges = 0;
  readonly #parser = new ReplyParser();
  #handler: WireHandler | undefined;
  #part = IDLE;
  #noContent = false;
  #remaining = 0;
  #chunks: Chunked | undefined;
  #keepsAlive = false;
  #paused = false;
  #ended = false;
  /** When something of the awaited reply came last, or it was asked for. */
  #heardAt = 0;

  constructor(socket: Socket, opened: UpstreamConnection, owner: WireOwner) {
    this.socket = socket;
    this.#opened = opened;
    this.#owner = owner;
    if (!readShared(socket, this.#onData, true)) socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', (error: Error) => (this.failure ??= error));
    socket.on('close', this.#onClose);
  }

  /** Another exchange had used it before the present one. */
  get reused(): boolean {
    return this.#exchanges > 1;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Seconds it may be idle by the last reply. */
  get idleSeconds(): number | undefined {
    return this.#parser.idleSeconds;
  }

  /** Counts the exchange that begins now, and answers what is recorded of its connection. */
  begin(): UpstreamConnection {
    if (this.#exchanges++ === 0) return this.#opened;
    return (this.#reused ??= reusedFacts(this.#opened));
  }

  /** Sends a request without content; `isHead` when its reply has none either. */
  send(handler: WireHandler, head: string, isHead: boolean): void {
    this.#handler = handler;
    this.#part = HEAD;
    this.#noContent = isHead;
    this.#heardAt = this.#owner.tick;
    this.bytesReceived = 0;
    this.bytesSent = head.length;
    handler.onSent(this, this);
    // Given up by whoever was told.
    if (this.#handler !== handler) return;
    this.socket.write(head, 'latin1');
  }

  pause(by: WireHandler): void {
    if (this.#handler !== by || this.#paused) return;
    this.#paused = true;
    this.socket.pause();
  }

  resume(by: WireHandler): void {
    if (this.#handler !== by || !this.#paused) return;
    this.#paused = false;
    this.#heardAt = this.#owner.tick;
    this.socket.resume();
  }

  abort(by: WireHandler): void {
    if (this.#handler !== by) return;
    this.#handler = undefined;
    this.#part = IDLE;
    this.socket.destroy();
  }

  /** Gives up a reply of which nothing came for so many ticks. */
  checkTime(ticks: number): void {
    if (this.#handler === undefined || this.#paused || this.#owner.tick - this.#heardAt <= ticks) return;
    this.#fail(wireError(this.#part === HEAD ? 'BSDM_REPLY_LATE' : 'BSDM_REPLY_STALLED'));
  }

  /** Ends the exchange under way, and the connection. */
  #fail(error: Error): void {
    const handler = this.#handler;
    this.#handler = undefined;
    this.#part = IDLE;
    this.socket.destroy();
    handler?.onBroken(error);
  }

  #malformed(problem: string): void {
    this.#fail(wireError('BSDM_REPLY_MALFORMED', problem));
  }

  readonly #onData = (chunk: Buffer): void => {
    this.bytesReceived += chunk.length;
    this.#heardAt = this.#owner.tick;
    let at = 0;
    // What comes unasked belongs to nobody (RFC 9112 §9.2).
    if (this.#part === IDLE) this.socket.destroy();
    while (at < chunk.length && this.#part !== IDLE) {
      switch (this.#part) {
        case HEAD:
          at = this.#takeHead(chunk, at);
          break;
        case CHUNKS:
          at = this.#takeChunks(this.#chunks!, chunk, at);
          break;
        default:
          at = this.#takeContent(chunk, at);
      }
    }
    if (at < chunk.length) this.socket.destroy();
  };

  #takeHead(chunk: Buffer, at: number): number {
    const parser = this.#parser;
    switch (parser.read(chunk, at)) {
      case 'more':
        return chunk.length;
      case 'refused':
        if (parser.tooLong) this.#fail(wireError('BSDM_REPLY_HEAD_TOO_LONG'));
        else this.#malformed(parser.problem);
        return chunk.length;
      case 'head':
        this.#begun();
        return parser.next;
    }
  }

  #begun(): void {
    const { status, statusText, fields, contentLength } = this.#parser;
    const handler = this.#handler!;
    if (status === 101) {
      this.#malformed('it switches protocols, which nobody asked for');
      return;
    }
    if (status >= 100 && status < 200) {
      if (!this.#parser.keepsAlive) {
        this.#malformed('it closes the connection with an interim response');
        return;
      }
      // Of unknown ones a Content-Length is not simply passed over: others may find content behind it.
      if (this.#parser.isCoded || (contentLength > 0 && status > 103)) {
        this.#malformed('an interim response says where its content ends, and has none');
        return;
      }
      handler.onReplyHead(status, statusText, fields);
      return;
    }
    const isBare = this.#noContent || status === 204 || status === 304;
    this.#keepsAlive = this.#parser.keepsAlive;
    if (isBare) {
      this.#part = LENGTH;
      this.#remaining = 0;
      // Servers send content here by mistake: it would be taken for the next reply.
      if (this.#noContent || (contentLength !== 0 && contentLength !== UNTIL_END)) this.#keepsAlive = false;
    } else if (contentLength === CHUNKED) {
      this.#part = CHUNKS;
      this.#chunks = new Chunked(REFUSED_TRAILERS);
    } else if (contentLength === UNTIL_END) {
      this.#part = TO_THE_END;
      this.#keepsAlive = false;
    } else {
      this.#part = LENGTH;
      this.#remaining = contentLength;
    }
    handler.onReplyHead(status, statusText, fields);
    if (this.#handler === handler && this.#part === LENGTH && this.#remaining === 0) this.#complete([]);
  }

  #takeContent(chunk: Buffer, at: number): number {
    const isAll = this.#part === TO_THE_END;
    const end = isAll ? chunk.length : Math.min(chunk.length, at + this.#remaining);
    if (!isAll) this.#remaining -= end - at;
    const handler = this.#handler!;
    handler.onContent(owned(at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end)));
    if (this.#handler === handler && !isAll && this.#remaining === 0) this.#complete([]);
    return end;
  }

  #takeChunks(chunks: Chunked, chunk: Buffer, from: number): number {
    if (chunks.remaining === 0) {
      const at = chunks.read(chunk, from);
      if (chunks.problem !== undefined) {
        this.#malformed(chunks.problem);
        return chunk.length;
      }
      if (chunks.complete) this.#complete(chunks.trailers);
      return at;
    }
    const end = Math.min(chunk.length, from + chunks.remaining);
    chunks.took(end - from);
    this.#handler!.onContent(owned(chunk.subarray(from, end)));
    return end;
  }

  /** All of the reply is there. */
  #complete(trailers: string[]): void {
    const handler = this.#handler!;
    this.#handler = undefined;
    this.#part = IDLE;
    this.#chunks = undefined;
    if (this.#paused) {
      this.#paused = false;
      this.socket.resume();
    }
    handler.onContentEnd(trailers);
    if (!this.#keepsAlive || this.socket.destroyed || this.#ended) this.socket.destroy();
    else this.#owner.onIdle(this);
  }

  readonly #onEnd = (): void => {
    this.#ended = true;
    if (this.#part === TO_THE_END && this.#handler !== undefined) this.#complete([]);
    else this.#broken();
  };

  readonly #onClose = (): void => {
    this.#broken();
    this.#owner.onClosed(this);
  };

  #broken(): void {
    if (this.#handler === undefined) return;
    const isShort = this.#part === LENGTH && this.#ended;
    this.#fail(this.failure ?? wireError(isShort ? 'BSDM_REPLY_SHORT' : 'BSDM_REPLY_ENDED'));
  }
}
