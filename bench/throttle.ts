/**
 * node bench/throttle.ts: what clients get over slow lines, measured at the client: rate over five seconds, latency of a
 * small answer, the same through a tunnel, and resident memory while 100 MB wait behind a line.
 */
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { startCoreProcess, type CoreProcess } from './core-process.ts';

const SECONDS = 5;
const ROUNDS = 15;
const BIG_BYTES = 100 * 1024 * 1024;
const PROFILES = { gprs: [500, 50, 20], '3g': [150, 1_600, 750], '4g': [50, 12_000, 6_000] } as const;
type Name = keyof typeof PROFILES;
const PIECE = Buffer.alloc(64 * 1024, 'x');

/** As fast as it is taken: `/big` downwards, what is posted is read away. */
function openOrigin(): Promise<{ port: number; close: () => void }> {
  const server = http.createServer((request, response) => {
    if (request.method === 'POST') {
      request.resume().on('end', () => response.end('read'));
      return;
    }
    if (request.url !== '/big') {
      response.writeHead(200, { 'Cache-Control': 'no-store' }).end('small');
      return;
    }
    response.writeHead(200, { 'Content-Length': BIG_BYTES, 'Cache-Control': 'no-store' });
    let left = BIG_BYTES;
    const more = (): void => {
      while (left > 0) {
        left -= PIECE.length;
        if (!response.write(PIECE)) return;
      }
      response.end();
    };
    response.on('drain', more);
    more();
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        port,
        close: () => {
          server.closeAllConnections();
          server.close();
        },
      });
    }),
  );
}

/** Bytes in a second that come on a connection between its first byte and five seconds later. */
function rateOf(socket: net.Socket): Promise<number> {
  return new Promise((resolve) => {
    let bytes = 0;
    let began = 0;
    socket.on('data', (chunk: Buffer) => {
      const now = performance.now();
      if (began === 0) {
        began = now;
        setTimeout(() => {
          resolve(bytes / ((performance.now() - began) / 1000));
          socket.destroy();
        }, SECONDS * 1000);
      } else bytes += chunk.length;
    });
    socket.on('error', () => undefined);
  });
}

async function connect(port: number): Promise<net.Socket> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/** A tunnel through the proxy to that port. */
async function tunnel(core: CoreProcess, port: number): Promise<net.Socket> {
  const socket = await connect(core.proxyPort);
  socket.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Middle one of the times from a request to the first byte of its answer, ms. */
async function latencyOf(socket: net.Socket, text: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < ROUNDS; n++) {
    const began = performance.now();
    const answered = new Promise((resolve) => socket.once('data', resolve));
    socket.write(text);
    await answered;
    times.push(performance.now() - began);
    await pause(50);
  }
  socket.destroy();
  return median(times);
}

/** Kbit/s of what is posted in so many bytes, from the first that is sent to the answer. */
async function uploadKbps(core: CoreProcess, url: string, bytes: number): Promise<number> {
  const socket = await connect(core.proxyPort);
  const began = performance.now();
  const answered = new Promise((resolve) => socket.once('data', resolve));
  socket.write(`POST ${url} HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes}\r\n\r\n`);
  socket.write(Buffer.alloc(bytes, 'u'));
  await answered;
  const ms = performance.now() - began;
  socket.destroy();
  return (bytes * 8) / ms;
}

const per = (measured: number, wanted: number): string =>
  `${Math.round(measured * 10) / 10} of ${wanted} (${measured >= wanted ? '+' : ''}${(100 * (measured / wanted - 1)).toFixed(1)} %)`;

/** Measures and prints a table. Linux (resident memory). */
async function throttle(): Promise<void> {
  const origin = await openOrigin();
  const core = await startCoreProcess([]);
  const url = `http://127.0.0.1:${origin.port}`;
  const small = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${origin.port}\r\n\r\n`;
  try {
    console.log(
      '| profile | down, kbit/s | up, kbit/s | latency, ms | tunnel down, kbit/s | tunnel there and back, ms |',
    );
    console.log('|---|---|---|---|---|---|');
    for (const name of Object.keys(PROFILES) as Name[]) {
      const [latencyMs, down, up] = PROFILES[name];
      await core.api('/api/settings', { method: 'PATCH', json: { throttle: name } });
      const got = await connect(core.proxyPort);
      const rate = rateOf(got);
      got.write(small(`${url}/big`));
      const downKbps = ((await rate) * 8) / 1000;
      const latency = await latencyOf(await connect(core.proxyPort), small(`${url}/small`));
      // The latency of the answer is not of the upload.
      const bytes = Math.round((up * 1000 * SECONDS) / 8);
      const seconds = (bytes * 8) / (await uploadKbps(core, `${url}/post`, bytes)) / 1000 - latencyMs / 1000;
      const upKbps = (bytes * 8) / seconds / 1000;
      const through = await tunnel(core, origin.port);
      const tunnelRate = rateOf(through);
      through.write(small('/big'));
      const tunnelKbps = ((await tunnelRate) * 8) / 1000;
      const tunnelLatency = await latencyOf(await tunnel(core, origin.port), small('/small'));
      console.log(
        `| ${name} | ${per(downKbps, down)} | ${per(upKbps, up)} | ${per(latency, latencyMs)} | ${per(tunnelKbps, down)} | ${per(tunnelLatency, latencyMs)} |`,
      );
    }
    await core.api('/api/settings', { method: 'PATCH', json: { throttle: '4g' } });
    const before = core.rssMiB();
    const readers = await Promise.all(Array.from({ length: 10 }, () => connect(core.proxyPort)));
    for (const reader of readers) {
      reader.on('error', () => undefined);
      reader.resume();
      reader.write(small(`${url}/big`));
    }
    let most = before;
    for (let n = 0; n < 40; n++) {
      await pause(250);
      most = Math.max(most, core.rssMiB());
    }
    for (const reader of readers) reader.destroy();
    console.log(
      `\nTen clients behind 4g, 100 MB each from an origin that is as fast as it is read: RSS ${Math.round(before)} MiB before, at most ${Math.round(most)} MiB in 10 s.`,
    );
  } finally {
    await core.stop();
    origin.close();
  }
}

await throttle();
