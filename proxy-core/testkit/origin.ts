/** A scripted origin on a real socket, for tests: answers by path, remembers what it was asked. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type Script = (request: IncomingMessage, response: ServerResponse) => void;

export interface Origin {
  readonly port: number;
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** Requests so far, `METHOD path`, in order. */
  readonly requests: string[];
  /** Fields of the last request. */
  lastFields(): readonly string[];
  connections(): number;
  /** Resolves when `count` requests have arrived. */
  reached(count: number): Promise<void>;
  breakConnections(): void;
  close(): Promise<void>;
}

/** Opens an origin on 127.0.0.1. */
export async function openOrigin(script: Script): Promise<Origin> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const waiting: { count: number; resolve: () => void }[] = [];
  let last: readonly string[] = [];
  const server = http.createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    last = request.rawHeaders;
    for (const item of waiting.splice(0))
      if (requests.length >= item.count) item.resolve();
      else waiting.push(item);
    script(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    lastFields: () => last,
    connections: () => sockets.size,
    reached: (count) =>
      requests.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    breakConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
