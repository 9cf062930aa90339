/** Knows whether a target is this proxy itself, so that a request cannot be sent round in a circle. */
import os from 'node:os';

/** Own addresses on all interfaces; asked anew at most every 10 s, for interfaces come and go. */
function createOwnAddresses(now: () => number): () => ReadonlySet<string> {
  let at = -Infinity;
  let known: Set<string> = new Set();
  return () => {
    if (now() - at > 10_000) {
      at = now();
      known = new Set(Object.values(os.networkInterfaces()).flatMap((list) => (list ?? []).map((item) => item.address)));
    }
    return known;
  };
}

/** Makes the check: true when `hostname:port` is where the proxy (or its control server) listens. */
export function createSelfCheck(listening: () => { host: string; port: number } | null, now: () => number): (hostname: string, port: number) => boolean {
  const own = createOwnAddresses(now);
  return (hostname, port) => {
    const at = listening();
    if (at === null || at.port !== port) return false;
    if (hostname === at.host) return true;
    const loopback = hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\./.test(hostname) || hostname === '::1';
    const everywhere = at.host === '0.0.0.0' || at.host === '::';
    if (loopback) return everywhere || at.host === hostname || (at.host === '127.0.0.1' && (hostname === 'localhost' || hostname.endsWith('.localhost'))) || (at.host === '::1' && hostname === 'localhost');
    return hostname === '0.0.0.0' || hostname === '::' || (everywhere && own().has(hostname));
  };
}
