/**
 * The host of a URL in its one form. Programs write one host in many ways (`Example.TEST.`, `%65xample.test`, `127.1`,
 * `0x7f000001`, `[::ffff:127.0.0.1]`); a resolver takes all of them, so the key, the Host field, the rule of what may
 * be dialled and the check for loops have to see the same text.
 */
import { bracketed } from '../contract/address.ts';
import { Recent } from './recent.ts';

export type HostResult = { ok: true; hostname: string } | { ok: false; problem: string };

/** RFC 1035 §2.3.4, in characters of the ASCII form. */
const MAX_LABEL = 63;
const MAX_NAME = 253;

const recent = new Recent<HostResult>(1024, 300);

/**
 * The canonical form of a host as it stands in a URL, IPv6 in brackets: lower case, percent-escapes decoded (RFC 3986
 * §3.2.2), IDNA in its ASCII form, IPv4 as four decimals however it was written, IPv6 by RFC 5952, an IPv4-mapped
 * address as the IPv4 address that is dialled, no trailing dot. The answer has no brackets. `text` is printable ASCII
 * without `/ ? # @ \`.
 */
export function canonicalHost(text: string): HostResult {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const result = canonical(text.toLowerCase());
  recent.set(text, result);
  return result;
}

function canonical(text: string): HostResult {
  if (text.startsWith('[')) return canonicalIpv6(text);
  const name = isPlainName(text) ? text : asUrlHost(text);
  if (name === undefined) return { ok: false, problem: `${JSON.stringify(shorten(text))} is not a host` };
  const hostname = name.endsWith('.') ? name.slice(0, -1) : name;
  if (hostname.length > MAX_NAME) return { ok: false, problem: `the host name is longer than ${MAX_NAME} characters` };
  for (const label of hostname.split('.')) {
    if (label === '')
      return { ok: false, problem: `the host name ${JSON.stringify(shorten(hostname))} has an empty label` };
    if (label.length > MAX_LABEL)
      return { ok: false, problem: `the host name has a label longer than ${MAX_LABEL} characters: ${shorten(label)}` };
  }
  return { ok: true, hostname };
}

/** True for names that are in their one form already, but for length and dots: nearly all. */
function isPlainName(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const plain =
      (code >= 0x61 && code <= 0x7a) ||
      (code >= 0x30 && code <= 0x39) ||
      code === 0x2d ||
      code === 0x2e ||
      code === 0x5f;
    if (!plain) return false;
  }
  // A last label that begins with a digit may be (part of) an IPv4 address.
  const last = text.charCodeAt(text.lastIndexOf('.', text.length - 2) + 1);
  return text !== '' && !(last >= 0x30 && last <= 0x39) && !text.includes('xn--');
}

/** The host parser of WHATWG URL, which undici applies too: what it refuses cannot be dialled. */
function asUrlHost(text: string): string | undefined {
  const url = `http://${text}/`;
  if (!URL.canParse(url)) return undefined;
  const { hostname, pathname, username, port } = new URL(url);
  return hostname === '' || pathname !== '/' || username !== '' || port !== '' ? undefined : hostname;
}

function canonicalIpv6(text: string): HostResult {
  if (text.includes('%'))
    return {
      ok: false,
      problem: `${JSON.stringify(shorten(text))} names a network interface of one machine; send the address without its zone`,
    };
  const parsed = text.endsWith(']') ? asUrlHost(text) : undefined;
  if (parsed === undefined) return { ok: false, problem: `${JSON.stringify(shorten(text))} is not an IPv6 address` };
  return { ok: true, hostname: unmapped(parsed.slice(1, -1)) };
}

/** An IPv4-mapped address in canonical form (`::ffff:7f00:1`) as the IPv4 address it is; others as they are. */
function unmapped(ipv6: string): string {
  const match = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(ipv6);
  if (match === null) return ipv6;
  const high = Number.parseInt(match[1]!, 16);
  const low = Number.parseInt(match[2]!, 16);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** The one form of an address a resolver or a socket gave (no brackets, maybe a zone): IPv4-mapped ones as IPv4. */
export function canonicalAddress(address: string): string {
  const bare = address.split('%', 1)[0]!;
  const result = canonicalHost(bracketed(bare));
  return result.ok ? result.hostname : address;
}

/** Truncates a text for messages. */
export const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text);
