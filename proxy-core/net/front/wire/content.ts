/**
 * The content of a request out of the bytes of its connection (RFC 9112 §6, §7): by length or chunked, as a stream once
 * somebody asks for it, read away when nobody will. Trailer fields are checked and dropped.
 */
import { Readable } from 'node:stream';
import { Chunked } from '../../wire/chunked.ts';
import { owned } from '../../wire/shared-read.ts';
import { CHUNKED } from './field-block.ts';

/** Nobody may read a length or an address out of trailers (RFC 9110 §6.5.1). */
const REFUSED_TRAILERS: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'host']);
/** So much of what nobody wants is read away for the sake of the next request, bytes. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

/** What content needs of its connection. */
export interface ContentOwner {
  /** Takes up reading again. */
  onContentWanted(): void;
}

export class Content {
  /** All of it was read. */
  complete = false;
  /** What is wrong with it; nothing more is read then. */
  get problem(): string | undefined {
    return this.#chunked?.problem;
  }
  /** More was read away than the next request is worth. */
  tooMuch = false;
  readonly #owner: ContentOwner;
  readonly #chunked: Chunked | undefined;
  /** Of content with a length. */
  #remaining: number;
  #reader: Readable | undefined;
  #discarding = false;
  #discarded = 0;
  #full = false;

  constructor(length: number, owner: ContentOwner) {
    this.#owner = owner;
    this.#chunked = length === CHUNKED ? new Chunked(REFUSED_TRAILERS) : undefined;
    this.#remaining = length === CHUNKED ? 0 : length;
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
    if (this.#chunked !== undefined) return this.#takeChunked(this.#chunked, bytes, at);
    const taken = this.#takeData(bytes, at, this.#remaining);
    this.#remaining -= taken;
    if (this.#remaining === 0) this.#finish();
    return at + taken;
  }

  #finish(): void {
    this.complete = true;
    if (!this.#discarding) this.#reader?.push(null);
  }

  /** Content from `at` on, at most `most` bytes; answers how many. */
  #takeData(bytes: Buffer, at: number, most: number): number {
    const end = Math.min(bytes.length, at + most);
    if (end === at) return 0;
    if (this.#discarding) {
      this.#discarded += end - at;
      this.tooMuch ||= this.#discarded > MAX_DISCARDED_BYTES;
    } else if (!this.#reader!.push(owned(bytes.subarray(at, end)))) this.#full = true;
    return end - at;
  }

  /** Stops when its reader is full: what is behind waits in the connection. */
  #takeChunked(chunked: Chunked, bytes: Buffer, from: number): number {
    let at = from;
    while (at < bytes.length && !this.complete && chunked.problem === undefined) {
      if (chunked.remaining === 0) {
        at = chunked.read(bytes, at);
        if (chunked.complete) this.#finish();
        continue;
      }
      if (!this.wanted) break;
      const taken = this.#takeData(bytes, at, chunked.remaining);
      chunked.took(taken);
      at += taken;
    }
    return at;
  }
}

function ignore(): void {
  // told by 'close'
}
