/**
 * The reply side of an HTTP/1 request on node's ServerResponse. Nothing here throws: what node would refuse to write is
 * cleaned, and a reply that is over takes calls and does nothing.
 */
import http from 'node:http';
import { withoutFields, type FieldList } from '../../http/fields.ts';
import { stripHopByHop } from '../../http/hop-by-hop.ts';
import type { ReplyEnd } from './front.ts';
import type { OrderedReply, ReplyOwner } from './http1-connection.ts';
import { breakConnection } from './break-connection.ts';
import { ReaderWatch, untakenBy } from './reader-watch.ts';
import { wireFields, wireHead, wirePhrase } from './wire-text.ts';

/** A client that does not read gets no more interim heads than these bytes, see `inform`. */
const MAX_INTERIM_PENDING_BYTES = 64 * 1024;
/** An interim answer has no content (RFC 9110 §8.6). */
const NOT_INTERIM = new Set(['content-length']);

export class Http1Reply implements OrderedReply {
  readonly message: http.IncomingMessage;
  readonly safe: boolean;
  readonly #response: http.ServerResponse;
  readonly #owner: ReplyOwner;
  #onClose: ((end: ReplyEnd) => void) | undefined;
  #onDrain: (() => void) | undefined;
  #over = false;
  /** What the listener is told that comes after the end. */
  #end: ReplyEnd = 'broken';
  /** Made for the first wait. */
  #watch: ReaderWatch | undefined;
  #stalled = false;
  /** A head was made and nothing of it is sent yet. */
  #headUnsent = false;
  readonly #patienceMs: () => number;

  constructor(
    message: http.IncomingMessage,
    response: http.ServerResponse,
    safe: boolean,
    owner: ReplyOwner,
    patienceMs: () => number,
  ) {
    this.message = message;
    this.safe = safe;
    this.#response = response;
    this.#owner = owner;
    this.#patienceMs = patienceMs;
    // Whether Date is sent is decided above: replies of origins keep theirs.
    response.sendDate = false;
    // A connection that breaks while writing is reported by 'close'; 'error' adds nothing.
    response.on('error', ignore);
    response.on('close', () => this.close());
  }

