/** Sockets read into one piece of memory: nobody gets another's bytes, and a stream comes out whole. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { owned, readAsStream, readShared } from './shared-read.ts';

let server: net.Server;
let accepted: Socket[];
const clients: Socket[] = [];

beforeEach(async () => {
  accepted = [];
  server = net.createServer({ allowHalfOpen: true }, (socket) => accepted.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const socket of [...clients.splice(0), ...accepted]) socket.destroy();
  server.close();
});

async function pair(): Promise<{ client: Socket; socket: Socket }> {
  const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(client);
  const [[socket]] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, once(client, 'connect')]);
  return { client, socket };
}
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

it('accepted sockets are read so under this version of node', async () => {
  const { client, socket } = await pair();
  const read = new Promise<Buffer>((resolve) => {
    expect(readShared(socket, resolve)).toBe(true);
  });
  client.write('hello');
  const bytes = await read;
  expect(bytes.toString()).toBe('hello');
  const kept = owned(bytes);
  expect(kept.buffer).not.toBe(bytes.buffer);
  expect(owned(kept)).toBe(kept);
});

it('each of many sockets gets its own bytes, in order, and its end', async () => {
  const pairs: Awaited<ReturnType<typeof pair>>[] = [];
  while (pairs.length < 20) pairs.push(await pair());
  const ends = await Promise.all(
    pairs.map(async ({ client, socket }, n) => {
      const sent = randomBytes(300_000 + n);
      const got: Buffer[] = [];
      readShared(socket, (bytes) => got.push(owned(bytes)));
      client.end(sent);
      await once(socket, 'end');
      return [digest(Buffer.concat(got)), digest(sent)];
    }),
  );
  for (const [got, sent] of ends) expect(got).toBe(sent);
});

it('a socket that is paused gets nothing until it goes on', async () => {
  const { client, socket } = await pair();
  let got = 0;
  readShared(socket, (bytes) => {
    got += bytes.length;
    socket.pause();
  });
  client.write('one');
  while (got === 0) await new Promise(setImmediate);
  client.write('two');
  await new Promise<void>((resolve) => client.write('three', () => resolve()));
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  expect(got).toBe(3);
  socket.resume();
  while (got === 3) await new Promise(setImmediate);
  expect(got).toBeGreaterThan(3);
});

it.each([1, 700, 60_000, 5_000_000])('becomes a stream again, with nothing lost: pieces of %i bytes', async (size) => {
  const { client, socket } = await pair();
  const first = new Promise<string>((resolve) => readShared(socket, (bytes) => resolve(bytes.toString())));
  client.write('first');
  expect(await first).toBe('first');
  socket.pause();
  readAsStream(socket);
  Reflect.set(socket, 'readableFlowing', null);
  const sent = Array.from({ length: 5 }, () => randomBytes(size));
  for (const piece of sent) {
    client.write(piece);
    if (size < 1000) await new Promise(setImmediate);
  }
  client.end();
  const got: Buffer[] = [];
  for await (const chunk of socket) got.push(chunk as Buffer);
  expect(digest(Buffer.concat(got))).toBe(digest(Buffer.concat(sent)));
});

it.each([1000, 40_000])('a stream stays one, and gets nobody else’s bytes: after %i bytes', async (bytes) => {
  const { client, socket } = await pair();
  const other = await pair();
  let others = 0;
  readShared(other.socket, ({ length }) => (others += length));
  const first = new Promise<number>((resolve) => readShared(socket, ({ length }) => resolve(length)));
  client.write('x');
  expect(await first).toBe(1);
  socket.pause();
  readAsStream(socket);
  Reflect.set(socket, 'readableFlowing', null);
  let got = '';
  socket.on('data', (chunk: Buffer) => (got += chunk.toString('latin1')));
  client.write('s'.repeat(bytes));
  while (got.length < bytes) await new Promise(setImmediate);
  expect(readShared(socket, () => undefined)).toBe(false);
  client.write('MINE-1');
  while (got.length < bytes + 6) await new Promise(setImmediate);
  other.client.write('OTHERS');
  while (others < 6) await new Promise(setImmediate);
  client.write('MINE-2');
  while (got.length < bytes + 12) await new Promise(setImmediate);
  expect(got.slice(bytes)).toBe('MINE-1MINE-2');
});

it('leaves alone what it cannot read so', async () => {
  const { client, socket } = await pair();
  client.write('early');
  await once(socket, 'readable');
  expect(readShared(socket, () => undefined)).toBe(false);
  readAsStream(socket);
  expect(String(socket.read())).toBe('early');
});
