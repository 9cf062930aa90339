/** Ends a connection so that its reader sees that something is missing. */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** A reset where there is TCP alone; in TLS the end without a close_notify says the same (RFC 8446 §6.1). */
export function breakConnection(socket: Duplex): void {
  if (socket instanceof Socket && !(socket instanceof TLSSocket)) socket.resetAndDestroy();
  else socket.destroy();
}
