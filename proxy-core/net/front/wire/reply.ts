/**
 * The reply side of a request on its connection. It writes when the replies before it are out and keeps what comes sooner.
 * Nothing here throws, and a reply that is over takes calls and does nothing.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { withoutFields, type FieldList } from '../../../http/fields.ts';
import { stripHopByHop } from '../../../http/hop-by-hop.ts';
import { breakConnection } from '../break-connection.ts';
import type { KnownFields, ReplyEnd } from '../front.ts';
import type { ClientConnection, OrderedReply } from '../http1-connection.ts';
import { ReaderWatch, untakenBy } from '../reader-watch.ts';
import { wireFields, wireHead } from '../wire-text.ts';
import type { Content } from './content.ts';
import type { HeadParser } from './head-parser.ts';
import type { Output } from './output.ts';
import { buildReplyHead, type Framing } from './reply-head.ts';

/** A client that does not read gets no more interim heads than these bytes. */
const MAX_INTERIM_PENDING_BYTES = 64 * 1024;
/** What a reply may keep until its turn before its source is asked to wait, bytes. */
const MAX_KEPT_BYTES = 64 * 1024;
/** An interim answer has no content (RFC 9110 §8.6). */
const NOT_INTERIM = new Set(['content-length']);
const NOTHING = new Uint8Array(0);
const LAST_CHUNK = '0\r\n\r\n';

/** What a reply needs of its connection. */
interface ReplyConnection {
  readonly socket: Socket;
  readonly order: ClientConnection;
  readonly output: Output;
  /** Of the request that is being taken. */
  readonly parser: HeadParser;
  /** Replies end the connection from now on. */
  readonly closing: boolean;
  readPatienceMs(): number;
  readOn(): void;
  onHeadUnsent(reply: WireReply): void;
  finishSoon(reply: WireReply): void;
  endWith(reply: WireReply): void;
}

export class WireReply implements OrderedReply {
  readonly safe: boolean;
  started = false;
  readonly #connection: ReplyConnection;
  readonly #content: Content | undefined;
  readonly #method: string;
  readonly #httpVersion: string;
  readonly #mayKeep: boolean;
  #awaitsContinue: boolean;
  #onClose: ((end: ReplyEnd) => void) | undefined;
  #onDrain: (() => void) | undefined;
  /** Not written yet: it goes out with the first content. */
  #head = '';
  #framing: Framing | undefined;
  #written = 0;
  #ended = false;
  #complete = false;
  #over = false;
  #end: ReplyEnd = 'broken';
  /** What came before its turn. */
  #kept: { before: string; chunk: Uint8Array; after: string }[] | undefined;
  #keptBytes = 0;
  #blocked = false;
  #watch: ReaderWatch | undefined;
  #stalled = false;

  constructor(connection: ReplyConnection, content: Content | undefined, safe: boolean) {
    const { parser } = connection;
    this.safe = safe;
    this.#connection = connection;
    this.#content = content;
    this.#method = parser.method;
    this.#httpVersion = parser.httpVersion;
    this.#mayKeep = !parser.block.closes;
    this.#awaitsContinue = content !== undefined && parser.block.awaitsContinue;
  }

  get contentComplete(): boolean {
    return this.#content === undefined || this.#content.complete;
  }

  discardContent(): void {
    this.#content?.discard();
    this.#connection.readOn();
  }

