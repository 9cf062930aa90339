/**
 * A small made-up shop on loopback and a visitor who walks through it by way of the proxy: pages, styles, pictures, an API
 * with all the habits that make caches interesting. For pictures of the window; every name ends in .test.
 */
import { createServer, request } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { listen } from './ports.mjs';

/** @import { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http' */

/**
 * @typedef {{ type: string, body: string | Buffer, status?: number, cache?: string, etag?: string, vary?: string, fields?: string[], later?: number }} Page
 *   `later` sends after that many ms, so that times differ as they do in life
 * @typedef {[method: string, place: string, fields?: OutgoingHttpHeaders, body?: string]} Visit
 * @typedef {Awaited<ReturnType<typeof openShop>>} Shop
 */

const HOUR = 'public, max-age=3600';
/**
 * @param {number} bytes
 * @param {string} text
 */
const filler = (bytes, text) => text.repeat(Math.ceil(bytes / text.length)).slice(0, bytes);

/**
 * host + path → what it answers.
 * @type {Readonly<Record<string, Page>>}
 */
const PAGES = {
  'www.shop.test/': {
    type: 'text/html; charset=utf-8',
    cache: 'no-cache',
    etag: '"home-7"',
    body: filler(18_400, '<p>Lamps, chairs and tables.</p>\n'),
    later: 40,
  },
  'www.shop.test/styles.css': {
    type: 'text/css',
    cache: 'public, max-age=31536000, immutable',
    body: filler(42_100, '.card { display: grid; gap: 8px; }\n'),
  },
  'www.shop.test/app.js': {
    type: 'text/javascript',
    cache: 'public, max-age=31536000, immutable',
    body: filler(183_000, 'export const price = (n) => n.toFixed(2);\n'),
  },
  // As behind a CDN, which keeps it longer than browsers may, and a cache of the origin's own.
  'www.shop.test/catalogue': {
    type: 'text/html; charset=utf-8',
    cache: 'public, max-age=60',
    vary: 'Accept-Language',
    fields: [
      'CDN-Cache-Control',
      'max-age=86400',
      'CF-Cache-Status',
      'HIT',
      'CF-Ray',
      '9a41c7d2be5f3c11-FRA',
      'Via',
      '1.1 varnish (Varnish/7.6)',
      'X-Varnish',
      '98532 65611',
      'Age',
      '9',
    ],
    body: filler(27_000, '<li>Lamps, chairs and tables.</li>\n'),
    later: 30,
  },
  'www.shop.test/cart': {
    type: 'text/html; charset=utf-8',
    cache: 'private, no-store',
    body: filler(6_300, '<li>One lamp</li>\n'),
    later: 55,
  },
  'www.shop.test/old-sale': {
    status: 301,
    fields: ['Location', 'http://www.shop.test/'],
    cache: HOUR,
    type: 'text/html',
    body: '',
  },
  'www.shop.test/missing.png': {
    status: 404,
    type: 'text/plain',
    cache: 'public, max-age=60',
    body: 'There is no such picture.\n',
  },
  'img.shop.test/lamp.svg': {
    type: 'image/svg+xml',
    cache: HOUR,
    body: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="14" r="10" fill="#e8b04a"/><rect x="18" y="24" width="4" height="14" fill="#555"/></svg>',
  },
  'img.shop.test/chair.jpg': { type: 'image/jpeg', cache: HOUR, body: Buffer.alloc(96_000, 7), later: 20 },
  'img.shop.test/table.jpg': { type: 'image/jpeg', cache: HOUR, body: Buffer.alloc(141_000, 9), later: 25 },
  'img.shop.test/film.mp4': { type: 'video/mp4', cache: HOUR, body: Buffer.alloc(12_000_000, 1), later: 30 },
  'api.shop.test/products': {
    type: 'application/json',
    cache: 'public, max-age=30, stale-while-revalidate=60',
    vary: 'Accept-Language',
    etag: '"p-12"',
    body: JSON.stringify(
      { products: ['lamp', 'chair', 'table'].map((name, index) => ({ id: index + 1, name, price: 40 + index * 35 })) },
      null,
      2,
    ),
    later: 35,
  },
  'api.shop.test/stock': {
    type: 'application/json',
    cache: 'max-age=1',
    etag: '"s-3"',
    body: '{"lamp": 12, "chair": 4, "table": 0}',
    later: 30,
  },
  'api.shop.test/me': {
    type: 'application/json',
    fields: ['Set-Cookie', 'sid=8f2a; HttpOnly'],
    body: '{"name": "Ada"}',
    later: 45,
  },
  'api.shop.test/slow-report': { type: 'application/json', cache: 'no-store', body: '{"rows": 0}', later: 700 },
  'fonts.cdn.test/inter.woff2': {
    type: 'font/woff2',
    cache: 'public, max-age=31536000, immutable',
    body: Buffer.alloc(104_000, 3),
  },
  'fonts.cdn.test/legacy.css': {
    type: 'text/css',
    fields: ['Last-Modified', 'Mon, 02 Mar 2026 08:00:00 GMT'],
    body: '@font-face { font-family: Inter; }\n',
  },
};

