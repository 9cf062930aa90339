/** What is recorded of the connection an exchange went over: peer, new or reused, times, bytes. */
import net from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ask, RawClient } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';

let origin: Origin;
let running: RunningCore;

beforeEach(async () => {
  origin = await openOrigin((_request, response) => {
    response.sendDate = false;
    response.writeHead(200, ['Content-Length', '1000', 'Cache-Control', 'max-age=60']);
    response.end('x'.repeat(1000));
  });
  running = await startCore();
});
afterEach(async () => {
  await running.stop();
  await origin.close();
});

it('names the peer, the times of a new connection and the bytes; the next exchange finds it open', async () => {
  await ask(running.port, `http://localhost:${origin.port}/first`);
  await running.finished(1);
  const first = await running.detailOf('/first');
  expect(first.upstreamAddress).toBe(`127.0.0.1:${origin.port}`);
  expect(first.upstreamReused).toBe(false);
  expect(first.timing.dnsMs).toBeGreaterThanOrEqual(0);
  expect(first.timing.connectMs).toBeGreaterThanOrEqual(0);
  expect(first.timing.tlsMs).toBeUndefined();
  const sent = first.upstreamBytesSent ?? 0;
  const received = first.upstreamBytesReceived ?? 0;
  expect(sent).toBeGreaterThan('GET /first HTTP/1.1\r\n\r\n'.length);
  expect(received).toBeGreaterThan(1000);
  await ask(running.port, `http://localhost:${origin.port}/again`);
  await running.finished(2);
  const again = await running.detailOf('/again');
  expect(again).toMatchObject({ upstreamAddress: `127.0.0.1:${origin.port}`, upstreamReused: true });
  expect(again.timing.dnsMs).toBeUndefined();
  expect(again.timing.connectMs).toBeUndefined();
  // Its own bytes, not the connection's.
  expect(again.upstreamBytesReceived).toBe(received);
  expect(again.upstreamBytesSent).toBe(sent);
});

it('says nothing of a connection when the answer was stored', async () => {
  await ask(running.port, `${origin.url}/hit`);
  await ask(running.port, `${origin.url}/hit`);
  await running.finished(2);
  const hit = await running.detailOf('/hit');
  expect(hit.row.outcome).toBe('HIT');
  expect(hit.upstreamAddress).toBeUndefined();
  expect(hit.upstreamBytesReceived).toBeUndefined();
});

it('does not look up an address', async () => {
  await ask(running.port, `${origin.url}/literal`);
  await running.finished(1);
  const { timing } = await running.detailOf('/literal');
  expect(timing.dnsMs).toBeUndefined();
  expect(timing.connectMs).toBeGreaterThanOrEqual(0);
});

it('counts what a failed answer brought', async () => {
  const broken = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'));
  });
  await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
  const address = broken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await ask(running.port, `http://127.0.0.1:${port}/cut`).catch(() => undefined);
  await running.finished(1);
  expect(await running.detailOf('/cut')).toMatchObject({
    row: { error: 'http_response_incomplete' },
    upstreamBytesReceived: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'.length,
  });
  broken.close();
});

it('tells them of a tunnel and of an upgraded connection', async () => {
  const echo = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      if (chunk.toString().startsWith('GET '))
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      else socket.end(chunk);
    });
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const address = echo.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const tunnel = await RawClient.open(running.port);
  tunnel.send(`CONNECT localhost:${port} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
  await tunnel.until('\r\n\r\n');
  tunnel.send('ping');
  await tunnel.until('ping');
  tunnel.close();
  await running.finished(1);
  const tunnelled = await running.detailOf(`localhost:${port}`);
  expect(tunnelled).toMatchObject({ upstreamAddress: `127.0.0.1:${port}`, upstreamReused: false });
  expect(tunnelled.timing.dnsMs).toBeGreaterThanOrEqual(0);
  const upgraded = await RawClient.open(running.port);
  upgraded.send(
    `GET http://127.0.0.1:${port}/ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  );
  await upgraded.until('\r\n\r\n');
  upgraded.send('ping');
  await upgraded.until('ping');
  upgraded.close();
  await running.finished(2);
  expect(await running.detailOf('/ws')).toMatchObject({
    upstreamAddress: `127.0.0.1:${port}`,
    upstreamReused: false,
    upstreamStatus: 101,
  });
  echo.close();
});
