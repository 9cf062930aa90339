/** Origins over TLS: what passes the check, what does not and is said about it, and what is accepted anyway. */
import { execFileSync, spawn } from 'node:child_process';
import net from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned, testAuthority, type KeyAndCertificate } from '../../testkit/certificate.ts';
import { ask } from '../../testkit/clients.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';
import { openTlsOrigin, type TlsOrigin, type TlsScript } from '../../testkit/tls-origin.ts';

const authority = testAuthority('Test Authority');
const stranger = testAuthority('Some Stranger');
let folder: string;
let caFile: string;
const opened: { close(): Promise<void> }[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bsdm-tls-'));
  caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, authority.cert);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const item of opened.splice(0).reverse()) await item.close();
});

const hello: TlsScript = (_request, response) => {
  response.setHeader('Cache-Control', 'max-age=60');
  response.end('over TLS');
};

async function origin(identity: KeyAndCertificate): Promise<TlsOrigin> {
  const server = await openTlsOrigin(identity, hello);
  opened.push(server);
  return server;
}

async function core(settings: Parameters<typeof startCore>[0] = {}): Promise<RunningCore> {
  const running = await startCore({ upstreamCa: caFile, ...settings });
  opened.push({ close: () => running.stop() });
  return running;
}

it('fetches https over a plain connection of the client, stores it, and records the TLS of the origin', async () => {
  const server = await origin(authority.issue({ names: ['a.test', '127.0.0.1'] }));
  const running = await core();
  const url = `https://a.test:${server.port}/page`;
  const first = await ask(running.port, url);
  expect([first.status, first.body.toString(), first.fields['x-cache-status']]).toEqual([200, 'over TLS', 'MISS']);
  expect((await ask(running.port, url)).fields['x-cache-status']).toBe('HIT');
  await ask(running.port, `${url}?second`);
  await running.finished(3);
  const { originTls, timing, upstreamReused } = await running.detailOf('/page?second');
  expect(upstreamReused).toBe(true);
  expect(originTls).toMatchObject({ reused: true, version: 'TLSv1.3' });
  expect(timing.tlsMs).toBeUndefined();
  const { rows } = await running.core.handlers['exchange.list']({ text: '/page', limit: 10 });
  const miss = await running.core.handlers['exchange.get']({ id: rows[0]!.id });
  expect(miss.originTls).toMatchObject({
    version: 'TLSv1.3',
    cipher: expect.stringMatching(/^TLS_/) as string,
    alpn: 'http/1.1',
    sni: 'a.test',
    reused: false,
    certificate: {
      subject: 'CN=a.test',
      issuer: 'CN=Test Authority',
      san: ['DNS:a.test', 'IP:127.0.0.1'],
      fingerprint256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) as string,
    },
  });
  expect(miss.originTls?.accepted).toBeUndefined();
  expect(miss.timing.tlsMs).toBeGreaterThan(0);
  expect(server.accepted()).toBe(1);
});

it('asks an address without a server name', async () => {
  const server = await origin(authority.issue({ names: ['127.0.0.1'] }));
  const running = await core();
  expect((await ask(running.port, `${server.url}/ip`)).status).toBe(200);
  await running.finished(1);
  const { originTls } = await running.detailOf('/ip');
  expect(originTls).toMatchObject({ version: 'TLSv1.3' });
  expect(originTls?.sni).toBeUndefined();
});