/** Photographs by number, of which there are more than the cache has room for. */
const PHOTOS = 120;
/**
 * @param {string} path
 * @returns {Page | undefined}
 */
const photo = (path) => {
  const number = Number(/^\/photos\/(\d+)\.jpg$/.exec(path)?.[1]);
  return number < PHOTOS
    ? { type: 'image/jpeg', cache: HOUR, body: Buffer.alloc(30_000 + ((number * 7919) % 60_000), number) }
    : undefined;
};

/**
 * One walk.
 * @type {Visit[]}
 */
const WALK = [
  ['GET', 'www.shop.test/', { 'accept-language': 'en' }],
  ['GET', 'www.shop.test/styles.css'],
  ['GET', 'www.shop.test/app.js'],
  ['GET', 'fonts.cdn.test/inter.woff2'],
  ['GET', 'www.shop.test/catalogue'],
  ['GET', 'fonts.cdn.test/legacy.css'],
  ['GET', 'img.shop.test/lamp.svg'],
  ['GET', 'img.shop.test/chair.jpg'],
  ['GET', 'img.shop.test/table.jpg'],
  ['GET', 'api.shop.test/products', { 'accept-language': 'en' }],
  ['GET', 'api.shop.test/me'],
  ['GET', 'api.shop.test/stock'],
  ['GET', 'www.shop.test/old-sale'],
  ['GET', 'www.shop.test/missing.png'],
  ['GET', 'www.shop.test/cart', { cookie: 'sid=8f2a' }],
  ['POST', 'api.shop.test/cart', { 'content-type': 'application/json' }, '{"add": "lamp"}'],
  ['GET', 'api.shop.test/products'],
  ['GET', 'api.shop.test/slow-report'],
  ['GET', 'down.shop.test:9/status'],
];

/** Starts the shop. It asks for port 80, so that addresses look like addresses, and takes any other when it may not. */
export async function openShop() {
  const web = createServer(answer);
  const port = await listen(web, 80).catch(() => listen(web, 0));
  const bank = createTcpServer((socket) => {
    socket.on('error', () => {}); // the visitor hangs up
    socket.once('data', () => socket.write(Buffer.alloc(5_200, 22)));
  });
  const bankPort = await listen(bank, 0);
  return {
    /**
     * Address of a page, with the port where one is needed.
     * @param {string} place
     */
    url: (place) => `http://${place.includes(':') ? place : place.replace('/', port === 80 ? '/' : `:${port}/`)}`,
    tunnelTarget: `pay.bank.test:${bankPort}`,
    close() {
      for (const server of [web, bank]) server.close();
      web.closeAllConnections();
    },
  };
}

/**
 * @param {IncomingMessage} incoming
 * @param {ServerResponse} reply
 */
