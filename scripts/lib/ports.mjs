/** Ports on 127.0.0.1. */
import { createServer } from 'node:net';

/** @import { Server } from 'node:net' */

/**
 * Resolves with the port the server listens on; 0 asks for any free one.
 * @param {Server} server
 * @param {number} [port]
 * @returns {Promise<number>}
 */
export function listen(server, port = 0) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/**
 * True when nothing listens on the port.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export async function isFree(port) {
  const server = createServer();
  try {
    await listen(server, port);
  } catch {
    return false;
  }
  await close(server);
  return true;
}

/**
 * @param {number} count
 * @returns {Promise<number[]>} that many different free ports; held open together, so that none is handed out twice
 */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(servers.map((server) => listen(server)));
  await Promise.all(servers.map(close));
  return ports;
}

/**
 * @param {Server} server
 * @returns {Promise<void>}
 */
const close = (server) => new Promise((resolve) => server.close(() => resolve()));
