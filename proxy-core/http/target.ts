/**
 * Request targets (RFC 9112 §3.2): the absolute form of a forwarded request, and the authority form of CONNECT.
 *
 * `url` is the one form of a URL: keys, invalidation, purges, searches and revalidation all use it. Scheme and authority
 * are normalised (case, default port, the host by `host.ts`), an empty path is `/`, and there is no fragment. Path and
 * query are left byte for byte, though RFC 3986 §6.2.2 calls more of it equivalent (dot segments, escapes): they go to
 * the origin as the client sent them, and an origin may tell them apart. Two requests share an answer only when the
 * origin would have seen the same target, so nobody can put the answer to one under the key of another.
 */
import { bracketed, joinHostPort, splitHostPort } from '../contract/address.ts';
import { canonicalHost, shorten } from './host.ts';
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
  /** There was neither path nor query: OPTIONS then means the server as a whole (RFC 9112 §3.2.4). */
  readonly wholeServer: boolean;
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
const ABSOLUTE = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is;
const PORT = /^\d{0,5}$/;

/** A space, control or non-ASCII character: it would end or split the request line further up. */
function hasForbidden(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f) return true;
  }
  return false;
}

type Split = { ok: true; hostname: string; port: number } | { ok: false; problem: string };

/** Splits `host[:port]`, the host in its one form. An empty port means the default (RFC 3986 §6.2.3). */
function parseHostPort(text: string, defaultPort: number | undefined): Split {
  const { host, port: digits = '' } = splitHostPort(text);
  const port = digits === '' ? defaultPort : Number(digits);
  if (host === '' || host.includes('\\') || port === undefined || !PORT.test(digits) || port > 65_535 || port < 1) {
    return {
      ok: false,
      problem: `${JSON.stringify(shorten(text))} is not a host with ${defaultPort === undefined ? 'a' : 'an optional'} port`,
    };
  }
  const result = canonicalHost(host);
  return result.ok ? { ok: true, hostname: result.hostname, port } : result;
}

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
  if (scheme !== 'http' && scheme !== 'https')
    return {
      ok: false,
      problem: `the scheme ${JSON.stringify(shorten(scheme))} cannot be forwarded, only http and https`,
    };
  const authority = match[2]!;
  if (authority === '') return { ok: false, problem: 'the request target names no host' };
  if (authority.includes('@'))
    return {
      ok: false,
      problem: 'the request target carries a user name; send credentials in Authorization (RFC 9110 §4.2.4)',
    };
  if (hasForbidden(absoluteForm))
    return { ok: false, problem: 'the request target contains a space, a control character or one outside ASCII' };
  // Clients keep it to themselves (RFC 9110 §7.1); servers that get one do different things with it.
  if (absoluteForm.includes('#'))
    return {
      ok: false,
      problem: 'the request target carries a fragment (#); send the URL without it (RFC 9112 §3.2.2)',
    };
  const split = parseHostPort(authority, DEFAULT_PORT[scheme]);
  if (!split.ok) return split;
  const { hostname, port } = split;
  const host = port === DEFAULT_PORT[scheme] ? bracketed(hostname) : joinHostPort(hostname, port);
  const rest = match[3]!;
  const path = rest === '' || rest.startsWith('?') ? `/${rest}` : rest;
  const origin = `${scheme}://${host}`;
  const url = origin + path;
  // One copy of equal texts: captured exchanges keep them.
  return {
    ok: true,
    target: {
      url: url === absoluteForm ? absoluteForm : url,
      scheme,
      origin,
      host,
      hostname,
      port,
      path,
      wholeServer: rest === '',
    },
  };
}

/** The target of a request by this method: OPTIONS of a URL without path and query asks about the server, `*` (RFC 9112 §3.2.4). */
export function targetFor(method: string, target: Target): Target {
  return method === 'OPTIONS' && target.wholeServer ? { ...target, path: '*' } : target;
}

/** Parses the authority form of CONNECT (RFC 9112 §3.2.3): host and port, both required. */
export function parseAuthority(hostPort: string): AuthorityResult {
  const split: Split =
    hasForbidden(hostPort) || /[/?#@]/.test(hostPort) ? { ok: false, problem: '' } : parseHostPort(hostPort, undefined);
  if (!split.ok)
    return {
      ok: false,
      problem: `CONNECT takes host:port, not ${JSON.stringify(shorten(hostPort))}${split.problem === '' ? '' : `: ${split.problem}`}`,
    };
  const { hostname, port } = split;
  return { ok: true, authority: { hostname, port, authority: joinHostPort(hostname, port) } };
}
