/** Origins over HTTP/2: many requests at a time, flow control, trailers, resets, and what still needs HTTP/1.1. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { Http2ServerResponse, type Http2ServerRequest } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { testAuthority } from '../../testkit/certificate.ts';
import { ask, RawClient } from '../../testkit/clients.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';
import { openTlsOrigin, type TlsOrigin } from '../../testkit/tls-origin.ts';

const authority = testAuthority();
let folder: string;
let origin: TlsOrigin;
let running: RunningCore;
let base: string;

const digest = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
/** The content of one path, the same for both sides. */
const contentOf = (path: string): Buffer =>
  Buffer.from(Array.from({ length: 1 + (path.length % 7) * 40 }, (_, i) => `${path} ${i} `).join(''));
const BIG_BYTES = 200 * 1024 * 1024;
const CHUNK = Buffer.alloc(64 * 1024, 'flow control ');

/** As fast as the other side takes it. */
function sendBig(response: NodeJS.WritableStream): void {
  let left = BIG_BYTES;
  const more = (): void => {
    while (left > 0) {
      left -= CHUNK.length;
      if (!response.write(CHUNK)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bsdm-h2-'));
  writeFileSync(join(folder, 'ca.pem'), authority.cert);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  origin = await openTlsOrigin(
    authority.issue({ names: ['a.test'] }),
    (request, response) => {
      const path = request.url ?? '';
      if (!(response instanceof Http2ServerResponse)) {
        if (path === '/echo') request.pipe(response);
        else if (path !== '/hang') response.end('HTTP/1.1');
        return;
      }
      const { stream } = request as Http2ServerRequest;
      if (path === '/trailers') {
        response.setHeader('Trailer', 'X-Sum');
        response.write('with trailers');
        response.addTrailers({ 'X-Sum': '42' });
        response.end();
      } else if (path === '/hints') {
        response.writeEarlyHints({ link: '</a.css>; rel=preload' });
        response.end('hinted');
      } else if (path === '/reset') stream.close(2);
      else if (path === '/refused') stream.close(7);
      else if (path === '/cut') response.write('a part', () => stream.close(2));
      else if (path === '/short') {
        response.writeHead(200, { 'Content-Length': 100 });
        response.write('a part', () => stream.close(0));
      } else if (path === '/goaway') stream.session?.destroy();
      else if (path === '/big') sendBig(response);
      else if (path === '/large') {
        for (let n = 0; n < 40; n++) response.setHeader(`x-large-${n}`, 'x'.repeat(8000));
        response.end();
      } else if (path === '/cookies') {
        response.setHeader('Set-Cookie', ['a=1', 'b=2']);
        response.end();
      } else if (path === '/echo') {
        response.writeHead(200);
        request.pipe(response);
      } else response.end(contentOf(path));
    },
    true,
  );
  running = await startCore({ upstreamCa: join(folder, 'ca.pem'), cacheMode: 'off' });
  base = `https://a.test:${origin.port}`;
});
afterEach(async () => {
  await running.stop();
  await origin.close();
});

it('1,000 requests, 100 at a time, each with its own content', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 100 });
  const replies = await Promise.all(
    Array.from({ length: 1000 }, async (_, n) => {
      const path = `/n${n}${'x'.repeat(n % 11)}`;
      const reply = await ask(running.port, base + path, { agent });
      return reply.status === 200 && digest(reply.body) === digest(contentOf(path));
    }),
  );
  agent.destroy();
  expect(replies.filter(Boolean)).toHaveLength(1000);
  expect(origin.requests).toHaveLength(1000);
  expect(origin.requests.every((line) => line.startsWith('2.0 GET /n'))).toBe(true);
  expect((await running.detailOf('/n')).originTls).toMatchObject({ alpn: 'h2' });
}, 60_000);

it('one connection carries all, also those that come while it is opened, and after it was idle', async () => {
  const burst = (): Promise<unknown> =>
    Promise.all(Array.from({ length: 30 }, (_, n) => ask(running.port, `${base}/n${n}`)));
  await burst();
  expect(origin.accepted()).toBe(1);
  origin.breakConnections();
  await burst();
  expect(origin.accepted()).toBe(2);
  await running.finished(60);
  const detail = await running.detailOf('/n29');
  expect(detail.upstreamReused).toBe(true);
  // Whose the bytes of a shared connection are is not known.
  expect(detail.upstreamBytesReceived).toBeUndefined();
});

it('200 MB to a client that stops in between: nothing is lost, and little is held', async () => {
  const { hash, bytes, most } = await new Promise<{ hash: string; bytes: number; most: number }>((resolve, reject) => {
    const sum = createHash('sha256');
    let bytes = 0;
    let most = 0;
    http
      .get({ host: '127.0.0.1', port: running.port, path: `${base}/big`, agent: false }, (response) => {
        response.on('data', (chunk: Buffer) => {
          sum.update(chunk);
          // Now and then it takes a while, in turns of the loop.
          if (Math.floor((bytes + chunk.length) / 8e6) > Math.floor(bytes / 8e6)) {
            response.pause();
            let turns = 200;
            const wait = (): void => void (turns-- > 0 ? setImmediate(wait) : response.resume());
            wait();
          }
          bytes += chunk.length;
          most = Math.max(most, process.memoryUsage().arrayBuffers);
        });
        response.on('error', reject);
        response.on('end', () => resolve({ hash: sum.digest('hex'), bytes, most }));
      })
      .on('error', reject);
  });
  const expected = createHash('sha256');
  for (let left = BIG_BYTES; left > 0; left -= CHUNK.length) expected.update(CHUNK);
  expect(bytes).toBe(BIG_BYTES);
  expect(hash).toBe(expected.digest('hex'));
  expect(most).toBeLessThan(100e6);
}, 60_000);

