/** What both HTTP/1 fronts do alike: what they hold clients to, the answers they give on their own, how they begin and end. */
import type net from 'node:net';
import type { Socket } from 'node:net';
import { wireHead } from './wire-text.ts';

/** A request head may take this long, ms; bodies are not limited. */
export const HEAD_TIMEOUT_MS = 60_000;
/** An idle client connection is kept this long, ms. */
export const KEEP_ALIVE_MS = 75_000;
/** Most bytes of a request head (Node's default 16 KiB is too little for cookie-heavy sites). */
export const MAX_HEAD_BYTES = 128 * 1024;
export const NO_ROOM = refusalText(
  503,
  'Service Unavailable',
  'Too many connections: the limit on open files is reached. Try again later.\n',
);

/** A whole answer to what cannot be served; the connection ends behind it. */
export function refusalText(status: number, phrase: string, body: string): string {
  const bytes = Buffer.from(body);
  return `${wireHead(status, phrase, ['Connection', 'close', 'Content-Type', 'text/plain; charset=utf-8', 'Content-Length', String(bytes.length)])}${bytes.toString('latin1')}`;
}

/** Listens; rejects with the system's error. Errors that come later are told to `onFault`. */
export function listenOn(
  server: net.Server,
  host: string,
  port: number,
  onFault: (where: string, error: unknown) => void,
): Promise<{ host: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: host.startsWith('[') ? host.slice(1, -1) : host, port }, () => {
      server.off('error', reject);
      server.on('error', (error) => onFault('listening socket', error));
      const { address, port: actual } = server.address() as net.AddressInfo;
      resolve({ host: address, port: actual });
    });
  });
}

/** Waits at most `graceMs` for connections that are busy, then breaks them; `connections` shrinks as they close. */
export async function closeWithin(
  graceMs: number,
  connections: ReadonlyMap<Socket, unknown>,
  closeIdle: () => void,
): Promise<void> {
  // A connection that becomes idle after its reply is closed soon after, not at its keep-alive limit.
  // A client that has its final reply and does not close is not waited for.
  const sweep = setInterval(() => {
    closeIdle();
    for (const socket of connections.keys()) if (socket.writableFinished) socket.destroy();
  }, 20);
  await Promise.race([allClosed([...connections.keys()]), delay(connections.size === 0 ? 0 : graceMs)]);
  clearInterval(sweep);
  for (const socket of connections.keys()) socket.destroy();
}

async function allClosed(sockets: readonly Socket[]): Promise<void> {
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))));
}

/** Never keeps the process alive. */
function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
