/** The proxy as one thing: front, driver, tunnels and upgrades over one origin client. Listens, re-listens, stops. */
import { randomBytes } from 'node:crypto';
import { Socket } from 'node:net';
import { joinHostPort } from '../contract/address.ts';
import type { CacheEngine, UserValidation, ValidationAnswer } from '../cache/plan.ts';
import { parseHostPatterns } from '../contract/host-patterns.ts';
import { STOP_GRACE_MS } from '../contract/lifetimes.ts';
import type { Settings } from '../contract/settings.ts';
import { HeldBytes } from './fetch/body-fan.ts';
import { createDialGuard, type DialGuard, type DialRule } from './origin/dial-guard.ts';
import { Descriptors, type DialBudget } from './front/descriptors.ts';
import { ExchangeDriver } from './exchange/driver.ts';
import type { ClientRequest, ClientTakeover, ConnectionContext, Front, FrontHandlers } from './front/front.ts';
import { guardObserver } from './exchange/guarded-log.ts';
import { createHttp1Front } from './front/http1-front.ts';
import { createWireFront } from './front/wire/wire-front.ts';
import { createHttp2Front } from './front/http2-front.ts';
import type { ReportFault } from '../contract/faults.ts';
import type { ClientPeer, ExchangeObserver } from '../contract/observer.ts';
import { createOriginClient, type OriginOptions } from './origin/origin-client.ts';
import { UpstreamRoute, type UpstreamProxySettings } from './origin/upstream-route.ts';
import { OwnAddresses, type SocketAddress } from './origin/self-address.ts';
import type { Stages } from './exchange/stages.ts';
import { revalidateNow } from './exchange/revalidate.ts';
import { ownPages, reachableAddress } from './setup/own-pages.ts';
import { CaStore } from './connect/tls/ca.ts';
import type { InterceptPolicy } from './connect/decide-inside.ts';
import { Interceptor } from './connect/tls/interceptor.ts';
import { SecureContexts } from './connect/tls/secure-contexts.ts';
import { Tunnels } from './connect/tunnel.ts';
import { Throttle } from './throttle/throttle.ts';
import { handleUpgrade } from './connect/upgrade.ts';

/** Bodies being kept for the store may hold this much together before slow clients slow them down. */
const HELD_LIMIT_BYTES = 64 * 1024 * 1024;

export interface ProxyDeps {
  /** Asked at the start and by {@link Proxy.applySettings}. */
  settings: () => Settings;
  engine: CacheEngine;
  observer: ExchangeObserver;
  /** Unix ms, with fractions. */
  now: () => number;
  /** What to add to `now` for the time of day, ms; 0 unless the clock was set while this runs. */
  wallOffsetMs?: (() => number) | undefined;
  log: (message: string) => void;
  report: ReportFault;
  /** Signs for the tunnels that are read; one in memory when not given. */
  ca?: CaStore | undefined;
  /** Most files the process may have open; undefined for no limit. */
  descriptorLimit?: number | undefined;
  /** What steps in on the way of an exchange. */
  stages?: Stages | undefined;
  /** Told of each client that connects, with the port it connected to. */
  onPeer?: ((peer: ClientPeer, port: number) => void) | undefined;
  /** Whether a request carries a secret of this program. */
  isSecret: (target: string, fields: readonly string[]) => boolean;
}

export interface Proxy {
  /**
   * Opens the address, by default the one of the settings; a proxy that listens elsewhere moves. Rejects with the system's
   * error and stays where it was; only if it had to leave its port and cannot come back is {@link Proxy.listening} null.
   */
  listen(at?: { host: string; port: number }): Promise<{ host: string; port: number }>;
  readonly listening: { host: string; port: number } | null;
  /** Serves a connection accepted elsewhere, whose requests are for an origin; see {@link Front.adopt}. One that comes while nothing listens is closed. */
  adopt(socket: Socket, context: ConnectionContext): void;
  /** Serves a request of this program itself, like those of clients: its exchange begins within. Never throws. */
  handle(request: ClientRequest): void;
  /** Asks the origin about a stored response; recorded as an exchange without a client. Never rejects. */
  readonly revalidate: (validation: UserValidation) => Promise<ValidationAnswer>;
  readonly interceptor: Interceptor;
  /** For whatever else dials on behalf of the core. */
  readonly guard: DialGuard;
  /** Another server of this process: through the proxy it is refused as a loop. */
  addOwnAddress(address: SocketAddress): void;
  /** Takes over changed settings; an address that changed is for {@link Proxy.listen}. */
  applySettings(): void;
  connectionCount(): number;
  tunnelCount(): number;
  stop(): Promise<void>;
}

