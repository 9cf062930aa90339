/** An origin whose page can be changed while it runs; answers conditional requests. For specs of revalidation. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ChangingOrigin {
  url: string;
  host: string;
  /** The next answers carry this version. */
  setVersion(version: number): void;
  /** Requests so far. */
  count(): number;
  close(): Promise<void>;
}

/** Serves `/any/path` as text of two lines, fresh for an hour, with an ETag made of the version. */
export async function startChangingOrigin(): Promise<ChangingOrigin> {
  let version = 1;
  let count = 0;
  const server = http.createServer((request, response) => {
    count++;
    const etag = `"v${version}"`;
    const fields = { 'Content-Type': 'text/plain', 'Cache-Control': 'max-age=3600', ETag: etag };
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, fields);
      response.end();
    } else {
      response.writeHead(200, fields);
      response.end(`${request.url}\nversion ${version}\n`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    setVersion: (next) => {
      version = next;
    },
    count: () => count,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
