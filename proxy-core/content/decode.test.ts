/** Content codings undone: every one, chained, cut off, broken, unknown, and those that unfold without end. */
import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { codingsOf, DecodedBodies, DECODED_MAX_BYTES, type SentBytes } from './decode.ts';

const TEXT = Buffer.from(Array.from({ length: 60_000 }, (_, n) => `${(n * 7_919_777) % 99_991_999} `).join(''));

function sent(bytes: Uint8Array): SentBytes & { readBytes: number } {
  return {
    length: bytes.length,
    readBytes: 0,
    read(at, length) {
      const part = bytes.subarray(at, at + length);
      this.readBytes += part.length;
      return part;
    },
  };
}

async function whole(bytes: Uint8Array, encoding: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of new DecodedBodies().all('x', sent(bytes), encoding)) parts.push(part);
  return Buffer.concat(parts);
}

test.each([
  ['gzip', zlib.gzipSync(TEXT)],
  ['X-Gzip', zlib.gzipSync(TEXT)],
  ['deflate', zlib.deflateSync(TEXT)],
  ['deflate', zlib.deflateRawSync(TEXT)],
  ['br', zlib.brotliCompressSync(TEXT)],
  ['zstd', zlib.zstdCompressSync(TEXT)],
  ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(TEXT))],
  ['identity, zstd,', zlib.zstdCompressSync(TEXT)],
  ['', TEXT],
])('%s is undone', async (encoding, bytes) => expect((await whole(bytes, encoding)).equals(TEXT)).toBe(true));

test('slices meet, also those that go back, and each says whether more comes', async () => {
  const bodies = new DecodedBodies();
  const source = sent(zlib.brotliCompressSync(TEXT));
  for (const offset of [0, 1000, 2000, 500, TEXT.length - 10]) {
    const { bytes, meta } = await bodies.read('x', source, 'br', { offset, length: 1000 });
    expect(Buffer.from(bytes).equals(TEXT.subarray(offset, offset + 1000))).toBe(true);
    expect(meta).toEqual({
      offset,
      total: source.length,
      decoded: { state: 'decoded', more: offset + 1000 < TEXT.length },
    });
  }
  const past = await bodies.read('x', source, 'br', { offset: TEXT.length + 5, length: 10 });
  expect([past.bytes.length, past.meta.decoded?.more]).toEqual([0, false]);
});

test.each([
  ['gzip', zlib.gzipSync(TEXT)],
  ['deflate', zlib.deflateSync(TEXT)],
  ['br', zlib.brotliCompressSync(TEXT)],
  ['zstd', zlib.zstdCompressSync(TEXT)],
])('%s cut off gives what came before the cut', async (encoding, bytes) => {
  const got = await whole(bytes.subarray(0, bytes.length - 2000), encoding);
  expect(got.length).toBeGreaterThan(0);
  expect(got.length).toBeLessThan(TEXT.length);
  expect(got.equals(TEXT.subarray(0, got.length))).toBe(true);
});

test('what is damaged, or encoded in a way nobody knows, is given as sent', async () => {
  const bodies = new DecodedBodies();
  const bytes = Buffer.from('no coding at all');
  for (const [encoding, state] of [
    ['gzip', 'damaged'],
    ['br', 'damaged'],
    ['zstd', 'damaged'],
    ['dcb', 'unknown'],
    ['gzip, gzip, gzip, gzip, gzip', 'unknown'],
    ['__proto__', 'unknown'],
  ] as const) {
    const got = await bodies.read('x', sent(bytes), encoding, { offset: 3, length: 6 });
    expect([encoding, got.meta.decoded, Buffer.from(got.bytes).toString()]).toEqual([
      encoding,
      { state, more: true },
      'coding',
    ]);
  }
  expect(codingsOf(`${'gzip,'.repeat(100_000)}`)).toBeUndefined();
});

test('a bomb is decoded as far as it is asked for', async () => {
  const bombs: [string, Buffer][] = [
    ['gzip', zlib.gzipSync(Buffer.alloc(200 * 1024 * 1024))],
    [
      'br',
      zlib.brotliCompressSync(Buffer.alloc(200 * 1024 * 1024), {
        params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 },
      }),
    ],
    ['zstd', zlib.zstdCompressSync(Buffer.alloc(200 * 1024 * 1024))],
  ];
  for (const [encoding, bomb] of bombs) {
    const source = sent(bomb);
    const before = process.memoryUsage().arrayBuffers;
    const { bytes, meta } = await new DecodedBodies().read('x', source, encoding, { offset: 0, length: 1000 });
    expect([bytes.length, meta.decoded?.more]).toEqual([1000, true]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  }
  const twice = zlib.gzipSync(zlib.gzipSync(Buffer.alloc(200 * 1024 * 1024)));
  const got = await new DecodedBodies().read('x', sent(twice), 'gzip, gzip', { offset: 0, length: 10 });
  expect(got.bytes.length).toBe(10);
  const beyond = await new DecodedBodies().read('x', sent(Buffer.alloc(4)), '', {
    offset: DECODED_MAX_BYTES,
    length: 9,
  });
  expect(beyond.bytes.length).toBe(0);
});
