/**
 * The HTTP/1 front on node:http: parsing, framing, timeouts, the order of a connection, and refusal of malformed requests.
 * It makes no other decision. A socket error or a throw in a handler never leaves a client waiting.
 */
import http from 'node:http';
import type { Socket } from 'node:net';
import { poolHead } from '../../http/field-pool.ts';
import { Descriptors } from './descriptors.ts';
import type { ConnectionContext, Front, FrontHandlers } from './front.ts';
import { answerToMalformed, checkHead, type Refusal } from './http1-checks.ts';
import { ClientConnection, closeLongestIdle, tellPeer } from './http1-connection.ts';
import { headWithoutUpgrade, Http1Request, takeover, wantsUpgrade } from './http1-request.ts';
import {
  closeWithin,
  HEAD_TIMEOUT_MS,
  KEEP_ALIVE_MS,
  listenOn,
  MAX_HEAD_BYTES,
  NO_ROOM,
  refusalText,
} from './http1-limits.ts';

/** Creates a front that is not listening yet; `descriptors` says whether there is room for a client. */
export function createHttp1Front(
  handlers: FrontHandlers,
  descriptors = new Descriptors(undefined, () => undefined),
): Front {
  const server = http.createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEAD_TIMEOUT_MS,
    requestTimeout: 0, // uploads of any length
    maxHeaderSize: MAX_HEAD_BYTES,
    noDelay: true,
    requireHostHeader: false, // checked here, with the other rules for Host
    // What is not upgraded comes back too: node's parser stops behind such a request and would lose what follows.
    shouldUpgradeCallback: () => true,
  });
  server.maxHeadersCount = 0; // all of them, or the checks would miss some; their number is limited below
  const connections = new Map<Socket, ClientConnection>();
  const onFault = (where: string, error: unknown): void => {
    try {
      handlers.onFault(where, error);
    } catch {
      // nothing left to report to
    }
  };
  const readPatienceMs = (): number => handlers.readPatienceMs();
  const events = { sequence: 0, onFault };

  server.on('connection', (socket) => {
    if (connections.has(socket)) return; // read again without its Upgrade
    socket.on('error', ignore);
    if (!descriptors.mayAccept() && !closeLongestIdle(connections.values())) {
      descriptors.turnAway();
      socket.end(NO_ROOM);
      socket.destroySoon();
      return;
    }
    descriptors.holdClient(socket);
    tellPeer(hold(socket, undefined), handlers, onFault);
  });
  const hold = (socket: Socket, context: ConnectionContext | undefined): ClientConnection => {
    const connection = new ClientConnection(socket, events, context);
    connections.set(socket, connection);
    socket.on('close', () => connections.delete(socket));
    return connection;
  };
  const refuse = (connection: ClientConnection, { status, problem }: Refusal): void => {
    connection.conclude(refusalText(status, http.STATUS_CODES[status] ?? '', `Request refused: ${problem}.\n`));
    report(connection, problem);
  };
  const report = ({ client }: ClientConnection, problem: string): void => {
    try {
      handlers.onMalformed(client, problem);
    } catch (error) {
      onFault('refusal', error);
    }
  };
  /** True when the head is in order; else it has been refused. */
  const passes = (connection: ClientConnection, message: http.IncomingMessage, fields: readonly string[]): boolean => {
    const refusal = checkHead({ method: message.method ?? '', httpVersion: message.httpVersion, fields });
    if (refusal === undefined) return true;
    message.resume();
    refuse(connection, refusal);
    return false;
  };

  const serve = (awaitsContinue: boolean) => (message: http.IncomingMessage, response: http.ServerResponse) => {
    const connection = connections.get(message.socket);
    if (connection === undefined) return;
    if (connection.last !== undefined) {
      message.resume(); // unread content would keep the end from being seen
      return;
    }
    const head = poolHead(connection.fieldsAsReceived ?? message.rawHeaders, connection.lastHead);
    connection.fieldsAsReceived = undefined;
    const isCurrent = message.httpVersion === '1.1';
    if (!(isCurrent && head === connection.goodHead) && !passes(connection, message, head.fields)) return;
    connection.lastHead = head;
    if (isCurrent) connection.goodHead = head;
    const request = new Http1Request(message, head, response, awaitsContinue, connection, readPatienceMs);
    connection.take(request, handlers.onRequest);
  };
  server.on('request', serve(false));
  server.on('checkContinue', serve(true));
  server.on('checkExpectation', (message: http.IncomingMessage) => {
    const connection = connections.get(message.socket);
    message.resume();
    if (connection !== undefined && connection.last === undefined)
      refuse(connection, {
        status: 417,
        problem: '100-continue is the only expectation supported (RFC 9110 §10.1.1)',
      });
  });
  server.on('connect', (message: http.IncomingMessage, socket, head) => {
    const connection = connectionOf(message.socket);
    if (connection.last === undefined && passes(connection, message, message.rawHeaders))
      connection.takeOver(() => handlers.onConnect(takeover(message, socket, head, connection)));
  });
  server.on('upgrade', (message: http.IncomingMessage, socket, head) => {
    const connection = connectionOf(message.socket);
    if (connection.last !== undefined || !passes(connection, message, message.rawHeaders)) return;
    connection.takeOver(() => {
      if (wantsUpgrade(message)) handlers.onUpgrade(takeover(message, socket, head, connection));
      else {
        socket.unshift(Buffer.concat([headWithoutUpgrade(message), head]));
        connection.reopen(message.rawHeaders);
        server.emit('connection', socket);
      }
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer; bytesParsed?: number }, socket) => {
    const code = error.code ?? '';
    const connection = connections.get(socket as Socket);
    // What follows `Connection: close` is not for anybody (RFC 9112 §9.6).
    if (code === 'HPE_CLOSED_CONNECTION') return;
    if (
      connection === undefined ||
      !socket.writable ||
      !(code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT')
    ) {
      socket.destroy();
      return;
    }
    if (connection.last !== undefined) return;
    const { rawPacket, bytesParsed = 0 } = error;
    const seen = rawPacket?.subarray(Math.max(0, bytesParsed - 4), bytesParsed).toString('latin1') ?? '';
    const { status, phrase } = answerToMalformed(code, error.message, seen);
    connection.malformed(
      refusalText(status, phrase, `This is not a valid HTTP request: ${error.message}\n`),
      code === 'HPE_INVALID_EOF_STATE',
    );
    report(connection, error.message);
  });

  const connectionOf = (socket: Socket): ClientConnection => {
    return connections.get(socket) ?? hold(socket, undefined);
  };
  const stopAccepting = (): void => {
    if (server.listening) server.close();
    server.closeIdleConnections();
  };
  return {
    listen: (host, port) => listenOn(server, host, port, onFault),
    adopt: (socket, context) => {
      // Its descriptor is counted where it was accepted.
      const connection = hold(socket, context);
      server.emit('connection', socket);
      return () => connection.afterReplies(() => socket.destroySoon());
    },
    connectionCount: () => connections.size,
    stopAccepting,
    close: (graceMs) => {
      stopAccepting();
      return closeWithin(graceMs, connections, () => server.closeIdleConnections());
    },
  };
}

function ignore(): void {
  // told by 'close'
}
