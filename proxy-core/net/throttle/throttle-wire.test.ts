/** Slow lines over real sockets: what goes over them comes whole; how fast is measured by bench/throttle.ts. */
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RawClient } from '../../testkit/clients.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';
import { askOver, openWayOrigin, WAY_AUTHORITY, WAYS, type WayOrigin } from '../../testkit/ways.ts';

const MUCH = Buffer.alloc(300_000, 'much ');
/** Slow enough to be sent in many pieces, fast enough for a test. */
const OWN = 'quick=5/80000/80000, gone=0/0/0/100';
let folder: string;
let core: RunningCore;
let ca: string;
let origin: WayOrigin | undefined;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-throttle-'));
  fs.writeFileSync(path.join(folder, 'origin.pem'), WAY_AUTHORITY.cert);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  await core.stop();
  await origin?.close();
  origin = undefined;
});

async function start(throttle: string): Promise<void> {
  core = await startCore({
    intercept: 'all',
    upstreamCa: path.join(folder, 'origin.pem'),
    throttle,
    throttleProfiles: OWN,
  });
  ca = (await core.core.handlers['ca.make']({})).ca!.pem;
}

describe.each(WAYS)('%s', (way) => {
  it('an answer and the content of a request come whole, and Why tells of the line', async () => {
    await start('quick');
    origin = await openWayOrigin(way, (request, response) => {
      if (request.method === 'POST') request.pipe(response);
      else {
        response.setHeader('Cache-Control', 'max-age=60');
        response.end(MUCH);
      }
    });
    const got = await askOver(way, core.port, ca, `${origin.url}/much`);
    expect([got.status, got.body.equals(MUCH)]).toEqual([200, true]);
    const hit = await askOver(way, core.port, ca, `${origin.url}/much`);
    expect([hit.fields['x-cache-status'], hit.body.equals(MUCH)]).toEqual(['HIT', true]);
    const echo = await askOver(way, core.port, ca, `${origin.url}/echo`, { method: 'POST', body: MUCH });
    expect(echo.body.equals(MUCH)).toBe(true);
    await core.finished(3);
    const { trace } = await core.detailOf('/much');
    expect(trace[0]).toMatchObject({
      code: 'throttle',
      inputs: { profile: 'quick', latencyMs: 5, downKbps: 80_000, upKbps: 80_000 },
    });
  });

  it('a line that loses everything drops the connection, the origin hears nothing, and the record says why', async () => {
    await start('gone');
    origin = await openWayOrigin(way, (_, response) => response.end('x'));
    await expect(askOver(way, core.port, ca, `${origin.url}/x`)).rejects.toThrow();
    await core.finished(1);
    expect(origin.requests()).toEqual([]);
    const { row, facts } = await core.detailOf('/x');
    expect([row.reason, row.outcome, facts['by']]).toEqual(['stage-drop', 'ERROR', 'throttle: gone']);
  });

  it('off means off', async () => {
    await start('off');
    origin = await openWayOrigin(way, (_, response) => response.end('x'));
    await askOver(way, core.port, ca, `${origin.url}/x`);
    await core.finished(1);
    expect((await core.detailOf('/x')).trace.map(({ code }) => code)).not.toContain('throttle');
  });
});

describe('a tunnel', () => {
  let server: net.Server;
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  async function open(): Promise<RawClient> {
    server = net.createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const client = await RawClient.open(core.port);
    client.send(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: x\r\n\r\n`);
    return client;
  }

  it('passes all bytes in order, and its end behind them; switched on and off while it stands', async () => {
    core = await startCore({ throttle: 'off', throttleProfiles: OWN });
    const client = await open();
    await client.until('200 Connection Established');
    for (const throttle of ['quick', 'off', 'quick']) {
      await core.core.handlers['settings.update']({ patch: { throttle } });
      client.received = '';
      client.send(Buffer.concat([MUCH, Buffer.from(`end of ${throttle}`)]));
      expect((await client.until(`end of ${throttle}`)).length).toBe(MUCH.length + `end of ${throttle}`.length);
    }
    client.received = '';
    client.send(MUCH);
    client.socket.end();
    expect((await client.untilEnd()).length).toBe(MUCH.length);
    await core.finished(1);
    expect((await core.detailOf('')).row.error).toBeUndefined();
  });

  it('is cut when the line is, and not opened then', async () => {
    core = await startCore({ throttle: 'off', throttleProfiles: OWN });
    const client = await open();
    await client.until('200 Connection Established');
    await core.core.handlers['settings.update']({ patch: { throttle: 'offline' } });
    client.send('x');
    await client.untilEnd();
    server.close();
    const late = await open();
    expect(await late.untilEnd()).toBe('');
    await core.finished(2);
    expect((await core.detailOf('')).row.reason).toBe('stage-drop');
  });
});

it('a profile that is none is refused in words', async () => {
  core = await startCore();
  await expect(Promise.resolve(core.core.handlers['settings.update']({ patch: { throttle: '5g' } }))).rejects.toThrow(
    'throttle: there is no profile 5g',
  );
  expect(core.settings.current().throttle).toBe('off');
});
