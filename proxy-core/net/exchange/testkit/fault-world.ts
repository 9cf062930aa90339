/** Front, driver, tunnels, origins and capture over real sockets, every callback armed to throw; and all kinds of exchanges to send through. */
import type { ServerResponse } from 'node:http';
import { untakenBy } from '../../front/reader-watch.ts';
import net from 'node:net';
import { makePolicy } from '../../../cache/testkit/make.ts';
import { createCacheEngine } from '../../../cache/cache-engine.ts';
import { MemoryTier } from '../../../cache/testkit/memory-tier.ts';
import { FaultLog } from '../../../contract/faults.ts';
import type { ExchangeObserver } from '../../../contract/observer.ts';
import { LiveSession } from '../../../capture/live-session.ts';
import type { ExchangeRecord } from '../../../capture/record.ts';
import { ask, RawClient } from '../../../testkit/clients.ts';
import { Injector } from '../../../testkit/injector.ts';
import { openOrigin } from '../../../testkit/origin.ts';
import { MovableClock } from '../../../testkit/running-core.ts';
import { HeldBytes } from '../../fetch/body-fan.ts';
import { Descriptors } from '../../front/descriptors.ts';
import { createDialGuard } from '../../origin/dial-guard.ts';
import { ExchangeDriver } from '../driver.ts';
import type { Fetch } from '../../fetch/fetch.ts';
import type { FetchMember } from '../../fetch/fetch-member.ts';
import type { ClientReply, ClientRequest, ClientTakeover, FrontHandlers } from '../../front/front.ts';
import { guardObserver } from '../guarded-log.ts';
import { frontUnderTest } from '../../front/testkit/fronts.ts';
import { createOriginClient, type OriginClient } from '../../origin/origin-client.ts';
import { STRAIGHT } from '../../origin/upstream-route.ts';
import { Tunnels } from '../../connect/tunnel.ts';
import { makeFrame } from '../../connect/websocket/testkit.ts';
import { handleUpgrade } from '../../connect/upgrade.ts';
import { stagesByPath } from './fault-stages.ts';
import { METHODS } from './fault-points.ts';

const TICK = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function until(what: string, met: () => boolean): Promise<void> {
  // Counted in turns of the loop, so that a failure names what was waited for.
  for (let turns = 0; !met(); turns++) {
    if (turns > 20_000) throw new Error(`waited in vain until ${what}`);
    await TICK();
  }
}

