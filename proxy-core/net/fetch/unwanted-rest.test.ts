/** Content nobody reads: of a background revalidation, and of an error page that a stored answer replaced. */
import type net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../../testkit/clients.ts';
import { openRawOrigin, type RawOrigin } from '../../testkit/raw-origin.ts';
import { MovableClock, startCore, type RunningCore } from '../../testkit/running-core.ts';

let origin: RawOrigin;
let running: RunningCore;
let clock: MovableClock;
let script: (socket: net.Socket, head: string) => void;

beforeEach(async () => {
  clock = new MovableClock();
  origin = await openRawOrigin((socket, head) => script(socket, head));
  running = await startCore({ maxCacheBodySize: 64 * 1024, upstreamConnections: 1 }, clock);
});
afterEach(async () => {
  await running.stop();
  await origin.close();
});

const fresh = (socket: net.Socket, extra: string): void =>
  void socket.write(`HTTP/1.1 200 OK\r\nCache-Control: max-age=10, ${extra}\r\nContent-Length: 2\r\n\r\nok`);
const get = (path: string) => ask(running.port, `${origin.url}${path}`);

/** Writes without end; resolves when the other side has had enough. */
function endless(socket: net.Socket, head: string): Promise<void> {
  socket.write(head);
  const chunk = `2000\r\n${'x'.repeat(0x2000)}\r\n`;
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', more);
  more();
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

describe('a background revalidation', () => {
  it.each([
    ['that brings nothing to store', 'Cache-Control: no-store'],
    ['that brings too much to store', 'Cache-Control: max-age=10'],
    ['that brings an error', ''],
  ])('%s and does not end is broken off', async (name, cacheControl) => {
    script = (socket) => fresh(socket, 'stale-while-revalidate=600');
    await get('/swr');
    clock.advance(11);
    let over: Promise<void> = Promise.resolve();
    const asked = new Promise<void>((resolve) => {
      script = (socket) => {
        over = endless(
          socket,
          `HTTP/1.1 ${name.includes('error') ? '404 Not Found' : '200 OK'}\r\n${cacheControl}${cacheControl === '' ? '' : '\r\n'}Transfer-Encoding: chunked\r\n\r\n`,
        );
        resolve();
      };
    });
    const stale = await get('/swr');
    expect(stale.fields['x-cache-status']).toBe('STALE');
    await asked;
    await over;
    await running.finished(3);
    const { rows } = await running.core.handlers['exchange.list']({ text: '/swr' });
    expect(rows.find((row) => row.parentId !== undefined)?.durationMs).toBeDefined();
    // The next one asks anew instead of waiting for the broken one.
    script = (socket) => fresh(socket, 'stale-while-revalidate=600');
    expect((await get('/swr')).status).toBe(200);
  });
});

describe('an error page that a stored answer replaces', () => {
  beforeEach(async () => {
    script = (socket) => fresh(socket, 'stale-if-error=600');
    await get('/sie');
    clock.advance(11);
  });

  it('is read away when it is short, and the connection goes on', async () => {
    // The page comes in two parts: the client has its answer before the second.
    let rest: () => void = () => undefined;
    script = (socket) => {
      socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 8\r\n\r\nhalf');
      rest = () => socket.write('half');
    };
    const stale = await get('/sie');
    expect(stale.fields['x-cache-status']).toBe('STALE');
    expect(stale.body.toString()).toBe('ok');
    await running.finished(2);
    rest();
    script = (socket) => fresh(socket, 'stale-if-error=600');
    await get('/other');
    await running.finished(3);
    expect((await running.detailOf('/other')).upstreamReused).toBe(true);
    expect(origin.sockets.size).toBe(1);
  });

  it('is broken off when it does not end', async () => {
    let over: Promise<void> = Promise.resolve();
    script = (socket) => {
      over = endless(socket, 'HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n');
    };
    expect((await get('/sie')).fields['x-cache-status']).toBe('STALE');
    await over;
  });

  it('is broken off at once when it says that it is long', async () => {
    const closed = new Promise<void>((resolve) => {
      script = (socket) => {
        socket.once('close', () => resolve());
        socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 100000000\r\n\r\nbeginning');
      };
    });
    expect((await get('/sie')).fields['x-cache-status']).toBe('STALE');
    await closed;
  });
});