  /** The connection, or this reply's part in it, is over. */
  close(): void {
    this.finish(this.#response.writableFinished);
  }

  get contentComplete(): boolean {
    return this.message.complete;
  }

  discardContent(): void {
    this.message.resume();
  }

  onTurn(): void {
    // node writes what has waited
  }

  /** Whether a part of the final answer may have been sent. */
  get started(): boolean {
    return this.#response.headersSent;
  }

  /** Ends the reply for its listener, whatever happens to the connection. Later calls do nothing. */
  finish(complete: boolean, otherwise: ReplyEnd = 'broken'): void {
    if (this.#over) return;
    this.#over = true;
    this.#watch?.stop();
    const end = complete ? 'complete' : this.#stalled ? 'stalled' : otherwise;
    this.#end = end;
    this.#guard('close', () => this.#onClose?.(end));
    this.#owner.onReplyOver(this);
  }

  /** Tells that there is room again; for connections node no longer looks after. */
  drained(): void {
    this.#watch?.taken();
    if (!this.#over) this.#guard('drain', () => this.#onDrain?.());
  }

  #guard(where: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#owner.onReplyFault(this, where, error);
    }
  }

  /**
   * Written as text: node's own methods for it check Link with an expression that backtracks. Only when it is this
   * reply's turn on the connection: before, there is no socket.
   */
  inform(status: number, fields: FieldList): void {
    const response = this.#response;
    const { socket } = response;
    // 100 is ours to give (see openBody), 101 is no interim answer.
    if (this.#over || status < 102 || status > 199 || this.message.httpVersion !== '1.1' || response.headersSent)
      return;
    if (socket === null || !socket.writable || socket.writableLength > MAX_INTERIM_PENDING_BYTES) return;
    socket.write(
      wireHead(status, http.STATUS_CODES[status] ?? 'Interim', withoutFields(stripHopByHop(fields), NOT_INTERIM)),
      'latin1',
    );
  }

  start(status: number, statusText: string, fields: FieldList): void {
    const response = this.#response;
    if (this.#over || response.headersSent || response.destroyed) return;
    // A final answer has a status between these, whatever the origin said (RFC 9110 §15).
    const usable = status >= 200 && status <= 999;
    const code = usable ? status : 502;
    const kept = keepsConnection(response, this.message)
      ? [...fields, 'Connection', 'keep-alive']
      : (fields as string[]);
    // Content usually follows at once, and goes out with it.
    this.#headUnsent = true;
    process.nextTick(flushHead, this);
    const isForeign = hasForeignDisposition(kept);
    const phrase = usable ? wirePhrase(statusText) : 'Bad Gateway';
    if (isForeign) {
      response.writeHead(code, phrase, writable(kept));
      return;
    }
    try {
      response.writeHead(code, phrase, kept);
    } catch {
      // Rare: node checks each line while it writes, checking them here before would cost every reply.
      response.writeHead(code, phrase, writable(kept));
    }
  }

  /** Content is long in coming: the head goes ahead. */
  flushHead(): void {
    if (this.#headUnsent && !this.#over) this.#response.flushHeaders();
    this.#headUnsent = false;
  }

  write(chunk: Uint8Array): boolean {
    this.#headUnsent = false;
    if (this.#over || this.#response.write(chunk)) return true;
    this.#awaitReader();
    return false;
  }

  /** The client has not taken everything: it has so long to go on. */
  #awaitReader(): void {
    if (this.#watch === undefined) {
      this.#response.on('drain', () => this.drained());
      this.#watch = new ReaderWatch(
        () => untakenBy(this.#response.socket),
        this.#patienceMs(),
        () => {
          this.#stalled = true;
          this.destroy();
        },
      );
    }
    this.#watch.wait();
  }

  onDrain(listener: () => void): void {
    const before = this.#onDrain;
    this.#onDrain = before === undefined ? listener : () => (before(), listener());
  }

  end(chunk?: Uint8Array, trailers?: FieldList): void {
    const response = this.#response;
    this.#headUnsent = false;
    if (this.#over) return;
    if (trailers && trailers.length > 0 && response.chunkedEncoding) {
      const cleaned = wireFields(trailers);
      const pairs: [string, string][] = [];
      for (let i = 0; i < cleaned.length; i += 2) pairs.push([cleaned[i]!, cleaned[i + 1]!]);
      response.addTrailers(pairs);
    }
    if (chunk === undefined) response.end();
    else response.end(chunk);
    if (response.writableLength > 0) this.#awaitReader();
    // An unread request body would block the next request on this connection: discard it.
    if (!this.message.complete) this.message.resume();
  }

  destroy(): void {
    if (this.#over) return;
    const { socket } = this.#response;
    if (socket === null) this.#owner.onReplyBroken(this);
    // Where the end of the connection is the end of the reply, only a reset says that something is missing.
    else if (this.message.httpVersion !== '1.1') breakConnection(socket);
    else {
      // node holds what was written in this turn: the client is to see where it broke off.
      while (socket.writableCorked > 0) socket.uncork();
      this.#response.destroy();
    }
  }

  onClose(listener: (end: ReplyEnd) => void): void {
    const before = this.#onClose;
    if (this.#over) this.#guard('close', () => listener(this.#end));
    else this.#onClose = before === undefined ? listener : (end) => (before(end), listener(end));
  }
}

function flushHead(reply: Http1Reply): void {
  reply.flushHead();
}

function ignore(): void {
  // told by 'close'
}

/**
 * node closes a connection that was not asked to go on with 100 (Continue), for content may follow. A request that has
 * none leaves nothing in the way of the next (RFC 9110 §10.1.1).
 */
function keepsConnection(response: http.ServerResponse, message: http.IncomingMessage): boolean {
  return (
    message.headers.expect !== undefined &&
    message.httpVersion === '1.1' &&
    response.shouldKeepAlive &&
    !hasContent(message)
  );
}

/** RFC 9112 §6.3: a request has content when Transfer-Encoding or a non-zero Content-Length says so. */
export function hasContent(message: http.IncomingMessage): boolean {
  const { headers } = message;
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) !== 0);
}

/** A Content-Disposition that is not ASCII, see `writable`. */
function hasForeignDisposition(fields: FieldList): boolean {
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i]!.length !== 19 || fields[i]!.toLowerCase() !== 'content-disposition') continue;
    const value = fields[i + 1]!;
    for (let at = 0; at < value.length; at++) if (value.charCodeAt(at) > 0x7e) return true;
  }
  return false;
}

/**
 * Fields that node's writeHead takes as they are. It reads a Content-Disposition behind Content-Length
 * as UTF-8 and then writes or refuses what it read, so the length goes last; Trailer is refused where there can be none.
 */
function writable(fields: FieldList): string[] {
  const cleaned = wireFields(fields);
  const rest: string[] = [];
  const lengths: string[] = [];
  for (let i = 0; i < cleaned.length; i += 2) {
    const name = cleaned[i]!.toLowerCase();
    if (name !== 'trailer') (name === 'content-length' ? lengths : rest).push(cleaned[i]!, cleaned[i + 1]!);
  }
  return [...rest, ...lengths];
}
