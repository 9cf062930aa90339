/**
 * The control server: REST, the browser UI and its WebSocket on one loopback port. Checks Host (against DNS rebinding),
 * Origin (against other sites) and the token before anything is done.
 */
import { timingSafeEqual } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { CommandError, toWireError } from '../contract/errors.ts';
import { createWebSocketChannel } from './channel-ws.ts';
import { buildOpenApi } from './openapi.ts';
import { REST_CALLS, type RestAnswer, type RestCall, type RestDeps } from './rest.ts';
import { errorBody, statusOfError } from './rest-json.ts';
import { serve, type ServedCore } from './serve.ts';
import { serveStatic } from './static-ui.ts';

/** A request body larger than this is refused. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface ControlServerOptions {
  token: string;
  core: ServedCore;
  rest: RestDeps;
  /** Folder of the built page; undefined serves none. */
  uiRoot: string | undefined;
  /** Whether /metrics asks for the token. */
  metricsOpen: () => boolean;
  trace?: (line: string) => void;
}

export interface ControlServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Route {
  call: RestCall;
  pattern: RegExp;
}

const ROUTES: readonly Route[] = REST_CALLS.map((call) => ({ call, pattern: new RegExp(`^${call.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`) }));

/** Opens the server on 127.0.0.1; rejects with the system's error when the port is taken. */
export async function openControlServer(port: number, options: ControlServerOptions): Promise<ControlServer> {
  const server = http.createServer();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4 * 1024 * 1024, handleProtocols: (protocols) => (protocols.has('bsdm') ? 'bsdm' : false) });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const actual = (server.address() as AddressInfo).port;
  const gate = createGate(options.token, actual);

  server.on('request', (request, response) => {
    void answer(request, response).catch((error: unknown) => sendError(response, error));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    gate.checkHost(request);
    const url = new URL(request.url ?? '/', 'http://control');
    const methods: string[] = [];
    for (const { call, pattern } of ROUTES) {
      const match = pattern.exec(url.pathname);
      if (!match) continue;
      if (call.method !== request.method) {
        methods.push(call.method);
        continue;
      }
      if (!call.open && !(call.path === '/metrics' && options.metricsOpen())) gate.checkToken(bearer(request));
      const path = Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, value]) => [name, decode(value)]));
      send(response, await call.run(options.rest, { path, query: url.searchParams, body: await readJson(request) }));
      return;
    }
    if (request.method === 'GET' && url.pathname === '/api/openapi.json') {
      gate.checkToken(bearer(request));
      send(response, { json: buildOpenApi(REST_CALLS, options.rest.version) });
      return;
    }
    if (methods.length > 0) {
      response.setHeader('Allow', methods.join(', '));
      response.writeHead(405, { 'Content-Type': 'application/json' });
      response.end(errorBody({ code: 'bad-params', message: `${url.pathname} takes ${methods.join(', ')}, not ${request.method}` }));
      return;
    }
    if (options.uiRoot !== undefined && (request.method === 'GET' || request.method === 'HEAD') && (await serveStatic(options.uiRoot, request, response, url.pathname))) return;
    throw new CommandError('not-found', `there is no ${url.pathname} here`, 'GET /api/openapi.json describes all calls.');
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    try {
      gate.checkHost(request);
      if (new URL(request.url ?? '/', 'http://control').pathname !== '/control') throw new CommandError('not-found', 'the WebSocket is at /control');
      gate.checkToken(socketToken(request));
    } catch (error) {
      const wire = toWireError(error);
      const status = statusOfError(wire.code);
      const body = errorBody(wire);
      socket.end(`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => serve(options.core, createWebSocketChannel(webSocket), options.trace));
  });

  return {
    port: actual,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The three checks. */
function createGate(token: string, port: number) {
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]);
  if (port === 80) for (const host of ['127.0.0.1', 'localhost', '[::1]']) hosts.add(host);
  const expected = Buffer.from(token);
  return {
    checkHost(request: IncomingMessage): void {
      const host = request.headers.host?.toLowerCase() ?? '';
      if (!hosts.has(host)) throw new CommandError('forbidden', `this server answers to 127.0.0.1:${port} and localhost:${port}, not to ${JSON.stringify(host)}`);
      const { origin } = request.headers;
      if (origin !== undefined && origin !== `http://${host}`) throw new CommandError('forbidden', `pages of ${origin} may not use this server`);
    },
    checkToken(given: string | undefined): void {
      const bytes = Buffer.from(given ?? '');
      if (bytes.length !== expected.length || !timingSafeEqual(bytes, expected)) {
        throw new CommandError('unauthorized', given === undefined ? 'a token is needed' : 'the token is not the right one', 'Send Authorization: Bearer TOKEN; the token is printed at the start, or set by BSDM_CONTROL_TOKEN.');
      }
    },
  };
}

function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer ([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** Browsers cannot set Authorization on a WebSocket: the token comes as a subprotocol `token.TOKEN`, or as Bearer from programs. */
function socketToken(request: IncomingMessage): string | undefined {
  const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((item) => item.trim());
  return protocols.find((item) => item.startsWith('token.'))?.slice(6) ?? bearer(request);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CommandError('bad-params', `the path contains a % that is no escape: ${text}`);
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new CommandError('bad-params', `the body is larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    throw new CommandError('bad-params', `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const SAFE = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

function send(response: ServerResponse, answer: RestAnswer): void {
  if ('json' in answer) {
    response.writeHead(200, { 'Content-Type': 'application/json', ...SAFE });
    response.end(`${JSON.stringify(answer.json)}\n`);
  } else if ('text' in answer) {
    response.writeHead(200, { 'Content-Type': answer.type, ...SAFE });
    response.end(answer.text);
  } else {
    // Captured content is shown by the page, never run by a browser that opens this address.
    response.writeHead(200, { 'Content-Type': answer.type, 'Content-Length': answer.bytes.length, 'Content-Security-Policy': 'sandbox', 'Content-Disposition': 'attachment', ...SAFE });
    response.end(answer.bytes);
  }
}

function sendError(response: ServerResponse, error: unknown): void {
  const wire = toWireError(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (wire.code === 'unauthorized') response.setHeader('WWW-Authenticate', 'Bearer realm="bsdm-proxy"');
  response.writeHead(statusOfError(wire.code), { 'Content-Type': 'application/json', ...SAFE });
  response.end(errorBody(wire));
}
