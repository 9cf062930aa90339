/**
 * One body from upstream, fanned out to any number of readers at their own pace.
 * Invariants: chunks[i] is chunk number base + i; a reader's `next` is never below base; while `keeping`, base is 0.
 */
import type { UpstreamFailure } from '../origin/proxy-errors.ts';
import type { FieldList } from '../../http/fields.ts';

/** Receives the body. `data` returns false when it wants no more until `BodyFan.drained`. */
export interface BodyReader {
  data(chunk: Uint8Array): boolean;
  end(trailers: FieldList): void;
  broken(failure: UpstreamFailure): void;
  /** One of the calls above threw: nothing more comes, end as well as you can. Never throws. */
  crash(error: unknown): void;
}

/** The source; paused while no reader can take more. */
export interface BodySource {
  pause(): void;
  resume(): void;
}

/** Bytes held by all fans together; above `limit` even a body that is kept waits for its readers. */
export class HeldBytes {
  held = 0;
  readonly limit: number;
  constructor(limit: number) {
    this.limit = limit;
  }
}

/** How far the slowest reader may lag behind the fastest when the body is not kept, bytes. */
const LAG_LIMIT = 4 * 1024 * 1024;

/** A reader, and how far it is. */
interface Cursor {
  readonly reader: BodyReader;
  next: number;
  blocked: boolean;
  /** Nothing more is told to it. */
  gone: boolean;
}

const NOBODY: readonly Cursor[] = [];

export class BodyFan {
  #chunks: Uint8Array[] = [];
  #base = 0;
  #bufferedBytes = 0;
  /** Mostly one. Replaced and never changed, so that it can be gone through meanwhile. */
  #readers: readonly Cursor[] = NOBODY;
  readonly #source: BodySource;
  readonly #total: HeldBytes;
  #keeping: boolean;
  #paused = false;
  #ended: FieldList | undefined;
  #broken: UpstreamFailure | undefined;
  /** Content bytes received so far. */
  bytes = 0;

  constructor(source: BodySource, total: HeldBytes, keeping: boolean) {
    this.#source = source;
    this.#total = total;
    this.#keeping = keeping;
  }

  get readerCount(): number {
    return this.#readers.length;
  }

  /** All chunks from the first; only while keeping. */
  get chunks(): readonly Uint8Array[] {
    return this.#chunks;
  }

  push(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    const readers = this.#readers;
    const only = readers.length === 1 ? readers[0]! : undefined;
    // The usual case: one reader that keeps up, nothing to keep.
    if (!this.#keeping && only?.blocked === false && this.#chunks.length === 0) {
      only.next = ++this.#base;
      this.#hand(only, chunk);
      this.#balance();
      return;
    }
    this.#chunks.push(chunk);
    this.#hold(chunk.length);
    for (const cursor of readers) this.#pump(cursor);
    this.#trim();
    this.#balance();
  }

  finish(trailers: FieldList): void {
    this.#ended = trailers;
    this.#settle();
  }

  fail(failure: UpstreamFailure): void {
    this.#broken = failure;
    this.#settle();
  }

  /** Joins from the first byte; only possible while everything is kept, or before anything was released. */
  attach(reader: BodyReader): void {
    const cursor: Cursor = { reader, next: this.#base, blocked: false, gone: false };
    this.#readers = [...this.#readers, cursor];
    this.#pump(cursor);
    this.#settle();
    this.#balance();
  }

  detach(reader: BodyReader): void {
    this.#remove(reader);
    this.#trim();
    this.#balance();
  }

  /** The reader can take more. */
  drained(reader: BodyReader): void {
    const cursor = this.#readers.find((one) => one.reader === reader);
    if (!cursor) return;
    cursor.blocked = false;
    this.#pump(cursor);
    this.#trim();
    this.#settle();
    this.#balance();
  }

  /** The body will not be stored: release what every reader has. */
  stopKeeping(): void {
    this.#keeping = false;
    this.#trim();
    this.#balance();
  }

  /** Releases everything; the fan is not used afterwards. */
  release(): void {
    this.#keeping = false;
    if (this.#readers.length > 0) return;
    this.#total.held -= this.#bufferedBytes;
    this.#bufferedBytes = 0;
    this.#chunks = [];
  }

  #hold(bytes: number): void {
    this.#bufferedBytes += bytes;
    this.#total.held += bytes;
  }

  #pump(cursor: Cursor): void {
    while (!cursor.blocked && !cursor.gone && cursor.next < this.#base + this.#chunks.length)
      if (!this.#hand(cursor, this.#chunks[cursor.next++ - this.#base]!)) return;
  }

  /** Gives a reader its next chunk; false when it threw. */
  #hand(cursor: Cursor, chunk: Uint8Array): boolean {
    try {
      cursor.blocked = !cursor.reader.data(chunk);
      return true;
    } catch (error) {
      // One reader's fault is not the others'.
      this.#remove(cursor.reader);
      cursor.reader.crash(error);
      return false;
    }
  }

  #remove(reader: BodyReader): void {
    const readers = this.#readers;
    const cursor = readers.find((one) => one.reader === reader);
    if (cursor === undefined) return;
    cursor.gone = true;
    this.#readers = readers.length === 1 ? NOBODY : readers.filter((one) => one !== cursor);
  }

  /** Ends the readers that have everything. A broken body breaks them all at once. */
  #settle(): void {
    const ended = this.#ended;
    const failure = this.#broken;
    if (ended === undefined && failure === undefined) return;
    const end = this.#base + this.#chunks.length;
    for (const cursor of this.#readers) {
      const { reader, next, gone } = cursor; // as it is by now
      if (gone || (failure === undefined && next < end)) continue;
      this.#remove(reader);
      try {
        if (failure === undefined) reader.end(ended!);
        else reader.broken(failure);
      } catch (error) {
        reader.crash(error);
      }
    }
    if (this.#readers.length === 0) this.release();
  }

  #trim(): void {
    if (this.#keeping) return;
    let slowest = this.#base + this.#chunks.length;
    for (const cursor of this.#readers) slowest = Math.min(slowest, cursor.next);
    const count = slowest - this.#base;
    if (count === 0) return;
    for (let i = 0; i < count; i++) this.#hold(-this.#chunks[i]!.length);
    this.#chunks.splice(0, count);
    this.#base = slowest;
  }

  #balance(): void {
    const pause = this.#shouldPause();
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#source.pause();
    else this.#source.resume();
  }

  #shouldPause(): boolean {
    if (this.#readers.length === 0) return false; // finishing for the store's sake, or reading away
    if (this.#ended ?? this.#broken) return false; // nothing more comes
    let blocked = 0;
    for (const cursor of this.#readers) if (cursor.blocked) blocked++;
    if (this.#keeping) return blocked === this.#readers.length && this.#total.held > this.#total.limit;
    return blocked === this.#readers.length || (blocked > 0 && this.#bufferedBytes > LAG_LIMIT);
  }
}
