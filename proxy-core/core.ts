/**
 * The composition root: wires cache, proxy, events and the Kafka mirror into one core, and answers the contract's
 * commands and streams. The only place where rooms are joined; clock, settings and log are given from outside.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createCacheEngine } from './cache/cache-engine.ts';
import type { CachePolicy } from './cache/plan.ts';
import type { TierOptions } from './cache/tier.ts';
import { compareCommands } from './cache/compare/compare-commands.ts';
import { entryCommands } from './cache/admin/entry-commands.ts';
import { fixCommands } from './cache/fix/fix-commands.ts';
import { WallTimes } from './cache/wall-times.ts';
import type { CommandHandlers, CoreInfo } from './contract/commands.ts';
import { CommandError } from './contract/errors.ts';
import { findThrottleProfile, NO_THROTTLE, throttleNames } from './contract/throttle.ts';
import { FaultLog, tellAll } from './contract/faults.ts';
import { parseFieldList, toEventRecord } from './contract/event-record.ts';
import type { InterceptionStatus } from './contract/interception.ts';
import type { HeldState } from './contract/breakpoints/held.ts';
import type { RulesState } from './contract/rules/rules-state.ts';
import type { KafkaStatus } from './contract/kafka.ts';
import { kafkaFlushMs } from './contract/lifetimes.ts';
import { effectiveTtlSeconds, type SettingKey, type Settings, type SettingsSnapshot } from './contract/settings.ts';
import type { ProcessMemory, StatsSample } from './contract/stats.ts';
import type { OpenedSession } from './contract/sessions.ts';
import type { StreamSources, StreamSubscription } from './contract/streams.ts';
import { captureCommands } from './capture/capture-commands.ts';
import { SessionCommands } from './capture/har/session-commands.ts';
import { LiveSession } from './capture/live-session.ts';
import { eventBytes, eventIdOf, toDetail } from './capture/record.ts';
import type { FinishedExchange } from './capture/recorder.ts';
import { Sampler } from './capture/sampler.ts';
import { Secrets } from './capture/secrets.ts';
import { Sessions, wholeBody } from './capture/session.ts';
import { createClients, type Watchdog } from './clients/client-commands.ts';
import type { ClientsState } from './contract/clients.ts';
import { createCompose } from './compose/compose.ts';
import type { SystemProxyState } from './contract/system-proxy.ts';
import { ownersOf } from './clients/programs/owners.ts';
import { Programs } from './clients/programs/programs.ts';
import { thisMachine } from './clients/machine.ts';
import { runTool } from './clients/run-tool.ts';
import { createKafkaMirror } from './kafka/mirror.ts';
import { Listening } from './net/listening.ts';
import type { Stages } from './net/exchange/stages.ts';
import { CaStore } from './net/connect/tls/ca.ts';
import { httpsCommands } from './net/connect/tls/ca-commands.ts';
import { Breakpoints } from './rules/breakpoints.ts';
import { createRules } from './rules/rules.ts';
import { createProxy } from './net/proxy.ts';

/** The settings as the core uses them; see host/settings-service.ts. */
export interface CoreSettings {
  current(): Settings;
  snapshot(): SettingsSnapshot;
  preview(patch: Partial<Settings>, reset?: readonly SettingKey[]): Settings;
  update(patch: Partial<Settings>, reset?: readonly SettingKey[]): void;
  subscribe(listener: (changed: readonly SettingKey[]) => void): () => void;
}

export interface CoreOptions {
  settings: CoreSettings;
  version: string;
  dataDir: string;
  /** Core time: unix ms as of the start, with fractions where the clock has them; never steps. */
  now: () => number;
  /** What to add to it for the time of day, ms; 0 unless the clock was set while this runs. */
  wallOffsetMs?: () => number;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** Ports that are not offered in the place of a taken one. */
  reservedPorts?: readonly number[];
  /** Most files the process may have open; undefined for no limit. */
  descriptorLimit?: number | undefined;
  /** What steps in on the way of an exchange, in the place of the rules. */
  stages?: Stages | undefined;
  /** What this process can hold of the capture, bytes, whatever the settings say. */
  captureRoomBytes?: number;
  /** A second cache, asked when memory has nothing. */
  tier?: Omit<TierOptions, 'report'> | undefined;
  /** What puts the system proxy back when this process dies; without one it is not switched on from here. */
  watchdog?: Watchdog | undefined;
  /** What was found before the core was made; see `CoreInfo.notices`. */
  notices?: readonly string[];
  /** Gives memory that is no longer used back to the system; takes a while. */
  releaseMemory?: () => void;
}

