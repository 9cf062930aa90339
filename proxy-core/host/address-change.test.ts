/** Where the proxy listens follows the settings while it runs: moves, ways back, taken ports. And a change of settings is all or nothing. */
import fs from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CoreInfo } from '../contract/commands.ts';
import type { SettingKey } from '../contract/settings.ts';
import { createCore, type Core } from '../core.ts';
import { ask, RawClient } from '../testkit/clients.ts';
import { openOrigin, type Origin } from '../testkit/origin.ts';
import type { ControlServer } from './control-server.ts';
import { serveControl } from './testkit/serve-control.ts';
import type { Override } from './options.ts';
import { SettingsService } from './settings-service.ts';

let dir: string;
let origin: Origin;
let blocker: net.Server;
let takenPort: number;
let settings: SettingsService;
let core: Core;
let control: ControlServer;
let logged: string[];

beforeEach(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-address-'));
  logged = [];
  origin = await openOrigin((_request, response) => response.end('from the origin'));
  blocker = net.createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  takenPort = (blocker.address() as AddressInfo).port;
  const locks: [SettingKey, Override][] = [['dialAllow', { value: 'loopback', source: 'env', origin: 'test' }]];
  settings = new SettingsService(path.join(dir, 'settings.json'), new Map(locks), () => undefined);
  settings.update({ port: 0 });
  core = createCore({
    settings,
    version: '1',
    dataDir: dir,
    now: Date.now,
    log: (level, message) => logged.push(`${level}: ${message}`),
  });
  control = await serveControl(core, { token: 'token-for-the-tests', metricsOpen: () => true });
});
afterEach(async () => {
  await control.close();
  await core.stop();
  await origin.close();
  await new Promise((resolve) => blocker.close(resolve));
  fs.rmSync(dir, { recursive: true });
});

const info = (): CoreInfo => core.handlers['core.info']({}) as CoreInfo;
const reach = async (port: number): Promise<number> => (await ask(port, `${origin.url}/`)).status;
async function patch(body: Record<string, unknown>): Promise<{ status: number; json: Record<string, unknown> }> {
  const reply = await ask(control.port, '/api/settings', {
    method: 'PATCH',
    body: JSON.stringify(body),
    headers: { Host: `127.0.0.1:${control.port}`, Authorization: 'Bearer token-for-the-tests' },
  });
  return { status: reply.status, json: JSON.parse(reply.body.toString()) as Record<string, unknown> };
}
/** A port nobody has just now. */
async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it('asks for its own page as a client would, wherever it listens; while it does not, it says so', async () => {
  const test = async () => core.handlers['clients.test']({});
  await expect(test()).rejects.toMatchObject({ code: 'conflict', message: 'the proxy does not listen' });
  await core.listen();
  expect(await test()).toMatchObject({ url: 'http://bsdm.proxy/' });
  await patch({ host: '0.0.0.0' });
  await test();
  const { rows } = await core.handlers['exchange.list']({});
  expect(rows.map(({ host, reason }) => [host, reason])).toEqual([
    ['bsdm.proxy', 'own-page'],
    ['bsdm.proxy', 'own-page'],
  ]);
});

