import http from 'node:http';
import net from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { askOwnPage } from './self-test.ts';

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
async function listen(server: net.Server): Promise<number> {
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('what answers is not the proxy, or nobody: both are told with the page and the address', async () => {
  const other = await listen(http.createServer((_request, response) => response.writeHead(404).end('no')));
  await expect(askOwnPage('127.0.0.1', other)).rejects.toMatchObject({
    code: 'unavailable',
    message: `http://bsdm.proxy/ was asked for through 127.0.0.1:${other}: the answer was 404, not the proxy's page`,
  });
  const silent = await listen(net.createServer((socket) => open.push({ close: () => socket.destroy() })));
  await expect(askOwnPage('127.0.0.1', silent, 50)).rejects.toMatchObject({ code: 'unavailable' });
});
