/** HTTP/2 in and out, in every mixture: many requests with checksums, many streams at once, bodies larger than any window. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http2 from 'node:http2';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Readable, type Writable } from 'node:stream';
import tls from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testAuthority } from '../../../testkit/certificate.ts';
import { startCore, type RunningCore } from '../../../testkit/running-core.ts';
import { openTlsOrigin, type TlsOrigin } from '../../../testkit/tls-origin.ts';

const MIB = 1024 * 1024;
const authority = testAuthority();
const identity = authority.issue({ names: ['localhost'] });
let folder: string;
let core: RunningCore;
let ca: string;
let origin: TlsOrigin;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-many-'));
  const upstreamCa = path.join(folder, 'origin.pem');
  fs.writeFileSync(upstreamCa, authority.cert);
  core = await startCore({ intercept: 'all', upstreamCa });
  ca = (await core.core.handlers['ca.make']({})).ca!.pem;
});
afterEach(async () => {
  await core.stop();
  await origin.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** The body of a path, of a length of its own. */
const bodyOf = (url: string): Buffer => Buffer.alloc(1 + ((Number(url.slice(2)) * 977) % 100_000), `${url}-`);
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function connect(alpn: 'h2' | 'http/1.1'): Promise<tls.TLSSocket> {
  const socket = net.connect(core.port, '127.0.0.1');
  socket.write(`CONNECT localhost:${origin.port} HTTP/1.1\r\nHost: localhost:${origin.port}\r\n\r\n`);
  await once(socket, 'data');
  const client = tls.connect({ socket, ca, servername: 'localhost', ALPNProtocols: [alpn] });
  await once(client, 'secureConnect');
  return client;
}

const read = async (stream: Readable): Promise<Buffer> => Buffer.concat((await stream.toArray()) as Buffer[]);

/** Asks over HTTP/2; the body that came back. */
async function overH2(session: http2.ClientHttp2Session, url: string): Promise<Buffer> {
  const stream = session.request({ ':path': url });
  const head = once(stream, 'response') as Promise<[http2.IncomingHttpHeaders]>;
  const body = await read(stream);
  expect((await head)[0][':status']).toBe(200);
  return body;
}

/** Answers of HTTP/1.1 with Content-Length, one after the other. */
async function overH1(socket: tls.TLSSocket, urls: readonly string[]): Promise<Buffer[]> {
  const out: Buffer[] = [];
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let left = Buffer.alloc(0);
  for (const url of urls) {
    socket.write(`GET ${url} HTTP/1.1\r\nHost: localhost:${origin.port}\r\n\r\n`);
    let end = -1;
    let length = 0;
    for (;;) {
      end = left.indexOf('\r\n\r\n');
      if (end >= 0) length = Number(/content-length: (\d+)/i.exec(left.toString('latin1', 0, end))![1]);
      if (end >= 0 && left.length >= end + 4 + length) break;
      const next = await chunks.next();
      if (next.done === true) throw new Error('the connection ended');
      left = Buffer.concat([left, next.value]);
    }
    out.push(left.subarray(end + 4, end + 4 + length));
    left = left.subarray(end + 4 + length);
  }
  return out;
}

it.each<[inbound: 'h2' | 'http/1.1', outbound: 'h2' | 'http/1.1']>([
  ['h2', 'http/1.1'],
  ['http/1.1', 'h2'],
  ['h2', 'h2'],
])(
  '%s in, %s out: a thousand requests, a hundred at once, all whole',
  { timeout: 60_000 },
  async (inbound, outbound) => {
    origin = await openTlsOrigin(
      identity,
      (request, response) => {
        const body = bodyOf(request.url!);
        response.setHeader('Content-Length', body.length);
        response.setHeader('Cache-Control', 'no-store');
        (response as Writable).end(body);
      },
      outbound === 'h2',
    );
    const urls = Array.from({ length: 1000 }, (_, i) => `/r${i}`);
    let bodies: Buffer[];
    if (inbound === 'h2') {
      const socket = await connect('h2');
      const session = http2.connect(`https://localhost:${origin.port}`, { createConnection: () => socket });
      bodies = [];
      let next = 0;
      await Promise.all(
        Array.from({ length: 100 }, async () => {
          for (let i = next++; i < urls.length; i = next++) bodies[i] = await overH2(session, urls[i]!);
        }),
      );
      session.destroy();
    } else {
      bodies = Array<Buffer>(urls.length);
      await Promise.all(
        Array.from({ length: 10 }, async (_, part) => {
          const mine = urls.filter((_url, i) => i % 10 === part);
          const socket = await connect('http/1.1');
          const got = await overH1(socket, mine);
          got.forEach((body, i) => (bodies[i * 10 + part] = body));
          socket.destroy();
        }),
      );
    }
    expect(bodies.map(digest)).toEqual(urls.map((url) => digest(bodyOf(url))));
    expect(new Set(origin.requests.map((line) => line.split(' ', 1)[0]))).toEqual(
      new Set([outbound === 'h2' ? '2.0' : '1.1']),
    );
    expect(origin.requests).toHaveLength(1000);
  },
);

it.each<[down: boolean]>([[true], [false]])(
  'a body of 200 MB passes at the pace of its reader (down: %s)',
  { timeout: 120_000 },
  async (down) => {
    const size = 200;
    const block = Buffer.alloc(MIB, 'b');
    const source = (): Readable => Readable.from(Array<Buffer>(size).fill(block), { objectMode: false });
    let received = 0;
    origin = await openTlsOrigin(
      identity,
      (request, response) => {
        if (down) source().pipe(response);
        else {
          (request as Readable).on('data', (chunk: Buffer) => (received += chunk.length));
          (request as Readable).on('end', () => (response as Writable).end('done'));
        }
      },
      true,
    );
    const socket = await connect('h2');
    const session = http2.connect(`https://localhost:${origin.port}`, { createConnection: () => socket });
    const stream = session.request({ ':path': '/big', ':method': down ? 'GET' : 'POST' });
    if (!down) source().pipe(stream);
    stream.on('data', (chunk: Buffer) => {
      if (down) received += chunk.length;
    });
    await once(stream, 'end');
    expect(received).toBe(size * MIB);
    session.destroy();
  },
);

it.each<[outbound: 'h2' | 'http/1.1']>([['h2'], ['http/1.1']])(
  'trailers of %s reach a client of HTTP/2',
  async (outbound) => {
    origin = await openTlsOrigin(
      identity,
      (_request, response) => {
        (response as Writable).write('body');
        response.addTrailers({ 'X-Sum': 'abc', 'Content-Type': 'no' });
        response.end();
      },
      outbound === 'h2',
    );
    const socket = await connect('h2');
    const session = http2.connect(`https://localhost:${origin.port}`, { createConnection: () => socket });
    const stream = session.request({ ':path': '/t' });
    const trailers = once(stream, 'trailers') as Promise<[http2.IncomingHttpHeaders]>;
    expect(String(await read(stream))).toBe('body');
    const [fields] = await trailers;
    expect(Object.entries(fields)).toEqual([['x-sum', 'abc']]);
    session.destroy();
  },
);
