/** What both HTTP/1 fronts hold clients to, and the answers they give on their own. */
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

export async function allClosed(sockets: readonly Socket[]): Promise<void> {
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))));
}

/** Never keeps the process alive. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