describe('a move', () => {
  it('to all interfaces on the same port and back, with replies under way finished', async () => {
    const { port } = await core.listen();
    let finish: () => void = () => undefined;
    const slow = http.createServer((_request, response) => {
      response.write('first ');
      finish = () => response.end('last');
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const client = await RawClient.open(port);
    client.send(
      `GET http://127.0.0.1:${(slow.address() as AddressInfo).port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    await client.until('first ');
    expect(await patch({ host: '0.0.0.0', port })).toMatchObject({ status: 200, json: { host: { value: '0.0.0.0' } } });
    expect(info().listening).toEqual({ host: '0.0.0.0', port });
    expect(await reach(port)).toBe(200);
    finish();
    expect(await client.untilEnd()).toContain('last');
    client.close();
    expect((await patch({ host: '127.0.0.1' })).status).toBe(200);
    expect(info().listening).toEqual({ host: '127.0.0.1', port });
    expect(await reach(port)).toBe(200);
    await new Promise((resolve) => slow.close(resolve));
  });

  it('that fails on the same port leaves the proxy where it was', async () => {
    const { port } = await core.listen();
    // No address of this machine: refused whether or not the old listener is closed first.
    expect(await patch({ host: '203.0.113.1', port, cache_capacity: 5 })).toMatchObject({
      status: 409,
      json: { error: { message: expect.stringContaining('no address of this machine') as unknown } },
    });
    expect(info().listening).toEqual({ host: '127.0.0.1', port });
    expect(await reach(port)).toBe(200);
    expect(settings.current()).toMatchObject({ host: '127.0.0.1', cacheCapacity: 10_000 });
  });

  it('to all interfaces while another address of this port is taken: the old listener is opened again', async () => {
    const { port } = await core.listen();
    const other = net.createServer();
    await new Promise<void>((resolve, reject) => other.once('error', reject).listen(port, '127.0.0.2', resolve));
    const answer = await patch({ host: '0.0.0.0', port });
    expect(answer).toMatchObject({ status: 409, json: { error: { code: 'conflict' } } });
    expect(info().listening).toEqual({ host: '127.0.0.1', port });
    expect(await reach(port)).toBe(200);
    await new Promise((resolve) => other.close(resolve));
  });

  it('to a taken port changes nothing, not even the other settings of the change, and names a free port', async () => {
    const { port } = await core.listen();
    const answer = await patch({ cache_capacity: 5, port: takenPort });
    expect(answer).toMatchObject({
      status: 409,
      json: {
        error: {
          code: 'conflict',
          hint: expect.stringMatching(/^The proxy goes on where it was\. Port \d+ is free\.$/) as unknown,
        },
      },
    });
    expect(settings.current()).toMatchObject({ port: 0, cacheCapacity: 10_000 });
    expect(await reach(port)).toBe(200);
  });

  it('that cannot be saved goes back', async () => {
    const { port } = await core.listen();
    fs.rmSync(dir, { recursive: true });
    fs.writeFileSync(dir, 'no folder any more');
    expect((await patch({ port: await freePort() })).status).toBe(503);
    expect(info().listening).toEqual({ host: '127.0.0.1', port });
    expect(await reach(port)).toBe(200);
  });

  it('and another at the same time come one after the other', async () => {
    await core.listen();
    const [a, b] = [await freePort(), await freePort()];
    const answers = await Promise.all([
      patch({ port: a }),
      patch({ port: b }),
      patch({ host: '0.0.0.0' }),
      patch({ host: '127.0.0.1' }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(info().listening?.port).toBe(settings.current().port);
    expect(await reach(settings.current().port)).toBe(200);
  });

  it("to all interfaces warns: in the log, in the answer and in the core's facts", async () => {
    const { port } = await core.listen();
    expect(info().warnings).toBeUndefined();
    const answer = await patch({ host: '0.0.0.0', port });
    expect(answer.json['warnings']).toEqual([expect.stringContaining('other machines can use it')]);
    expect(info().warnings).toEqual(answer.json['warnings']);
    expect(logged.filter((line) => line.startsWith('warn: ') && line.includes('other machines'))).toHaveLength(1);
    expect((await patch({ cache_capacity: 5 })).json).not.toHaveProperty('warnings');
    await patch({ host: '127.0.0.1' });
    expect(info().warnings).toBeUndefined();
  });
});

describe('a start on a taken port', () => {
  beforeEach(async () => {
    settings.update({ port: takenPort });
    await expect(core.listen()).rejects.toThrow('EADDRINUSE');
  });

  it('is told with the next free one, and that one takes effect at once', async () => {
    const { listening, listenProblem, freePort: free } = info();
    expect(listening).toBeNull();
    expect(listenProblem).toContain(`port ${takenPort}`);
    expect(free).toBeGreaterThan(takenPort);
    expect((await patch({ port: free })).status).toBe(200);
    expect(info()).toMatchObject({ listening: { host: '127.0.0.1', port: free } });
    expect(info().listenProblem).toBeUndefined();
    expect(info().freePort).toBeUndefined();
    expect(await reach(free!)).toBe(200);
  });

  it('with another taken port after it stays told, and the settings stay as they were', async () => {
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    expect((await patch({ port })).status).toBe(409);
    expect(settings.current().port).toBe(takenPort);
    expect(info().listenProblem).toContain(`port ${takenPort} `);
    await new Promise((resolve) => other.close(resolve));
  });

  it('the same port again is tried again', async () => {
    await new Promise((resolve) => blocker.close(resolve));
    expect((await patch({ port: takenPort })).status).toBe(200);
    expect(await reach(takenPort)).toBe(200);
    blocker = net.createServer().listen(0, '127.0.0.1');
  });
});

it('a core that was never asked to listen does not begin to when its port changes', async () => {
  expect((await patch({ port: await freePort() })).status).toBe(200);
  expect(info().listening).toBeNull();
});

describe('a change of settings is all or nothing', () => {
  it('a value beside a reset of a locked setting', async () => {
    expect(await patch({ cache_capacity: 5, dial_allow: null })).toMatchObject({
      status: 409,
      json: { error: { code: 'locked' } },
    });
    expect(settings.current().cacheCapacity).toBe(10_000);
  });

  it('a reset beside a value that cannot be', async () => {
    settings.update({ cacheCapacity: 7 });
    expect((await patch({ cache_capacity: null, cache_mode: 'no such mode' })).status).toBe(400);
    expect(settings.current().cacheCapacity).toBe(7);
  });

  it('values and resets are told and saved as one change', async () => {
    settings.update({ cacheCapacity: 7 });
    const told: string[] = [];
    settings.subscribe((changed) => told.push(changed.join()));
    expect((await patch({ cache_capacity: null, cache_ttl_seconds: 60 })).status).toBe(200);
    expect(told).toEqual(['cacheCapacity,cacheTtlSeconds']);
    expect(JSON.parse(fs.readFileSync(path.join(dir, 'settings.json'), 'utf8'))).toEqual({
      version: 1,
      settings: { port: 0, cacheTtlSeconds: 60 },
    });
  });
});
