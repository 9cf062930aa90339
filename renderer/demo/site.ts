/** The made-up shop whose traffic the demo shows: its resources, what they answer, and how a cache treats them. */
import type { FieldLine } from '../../proxy-core/contract/exchange.ts';

export interface Resource {
  host: string;
  path: string;
  type: string;
  bytes: number;
  /** Typical time at the origin, ms. */
  ms: number;
  cacheControl?: string;
  /** Seconds of freshness; 0: must be validated; absent: not to be stored. */
  lifetime?: number;
  /** stale-while-revalidate, seconds. */
  swr?: number;
  vary?: string;
  etag?: boolean;
  setCookie?: boolean;
  /** Fields that caches between here and the origin add. */
  caches?: readonly FieldLine[];
  status?: number;
  method?: string;
  /** Of GraphQL. */
  operation?: string;
  /** How often it is asked for, against the others. */
  weight: number;
}

const SHOP = 'shop.example';
const CDN = 'cdn.shop.example';
const API = 'api.shop.example:8080';

export const RESOURCES: readonly Resource[] = [
  {
    host: SHOP,
    path: '/',
    type: 'text/html',
    bytes: 14_200,
    ms: 62,
    cacheControl: 'max-age=0, must-revalidate',
    lifetime: 0,
    etag: true,
    weight: 6,
  },
  {
    host: SHOP,
    path: '/products',
    type: 'text/html',
    bytes: 31_800,
    ms: 88,
    cacheControl: 'public, max-age=30, stale-while-revalidate=60',
    lifetime: 30,
    swr: 60,
    vary: 'Accept-Language',
    etag: true,
    caches: [
      ['CDN-Cache-Control', 'max-age=86400'],
      ['CF-Cache-Status', 'HIT'],
      ['CF-Ray', '9a41c7d2be5f3c11-FRA'],
      ['X-Nextjs-Cache', 'HIT'],
      ['Age', '7'],
    ],
    weight: 6,
  },
  {
    host: SHOP,
    path: '/products/teapot',
    type: 'text/html',
    bytes: 12_400,
    ms: 74,
    cacheControl: 'public, max-age=45',
    lifetime: 45,
    etag: true,
    weight: 4,
  },
  {
    host: SHOP,
    path: '/account',
    type: 'text/html',
    bytes: 9_100,
    ms: 105,
    cacheControl: 'private, no-cache',
    weight: 3,
  },
  { host: SHOP, path: '/cart', type: 'text/html', bytes: 6_300, ms: 91, setCookie: true, weight: 2 },
  { host: SHOP, path: '/search?q=kettle&page=2', type: 'text/html', bytes: 18_900, ms: 210, weight: 2 },
  {
    host: SHOP,
    path: '/old-page',
    type: 'text/html',
    bytes: 0,
    ms: 18,
    status: 301,
    cacheControl: 'max-age=86400',
    lifetime: 86_400,
    weight: 1,
  },
  {
    host: CDN,
    path: '/assets/app.3f9a1c.js',
    type: 'application/javascript',
    bytes: 184_000,
    ms: 41,
    cacheControl: 'public, max-age=31536000, immutable',
    lifetime: 31_536_000,
    etag: true,
    weight: 9,
  },
  {
    host: CDN,
    path: '/assets/app.77b2e0.css',
    type: 'text/css',
    bytes: 38_500,
    ms: 29,
    cacheControl: 'public, max-age=31536000, immutable',
    lifetime: 31_536_000,
    etag: true,
    weight: 9,
  },
  {
    host: CDN,
    path: '/img/teapot-800.webp',
    type: 'image/webp',
    bytes: 96_300,
    ms: 37,
    cacheControl: 'public, max-age=86400',
    lifetime: 86_400,
    etag: true,
    weight: 7,
  },
  {
    host: CDN,
    path: '/img/kettle-800.webp',
    type: 'image/webp',
    bytes: 88_100,
    ms: 35,
    cacheControl: 'public, max-age=86400',
    lifetime: 86_400,
    etag: true,
    weight: 6,
  },
  {
    host: CDN,
    path: '/img/banner.png',
    type: 'image/png',
    bytes: 241_000,
    ms: 64,
    cacheControl: 'public, max-age=120',
    lifetime: 120,
    swr: 30,
    caches: [
      ['Via', '1.1 varnish, 1.1 varnish'],
      ['X-Served-By', 'cache-iad-kiad7000025-IAD, cache-fra-eddf8230091-FRA'],
      ['X-Cache', 'MISS, HIT'],
      ['X-Cache-Hits', '0, 3'],
      ['Age', '31'],
    ],
    weight: 4,
  },
  {
    host: CDN,
    path: '/fonts/inter-var.woff2',
    type: 'font/woff2',
    bytes: 227_000,
    ms: 33,
    cacheControl: 'public, max-age=31536000',
    lifetime: 31_536_000,
    weight: 4,
  },
  {
    host: API,
    path: '/v1/products?limit=24',
    type: 'application/json',
    bytes: 8_400,
    ms: 47,
    cacheControl: 'max-age=10',
    lifetime: 10,
    vary: 'Accept-Language',
    etag: true,
    caches: [
      ['Cache-Status', '"edge-gateway"; fwd=uri-miss; stored'],
      ['X-Edge-Cache', 'WARM-2'],
    ],
    weight: 8,
  },
  { host: API, path: '/v1/session', type: 'application/json', bytes: 410, ms: 22, cacheControl: 'no-store', weight: 6 },
  { host: API, path: '/v1/recommendations', type: 'application/json', bytes: 3_200, ms: 130, weight: 4 },
  { host: API, path: '/v1/cart', type: 'application/json', bytes: 620, ms: 58, method: 'POST', weight: 2 },
  {
    host: API,
    path: '/graphql',
    type: 'application/json',
    bytes: 1_900,
    ms: 64,
    method: 'POST',
    operation: 'mutation AddToCart',
    weight: 1,
  },
  { host: API, path: '/v1/stock/teapot', type: 'application/json', bytes: 96, ms: 31, status: 503, weight: 1 },
  {
    host: API,
    path: '/v1/users/42',
    type: 'application/json',
    bytes: 180,
    ms: 26,
    status: 404,
    cacheControl: 'no-store',
    weight: 1,
  },
];

