/**
 * The HTTP/1 front on node:http. It parses, frames and times out; it decides nothing.
 */
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { FieldList } from '../http/fields.ts';
import { poolFields } from '../http/field-pool.ts';
import { getField } from '../http/fields.ts';
import type { ClientReply, ClientRequest, ClientTakeover, Front, FrontHandlers } from './front.ts';

/** A request head may take this long, ms; bodies are not limited. */
const HEAD_TIMEOUT_MS = 60_000;
/** An idle client connection is kept this long, ms. */
const KEEP_ALIVE_MS = 75_000;
/** Most bytes of a request head (Node's default 16 KiB is too little for cookie-heavy sites). */
const MAX_HEAD_BYTES = 128 * 1024;

class Http1Reply implements ClientReply {
  readonly #response: http.ServerResponse;
  readonly #request: http.IncomingMessage;

  constructor(request: http.IncomingMessage, response: http.ServerResponse) {
    this.#request = request;
    this.#response = response;
    // Whether Date is sent is decided above: replies of origins keep theirs.
    response.sendDate = false;
    // A connection that breaks while writing is told by 'close'; the 'error' says nothing more.
    response.on('error', ignore);
  }

  inform(status: number, fields: FieldList): void {
    if (this.#request.httpVersion === '1.0' || this.#response.headersSent || status === 101) return;
    if (status === 100) return; // 100 is ours to give, see openBody
    const hints: Record<string, string | string[]> = {};
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i]!.toLowerCase();
      const before = hints[name];
      hints[name] = before === undefined ? fields[i + 1]! : [before, fields[i + 1]!].flat();
    }
    if (status === 103 && hints['link'] !== undefined) this.#response.writeEarlyHints({ ...hints, link: hints['link'] });
    else if (status === 102) this.#response.writeProcessing();
  }

  start(status: number, statusText: string, fields: FieldList): void {
    const response = this.#response;
    if (response.headersSent || response.destroyed) return;
    response.writeHead(status, statusText, fields as string[]);
  }

  write(chunk: Uint8Array): boolean {
    return this.#response.write(chunk);
  }

  onDrain(listener: () => void): void {
    this.#response.on('drain', listener);
  }

  end(chunk?: Uint8Array, trailers?: FieldList): void {
    const response = this.#response;
    if (trailers && trailers.length > 0 && response.chunkedEncoding) {
      const pairs: [string, string][] = [];
      for (let i = 0; i < trailers.length; i += 2) pairs.push([trailers[i]!, trailers[i + 1]!]);
      response.addTrailers(pairs);
    }
    if (chunk === undefined) response.end();
    else response.end(chunk);
    // A request whose body nobody read would keep the connection from its next request: read it away.
    if (!this.#request.complete) this.#request.resume();
  }

  destroy(): void {
    this.#response.destroy();
  }

  onClose(listener: (complete: boolean) => void): void {
    this.#response.on('close', () => listener(this.#response.writableFinished));
  }
}

function ignore(): void {
  // told by 'close'
}

class Http1Request implements ClientRequest {
  readonly method: string;
  readonly target: string;
  readonly httpVersion: string;
  readonly fields: FieldList;
  readonly clientAddress: string;
  readonly hasBody: boolean;
  readonly reply: ClientReply;
  readonly #message: http.IncomingMessage;
  readonly #response: http.ServerResponse;
  readonly #awaitsContinue: boolean;

  constructor(message: http.IncomingMessage, fields: FieldList, response: http.ServerResponse, awaitsContinue: boolean) {
    this.#message = message;
    this.#response = response;
    this.#awaitsContinue = awaitsContinue;
    this.method = message.method ?? 'GET';
    this.target = message.url ?? '';
    this.httpVersion = message.httpVersion;
    this.fields = fields;
    this.clientAddress = bareAddress(message.socket.remoteAddress);
    this.hasBody = hasContent(message);
    this.reply = new Http1Reply(message, response);
  }

