/** Stages over real sockets: an asynchronous one at every place, paused connections, clients and origins that go away. */
import http from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ask, RawClient } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';
import type { Stages, Verdict } from './stages.ts';

let origin: Origin;
let running: RunningCore | undefined;
const MUCH = Buffer.alloc(3_000_000, 'much ');

beforeEach(async () => {
  origin = await openOrigin((request, response) => {
    if (request.method === 'POST') request.pipe(response.writeHead(200, { 'Cache-Control': 'no-store' }));
    else if (request.url === '/much') response.writeHead(200, { 'Cache-Control': 'max-age=60' }).end(MUCH);
    else if (request.url === '/part') response.writeHead(200, { 'Content-Length': 10 }).write('part');
    else response.writeHead(200, { 'Cache-Control': 'max-age=60', 'X-Origin': '1' }).end(`this is ${request.url}`);
  });
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await origin.close();
});

const start = async (stages: Stages): Promise<RunningCore> =>
  (running = await startCore({}, undefined, undefined, () => stages));
/** Later than everything that is ready now. */
const soon = <T>(value: T): Promise<T> => new Promise((resolve) => setImmediate(resolve, value));

/** A stage that says when it has been reached, and waits. */
function gate() {
  let reach: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  let open: (verdict: Verdict<never>) => void = () => undefined;
  const verdict = new Promise<Verdict<never>>((resolve) => (open = resolve));
  return { reached, open, stage: () => (reach(), verdict) };
}

it('an asynchronous stage at each place changes what goes by; the connection of the client is used again', async () => {
  const core = await start({
    clientRequest: ({ url, fields }) =>
      soon({ kind: 'change', change: { url: url.replace('/asked', '/moved'), fields: [...fields, 'X-One', '1'] } }),
    originRequest: ({ fields }) => soon({ kind: 'change', by: 'two', change: { fields: [...fields, 'X-Two', '2'] } }),
    originResponse: ({ fields }) => soon({ kind: 'change', change: { fields: [...fields, 'X-Three', '3'] } }),
    clientResponse: ({ fields }) =>
      soon({ kind: 'change', change: { status: 203, fields: [...fields, 'X-Four', '4'] } }),
  });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const first = await ask(core.port, `${origin.url}/asked`, { agent });
  expect([first.status, first.body.toString()]).toEqual([203, 'this is /moved']);
  expect(first.fields).toMatchObject({ 'x-origin': '1', 'x-three': '3', 'x-four': '4', 'x-cache-status': 'MISS' });
  expect(origin.lastFields().join()).toContain('X-One,1,X-Two,2');
  const second = await ask(core.port, `${origin.url}/asked`, { agent });
  expect([second.status, second.body.toString()]).toEqual([203, 'this is /moved']);
  expect(second.fields).toMatchObject({ 'x-three': '3', 'x-cache-status': 'HIT' });
  expect(origin.requests).toEqual(['GET /moved']);
  agent.destroy();
  await core.finished(2);
  const hit = await core.detailOf('/asked');
  expect(hit.changed?.map(({ stage }) => stage)).toEqual(['client-request', 'client-response']);
  expect(hit.requestFields).not.toContainEqual(['X-One', '1']);
});

it('much content behind a head that waits comes whole, to all who wait', async () => {
  const { reached, open, stage } = gate();
  const { port } = await start({ originResponse: stage, clientResponse: () => soon(undefined) });
  const both = [ask(port, `${origin.url}/much`), ask(port, `${origin.url}/much`)];
  await reached;
  open(undefined);
  for (const { body } of await Promise.all(both)) expect(body.equals(MUCH)).toBe(true);
  expect((await ask(port, `${origin.url}/much`)).fields['x-cache-status']).toBe('HIT');
});

it('content of a request waits with it and is not lost', async () => {
  const { port } = await start({ clientRequest: () => soon(undefined), originRequest: () => soon(undefined) });
  const { body } = await ask(port, `${origin.url}/echo`, { method: 'POST', body: MUCH });
  expect(body.equals(MUCH)).toBe(true);
});

it.each(['clientRequest', 'originRequest', 'originResponse', 'clientResponse'] as const)(
  'a client that goes away while %s waits takes its request along',
  async (name) => {
    const { reached, open, stage } = gate();
    const core = await start({ [name]: stage });
    const client = await RawClient.open(core.port);
    client.send(`GET ${origin.url}/part HTTP/1.1\r\nHost: x\r\n\r\n`);
    await reached;
    client.close();
    await core.finished(1);
    open(undefined);
    expect((await core.detailOf('/part')).row).toMatchObject({ state: 'client-left', reason: 'client-left' });
    while (origin.connections() > 0) await soon(undefined);
    expect(origin.requests).toHaveLength(name.endsWith('Request') ? 0 : 1);
  },
);

it('a dropped connection ends without a byte', async () => {
  const { port } = await start({ clientResponse: () => soon({ kind: 'drop' as const }) });
  const client = await RawClient.open(port);
  client.send(`GET ${origin.url}/x HTTP/1.1\r\nHost: x\r\n\r\n`);
  expect(await client.untilEnd()).toBe('');
});

it('a stage that fails answers 500 with its words, and the connection goes on', async () => {
  const { port } = await start({
    originRequest: ({ url }) => (url.endsWith('/bad') ? Promise.reject(new Error('boom')) : undefined),
  });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const bad = await ask(port, `${origin.url}/bad`, { agent });
  expect([bad.status, bad.body.toString()]).toEqual([
    500,
    expect.stringContaining('the stage origin-request failed (boom).'),
  ]);
  expect((await ask(port, `${origin.url}/good`, { agent })).body.toString()).toBe('this is /good');
  agent.destroy();
});

it('a kept Host goes out with the URL it is not of', async () => {
  const { port } = await start({
    clientRequest: () => ({ kind: 'change', change: { url: `${origin.url}/mapped`, keepHost: true } }),
  });
  expect((await ask(port, 'http://shop.example/')).body.toString()).toBe('this is /mapped');
  const fields = origin.lastFields();
  expect(fields[fields.findIndex((name) => name.toLowerCase() === 'host') + 1]).toBe('shop.example');
});

it('a stage that leads back to the proxy itself is refused as a loop', async () => {
  const core: RunningCore = await start({
    clientRequest: ({ url }) => ({ kind: 'change', change: { url: url.replace(/:\d+/, `:${core.port}`) } }),
  });
  const { status, fields } = await ask(core.port, `${origin.url}/round`);
  expect([status, fields['proxy-status']]).toEqual([502, expect.stringContaining('error=proxy_loop_detected')]);
  expect((await core.detailOf('/round')).row.error).toBe('proxy_loop_detected');
});

it('what a stage makes of a request with the token of the control server is recorded without it', async () => {
  const core = await start({
    clientRequest: ({ url, fields }) => ({
      kind: 'change',
      change: { url: `${url}/more`, fields: [...fields, 'X-New', '1'] },
    }),
  });
  core.core.keepSecret('t0ps3cret');
  await ask(core.port, `${origin.url}/x?token=t0ps3cret`, { headers: { Authorization: 'Bearer t0ps3cret' } });
  await core.finished(1);
  const { changed } = await core.detailOf('/x');
  expect(changed?.[0]?.sent.fields).toContainEqual(['X-New', '1']);
  expect(JSON.stringify(changed)).not.toContain('t0ps3cret');
});
