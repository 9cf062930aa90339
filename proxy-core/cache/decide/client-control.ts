/**
 * What a request's Cache-Control counts for. A proxy for one's own browser obeys it, as RFC 9111 §5.2.1 has it; with the
 * switch `ignoreClientCacheControl` it does what CDNs do: a reload, or "Disable cache" in the browser's tools, gets what is
 * stored. no-store and only-if-cached keep their meaning, max-stale allows only more.
 */
import type { CacheControl } from '../../http/cache-control.ts';
import type { Head } from '../../http/head.ts';
import type { CachePolicy } from '../plan.ts';

/** Directives that count; the very object of the head when none is set aside. */
export function countingControl(head: Head, policy: Pick<CachePolicy, 'ignoreClientControl'>): Readonly<CacheControl> {
  const asked = head.requestCacheControl;
  if (!policy.ignoreClientControl || !(asked.noCache || asked.maxAge !== undefined || asked.minFresh !== undefined))
    return asked;
  return { ...asked, noCache: false, maxAge: undefined, minFresh: undefined };
}

/** Directives that `countingControl` sets aside. */
const SET_ASIDE: ReadonlySet<string> = new Set(['no-cache', 'max-age', 'min-fresh']);

/** What was set aside, as the client wrote it; Pragma alone means no-cache (RFC 9111 §5.4). */
export function setAside({ text }: Readonly<CacheControl>): string {
  if (text === '') return 'Pragma: no-cache';
  const items = text.split(',').map((item) => item.trim());
  return items.filter((item) => SET_ASIDE.has((item.split('=')[0] ?? '').trim().toLowerCase())).join(', ');
}
