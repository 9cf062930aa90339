/**
 * The content of a request out of the bytes of its connection (RFC 9112 §6, §7): by length or chunked, as a stream once
 * somebody asks for it, read away when nobody will. Trailer fields are checked and dropped.
 */
import { Readable } from 'node:stream';
import { CHUNKED } from './field-block.ts';
import { MAX_FIELD_LINES } from '../http1-checks.ts';
import { addFieldLine, isValueByte } from './head-parser.ts';

/** Hexadecimal digits of a chunk size; more than these are no longer exact. */
const MAX_SIZE_DIGITS = 12;
/** Bytes of chunk extensions of one request, which carry nothing we use (RFC 9112 §7.1.1). */
const MAX_EXTENSION_BYTES = 16 * 1024;
/** Bytes of the trailer section. */
const MAX_TRAILER_BYTES = 64 * 1024;
/** So much of what nobody wants is read away for the sake of the next request, bytes. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

const CR = 0x0d;
const LF = 0x0a;

/** Where in chunked content the next byte stands. */
const SIZE = 0;
const EXTENSION = 1;
const SIZE_END = 2;
const DATA = 3;
const DATA_END = 4;
const TRAILER = 5;

/** What content needs of its connection. */
export interface ContentOwner {
  /** Takes up reading again. */
  onContentWanted(): void;
}

export class Content {
  /** All of it was read. */
  complete = false;
  /** What is wrong with it; nothing more is read then. */
  problem: string | undefined;
  /** More was read away than the next request is worth. */
  tooMuch = false;
  readonly #owner: ContentOwner;
  readonly #chunked: boolean;
  #remaining: number;
  #reader: Readable | undefined;
  #discarding = false;
  #discarded = 0;
  #part = 0;
  #digits = 0;
  #extensionBytes = 0;
  #quoted = false;
  #escaped = false;
  #trailerBytes = 0;
  #trailers: string[] = [];
  #line: number[] = [];
  #full = false;

  constructor(length: number, owner: ContentOwner) {
    this.#owner = owner;
    this.#chunked = length === CHUNKED;
    this.#remaining = this.#chunked ? 0 : length;
    this.#part = this.#chunked ? SIZE : DATA;
  }

  /** Whether bytes may be given to `take`. */
  get wanted(): boolean {
    return this.#discarding || (this.#reader !== undefined && !this.#full);
  }

