/** `bsdm-proxy run` as a process: what the command is told, through whose proxy it goes, and what comes back of it. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startCore } from '../testkit/running-core.ts';

const CLI = path.join(import.meta.dirname, 'cli.ts');
/** Asks through the proxy it was told of, as Node does by itself. */
const ASK = `require('node:http').get(process.argv[1], (r) => {
  console.log(r.statusCode, r.headers['x-cache-status']);
  r.resume();
});`;
const SHOW = 'console.log(JSON.stringify(process.env))';

let folder: string;
let origin: http.Server;
let originUrl: string;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-run-'));
  origin = http.createServer((_request, response) => {
    response.setHeader('Cache-Control', 'max-age=60');
    response.end('here');
  });
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}/`;
});

afterEach(() => {
  origin.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Not at once: the origin answers in this process. */
async function run(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(process.execPath, [CLI, 'run', '--data-dir', folder, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, BSDM_DIAL_ALLOW: 'loopback', JAVA_HOME: '/nowhere', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout, stderr };
}

it('leads a command through a proxy of its own, which ends with it', async () => {
  const { status, stdout, stderr } = await run(['--own', '--', process.execPath, '-e', ASK, originUrl]);
  expect(stdout).toBe('200 MISS\n');
  expect(status).toBe(0);
  expect(stderr).toContain('1 requests');
});

it('uses the proxy that runs, by its address', async () => {
  const core = await startCore();
  try {
    const proxy = ['--proxy', `127.0.0.1:${core.port}`, '--', process.execPath, '-e', ASK, originUrl];
    expect(await run(proxy)).toMatchObject({ stdout: '200 MISS\n' });
    const again = await run(proxy);
    expect(again.stdout).toBe('200 HIT\n');
    expect(again.stderr).toContain('interception is off');
  } finally {
    await core.stop();
  }
});

it('tells the command of the CA, in files that hold it', async () => {
  const { stdout } = await run(['--own', '--', process.execPath, '-e', SHOW], { NODE_EXTRA_CA_CERTS: '' });
  const env = new Map(Object.entries(JSON.parse(stdout) as Record<string, string>));
  const ca = fs.readFileSync(path.join(folder, 'ca', 'ca.pem'), 'utf8');
  expect(fs.readFileSync(env.get('NODE_EXTRA_CA_CERTS') ?? '', 'utf8')).toBe(ca);
  const bundle = fs.readFileSync(env.get('SSL_CERT_FILE') ?? '', 'utf8');
  expect(bundle.endsWith(ca)).toBe(true);
  expect(bundle.split('BEGIN CERTIFICATE').length).toBeGreaterThan(100);
  expect(new X509Certificate(ca).ca).toBe(true);
  expect(env.get('https_proxy')).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

it('keeps the roots that the variables named before', async () => {
  const mine = path.join(folder, 'mine.pem');
  const [, key] = [0, path.join(folder, 'key.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', '/CN=mine', '-keyout', key, '-out', mine],
    ],
    { stdio: 'ignore' },
  );
  const { stdout } = await run(['--own', '--print'], { NODE_EXTRA_CA_CERTS: mine });
  const pem = fs.readFileSync(mine, 'utf8').trim();
  for (const name of ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']) {
    const file = new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1] ?? '';
    expect(fs.readFileSync(file, 'utf8'), name).toContain(pem);
  }
});

it.each([
  [['--own', '--', process.execPath, '-e', 'process.exit(7)'], 7, /^/],
  [['--own', '--', process.execPath, '-e', 'process.kill(process.pid, "SIGKILL")'], 137, /^/],
  [['--own', '--', 'no-such-program-here'], 127, /no-such-program-here: command not found/],
  [[], 2, /takes a command/],
  [['--nonsense', '--', 'true'], 2, /--nonsense/],
  [['--proxy', 'nowhere', '--', 'true'], 2, /HOST:PORT/],
  [['--proxy', '127.0.0.1:9', '--', 'true'], 1, /no BSDM-Proxy answers on 127\.0\.0\.1:9/],
])('%j ends with %i', async (args, status, words) => {
  const ran = await run(args);
  expect(ran.status, ran.stderr).toBe(status);
  expect(ran.stderr).toMatch(words);
});

it('passes a signal on and waits for what the command makes of it', async () => {
  const script = `process.on('SIGTERM', () => { console.log('told'); process.exit(3); }); console.log('ready'); setInterval(() => {}, 1000);`;
  const child = spawn(
    process.execPath,
    [CLI, 'run', '--data-dir', folder, '--own', '--', process.execPath, '-e', script],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, JAVA_HOME: '/nowhere' },
    },
  );
  const lines: string[] = [];
  const reader = readline.createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(line);
    if (line === 'ready') child.kill('SIGTERM');
  });
  const [status] = (await once(child, 'close')) as [number | null];
  expect(lines).toEqual(['ready', 'told']);
  expect(status).toBe(3);
});

const keytool = spawnSync('keytool', ['-help']).error === undefined;
if (!keytool) console.log('keytool is not installed: the trust store for Java is not tried');
it.skipIf(!keytool)('makes a trust store for Java', async () => {
  const { JAVA_HOME: _, ...env } = process.env;
  const stdout = execFileSync(process.execPath, [CLI, 'run', '--data-dir', folder, '--own', '--print'], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const file = /trustStore="([^"]+)"/.exec(stdout)?.[1] ?? '';
  const listed = execFileSync(
    'keytool',
    ['-list', '-keystore', file, '-storepass', 'changeit', '-alias', 'bsdm-proxy'],
    {
      encoding: 'utf8',
    },
  );
  expect(listed).toContain('trustedCertEntry');
});