  /** The content of the request; a client that waits for it is told to go on (RFC 9110 §10.1.1). */
  sendContinue(): void {
    if (!this.#awaitsContinue || this.started || this.#over) return;
    this.#awaitsContinue = false;
    if (this.#connection.socket.writable) this.#connection.socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
  }

  close(): void {
    this.finish(this.#complete);
  }

  finish(complete: boolean, otherwise: ReplyEnd = 'broken'): void {
    if (this.#over) return;
    this.#over = true;
    this.#kept = undefined;
    this.#watch?.stop();
    const end = complete ? 'complete' : this.#stalled ? 'stalled' : otherwise;
    this.#end = end;
    const listener = this.#onClose;
    if (listener !== undefined) {
      try {
        listener(end);
      } catch (error) {
        this.#connection.order.onReplyFault(this, 'close', error);
      }
    }
    this.#connection.order.onReplyOver(this);
  }

  drained(): void {
    this.#watch?.taken();
    if (this.#over || !this.#blocked) return;
    this.#blocked = false;
    try {
      this.#onDrain?.();
    } catch (error) {
      this.#connection.order.onReplyFault(this, 'drain', error);
    }
  }

  inform(status: number, fields: FieldList): void {
    const { socket, order } = this.#connection;
    // 100 is ours to give (see sendContinue), 101 is no interim answer.
    if (this.#over || this.started || status < 102 || status > 199 || this.#httpVersion !== '1.1') return;
    if (!order.isTurnOf(this) || !socket.writable || socket.writableLength > MAX_INTERIM_PENDING_BYTES) return;
    socket.write(
      wireHead(status, STATUS_CODES[status] ?? 'Interim', withoutFields(stripHopByHop(fields), NOT_INTERIM)),
      'latin1',
    );
  }

  start(status: number, statusText: string, fields: FieldList, begin?: KnownFields): void {
    if (this.#over || this.started) return;
    this.started = true;
    const asked = {
      method: this.#method,
      httpVersion: this.#httpVersion,
      // A client that was not told to go on may send its content or not.
      mayKeep: this.#mayKeep && !this.#awaitsContinue && !this.#connection.closing,
    };
    const { text, framing } = buildReplyHead(status, statusText, fields, asked, begin);
    this.#head = text;
    this.#framing = framing;
    this.#connection.onHeadUnsent(this);
  }

  /** Content is long in coming: the head goes ahead. */
  flushHead(): void {
    if (this.#head !== '' && !this.#ended && !this.#over) this.#send(NOTHING, '');
  }

  write(chunk: Uint8Array): boolean {
    const framing = this.#framing;
    if (this.#over || this.#ended || framing === undefined || !framing.hasContent || chunk.length === 0) return true;
    if (!this.#fits(chunk, framing)) return true;
    return this.#send(chunk, framing.chunked ? '\r\n' : '');
  }

  /** More than Content-Length says would be read as the next reply. */
  #fits(chunk: Uint8Array, { length }: Framing): boolean {
    this.#written += chunk.length;
    if (length === undefined || this.#written <= length) return true;
    this.destroy();
    return false;
  }

  end(chunk: Uint8Array = NOTHING, trailers?: FieldList): void {
    const framing = this.#framing;
    if (this.#over || this.#ended) return;
    if (framing === undefined) {
      this.destroy();
      return;
    }
    let after = '';
    let last = chunk;
    if (!framing.hasContent) last = NOTHING;
    else {
      if (!this.#fits(chunk, framing)) return;
      if (framing.length !== undefined && this.#written < framing.length) {
        // Less than it says: only the end of the connection tells.
        if (chunk.length > 0) this.#send(chunk, '');
        this.destroy();
        return;
      }
      if (framing.chunked) after = (chunk.length > 0 ? '\r\n' : '') + endOfChunks(trailers);
    }
    this.#ended = true;
    this.#send(last, after);
    if (!this.contentComplete) this.#content?.release();
  }

  #send(chunk: Uint8Array, after: string): boolean {
    let before = this.#head;
    this.#head = '';
    if (chunk.length > 0 && this.#framing!.chunked) before += `${chunk.length.toString(16)}\r\n`;
    const { order, output } = this.#connection;
    if (!order.isTurnOf(this)) {
      (this.#kept ??= []).push({ before, chunk, after });
      this.#keptBytes += chunk.length + before.length;
      return this.#keptBytes < MAX_KEPT_BYTES || this.#wait();
    }
    if (!output.socket.writable) return true; // 'close' tells
    if (this.#ended) {
      if (before === '' && after === '' && chunk.length === 0 && output.socket.writableLength === 0) this.#onAllTaken();
      else output.write(before, chunk, after, () => this.#onAllTaken());
      if (!this.#complete) this.#wait();
      return true;
    }
    return output.write(before, chunk, after) || this.#wait();
  }

  /** The client has not taken everything: it has so long to go on. */
  #wait(): false {
    this.#blocked = true;
    const { socket, order } = this.#connection;
    this.#watch ??= new ReaderWatch(
      () => (order.isTurnOf(this) ? untakenBy(socket) : 0),
      this.#connection.readPatienceMs(),
      () => {
        this.#stalled = true;
        this.destroy();
      },
    );
    this.#watch.wait();
    return false;
  }

  /** The system has all of it. */
  #onAllTaken(): void {
    if (this.#over) return;
    this.#complete = true;
    if (this.#framing?.keepsConnection !== true) this.#connection.endWith(this);
    this.#connection.finishSoon(this);
  }

  onTurn(): void {
    const { output } = this.#connection;
    const kept = this.#kept;
    this.#kept = undefined;
    this.#keptBytes = 0;
    if (kept !== undefined && output.socket.writable) {
      output.socket.cork();
      for (const [n, { before, chunk, after }] of kept.entries()) {
        const isLast = this.#ended && n === kept.length - 1;
        output.queue(before, chunk, after, isLast ? () => this.#onAllTaken() : undefined);
      }
      output.socket.uncork();
    }
    if (!output.socket.writableNeedDrain) this.drained();
    if (!this.#over && this.#blocked) this.#watch?.wait();
  }

  onDrain(listener: () => void): void {
    const before = this.#onDrain;
    this.#onDrain = before === undefined ? listener : () => (before(), listener());
  }

  destroy(): void {
    if (this.#over) return;
    const { socket, order } = this.#connection;
    if (!order.isTurnOf(this)) order.onReplyBroken(this);
    // Where the end of the connection is the end of the reply, only a reset says that something is missing.
    else if (this.#httpVersion !== '1.1') breakConnection(socket);
    else socket.destroy();
  }

  onClose(listener: (end: ReplyEnd) => void): void {
    const before = this.#onClose;
    if (!this.#over) {
      this.#onClose = before === undefined ? listener : (end) => (before(end), listener(end));
      return;
    }
    try {
      listener(this.#end);
    } catch (error) {
      this.#connection.order.onReplyFault(this, 'close', error);
    }
  }
}

function endOfChunks(trailers: FieldList | undefined): string {
  if (trailers === undefined || trailers.length === 0) return LAST_CHUNK;
  const cleaned = wireFields(trailers);
  let text = '0\r\n';
  for (let i = 0; i < cleaned.length; i += 2) text += `${cleaned[i]}: ${cleaned[i + 1]}\r\n`;
  return `${text}\r\n`;
}
