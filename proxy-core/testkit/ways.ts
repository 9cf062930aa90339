/** The ways a client asks through the proxy: http in the clear, https that is read inside, HTTP/2 that is read inside. */
import http from 'node:http';
import http2 from 'node:http2';
import type net from 'node:net';
import tls from 'node:tls';
import { ask, type AskOptions } from './clients.ts';
import { testAuthority } from './certificate.ts';
import { openTlsOrigin, type TlsScript } from './tls-origin.ts';
import { openOrigin } from './origin.ts';

export const WAYS = ['http', 'https', 'h2'] as const;
export type Way = (typeof WAYS)[number];

/** What trusts origins of {@link openWayOrigin}: PEM, for the setting `upstreamCa`. */
export const WAY_AUTHORITY = testAuthority();
const IDENTITY = WAY_AUTHORITY.issue({ names: ['localhost'] });

export interface WayOrigin {
  readonly url: string;
  /** `METHOD path`, in order. */
  requests(): string[];
  /** Fields of the last request; lower-case names. */
  last(): Readonly<Record<string, string | undefined>>;
  close(): Promise<void>;
}

/** An origin that is asked over that way; over `h2` it speaks HTTP/2 itself. */
export async function openWayOrigin(way: Way, script: TlsScript): Promise<WayOrigin> {
  let last: Readonly<Record<string, string | undefined>> = {};
  const noting: TlsScript = (request, response) => {
    last = joined(request.headers);
    script(request, response);
  };
  if (way === 'http') {
    const origin = await openOrigin((request, response) => noting(request, response));
    return { url: origin.url, last: () => last, requests: () => [...origin.requests], close: () => origin.close() };
  }
  const origin = await openTlsOrigin(IDENTITY, noting, way === 'h2');
  return {
    url: `https://localhost:${origin.port}`,
    last: () => last,
    requests: () => origin.requests.map((line) => line.slice(line.indexOf(' ') + 1)),
    close: () => origin.close(),
  };
}

export interface WayReply {
  readonly status: number;
  /** Lower-case names; repeated ones joined. */
  readonly fields: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** Asks over that way; `ca` is the proxy's own. Rejects when the answer does not come whole. */
export async function askOver(
  way: Way,
  port: number,
  ca: string,
  url: string,
  options: AskOptions = {},
): Promise<WayReply> {
  if (way === 'http') {
    const { status, fields, body } = await ask(port, url, options);
    return { status, fields: joined(fields), body };
  }
  const { host, hostname, pathname, search } = new URL(url);
  const carrier = await tunnel(port, host);
  const socket = tls.connect({
    socket: carrier,
    ca,
    servername: hostname,
    ALPNProtocols: [way === 'h2' ? 'h2' : 'http/1.1'],
  });
  socket.on('error', () => undefined);
  try {
    return way === 'h2'
      ? await askHttp2(url, `${pathname}${search}`, socket, options)
      : await askHttp1(host, `${pathname}${search}`, socket, options);
  } finally {
    socket.destroy();
    carrier.destroy();
  }
}

function tunnel(port: number, host: string): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, method: 'CONNECT', path: host, agent: false });
    request.on('connect', (response, socket: net.Socket) => {
      socket.on('error', () => undefined);
      if (response.statusCode === 200) resolve(socket);
      else reject(new Error(`CONNECT was answered ${response.statusCode}`));
    });
    request.on('error', reject);
    request.end();
  });
}

function askHttp1(host: string, path: string, socket: tls.TLSSocket, options: AskOptions): Promise<WayReply> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host,
        path,
        method: options.method ?? 'GET',
        headers: { Host: host, ...(options.headers as http.OutgoingHttpHeaders | undefined) },
        createConnection: () => socket,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, fields: joined(response.headers), body: Buffer.concat(chunks) }),
        );
      },
    );
    request.on('error', reject);
    request.end(options.body);
  });
}

function askHttp2(url: string, path: string, socket: tls.TLSSocket, options: AskOptions): Promise<WayReply> {
  return new Promise((resolve, reject) => {
    const session = http2.connect(url, { createConnection: () => socket });
    const fail = (error: Error): void => {
      session.destroy();
      reject(error);
    };
    session.on('error', fail);
    const stream = session.request({
      ':method': options.method ?? 'GET',
      ':path': path,
      ...(options.headers as http2.OutgoingHttpHeaders | undefined),
    });
    const chunks: Buffer[] = [];
    let head: http2.IncomingHttpHeaders | undefined;
    stream.on('response', (fields) => (head = fields));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', fail);
    stream.on('close', () => {
      if (head === undefined || stream.rstCode !== 0) {
        fail(new Error(`the stream was reset (${stream.rstCode})`));
        return;
      }
      session.close();
      resolve({ status: Number(head[':status']), fields: joined(head), body: Buffer.concat(chunks) });
    });
    stream.end(options.body);
  });
}

function joined(fields: http.IncomingHttpHeaders | http2.IncomingHttpHeaders): Record<string, string | undefined> {
  const out: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(fields)) out[name] = Array.isArray(value) ? value.join(', ') : value;
  return out;
}
