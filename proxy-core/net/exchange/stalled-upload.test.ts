/** Clients that promise content and then send none of it: they are let go, and the connection to the origin is given back. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ask, RawClient } from '../../testkit/clients.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';

let server: Server;
let url: string;
let running: RunningCore;
const sockets = new Set<Socket>();

beforeEach(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', (data: Buffer) => {
      if (!data.toString('latin1').startsWith('POST'))
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsmall');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  running = await startCore({ upstreamConnections: 1, clientStallSeconds: 1 });
});
afterEach(async () => {
  await running.stop();
  for (const socket of sockets) socket.destroy();
  server.close();
});

it('one that sends nothing more is answered 408, and the next client gets the connection', async () => {
  const silent = await RawClient.open(running.port);
  silent.send(`POST ${url}/up HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsome`);
  await once(server, 'connection');
  expect((await ask(running.port, `${url}/next`)).body.toString()).toBe('small');
  expect(await silent.untilEnd()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  await running.finished(2);
  const { row, errorText } = await running.detailOf('/up');
  expect(row).toMatchObject({ state: 'failed', error: 'client_stalled', status: 408, requestBytes: 4 });
  expect(errorText).toBe(`POST ${url}/up: the client sent nothing of the request’s content for 1 s.`);
});
