/** Requests as the driver sees them, made of node's messages. */
import type http from 'node:http';
import type { Readable } from 'node:stream';
import type { ClientPeer } from '../../contract/observer.ts';
import { getCombined, getField, withoutFields, type FieldList } from '../../http/fields.ts';
import type { Head } from '../../http/head.ts';
import type { ClientRequest, ClientTakeover, ConnectionContext } from './front.ts';
import type { ClientConnection } from './http1-connection.ts';
import { hasContent, Http1Reply } from './http1-reply.ts';

/** RFC 9110 §9.2.1: requests that change nothing, and carry nothing, may run side by side. */
export const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

export class Http1Request implements ClientRequest {
  readonly method: string;
  readonly target: string;
  readonly connection: ConnectionContext | undefined;
  readonly httpVersion: string;
  readonly head: Head;
  readonly clientAddress: string;
  readonly peer: ClientPeer | undefined;
  readonly hasBody: boolean;
  readonly reply: Http1Reply;
  readonly #message: http.IncomingMessage;
  readonly #response: http.ServerResponse;
  readonly #awaitsContinue: boolean;

  constructor(
    message: http.IncomingMessage,
    head: Head,
    response: http.ServerResponse,
    awaitsContinue: boolean,
    connection: ClientConnection,
    readPatienceMs: () => number,
  ) {
    this.connection = connection.context;
    this.#message = message;
    this.#response = response;
    this.#awaitsContinue = awaitsContinue;
    this.method = message.method ?? 'GET';
    this.target = message.url ?? '';
    this.httpVersion = message.httpVersion;
    this.head = head;
    this.clientAddress = connection.client;
    this.peer = connection.peer;
    this.hasBody = hasContent(message);
    const isSafe = SAFE.has(this.method) && !this.hasBody;
    this.reply = new Http1Reply(message, response, isSafe, connection, readPatienceMs);
  }

  openBody(): Readable {
    if (this.#awaitsContinue && !this.#response.headersSent && !this.#response.destroyed)
      this.#response.writeContinue();
    return this.#message;
  }
}

/** A CONNECT or Upgrade with its connection. */
export function takeover(
  message: http.IncomingMessage,
  socket: ClientTakeover['socket'],
  head: Buffer,
  { context, client, peer }: ClientConnection,
): ClientTakeover {
  return {
    method: message.method ?? 'CONNECT',
    target: message.url ?? '',
    httpVersion: message.httpVersion,
    fields: message.rawHeaders,
    connection: context,
    clientAddress: client,
    peer,
    socket,
    head,
  };
}

/**
 * Whether the connection is handed over for this Upgrade. Others are served as if it were not there (RFC 9110 §7.8): h2c,
 * what comes in HTTP/1.0, and a request with content, which would be taken for the new protocol's bytes.
 */
export function wantsUpgrade(message: http.IncomingMessage): boolean {
  return message.httpVersion === '1.1' && !hasContent(message) && isUpgradeTaken(message.rawHeaders);
}

/** By the protocols it names alone. */
export function isUpgradeTaken(fields: FieldList): boolean {
  return (
    /^websocket$/i.test(getField(fields, 'upgrade') ?? '') || !/\bh2c\b/i.test(getCombined(fields, 'upgrade') ?? 'h2c')
  );
}

const UPGRADE = new Set(['upgrade', 'connection']);

/** The head of a request again, without its Upgrade. The rest of Connection stays. */
export function headWithoutUpgrade(message: http.IncomingMessage): Buffer {
  const options = (message.headers.connection ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '' && item.toLowerCase() !== 'upgrade');
  const fields = withoutFields(message.rawHeaders, UPGRADE);
  if (options.length > 0) fields.push('Connection', options.join(', '));
  let text = `${message.method} ${message.url} HTTP/${message.httpVersion}\r\n`;
  for (let i = 0; i < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`;
  return Buffer.from(`${text}\r\n`, 'latin1');
}
