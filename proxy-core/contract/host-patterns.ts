/** Lists of hosts as settings have them: names, addresses and globs, with a port where only that one is meant. */
import { splitHostPort } from './address.ts';
import { globMatches } from './glob.ts';

/** One item of a list; `host` in lower case, IPv6 without brackets. */
export interface HostPattern {
  readonly host: string;
  readonly port: number | undefined;
}

/** What may stand between separators: a name or address with `*` and `?`, IPv6 in brackets, and a port. */
const SEPARATOR = /[\s,;]/;
const MAX_PATTERN = 300;
const PATTERN_CHARS = /^[a-z0-9.*?_:[\]-]+$/i;

/** Reads a list with commas, spaces or line breaks between its items; undefined when one of them is no pattern. */
export function parseHostPatterns(text: string): HostPattern[] | undefined {
  const out: HostPattern[] = [];
  for (const item of text.split(SEPARATOR)) {
    if (item === '') continue;
    const pattern = parseOne(item);
    if (pattern === undefined) return undefined;
    out.push(pattern);
  }
  return out;
}

function parseOne(item: string): HostPattern | undefined {
  if (item.length > MAX_PATTERN || !PATTERN_CHARS.test(item)) return undefined;
  // An IPv6 address may stand without its brackets when there is no port.
  if (!item.startsWith('[') && item.indexOf(':') !== item.lastIndexOf(':'))
    return { host: item.toLowerCase(), port: undefined };
  const { host, port } = splitHostPort(item);
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  if (bare === '' || bare.includes('[') || bare.includes(']')) return undefined;
  if (port === undefined) return { host: bare.toLowerCase(), port: undefined };
  const number = Number(port);
  return Number.isInteger(number) && number >= 1 && number <= 65_535 && port !== ''
    ? { host: bare.toLowerCase(), port: number }
    : undefined;
}

/** True when one of them matches; `hostname` in lower case, IPv6 without brackets. `*.a.test` means `a.test` too. */
export function isListed(patterns: readonly HostPattern[], hostname: string, port: number): boolean {
  for (const pattern of patterns) {
    if (pattern.port !== undefined && pattern.port !== port) continue;
    if (globMatches(pattern.host, hostname)) return true;
    if (pattern.host.startsWith('*.') && globMatches(pattern.host.slice(2), hostname)) return true;
  }
  return false;
}

/** The items of a list as they are written. */
export function listedItems(text: string): string[] {
  return text.split(SEPARATOR).filter((item) => item !== '');
}

/** The list with one more host; the same text when it is there already. */
export function withHost(text: string, host: string): string {
  const items = listedItems(text);
  return items.some((item) => item.toLowerCase() === host.toLowerCase()) ? text : [...items, host].join(', ');
}
