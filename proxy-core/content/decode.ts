/**
 * Content codings undone (RFC 9110 §8.4) slice by slice. A few bytes may unfold into gigabytes, so nothing is decoded
 * that was not asked for: the decoder stands still between two slices, and who reads on goes on where it stands.
 */
import { pipeline, Readable, type Duplex } from 'node:stream';
import zlib from 'node:zlib';
import type { BytesResult, ByteRange } from '../contract/commands.ts';
import { BODY_SLICE_BYTES } from '../contract/commands.ts';

/** Bytes as they were sent. */
export interface SentBytes {
  readonly length: number;
  /** At most `length` bytes from `offset`. */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

/** What comes out of one body ends here. */
export const DECODED_MAX_BYTES = 1024 * 1024 * 1024;
/** One after the other, each over the one before: more is nobody's honest answer. */
const CODINGS_MAX = 4;
/** Handed to a decoder at once. */
const PIECE_BYTES = 16 * 1024;
/** Decoders that stand still at a time, and how long, ms: each holds its window of at most 8 MiB. */
const STANDING_MAX = 2;
const STANDING_MS = 30_000;
/** 8 MiB, which RFC 9659 allows a sender of zstd to ask for. */
const ZSTD_WINDOW_LOG_MAX = 23;

const DECODERS: Readonly<Record<string, (head: Uint8Array) => Duplex>> = {
  gzip: () => zlib.createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  deflate: (head) => {
    const options = { finishFlush: zlib.constants.Z_SYNC_FLUSH };
    // "deflate" without the zlib wrapper (RFC 1950 §2.2) is wrong and common.
    const [first = 0, second = 0] = head;
    const isWrapped = (first & 15) === 8 && ((first << 8) | second) % 31 === 0;
    return isWrapped ? zlib.createInflate(options) : zlib.createInflateRaw(options);
  },
  br: () => zlib.createBrotliDecompress({ finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }),
  // Not in every Node this may run on.
  ...('createZstdDecompress' in zlib && {
    zstd: () =>
      zlib.createZstdDecompress({
        finishFlush: zlib.constants.ZSTD_e_flush,
        params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX },
      }),
  }),
};

/** Codings of a Content-Encoding in the order they were put on; undefined when one of them is not known here. */
export function codingsOf(encoding: string | undefined): string[] | undefined {
  const named = (encoding ?? '')
    .toLowerCase()
    .split(',', 64)
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
    .map((name) => (name.startsWith('x-') ? name.slice(2) : name));
  return named.length <= CODINGS_MAX && named.every((name) => Object.hasOwn(DECODERS, name)) ? named : undefined;
}

async function* piecesOf(sent: SentBytes): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < sent.length;) {
    const piece = await sent.read(at, PIECE_BYTES);
    if (piece.length === 0) return;
    at += piece.length;
    yield piece;
  }
}

/** A decoder at its place in what comes out. */
class Decoding {
  /** Bytes given out. */
  at = 0;
  isOver = false;
  isBroken = false;
  /** Came out and was not asked for yet. */
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  readonly #out: Duplex;
  #wake: (() => void) | undefined;

  constructor(sent: SentBytes, head: Uint8Array, codings: readonly string[]) {
    const steps = codings.toReversed().map((name, index) => DECODERS[name]!(index === 0 ? head : head.subarray(0, 0)));
    this.#out = steps.at(-1)!;
    pipeline([Readable.from(piecesOf(sent)), ...steps], (error) => {
      this.isOver = true;
      this.isBroken = error !== undefined && error !== null;
      this.#wake?.();
    });
    this.#out.on('data', (chunk: Uint8Array) => {
      this.#rest.push(chunk);
      this.#restBytes += chunk.length;
      this.#wake?.();
    });
    this.#out.pause();
  }

  /** Goes on until so many bytes are there, or no more come. */
  async #gather(bytes: number): Promise<void> {
    while (this.#restBytes < bytes && !this.isOver) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      this.#out.resume();
      await woken;
    }
    if (!this.isOver) this.#out.pause();
  }

  /** The next bytes, at most so many; fewer at the end only. */
  async take(length: number): Promise<Uint8Array> {
    await this.#gather(length);
    const parts: Uint8Array[] = [];
    let wanted = length;
    while (wanted > 0 && this.#rest.length > 0) {
      const chunk = this.#rest.shift()!;
      const part = chunk.subarray(0, wanted);
      if (part.length < chunk.length) this.#rest.unshift(chunk.subarray(wanted));
      parts.push(part);
      wanted -= part.length;
    }
    const given = length - wanted;
    this.#restBytes -= given;
    this.at += given;
    return Buffer.concat(parts, given);
  }

  async skipTo(offset: number): Promise<void> {
    while (this.at < offset) {
      const { length } = await this.take(Math.min(offset - this.at, BODY_SLICE_BYTES));
      if (length === 0) return;
    }
  }

  /** True when something comes after what was taken. */
  async hasMore(): Promise<boolean> {
    await this.#gather(1);
    return this.#restBytes > 0;
  }

  stop(): void {
    this.#out.destroy();
  }
}