function originOptions(settings: () => Settings, guard: DialGuard, budget: DialBudget): OriginOptions {
  const now = settings();
  return {
    connections: now.upstreamConnections,
    idleMs: now.upstreamIdleSeconds * 1000,
    connectTimeoutMs: now.connectTimeoutSeconds * 1000,
    responseTimeoutMs: now.responseTimeoutSeconds * 1000,
    guard,
    budget,
    tls: {
      http2: now.upstreamHttp2,
      accept: now.upstreamAccept,
      ca: now.upstreamCa,
      certificates: now.upstreamCertificates,
      passphrase: now.upstreamCertificatesPassphrase,
    },
    proxy: upstreamProxy(now),
  };
}

function upstreamProxy(now: Settings): UpstreamProxySettings {
  return {
    url: now.upstreamProxy,
    username: now.upstreamProxyUsername,
    password: now.upstreamProxyPassword,
    bypass: now.upstreamProxyBypass,
  };
}

function dialRule(settings: () => Settings): DialRule {
  return settings().dialAllow === 'loopback' ? 'loopback' : 'any';
}

function interceptPolicy({ intercept, interceptHosts, interceptExcept }: Settings): InterceptPolicy {
  return {
    mode: intercept,
    hosts: parseHostPatterns(interceptHosts) ?? [],
    except: parseHostPatterns(interceptExcept) ?? [],
  };
}

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/** Creates a proxy that is not listening yet. */
export function createProxy(deps: ProxyDeps): Proxy {
  const { now, report, wallOffsetMs = () => 0 } = deps;
  let current = deps.settings();
  const settings = (): Settings => current;
  /** Unix ms by the clock on the wall, for Date fields. */
  const timeOfDay = (): number => now() + wallOffsetMs();
  const observer = guardObserver(deps.observer, report);
  const instance = `bsdm-proxy-${randomBytes(4).toString('hex')}`;
  const via = (httpVersion: string): string => `${httpVersion} ${instance}`;
  const own = new OwnAddresses(now);
  const isSelf = own.has.bind(own);
  const descriptors = new Descriptors(deps.descriptorLimit, deps.log);
  const guard = createDialGuard(() => dialRule(settings), isSelf);
  const origins = createOriginClient(originOptions(settings, guard, descriptors.dial), report);
  /** What a pool is made of; with another dial rule the connections that stand are not kept either. */
  const poolKeyNow = (): string =>
    JSON.stringify([originOptions(settings, guard, descriptors.dial), dialRule(settings)]);
  const statusFields = (): boolean => settings().cacheStatusFields;
  const idleMs = (): number => settings().tunnelIdleSeconds * 1000;
  const address = (): string =>
    own.listening === null ? 'localhost:1488' : joinHostPort(own.listening.host, own.listening.port);
  const throttle = new Throttle();
  throttle.apply(current);
  const ca = deps.ca ?? new CaStore({ folder: null, files: () => undefined, timeOfDay, report: deps.log });
  const driver = new ExchangeDriver({
    engine: deps.engine,
    client: origins,
    observer,
    now,
    wallOffsetMs,
    held: new HeldBytes(HELD_LIMIT_BYTES),
    finishAbandonedBytes: () => settings().finishAbandonedBytes,
    report,
    patienceSeconds: () => settings().clientStallSeconds,
    statusFields,
    via,
    instance,
    address,
    isSelf,
    ownPages: ownPages(() => ({
      ...reachableAddress(own.listening),
      mode: settings().intercept,
      ca: () => ca.use(),
    })),
    isSecret: deps.isSecret,
    throttle,
    get stages() {
      return deps.stages;
    },
  });
  const interceptor = new Interceptor(interceptPolicy(current), {
    contexts: new SecureContexts({ ca: () => ca.use(), timeOfDay }),
    fronts: {
      http1: (socket, context) => front?.adopt(socket, context) ?? (() => socket.destroy()),
      http2: (socket, context) => http2Front.adopt(socket, context),
    },
    timeOfDay,
    report,
  });
  const tunnels = new Tunnels({
    inside: {
      get policy() {
        return interceptor.policy;
      },
      notRead: (hostname, port) => interceptor.notRead(hostname, port),
      prepare: (hostname) => interceptor.prepare(hostname),
      take: (handshake, context) => interceptor.take(handshake, context),
      plain: (client, context) => {
        if (front !== null && client instanceof Socket) front.adopt(client, context);
        else client.destroy();
      },
    },
    observer,
    now: timeOfDay,
    dial: guard,
    route: () => route,
    connectTimeoutMs: () => settings().connectTimeoutSeconds * 1000,
    idleMs,
    statusFields,
    via,
    isSelf,
    report,
    throttle,
    budget: descriptors.dial,
  });
  /** Client connections that were upgraded: like tunnels they have no end of their own. */
  const upgraded = new Set<ClientTakeover['socket']>();
  const handlers: FrontHandlers = {
    onRequest: driver.handle.bind(driver),
    onConnect: (request) => tunnels.handle(request),
    onUpgrade: (request) => {
      upgraded.add(request.socket);
      request.socket.once('close', () => upgraded.delete(request.socket));
      handleUpgrade(
        {
          observer,
          client: origins,
          now: timeOfDay,
          idleMs,
          messageBytes: () => settings().captureBodyLimit,
          statusFields,
          via,
          instance,
          isSelf,
          report,
          throttle,
        },
        request,
      );
    },
    onPeer: (peer) => {
      if (own.listening !== null) deps.onPeer?.(peer, own.listening.port);
    },
    onMalformed: (client, problem) => deps.log(`malformed request from ${client}: ${problem}`),
    readPatienceMs: () => settings().clientStallSeconds * 1000,
    onFault: (where, error) => report(`the front's ${where}`, error),
  };
  const newFront = (): Front =>
    (settings().httpFront === 'own' ? createWireFront : createHttp1Front)(handlers, descriptors);
  const http2Front = createHttp2Front(handlers);
  let front: Front | null = null;
  let stopping = false;
  let poolKey = poolKeyNow();
  let route = new UpstreamRoute(upstreamProxy(current));

  return {
    async listen({ host, port } = deps.settings()) {
      const before = front;
      let next = newFront();
      try {
        own.listening = await next.listen(host, port);
      } catch (error) {
        // Another address on our own port is in our own way: leave it, and come back when that was not it.
        const was = own.listening;
        if (before === null || was?.port !== port || !isTaken(error)) throw error;
        before.stopAccepting();
        next = newFront();
        try {
          own.listening = await next.listen(host, port);
        } catch (second) {
          next = newFront();
          own.listening = await next.listen(was.host, was.port).catch(() => null);
          front = own.listening === null ? null : next;
          void before.close(STOP_GRACE_MS);
          throw second;
        }
      }
      if (stopping) {
        own.listening = null;
        await next.close(0);
        throw new Error('the proxy is being stopped');
      }
      front = next;
      if (before) void before.close(STOP_GRACE_MS);
      return own.listening;
    },
    adopt(socket, context) {
      if (front === null || stopping) socket.destroy();
      else front.adopt(socket, context);
    },
    get listening() {
      return own.listening;
    },
    handle: driver.handle.bind(driver),
    revalidate: (validation) => revalidateNow(driver, validation, settings().maxCacheBodySize),
    interceptor,
    guard,
    addOwnAddress: (address) => own.add(address),
    applySettings() {
      current = deps.settings();
      interceptor.apply(interceptPolicy(current));
      throttle.apply(current);
      const key = poolKeyNow();
      if (key !== poolKey) {
        poolKey = key;
        route = new UpstreamRoute(upstreamProxy(current));
        origins.reconfigure(originOptions(settings, guard, descriptors.dial));
      }
    },
    connectionCount: () => (front?.connectionCount() ?? 0) - interceptor.http1Count,
    tunnelCount: () => tunnels.openCount,
    async stop() {
      stopping = true;
      own.listening = null;
      front?.stopAccepting();
      tunnels.close();
      for (const socket of upgraded) socket.destroy();
      await Promise.all([front?.close(STOP_GRACE_MS), http2Front.close(STOP_GRACE_MS)]);
      interceptor.close();
      front = null;
      await origins.close();
    },
  };
}
