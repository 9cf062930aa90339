/**
 * Products whose fields are known: how they are called, where they usually stand, and which response fields govern
 * their cache, by their own documentation (RFC 9213 §2.1 calls that a target list).
 */

export interface Product {
  readonly title: string;
  /** Usual place when no field says it: small is near the client. */
  readonly rank: number;
  /** Fields that go before Cache-Control for it, first ones first; lower case. */
  readonly targeted: readonly string[];
  /**
   * How it reads Cache-Control: as a shared cache (s-maxage, max-age, then Expires), or not to be seen from here, because it
   * takes its directives out of the response, or has a rule of its own.
   */
  readonly plain: 'shared' | 'unseen';
}

const product = (
  title: string,
  rank: number,
  targeted: readonly string[] = [],
  plain: Product['plain'] = 'shared',
): Product => ({ title, rank, targeted, plain });

export const PRODUCTS = {
  cloudflare: product('Cloudflare', 1, ['cloudflare-cdn-cache-control', 'cdn-cache-control']),
  // Its property says what the edge keeps, and what it sends on is made of that.
  akamai: product('Akamai', 1, ['edge-control'], 'unseen'),
  cloudfront: product('Amazon CloudFront', 1),
  azure: product('Azure Front Door', 1),
  google: product('Google', 1),
  fastly: product('Fastly', 2, ['surrogate-control']),
  // Takes its own fields out, and keeps nothing else of what an application makes.
  netlify: product('Netlify', 2, ['netlify-cdn-cache-control', 'cdn-cache-control'], 'unseen'),
  // Takes s-maxage out of Cache-Control.
  vercel: product('Vercel', 2, ['vercel-cdn-cache-control', 'cdn-cache-control'], 'unseen'),
  bsdm: product('BSDM-Proxy', 3),
  varnish: product('Varnish', 4),
  nginx: product('nginx', 4),
  squid: product('Squid', 4),
  ats: product('Apache Traffic Server', 4),
  nextjs: product('Next.js', 8, [], 'unseen'),
  drupal: product('Drupal', 9, [], 'unseen'),
} as const satisfies Record<string, Product>;

export type ProductId = keyof typeof PRODUCTS;
