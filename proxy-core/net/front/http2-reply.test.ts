/** When a client of HTTP/2 counts as stalled: also within one large write, which is one until all of it is gone. */
import { once } from 'node:events';
import http2, { type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Http2Reply } from './http2-reply.ts';

const SIZE = 1_000_000;
let server: http2.Http2Server;
let client: http2.ClientHttp2Session;
let request: http2.ClientHttp2Stream;
let socket: Socket;
let end: string | undefined;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  end = undefined;
  server = http2.createServer();
  server.on('connection', (accepted: Socket) => (socket = accepted));
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => undefined);
    const reply = new Http2Reply(stream, {
      readPatienceMs: () => 60_000,
      bytesSent: () => socket.bytesWritten,
      onReplyFault: () => undefined,
    });
    reply.onClose((how) => (end = how));
    reply.start(200, '', ['Content-Length', String(SIZE)]);
    reply.end(Buffer.alloc(SIZE));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  request = client.request({ ':path': '/' });
  request.on('error', () => undefined);
  request.pause();
  await once(request, 'response');
});
afterEach(() => {
  vi.useRealTimers();
  client.destroy();
  server.close();
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const turns = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await turn();
};

it('one that takes nothing is let go', async () => {
  await turns();
  vi.advanceTimersByTime(76_000);
  await turns();
  expect(end).toBe('stalled');
  expect(request.rstCode).toBe(http2.constants.NGHTTP2_INTERNAL_ERROR);
});

it('one that takes a little now and then gets all of it', async () => {
  let taken = 0;
  let piece = 0;
  request.on('data', (chunk: Buffer) => {
    taken += chunk.length;
    piece += chunk.length;
    // More than half a window: of less the sender is not told.
    if (piece > 40_000) request.pause();
  });
  while (taken < SIZE) {
    vi.advanceTimersByTime(59_000);
    piece = 0;
    const before = socket.bytesWritten;
    request.resume();
    while (taken < SIZE && piece <= 40_000) await turn();
    while (socket.bytesWritten === before && end === undefined) await turn();
  }
  await turns();
  expect([taken, end]).toEqual([SIZE, 'complete']);
});
