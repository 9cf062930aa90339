/**
 * Programs people use every day inside intercepted HTTPS: curl, wget, git, Python, Node and npm for a listed host; other hosts
 * stay tunnels, and all of them do once interception is off.
 */
import { expect, test } from '@playwright/test';
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes, type X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { api, command } from '../support/control.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { startHttpsSite, type HttpsSite } from '../support/https-site.ts';
import { OUT } from '../support/paths.ts';

const run = promisify(execFile);
let folder: string;
let core: HeadlessApp;
let site: HttpsSite;
/** The CA of the proxy. */
let caFile: string;
/** Its name is listed; that of {@link other} is not, though the site is the same. */
let listed: string;
let other: string;

test.beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-https-clients-'));
  site = await startHttpsSite(folder, ['site.test', 'other.test'], (request, response) => {
    if (request.url === '/left-pad') {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(PACKAGE));
      return true;
    }
    const file = /^\/repo\.git\/([\w./-]+)/.exec(request.url ?? '')?.[1];
    if (file === undefined) return false;
    const whole = path.join(folder, 'repo.git', path.normalize(file));
    response.statusCode = fs.existsSync(whole) ? 200 : 404;
    response.end(response.statusCode === 200 ? fs.readFileSync(whole) : '');
    return true;
  });
  listed = `https://site.test:${site.port}`;
  other = `https://other.test:${site.port}`;
  core = await startHeadless({
    dataDir: path.join(folder, 'data'),
    args: ['--upstream-ca', site.caFile],
  });
  // Not by a flag: it is put back at the end.
  await command(core, 'settings.update', {
    patch: { intercept: 'listed', interceptHosts: 'site.test, 127.0.0.1, [::1]' },
  });
  const { ca } = await command(core, 'ca.make', {});
  caFile = ca?.file ?? '';
});
test.afterAll(async () => {
  await core?.kill();
  await site?.close();
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const PACKAGE = {
  name: 'left-pad',
  'dist-tags': { latest: '9.8.7' },
  versions: { '9.8.7': { name: 'left-pad', version: '9.8.7', dist: { tarball: 'https://site.test/x.tgz' } } },
};

function skipWithout(program: string, ...args: string[]): void {
  let isThere = true;
  try {
    execFileSync(program, args.length === 0 ? ['--version'] : args, { stdio: 'ignore' });
  } catch {
    isThere = false;
  }
  test.skip(!isThere, `${program} is not installed here`);
}

const rowsOf = async (text: string) => (await command(core, 'exchange.list', { text })).rows;
const curl = async (...args: string[]): Promise<string> =>
  (
    await run('curl', [
      '-sS',
      '-i',
      '--noproxy',
      '',
      '-x',
      `http://${core.proxy}`,
      '--suppress-connect-headers',
      ...args,
    ])
  ).stdout;
/** `bsdm-proxy run` against the core of this file. */
const throughRun = (...words: string[]) =>
  run(
    process.execPath,
    [
      ...[path.join(OUT, 'core', 'cli.mjs'), 'run', '--data-dir', path.join(folder, 'data')],
      ...['--proxy', core.proxy, '--', ...words],
    ],
    { cwd: folder, env: { ...process.env, JAVA_HOME: '/nowhere' } },
  );

for (const version of ['--http1.1', '--http2'])
  test(`curl ${version}: miss, then hit`, async () => {
    skipWithout('curl');
    const url = `${listed}/fresh?${version}`;
    const first = await curl('--cacert', caFile, version, url);
    expect(first).toMatch(version === '--http2' ? /^HTTP\/2 200/ : /^HTTP\/1\.1 200 OK/);
    expect(first).toMatch(/x-cache-status: MISS[^]*fresh for ten minutes/i);
    expect(await curl('--cacert', caFile, version, url)).toMatch(/x-cache-status: HIT[^]*fresh for ten minutes/i);
  });

test('a client without trust fails its handshake, and the row says why', async () => {
  skipWithout('curl');
  await expect(curl(`${listed}/untrusted`)).rejects.toThrow(/SSL certificate problem/);
  await expect
    .poll(async () => (await rowsOf(listed)).find((row) => row.kind === 'tunnel'))
    .toMatchObject({ outcome: 'ERROR', reason: 'client-refused', error: 'client_tls_refused' });
  const refused = (await rowsOf(listed)).find((row) => row.kind === 'tunnel');
  const told = await api(core, `/api/events/${refused?.id}?lang=en`);
  expect(told).toMatch(/does not trust|does not know/);
});

/** A tunnel through the proxy. */
function connect(authority: string): Promise<Socket> {
  const at = new URL(`http://${core.proxy}`);
  return new Promise((resolve, reject) => {
    const request = http.request({ host: at.hostname, port: at.port, method: 'CONNECT', path: authority });
    request.on('connect', (response, socket) =>
      response.statusCode === 200 ? resolve(socket) : reject(new Error(`CONNECT: ${response.statusCode}`)),
    );
    request.on('error', reject).end();
  });
}

/** The certificate that is shown to whoever asks for it in a tunnel to `authority`. */
async function shown(authority: string, servername: string): Promise<X509Certificate> {
  const socket = await connect(authority);
  const secure = tls.connect({ socket, servername, rejectUnauthorized: false });
  await new Promise((resolve, reject) => secure.once('secureConnect', resolve).once('error', reject));
  const certificate = secure.getPeerX509Certificate();
  secure.destroy();
  if (certificate === undefined) throw new Error('no certificate');
  return certificate;
}

for (const [host, authority, check] of [
  ['site.test', 'site.test', ['-verify_hostname', 'site.test']],
  ['127.0.0.1', '127.0.0.1', ['-verify_ip', '127.0.0.1']],
  ['::1', '[::1]', ['-verify_ip', '::1']],
] as const)
  test(`openssl verify -x509_strict accepts the chain for ${host}`, async () => {
    skipWithout('openssl', 'version');
    const leaf = path.join(folder, 'leaf.pem');
    const isName = host === 'site.test';
    fs.writeFileSync(leaf, (await shown(`${authority}:${site.port}`, isName ? host : '')).toString());
    const told = await run('openssl', [
      ...['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', caFile, ...check, leaf],
    ]);
    expect(told.stdout).toBe(`${leaf}: OK\n`);
  });

test('wget', async () => {
  skipWithout('wget');
  const proxy = `http://${core.proxy}`;
  const env = { ...process.env, https_proxy: proxy, no_proxy: '' };
  const told = await run('wget', ['-q', '-O', '-', '-S', `--ca-certificate=${caFile}`, `${listed}/fresh?wget`], {
    env,
  });
  expect(told.stdout).toBe('fresh for ten minutes\n');
  expect(told.stderr).toMatch(/X-Cache-Status: MISS/i);
});

const PYTHON = `import sys
try:
    import requests
    print(requests.get(sys.argv[1]).headers['x-cache-status'])
except ImportError:
    from urllib.request import urlopen
    print(urlopen(sys.argv[1]).headers['x-cache-status'])`;
const NODE = "fetch(process.argv[1]).then((r) => console.log(r.headers.get('x-cache-status')))";

test('Python', async () => {
  skipWithout('python3');
  for (const outcome of ['MISS', 'HIT'])
    expect((await throughRun('python3', '-c', PYTHON, `${listed}/fresh?python`)).stdout).toBe(`${outcome}\n`);
});

test('fetch of Node', async () => {
  for (const outcome of ['MISS', 'HIT'])
    expect((await throughRun(process.execPath, '-e', NODE, `${listed}/fresh?node`)).stdout).toBe(`${outcome}\n`);
});

test('npm view', async () => {
  skipWithout('npm');
  const words = ['npm', 'view', 'left-pad', 'version', `--registry=${listed}/`, `--cache=${path.join(folder, 'npm')}`];
  expect((await throughRun(...words)).stdout).toBe('9.8.7\n');
  expect(await rowsOf(`${listed}/left-pad`)).toMatchObject([{ kind: 'http', tls: 'intercepted', status: 200 }]);
});

test('git clone', async () => {
  skipWithout('git');
  const source = path.join(folder, 'source');
  const git = (cwd: string, ...args: string[]) =>
    run('git', ['-c', 'user.name=Test', '-c', 'user.email=test@site.test', '-c', 'init.defaultBranch=main', ...args], {
      cwd,
    });
  fs.mkdirSync(source);
  await git(source, 'init', '-q');
  fs.writeFileSync(path.join(source, 'file.txt'), 'cloned through the proxy\n'.repeat(10_000));
  await git(source, 'add', '.');
  await git(source, 'commit', '-q', '-m', 'first');
  const bare = path.join(folder, 'repo.git');
  await git(folder, 'clone', '-q', '--bare', source, bare);
  await git(bare, 'update-server-info');
  await throughRun('git', 'clone', '-q', `${listed}/repo.git`, 'copy');
  expect(fs.readFileSync(path.join(folder, 'copy', 'file.txt'), 'utf8')).toBe(
    fs.readFileSync(path.join(source, 'file.txt'), 'utf8'),
  );
  expect((await rowsOf('/repo.git/')).length).toBeGreaterThan(3);
});

test('a host that is not listed stays a tunnel: its own certificate, byte for byte', async () => {
  expect((await shown(`other.test:${site.port}`, 'other.test')).issuer).toBe('CN=Test Authority');
  expect((await shown(`site.test:${site.port}`, 'site.test')).issuer).toMatch(/BSDM/);
  await expect
    .poll(async () => (await rowsOf(other))[0])
    .toMatchObject({ kind: 'tunnel', tls: 'tunnel', outcome: 'BYPASS', state: 'done' });

  const echo = net.createServer((socket) => void socket.pipe(socket).on('error', () => undefined));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  try {
    // What begins like a ClientHello and is none.
    const sent = Buffer.concat([Buffer.from('1603010200010001fc0303', 'hex'), randomBytes(1_000_000)]);
    const socket = await connect(`other.test:${(echo.address() as AddressInfo).port}`);
    const parts: Buffer[] = [];
    const whole = new Promise((resolve, reject) =>
      socket
        .on('data', (part: Buffer) => parts.push(part))
        .once('end', resolve)
        .once('error', reject),
    );
    socket.end(sent);
    await whole;
    expect(Buffer.concat(parts).equals(sent)).toBe(true);
  } finally {
    echo.close();
  }
});

test('ten thousand messages of a WebSocket up to 1 MB: all equal, and what is kept of them is bounded', async () => {
  const socket = await connect(`site.test:${site.port}`);
  const ca = fs.readFileSync(caFile);
  const client = new WebSocket(`wss://site.test:${site.port}/many`, 'echo.v1', {
    createConnection: () => tls.connect({ socket, servername: 'site.test', ca }),
  });
  await once(client, 'open');
  expect([client.protocol, client.extensions]).toEqual(['echo.v1', 'permessage-deflate']);
  const bytes = randomBytes(1024 * 1024);
  const sizes = Array.from({ length: 10_000 }, (_, n) => (n % 1000 === 0 ? bytes.length : (n * 37) % 600));
  let got = 0;
  let wrong = 0;
  const all = new Promise<void>((resolve) =>
    client.on('message', (data: Buffer) => {
      if (!data.equals(bytes.subarray(0, sizes[got]))) wrong++;
      if (++got === sizes.length) resolve();
    }),
  );
  for (const size of sizes) client.send(bytes.subarray(0, size));
  await all;
  expect(wrong).toBe(0);
  client.close(1000);
  await expect.poll(async () => (await rowsOf('/many'))[0]?.state).toBe('done');
  const [row] = await rowsOf('/many');
  const { seen, total, dropped } = await command(core, 'exchange.messages', { id: row?.id ?? 0, limit: 1 });
  expect(seen).toBe(20_002);
  expect(total).toBeLessThan(seen);
  expect(dropped).toBe(seen - total);
});

test('interception off again: nothing but tunnels', async () => {
  skipWithout('curl');
  await command(core, 'settings.reset', { keys: ['intercept'] });
  await command(core, 'capture.clear', {});
  for (const version of ['--http1.1', '--http2'])
    expect(await curl('--cacert', site.caFile, version, `${listed}/fresh`)).not.toMatch(/x-cache-status/i);
  expect((await shown(`site.test:${site.port}`, 'site.test')).issuer).toBe('CN=Test Authority');
  // All three are over. How is their peers' affair: a client that closes with bytes unread resets its tunnel.
  await expect
    .poll(async () => (await rowsOf('')).map((row) => ['done', 'failed'].includes(String(row.state))))
    .toEqual([true, true, true]);
  for (const row of await rowsOf('')) expect(row).toMatchObject({ kind: 'tunnel', tls: 'tunnel', outcome: 'BYPASS' });
  await expect.poll(() => command(core, 'interception.status', {})).toMatchObject({ mode: 'off', connections: 0 });
});
