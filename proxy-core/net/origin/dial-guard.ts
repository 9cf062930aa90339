/**
 * What may be dialled: the rule of the setting `dialAllow`, and never this process itself. Asked with a literal address
 * before a socket opens, and by the lookup with every address a name turned out to have. With `loopback` nothing leaves
 * the machine, not even a question to a name server; `*.test` names then mean 127.0.0.1.
 */
import dns from 'node:dns';
import net from 'node:net';
import { canonicalAddress } from '../../http/host.ts';

/** Given to a dialler when the rule forbids the address; maps to RFC 9209 destination_ip_prohibited. */
class DialRefusedError extends Error {
  readonly code = 'BSDM_DIAL_REFUSED';
  constructor(host: string, address: string) {
    super(
      `dialling ${host}${address === host ? '' : ` (${address})`} is not allowed: only loopback addresses are, by the setting dialAllow`,
    );
    this.name = 'DialRefusedError';
  }
}

/** Given to a dialler when the address is this process; maps to RFC 9209 proxy_loop_detected. */
class DialLoopError extends Error {
  readonly code = 'BSDM_DIAL_LOOP';
  constructor(host: string, address: string, port: number) {
    super(`${host}${address === host ? '' : ` (${address})`} port ${port} is this proxy itself`);
    this.name = 'DialLoopError';
  }
}

export type DialRule = 'any' | 'loopback';

/** True for 127.0.0.0/8, ::1 and their mapped forms. */
export function isLoopbackAddress(address: string): boolean {
  const canonical = canonicalAddress(address);
  return canonical === '::1' || (net.isIPv4(canonical) && canonical.startsWith('127.'));
}

export type Lookup = net.LookupFunction;

/** Everything that opens sockets outwards is given one. */
export interface DialGuard {
  /** Why this literal address may not be dialled; undefined when it may, or when `host` is a name (the lookup decides then). */
  refusal: (host: string, port: number) => Error | undefined;
  /** The same for a host that another proxy will look up: what it would mean there is not known, only what the rule says of it. */
  refusalUnresolved: (host: string, port: number) => Error | undefined;
  /** For net.connect and tls.connect to this port. */
  lookup: (port: number) => Lookup;
}

type Address = { address: string; family: number };

/** `isSelf` tells whether an address and port are a server of this process. */
export function createDialGuard(rule: () => DialRule, isSelf: (address: string, port: number) => boolean): DialGuard {
  const refusalOf = (host: string, address: string, port: number): Error | undefined =>
    rule() === 'loopback' && !isLoopbackAddress(address)
      ? new DialRefusedError(host, address)
      : isSelf(address, port)
        ? new DialLoopError(host, address, port)
        : undefined;
  return {
    refusal(host, port) {
      const address = literalOf(host);
      return address === undefined ? undefined : refusalOf(host, address, port);
    },
    refusalUnresolved(host, port) {
      const address = literalOf(host);
      if (address !== undefined) return refusalOf(host, address, port);
      return rule() === 'loopback' && !meansLoopback(host) ? new DialRefusedError(host, host) : undefined;
    },
    lookup: (port) => (hostname, options, callback) => {
      const answer = (error: NodeJS.ErrnoException | null, found: readonly Address[]): void => {
        const refused = error ?? firstOf(found, (item) => refusalOf(hostname, item.address, port));
        if (refused) callback(refused, '', 4);
        else if (options.all) callback(null, [...found]);
        else callback(null, found[0]!.address, found[0]!.family);
      };
      const literal = literalOf(hostname);
      if (literal !== undefined) {
        answer(null, [{ address: literal, family: net.isIP(literal) }]);
        return;
      }
      if (rule() === 'loopback') {
        if (meansLoopback(hostname)) answer(null, [{ address: '127.0.0.1', family: 4 }]);
        else answer(new DialRefusedError(hostname, hostname), []);
        return;
      }
      // Always all of them: a name is refused for any address that is this process, whichever would be tried first.
      dns.lookup(hostname, { ...options, all: true }, answer);
    },
  };
}

/** The address a host stands for without being looked up, in any spelling a resolver takes (`127.1`); undefined for names. */
function literalOf(host: string): string | undefined {
  const address = canonicalAddress(host.startsWith('[') ? host.slice(1, -1) : host);
  return net.isIP(address) === 0 ? undefined : address;
}

/** Names that are allowed with `loopback`. */
function meansLoopback(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  return name === 'localhost' || name.endsWith('.localhost') || name.endsWith('.test');
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
