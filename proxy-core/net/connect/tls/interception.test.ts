/** Interception over real sockets: curl, node's clients, HTTP/1.1 and HTTP/2, hosts left alone, clients that do not trust. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import http2 from 'node:http2';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCore, type RunningCore } from '../../../testkit/running-core.ts';
import { openTlsOrigin, testCa, type TlsOrigin } from '../../../testkit/tls-origin.ts';

const run = promisify(execFile);
const originCa = testCa();
const usual = tls.getCACertificates('default');
let folder: string;
let caFile: string;
let core: RunningCore;
let origin: TlsOrigin;

beforeAll(() => tls.setDefaultCACertificates([...usual, originCa.info.pem]));
afterAll(() => tls.setDefaultCACertificates(usual));

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-mitm-'));
  caFile = path.join(folder, 'ca.pem');
  origin = await openTlsOrigin(originCa, (request, response) => {
    response.setHeader('Cache-Control', 'max-age=600');
    response.end(`${request.method} ${request.url}`);
  });
  core = await startCore({ intercept: 'all' });
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
      { kind: 'http', url, outcome: 'MISS', tls: 'intercepted', protocol },
      { kind: 'http', url, outcome: 'HIT', tls: 'intercepted', protocol },
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
    const originFile = path.join(folder, 'origin.pem');
    fs.writeFileSync(originFile, originCa.info.pem);
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
    const originFile = path.join(folder, 'origin.pem');
    fs.writeFileSync(originFile, originCa.info.pem);
    expect(await curl('--cacert', originFile, `${origin.url}/y`)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*GET \/y$/);
    await core.finished(1);
    expect(await rows()).toMatchObject([{ kind: 'tunnel', tls: 'tunnel', reason: 'tunnel' }]);
  });
});

/** A connection through the proxy whose TLS is with the proxy. */
async function inside(options: tls.ConnectionOptions, connectTo = `localhost:${origin.port}`): Promise<tls.TLSSocket> {
  const { connect } = await import('node:net');
  const socket = connect(core.port, '127.0.0.1');
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
});
