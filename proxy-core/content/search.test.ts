import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parseFilter } from '../contract/filter/parse.ts';
import { TRAFFIC } from '../contract/filter/scopes.ts';
import { BODY_SEARCH_BYTES, searchBody } from './search.ts';

interface Sent {
  bytes: Uint8Array;
  encoding?: string | undefined;
  contentType?: string;
}
async function found(line: string, { bytes, ...rest }: Sent): Promise<boolean[]> {
  const parsed = parseFilter(line, TRAFFIC);
  if (!parsed.ok) throw new Error(parsed.problem.code);
  const sent = { length: bytes.length, read: (at: number, length: number) => bytes.subarray(at, at + length) };
  return searchBody({ sent, ...rest }, parsed.filter?.readings ?? []);
}
const TEXT = 'one needle in a haystack';

test.each<[encoding: string | undefined, bytes: Uint8Array]>([
  [undefined, Buffer.from(TEXT)],
  ['identity', Buffer.from(TEXT)],
  ['gzip', gzipSync(TEXT)],
  ['x-gzip', gzipSync(TEXT)],
  ['deflate', deflateSync(TEXT)],
  ['br', brotliCompressSync(TEXT)],
  ['zstd', zstdCompressSync(TEXT)],
  ['gzip, br', brotliCompressSync(gzipSync(TEXT))],
])('what is in a body of encoding %s is found', async (encoding, bytes) => {
  expect(await found('body:NEEDLE body:thread body~needle.+stack$', { bytes, encoding })).toEqual([true, false, true]);
});

test('a body in another charset, one that is broken off, one that is wrong from the start', async () => {
  const latin = { bytes: Buffer.from('stra\xdfe', 'latin1'), contentType: 'text/plain; charset="ISO-8859-1"' };
  expect(await found('body:straße', latin)).toEqual([true]);
  expect(await found('body:x', { bytes: Buffer.from('xyz'), contentType: 'text/plain; charset=no-such' })).toEqual([
    true,
  ]);
  const long = Buffer.from(Array.from({ length: 20_000 }, (_, n) => `line ${n} ${(n * 7919) % 9973}\n`).join(''));
  const cut = gzipSync(long);
  expect(await found('body:"line 5 "', { bytes: cut.subarray(0, cut.length / 2), encoding: 'gzip' })).toEqual([true]);
  expect(await found('body:a', { bytes: Buffer.from('aaaa'), encoding: 'gzip' })).toEqual([false]);
});

test('of a bomb only the beginning is made, and pictures are not looked into', async () => {
  const bomb = gzipSync(Buffer.concat([Buffer.alloc(200 * BODY_SEARCH_BYTES), Buffer.from('needle')]));
  expect(await found('body:needle', { bytes: bomb, encoding: 'gzip' })).toEqual([false]);
  expect(await found('body:a', { bytes: Buffer.from('a'), contentType: 'image/png' })).toEqual([false]);
  expect(await found('body:a', { bytes: Buffer.from('a'), contentType: 'image/svg+xml' })).toEqual([true]);
});

test('a pattern that others run for ever over a body gives way while it is looked for', async () => {
  const bytes = Buffer.alloc(BODY_SEARCH_BYTES, 'a');
  let turns = 0;
  const count = (): void => {
    turns++;
    handle = setImmediate(count);
  };
  let handle = setImmediate(count);
  expect(await found(`body~"${'a?'.repeat(100)}${'a'.repeat(100)}b" body~(a+)+$b`, { bytes })).toEqual([false, false]);
  clearImmediate(handle);
  expect(turns).toBeGreaterThan(0);
});