  openBody(): Readable {
    if (this.#awaitsContinue && !this.#response.headersSent) this.#response.writeContinue();
    return this.#message;
  }
}

/** RFC 9112 §6.3: a request has content when Transfer-Encoding or a non-zero Content-Length says so. */
function hasContent(message: http.IncomingMessage): boolean {
  const { headers } = message;
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0');
}

/** `::ffff:127.0.0.1` as `127.0.0.1`. */
export function bareAddress(address: string | undefined): string {
  return address === undefined ? '' : address.startsWith('::ffff:') ? address.slice(7) : address;
}

function takeover(message: http.IncomingMessage, socket: ClientTakeover['socket'], head: Buffer): ClientTakeover {
  return {
    method: message.method ?? 'CONNECT',
    target: message.url ?? '',
    httpVersion: message.httpVersion,
    fields: message.rawHeaders,
    clientAddress: bareAddress(message.socket.remoteAddress),
    socket,
    head,
  };
}

/** Creates a front that is not listening yet. */
export function createHttp1Front(handlers: FrontHandlers): Front {
  const server = http.createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEAD_TIMEOUT_MS,
    requestTimeout: 0, // uploads of any length
    maxHeaderSize: MAX_HEAD_BYTES,
    noDelay: true,
    // h2c and other upgrades of an unwanted kind are served as plain requests (RFC 9110 §7.8: a server may ignore them).
    shouldUpgradeCallback: (message) => /^websocket$/i.test(getField(message.rawHeaders, 'upgrade') ?? '') || !/\bh2c\b/i.test(message.headers.upgrade ?? 'h2c'),
  });
  /** Open connections with the fields of their last request. */
  const sockets = new Map<Socket, FieldList | undefined>();
  server.on('connection', (socket) => {
    sockets.set(socket, undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  const serve = (awaitsContinue: boolean) => (message: http.IncomingMessage, response: http.ServerResponse) => {
    const { socket } = message;
    const fields = poolFields(message.rawHeaders, sockets.get(socket));
    if (sockets.has(socket)) sockets.set(socket, fields);
    handlers.onRequest(new Http1Request(message, fields, response, awaitsContinue));
  };
  server.on('request', serve(false));
  server.on('checkContinue', serve(true));
  server.on('checkExpectation', (_message: http.IncomingMessage, response: http.ServerResponse) => {
    response.writeHead(417, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end('This proxy understands the expectation 100-continue and no other (RFC 9110 §10.1.1).\n');
  });
  server.on('connect', (message: http.IncomingMessage, socket, head) => handlers.onConnect(takeover(message, socket, head)));
  server.on('upgrade', (message: http.IncomingMessage, socket, head) => handlers.onUpgrade(takeover(message, socket, head)));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const [status, text] = error.code === 'HPE_HEADER_OVERFLOW' ? [431, 'Request Header Fields Too Large'] : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? [408, 'Request Timeout'] : [400, 'Bad Request'];
    const body = `The bytes received are no HTTP request this proxy can read: ${error.message}\n`;
    socket.end(`HTTP/1.1 ${status} ${text}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    handlers.onMalformed(bareAddress((socket as Socket).remoteAddress), error.message);
  });

  const stopAccepting = (): void => {
    if (server.listening) server.close();
    server.closeIdleConnections();
  };
  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: host.replace(/^\[|\]$/g, ''), port }, () => {
          server.off('error', reject);
          const { address, port: actual } = server.address() as AddressInfo;
          resolve({ host: address, port: actual });
        });
      }),
    connectionCount: () => sockets.size,
    stopAccepting,
    close: async (graceMs) => {
      stopAccepting();
      // A connection that becomes idle after its reply is closed soon after, not at its keep-alive limit.
      // One that was told the end and does not hang up is not waited for.
      const sweep = setInterval(() => {
        server.closeIdleConnections();
        for (const socket of sockets.keys()) if (socket.writableFinished) socket.destroy();
      }, 20);
      await Promise.race([allClosed([...sockets.keys()]), delay(sockets.size === 0 ? 0 : graceMs)]);
      clearInterval(sweep);
      for (const socket of sockets.keys()) socket.destroy();
    },
  };
}

async function allClosed(sockets: readonly Socket[]): Promise<void> {
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))));
}

/** Never keeps the process alive. */
function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
