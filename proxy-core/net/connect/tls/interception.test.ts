/** Interception over real sockets: curl, node's clients, HTTP/1.1 and HTTP/2, hosts left alone, clients that do not trust. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { duplexPair, type Readable } from 'node:stream';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RawClient } from '../../../testkit/clients.ts';
import { openOrigin } from '../../../testkit/origin.ts';
import { startCore, type RunningCore } from '../../../testkit/running-core.ts';
import { testAuthority } from '../../../testkit/certificate.ts';
import { openTlsOrigin as open, type TlsOrigin, type TlsScript } from '../../../testkit/tls-origin.ts';

const run = promisify(execFile);
const authority = testAuthority();
const identity = authority.issue({ names: ['localhost'] });
let folder: string;
let caFile: string;
/** What origins are trusted by. */
let originFile: string;
let core: RunningCore;
let origin: TlsOrigin;

/** An origin for localhost. */
async function openTlsOrigin(script: TlsScript, h2 = false): Promise<TlsOrigin> {
  const opened = await open(identity, script, h2);
  return { ...opened, url: `https://localhost:${opened.port}` };
}

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-mitm-'));
  caFile = path.join(folder, 'ca.pem');
  originFile = path.join(folder, 'origin.pem');
  fs.writeFileSync(originFile, authority.cert);
  origin = await openTlsOrigin((request, response) => {
    response.setHeader('Cache-Control', 'max-age=600');
    response.end(`${request.method} ${request.url}`);
  });
  core = await startCore({ intercept: 'all', upstreamCa: originFile });
  const { ca } = await core.core.handlers['ca.make']({});
  fs.writeFileSync(caFile, ca!.pem);
});
afterEach(async () => {
  await core.stop();
  await origin.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function curl(...args: string[]): Promise<string> {
  const all = [
    '-sS',
    '-i',
    '--max-time',
    '20',
    '-x',
    `http://127.0.0.1:${core.port}`,
    '--suppress-connect-headers',
    ...args,
  ];
  return (await run('curl', all)).stdout;
}

const rows = async () => (await core.core.handlers['exchange.list']({})).rows;

describe('curl', () => {
  it.each(['--http1.1', '--http2'])('%s asks twice: MISS, then HIT', async (version) => {
    const url = `${origin.url}/thing`;
    const first = await curl('--cacert', caFile, version, url);
    const second = await curl('--cacert', caFile, version, url);
    expect(first).toMatch(version === '--http2' ? /^HTTP\/2 200/ : /^HTTP\/1\.1 200 OK/);
    expect(first.toLowerCase()).toContain('x-cache-status: miss');
    expect(second.toLowerCase()).toContain('x-cache-status: hit');
    expect(second).toMatch(/GET \/thing$/);
    expect(origin.requests).toHaveLength(1);
    await core.finished(2);
    const protocol = version === '--http2' ? 'HTTP/2' : 'HTTP/1.1';
    expect(await rows()).toMatchObject([
      { kind: 'http', url, outcome: 'MISS', state: 'done', tls: 'intercepted', protocol },
      { kind: 'http', url, outcome: 'HIT', state: 'done', tls: 'intercepted', protocol },
    ]);
    const { clientTls } = await core.detailOf('/thing');
    expect(clientTls).toMatchObject({
      version: 'TLSv1.3',
      alpn: version === '--http2' ? 'h2' : 'http/1.1',
      sni: 'localhost',
      reused: false,
      certificate: { subject: 'CN=localhost', san: ['DNS:localhost'] },
    });
  });

  it('without the CA fails, and the row says why', async () => {
    await expect(curl(`${origin.url}/x`)).rejects.toThrow(/certificate/i);
    await core.finished(1);
    const [row] = await rows();
    expect(row).toMatchObject({
      kind: 'tunnel',
      reason: 'client-refused',
      error: 'client_tls_refused',
      outcome: 'ERROR',
    });
    const { facts } = await core.detailOf('localhost');
    expect(facts).toMatchObject({ host: 'localhost', cause: 'unknown-ca', count: 1 });
    const status = await core.core.handlers['interception.status']({});
    expect(status).toMatchObject({
      handshakes: 1,
      failed: 1,
      refusals: [{ host: 'localhost', count: 1, cause: 'unknown-ca' }],
    });
    // Left alone from now on.
    await core.core.handlers['interception.tunnelHost']({ host: 'localhost' });
    expect(await curl('--cacert', originFile, `${origin.url}/y`)).toMatch(/GET \/y$/);
    await core.finished(2);
    expect((await rows())[1]).toMatchObject({ kind: 'tunnel', outcome: 'BYPASS', tls: 'tunnel' });
  });

  it('uploads, and sees trailers of neither protocol lost', async () => {
    const body = path.join(folder, 'body');
    fs.writeFileSync(body, Buffer.alloc(300_000, 'x'));
    for (const version of ['--http1.1', '--http2'])
      expect(await curl('--cacert', caFile, version, '--data-binary', `@${body}`, `${origin.url}/up`)).toMatch(
        /POST \/up$/,
      );
  });
});

describe('hosts that are not listed', () => {
  it('stay tunnels', async () => {
    core.settings.update({ intercept: 'listed', interceptHosts: '*.other.test' });
    expect(await curl('--cacert', originFile, `${origin.url}/y`)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*GET \/y$/);
    await core.finished(1);
    expect(await rows()).toMatchObject([{ kind: 'tunnel', tls: 'tunnel', reason: 'tunnel' }]);
  });
});

/** A tunnel of the proxy, as the client has it. */
async function tunnel(connectTo: string): Promise<RawClient> {
  const client = await RawClient.open(core.port);
  client.send(`CONNECT ${connectTo} HTTP/1.1\r\nHost: ${connectTo}\r\n\r\n`);
  await client.until('\r\n\r\n');
  return client;
}

describe('what is no TLS', () => {
  it('is served when it is HTTP', async () => {
    const plain = await openOrigin((request, response) => response.end(`plain ${request.url}`));
    const client = await tunnel(`127.0.0.1:${plain.port}`);
    client.send(`GET /in HTTP/1.1\r\nHost: 127.0.0.1:${plain.port}\r\nConnection: close\r\n\r\n`);
    expect(await client.untilEnd()).toMatch(/\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*plain \/in$/);
    expect(await rows()).toMatchObject([{ kind: 'http', url: `${plain.url}/in` }]);
    await plain.close();
  });

  it.each([
    ['other bytes', '\0\x01\x02 hello'],
    ['a hello for something else', undefined],
  ])('stays a tunnel, byte for byte: %s', async (_what, text) => {
    const echo = net.createServer((socket) => socket.pipe(socket));
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const client = await tunnel(`127.0.0.1:${(echo.address() as net.AddressInfo).port}`);
    const bytes = text === undefined ? await acmeHello() : Buffer.from(text, 'latin1');
    const before = client.received.length;
    client.send(bytes.subarray(0, 3));
    client.send(bytes.subarray(3));
    while (client.received.length < before + bytes.length)
      await client.until(new RegExp(`^[^]{${client.received.length + 1}}`));
    expect(client.received.slice(before)).toBe(bytes.toString('latin1'));
    client.socket.end();
    await core.finished(1);
    expect(await rows()).toMatchObject([
      { kind: 'tunnel', outcome: 'BYPASS', responseBytes: bytes.length, tls: 'tunnel' },
    ]);
    echo.close();
  });
});

/** The ClientHello of a client that speaks no HTTP inside. */
async function acmeHello(): Promise<Buffer> {
  const [near, far] = duplexPair();
  const client = tls.connect({ socket: near, servername: 'a.test', ALPNProtocols: ['acme-tls/1'] });
  client.on('error', () => undefined);
  const [bytes] = (await once(far, 'data')) as [Buffer];
  client.destroy();
  return bytes;
}

describe('the name in TLS', () => {
  it('is whom the client means, whatever address it asked the proxy for', async () => {
    const socket = await inside({ ALPNProtocols: ['http/1.1'] }, `127.0.0.1:${origin.port}`);
    socket.write(`GET /n HTTP/1.1\r\nHost: localhost:${origin.port}\r\n\r\n`);
    socket.write(`GET /n HTTP/1.1\r\nHost: 127.0.0.1:${origin.port}\r\nConnection: close\r\n\r\n`);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 200 [^]*GET \/n[^]*HTTP\/1\.1 421 Misdirected/);
    expect(await rows()).toMatchObject([{ url: `${origin.url}/n`, status: 200 }, { status: 421 }]);
    const { trace } = await core.detailOf(`${origin.url}/n`);
    const inputs = { connect: `127.0.0.1:${origin.port}`, serverName: `localhost:${origin.port}` };
    expect(trace[0]).toMatchObject({ code: 'other-name', inputs });
  });

  it('may be missing: the certificate is for the address then', async () => {
    const socket = await inside({ servername: '', host: '127.0.0.1' }, `127.0.0.1:${origin.port}`);
    expect(socket.getPeerCertificate().subjectaltname).toBe('IP Address:127.0.0.1');
    socket.destroy();
  });
});

describe('connections that are read', () => {
  it.each(['http/1.1', 'h2'])('end when interception is switched off: %s', async (alpn) => {
    const socket = await inside({ ALPNProtocols: [alpn] });
    const session = alpn === 'h2' ? http2.connect('https://localhost', { createConnection: () => socket }) : undefined;
    if (session !== undefined) await once(session, 'remoteSettings');
    expect(await core.core.handlers['interception.status']({})).toMatchObject({ connections: 1, certificates: 1 });
    socket.resume();
    const closed = once(socket, 'close');
    core.settings.update({ intercept: 'off' });
    await closed;
    const status = () => core.core.handlers['interception.status']({});
    while ((await status()).connections > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await status()).toMatchObject({ mode: 'off', connections: 0 });
  });

  it('see another CA after it was renewed', async () => {
    const before = await inside({});
    const { issuer } = before.getPeerCertificate();
    const { ca } = await core.core.handlers['ca.renew']({});
    await expect(inside({})).rejects.toThrow(/self-signed|unable to|signature/i);
    fs.writeFileSync(caFile, ca!.pem);
    const after = await inside({});
    expect(after.getPeerCertificate().issuer).toEqual(issuer);
    before.destroy();
    after.destroy();
  });

  it('are not told of a reply that broke off as if it were whole', async () => {
    const broken = await openTlsOrigin((_request, response) => {
      (response as ServerResponse).write('half');
      setImmediate(() => response.destroy());
    });
    const url = `${broken.url}/half`;
    await expect(curl('--cacert', caFile, '--http1.0', url)).rejects.toThrow(/curl: \(56\)|curl: \(18\)/);
    await expect(curl('--cacert', caFile, '--http1.1', url)).rejects.toThrow(/curl: \(18\)|curl: \(56\)/);
    await expect(curl('--cacert', caFile, '--http2', url)).rejects.toThrow(/INTERNAL_ERROR/);
    await broken.close();
  });
});

/** A connection through the proxy whose TLS is with the proxy. */
async function inside(options: tls.ConnectionOptions, connectTo = `localhost:${origin.port}`): Promise<tls.TLSSocket> {
  const socket = net.connect(core.port, '127.0.0.1');
  socket.write(`CONNECT ${connectTo} HTTP/1.1\r\nHost: ${connectTo}\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  const client = tls.connect({ socket, ca: fs.readFileSync(caFile), servername: 'localhost', ...options });
  await new Promise((resolve, reject) => client.once('secureConnect', resolve).once('error', reject));
  return client;
}

describe('HTTP/2', () => {
  it('is served at once, though node says of the connection that its handshake goes on', async () => {
    const socket = await inside({ ALPNProtocols: ['h2'] });
    const session = http2.connect(`https://localhost:${origin.port}`, { createConnection: () => socket });
    const stream = session.request({ ':path': '/thing' });
    const head = await new Promise<http2.IncomingHttpHeaders>((resolve) => stream.once('response', resolve));
    expect(head[':status']).toBe(200);
    session.destroy();
  });

  it('421 for another host, 400 for CONNECT, none for WebSocket over HTTP/2', async () => {
    const socket = await inside({ ALPNProtocols: ['h2'] });
    const session = http2.connect(`https://localhost:${origin.port}`, { createConnection: () => socket });
    const ask = (headers: http2.OutgoingHttpHeaders): Promise<number | string> =>
      new Promise((resolve) => {
        const stream = session.request(headers, { endStream: true });
        stream.once('response', (head) => resolve(head[':status'] ?? 0));
        stream.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
        stream.resume();
      });
    expect(await ask({ ':path': '/a', ':authority': 'other.test' })).toBe(421);
    expect(await ask({ ':path': '/a', host: 'other.test', ':authority': `localhost:${origin.port}` })).toBe(400);
    expect(session.remoteSettings.enableConnectProtocol).toBe(false);
    expect(await ask({ ':path': '/a' })).toBe(200);
    session.destroy();
  });

  it('ends with a client that opens streams and takes them back without end', async () => {
    const socket = await inside({ ALPNProtocols: ['h2'] });
    socket.on('error', () => undefined);
    const frame = (type: number, flags: number, stream: number, payload: Uint8Array): Buffer => {
      const head = Buffer.alloc(9);
      head.writeUIntBE(payload.length, 0, 3);
      head.set([type, flags], 3);
      head.writeUInt32BE(stream, 5);
      return Buffer.concat([head, payload]);
    };
    const host = Buffer.from(`localhost:${origin.port}`);
    const block = Buffer.concat([Buffer.from([0x82, 0x87, 0x84, 0x41, host.length]), host]);
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => (received = Buffer.concat([received, chunk])));
    const closed = once(socket, 'close');
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    socket.write(frame(4, 0, 0, Buffer.alloc(0)));
    let opened = 0;
    const flood = (): void => {
      if (socket.destroyed || !socket.writable || opened >= 50_000) return;
      for (let i = 0; i < 100; i++, opened++) {
        socket.write(frame(1, 5, 2 * opened + 1, block));
        socket.write(frame(3, 0, 2 * opened + 1, Buffer.from([0, 0, 0, 8])));
      }
      setImmediate(flood);
    };
    flood();
    await closed;
    expect(opened).toBeLessThan(50_000);
    // Others are served as before.
    expect(await curl('--cacert', caFile, '--http2', `${origin.url}/after`)).toMatch(/GET \/after$/);
  });

  it('tells a client whose content nobody wants any more to stop', async () => {
    const early = await openTlsOrigin((request, response) => {
      (request as Readable).resume();
      (response as ServerResponse).end('no');
    });
    const socket = await inside({ ALPNProtocols: ['h2'] }, `localhost:${early.port}`);
    const session = http2.connect(early.url, { createConnection: () => socket });
    const stream = session.request({ ':path': '/early', ':method': 'POST' });
    stream.on('error', () => undefined);
    stream.write('some of it');
    const closed = once(stream, 'close');
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    await closed;
    expect([text, stream.rstCode]).toEqual(['no', http2.constants.NGHTTP2_NO_ERROR]);
    session.destroy();
    await core.finished(1);
    expect((await core.detailOf('/early')).row).toMatchObject({ state: 'done', outcome: 'BYPASS' });
    await early.close();
  });

  it('ends a session that breaks the protocol, and nothing else', async () => {
    const socket = await inside({ ALPNProtocols: ['h2'] });
    socket.resume();
    socket.end('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'close');
    expect(await curl('--cacert', caFile, '--http2', `${origin.url}/after`)).toMatch(/GET \/after$/);
  });
});
