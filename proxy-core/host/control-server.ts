/**
 * The control server: REST, the browser UI and its WebSocket on one loopback port. The gate is asked before anything is
 * done. Every socket has an error listener from its first moment: no page or program ends the core by breaking off.
 */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WebSocketServer } from 'ws';
import { CommandError, toWireError } from '../contract/errors.ts';
import { createWebSocketChannel } from './channel-ws.ts';
import { bearer, createGate, socketToken } from './control-gate.ts';
import { checkDepth } from './depth.ts';
import { buildOpenApi } from './openapi.ts';
import type { RestAnswer, RestCall, RestDeps } from './rest-call.ts';
import { REST_CALLS } from './rest.ts';
import { errorBody, statusOfError } from './rest-json.ts';
import { serve, type ServedCore } from './serve.ts';
import { serveStatic } from './static-ui.ts';

/** A request body larger than this is refused. */
const MAX_BODY_BYTES = 1024 * 1024;
/** A WebSocket message larger than this closes its page's connection. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
/** A client that was refused gets this long to hang up, ms. */
const LINGER_MS = 2000;

export interface ControlServerOptions {
  token: string;
  core: ServedCore;
  rest: RestDeps;
  /** Folder of the built page; undefined serves none. */
  uiRoot: string | undefined;
  /** Whether /metrics asks for the token. */
  metricsOpen: () => boolean;
  /** Told in words of what went wrong with the server itself. */
  report?: (message: string) => void;
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

const ROUTES: readonly Route[] = REST_CALLS.map((call) => ({
  call,
  pattern: new RegExp(`^${call.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/** Opens the server on 127.0.0.1; rejects with the system's error when the port is taken. */
export async function openControlServer(port: number, options: ControlServerOptions): Promise<ControlServer> {
  const server = http.createServer();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (protocols) => (protocols.has('bsdm') ? 'bsdm' : false),
  });
  /** All of them, upgraded and refused ones too: node's list knows only those that speak HTTP. */
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // After the start this is a connection that could not be accepted, for want of descriptors say: the next one may.
  server.on('error', (error) => options.report?.(`the control server: ${error.message}`));
  const actual = (server.address() as AddressInfo).port;
  const gate = createGate(options.token, actual);

  server.on('request', (request, response) => {
    response.on('error', () => response.destroy());
    answer(request, response)
      .catch((error: unknown) => sendError(response, error))
      .catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path: pathname, query } = gate.open(request);
    const methods: string[] = [];
    for (const { call, pattern } of ROUTES) {
      const match = pattern.exec(pathname);
      if (!match) continue;
      if (call.method !== request.method) {
        methods.push(call.method);
        continue;
      }
      if (!call.open && !(call.path === '/metrics' && options.metricsOpen())) gate.checkToken(bearer(request));
      const path = Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, value]) => [name, decode(value)]));
      await send(response, await call.run(options.rest, { path, query: query, body: await readJson(request) }));
      return;
    }
    if (request.method === 'GET' && pathname === '/api/openapi.json') {
      gate.checkToken(bearer(request));
      await send(response, { json: buildOpenApi(REST_CALLS, options.rest.version) });
      return;
    }
    if (methods.length > 0) {
      response.setHeader('Allow', methods.join(', '));
      response.writeHead(405, { 'Content-Type': 'application/json' });
      response.end(
        errorBody({ code: 'bad-params', message: `${pathname} takes ${methods.join(', ')}, not ${request.method}` }),
      );
      return;
    }
    if (
      options.uiRoot !== undefined &&
      (request.method === 'GET' || request.method === 'HEAD') &&
      (await serveStatic(options.uiRoot, request, response, pathname))
    )
      return;
    throw new CommandError('not-found', `there is no ${pathname} here`, 'GET /api/openapi.json describes all calls.');
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    try {
      if (gate.open(request).path !== '/control') throw new CommandError('not-found', 'the WebSocket is at /control');
      gate.checkToken(socketToken(request));
      sockets.handleUpgrade(request, socket, head, (webSocket) =>
        serve(options.core, createWebSocketChannel(webSocket), options.trace),
      );
    } catch (error) {
      refuseUpgrade(socket, error);
    }
  });
  sockets.on('wsClientError', (error, socket) => refuseUpgrade(socket, new CommandError('bad-params', error.message)));

  return {
    port: actual,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
}

/** Says why, then closes; a client that keeps its half open is not waited for. */
function refuseUpgrade(socket: Duplex, error: unknown): void {
  const wire = toWireError(error);
  const status = statusOfError(wire.code);
  const body = errorBody(wire);
  socket.end(
    `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  // Read away what comes: bytes left unread would turn the close into a reset, which may overtake the answer.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CommandError('bad-params', `the path contains an invalid percent escape: ${text}`);
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
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new CommandError(
      'bad-params',
      `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  checkDepth(value);
  return value;
}

const SAFE = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

async function send(response: ServerResponse, answer: RestAnswer): Promise<void> {
  if ('json' in answer) {
    response.writeHead(200, { 'Content-Type': 'application/json', ...SAFE });
    response.end(`${JSON.stringify(answer.json)}\n`);
  } else if ('text' in answer) {
    response.writeHead(200, { 'Content-Type': answer.type, ...SAFE });
    response.end(answer.text);
  } else {
    // Captured content is shown by the page, never run by a browser that opens this address. Its type is an origin's word.
    response.writeHead(200, {
      'Content-Type': /^[\x20-\x7e]+$/.test(answer.type) ? answer.type : 'application/octet-stream',
      ...('bytes' in answer && { 'Content-Length': answer.bytes.length }),
      ...('stream' in answer && answer.length !== undefined && { 'Content-Length': answer.length }),
      'Content-Security-Policy': 'sandbox',
      'Content-Disposition': 'attachment',
      ...SAFE,
    });
    if ('bytes' in answer) response.end(answer.bytes);
    else await pipeline(answer.stream, response);
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
