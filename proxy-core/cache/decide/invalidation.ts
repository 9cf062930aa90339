/** What a successful unsafe request makes invalid (RFC 9111 §4.4): its own target, and Location and Content-Location of the same origin. */
import type { Head } from '../../http/head.ts';
import { formsOf, referredUrls } from '../../http/url-forms.ts';

/**
 * RFC 9110 §9.2.1, and those that WebDAV declares safe (RFC 4918 §9.1, RFC 3253 §3.6, RFC 5323 §2); every method not
 * listed is taken for unsafe.
 */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'REPORT', 'SEARCH']);

function isSafeMethod(method: string): boolean {
  return SAFE.has(method);
}

/** URLs to remove, each in every form it may be stored under; empty for safe methods and error responses. */
export function urlsToInvalidate(method: string, url: string, status: number, head: Head): string[] {
  if (isSafeMethod(method) || status < 200 || status >= 400) return [];
  const out = new Set([url, ...formsOf(url)]);
  for (const name of ['location', 'content-location'] as const) {
    const reference = head.get(name);
    if (reference !== undefined) for (const referred of referredUrls(reference, url)) out.add(referred);
  }
  return [...out];
}
