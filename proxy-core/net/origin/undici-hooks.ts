/** What undici does not do by itself: its raw fields as a list, the socket of a request, the target `*`, streams nobody listens to. */
import diagnostics from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { poolStrings } from '../../http/field-pool.ts';

/** undici gives raw lines as Buffers on HTTP/1 and an object on HTTP/2; both become a flat list. */
export function toFieldList(raw: unknown): string[] {
  // Exactly as long as needed, and from shared strings: captured exchanges keep it.
  if (Array.isArray(raw))
    return poolStrings(
      (raw as unknown[]).map((item) => (Buffer.isBuffer(item) ? item.toString('latin1') : String(item))),
    );
  const out: string[] = [];
  if (typeof raw === 'object' && raw !== null) {
    for (const [name, value] of Object.entries(raw))
      if (!name.startsWith(':'))
        for (const line of Array.isArray(value) ? value : [value]) out.push(name, String(line));
  }
  return poolStrings(out);
}

/** The call whose head undici is about to write: `sendHeaders` follows `onRequestStart` in the same turn and names the socket. */
let starting: ((socket: Socket) => void) | undefined;

/** In `onRequestStart`: which socket this request is about to be written to. */
export function onSending(tell: (socket: Socket) => void): void {
  starting = tell;
}

// undici's handlers never see the socket; this documented channel does (https://undici.nodejs.org/#/docs/api/DiagnosticsChannel).
diagnostics.subscribe('undici:client:sendHeaders', (message) => {
  const tell = starting;
  starting = undefined;
  if (
    tell !== undefined &&
    typeof message === 'object' &&
    message !== null &&
    'socket' in message &&
    message.socket instanceof Socket
  )
    tell(message.socket);
});

/** Stands for the target `*` (RFC 9112 §3.2.4) on its way through undici, which takes paths only. No target has a `#`. */
export const ASTERISK = '/#*';
// The moment between undici's checks and the writing, also for a request that waits for a connection.
diagnostics.subscribe('undici:request:create', (message) => {
  if (typeof message !== 'object' || message === null || !('request' in message)) return;
  const { request } = message;
  if (typeof request === 'object' && request !== null && 'path' in request && request.path === ASTERISK)
    request.path = '*';
});

// undici stops listening to streams it is done with, but a session that breaks still tells them: unheard that ends the process.
diagnostics.subscribe('http2.client.stream.created', (message) => {
  if (typeof message === 'object' && message !== null && 'stream' in message && message.stream instanceof EventEmitter)
    message.stream.on('error', ignore);
});

function ignore(): void {
  // reported to the request, as long as there is one
}
