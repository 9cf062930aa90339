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

interface Cursor {
  next: number;
  blocked: boolean;
}

export class BodyFan {
  #chunks: Uint8Array[] = [];
  #base = 0;
  #bufferedBytes = 0;
  readonly #readers = new Map<BodyReader, Cursor>();
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
    return this.#readers.size;
  }

  /** All chunks from the first; only while keeping. */
  get chunks(): readonly Uint8Array[] {
    return this.#chunks;
  }

  push(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    // The usual case first: one reader that keeps up, nothing to keep.
    this.#chunks.push(chunk);
    this.#hold(chunk.length);
    for (const [reader, cursor] of this.#readers) if (!cursor.blocked) this.#pump(reader, cursor);
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
    const cursor: Cursor = { next: this.#base, blocked: false };
    this.#readers.set(reader, cursor);
    this.#pump(reader, cursor);
    this.#settle();
    this.#balance();
  }

  detach(reader: BodyReader): void {
    this.#readers.delete(reader);
    this.#trim();
    this.#balance();
  }

  /** The reader can take more. */
  drained(reader: BodyReader): void {
    const cursor = this.#readers.get(reader);
    if (!cursor) return;
    cursor.blocked = false;
    this.#pump(reader, cursor);
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
    if (this.#readers.size > 0) return;
    this.#total.held -= this.#bufferedBytes;
    this.#bufferedBytes = 0;
    this.#chunks = [];
  }

  #hold(bytes: number): void {
    this.#bufferedBytes += bytes;
    this.#total.held += bytes;
  }

  #pump(reader: BodyReader, cursor: Cursor): void {
    while (!cursor.blocked && cursor.next < this.#base + this.#chunks.length) {
      const chunk = this.#chunks[cursor.next - this.#base]!;
      cursor.next++;
      try {
        if (!reader.data(chunk)) cursor.blocked = true;
      } catch (error) {
        this.#crash(reader, error);
        return;
      }
    }
  }

  /** One reader's fault is not the others'. */
  #crash(reader: BodyReader, error: unknown): void {
    this.#readers.delete(reader);
    reader.crash(error);
  }

  /** Ends the readers that have everything. A broken body breaks them all at once. */
  #settle(): void {
    if (this.#broken) {
      const failure = this.#broken;
      for (const reader of [...this.#readers.keys()]) {
        this.#readers.delete(reader);
        try {
          reader.broken(failure);
        } catch (error) {
          reader.crash(error);
        }
      }
    } else if (this.#ended) {
      const end = this.#base + this.#chunks.length;
      // A Map may change while it is gone through.
      for (const [reader, cursor] of this.#readers) {
        if (cursor.next < end) continue;
        this.#readers.delete(reader);
        try {
          reader.end(this.#ended);
        } catch (error) {
          reader.crash(error);
        }
      }
    }
    if ((this.#ended || this.#broken) && this.#readers.size === 0) this.release();
  }

  #trim(): void {
    if (this.#keeping) return;
    let slowest = this.#base + this.#chunks.length;
    for (const cursor of this.#readers.values()) slowest = Math.min(slowest, cursor.next);
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
    if (this.#readers.size === 0) return false; // finishing for the store's sake, or reading away
    if (this.#ended ?? this.#broken) return false; // nothing more comes
    let blocked = 0;
    for (const cursor of this.#readers.values()) if (cursor.blocked) blocked++;
    if (this.#keeping) return blocked === this.#readers.size && this.#total.held > this.#total.limit;
    return blocked === this.#readers.size || (blocked > 0 && this.#bufferedBytes > LAG_LIMIT);
  }
}