  /** The content as a stream; once. */
  open(): Readable {
    const reader = new Readable({
      read: () => {
        if (!this.#full) return;
        this.#full = false;
        this.#owner.onContentWanted();
      },
      destroy: (error, done) => {
        this.discard();
        done(error);
      },
    });
    this.#reader = reader;
    // Whoever reads it listens; who has stopped is not told.
    reader.on('error', ignore);
    if (this.complete) reader.push(null);
    else queueMicrotask(() => this.#owner.onContentWanted());
    return reader;
  }

  /** Nobody wants it, or the rest of it. */
  discard(): void {
    if (this.#discarding) return;
    this.#discarding = true;
    if (!this.complete) this.#owner.onContentWanted();
  }

  /** The reply is over: what still comes is for whoever reads it, and for nobody when nobody does. */
  release(): void {
    if (this.complete) return;
    if (this.#reader === undefined || this.#reader.destroyed) this.discard();
    else this.#reader.resume();
  }

  /** The connection ended within it, or it is malformed. */
  cutOff(): void {
    if (this.complete) return;
    this.#reader?.destroy(Object.assign(new Error('the content of the request broke off'), { code: 'ECONNRESET' }));
  }

  /** Takes what belongs to it from `at` on; answers where that ends. */
  take(bytes: Buffer, at: number): number {
    const next = this.#chunked ? this.#takeChunked(bytes, at) : this.#takeData(bytes, at);
    if (!this.#chunked && this.#remaining === 0) this.#finish();
    return next;
  }

  #finish(): void {
    this.complete = true;
    if (!this.#discarding) this.#reader?.push(null);
  }

  #takeData(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#remaining);
    if (end === at) return at;
    this.#remaining -= end - at;
    if (this.#discarding) {
      this.#discarded += end - at;
      this.tooMuch ||= this.#discarded > MAX_DISCARDED_BYTES;
    } else if (!this.#reader!.push(bytes.subarray(at, end))) this.#full = true;
    return end;
  }

  /** Stops when its reader is full: what is behind waits in the connection. */
  #takeChunked(bytes: Buffer, from: number): number {
    let at = from;
    while (at < bytes.length && !this.complete && this.problem === undefined && (this.wanted || this.#part !== DATA)) {
      if (this.#part === DATA) {
        at = this.#takeData(bytes, at);
        if (this.#remaining === 0) this.#part = DATA_END;
        continue;
      }
      const byte = bytes[at++]!;
      switch (this.#part) {
        case SIZE:
          this.#takeSize(byte);
          break;
        case EXTENSION:
          this.#takeExtension(byte);
          break;
        case SIZE_END:
          if (byte !== LF) this.problem = 'a chunk size ends with a bare CR';
          else this.#part = this.#remaining === 0 ? TRAILER : DATA;
          break;
        case DATA_END:
          this.#takeDataEnd(byte);
          break;
        default:
          this.#takeTrailer(byte);
      }
    }
    return at;
  }

  #takeSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#remaining = this.#remaining * 16 + digit;
      if (++this.#digits > MAX_SIZE_DIGITS) this.problem = 'a chunk size has too many digits';
      return;
    }
    if (this.#digits === 0) this.problem = 'a chunk does not begin with its size';
    else if (byte === CR) this.#part = SIZE_END;
    else if (byte === 0x3b) this.#part = EXTENSION;
    else this.problem = 'a chunk size is not a hexadecimal number';
    this.#digits = 0;
  }

  /** Names and values are not used: that they end where everybody sees them end is what counts. */
  #takeExtension(byte: number): void {
    if (++this.#extensionBytes > MAX_EXTENSION_BYTES) this.problem = 'chunk extensions are too long';
    else if (byte === CR) {
      if (this.#quoted) this.problem = 'a chunk extension is cut off';
      else this.#part = SIZE_END;
    } else if (!isValueByte(byte)) this.problem = 'a control byte is in a chunk extension';
    else if (this.#escaped) this.#escaped = false;
    else if (this.#quoted && byte === 0x5c) this.#escaped = true;
    else if (byte === 0x22) this.#quoted = !this.#quoted;
    else if (!this.#quoted && (byte <= 0x20 || byte > 0x7e)) this.problem = 'a chunk extension is malformed';
  }

  #takeDataEnd(byte: number): void {
    if (this.#digits === 0) {
      if (byte !== CR) this.problem = 'a chunk is longer than its size';
      this.#digits = 1;
      return;
    }
    if (byte !== LF) this.problem = 'a chunk ends with a bare CR';
    this.#digits = 0;
    this.#part = SIZE;
  }

  #takeTrailer(byte: number): void {
    const line = this.#line;
    if (++this.#trailerBytes > MAX_TRAILER_BYTES) this.problem = 'the trailer section is too long';
    else if (line.at(-1) === CR) {
      if (byte !== LF) this.problem = 'a bare CR is in the trailer section';
      else if (line.length === 1) this.#finish();
      else {
        const text = Buffer.from(line);
        this.problem = addFieldLine(text, 0, text.length - 1, this.#trailers) ?? this.#trailerProblem();
        this.#line = [];
      }
    } else if (byte === CR || isValueByte(byte)) line.push(byte);
    else this.problem = 'a control byte is in the trailer section';
  }

  #trailerProblem(): string | undefined {
    const trailers = this.#trailers;
    if (trailers.length > 2 * MAX_FIELD_LINES) return 'the trailer section has too many lines';
    const name = trailers.at(-2)!.toLowerCase();
    // Nobody may read a length or an address out of them (RFC 9110 §6.5.1).
    return name === 'content-length' || name === 'transfer-encoding' || name === 'host'
      ? 'a field that frames the request is in its trailer section'
      : undefined;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function ignore(): void {
  // told by 'close'
}
