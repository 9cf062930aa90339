/** Ends a connection so that its reader sees that something is missing. */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** The connections below those whose TLS ended here. */
const carriers = new WeakMap<Duplex, Duplex>();

/** Says what carries a TLS connection. */
export function setCarrier(inside: TLSSocket, carrier: Duplex): void {
  carriers.set(inside, carrier);
}

/** Resets TCP, of TLS too: an end without close_notify should say the same (RFC 8446 §6.1), but clients overlook it. */
export function breakConnection(socket: Duplex): void {
  const carrier = carriers.get(socket) ?? socket;
  if (carrier instanceof Socket && !(carrier instanceof TLSSocket)) carrier.resetAndDestroy();
  if (!socket.destroyed) socket.destroy();
}