describe('a certificate that does not pass', () => {
  const cases: readonly [string, () => KeyAndCertificate, string, RegExp, string][] = [
    [
      'expired',
      () => authority.issue({ names: ['a.test'], days: [-20, -10] }),
      'CERT_HAS_EXPIRED',
      /its certificate expired on \d{4}-\d\d-\d\d\./,
      '',
    ],
    [
      'not valid yet',
      () => authority.issue({ names: ['a.test'], days: [10, 20] }),
      'CERT_NOT_YET_VALID',
      /its certificate is not valid before \d{4}-\d\d-\d\d\./,
      '',
    ],
    [
      'self-signed',
      () => selfSigned('a.test'),
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      /its certificate is self-signed \(CN=a\.test\)\./,
      ', or its authority to upstreamCa',
    ],
    [
      'for another host',
      () => authority.issue({ names: ['b.test', 'c.test'] }),
      'ERR_TLS_CERT_ALTNAME_INVALID',
      /its certificate is not for a\.test but for DNS:b\.test, DNS:c\.test\./,
      '',
    ],
    [
      'of an unknown authority',
      () => stranger.issue({ names: ['a.test'] }),
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      /its certificate is signed by an authority this machine does not trust \(CN=Some Stranger\)\./,
      ', or its authority to upstreamCa',
    ],
  ];

  it.each(cases)(
    '%s: 502 with the reason; accepted anyway for that host only, and shown',
    async (_name, make, code, words, more) => {
      const server = await origin(make());
      const other = await origin(make());
      const running = await core();
      const url = `https://a.test:${server.port}/bad`;
      const refused = await ask(running.port, url, { headers: { accept: 'text/plain' } });
      expect(refused.status).toBe(502);
      expect(refused.fields['proxy-status']).toContain('error=tls_certificate_error');
      await running.finished(1);
      const failed = await running.detailOf('/bad');
      expect(failed.row.error).toBe('tls_certificate_error');
      expect(failed.errorText).toMatch(words);
      // What was shown can be looked at before it is accepted.
      expect(failed.originTls).toMatchObject({ refused: code, certificate: { san: expect.any(Array) as string[] } });
      expect([failed.row.accepted, failed.timing.dispatchedMs]).toEqual([undefined, undefined]);
      expect(refused.body.toString()).toContain(
        `If you know this server, add a.test:${server.port} to the setting upstreamAccept${more}.`,
      );

      running.settings.update({ upstreamAccept: `a.test:${server.port}` });
      expect((await ask(running.port, url)).status).toBe(200);
      expect((await ask(running.port, `${url}-again`)).status).toBe(200);
      expect((await ask(running.port, `https://a.test:${other.port}/bad-other`)).status).toBe(502);
      await running.finished(4);
      for (const path of ['/bad', '/bad-again']) {
        const accepted = await running.detailOf(`${server.port}${path}`);
        expect(accepted.row.accepted).toBe(code);
        expect(accepted.originTls?.accepted).toBe(code);
      }

      running.settings.update({ upstreamAccept: '' });
      expect((await ask(running.port, `${url}-later`)).status).toBe(502);
      expect(server.requests.map((line) => line.split(' ')[2])).toEqual(['/bad', '/bad-again']);
    },
  );
});

it('a session that is resumed does not make a certificate pass that did not', async () => {
  const server = await origin(authority.issue({ names: ['b.test'] }));
  const running = await core({ upstreamAccept: `a.test:${server.port}` });
  for (const n of [1, 2, 3]) {
    expect((await ask(running.port, `https://a.test:${server.port}/n${n}`)).status).toBe(200);
    await running.finished(n);
    const { row, upstreamReused } = await running.detailOf(`/n${n}`);
    expect([upstreamReused, row.accepted]).toEqual([false, 'ERR_TLS_CERT_ALTNAME_INVALID']);
    server.breakConnections();
  }
  // The same server under its own name.
  for (const n of [4, 5]) {
    expect((await ask(running.port, `https://b.test:${server.port}/n${n}`)).status).toBe(200);
    server.breakConnections();
  }
  expect(server.resumed()).toBeGreaterThan(0);
});

it('names a file that cannot be used', async () => {
  const server = await origin(authority.issue({ names: ['a.test'] }));
  const running = await core({ upstreamCa: join(folder, 'nowhere.pem') });
  const url = `https://a.test:${server.port}/file`;
  const reply = await ask(running.port, url);
  expect(reply.status).toBe(500);
  expect(reply.fields['proxy-status']).toContain('error=proxy_configuration_error');
  expect(reply.body.toString()).toContain('nowhere.pem cannot be used');
  running.settings.update({ upstreamCa: caFile });
  expect((await ask(running.port, url)).status).toBe(200);
});

async function listening(answer: (socket: net.Socket) => void): Promise<number> {
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  return (server.address() as net.AddressInfo).port;
}

