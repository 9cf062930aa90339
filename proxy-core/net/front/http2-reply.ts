/**
 * The reply side of one HTTP/2 stream. Nothing here throws: a stream that is over takes calls and does nothing. What waits
 * is bounded by the client's windows: `write` answers false, and `drain` comes when they open.
 */
import { constants, type ServerHttp2Stream } from 'node:http2';
import { hasField, type FieldList } from '../../http/fields.ts';
import type { ClientReply, ReplyEnd } from './front.ts';
import { toHttp2Fields } from './http2-fields.ts';
import { ReaderWatch } from './reader-watch.ts';

const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;

/** What a reply tells its front. */
export interface Http2ReplyOwner {
  readPatienceMs(): number;
  /** Of the connection, by all of its streams. */
  bytesSent(): number;
  onReplyFault(reply: Http2Reply, where: string, error: unknown): void;
}

export class Http2Reply implements ClientReply {
  readonly #stream: ServerHttp2Stream;
  readonly #owner: Http2ReplyOwner;
  #onClose: ((end: ReplyEnd) => void) | undefined;
  #onDrain: (() => void) | undefined;
  #end: ReplyEnd | undefined;
  #isStalled = false;
  /** Made for the first wait. */
  #watch: ReaderWatch | undefined;
  #trailers: FieldList = [];
  /** All there is was handed over. */
  #hasEnded = false;

  constructor(stream: ServerHttp2Stream, owner: Http2ReplyOwner) {
    this.#stream = stream;
    this.#owner = owner;
    stream.on('drain', () => {
      this.#watch?.taken();
      if (this.#end === undefined) this.#guard('drain', () => this.#onDrain?.());
    });
    stream.on('wantTrailers', () => {
      try {
        stream.sendTrailers(Object.fromEntries(pairs(toHttp2Fields(this.#trailers))));
      } catch {
        stream.close(NGHTTP2_NO_ERROR);
      }
    });
    stream.on('finish', () => {
      // What the client still sends nobody reads: it is told to stop (RFC 9113 §8.1). Later, for the end of the content goes first.
      // Where `end` was not called node ends the stream itself, for the client has gone.
      if (!this.#hasEnded) return;
      setImmediate(() => {
        if (!stream.destroyed && !stream.readableEnded) stream.close(NGHTTP2_NO_ERROR);
      });
    });
    stream.on('close', () => this.#finish());
  }

  /** Whether a part of the final answer may have been sent. */
  get started(): boolean {
    return this.#stream.headersSent;
  }

  #finish(): void {
    if (this.#end !== undefined) return;
    this.#watch?.stop();
    const { headersSent, writableFinished, rstCode } = this.#stream;
    // The stream may be over on the wire before it has finished here, and a client that has it all may leave meanwhile.
    const isSent = writableFinished || rstCode === NGHTTP2_NO_ERROR;
    // What the client has taken back node ends, and it looks finished then.
    const isWhole = headersSent && this.#hasEnded && isSent;
    const end = isWhole ? 'complete' : this.#isStalled ? 'stalled' : 'broken';
    this.#end = end;
    this.#guard('close', () => this.#onClose?.(end));
  }

  #guard(where: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#owner.onReplyFault(this, where, error);
    }
  }

  inform(status: number, fields: FieldList): void {
    const stream = this.#stream;
    // 100 is ours to give, 101 is no answer of HTTP/2 (RFC 9113 §8.6).
    if (this.#isOver || status < 102 || status > 199 || stream.headersSent) return;
    try {
      stream.additionalHeaders({ ':status': status, ...grouped(toHttp2Fields(fields)) });
    } catch {
      // An interim answer may be left out.
    }
  }

  get #isOver(): boolean {
    return this.#end !== undefined || this.#stream.destroyed || this.#stream.closed;
  }

  start(status: number, _statusText: string, fields: FieldList): void {
    const stream = this.#stream;
    if (this.#isOver || stream.headersSent) return;
    const code = status >= 200 && status <= 999 ? status : 502;
    const cleaned = toHttp2Fields(fields);
    const head = [':status', String(code), ...cleaned];
    // Whether Date is sent is decided above.
    const waitForTrailers = !hasField(cleaned, 'content-length') || hasField(cleaned, 'trailer');
    const options = { sendDate: false, waitForTrailers };
    stream.respond(head, options);
  }

  write(chunk: Uint8Array): boolean {
    if (this.#isOver || this.#stream.writableEnded || this.#stream.write(chunk)) return true;
    this.#awaitReader();
    return false;
  }

  /** The client has not taken everything: it has so long to go on. */
  #awaitReader(): void {
    this.#watch ??= new ReaderWatch(
      // Node counts a write when all of it is gone, which for a large one takes long: what the connection sent says more.
      () => (this.#stream.writableLength === 0 ? 0 : 1 + this.#owner.bytesSent()),
      this.#owner.readPatienceMs(),
      () => {
        this.#isStalled = true;
        this.destroy();
      },
    );
    this.#watch.wait();
  }

  onDrain(listener: () => void): void {
    const before = this.#onDrain;
    this.#onDrain = before === undefined ? listener : () => (before(), listener());
  }

  end(chunk?: Uint8Array, trailers?: FieldList): void {
    const stream = this.#stream;
    if (this.#isOver) return;
    if (trailers !== undefined) this.#trailers = trailers;
    this.#hasEnded = true;
    if (stream.writableEnded) {
      // There was nothing to send but the head.
    } else if (chunk === undefined) stream.end();
    else stream.end(chunk);
    if (stream.writableLength > 0) this.#awaitReader();
    // What the client still sends is read away: while it is not over, the stream is not either.
    if (stream.readableFlowing === null) stream.resume();
  }

  destroy(): void {
    if (this.#isOver) return;
    this.#stream.close(NGHTTP2_INTERNAL_ERROR);
  }

  onClose(listener: (end: ReplyEnd) => void): void {
    const end = this.#end;
    const before = this.#onClose;
    if (end !== undefined) this.#guard('close', () => listener(end));
    else this.#onClose = before === undefined ? listener : (over) => (before(over), listener(over));
  }
}

function* pairs(fields: FieldList): Generator<[string, string]> {
  for (let i = 0; i < fields.length; i += 2) yield [fields[i]!, fields[i + 1]!];
}

/** Lines of one name together, for calls that take no flat list. */
function grouped(fields: FieldList): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = {};
  for (const [name, value] of pairs(fields)) {
    const before = out[name];
    out[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return out;
}
