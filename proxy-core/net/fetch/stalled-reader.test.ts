/** Clients that ask and then take nothing: they are let go after a while, and what they held is given back. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ask, RawClient } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';

/** More than the buffers of both systems on the way hold. */
const LARGE = Buffer.alloc(48 * 1024 * 1024, 'x');

let origin: Origin;
let running: RunningCore;
let caching = 'no-store';

beforeEach(async () => {
  caching = 'no-store';
  origin = await openOrigin((request, response) => {
    response.setHeader('Cache-Control', caching);
    response.end(request.url?.startsWith('/large') ? LARGE : 'small');
  });
  running = await startCore({ upstreamConnections: 2, clientStallSeconds: 1, maxCacheBodySize: 64 * 1024 * 1024 });
});
afterEach(async () => {
  await running.stop();
  await origin.close();
});

async function stalledClient(path: string): Promise<RawClient> {
  const client = await RawClient.open(running.port);
  client.send(`GET ${origin.url}${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await client.until('xxx');
  client.socket.pause();
  return client;
}

it('readers that stop give the connections to the origin back: another client gets its answer', async () => {
  const stalled = [await stalledClient('/large-1'), await stalledClient('/large-2')]; // both connections to the origin
  expect((await ask(running.port, `${origin.url}/small`)).body.toString()).toBe('small');
  await running.finished(3);
  const detail = await running.detailOf('/large-1');
  expect(detail.row).toMatchObject({ state: 'failed', error: 'client_stalled', status: 200 });
  expect(detail.errorText).toBe('the client took nothing of the reply for 1 s and was let go');
  expect(running.core.stats().totals.errors).toBe(0);
  for (const client of stalled) client.close();
});

it('so is one that takes nothing of a stored response', async () => {
  caching = 'max-age=60';
  await ask(running.port, `${origin.url}/large`);
  const client = await stalledClient('/large');
  await running.finished(2);
  expect((await running.detailOf('/large')).row).toMatchObject({ error: 'client_stalled', outcome: 'HIT' });
  client.socket.resume();
  await client.untilEnd();
  expect(client.received.length).toBeLessThan(LARGE.length);
});