it('content of requests goes up, with a length and without', async () => {
  const content = 'up and down '.repeat(50_000);
  for (const headers of [{ 'Content-Length': content.length }, { 'Transfer-Encoding': 'chunked' }]) {
    const reply = await ask(running.port, `${base}/echo`, { method: 'POST', headers, body: content });
    expect(reply.status).toBe(200);
    expect(digest(reply.body)).toBe(digest(content));
    // Given up over HTTP/2 it could hang the process.
    expect(origin.requests.at(-1)).toBe('1.1 POST /echo');
  }
});

it('trailers, early hints and several Set-Cookie arrive', async () => {
  const reply = await ask(running.port, `${base}/trailers`, { headers: { TE: 'trailers' } });
  expect([reply.body.toString(), reply.trailers]).toEqual(['with trailers', { 'x-sum': '42' }]);
  const client = await RawClient.open(running.port);
  client.send(`GET ${base}/hints HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n`);
  const text = await client.untilEnd();
  expect(text).toContain('HTTP/1.1 103');
  expect(text).toContain('hinted');
  expect(text).toContain('HTTP/1.1 200 OK\r\n');
  const cookies = await ask(running.port, `${base}/cookies`);
  expect(cookies.fields['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(cookies.rawFields.some((text) => text.startsWith(':'))).toBe(false);
});

it.each([
  ['/reset', 502, 'http_protocol_error'],
  ['/refused', 502, 'http_protocol_error'],
  ['/goaway', 502, 'connection_terminated'],
])('%s before an answer: %i, and the next one is answered', async (path, status, error) => {
  expect((await ask(running.port, `${base}/before`)).status).toBe(200);
  const reply = await ask(running.port, base + path);
  expect(reply.status).toBe(status);
  expect(reply.fields['proxy-status']).toContain(`error=${error}`);
  expect((await ask(running.port, `${base}/after`)).status).toBe(200);
});

it.each(['/cut', '/short'])('%s: an answer that breaks off is not given as whole', async (path) => {
  await expect(ask(running.port, base + path)).rejects.toThrow();
  await running.finished(1);
  expect((await running.detailOf(path)).row.error).toBe('http_response_incomplete');
  expect((await ask(running.port, `${base}/after`)).status).toBe(200);
});

it('a head that is too large is refused, and the next one is answered', async () => {
  const reply = await ask(running.port, `${base}/large`);
  expect(reply.status).toBe(502);
  expect(reply.fields['proxy-status']).toContain('error=http_protocol_error');
  expect((await ask(running.port, `${base}/after`)).status).toBe(200);
});

it.each([
  ['garbage', Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')],
  ['a frame of 16 MB', Buffer.from([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1, 1, 1, 1])],
  // SETTINGS, then a response for a stream nobody opened.
  ['an answer nobody asked for', Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 5, 0, 0, 0, 9, 0x88])],
])('%s from an origin that chose HTTP/2 is a failure with a name', async (_what, bytes) => {
  const identity = authority.issue({ names: ['b.test'] });
  const server = tls.createServer({ ...identity, ALPNProtocols: ['h2'] }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.resume().write(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reply = await ask(running.port, `https://b.test:${(server.address() as AddressInfo).port}/`);
  expect(reply.status).toBe(502);
  expect(reply.fields['proxy-status']).toMatch(/error=(http_protocol_error|connection_terminated)/);
  await new Promise((resolve) => server.close(resolve));
});

it('another protocol needs HTTP/1.1, and gets it', async () => {
  expect((await ask(running.port, `${base}/first`)).status).toBe(200);
  const client = await RawClient.open(running.port);
  client.send(`GET ${base}/ws HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  await client.untilEnd();
  expect(client.received).toContain('HTTP/1.1');
  expect(origin.requests).toEqual(['2.0 GET /first', '1.1 GET /ws']);
});

it('an origin of HTTP/1.1 is asked over as many connections as are allowed', async () => {
  const held: (() => void)[] = [];
  const serial = await openTlsOrigin(authority.issue({ names: ['b.test'] }), (_request, response) => {
    held.push(() => void response.end('serial'));
    if (held.length === 8) for (const answer of held) answer();
  });
  const replies = await Promise.all(
    Array.from({ length: 8 }, (_, n) => ask(running.port, `https://b.test:${serial.port}/n${n}`)),
  );
  expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(200));
  expect(serial.accepted()).toBe(8);
  await serial.close();
});

it('requests to an origin that is not there fail together, not one after the other', async () => {
  await origin.close();
  const replies = await Promise.all(Array.from({ length: 40 }, (_, n) => ask(running.port, `${base}/n${n}`)));
  expect(replies.every(({ status }) => status === 502)).toBe(true);
  origin = await openTlsOrigin(
    authority.issue({ names: ['a.test'] }),
    (_request, response) => void response.end(),
    true,
  );
});

it('a request that changes protocols keeps nobody waiting', async () => {
  const client = await RawClient.open(running.port);
  client.send(`GET ${base}/hang HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  await origin.reached(1);
  expect((await ask(running.port, `${base}/n`)).status).toBe(200);
  client.close();
});

it('off: everything is HTTP/1.1', async () => {
  running.settings.update({ upstreamHttp2: false });
  expect((await ask(running.port, `${base}/off`)).body.toString()).toBe('HTTP/1.1');
  await running.finished(1);
  expect((await running.detailOf('/off')).originTls).toMatchObject({ alpn: 'http/1.1' });
});