export interface Core {
  readonly handlers: CommandHandlers;
  readonly streams: StreamSources;
  readonly sessionId: string;
  /** What commands can ask: the live session, and others that are added. */
  readonly sessions: Sessions;
  readonly startedAtMs: number;
  /** Opens the port. Rejects with the system's error (EADDRINUSE …); the core stays usable without a listener. */
  listen(): Promise<{ host: string; port: number }>;
  stats(): StatsSample;
  kafkaStatus(): KafkaStatus;
  interceptionStatus(): InterceptionStatus;
  /** Another server of this process: nobody gets to it through the proxy. */
  addOwnAddress(address: { host: string; port: number }): void;
  /** A token that opens this core: exchanges that carry it are recorded without it, and nothing of them is stored. Before `listen`. */
  keepSecret(token: string): void;
  /** Told of every finished exchange. */
  onFinished(listener: (finished: FinishedExchange) => void): void;
  /** Stops accepting, finishes what is in flight (bounded), flushes Kafka. */
  stop(): Promise<void>;
}

/** An event record tells nothing of bodies. */
const noBody = (): undefined => undefined;
const MIB = 1024 * 1024;
const MAX_NOTICES = 10;

/** Wires a core that is not listening yet. */
export function createCore(options: CoreOptions): Core {
  const { settings, now, log, wallOffsetMs = () => 0 } = options;
  const timeOfDay = (): number => now() + wallOffsetMs();
  const wall = new WallTimes(wallOffsetMs);
  const sessionId = randomBytes(6).toString('hex');
  const startedAtMs = now();
  /** The settings as they stand; what is made of them is made once for each change. */
  let current = settings.current();
  const config = (): Settings => current;

  const engine = createCacheEngine({
    session: sessionId,
    tier: options.tier && { ...options.tier, report: (where, error) => report(where, error) },
    policy: () => policyOf(current),
    budget: () => ({ capacity: current.cacheCapacity, maxBytes: current.cacheMaxBytes }),
  });
  const faults = new FaultLog((message) => log('error', message));
  const { report } = faults;
  const captureRoom = options.captureRoomBytes ?? Infinity;
  const warnOfRoom = (): void => {
    if (current.captureMaxBytes > captureRoom)
      log(
        'warn',
        `the capture keeps to ${Math.floor(captureRoom / MIB)} MiB, which this process was started for; more takes a start with the new setting`,
      );
  };
  warnOfRoom();
  // After the answer, which should not wait for it.
  const release = (): void => void setImmediate(() => options.releaseMemory?.());
  const hub = new LiveSession({
    sessionId,
    now,
    wallOffsetMs,
    report,
    forgot: release,
    maxRows: () => current.captureRows,
    maxBytes: () => Math.min(current.captureMaxBytes, captureRoom),
    maxBodyBytes: () => current.captureBodyBytes,
    maxBodyBytesOne: () => current.captureBodyLimit,
  });
  const sessions = new Sessions(hub);
  const secrets = new Secrets();
  const ca = new CaStore({
    folder: options.dataDir === '' ? null : join(options.dataDir, 'ca'),
    files: () =>
      current.caCertificateFile === '' ? undefined : { certificate: current.caCertificateFile, key: current.caKeyFile },
    timeOfDay,
    report: (message) => log('warn', message),
  });
  const notices = [...(options.notices ?? [])].slice(0, MAX_NOTICES);
  let isMade = false;
  /** Told in the window too: whoever runs the desktop app reads no log. */
  const notice = (message: string): void => {
    log('warn', message);
    if (notices.length >= MAX_NOTICES) return;
    notices.push(message);
    if (isMade) announce();
  };
  const heldListeners = new Set<(state: HeldState) => void>();
  const breakpoints = new Breakpoints({
    now,
    wallOffsetMs,
    limitMs: () => current.breakpointSeconds * 1000,
    contentBytes: () => current.captureBodyLimit,
    after: (ms, then) => {
      const timer = setTimeout(then, ms).unref();
      return () => clearTimeout(timer);
    },
    onChange: (state) => tellAll(heldListeners, state, 'telling of what is held', report),
  });
  if (current.throttle !== NO_THROTTLE && findThrottleProfile(current.throttle, current.throttleProfiles) === undefined)
    notice(`there is no throttle profile ${current.throttle}: traffic is not slowed down`);
  const rulesListeners = new Set<(state: RulesState) => void>();
  const rules = createRules({
    breakpoints,
    dataDir: options.dataDir,
    now,
    wallOffsetMs,
    warn: notice,
    onChange: (state) => tellAll(rulesListeners, state, 'telling of the rules', report),
  });
  const programs = new Programs(ownersOf(thisMachine(), runTool), (peer) => hub.clientKnown(peer), report);
  const proxy = createProxy({
    onPeer: programs.look.bind(programs),
    ca,
    settings: config,
    engine,
    observer: secrets.keptFrom(hub),
    now,
    wallOffsetMs,
    log: (message) => log('warn', message),
    report,
    descriptorLimit: options.descriptorLimit,
    get stages() {
      return options.stages ?? rules.stages;
    },
    isSecret: secrets.isIn.bind(secrets),
  });
  const kafkaListeners = new Set<(status: KafkaStatus) => void>();
  let keepField = parseFieldList(current.kafkaFields);
  const kafkaOfDay = (status: KafkaStatus): KafkaStatus => ({
    ...status,
    ...(status.lastErrorAtMs !== undefined && { lastErrorAtMs: status.lastErrorAtMs + wallOffsetMs() }),
    ...(status.retryAtMs !== undefined && { retryAtMs: status.retryAtMs + wallOffsetMs() }),
  });
  const mirror = createKafkaMirror<FinishedExchange>({
    source: {
      idOf: ({ id }) => eventIdOf(sessionId, id),
      estimateBytes: ({ record }) => eventBytes(record),
      toRecord: ({ record }) => toEventRecord(toDetail(record, 0, sessionId, noBody), sessionId, keepField),
      keep: (finished) => finished.hold(),
      letGo: (finished) => finished.release(),
    },
    settings: config,
    dial: proxy.guard,
    now,
    log,
    onStatus: (status) => tellAll(kafkaListeners, kafkaOfDay(status), 'telling of the Kafka mirror', report),
  });
  let stopOffering: (() => void) | undefined;
  const offerWhileOn = (): void => {
    if (current.kafkaEnabled) stopOffering ??= hub.onFinished(mirror.offer);
    else stopOffering = void stopOffering?.();
  };
  offerWhileOn();

  let lastMemory: ProcessMemory = { rss: 0, heapUsed: 0, heapTotal: 0, external: 0, arrayBuffers: 0 };
  /** Reading it opens a file: without a descriptor for that the figures before stand. */
  const memoryNow = (): ProcessMemory => {
    try {
      const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
      return (lastMemory = { rss, heapUsed, heapTotal, external, arrayBuffers });
    } catch {
      return lastMemory;
    }
  };
  const sampler = new Sampler(() => {
    hub.totals.clientConnections = proxy.connectionCount();
    return {
      atMs: timeOfDay(),
      uptimeSeconds: (now() - startedAtMs) / 1000,
      totals: structuredClone(hub.totals),
      cache: engine.stats(),
      memory: memoryNow(),
      capture: hub.stats(),
      faults: faults.count,
    };
  }, report);
  const listening = new Listening({
    proxy,
    wanted: () => current,
    reservedPorts: options.reservedPorts,
    warn: (message) => log('warn', message),
    onChange: () => {
      announce();
      clients.systemProxy.follow();
    },
  });
  const coreListeners = new Set<(info: CoreInfo) => void>();
  const info = (): CoreInfo => ({
    name: 'BSDM-Proxy',
    version: options.version,
    sessionId,
    startedAtMs: startedAtMs + wallOffsetMs(),
    pid: process.pid,
    node: process.version,
    ...listening.info(),
    ...(notices.length > 0 && { notices: [...notices] }),
    dataDir: options.dataDir,
    capturePaused: hub.paused,
  });
  const announce = (): void => {
    tellAll(coreListeners, info(), 'telling of the core', report);
  };
  settings.subscribe((changed) => {
    current = settings.current();
    engine.applyPolicy();
    const touched = (prefix: string): boolean => changed.some((key) => key.startsWith(prefix));
    if (touched('cache') || changed.includes('maxCacheBodySize')) engine.applyBudget();
    if (touched('capture')) {
      if (hub.applyBudget() > 0) release();
      if (changed.includes('captureMaxBytes')) warnOfRoom();
    }
    keepField = parseFieldList(current.kafkaFields);
    offerWhileOn();
    if (touched('kafka') || changed.includes('dialAllow')) void mirror.applySettings();
    proxy.applySettings();
    if (changed.includes('systemProxyBypass')) clients.systemProxy.follow();
  });
  void mirror.applySettings();

  /** Changes settings, all or nothing: the listener moves first, and back when the change cannot be saved. */
  async function change(patch: Partial<Settings>, reset: readonly SettingKey[] = []): Promise<SettingsSnapshot> {
    const after = settings.preview(patch, reset);
    if (patch.throttle !== undefined) checkThrottle(after);
    const at = proxy.listening;
    const isNamed = 'host' in patch || 'port' in patch || reset.includes('host') || reset.includes('port');
    const moves = listening.isMovedBy(current, after, isNamed);
    if (moves) await listening.move(after);
    try {
      settings.update(patch, reset);
    } catch (error) {
      if (moves && at !== null) await listening.move(at);
      throw error;
    }
    return settings.snapshot();
  }
  /** One change at a time: the next one begins from where the last one ended. */
  let changes: Promise<unknown> = Promise.resolve();
  const changeInTurn = (patch: Partial<Settings>, reset?: readonly SettingKey[]): Promise<SettingsSnapshot> => {
    const turn = changes.then(() => change(patch, reset));
    changes = turn.catch(() => undefined);
    return turn;
  };

  const subscribeTo = <T>(listeners: Set<(item: T) => void>, first: T, push: (item: T) => void): StreamSubscription => {
    const listener = (item: T): void => push(item);
    listeners.add(listener);
    push(first);
    return { stop: () => listeners.delete(listener) };
  };

  const systemProxyListeners = new Set<(state: SystemProxyState) => void>();
  const clientListeners = new Set<(state: ClientsState) => void>();
  const clients = createClients({
    dataDir: options.dataDir,
    listening: () => listening.info().listening,
    ca: () => ca.state().ca,
    makeCa: () => ca.use().info,
    timeOfDay,
    report: notice,
    onChange: (state) => tellAll(clientListeners, state, 'telling of browsers', report),
    systemProxyBypass: () => current.systemProxyBypass,
    watchdog: options.watchdog,
    onSystemProxy: (state) => tellAll(systemProxyListeners, state, 'telling of the system proxy', report),
  });

  const sessionListeners = new Set<(item: { sessions: OpenedSession[] }) => void>();
  const files = new SessionCommands({
    sessions,
    version: options.version,
    secrets: () => current.harSecrets,
    onChange: (opened) => tellAll(sessionListeners, { sessions: opened }, 'telling of sessions', report),
  });
  const captured = captureCommands(sessions, { paused: announce, cleared: release });
  const compose = createCompose({
    now,
    wallOffsetMs,
    send: (request) => {
      // An exchange begins while its request is handed over.
      const id = hub.nextId;
      proxy.handle(request);
      return id;
    },
    rowOf: (id) => hub.detail(id)?.row,
    detailOf: async (id, session) => captured['exchange.get']({ id, ...(session !== undefined && { session }) }),
    bodyOf: (id, session) => wholeBody(sessions.get(session), id),
  });
  const entries = entryCommands({ admin: engine, wall, now, revalidate: proxy.revalidate });
  const handlers: CommandHandlers = {
    'core.info': info,
    'stats.get': () => sampler.now(),
    'stats.history': () => sampler.history(),
    ...captured,
    ...fixCommands({ detail: captured['exchange.get'], policy: () => policyOf(current) }),
    ...entries,
    ...compareCommands({
      exchange: captured['exchange.get'],
      exchangeBody: captured['exchange.body'],
      entry: entries['entry.get'],
      entryBody: entries['entry.body'],
      policy: () => policyOf(current),
    }),
    'settings.get': () => settings.snapshot(),
    'settings.update': ({ patch, reset }) => changeInTurn(patch, reset),
    'settings.reset': ({ keys }) => changeInTurn({}, keys),
    ...httpsCommands({
      ca,
      interceptor: proxy.interceptor,
      settings: config,
      change: (patch) => changeInTurn(patch),
    }),
    ...clients.handlers,
    ...rules.handlers,
    ...breakpoints.handlers,
    ...files.handlers,
    ...compose.handlers,
    'kafka.status': () => kafkaOfDay(mirror.status()),
    'kafka.test': ({ patch }) => mirror.test({ ...config(), ...patch }),
    'kafka.createTopic': () => mirror.createTopic(),
  };

  const streams: StreamSources = {
    traffic: ({ since, session }, push) => sessions.get(session).subscribe(since, push),
    stats: (_params, push) => ({ stop: sampler.subscribe(push) }),
    settings: (_params, push) => {
      push(settings.snapshot());
      return { stop: settings.subscribe(() => push(settings.snapshot())) };
    },
    core: (_params, push) => subscribeTo(coreListeners, info(), push),
    kafka: (_params, push) => subscribeTo(kafkaListeners, kafkaOfDay(mirror.status()), push),
    clients: (_params, push) => subscribeTo(clientListeners, clients.state(), push),
    systemProxy: (_params, push) => {
      systemProxyListeners.add(push);
      const unwatch = clients.systemProxy.watch();
      void clients.systemProxy.state().then(push);
      return {
        stop: () => {
          systemProxyListeners.delete(push);
          unwatch();
        },
      };
    },
    rules: (_params, push) => subscribeTo(rulesListeners, rules.state(), push),
    held: (_params, push) => {
      const unwatch = breakpoints.watch();
      const subscription = subscribeTo(heldListeners, breakpoints.state(), push);
      return {
        stop: () => {
          subscription.stop();
          unwatch();
        },
      };
    },
    sessions: (_params, push) => subscribeTo(sessionListeners, { sessions: files.state() }, push),
  };

  sampler.start();
  isMade = true;
  return {
    handlers,
    streams,
    sessionId,
    sessions,
    startedAtMs,
    async listen() {
      // What an earlier run left behind leads programs to a port where nothing may listen.
      await clients.recover();
      return listening.open();
    },
    stats: () => sampler.now(),
    kafkaStatus: () => mirror.status(),
    interceptionStatus: () => proxy.interceptor.status(),
    addOwnAddress: (address) => proxy.addOwnAddress(address),
    keepSecret: (token) => secrets.add(token),
    onFinished: (listener) => void hub.onFinished(listener),
    async stop() {
      // While it still answers: programs are led elsewhere first.
      await clients.systemProxy.stop();
      listening.stop();
      const startedAt = performance.now();
      compose.stop();
      breakpoints.stop();
      files.stop();
      const browsersGone = clients.stop();
      // The mirror goes on sending meanwhile, and takes the records of the exchanges that end now.
      await proxy.stop();
      await mirror.stop(kafkaFlushMs(performance.now() - startedAt));
      await browsersGone;
      sampler.stop();
      hub.stop();
    },
  };
}

/** Throws a CommandError when the profile is none. */
function checkThrottle({ throttle, throttleProfiles }: Settings): void {
  const names = throttleNames(throttleProfiles);
  if (names.some((name) => name.toLowerCase() === throttle.toLowerCase())) return;
  throw new CommandError('bad-params', `throttle: there is no profile ${throttle}`, `There are ${names.join(', ')}.`);
}

/** What the cache decides by. */
function policyOf(settings: Settings): CachePolicy {
  return {
    mode: settings.cacheMode,
    ttlSeconds: effectiveTtlSeconds(settings),
    maxBodyBytes: settings.maxCacheBodySize,
    shareAnyway: settings.cacheShareAnyway,
    cdnCacheControl: settings.cdnCacheControl,
    ignoreClientControl: settings.ignoreClientCacheControl,
    compress: settings.cacheCompress,
  };
}
