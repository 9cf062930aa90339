/** Looks for a port to suggest instead of a taken one. */
import net from 'node:net';

/** So many ports above the taken one are tried. */
const TRIES = 50;

/** The next port above `port` that can be opened on `host` now; undefined when there is none near. Ports in `avoid` are left out. */
export async function findFreePort(
  host: string,
  port: number,
  avoid: readonly number[] = [],
): Promise<number | undefined> {
  for (let candidate = port + 1; candidate <= Math.min(port + TRIES, 65_535); candidate++) {
    if (!avoid.includes(candidate) && (await canOpen(host, candidate))) return candidate;
  }
  return undefined;
}

function canOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: host.replace(/^\[|\]$/g, ''), port }, () => server.close(() => resolve(true)));
  });
}
