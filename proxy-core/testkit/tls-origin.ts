/** An origin that speaks TLS, for tests: HTTP/1.1 and, when wanted, HTTP/2 by ALPN; counts its connections. */
import http2, { type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type tls from 'node:tls';
import type { KeyAndCertificate } from './certificate.ts';

export type TlsScript = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

export interface TlsOrigin {
  readonly port: number;
  /** `https://127.0.0.1:port`. */
  readonly url: string;
  /** `HTTP-version METHOD path`, in order. */
  readonly requests: string[];
  /** Resolves when `count` requests have arrived. */
  reached(count: number): Promise<void>;
  /** Connections accepted so far. */
  accepted(): number;
  /** Of those accepted, how many resumed a session. */
  resumed(): number;
  /** Ends the connections that stand. */
  breakConnections(): void;
  close(): Promise<void>;
}

/** Opens one on 127.0.0.1. */
export async function openTlsOrigin(
  identity: KeyAndCertificate & tls.TlsOptions,
  script: TlsScript,
  speaksHttp2 = false,
): Promise<TlsOrigin> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const waiting: { count: number; resolve: () => void }[] = [];
  let accepted = 0;
  let resumed = 0;
  const answer: TlsScript = (request, response) => {
    requests.push(`${request.httpVersion} ${request.method} ${request.url}`);
    for (const item of waiting.splice(0))
      if (requests.length >= item.count) item.resolve();
      else waiting.push(item);
    script(request, response);
  };
  const server = speaksHttp2
    ? http2.createSecureServer({ ...identity, allowHTTP1: true, settings: { maxConcurrentStreams: 100 } }, answer)
    : https.createServer({ ...identity, keepAliveTimeout: 60_000 }, answer);
  server.on('connection', (socket: Socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on('secureConnection', (socket: tls.TLSSocket) => {
    if (socket.isSessionReused()) resumed++;
  });
  server.on('tlsClientError', () => undefined);
  server.on('sessionError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `https://127.0.0.1:${port}`,
    requests,
    reached: (count) =>
      requests.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    accepted: () => accepted,
    resumed: () => resumed,
    breakConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
