/** CONNECT over real sockets: one 200 after the upstream stands, bytes both ways, half-close, failures in words. */
import net from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RawClient } from '../../testkit/clients.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';

let running: RunningCore;
let servers: net.Server[] = [];

beforeEach(async () => {
  running = await startCore();
});
afterEach(async () => {
  await running.stop();
  for (const server of servers) server.close();
  servers = [];
});

async function listen(onSocket: (socket: net.Socket) => void): Promise<number> {
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    onSocket(socket);
    if (socket.listenerCount('end') < 2) socket.on('end', () => socket.end());
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as net.AddressInfo).port;
}

async function connect(target: string, behind = ''): Promise<RawClient> {
  const client = await RawClient.open(running.port);
  client.send(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n${behind}`);
  return client;
}

it('opens a tunnel, keeps bytes that came behind the head, and counts both ways', async () => {
  const port = await listen((socket) => socket.on('data', (chunk: Buffer) => socket.write(`<${chunk.toString()}>`)));
  const client = await connect(`127.0.0.1:${port}`, 'early');
  const text = await client.until('<early>');
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
  expect(text).toContain('X-Cache-Status: BYPASS');
  client.send('later');
  await client.until('<later>');
  client.close();
  await running.finished(1);
  expect((await running.detailOf(`:${port}`)).row).toMatchObject({
    kind: 'tunnel',
    method: 'CONNECT',
    url: `https://127.0.0.1:${port}`,
    cacheStatus: 'BYPASS',
    reason: 'tunnel',
    status: 200,
    requestBytes: 10,
    responseBytes: 14,
  });
});

it('passes a half-close on, and the other direction goes on', async () => {
  const port = await listen((socket) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('end', () => socket.end(`got ${text}`));
  });
  const client = await connect(`127.0.0.1:${port}`);
  await client.until('\r\n\r\n');
  client.socket.end('all of it');
  expect(await client.untilEnd()).toContain('got all of it');
});

it('bytes and an end that came before the tunnel stood are passed on', async () => {
  const port = await listen((socket) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('end', () => socket.end(`got ${text}`));
  });
  const client = await connect(`127.0.0.1:${port}`, 'all of it');
  client.socket.end();
  expect(await client.untilEnd()).toContain('got all of it');
  await running.finished(1);
});

it('answers 502 with words and Proxy-Status when the upstream refuses, and no 200', async () => {
  const port = await listen(() => undefined);
  await new Promise((resolve) => servers.pop()!.close(resolve));
  const client = await connect(`127.0.0.1:${port}`);
  const text = await client.untilEnd();
  expect(text).toMatch(/^HTTP\/1\.1 502 /);
  expect(text).toContain('error=connection_refused');
  expect(text).toContain('the connection was refused');
  expect(text).not.toContain('HTTP/1.1 200');
});

it.each([
  ['nonsense', 400],
  ['x.test:99999', 400],
])('answers CONNECT %s with %d', async (target, status) => {
  const client = await connect(target);
  expect(await client.untilEnd()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
});

it('refuses a tunnel to itself', async () => {
  const client = await connect(`127.0.0.1:${running.port}`);
  expect(await client.untilEnd()).toContain('proxy_loop_detected');
});

it('shows the bytes of an open tunnel', async () => {
  const port = await listen((socket) => socket.write('welcome'));
  const client = await connect(`127.0.0.1:${port}`);
  await client.until('welcome');
  expect((await running.detailOf(`:${port}`)).row).toMatchObject({ state: 'open', responseBytes: 7 });
  client.close();
});
