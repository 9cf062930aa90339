import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import { MAX_MESSAGES } from '../../../capture/conversation.ts';
import type { MessagePage } from '../../../contract/messages.ts';
import { startCore, type RunningCore } from '../../../testkit/running-core.ts';

let core: RunningCore;
let server: Server;
let sockets: WebSocketServer;
const url = (): string => `ws://127.0.0.1:${(server.address() as AddressInfo).port}/chat`;
const hashOf = (data: RawData | Buffer): string =>
  createHash('sha256')
    .update(data as Buffer)
    .digest('hex');

/** A client of the proxy: `ws` asks a proxy by way of a connection that is made for it. */
async function dial(options: { protocols?: string[]; deflate?: boolean } = {}): Promise<WebSocket> {
  const client = new WebSocket(url(), options.protocols ?? [], {
    perMessageDeflate: options.deflate ?? false,
    createConnection: () => connect(core.port, '127.0.0.1'),
    // What a client sends to a proxy names the whole target.
    finishRequest: (request) => {
      request.path = url().replace(/^ws:/, 'http:');
      request.end();
    },
  });
  await once(client, 'open');
  return client;
}

async function messages(query: Record<string, unknown> = {}): Promise<MessagePage> {
  const { row } = await core.detailOf('/chat');
  return core.core.handlers['exchange.messages']({ id: row.id, ...query });
}

const over = async (client: WebSocket): Promise<void> => {
  const done = core.finished(1);
  client.close(1000, 'done');
  await done;
};

beforeEach(async () => {
  core = await startCore({ captureBodyLimit: 64 * 1024 });
  server = createServer();
  sockets = new WebSocketServer({ server, perMessageDeflate: { threshold: 0 } });
  sockets.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data as Buffer, { binary: isBinary }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  for (const socket of sockets.clients) socket.terminate();
  await core.stop();
  server.close();
});

describe('a conversation', () => {
  it('is recorded both ways, with its end', async () => {
    const client = await dial({ protocols: ['chat', 'other'] });
    expect(client.protocol).toBe('chat');
    client.send('hello');
    await once(client, 'message');
    client.send(Buffer.from([1, 2, 3]));
    await once(client, 'message');
    client.ping('beat');
    await once(client, 'pong');
    await over(client);
    const { rows, ...rest } = await messages();
    expect(rest).toEqual({ total: 8, seen: 8, dropped: 0, problems: {} });
    const seen = (direction: string) =>
      rows.filter((row) => row.direction === direction).map(({ type, preview, bytes }) => [type, preview, bytes]);
    expect(seen('up')).toEqual([
      ['text', 'hello', 5],
      ['binary', '010203', 3],
      ['ping', Buffer.from('beat').toString('hex'), 4],
      ['close', Buffer.from('\x03\xe8done', 'latin1').toString('hex'), 6],
    ]);
    expect(seen('down').map(([type]) => type)).toEqual(['text', 'binary', 'pong', 'close']);
    expect(rows.find((row) => row.type === 'close')?.close).toEqual({ code: 1000, reason: 'done' });
    expect(await core.detailOf('/chat')).toMatchObject({ messages: 8 });
  });

  it('is shown while it goes on', async () => {
    const client = await dial();
    client.send('first');
    await once(client, 'message');
    expect((await messages()).rows.map((row) => row.preview)).toEqual(['first', 'first']);
    await over(client);
  });

  it('is decoded when it is compressed, by the contexts of both sides', async () => {
    const client = await dial({ deflate: true });
    expect(client.extensions).toContain('permessage-deflate');
    const texts = Array.from({ length: 50 }, (_, i) => JSON.stringify({ i, text: 'the same words again '.repeat(i) }));
    for (const text of texts) {
      client.send(text);
      await once(client, 'message');
    }
    await over(client);
    const { rows, problems } = await messages({ type: 'text', limit: 200 });
    expect(problems).toEqual({});
    expect(rows).toHaveLength(100);
    expect(rows.every((row) => row.compressed === true && row.note === undefined)).toBe(true);
    const { row } = await core.detailOf('/chat');
    for (const direction of ['up', 'down'] as const) {
      const own = rows.filter((item) => item.direction === direction);
      for (const [i, { n }] of own.entries()) {
        const { bytes } = await core.core.handlers['exchange.message']({ id: row.id, n });
        expect(Buffer.from(bytes).toString()).toBe(texts[i]);
      }
    }
  });

  it('is found by text, direction and type, in pages', async () => {
    const client = await dial();
    for (const text of ['apple', 'Banana', 'cherry']) {
      client.send(text);
      await once(client, 'message');
    }
    await over(client);
    expect((await messages({ text: 'BAN' })).rows.map((row) => row.preview)).toEqual(['Banana', 'Banana']);
    expect((await messages({ direction: 'up', type: 'text', offset: 1, limit: 1 })).rows).toMatchObject([
      { preview: 'Banana', n: expect.any(Number) as number },
    ]);
    expect((await messages({ direction: 'up', type: 'text', offset: 1, limit: 1 })).total).toBe(3);
  });

  it('of 10,000 messages up to 1 MB arrives whole, and what is kept of it is bounded', async () => {
    core.settings.update({ captureBodyBytes: 8 * 1024 * 1024 });
    const client = await dial();
    const sizes = Array.from({ length: 10_000 }, (_, i) => (i % 500 === 0 ? 1024 * 1024 : (i * 37) % 600));
    const sent = new Set<number>();
    let wrong = 0;
    const big = randomBytes(1024 * 1024);
    const hashes = new Map<number, string>();
    let got = 0;
    const all = new Promise<void>((resolve) => {
      client.on('message', (data: Buffer) => {
        const size = sizes[got]!;
        let hash = hashes.get(size);
        if (hash === undefined) hashes.set(size, (hash = hashOf(big.subarray(0, size))));
        if (data.length !== size || hashOf(data) !== hash) wrong++;
        sent.add(got);
        if (++got === sizes.length) resolve();
      });
    });
    for (const size of sizes) client.send(big.subarray(0, size));
    await all;
    await over(client);
    expect({ wrong, got: sent.size }).toEqual({ wrong: 0, got: 10_000 });
    const { seen, dropped, total } = await messages({ limit: 1 });
    expect(seen).toBe(20_002);
    expect(total).toBeLessThanOrEqual(MAX_MESSAGES);
    expect(dropped).toBe(seen - total);
    const { capture } = await core.core.handlers['stats.get']({});
    expect(capture.bodyBytes).toBeLessThanOrEqual(2 * 1024 * 1024 + 64 * 1024);
  });

  it('that turns out not to be WebSocket says so, and its bytes flow on', async () => {
    const raw = createServer().on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      socket.write(Buffer.from('\xff\xff\xff not frames', 'latin1'));
      socket.on('data', (chunk) => socket.write(chunk));
      socket.on('end', () => socket.end());
    });
    raw.listen(0, '127.0.0.1');
    await once(raw, 'listening');
    const target = `http://127.0.0.1:${(raw.address() as AddressInfo).port}/chat`;
    const socket = connect(core.port, '127.0.0.1');
    socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    let text = '';
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        if (text.includes('not frames') && !text.includes('echo')) socket.write('echo');
        if (text.includes('echo')) resolve();
      });
    });
    const done = core.finished(1);
    socket.destroy();
    await done;
    expect((await messages()).problems.down).toMatch(/reserved/);
    raw.closeAllConnections();
    raw.close();
  });
});