/** For what takes its time, and may not happen: turns of the timers, not of the loop. */
async function untilSlowly(met: () => boolean): Promise<void> {
  for (let i = 0; i < 60 && !met(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
}

const MUCH = Buffer.alloc(32_000_000);

/** What the exchanges go through besides the cache. */
export type Kind = 'memory' | 'tier' | 'stages';

export async function openWorld(kind: Kind) {
  const injector = new Injector();
  const clock = new MovableClock();
  let answers: (() => void)[] = [];
  let broken = false;
  /** A reply too large for all buffers together. */
  let big: ServerResponse | undefined;
  const origin = await openOrigin((request, response) => {
    response.sendDate = false;
    const path = request.url ?? '';
    const cached = (control: string, body: string): void => {
      if (request.headers['if-none-match'] === '"v"')
        response.writeHead(304, { ETag: '"v"', 'Cache-Control': control }).end();
      else response.writeHead(200, { ETag: '"v"', 'Cache-Control': control }).end(body);
    };
    if (request.method === 'POST') request.resume().on('end', () => response.end('posted'));
    else if (path.startsWith('/held'))
      answers.push(() =>
        response
          .writeHead(200, {
            'Cache-Control': path.includes('nostore') ? 'no-store' : 'max-age=60',
            'Content-Length': 4,
          })
          .end('held'),
      );
    else if (path.startsWith('/part')) {
      response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': 8 }).write('half');
      answers.push(() => response.end('half'));
    } else if (path.startsWith('/sie') && broken) response.writeHead(503).end('busy');
    else if (path.startsWith('/sie')) cached('max-age=10, stale-if-error=600', 'sie');
    else if (path.startsWith('/swr')) cached('max-age=10, stale-while-revalidate=600', 'swr');
    else if (path.startsWith('/gone')) request.socket.destroy();
    else if (path.startsWith('/cut'))
      response.writeHead(200, { 'Content-Length': 10 }).write('cut', () => request.socket.destroy());
    else if (path.startsWith('/hints')) {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.end('hints');
    } else if (path.startsWith('/trailers')) {
      response.writeHead(200, { Trailer: 'X-Sum' }).write('body');
      response.addTrailers({ 'X-Sum': '1' });
      response.end();
    } else if (path.startsWith('/big')) {
      big = response;
      response.writeHead(200, { 'Cache-Control': 'no-store' }).end(MUCH);
    } else if (path.startsWith('/stall')) response.writeHead(200, { 'Cache-Control': 'no-store' }).end(MUCH);
    else if (path.startsWith('/toobig'))
      response.writeHead(200, { 'Cache-Control': 'max-age=60' }).end(Buffer.alloc(300_000));
    else if (path.startsWith('/endless'))
      response.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': 1_000_000_000 }).write('begin');
    else cached('max-age=10', 'ok');
  });
  const echo = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (text.startsWith('GET /refuse')) socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
      else if (text.startsWith('GET '))
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      else socket.end(chunk);
    });
    socket.on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const echoAddress = echo.address();
  const echoPort = typeof echoAddress === 'object' && echoAddress !== null ? echoAddress.port : 0;

  const faults = new FaultLog(() => undefined);
  const { report } = faults;
  const hub = new LiveSession({
    sessionId: 's',
    now: clock.now,
    maxRows: () => 10_000,
    maxBytes: () => 1e8,
    maxBodyBytes: () => 1e6,
    maxBodyBytesOne: () => 1e4,
    report,
  });
  const ended: ExchangeRecord[] = [];
  hub.onFinished(({ record }) => ended.push(record));
  const recorded = injector.arm(
    'ExchangeObserver',
    { begin: (start) => injector.arm('ExchangeLog', hub.begin(start), METHODS.ExchangeLog) } satisfies ExchangeObserver,
    METHODS.ExchangeObserver,
  );
  const observer = guardObserver(recorded, report);
  const cache = createCacheEngine({
    policy: () => makePolicy({ maxBodyBytes: 100_000 }),
    budget: () => ({ capacity: 100, maxBytes: 10_000_000 }),
    ...(kind === 'tier' && { tier: { tier: new MemoryTier(), report: (where, error) => faults.report(where, error) } }),
  });
  const engine = injector.arm('CacheEngine', cache, METHODS.CacheEngine);
  const dial = injector.arm(
    'DialGuard',
    {
      ...createDialGuard(
        () => 'loopback',
        () => false,
      ),
    },
    METHODS.DialGuard,
  );
  const descriptors = new Descriptors(undefined, () => undefined);
  const budget = injector.arm('DialBudget', { ...descriptors.dial }, METHODS.DialBudget);
  const origins = createOriginClient(
    {
      connections: 8,
      idleMs: 60_000,
      connectTimeoutMs: 5000,
      responseTimeoutMs: 15_000,
      guard: dial,
      budget,
      tls: { http2: true, accept: '', ca: '', certificates: '', passphrase: '' },
      proxy: { url: '', username: '', password: '', bypass: '' },
    },
    report,
  );
  const client = injector.arm(
    'OriginClient',
    {
      ...origins,
      send: (request, sink) =>
        injector.arm(
          'OriginCall',
          origins.send(request, injector.arm('OriginSink', sink, METHODS.OriginSink, true)),
          METHODS.OriginCall,
          true,
        ),
    } satisfies OriginClient,
    METHODS.OriginClient,
  );
  const shared = {
    now: clock.now,
    idleMs: () => 60_000,
    messageBytes: () => 1024,
    statusFields: () => true,
    via: (version: string) => `${version} test`,
    isSelf: () => false,
    report,
    observer,
  };
  class TestDriver extends ExchangeDriver {
    override fetch(
      member: FetchMember,
      ...rest: [
        Parameters<ExchangeDriver['fetch']>[1],
        Parameters<ExchangeDriver['fetch']>[2],
        string | undefined,
        Parameters<ExchangeDriver['fetch']>[4],
      ]
    ): Fetch {
      return super.fetch(injector.arm('FetchMember', member, METHODS.FetchMember, true), ...rest);
    }
  }
  const driver = new TestDriver(
    injector.arm(
      'ExchangeDeps',
      {
        ...shared,
        engine,
        client,
        wallOffsetMs: () => 0,
        held: new HeldBytes(1e7),
        finishAbandonedBytes: () => 0,
        patienceSeconds: () => 60,
        instance: 'nobody',
        address: () => 'here',
        ownPages: () => undefined,
        isSecret: () => false,
        ...(kind === 'stages' && { stages: injector.arm('Stages', stagesByPath(), METHODS.Stages) }),
      },
      METHODS.ExchangeDeps,
    ),
  );
  const tunnels = new Tunnels(
    injector.arm(
      'TunnelDeps',
      { ...shared, dial, route: () => STRAIGHT, budget, connectTimeoutMs: () => 5000 },
      METHODS.TunnelDeps,
    ),
  );
  const upgradeDeps = injector.arm('UpgradeDeps', { ...shared, client, instance: 'nobody' }, METHODS.UpgradeDeps);
  let seen = 0;
  let patienceMs = 60_000;
  const handlers: FrontHandlers = {
    onRequest: (request) => {
      seen++;
      const { reply, method, target, httpVersion, head, clientAddress, hasBody } = request;
      // What the front does with its own reply goes on undisturbed.
      const seenReply: ClientReply = {
        inform: (status, interim) => reply.inform(status, interim),
        start: (status, text, sent) => reply.start(status, text, sent),
        write: (chunk) => reply.write(chunk),
        end: (chunk, trailers) => reply.end(chunk, trailers),
        destroy: () => reply.destroy(),
        onClose: (listener) => reply.onClose(injector.after('ReplyListener.close', listener)),
        onDrain: (listener) => reply.onDrain(injector.after('ReplyListener.drain', listener)),
      };
      injector.arm('ClientReply', seenReply, METHODS.ClientReply, true);
      const seenRequest: ClientRequest = {
        method,
        target,
        httpVersion,
        head,
        clientAddress,
        hasBody,
        openBody: () => request.openBody(),
        reply: seenReply,
      };
      driver.handle(injector.arm('ClientRequest', seenRequest, METHODS.ClientRequest, true));
    },
    onConnect: (request: ClientTakeover) => tunnels.handle(request),
    onUpgrade: (request: ClientTakeover) => handleUpgrade(upgradeDeps, request),
    onMalformed: () => undefined,
    onPeer: () => undefined,
    onFault: report,
    readPatienceMs: () => patienceMs,
  };
  const front = frontUnderTest()(injector.arm('FrontHandlers', handlers, METHODS.FrontHandlers), descriptors);
  const { port } = await front.listen('127.0.0.1', 0);

  /** An answer, or a closed connection; never nothing. */
  const get = (path: string, options: Parameters<typeof ask>[2] = {}): Promise<unknown> =>
    ask(port, path.startsWith('/') ? `${origin.url}${path}` : path, options).catch(() => undefined);
  const raw = async (text: string, then?: (client: RawClient) => Promise<unknown>): Promise<void> => {
    const connection = await RawClient.open(port);
    connection.send(text);
    await then?.(connection).catch(() => undefined);
    connection.close();
  };
  const together = async (path: string, meanwhile?: () => Promise<void>): Promise<void> => {
    const before = seen;
    const reachedBefore = origin.requests.length;
    answers = [];
    const both = [get(path), get(path)];
    let over = 0;
    for (const one of both) void one.then(() => over++);
    await until('both are in', () => seen >= before + 2 || over > 0);
    await until('the origin was asked', () => origin.requests.length > reachedBefore || over === 2);
    await meanwhile?.();
    for (let i = 0; over < 2; i++) {
      for (const answer of answers.splice(0)) answer();
      await TICK();
    }
    await Promise.all(both);
  };

  async function everything(): Promise<void> {
    await get('/store');
    await get('/store');
    await get('/swr');
    await get('/sie');
    clock.advance(11);
    await get('/store');
    await get('/swr');
    broken = true;
    await get('/sie');
    broken = false;
    await get('/gone');
    await get('/cut');
    await get('/hints');
    await get('/trailers');
    await get('/toobig');
    await get('/post', { method: 'POST', body: 'x'.repeat(1000) });
    await get('/store', { method: 'OPTIONS', headers: { 'Max-Forwards': '0' } });
    await get('/none', { headers: { 'Cache-Control': 'only-if-cached' } });
    await raw('GET /origin-form HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', (connection) =>
      connection.untilEnd(),
    );
    await together('/held-store');
    await together('/held-nostore');
    await together('/part');
    // One whose URL is changed meanwhile.
    await together('/part-changed', async () => {
      await get('/part-changed', { method: 'POST', body: 'x' });
    });
    // One that reads slowly: the origin is paused and resumed.
    await raw(`GET ${origin.url}/big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, async (connection) => {
      connection.socket.pause();
      // Until nothing moves any more: all buffers on the way are full.
      let before = -1;
      for (let waits = untakenBy(big?.socket ?? null); waits !== before; waits = untakenBy(big?.socket ?? null)) {
        before = waits;
        for (let i = 0; i < 50; i++) await TICK();
      }
      connection.socket.resume();
      await connection.untilEnd();
    });
    // One that stops reading.
    patienceMs = 40;
    await raw(`GET ${origin.url}/stall HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, async (connection) => {
      connection.socket.pause();
      await Promise.race([
        new Promise((resolve) => connection.socket.once('close', resolve)),
        untilSlowly(() => front.connectionCount() === 0),
      ]);
    });
    patienceMs = 60_000;
    // Those that go away.
    await raw(`GET ${origin.url}/part-left HTTP/1.1\r\nHost: x\r\n\r\n`, (connection) =>
      connection.until(/half|HTTP\/1.1 5/),
    );
    await raw(`GET ${origin.url}/endless HTTP/1.1\r\nHost: x\r\n\r\n`, (connection) =>
      connection.until(/begin|HTTP\/1.1 5/),
    );
    if (kind === 'stages') {
      for (const did of ['change', 'answer', 'drop'])
        for (const stage of ['client-request', 'origin-request', 'origin-response', 'client-response'])
          await get(`/staged-${did}-${stage}`, { method: did === 'answer' ? 'POST' : 'GET', body: 'x' });
      await get('/staged-read', { method: 'POST', body: 'x' });
      await together('/held-staged-change');
    }
    await raw(`CONNECT localhost:${echoPort} HTTP/1.1\r\nHost: x\r\n\r\n`, async (connection) => {
      await connection.until('\r\n\r\n');
      connection.send('ping');
      await connection.untilEnd();
    });
    await raw('CONNECT nowhere HTTP/1.1\r\nHost: x\r\n\r\n', (connection) => connection.untilEnd());
    for (const path of ['/ws', '/refuse']) {
      await raw(
        `GET http://127.0.0.1:${echoPort}${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
        async (connection) => {
          await connection.until('\r\n\r\n');
          connection.send(makeFrame({ opcode: 1, payload: 'ping' }));
          await connection.untilEnd();
        },
      );
    }
    await raw('no HTTP at all\r\n\r\n', (connection) => connection.untilEnd());
  }

  return {
    injector,
    origin,
    hub,
    ended,
    faults,
    tunnels,
    front,
    everything,
    get,
    clock,
    async close() {
      tunnels.close();
      await front.close(0);
      await origins.close();
      hub.stop();
      await origin.close();
      await new Promise((resolve) => echo.close(resolve));
    },
  };
}