/** Hosts only seen as tunnels. */
export const TUNNEL_HOSTS = ['accounts.example:443', 'telemetry.example:443', 'video.example:443'] as const;

export function responseFields(resource: Resource, atMs: number): FieldLine[] {
  return [
    ['Date', new Date(atMs).toUTCString()],
    [
      'Content-Type',
      resource.type.startsWith('text/') || /json|javascript/.test(resource.type)
        ? `${resource.type}; charset=utf-8`
        : resource.type,
    ],
    ...(resource.cacheControl === undefined ? [] : [['Cache-Control', resource.cacheControl] satisfies FieldLine]),
    ...(resource.vary === undefined ? [] : [['Vary', resource.vary] satisfies FieldLine]),
    ...(resource.etag === true
      ? [['ETag', `"${resource.path.length.toString(16)}-${resource.bytes.toString(16)}"`] satisfies FieldLine]
      : []),
    ...(resource.setCookie === true
      ? [
          ['Set-Cookie', 'cart=9f2c; Path=/; HttpOnly'] satisfies FieldLine,
          ['Set-Cookie', 'seen=1; Max-Age=3600'] satisfies FieldLine,
        ]
      : []),
    ['Server', 'shop/2.4'],
    ...(resource.caches ?? []),
  ];
}

/** A body that reads like the real thing, cut to what the demo keeps. */
export function bodyText(resource: Resource): string {
  if (resource.type === 'application/json') {
    return JSON.stringify({
      path: resource.path,
      currency: 'EUR',
      items: [
        { id: 17, name: 'Teapot', price: 24.9, stock: { berlin: 12, lyon: 0 }, tags: ['kitchen', 'cast iron'] },
        { id: 18, name: 'Kettle', price: 39.5, stock: { berlin: 3, lyon: 8 }, tags: ['kitchen'] },
      ],
      next: null,
      cached: resource.lifetime !== undefined,
    });
  }
  if (resource.type === 'text/css')
    return ':root{--ink:#1b1f27;--paper:#fff}body{margin:0;color:var(--ink);background:var(--paper);font:16px/1.5 system-ui}.card{display:grid;gap:12px;padding:16px;border-radius:8px}@media (max-width:600px){.card{padding:8px}}';
  if (resource.type === 'application/javascript')
    return 'const shop = { open: true };\nexport function greet(name) {\n  return `Welcome, ${name}`;\n}\n';
  if (resource.type === 'text/html')
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop ${resource.path}</title><link rel="stylesheet" href="/assets/app.77b2e0.css"></head><body><main><h1>Teapots and kettles</h1><p>Everything for <b>tea</b>.</p><ul><li><a href="/products/teapot">Teapot</a></li><li><a href="/products/kettle">Kettle</a></li></ul></main></body></html>`;
  return '';
}

/** 64 hex digits that look like a SHA-256 and are none. */
export function hashOf(text: string): string {
  let state = 2166136261;
  let out = '';
  for (let round = 0; out.length < 64; round++) {
    for (let index = 0; index < text.length; index++)
      state = Math.imul(state ^ text.charCodeAt(index) ^ round, 16777619) >>> 0;
    out += state.toString(16).padStart(8, '0');
  }
  return out.slice(0, 64);
}