/** The beginning of what `sent` holds without its codings; as sent where one of them is not known here. */
export async function decodedStart(sent: SentBytes, encoding: string | undefined, length: number): Promise<Uint8Array> {
  const codings = codingsOf(encoding) ?? [];
  if (codings.length === 0 || sent.length === 0) return sent.read(0, length);
  const decoding = new Decoding(sent, await sent.read(0, 2), codings);
  try {
    return await decoding.take(length);
  } finally {
    decoding.stop();
  }
}

/** Slices of decoded bodies; keeps the decoders of those that are being read through. */
export class DecodedBodies {
  readonly #standing = new Map<string, { decoding: Decoding; timer: NodeJS.Timeout }>();

  /**
   * A slice of what `sent` holds without its codings; `key` names that body. With a coding that is not known here, or
   * when nothing can be made of it, the slice is as sent, and says so.
   */
  async read(
    key: string,
    sent: SentBytes,
    encoding: string | undefined,
    { offset = 0, length = BODY_SLICE_BYTES }: ByteRange,
  ): Promise<BytesResult> {
    const asSent = async (state: 'plain' | 'unknown' | 'damaged'): Promise<BytesResult> => {
      const bytes = await sent.read(offset, length);
      const more = offset + bytes.length < sent.length;
      return { meta: { offset, total: sent.length, decoded: { state, more } }, bytes };
    };
    const codings = codingsOf(encoding);
    if (codings === undefined) return asSent('unknown');
    if (codings.length === 0 || sent.length === 0) return asSent('plain');
    const decoding = this.#take(key, offset) ?? new Decoding(sent, await sent.read(0, 2), codings);
    const wanted = Math.max(0, Math.min(length, DECODED_MAX_BYTES - offset));
    await decoding.skipTo(offset);
    const bytes = decoding.at === offset ? await decoding.take(wanted) : new Uint8Array(0);
    const more = await decoding.hasMore();
    if (decoding.at === 0 && decoding.isBroken && wanted > 0) return asSent('damaged');
    if (more) this.#leave(key, decoding);
    return { meta: { offset, total: sent.length, decoded: { state: 'decoded', more } }, bytes };
  }

  /** The whole of it, slice by slice, as far as it is decoded at all. */
  async *all(key: string, sent: SentBytes, encoding: string | undefined): AsyncGenerator<Uint8Array> {
    for (let offset = 0; ;) {
      const { bytes } = await this.read(key, sent, encoding, { offset });
      if (bytes.length === 0) return;
      offset += bytes.length;
      yield bytes;
    }
  }

  #take(key: string, offset: number): Decoding | undefined {
    const found = this.#standing.get(key);
    if (found === undefined) return undefined;
    clearTimeout(found.timer);
    this.#standing.delete(key);
    if (found.decoding.at === offset) return found.decoding;
    found.decoding.stop();
    return undefined;
  }

  #leave(key: string, decoding: Decoding): void {
    this.#drop(key);
    const oldest = this.#standing.keys().next();
    if (this.#standing.size >= STANDING_MAX && oldest.done !== true) this.#drop(oldest.value);
    this.#standing.set(key, { decoding, timer: setTimeout(() => this.#drop(key), STANDING_MS).unref() });
  }

  #drop(key: string): void {
    const found = this.#standing.get(key);
    clearTimeout(found?.timer);
    found?.decoding.stop();
    this.#standing.delete(key);
  }
}
