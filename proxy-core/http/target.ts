/**
 * Request targets (RFC 9112 §3.2): the absolute form of a forwarded request, and the authority form of CONNECT.
 * Normalises what RFC 3986 §6.2 calls equivalent and nothing more: path and query stay as they were sent.
 */
import { Recent } from './recent.ts';

/** A parsed absolute-form target. Shared by the requests for it: not to be changed. */
export interface Target {
  /** `scheme://host[:port]/path?query`: lower-case scheme and host, no default port, path at least `/`, no fragment. */
  readonly url: string;
  readonly scheme: 'http' | 'https';
  /** `scheme://host[:port]`. */
  readonly origin: string;
  /** What goes into the Host field: host with the port unless it is the scheme's default. */
  readonly host: string;
  /** Host name or address without port; IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Path and query as sent, at least `/`: the origin form. */
  readonly path: string;
}

/** A parsed authority-form target. */
export interface Authority {
  /** Lower case; IPv6 without brackets. */
  hostname: string;
  port: number;
  /** `host:port`, IPv6 in brackets. */
  authority: string;
}

export type TargetResult = { ok: true; target: Target } | { ok: false; problem: string };
export type AuthorityResult = { ok: true; authority: Authority } | { ok: false; problem: string };

const DEFAULT_PORT = { http: 80, https: 443 } as const;
const ABSOLUTE = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^#]*)/i;
const HOST_PORT = /^(\[[0-9a-f:.]+(?:%25[\w.~-]+)?\]|[^\s:@[\]\\]+)(?::(\d{0,5}))?$/i;

/** A space, control or non-ASCII character: it would end or split the request line further up. */
function hasForbidden(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f) return true;
  }
  return false;
}

/** Splits `host[:port]`; undefined when it is none, or the port is out of range. An empty port means the default (RFC 3986 §6.2.3). */
function splitHostPort(text: string, defaultPort: number | undefined): { hostname: string; port: number } | undefined {
  const match = HOST_PORT.exec(text);
  if (match === null) return undefined;
  const port = match[2] === undefined || match[2] === '' ? defaultPort : Number(match[2]);
  if (port === undefined || port > 65_535 || port < 1) return undefined;
  const host = match[1]!.toLowerCase();
  return { hostname: host.startsWith('[') ? host.slice(1, -1) : host, port };
}

const bracketed = (hostname: string): string => (hostname.includes(':') ? `[${hostname}]` : hostname);

/** Parsing costs a microsecond, and captured exchanges of one URL then share its strings. */
const recent = new Recent<TargetResult>(2048, 1024);

/** Parses the absolute form of a request target (RFC 9112 §3.2.2); the problem says in words what a proxy takes. */
export function parseTarget(absoluteForm: string): TargetResult {
  const known = recent.get(absoluteForm);
  if (known !== undefined) return known;
  const result = parse(absoluteForm);
  recent.set(absoluteForm, result);
  return result;
}

function parse(absoluteForm: string): TargetResult {
  const match = ABSOLUTE.exec(absoluteForm);
  if (match === null) {
    return absoluteForm.startsWith('/') || absoluteForm === '*'
      ? { ok: false, problem: 'this is a proxy: send the whole URL (http://host/path) as the request target' }
      : { ok: false, problem: `the request target ${JSON.stringify(shorten(absoluteForm))} is not a URL` };
  }
  const scheme = match[1]!.toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') return { ok: false, problem: `the scheme ${JSON.stringify(shorten(scheme))} cannot be forwarded, only http and https` };
  const authority = match[2]!;
  if (authority === '') return { ok: false, problem: 'the request target names no host' };
  if (authority.includes('@')) return { ok: false, problem: 'the request target carries a user name; send credentials in Authorization (RFC 9110 §4.2.4)' };
  if (hasForbidden(absoluteForm)) return { ok: false, problem: 'the request target contains a space, a control character or one outside ASCII' };
  const split = splitHostPort(authority, DEFAULT_PORT[scheme]);
  if (split === undefined) return { ok: false, problem: `${JSON.stringify(shorten(authority))} is not a host with an optional port` };
  const { hostname, port } = split;
  const host = port === DEFAULT_PORT[scheme] ? bracketed(hostname) : `${bracketed(hostname)}:${port}`;
  const rest = match[3]!;
  const path = rest === '' || rest.startsWith('?') ? `/${rest}` : rest;
  const origin = `${scheme}://${host}`;
  return { ok: true, target: { url: origin + path, scheme, origin, host, hostname, port, path } };
}

/** Parses the authority form of CONNECT (RFC 9112 §3.2.3): host and port, both required. */
export function parseAuthority(hostPort: string): AuthorityResult {
  const split = hasForbidden(hostPort) ? undefined : splitHostPort(hostPort, undefined);
  if (split === undefined) return { ok: false, problem: `CONNECT takes host:port, not ${JSON.stringify(shorten(hostPort))}` };
  return { ok: true, authority: { ...split, authority: `${bracketed(split.hostname)}:${split.port}` } };
}

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text);
