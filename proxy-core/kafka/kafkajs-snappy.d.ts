/** The package carries no types: it is one codec factory in the shape kafkajs asks for. */
declare module 'kafkajs-snappy' {
  interface Codec {
    compress(encoder: { buffer: Buffer }): Promise<Buffer>;
    decompress(buffer: Buffer): Promise<Buffer>;
  }
  export default function createSnappyCodec(): Codec;
}
