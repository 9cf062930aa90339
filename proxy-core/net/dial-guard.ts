/**
 * The only place sockets to origins are opened: name lookup, the rule of which addresses may be dialled (setting
 * `dialAllow`), and counting. With `loopback` nothing leaves the machine; `*.test` names then mean 127.0.0.1.
 */
import dns from 'node:dns';
import net from 'node:net';

/** Thrown to a dialler when the rule forbids the address; maps to RFC 9209 destination_ip_prohibited. */
export class DialRefusedError extends Error {
  readonly code = 'BSDM_DIAL_REFUSED';
  constructor(host: string, address: string) {
    super(`dialling ${host}${address === host ? '' : ` (${address})`} is not allowed: only loopback addresses are, by the setting dialAllow`);
    this.name = 'DialRefusedError';
  }
}

export type DialRule = 'any' | 'loopback';

/** True for 127.0.0.0/8, ::1 and their mapped forms. */
export function isLoopbackAddress(address: string): boolean {
  return /^(::ffff:)?127\./i.test(address) || address === '::1';
}

export type Lookup = net.LookupFunction;

/** A lookup that obeys the rule; to be given to net.connect and tls.connect. */
export function createGuardedLookup(rule: () => DialRule): Lookup {
  return (hostname, options, callback) => {
    if (rule() === 'any') {
      dns.lookup(hostname, options, callback);
      return;
    }
    if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname.endsWith('.test')) {
      if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
      else callback(null, '127.0.0.1', 4);
      return;
    }
    // Nothing is asked of a name server: under this rule no other name can be allowed.
    callback(new DialRefusedError(hostname, hostname), '', 4);
  };
}

/** Undefined when a literal address may be dialled, or when `host` is a name (the lookup decides then). */
export function checkLiteral(rule: DialRule, host: string): DialRefusedError | undefined {
  const bare = host.replace(/^\[|\]$/g, '');
  return rule === 'loopback' && net.isIP(bare) !== 0 && !isLoopbackAddress(bare) ? new DialRefusedError(bare, bare) : undefined;
}
