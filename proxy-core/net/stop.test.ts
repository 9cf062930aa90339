/** The end of the proxy: what has no end of its own is closed at once, what is under way may finish. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { RawClient } from '../testkit/clients.ts';
import { startCore } from '../testkit/running-core.ts';

it('closes upgraded connections and tunnels at once, and lets a reply under way finish', async () => {
  let finish: () => void = () => undefined;
  const origin = http.createServer((_request, response) => {
    response.write('first ');
    finish = () => response.end('last');
  });
  origin.on('upgrade', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello');
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  const at = `127.0.0.1:${(origin.address() as AddressInfo).port}`;
  const running = await startCore();
  const [upgraded, tunnel, slow] = [
    await RawClient.open(running.port),
    await RawClient.open(running.port),
    await RawClient.open(running.port),
  ];
  upgraded.send(`GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  await upgraded.until('hello');
  tunnel.send(`CONNECT ${at} HTTP/1.1\r\nHost: ${at}\r\n\r\n`);
  await tunnel.until('200 Connection Established\r\n');
  slow.send(`GET http://${at}/slow HTTP/1.1\r\nHost: ${at}\r\n\r\n`);
  await slow.until('first ');

  const stopped = running.stop();
  await upgraded.untilEnd();
  await tunnel.untilEnd();
  finish();
  expect(await slow.untilEnd()).toContain('last');
  await stopped;
  for (const client of [upgraded, tunnel, slow]) client.close();
  origin.close();
  origin.closeAllConnections();
});
