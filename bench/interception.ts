/**
 * node bench/interception.ts [--seconds 3] [--turns 5] [--connections 32]
 * What interception costs: a leaf certificate, a connection to a new and to a known host, and hits over plain HTTP and
 * over intercepted HTTP/1.1 and HTTP/2, by turns against one core. The client is this process, so throughput says less
 * than the core's CPU time per hit. Linux.
 */
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import fs from 'node:fs';
import tls from 'node:tls';
import { parseArgs } from 'node:util';
import { CaStore } from '../proxy-core/net/connect/tls/ca.ts';
import { SecureContexts } from '../proxy-core/net/connect/tls/secure-contexts.ts';
import { testAuthority } from '../proxy-core/testkit/certificate.ts';
import { startCoreProcess } from './core-process.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    turns: { type: 'string', default: '5' },
    connections: { type: 'string', default: '32' },
  },
});
const MS = Number(values.seconds) * 1000;
const TURNS = Number(values.turns);
const CONNECTIONS = Number(values.connections);
const BODY = Buffer.alloc(1024, 'x');

const quantile = (times: readonly number[], share: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))]!;
const line = (name: string, times: readonly number[]): void =>
  console.log(`${name}: median ${quantile(times, 0.5).toFixed(2)} ms, p99 ${quantile(times, 0.99).toFixed(2)} ms`);

function timeLeaves(): void {
  const ca = new CaStore({ folder: null, files: () => undefined, timeOfDay: Date.now, report: () => undefined }).use();
  const contexts = new SecureContexts({ ca: () => ca, timeOfDay: Date.now });
  const times: number[] = [];
  for (let i = 0; i < 1200; i++) {
    const before = performance.now();
    contexts.for(`h${i}.test`);
    if (i >= 200) times.push(performance.now() - before);
  }
  line('a leaf with its secure context, 1000 hosts', times);
}

const answer: http.RequestListener = (_request, response) => {
  response.writeHead(200, { 'Content-Length': BODY.length, 'Cache-Control': 'max-age=86400' });
  response.end(BODY);
};
const authority = testAuthority();
const plain = http.createServer(answer).listen(0, '127.0.0.1');
const secure = https.createServer(authority.issue({ names: ['localhost'] }), answer).listen(0, '127.0.0.1');
await Promise.all([once(plain, 'listening'), once(secure, 'listening')]);
const plainHost = `127.0.0.1:${(plain.address() as AddressInfo).port}`;
const secureHost = `localhost:${(secure.address() as AddressInfo).port}`;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-bench-ca-'));
const originCa = path.join(folder, 'origin.pem');
fs.writeFileSync(originCa, authority.cert);

timeLeaves();
const core = await startCoreProcess(['--intercept', 'all', '--upstream-ca', originCa], 0);
// The certificate is no JSON, which is all this helper reads; asking for it makes the CA.
await core.api('/api/ca/certificate').catch(() => undefined);
const {
  ca: { pem: ca },
} = await core.api<{ ca: { pem: string } }>('/api/ca');

async function tunnel(host: string): Promise<net.Socket> {
  const socket = net.connect({ port: core.proxyPort, host: '127.0.0.1', noDelay: true });
  socket.write(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}
async function inside(servername: string, alpn: string): Promise<tls.TLSSocket> {
  const client = tls.connect({
    socket: await tunnel(secureHost),
    ca,
    servername,
    ALPNProtocols: [alpn],
    checkServerIdentity: () => undefined,
  });
  await once(client, 'secureConnect');
  return client;
}

/** CONNECT, handshake, and the first byte of a hit. */
async function timeConnections(name: string, servername: (n: number) => string): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < 320; i++) {
    const before = performance.now();
    const client = await inside(servername(i), 'http/1.1');
    if (i >= 20) times.push(performance.now() - before);
    client.destroy();
  }
  line(name, times);
}
await timeConnections('CONNECT and handshake, a new host each time', (n) => `n${n}.localhost`);
await timeConnections('CONNECT and handshake, a known host', () => 'localhost');

/** Hits over one connection, one after the other, until `over`. */
async function hitsOverH1(
  socket: net.Socket | tls.TLSSocket,
  target: string,
  host: string,
  over: () => boolean,
): Promise<number> {
  const head = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  let count = 0;
  let got = 0;
  let want = 0;
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      if (want === 0) want = chunk.indexOf('\r\n\r\n') + 4 + BODY.length;
      got += chunk.length;
      if (got < want) return;
      got = want = 0;
      count++;
      if (over()) {
        socket.destroy();
        resolve(count);
      } else socket.write(head);
    });
    socket.write(head);
  });
}

async function hitsOverH2(session: http2.ClientHttp2Session, over: () => boolean): Promise<number> {
  let count = 0;
  while (!over()) {
    const stream = session.request({ ':path': '/hit' });
    stream.resume();
    await once(stream, 'end');
    count++;
  }
  return count;
}

type Way = 'plain' | 'http/1.1' | 'h2';
async function turn(way: Way): Promise<{ perSecond: number; cpuMicros: number }> {
  const range = Array.from({ length: CONNECTIONS }, (_, i) => i);
  let end = Infinity;
  const over = (): boolean => performance.now() > end;
  const sockets = await Promise.all(
    way === 'plain'
      ? range.map(async () => {
          const socket = net.connect({ port: core.proxyPort, host: '127.0.0.1', noDelay: true });
          await once(socket, 'connect');
          return socket;
        })
      : (way === 'h2' ? range.slice(0, 4) : range).map(() => inside('localhost', way)),
  );
  const cpu = core.cpuSeconds();
  const began = performance.now();
  end = began + MS;
  let sum = 0;
  if (way === 'h2') {
    const sessions = sockets.map((socket) =>
      http2.connect(`https://${secureHost}`, { createConnection: () => socket }),
    );
    const counts = await Promise.all(range.map((i) => hitsOverH2(sessions[i % sessions.length]!, over)));
    for (const count of counts) sum += count;
    for (const session of sessions) session.destroy();
  } else {
    const target = way === 'plain' ? `http://${plainHost}/hit` : '/hit';
    const host = way === 'plain' ? plainHost : secureHost;
    for (const count of await Promise.all(sockets.map((socket) => hitsOverH1(socket, target, host, over))))
      sum += count;
  }
  const seconds = (performance.now() - began) / 1000;
  return { perSecond: sum / seconds, cpuMicros: ((core.cpuSeconds() - cpu) / sum) * 1e6 };
}

const WAYS: readonly Way[] = ['plain', 'http/1.1', 'h2'];
for (const way of WAYS) await turn(way);
const results = new Map<Way, { perSecond: number; cpuMicros: number }[]>(WAYS.map((way) => [way, []]));
for (let i = 0; i < TURNS; i++) for (const way of WAYS) results.get(way)!.push(await turn(way));
const median = (way: Way, of: 'perSecond' | 'cpuMicros'): number =>
  quantile(
    results.get(way)!.map((result) => result[of]),
    0.5,
  );
for (const way of WAYS)
  console.log(
    `hits, ${way}: ${median(way, 'perSecond').toFixed(0)}/s (${(median(way, 'perSecond') / median('plain', 'perSecond')).toFixed(2)} of plain), ${median(way, 'cpuMicros').toFixed(1)} µs CPU a hit (${(median(way, 'cpuMicros') / median('plain', 'cpuMicros')).toFixed(2)} of plain)`,
  );
console.log(`RSS ${core.rssMiB()} MiB`);
await core.stop();
plain.close();
secure.close();
fs.rmSync(folder, { recursive: true, force: true });
process.exit(0);
