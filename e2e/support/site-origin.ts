/**
 * A real little site on a loopback port: pages, script, style, font, pictures, redirects, codings, ranges, and a file of any
 * size. Counts what reaches it, so that a spec can tell a hit from a miss without believing the proxy.
 */
import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

export interface SiteOrigin {
  /** `http://127.0.0.1:PORT` */
  url: string;
  host: string;
  /** Requests that arrived for a path, by `METHOD path`. */
  count(path: string, method?: string): number;
  /** Lets the next slow download go on; see `/slow`. */
  releaseSlow(): void;
  close(): Promise<void>;
}

const TEXT = 'A stored response is fresh while its age is below its freshness lifetime.\n'.repeat(200);
const HOUR = 'public, max-age=3600';

interface Reply {
  status?: number;
  type?: string;
  fields?: Record<string, string>;
  body?: string | Buffer;
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="/icon.png"><link rel="stylesheet" href="/site.css"><script src="/site.js" defer></script></head><body><h1>${title}</h1>${body}</body></html>`;
}

/** An uncompressed picture in one colour, as a valid PNG. */
export function png(size: number, [red, green, blue]: [number, number, number]): Buffer {
  const row = Buffer.alloc(1 + size * 3);
  for (let x = 0; x < size; x++) row.set([red, green, blue], 1 + x * 3);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: size }, () => row)))),
    pngChunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...chunks]);
}

function pngChunk(name: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(name, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** Replies that are the same every time, by path. */
const FIXED: Readonly<Record<string, Reply>> = {
  '/': {
    type: 'text/html; charset=utf-8',
    fields: { 'Cache-Control': 'public, max-age=600' },
    body: page(
      'A small site',
      '<img src="/red.png" alt="red"><img src="/blue.png" alt="blue"><p class="fancy">Text</p><p id="script"></p><a href="/second.html">second page</a>',
    ),
  },
  '/second.html': {
    type: 'text/html; charset=utf-8',
    fields: { 'Cache-Control': 'public, max-age=600' },
    body: page('Second page', '<p>More.</p>'),
  },
  '/site.css': {
    type: 'text/css',
    fields: { 'Cache-Control': HOUR },
    body: '@font-face { font-family: Site; src: url(/site.woff2) } .fancy { font-family: Site, serif; color: #234 }',
  },
  '/site.js': {
    type: 'text/javascript',
    fields: { 'Cache-Control': HOUR },
    body: 'document.querySelector("#script")?.append("script ran")',
  },
  '/site.woff2': {
    type: 'font/woff2',
    fields: { 'Cache-Control': HOUR },
    body: Buffer.from('774f46320001000000000000', 'hex'),
  },
  '/red.png': { type: 'image/png', fields: { 'Cache-Control': HOUR }, body: png(32, [200, 40, 40]) },
  '/blue.png': { type: 'image/png', fields: { 'Cache-Control': HOUR }, body: png(32, [40, 80, 200]) },
  '/icon.png': { type: 'image/png', fields: { 'Cache-Control': HOUR }, body: png(16, [20, 160, 120]) },
  '/text.gz': {
    type: 'text/plain',
    fields: { 'Cache-Control': HOUR, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' },
    body: gzipSync(TEXT),
  },
  '/text.br': {
    type: 'text/plain',
    fields: { 'Cache-Control': HOUR, 'Content-Encoding': 'br', Vary: 'Accept-Encoding' },
    body: brotliCompressSync(TEXT),
  },
  '/moved': { status: 301, fields: { 'Cache-Control': HOUR, Location: '/second.html' } },
  '/nothing': { status: 204, fields: { 'Cache-Control': 'no-store' } },
  '/private': { type: 'text/plain', fields: { 'Cache-Control': 'private, max-age=600' }, body: 'yours alone' },
  '/never': { type: 'text/plain', fields: { 'Cache-Control': 'no-store' }, body: 'not to be stored' },
  '/fresh': {
    type: 'text/plain; charset=utf-8',
    fields: { 'Cache-Control': 'public, max-age=600', ETag: '"v1"' },
    body: 'fresh for ten minutes\n',
  },
  // As if a CDN stood before the site, with a lifetime of its own.
  '/cdn': {
    type: 'text/plain',
    fields: {
      'Cache-Control': 'public, max-age=60',
      'CDN-Cache-Control': 'max-age=86400',
      'CF-Cache-Status': 'HIT',
      'CF-Ray': '9a41c7d2be5f3c11-FRA',
      Age: '7',
      'X-Nextjs-Cache': 'HIT',
      'X-Edge-Cache': 'WARM-2',
    },
    body: 'from an edge\n',
  },
};

/** The bytes of `/big?size=N`: position-dependent, so that a lost or doubled block changes the checksum. */
function* bigBytes(size: number): Generator<Buffer> {
  for (let sent = 0, block = 0; sent < size; block++) {
    const part = Buffer.alloc(Math.min(64 * 1024, size - sent), `block ${block} of the big file. `);
    sent += part.length;
    yield part;
  }
}

/** Hex SHA-256 of what `/big?size=N` sends. */
export function bigChecksum(size: number): string {
  const hash = createHash('sha256');
  for (const part of bigBytes(size)) hash.update(part);
  return hash.digest('hex');
}

function sendBig(response: http.ServerResponse, size: number): void {
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': size,
    'Cache-Control': 'no-store',
  });
  // A client that goes away is no failure of the site.
  pipeline(Readable.from(bigBytes(size)), response, () => undefined);
}

/** RFC 9110 §14: one byte range of the text, or all of it. */
function sendRange(request: http.IncomingMessage, response: http.ServerResponse): void {
  const whole = Buffer.from(TEXT);
  const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  const fields = { 'Content-Type': 'text/plain', 'Accept-Ranges': 'bytes', ETag: '"text-1"', 'Cache-Control': HOUR };
  if (match === null) return void response.writeHead(200, { ...fields, 'Content-Length': whole.length }).end(whole);
  const first = Number(match[1]);
  const last = Math.min(Number(match[2]), whole.length - 1);
  if (first > last) return void response.writeHead(416, { 'Content-Range': `bytes */${whole.length}` }).end();
  const part = whole.subarray(first, last + 1);
  response
    .writeHead(206, {
      ...fields,
      'Content-Length': part.length,
      'Content-Range': `bytes ${first}-${last}/${whole.length}`,
    })
    .end(part);
}

/** Starts the site on a free port. */
export async function startSite(): Promise<SiteOrigin> {
  const counts = new Map<string, number>();
  const slow: http.ServerResponse[] = [];

  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site.invalid');
    const key = `${request.method} ${pathname}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    request.resume();
    switch (pathname) {
      case '/big':
        return sendBig(response, Number(searchParams.get('size') ?? 1024 * 1024));
      case '/range':
        return sendRange(request, response);
      case '/chunked':
        response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': HOUR });
        for (let part = 1; part <= 5; part++) response.write(`part ${part}\n`);
        return void response.end();
      case '/slow':
        // The first half at once, the rest when the spec says so.
        response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' });
        response.write('first half\n');
        return void slow.push(response);
      default: {
        const reply = FIXED[pathname] ?? {
          status: 404,
          type: 'text/plain',
          fields: { 'Cache-Control': 'max-age=5' },
          body: 'no such page\n',
        };
        response.writeHead(reply.status ?? 200, {
          ...(reply.type === undefined ? {} : { 'Content-Type': reply.type }),
          ...reply.fields,
        });
        return void response.end(reply.body);
      }
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return {
    url: `http://${host}`,
    host,
    count: (path, method = 'GET') => counts.get(`${method} ${path}`) ?? 0,
    releaseSlow: () => slow.splice(0).forEach((response) => response.end('second half\n')),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
