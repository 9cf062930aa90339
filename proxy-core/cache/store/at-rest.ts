/**
 * Compression at rest: which bodies are worth keeping as zstd, packing them, and expanding them again when they are
 * asked for. Whoever reads a stored body sees the bytes as received, packed or not.
 */
import zlib from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { isTextType, mediaTypeOf } from '../../contract/media-types.ts';
import { getField, hasField, type FieldList } from '../../http/fields.ts';

/** Smaller bodies gain too little. */
export const MIN_PACK_BYTES = 1024;
/** Larger bodies would hold the loop too long while packed, and again at every use. Also what is kept expanded, all together. */
export const MAX_PACK_BYTES = 8 * 1024 * 1024;
/** Packed only when at most this share remains. */
const WORTHWHILE = 0.9;
const LEVEL = 3;

/** The part of node:zlib this needs; older runtimes lack it. */
export interface ZstdSource {
  zstdCompressSync?: typeof zlib.zstdCompressSync;
  zstdDecompressSync?: typeof zlib.zstdDecompressSync;
}

export interface Codec {
  pack(body: Uint8Array): Buffer;
  expand(packed: Uint8Array, contentBytes: number): Buffer;
}

/** The codec of this runtime; undefined when it has none, and then bodies are kept as they are. */
export function findCodec(source: ZstdSource): Codec | undefined {
  const { zstdCompressSync, zstdDecompressSync } = source;
  if (typeof zstdCompressSync !== 'function' || typeof zstdDecompressSync !== 'function') return undefined;
  return {
    pack: (body) => zstdCompressSync(body, { params: { [zlib.constants.ZSTD_c_compressionLevel]: LEVEL } }),
    expand: (packed, contentBytes) => {
      const body = zstdDecompressSync(packed, { chunkSize: Math.max(64, contentBytes), maxOutputLength: contentBytes });
      if (body.buffer.byteLength === contentBytes) return body;
      // Small results lie in a buffer shared with others, which would all be held as long as this one.
      const own = Buffer.allocUnsafeSlow(body.length);
      own.set(body);
      return own;
    },
  };
}

const codec = findCodec(zlib);

/** Is a response with these fields text that came without a content coding? */
export function isPackable(fields: FieldList): boolean {
  return !hasField(fields, 'content-encoding') && isTextType(mediaTypeOf(getField(fields, 'content-type')) ?? '');
}

/** The body compressed; undefined when it is to be stored as received. */
export function packBody(
  fields: FieldList,
  chunks: readonly Uint8Array[],
  using: Codec | undefined = codec,
): Buffer | undefined {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (using === undefined || bytes < MIN_PACK_BYTES || bytes > MAX_PACK_BYTES || !isPackable(fields)) return undefined;
  const packed = using.pack(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
  return packed.length <= bytes * WORTHWHILE ? packed : undefined;
}

/**
 * Bodies expanded lately, by entry id, so that a hot one is not expanded for every use. An id always means the same
 * body. What is pushed out stays readable for whoever holds it.
 */
export class ExpandedBodies {
  readonly #bodies = new LRUCache<number, Buffer>({ maxSize: MAX_PACK_BYTES, sizeCalculation: (body) => body.length });

  /** Bytes held. */
  get bytes(): number {
    return this.#bodies.calculatedSize;
  }

  get(id: number, packed: Uint8Array, contentBytes: number): Buffer {
    const known = this.#bodies.get(id);
    if (known !== undefined) return known;
    if (codec === undefined) throw new Error('a packed body cannot be expanded: this runtime has no zstd');
    const body = codec.expand(packed, contentBytes);
    this.#bodies.set(id, body);
    return body;
  }

  forget(id: number): void {
    this.#bodies.delete(id);
  }
}
