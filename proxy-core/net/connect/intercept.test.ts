/** A CONNECT whose inside is read: the tunnel's connection is adopted by a front, and its requests are exchanges. */
import net from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { LiveSession } from '../../capture/live-session.ts';
import { RawClient } from '../../testkit/clients.ts';
import { Descriptors } from '../front/descriptors.ts';
import type { Front } from '../front/front.ts';
import { frontUnderTest } from '../front/testkit/fronts.ts';
import { resolveTarget } from '../front/request-target.ts';
import { STRAIGHT } from '../origin/upstream-route.ts';
import { createDialGuard } from '../origin/dial-guard.ts';
import { Tunnels } from './tunnel.ts';

let front: Front | undefined;
let hub: LiveSession | undefined;
afterEach(async () => {
  await front?.close(0);
  hub?.stop();
});

async function start(): Promise<RawClient> {
  const now = (): number => performance.now();
  const events = new LiveSession({
    sessionId: 's',
    now,
    maxRows: () => 100,
    maxBytes: () => 1e7,
    maxBodyBytes: () => 1e6,
    maxBodyBytesOne: () => 1e4,
  });
  hub = events;
  const tunnels = new Tunnels({
    observer: events,
    now,
    dial: createDialGuard(
      () => 'loopback',
      () => false,
    ),
    route: () => STRAIGHT,
    connectTimeoutMs: () => 5000,
    idleMs: () => 60_000,
    statusFields: () => true,
    via: (version) => `${version} test`,
    isSelf: () => false,
    report: () => undefined,
    budget: new Descriptors(undefined, () => undefined).dial,
    inside: {
      policy: { mode: 'listed', hosts: [{ host: 'shop.test', port: undefined }], except: [] },
      notRead: (hostname) => (hostname === 'shop.test' ? undefined : 'not-listed'),
      prepare: () => {
        throw new Error('no TLS in this test');
      },
      take: () => undefined,
      plain: (client, context) => {
        if (client instanceof net.Socket) front?.adopt(client, context);
      },
    },
  });
  front = frontUnderTest()({
    onRequest: ({ method, target, connection, head, reply }) => {
      const resolved = resolveTarget(target, method, connection, head.get('host'));
      const body = Buffer.from(resolved.ok ? resolved.target.url : resolved.problem);
      reply.start(resolved.ok ? 200 : resolved.status, '', ['Content-Length', String(body.length)]);
      reply.end(body);
    },
    onConnect: (request) => tunnels.handle(request),
    onUpgrade: () => undefined,
    onMalformed: () => undefined,
    onFault: () => undefined,
    readPatienceMs: () => 60_000,
  });
  const { port } = await front.listen('127.0.0.1', 0);
  return RawClient.open(port);
}

it.each(['behind the 200', 'together with CONNECT'])('requests %s are for the origin of the tunnel', async (when) => {
  const client = await start();
  const inside = 'GET /cart HTTP/1.1\r\nHost: shop.test\r\n\r\n';
  const early = when !== 'behind the 200';
  client.send(`CONNECT shop.test:80 HTTP/1.1\r\nHost: shop.test:80\r\n\r\n${early ? inside : ''}`);
  await client.until('200 Connection Established');
  if (!early) client.send(inside);
  await client.until('http://shop.test/cart');
  client.send('GET /x HTTP/1.1\r\nHost: other.test\r\n\r\n');
  await client.until('HTTP/1.1 421');
  client.send('CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n');
  expect(await client.untilEnd()).toMatch(/HTTP\/1\.1 400 [^]*this connection is for one origin/);
  // The CONNECT itself has no row: what is asked inside has.
  const [refused] = hub!.list({}).rows;
  expect(refused).toMatchObject({ kind: 'tunnel', reason: 'request-refused', status: 400 });
  expect(hub!.totals).toMatchObject({ tunnels: 1, tunnelsOpen: 0 });
});
