/**
 * A small site with the header fields that sites really send: a page to be validated each time, hashed files for a year, pictures
 * for an hour, a style sheet and a picture without a lifetime, an API that must not be stored. Counts what reaches it.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { png } from './site-origin.ts';

export interface EverydaySite {
  /** `http://lamps.test:PORT/`, which the proxy finds on this machine */
  url: string;
  host: string;
  /** Requests that arrived so far. */
  readonly requests: number;
  close(): Promise<void>;
}

interface Part {
  type: string;
  fields: Record<string, string>;
  body: string | Buffer;
}

const YEAR = { 'Cache-Control': 'public, max-age=31536000, immutable' };
const picture = (red: number, green: number, blue: number, etag: string): Part => ({
  type: 'image/png',
  fields: { 'Cache-Control': 'public, max-age=3600', ETag: etag },
  body: png(48, [red, green, blue]),
});

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lamps and chairs</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/app.3f9a1c.css"><link rel="stylesheet" href="/legacy.css">
<script src="/assets/vendor.91c20e.js" defer></script><script src="/assets/app.7b1e44.js" defer></script></head>
<body><h1>Lamps and chairs</h1><img src="/logo.svg" alt=""><img src="/img/lamp.png" alt=""><img src="/img/chair.png" alt="">
<img src="/img/table.png" alt=""><img src="/img/old.png" alt=""><p id="products"></p><p id="me"></p></body></html>`;

/** By path; what is missing in `fields` is missing in the answer. */
const PARTS: Readonly<Record<string, Part>> = {
  '/': {
    type: 'text/html; charset=utf-8',
    fields: { 'Cache-Control': 'no-cache', ETag: '"page-41"' },
    body: PAGE,
  },
  '/assets/app.3f9a1c.css': {
    type: 'text/css',
    fields: YEAR,
    body: '@font-face { font-family: Site; src: url(/assets/site.5d2b.woff2) } body { font-family: Site, sans-serif }',
  },
  '/assets/vendor.91c20e.js': {
    type: 'text/javascript',
    fields: YEAR,
    body: 'globalThis.show = (id, value) => { document.getElementById(id).textContent = value };',
  },
  '/assets/app.7b1e44.js': {
    type: 'text/javascript',
    fields: YEAR,
    body: `Promise.all(['products', 'me'].map((id) => fetch('/api/' + id).then((answer) => answer.text()).then((text) => show(id, text)))).then(() => { document.title = 'ready' })`,
  },
  '/assets/site.5d2b.woff2': { type: 'font/woff2', fields: YEAR, body: Buffer.from('774f46320001000000000000', 'hex') },
  // No lifetime, but a date: caches may guess one (RFC 9111 §4.2.2).
  '/legacy.css': {
    type: 'text/css',
    fields: { 'Last-Modified': 'Mon, 02 Mar 2020 08:00:00 GMT' },
    body: 'h1 { color: #234 }',
  },
  // As Express and many others serve files unless they are told otherwise.
  '/logo.svg': {
    type: 'image/svg+xml',
    fields: {
      'Cache-Control': 'public, max-age=0',
      ETag: 'W/"1f4-18c"',
      'Last-Modified': 'Mon, 02 Mar 2026 08:00:00 GMT',
    },
    body: '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="18" fill="#e8b04a"/></svg>',
  },
  '/img/lamp.png': picture(220, 170, 60, '"lamp-3"'),
  '/img/chair.png': picture(140, 90, 50, '"chair-1"'),
  '/img/table.png': picture(90, 60, 40, '"table-8"'),
  // Nothing at all: neither a lifetime nor anything to make one from.
  '/img/old.png': { type: 'image/png', fields: {}, body: png(48, [160, 160, 160]) },
  '/api/products': {
    type: 'application/json',
    fields: { 'Cache-Control': 'public, max-age=60', ETag: '"p-12"', Vary: 'Accept-Language' },
    body: '["lamp","chair","table"]',
  },
  '/api/me': {
    type: 'application/json',
    fields: { 'Cache-Control': 'private, no-store', 'Set-Cookie': 'sid=8f2a; HttpOnly' },
    body: '{"name":"Ada"}',
  },
};

/** Starts the site on a free port. */
export async function startEverydaySite(): Promise<EverydaySite> {
  let requests = 0;
  const server = http.createServer((request, response) => {
    requests++;
    request.resume();
    const part = PARTS[request.url ?? ''];
    if (part === undefined) return void response.writeHead(404, { 'Content-Type': 'text/plain' }).end('no such page\n');
    const { ETag: etag, 'Last-Modified': modified } = part.fields;
    const { 'if-none-match': match, 'if-modified-since': since } = request.headers;
    const known = match === undefined ? since !== undefined && since === modified : match === etag;
    if (known) response.writeHead(304, part.fields).end();
    else response.writeHead(200, { 'Content-Type': part.type, ...part.fields }).end(part.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const host = `lamps.test:${port}`;
  return {
    url: `http://${host}/`,
    host,
    get requests() {
      return requests;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
