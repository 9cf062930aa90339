/**
 * URLs written by people and in fields, as the targets requests for them carry. One text can lead to several: a client
 * that asks for it as it stands, one that removes dot segments (RFC 3986 §5.2.4), a browser, which also escapes `{`.
 */
import { bracketed, splitHostPort } from '../contract/address.ts';
import { canonicalHost } from './host.ts';
import { parseTarget, type Target } from './target.ts';

const escapeByte = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** Characters no target carries as UTF-8 in escapes; half a surrogate pair becomes U+FFFD. */
function escapeForbidden(text: string): string {
  return text.replace(/[^\x21-\x7e]/gu, (char) =>
    char <= '\x7f' ? escapeByte(char) : /^\p{Cs}$/u.test(char) ? '%EF%BF%BD' : encodeURIComponent(char),
  );
}

const withoutFragment = (text: string): string => {
  const at = text.indexOf('#');
  return at < 0 ? text : text.slice(0, at);
};

/** The one form (see `target.ts`) of an absolute URL as a person writes or pastes it; undefined when it is none. */
export function writtenUrl(text: string): string | undefined {
  const parsed = parseTarget(escapeForbidden(withoutFragment(text.trim())));
  return parsed.ok ? parsed.target.url : undefined;
}

/** What a browser asks for when it is given this URL: without dot segments, some characters escaped. */
function browserUrl(text: string): string | undefined {
  return URL.canParse(text) ? writtenUrl(new URL(text).href) : undefined;
}

/** Every form in which a URL may be asked for, the written one first; empty when it is none. */
export function formsOf(text: string): string[] {
  const written = writtenUrl(text);
  if (written === undefined) return [];
  const undotted = withoutDotSegments(written);
  const browsers = browserUrl(written);
  return [...new Set(browsers === undefined ? [written, undotted] : [written, undotted, browsers])];
}

/**
 * Every form of the URL a reference means relative to `base` (RFC 3986 §5.2); empty when it is none, or of another
 * origin. `reference` is a field value: one character per byte, which browsers read as UTF-8.
 */
export function referredUrls(reference: string, base: string): string[] {
  const parsed = parseTarget(base);
  const text = withoutFragment(reference.trim()).replace(/[\x7f-\xff]/g, escapeByte);
  if (!parsed.ok) return [];
  const { target } = parsed;
  return formsOf(resolve(text, target)).filter((url) => url.startsWith(`${target.origin}/`));
}

/** RFC 3986 §5.2.2, dot segments not yet removed. */
function resolve(reference: string, { url, scheme, origin, path }: Target): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(reference)) return reference;
  if (reference === '') return url;
  if (reference.startsWith('//')) return `${scheme}:${reference}`;
  if (reference.startsWith('/')) return origin + reference;
  const query = path.indexOf('?');
  const onlyPath = query < 0 ? path : path.slice(0, query);
  return origin + (reference.startsWith('?') ? onlyPath : onlyPath.slice(0, onlyPath.lastIndexOf('/') + 1)) + reference;
}

/** RFC 3986 §5.2.4 over the path of a URL in its one form. */
function withoutDotSegments(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  const query = url.indexOf('?', start);
  const segments = url.slice(start + 1, query < 0 ? undefined : query).split('/');
  const out: string[] = [];
  segments.forEach((segment, index) => {
    if (segment === '..') out.pop();
    else if (segment !== '.') out.push(segment);
    // A dot segment at the end leaves the slash before it.
    if (index === segments.length - 1 && (segment === '.' || segment === '..')) out.push('');
  });
  return `${url.slice(0, start)}/${out.join('/')}${query < 0 ? '' : url.slice(query)}`;
}

/** Host of a URL in its one form, with the port unless it is the default one. */
export function hostOf(url: string): string {
  const start = url.indexOf('://') + 3;
  const end = url.indexOf('/', start);
  return url.slice(start, end < 0 ? undefined : end);
}

/** Matches URLs by a host as a person writes it: any spelling; without a port it means all ports. */
export function makeHostMatcher(text: string): (url: string) => boolean {
  const given = text.trim();
  const split = splitHostPort(given);
  const port = /^\d{1,5}$/.test(split.port ?? '') ? split.port : undefined;
  const name = port === undefined ? given : split.host;
  const result = canonicalHost(bracketed(name));
  const host = result.ok ? bracketed(result.hostname) : name.toLowerCase();
  if (port === undefined) return (url) => isAnyPortOf(hostOf(url), host);
  const named = `${host}:${Number(port)}`;
  const implied = Number(port) === 80 ? `http://${host}` : Number(port) === 443 ? `https://${host}` : undefined;
  return (url) => {
    const own = hostOf(url);
    return own === named || (own === host && implied !== undefined && url.startsWith(implied));
  };
}

const isAnyPortOf = (own: string, host: string): boolean =>
  own.startsWith(host) && (own.length === host.length || own[host.length] === ':');

/** Matches URLs that contain this text, as it stands or, when it is a whole URL, in its one form; case does not count. */
export function makeTextMatcher(text: string): (url: string) => boolean {
  const needle = text.toLowerCase();
  const written = needle.includes('://') ? writtenUrl(text)?.toLowerCase() : undefined;
  return (url) => {
    const haystack = url.toLowerCase();
    return haystack.includes(needle) || (written !== undefined && haystack.includes(written));
  };
}
