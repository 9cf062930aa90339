/** The command `har` against a core that runs: what was captured is saved, looked at and opened again. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import zlib from 'node:zlib';
import har from 'har-validator';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ControlServer } from '../host/control-server.ts';
import { serveControl } from '../host/testkit/serve-control.ts';
import { ask } from '../testkit/clients.ts';
import { openOrigin, type Origin } from '../testkit/origin.ts';
import { startCore, type RunningCore } from '../testkit/running-core.ts';

const TOKEN = 'token-for-the-tests';
let folder: string;
let origin: Origin;
let running: RunningCore;
let control: ControlServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bsdm-har-'));
  origin = await openOrigin((request, response) => {
    response.setHeader('Cache-Control', 'max-age=60').setHeader('Content-Type', 'text/plain');
    response.end(`body of ${request.url}`);
  });
  running = await startCore();
  control = await serveControl(running.core, { token: TOKEN });
  for (const path of ['/a', '/a', '/b?password=hunter2222'])
    await ask(running.port, `${origin.url}${path}`, { headers: { 'X-Api-Key': 'secret-of-ann' } });
  await running.finished(3);
});
afterEach(async () => {
  await control.close();
  await running.stop();
  await origin.close();
  rmSync(folder, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number | null; out: string; error: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'cli.ts'), 'har', ...args], {
    env: { ...process.env, BSDM_CONTROL_URL: `http://127.0.0.1:${control.port}`, BSDM_CONTROL_TOKEN: TOKEN },
  });
  const texts = { out: '', error: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.error += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...texts };
}

it('saves the capture, tells what is in it, and opens it beside the live session', async () => {
  const file = join(folder, 'all.har.gz');
  expect(await run('export', file)).toMatchObject({ code: 0, error: `${file} written\n` });
  const text = zlib.gunzipSync(readFileSync(file)).toString();
  expect(text).not.toContain('secret-of-ann');
  expect(text).not.toContain('hunter2222');
  await expect(har.har(JSON.parse(text))).resolves.toBeDefined();

  const told = await run('info', file);
  expect(told.out).toContain('exchanges: 3\n');
  expect(told.out).toContain('BSDM-Proxy 0.0.0-test');
  expect(JSON.parse((await run('info', file, '--json')).out)).toMatchObject({
    exchanges: 3,
    isCut: false,
    outcomes: { HIT: 1, MISS: 2 },
  });

  const opened = await run('import', file);
  expect(opened).toMatchObject({ code: 0, error: '' });
  const id = /^session ([0-9a-f]+), exchanges: 3\n$/.exec(opened.out)?.[1];
  const { handlers } = running.core;
  expect(await handlers['exchange.list']({ session: id!, q: 'cache:hit' })).toMatchObject({
    total: 1,
    rows: [{ reason: 'fresh', path: '/a' }],
  });
  const again = join(folder, 'again.har');
  expect(await run('export', again, '--session', id!, '--filter', 'cache:hit', '--keep-secrets')).toMatchObject({
    code: 0,
  });
  expect(JSON.parse(readFileSync(again, 'utf8'))).toMatchObject({ log: { entries: [{ _bsdm: { session: id } }] } });
  expect(await handlers['session.close']({ id: id! })).toEqual({ closed: true });
  expect(await handlers['session.list']({})).toEqual({ sessions: [] });
}, 60_000);

it('says what is wrong', async () => {
  const bad = join(folder, 'bad.har');
  writeFileSync(bad, '{"log":{}}');
  expect(await run('import', bad)).toMatchObject({
    code: 1,
    error: `error: ${bad} cannot be opened: this is no HAR file: it has no log.entries\n`,
  });
  expect(await running.core.handlers['session.list']({})).toEqual({ sessions: [] });
  expect(await run('info', join(folder, 'none'))).toMatchObject({ code: 1 });
  expect((await run('export', join(folder, 'x.har'), '--filter', 'cache:maybe')).error).toContain(
    'accepted: hit, miss',
  );
  expect((await run('export', '-', '--token', 'wrong')).code).toBe(1);
  expect(await run('exprot', 'x')).toMatchObject({ code: 2 });
}, 60_000);

it('takes a file piece by piece, and can be told to stop', async () => {
  const { handlers } = running.core;
  const { id: saving } = await handlers['har.begin']({});
  const { bytes } = await handlers['har.read']({ id: saving });
  expect((await handlers['har.read']({ id: saving })).bytes).toHaveLength(0);
  const { id } = await handlers['session.create']({ name: 'dragged.har', size: bytes.length });
  for (let at = 0; at < bytes.length; at += 1000) {
    const data = Buffer.from(bytes.subarray(at, at + 1000)).toString('base64');
    await handlers['session.write']({ id, data, done: at + 1000 >= bytes.length });
  }
  const ready = await new Promise((resolve) => {
    const feed = running.core.streams.sessions({}, ({ sessions }) => {
      if (sessions[0]?.state === 'ready') setImmediate(() => resolve((feed.stop(), sessions[0])));
    });
  });
  expect(ready).toMatchObject({ name: 'dragged.har', reading: { exchanges: 3, bytes: bytes.length } });

  const other = await handlers['session.create']({ name: 'other.har' });
  await handlers['session.write']({ id: other.id, data: Buffer.from('{"log":{"entries":[').toString('base64') });
  const late = handlers['session.write']({ id: other.id, data: 'AAAA' });
  await handlers['session.close']({ id: other.id });
  await expect(late).rejects.toThrow('other.har is not read any further');
  await expect((async () => handlers['session.write']({ id: other.id, data: '' }))()).rejects.toMatchObject({
    code: 'gone',
  });
});
