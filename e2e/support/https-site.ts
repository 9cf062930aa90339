/**
 * A real little site over TLS on a loopback port, HTTP/2 and HTTP/1.1 by ALPN, with a WebSocket that echoes and a stream of
 * events. Its certificate comes from an authority of its own, which the core is told of by `--upstream-ca`.
 */
import fs from 'node:fs';
import http2, { type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { WebSocketServer } from 'ws';
import { testAuthority } from '../../proxy-core/testkit/certificate.ts';

export interface HttpsSite {
  /** `https://localhost:PORT` */
  url: string;
  port: number;
  /** Certificate of the authority that vouches for it: a PEM file. */
  caFile: string;
  /** Requests that arrived for a path. */
  count(path: string): number;
  /** Protocols they came over: `2.0`, `1.1`. */
  versions: Set<string>;
  /** What WebSocket clients offered as extensions, and what the compressed connection agreed on. */
  extensions: string[];
  close(): Promise<void>;
}

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** Fresh for shared caches only: a browser asks again each time. */
const FOR_SHARED = 'max-age=0, s-maxage=600';

const REPLIES: Readonly<Record<string, [type: string, body: string]>> = {
  '/': [
    'text/html; charset=utf-8',
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Over TLS</title><link rel="icon" href="data:,">' +
      '<link rel="stylesheet" href="/site.css"><h1>Over TLS</h1><p id="script"></p><script src="/site.js"></script></html>',
  ],
  '/site.css': ['text/css', 'h1 { color: rgb(10, 20, 30) }'],
  '/site.js': ['text/javascript', 'document.querySelector("#script").append("script ran")'],
  '/fresh': ['text/plain', 'fresh for ten minutes\n'],
};

/** Starts it for `names`; the CA file is written into `folder`. */
export async function startHttpsSite(
  folder: string,
  names: readonly string[] = ['localhost', '127.0.0.1', 'site.test'],
  serve?: (request: Request, response: Response) => boolean,
): Promise<HttpsSite> {
  const authority = testAuthority();
  const caFile = path.join(folder, 'origin-ca.pem');
  fs.writeFileSync(caFile, authority.cert);
  const counts = new Map<string, number>();
  const versions = new Set<string>();
  const extensions: string[] = [];
  const sockets = new Set<Socket>();
  const echo = new WebSocketServer({
    noServer: true,
    perMessageDeflate: { threshold: 0 },
    handleProtocols: (offered) => (offered.has('echo.v1') ? 'echo.v1' : false),
  });
  const server = http2.createSecureServer({ ...authority.issue({ names }), allowHTTP1: true }, (request, response) => {
    const { pathname } = new URL(request.url, 'https://site.invalid');
    counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
    versions.add(request.httpVersion);
    if (serve?.(request, response) === true) return;
    answer(pathname, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
    echo.handleUpgrade(request, socket, head, (client) => {
      extensions.push(client.extensions);
      client.on('message', (data, isBinary) => client.send(data, { binary: isBinary }));
    }),
  );
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  });
  // A client that does not trust it, or goes away, is no failure of the site.
  server.on('tlsClientError', () => undefined).on('sessionError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}`,
    port,
    caFile,
    count: (pathname) => counts.get(pathname) ?? 0,
    versions,
    extensions,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const client of echo.clients) client.terminate();
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function answer(pathname: string, response: Response): void {
  const send = (status: number, fields: Record<string, string>, body: string): void => {
    response.statusCode = status;
    for (const [name, value] of Object.entries(fields)) response.setHeader(name, value);
    response.end(body);
  };
  if (pathname === '/events') {
    response.setHeader('Content-Type', 'text/event-stream');
    response.setHeader('Cache-Control', 'max-age=600');
    // Endless: the browser ends it.
    const events = new PassThrough();
    events.pipe(response);
    events.write('retry: 60000\n\n');
    for (const n of [1, 2, 3]) events.write(`id: ${n}\nevent: tick\ndata: {"tick":${n}}\n\n`);
    return;
  }
  const reply = REPLIES[pathname];
  if (reply === undefined) return send(404, { 'Cache-Control': 'no-store' }, 'no such page\n');
  send(200, { 'Content-Type': reply[0], 'Cache-Control': FOR_SHARED }, reply[1]);
}
