/** Which directive of a stored response forbids using it stale, each with its own clause (RFC 9111 §4.2.4). */
import type { Head } from '../../http/head.ts';
import type { CacheControl } from '../../http/cache-control.ts';

export interface Forbidding {
  directive: 'must-revalidate' | 'proxy-revalidate' | 's-maxage' | 'no-cache';
  spec: string;
}

/** The strictest one; undefined when nothing forbids it. */
export function forbiddingOf(head: Head, flags: { noCache: boolean; mustRevalidate: boolean }): Forbidding | undefined {
  if (flags.noCache) return { directive: 'no-cache', spec: 'RFC 9111 §5.2.2.4' };
  if (!flags.mustRevalidate) return undefined;
  // The flag may come of CDN-Cache-Control.
  return among(head.cacheControl) ?? (head.cdnCacheControl && among(head.cdnCacheControl));
}

function among(control: Readonly<CacheControl>): Forbidding | undefined {
  if (control.mustRevalidate) return { directive: 'must-revalidate', spec: 'RFC 9111 §5.2.2.2' };
  if (control.proxyRevalidate) return { directive: 'proxy-revalidate', spec: 'RFC 9111 §5.2.2.8' };
  if (control.sMaxAge !== undefined) return { directive: 's-maxage', spec: 'RFC 9111 §5.2.2.10' };
  return undefined;
}