it('names a port that does not speak TLS, and one that hangs up', async () => {
  const plain = await listening((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const silent = await listening((socket) => socket.destroy());
  const running = await core();
  for (const port of [plain, silent]) {
    const reply = await ask(running.port, `https://a.test:${port}/`);
    expect(reply.status).toBe(502);
    expect(reply.fields['proxy-status']).toContain('error=tls_protocol_error');
  }
});

it('names one that says nothing', async () => {
  const port = await listening(() => undefined);
  const running = await core({ connectTimeoutSeconds: 1 });
  const reply = await ask(running.port, `https://a.test:${port}/`);
  expect(reply.status).toBe(504);
  expect(reply.fields['proxy-status']).toContain('error=connection_timeout');
});

describe('an origin that asks for a client certificate', () => {
  /** OpenSSL's own server: it refuses by an alert, as most servers do. */
  async function strictServer(version: string): Promise<number> {
    const own = authority.issue({ names: ['a.test'] });
    const files = { key: join(folder, 's.key'), cert: join(folder, 's.pem') };
    writeFileSync(files.key, own.key);
    writeFileSync(files.cert, own.cert);
    const server = spawn(
      'openssl',
      [
        's_server',
        '-accept',
        '127.0.0.1:0',
        '-key',
        files.key,
        '-cert',
        files.cert,
        '-CAfile',
        caFile,
        '-Verify',
        '1',
        '-verify_return_error',
        '-www',
        version,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    opened.push({
      close: () =>
        new Promise((resolve) => {
          server.once('close', () => resolve());
          server.kill();
        }),
    });
    let out = '';
    return new Promise((resolve) =>
      server.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        const match = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(out);
        if (match) resolve(Number(match[1]));
      }),
    );
  }

  it.each(['-tls1_2', '-tls1_3'])(
    'with %s: the alert is named; with one it answers, for that host only',
    async (version) => {
      const port = await strictServer(version);
      const own = authority.issue({ names: ['client'] });
      const file = join(folder, 'client.pem');
      writeFileSync(file, own.cert + own.key);
      const running = await core();
      const refused = await ask(running.port, `https://a.test:${port}/`);
      expect(refused.status).toBe(502);
      expect(refused.fields['proxy-status']).toContain('error=tls_alert_received');
      expect(refused.body.toString()).toContain('name one for this host in the setting upstreamCertificates');
      running.settings.update({ upstreamCertificates: `b.test=${file}` });
      expect((await ask(running.port, `https://a.test:${port}/`)).status).toBe(502);
      running.settings.update({ upstreamCertificates: `b.test=/nowhere; *.test=${file}` });
      const reply = await ask(running.port, `https://a.test:${port}/with`);
      expect(reply.status).toBe(200);
      await running.finished(3);
      expect((await running.detailOf('/with')).originTls?.ownCertificate).toBe('CN=client');
    },
  );

  it.each(['client.p12', 'client-key.pem'])(
    '%s with a passphrase is taken; without it the file is named',
    async (name) => {
      const port = await strictServer('-tls1_3');
      const own = authority.issue({ names: ['client'] });
      const pem = join(folder, 'plain.pem');
      const file = join(folder, name);
      writeFileSync(pem, own.cert + own.key);
      if (name.endsWith('.p12'))
        execFileSync('openssl', ['pkcs12', '-export', '-in', pem, '-out', file, '-passout', 'pass:secret']);
      else {
        const key = execFileSync('openssl', ['pkcs8', '-topk8', '-in', pem, '-passout', 'pass:secret']);
        writeFileSync(file, own.cert + key.toString());
      }
      const running = await core({ upstreamCertificates: `a.test=${file}` });
      const without = await ask(running.port, `https://a.test:${port}/`);
      expect(without.status).toBe(500);
      expect(without.body.toString()).toContain(`${name} cannot be used`);
      running.settings.update({ upstreamCertificatesPassphrase: 'secret' });
      expect((await ask(running.port, `https://a.test:${port}/`)).status).toBe(200);
    },
  );

  it('and is made with Node', async () => {
    const server = await openTlsOrigin(
      { ...authority.issue({ names: ['a.test'] }), requestCert: true, rejectUnauthorized: true, ca: authority.cert },
      hello,
    );
    opened.push(server);
    const running = await core();
    const reply = await ask(running.port, `https://a.test:${server.port}/`);
    expect(reply.status).toBe(502);
    expect(reply.fields['proxy-status']).toContain('error=tls_alert_received');
    expect(reply.body.toString()).toContain('upstreamCertificates');
  });
});
