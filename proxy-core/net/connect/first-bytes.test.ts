/** Waiting for the first bytes of a tunnel. */
import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { expect, it } from 'vitest';
import { readFirstBytes } from './first-bytes.ts';
import type { FirstBytes } from './tls/client-hello.ts';

type Found = FirstBytes | 'silent' | 'gone';

function reading(early = '', silentMs = 60_000) {
  const [near, far] = duplexPair();
  const found = new Promise<Found>((resolve) => readFirstBytes(near, Buffer.from(early), resolve, silentMs));
  return { near, far, found };
}

it('puts back what it read, what came early first', async () => {
  const { near, far, found } = reading('GE');
  far.write('T / HTTP/1.1');
  expect(await found).toEqual({ kind: 'http' });
  const chunks: unknown[] = await once(near, 'data');
  expect(String(chunks[0])).toBe('GET / HTTP/1.1');
  far.write('more');
  expect(String((await once(near, 'data'))[0])).toBe('more');
});

it('knows at once what came early', async () => {
  const { near, found } = reading('POST /x');
  expect(await found).toEqual({ kind: 'http' });
  expect(String(near.read())).toBe('POST /x');
});

it('is silent after a while, and hears what is said later', async () => {
  const { near, far, found } = reading('', 5);
  expect(await found).toBe('silent');
  far.write('late');
  expect(String((await once(near, 'data'))[0])).toBe('late');
});

it('is gone when the client is', async () => {
  const { far, found } = reading();
  far.end();
  expect(await found).toBe('gone');
  const second = reading();
  second.near.destroy();
  expect(await second.found).toBe('gone');
});