function answer(incoming, reply) {
  const host = (incoming.headers.host ?? '').replace(/:\d+$/, '');
  const path = incoming.url ?? '/';
  const page = PAGES[host + path] ?? (host === 'img.shop.test' ? photo(path) : undefined);
  incoming.resume();
  incoming.on('end', () => {
    if (incoming.method === 'POST') reply.writeHead(201, { 'Content-Type': 'application/json' }).end('{"items": 1}');
    else if (page === undefined) reply.writeHead(404, { 'Content-Type': 'text/plain' }).end('Nothing here.\n');
    else setTimeout(() => sendPage(page, incoming, reply), page.later ?? 4);
  });
}

/**
 * @param {Page} page
 * @param {IncomingMessage} incoming
 * @param {ServerResponse} reply
 */
function sendPage(page, incoming, reply) {
  const fields = [
    ...(page.cache ? ['Cache-Control', page.cache] : []),
    ...(page.etag ? ['ETag', page.etag] : []),
    ...(page.vary ? ['Vary', page.vary] : []),
    ...(page.fields ?? []),
  ];
  if (page.etag && incoming.headers['if-none-match'] === page.etag) reply.writeHead(304, fields).end();
  else
    reply
      .writeHead(page.status ?? 200, [
        ...fields,
        'Content-Type',
        page.type,
        'Content-Length',
        String(Buffer.byteLength(page.body)),
      ])
      .end(page.body);
}

/**
 * One visitor's walk through the shop by way of the proxy; every request is waited for. The shop speaks many languages. A
 * visitor looks at six photographs, the popular ones more often; `seed` decides which.
 * @param {Shop} shop
 * @param {string} proxy
 * @param {{ withFilm?: boolean, language?: string, seed?: number }} [options]
 */
export async function visitShop(shop, proxy, { withFilm = false, language = 'de', seed = 0 } = {}) {
  /** @type {Visit[]} */
  const visits = Array.from({ length: 6 }, (_, index) => {
    const share = (((seed * 6 + index) * 2_654_435_761) % 1000) / 1000;
    return ['GET', `img.shop.test/photos/${Math.floor(share * share * PHOTOS)}.jpg`];
  });
  visits.push(...WALK);
  if (withFilm) visits.push(['GET', 'img.shop.test/film.mp4']);
  for (const [method, place, fields = {}, body] of visits)
    await send(proxy, method, shop.url(place), { 'accept-language': language, ...fields }, body);
  await openTunnel(proxy, shop.tunnelTarget);
}

/**
 * @param {string} proxy
 * @param {string} method
 * @param {string} url
 * @param {OutgoingHttpHeaders} fields
 * @param {string} [body]
 * @returns {Promise<void>}
 */
function send(proxy, method, url, fields, body) {
  return new Promise((resolve, reject) => {
    const { host, hostname, port } = new URL(proxy);
    const outgoing = request(
      {
        host: hostname,
        port,
        method,
        path: url,
        headers: { host: new URL(url).host, 'user-agent': 'Mozilla/5.0 (a visitor)', ...fields },
      },
      (reply) => {
        reply.resume();
        reply.on('end', () => resolve());
        reply.on('error', reject);
      },
    );
    outgoing.on('error', (problem) => reject(new Error(`${method} ${url} through ${host}: ${problem.message}`)));
    outgoing.end(body);
  });
}

/**
 * @param {string} proxy
 * @param {string} target
 * @returns {Promise<void>}
 */
function openTunnel(proxy, target) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(proxy);
    const outgoing = request({ host: hostname, port, method: 'CONNECT', path: target, headers: { host: target } });
    outgoing.on('connect', (_reply, socket) => {
      socket.on('error', () => {}); // the end of it, either way
      socket.on('close', () => resolve());
      socket.write(Buffer.alloc(640, 22));
      socket.once('data', () => socket.destroy());
    });
    outgoing.on('response', (reply) => reject(new Error(`CONNECT ${target}: ${reply.statusCode}`)));
    outgoing.on('error', reject);
    outgoing.end();
  });
}
