/** The headless command as scripts see it: ready line, signals, exit codes, words on standard error. */
import { expect, test } from '@playwright/test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { startHeadless } from '../support/headless-app.ts';
import { OUT } from '../support/paths.ts';

/** Runs the command to its end. */
function runCli(args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-cli-'));
  const child = spawn(process.execPath, [path.join(OUT, 'core', 'cli.mjs'), '--data-dir', dataDir, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) =>
    child.on('close', (code) => {
      fs.rmSync(dataDir, { recursive: true, force: true });
      resolve({ code, out, err });
    }),
  );
}

test('prints its addresses when ready and ends with 0 when asked to', async () => {
  const core = await startHeadless();
  expect(core.proxy).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(core.control).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(core.token.length).toBeGreaterThanOrEqual(16);
  expect(core.ui).toBe(`${core.control}/#token=${core.token}`);
  const health = await fetch(`${core.control}/health`);
  expect(health.status).toBe(200);
  // Windows has no signals: ending there is always abrupt.
  if (process.platform !== 'win32') expect(await core.stop()).toBe(0);
  else await core.kill();
});

test('a taken port ends it with 3 and a line that names the port', async () => {
  const blocker = net.createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as AddressInfo;
  const { code, err } = await runCli(['--port', String(port), '--control-port', '0']);
  blocker.close();
  expect(code).toBe(3);
  expect(err).toContain(String(port));
});

test('a value that does not parse ends it with 2 and names the option', async () => {
  const { code, out, err } = await runCli(['--port', 'abc']);
  expect(code).toBe(2);
  expect(err).toMatch(/port/);
  expect(out).toBe('');
});

test('--help lists every option and ends with 0', async () => {
  const { code, out } = await runCli(['--help']);
  expect(code).toBe(0);
  for (const option of ['--port', '--control-port', '--data-dir', '--cache-capacity', '--kafka-brokers', '--json'])
    expect(out).toContain(option);
});
