/** Compression for kafkajs, which itself brings gzip only: snappy from kafkajs-snappy, zstd from Node's own zlib. */
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import kafkajs from 'kafkajs';
import createSnappyCodec from 'kafkajs-snappy';
import type { Settings } from '../contract/settings.ts';
import { SinkError } from './sink.ts';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** kafkajs keeps its codecs in one table of the process; both entries are set once, before the first send. */
function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = createSnappyCodec;
  // A runtime without zstd in its zlib has no such function at all.
  if (typeof zlib.zstdCompress !== 'function') return;
  const compress = promisify<Buffer, Buffer>(zlib.zstdCompress);
  const decompress = promisify<Buffer, Buffer>(zlib.zstdDecompress);
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: (encoder: { buffer: Buffer }) => compress(encoder.buffer),
    decompress,
  });
}

registerCodecs();

/** kafkajs' number for a setting. */
export function toCompressionType(compression: Settings['kafkaCompression']): kafkajs.CompressionTypes {
  switch (compression) {
    case 'none':
      return CompressionTypes.None;
    case 'gzip':
      return CompressionTypes.GZIP;
    case 'snappy':
      return CompressionTypes.Snappy;
    case 'zstd':
      if (typeof zlib.zstdCompress !== 'function')
        throw new SinkError('retry', 'This runtime has no zstd. Choose gzip, snappy or none as compression.');
      return CompressionTypes.ZSTD;
  }
}
