/** Settings about the way to origins, taken apart: the proxy further up, and which client certificate is shown to whom. */
import { joinHostPort, splitHostPort, unbracketed } from './address.ts';
import { parseHostPatterns, type HostPattern } from './host-patterns.ts';

/**
 * How the proxy further up is spoken to: `http` takes plain requests in absolute form and the rest by CONNECT, `connect`
 * everything by CONNECT, `socks5` everything by SOCKS (RFC 1928).
 */
export const UPSTREAM_SCHEMES = ['http', 'connect', 'socks5'] as const;
export type UpstreamScheme = (typeof UPSTREAM_SCHEMES)[number];

export interface UpstreamProxyAddress {
  readonly scheme: UpstreamScheme;
  /** IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** `socks5://host:port`, for people. */
  readonly label: string;
}

const DEFAULT_PORTS: Record<UpstreamScheme, number> = { http: 8080, connect: 8080, socks5: 1080 };
const isScheme = (text: string): text is UpstreamScheme => (UPSTREAM_SCHEMES as readonly string[]).includes(text);

/** Reads `scheme://host[:port]`; `http` without a scheme. Null for an empty text, undefined when it is none. */
export function parseUpstreamProxy(text: string): UpstreamProxyAddress | null | undefined {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '') return null;
  const at = trimmed.indexOf('://');
  const scheme = at < 0 ? 'http' : trimmed.slice(0, at);
  if (!isScheme(scheme)) return undefined;
  let authority = at < 0 ? trimmed : trimmed.slice(at + 3);
  if (authority.endsWith('/')) authority = authority.slice(0, -1);
  // Only one, and no pattern: a list of one host is what it must be.
  const [pattern, ...more] = parseHostPatterns(authority) ?? [];
  if (pattern === undefined || more.length > 0 || pattern.host.includes('*') || pattern.host.includes('?'))
    return undefined;
  const port = pattern.port ?? DEFAULT_PORTS[scheme];
  const hostname = unbracketed(splitHostPort(pattern.host.includes(':') ? `[${pattern.host}]` : pattern.host).host);
  return { scheme, hostname, port, label: `${scheme}://${joinHostPort(hostname, port)}` };
}

/** The file with the certificate and key that is shown to servers of these hosts. */
export interface ClientCertificateFile {
  readonly hosts: readonly HostPattern[];
  readonly file: string;
}

/** Reads `host=file`, more of them with `;` or line breaks between; undefined when one of them is not that. */
export function parseClientCertificates(text: string): ClientCertificateFile[] | undefined {
  const out: ClientCertificateFile[] = [];
  for (const line of text.split('\n')) {
    for (const item of line.split(';')) {
      const trimmed = item.trim();
      if (trimmed === '') continue;
      const at = trimmed.indexOf('=');
      const hosts = at < 1 ? undefined : parseHostPatterns(trimmed.slice(0, at));
      const file = trimmed.slice(at + 1).trim();
      if (hosts === undefined || hosts.length === 0 || file === '') return undefined;
      out.push({ hosts, file });
    }
  }
  return out;
}
