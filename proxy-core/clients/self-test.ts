/** Asks for a page of the proxy's own, as a client would: through the listener, with nothing of the network behind it. */
import http from 'node:http';
import { joinHostPort } from '../contract/address.ts';
import type { SelfTest } from '../contract/clients.ts';
import { CommandError } from '../contract/errors.ts';

/** Where the proxy tells about itself; it answers this host without asking anybody. */
const OWN_PAGE = 'http://bsdm.proxy/';
/** Milliseconds after which a proxy on this machine is taken for one that does not answer. */
const PATIENCE_MS = 5000;

/**
 * One GET through the listener at `host:port`. Fails with `unavailable` when nobody answers there, or with something that
 * is not the proxy's page.
 */
export function askOwnPage(host: string, port: number, patienceMs = PATIENCE_MS): Promise<SelfTest> {
  const where = joinHostPort(host, port);
  return new Promise((resolve, reject) => {
    const fail = (what: string): void =>
      reject(
        new CommandError(
          'unavailable',
          `${OWN_PAGE} was asked for through ${where}: ${what}`,
          'Something between this machine and its own port may hold connections back, a firewall say.',
        ),
      );
    const startedAt = performance.now();
    const request = http.get(
      {
        host,
        port,
        path: OWN_PAGE,
        agent: false,
        signal: AbortSignal.timeout(patienceMs),
        headers: { host: new URL(OWN_PAGE).host, 'user-agent': 'BSDM-Proxy test' },
      },
      (response) => {
        response.resume();
        response.on('error', (error) => fail(error.message));
        response.on('end', () => {
          if (response.statusCode !== 200)
            fail(`the answer was ${response.statusCode ?? 'none'}, not the proxy's page`);
          else resolve({ url: OWN_PAGE, ms: performance.now() - startedAt });
        });
      },
    );
    request.on('error', (error) =>
      fail(error.name === 'AbortError' || error.name === 'TimeoutError' ? 'no answer within 5 s' : error.message),
    );
  });
}
