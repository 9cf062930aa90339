/** Serves a folder on loopback, for pages that need no core. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { listen } from './ports.mjs';

/** @import { IncomingMessage, Server, ServerResponse } from 'node:http' */

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.map': 'application/json',
};

/**
 * Resolves with the server and its address, without a slash at the end. Port 0 is any free one.
 * @param {string} folder
 * @param {number} [port]
 * @returns {Promise<{ server: Server, address: string }>}
 */
export async function serveFolder(folder, port = 0) {
  /**
   * @param {IncomingMessage} request
   * @param {ServerResponse} response
   */
  const answer = async (request, response) => {
    try {
      const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
      const file = join(folder, path === sep ? 'index.html' : path);
      // join() has removed every "..", and a file outside the folder is none of ours.
      if (!file.startsWith(folder + sep)) throw new Error('outside');
      const body = await readFile(file);
      response
        .writeHead(200, {
          'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
          'cache-control': 'no-store',
        })
        .end(body);
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such file.\n');
    }
  };
  const server = createServer((request, response) => void answer(request, response));
  return { server, address: `http://127.0.0.1:${await listen(server, port)}` };
}
