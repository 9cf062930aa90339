/**
 * Connections of HTTP/2 whose sending stands still. A peer that goes away while frames are sent makes one write fail; Node's
 * session hands the next frames to TLS nevertheless, whose write then never completes, and until it has the session does
 * not read, so that it never learns of the end. Nothing but a timeout would end the requests on it.
 */
import type { Socket } from 'node:net';

/** How often that is looked at, ms. */
const LOOK_MS = 250;

/** Bytes handed to a socket's handle that it has not passed on. Node has no public name for them; 0 where it has none at all. */
function queuedBytes(socket: Socket): number {
  const handle: unknown = '_handle' in socket ? socket._handle : undefined;
  if (typeof handle !== 'object' || handle === null || !('writeQueueSize' in handle)) return 0;
  return typeof handle.writeQueueSize === 'number' ? handle.writeQueueSize : 0;
}

/**
 * Destroys a TLS connection whose write is not completed although the connection below has nothing left to send; a slow
 * network or a peer that does not read keeps bytes below, and is waited for. Ends with the connection.
 */
export function watchWrites(secure: Socket, below: Socket): void {
  let written = -1;
  const timer = setInterval(() => {
    if (queuedBytes(secure) === 0 || queuedBytes(below) > 0) {
      written = -1;
    } else if (written !== secure.bytesWritten) {
      // Seen for the first time: a write that has just failed or completed may not have been told yet.
      written = secure.bytesWritten;
    } else {
      clearInterval(timer);
      secure.destroy(Object.assign(new Error('the connection was lost'), { code: 'ECONNRESET' }));
      below.destroy();
    }
  }, LOOK_MS).unref();
  secure.once('close', () => clearInterval(timer));
}
