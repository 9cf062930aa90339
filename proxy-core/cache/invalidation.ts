/** What a successful unsafe request makes invalid (RFC 9111 §4.4): its own target, and Location and Content-Location of the same origin. */
import { getField, type FieldList } from '../http/fields.ts';

/** RFC 9110 §9.2.1; every method not listed is taken for unsafe. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

export function isSafeMethod(method: string): boolean {
  return SAFE.has(method);
}

/** URLs to remove; empty for safe methods and error responses. */
export function urlsToInvalidate(method: string, url: string, status: number, fields: FieldList): string[] {
  if (isSafeMethod(method) || status < 200 || status >= 400) return [];
  const out = new Set([url]);
  for (const name of ['location', 'content-location']) {
    const resolved = resolveSameOrigin(getField(fields, name), url);
    if (resolved !== undefined) out.add(resolved);
  }
  return [...out];
}

/** The URI a reference means relative to `base`, without fragment; undefined when it is none or of another origin. */
export function resolveSameOrigin(reference: string | undefined, base: string): string | undefined {
  if (reference === undefined || !URL.canParse(reference, base)) return undefined;
  const resolved = new URL(reference, base);
  if (resolved.origin !== new URL(base).origin) return undefined;
  resolved.hash = '';
  return resolved.href;
}
