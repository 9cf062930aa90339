/**
 * The whole program stands still for longer than its limits allow, as over the sleep of a laptop, and goes on. What came meanwhile waits at
 * its sockets; nothing that is alive may be taken for dead because the timers are asked first.
 */
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startChildCore, type ChildCore } from '../testkit/child-core.ts';

/** Of everything that could be called silent, s. */
const LIMIT = 2;

let core: ChildCore;
let origin: http.Server;
let far: net.Server;
/** What origin and far end say while the program sleeps. */
let later: (() => void)[];
const open: net.Socket[] = [];
/** Of the tunnels, at the far end. */
let ends: net.Socket[];

beforeEach(async () => {
  later = [];
  ends = [];
  origin = http.createServer((request, response) => {
    if (request.url === '/fresh') response.writeHead(200, { 'cache-control': 'max-age=3600' }).end('fresh');
    else if (request.url === '/head') later.push(() => response.end('a late head'));
    else {
      response.writeHead(200, { 'content-length': '10' }).write('01234');
      later.push(() => response.end('56789'));
    }
  });
  far = net.createServer((socket) => {
    open.push(socket);
    ends.push(socket);
    socket.on('error', () => undefined);
    later.push(() => socket.write('from afar'));
  });
  origin.listen(0, '127.0.0.1');
  far.listen(0, '127.0.0.1');
  await Promise.all([once(origin, 'listening'), once(far, 'listening')]);
  const args = ['tunnel-idle', 'response-timeout', 'client-stall'].map((name) => `--${name}-seconds=${LIMIT}`);
  core = await startChildCore({ args });
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  origin.closeAllConnections();
  origin.close();
  far.close();
  await core.stop();
});

const port = (server: net.Server): number => (server.address() as AddressInfo).port;
async function get(path: string): Promise<string> {
  const request = http.get({
    host: '127.0.0.1',
    port: core.proxyPort,
    path: `http://127.0.0.1:${port(origin)}${path}`,
    agent: false,
  });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return `${response.statusCode} ${String(response.headers['x-cache-status'])} ${Buffer.concat(parts).toString()}`;
}

it.skipIf(process.platform === 'win32')('what is alive outlives a sleep longer than every limit', async () => {
  expect(await get('/fresh')).toBe('200 MISS fresh');
  const answers = Promise.all([get('/head'), get('/content')]);
  const tunnel = net.connect(core.proxyPort, '127.0.0.1');
  open.push(tunnel);
  let heard = '';
  tunnel.setEncoding('latin1').on('data', (text: string) => (heard += text));
  tunnel.write(`CONNECT 127.0.0.1:${port(far)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  await expect.poll(() => later.length).toBe(3);
  await expect.poll(() => heard).toContain('\r\n\r\n');

  core.process.kill('SIGSTOP');
  for (const speak of later) speak();
  // The sleep itself: what is tried is that this much time is over when it goes on.
  await pass(LIMIT * 2 * 1000);
  core.process.kill('SIGCONT');

  expect(await answers).toEqual(['200 MISS a late head', '200 MISS 0123456789']);
  await expect.poll(() => heard).toContain('from afar');
  expect(await get('/fresh')).toBe('200 HIT fresh');
  tunnel.write('and on');
  const [heardFar] = (await once(ends[0]!, 'data')) as [Buffer];
  expect(String(heardFar)).toBe('and on');
});

it.skipIf(process.platform === 'win32')('what was silent before and after it is ended as ever', async () => {
  const tunnel = net.connect(core.proxyPort, '127.0.0.1');
  open.push(tunnel);
  tunnel.write(`CONNECT 127.0.0.1:${port(far)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  await expect.poll(() => later.length).toBe(1);
  core.process.kill('SIGSTOP');
  await pass(LIMIT * 2 * 1000);
  core.process.kill('SIGCONT');
  tunnel.resume();
  await once(tunnel, 'close');
  expect(await core.health()).toBe(200);
});
