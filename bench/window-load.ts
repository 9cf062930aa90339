/**
 * A steady load that leaves the processor to the page beside it: keep-alive connections, what is due is sent each few
 * milliseconds. `runPaced` keeps time better and takes a whole processor for it.
 */
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { once } from 'node:events';

const TICK_MS = 4;
const CONNECTIONS = 48;

const KINDS = ['application/json', 'text/html; charset=utf-8', 'image/png', 'text/javascript', 'text/css'];

/** Answers by path: `/hit…` may be kept, `/none…` is not there, all else is not to be stored. */
export async function startSites(count: number): Promise<{ urls: string[]; stop: () => void }> {
  const servers: http.Server[] = [];
  const urls: string[] = [];
  for (let n = 1; n <= count; n++) {
    const server = http.createServer((request, response) => {
      const path = request.url ?? '/';
      const length = 200 + ((path.length * 7919) % 1800);
      response.writeHead(path.startsWith('/none') ? 404 : 200, {
        'Content-Type': KINDS[path.length % KINDS.length],
        'Content-Length': length,
        'Cache-Control': path.startsWith('/hit') ? 'max-age=3600' : 'no-store',
      });
      response.end(Buffer.alloc(length, 'x'));
    });
    // Whole 127.0.0.0/8 is loopback on Linux: hosts of their own in the list.
    server.listen(0, `127.0.0.${n}`);
    await once(server, 'listening');
    servers.push(server);
    urls.push(`http://127.0.0.${n}:${(server.address() as AddressInfo).port}`);
  }
  return {
    urls,
    stop: () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

/** The n-th address: 70 of 100 out of 500 that become hits, 10 new ones, 15 not stored, 5 not found. */
export function urlOf(sites: readonly string[], n: number): string {
  const site = sites[(n * 31) % sites.length]!;
  const part = (n * 61) % 100;
  if (part < 70) return `${site}/hit/asset-${(n * 7919) % 500}.js?v=3`;
  if (part < 80) return `${site}/hit/new/${n}`;
  return part < 95 ? `${site}/api/v2/items/${n}/details` : `${site}/none/${n}`;
}

export interface Load {
  /** Time of the day when each was sent, ms, first to last. */
  readonly sentMs: number[];
  answered: number;
  errors: number;
  /** Ends when all have been answered. */
  stop(): Promise<void>;
}

/** Sends `perSecond` through the proxy, `most` of them or until it is stopped. */
export function startLoad(
  port: number,
  sites: readonly string[],
  perSecond: number,
  first: number,
  most = Infinity,
): { load: Load; ended: Promise<void> } {
  const free: net.Socket[] = [];
  const sockets: net.Socket[] = [];
  let stopped = false;
  let finish = (): void => undefined;
  const ended = new Promise<void>((resolve) => (finish = resolve));
  const load: Load = {
    sentMs: [],
    answered: 0,
    errors: 0,
    stop: async () => {
      stopped = true;
      end();
      await ended;
    },
  };
  const end = (): void => {
    if (!stopped || load.answered + load.errors < load.sentMs.length) return;
    clearInterval(timer);
    for (const socket of sockets) socket.destroy();
    finish();
  };
  for (let n = 0; n < CONNECTIONS; n++) {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    let wanted = 0;
    let got = 0;
    socket.on('data', (data) => {
      if (wanted === 0) {
        const head = data.indexOf('\r\n\r\n');
        wanted = head + 4 + Number(/\r\ncontent-length: (\d{1,9})/i.exec(data.toString('latin1', 0, head))?.[1] ?? 0);
      }
      got += data.length;
      if (got < wanted) return;
      wanted = got = 0;
      load.answered++;
      free.push(socket);
      end();
    });
    socket.on('error', () => {
      load.errors++;
      end();
    });
    sockets.push(socket);
    free.push(socket);
  }
  const began = performance.now();
  const timer = setInterval(() => {
    const due = Math.min(most, ((performance.now() - began) / 1000) * perSecond);
    while (!stopped && load.sentMs.length < due && free.length > 0) {
      const url = urlOf(sites, first + load.sentMs.length);
      load.sentMs.push(performance.timeOrigin + performance.now());
      free.shift()!.write(`GET ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nUser-Agent: bench/1\r\n\r\n`);
    }
    if (load.sentMs.length >= most) stopped = true;
    end();
  }, TICK_MS);
  return { load, ended };
}
