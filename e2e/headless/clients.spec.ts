/** Programs people point at a proxy every day: curl, wget, git; plain and through CONNECT. */
import { expect, test } from '@playwright/test';
import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { startSite, type SiteOrigin } from '../support/site-origin.ts';

const run = promisify(execFile);
let core: HeadlessApp;
let site: SiteOrigin;
let folder: string;

test.beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-clients-'));
  [core, site] = await Promise.all([startHeadless(), startSite()]);
});
test.afterAll(async () => {
  await core?.kill();
  await site?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

function skipWithout(program: string): void {
  let isThere = true;
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
  } catch {
    isThere = false;
  }
  test.skip(!isThere, `${program} is not installed here`);
}

/** The proxy for everything, loopback included, whatever this machine is set to. */
function proxyEnv(): NodeJS.ProcessEnv {
  const proxy = `http://${core.proxy}`;
  return {
    ...process.env,
    http_proxy: proxy,
    https_proxy: proxy,
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    no_proxy: '',
    NO_PROXY: '',
  };
}

test('curl: miss, then hit, then a conditional request', async () => {
  skipWithout('curl');
  const curl = async (...args: string[]): Promise<string> =>
    (await run('curl', ['-sS', '-i', '--noproxy', '', '-x', `http://${core.proxy}`, ...args, `${site.url}/fresh`]))
      .stdout;
  expect(await curl()).toMatch(/^HTTP\/1\.1 200[^]*x-cache-status: MISS[^]*fresh for ten minutes/i);
  expect(await curl()).toMatch(/^HTTP\/1\.1 200[^]*x-cache-status: HIT/i);
  expect(await curl('-H', 'If-None-Match: "v1"')).toMatch(/^HTTP\/1\.1 304/);
  expect(site.count('/fresh')).toBe(1);
});

test('curl through CONNECT: the tunnel carries bytes both ways', async () => {
  skipWithout('curl');
  const tunnelled = await run('curl', [
    '-sS',
    '--noproxy',
    '',
    '-p',
    '-x',
    `http://${core.proxy}`,
    `${site.url}/second.html`,
  ]);
  expect(tunnelled.stdout).toContain('Second page');
});

test('a tunnel to a closed port is answered 502, not hung', async () => {
  const closed = net.createServer().listen(0, '127.0.0.1');
  await new Promise<void>((resolve) => closed.once('listening', () => resolve()));
  const { port } = closed.address() as AddressInfo;
  await new Promise<void>((resolve) => closed.close(() => resolve()));
  const at = new URL(`http://${core.proxy}`);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const request = http.request({ host: at.hostname, port: at.port, method: 'CONNECT', path: `127.0.0.1:${port}` });
    request.on('connect', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode);
    });
    request.on('error', reject).end();
  });
  expect(status).toBe(502);
});

test('wget fetches a page with what it needs', async () => {
  skipWithout('wget');
  const target = path.join(folder, 'wget');
  await run('wget', ['-q', '-p', '-nd', '-P', target, `${site.url}/`], { env: proxyEnv() });
  expect(fs.readdirSync(target)).toEqual(
    expect.arrayContaining(['index.html', 'red.png', 'blue.png', 'site.css', 'site.js']),
  );
  expect(fs.readFileSync(path.join(target, 'site.js'), 'utf8')).toContain('script ran');
});

test('git clones over http', async () => {
  skipWithout('git');
  const source = path.join(folder, 'source');
  const git = (cwd: string, ...args: string[]) =>
    run('git', ['-c', 'user.name=Test', '-c', 'user.email=test@site.test', '-c', 'init.defaultBranch=main', ...args], {
      cwd,
      env: proxyEnv(),
    });
  fs.mkdirSync(source);
  await git(source, 'init', '-q');
  fs.writeFileSync(path.join(source, 'file.txt'), 'cloned through the proxy\n'.repeat(10_000));
  await git(source, 'add', '.');
  await git(source, 'commit', '-q', '-m', 'first');
  const bare = path.join(folder, 'repo.git');
  await git(folder, 'clone', '-q', '--bare', source, bare);
  // What a plain web server needs to serve a repository.
  await git(bare, 'update-server-info');
  const server = http.createServer((request, response) => {
    const file = path.join(folder, path.normalize(new URL(request.url ?? '/', 'http://git.invalid').pathname));
    fs.createReadStream(file)
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    await git(folder, 'clone', '-q', `http://127.0.0.1:${port}/repo.git`, 'copy');
    expect(fs.readFileSync(path.join(folder, 'copy', 'file.txt'), 'utf8')).toBe(
      fs.readFileSync(path.join(source, 'file.txt'), 'utf8'),
    );
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
