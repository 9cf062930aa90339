/** The origin at the end of a chain: what it answers stands in the path. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** `keeps`: a minute. `short`: one second, the same content ever after. `turns`: one second, new content every time. */
const ANSWERS: Readonly<Record<string, { control: string; changes?: true }>> = {
  keeps: { control: 'max-age=60' },
  short: { control: 'max-age=1' },
  turns: { control: 'max-age=1', changes: true },
  shared: { control: 's-maxage=60, max-age=0' },
  private: { control: 'private, max-age=60' },
  nostore: { control: 'no-store' },
};

export async function openOrigin(): Promise<{ port: number; close(): void }> {
  let count = 0;
  const server = http.createServer((request, response) => {
    const name = (request.url ?? '/').split('/')[1] ?? '';
    const { control, changes } = ANSWERS[name] ?? { control: 'no-store' };
    count++;
    const etag = changes ? `"v${count}"` : '"v1"';
    response.setHeader('Cache-Control', control);
    response.setHeader('ETag', etag);
    response.setHeader('Content-Type', 'text/plain');
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.end(`${name} ${etag}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
