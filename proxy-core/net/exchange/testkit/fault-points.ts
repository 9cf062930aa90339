/** Every callback that an exchange passes: each throws in turn. */
import type { CacheEngine } from '../../../cache/plan.ts';
import type { ExchangeLog, ExchangeObserver } from '../../../contract/observer.ts';
import { methodsOf } from '../../../testkit/injector.ts';
import type { DialBudget } from '../../front/descriptors.ts';
import type { DialGuard } from '../../origin/dial-guard.ts';
import type { ExchangeDeps } from '../exchange-deps.ts';
import type { FetchMember } from '../../fetch/fetch-member.ts';
import type { ClientReply, ClientRequest, FrontHandlers } from '../../front/front.ts';
import type { Stages } from '../stages.ts';
import type { OriginCall, OriginClient, OriginSink } from '../../origin/origin-client.ts';
import type { TunnelDeps } from '../../connect/tunnel.ts';
import type { UpgradeDeps } from '../../connect/upgrade.ts';

export const METHODS = {
  ExchangeObserver: methodsOf<ExchangeObserver>({ begin: true }),
  ExchangeLog: methodsOf<ExchangeLog>({
    decided: true,
    noted: true,
    left: true,
    changed: true,
    dispatched: true,
    connected: true,
    upstreamBytes: true,
    upstreamHead: true,
    replyStarted: true,
    requestData: true,
    responseData: true,
    responseStored: true,
    tunnelBytes: true,
    message: true,
    messagesBroken: true,
    stored: true,
    failed: true,
    end: true,
  }),
  CacheEngine: methodsOf<CacheEngine>({
    planRequest: true,
    planResponse: true,
    planFailure: true,
    commit: true,
    explainStored: true,
    abandon: true,
    mayShare: true,
    isShareable: true,
    isOutdated: true,
    isOvertaken: true,
    mayLookFurther: true,
    lookFurther: true,
    noteUse: true,
  }),
  OriginClient: methodsOf<OriginClient>({ send: true, reconfigure: true, close: true }),
  OriginSink: methodsOf<OriginSink>({
    onDispatched: true,
    onRefused: true,
    onBytes: true,
    onInterim: true,
    onHead: true,
    onData: true,
    onEnd: true,
    onFailed: true,
    onUpgraded: true,
  }),
  OriginCall: methodsOf<OriginCall>({ pause: true, resume: true, abort: true }),
  FetchMember: methodsOf<FetchMember>({
    about: true,
    drop: true,
    interim: true,
    stream: true,
    serve: true,
    fail: true,
    release: true,
    stored: true,
    data: true,
    end: true,
    broken: true,
    crash: true,
  }),
  Stages: methodsOf<Stages>({ clientRequest: true, originRequest: true, originResponse: true, clientResponse: true }),
  ClientRequest: methodsOf<ClientRequest>({ openBody: true }),
  ClientReply: methodsOf<ClientReply>({
    inform: true,
    start: true,
    write: true,
    onDrain: true,
    end: true,
    destroy: true,
    onClose: true,
  }),
  ReplyListener: ['drain', 'close'],
  FrontHandlers: methodsOf<FrontHandlers>({
    onRequest: true,
    onConnect: true,
    onUpgrade: true,
    onMalformed: true,
    onFault: true,
    onPeer: true,
    readPatienceMs: true,
  }),
  ExchangeDeps: methodsOf<ExchangeDeps>({
    now: true,
    wallOffsetMs: true,
    finishAbandonedBytes: true,
    patienceSeconds: true,
    statusFields: true,
    via: true,
    address: true,
    isSecret: true,
    ownPages: true,
    isSelf: true,
    report: true,
  }),
  TunnelDeps: methodsOf<TunnelDeps>({
    now: true,
    route: true,
    connectTimeoutMs: true,
    idleMs: true,
    statusFields: true,
    via: true,
    isSelf: true,
    report: true,
  }),
  UpgradeDeps: methodsOf<UpgradeDeps>({
    now: true,
    idleMs: true,
    messageBytes: true,
    statusFields: true,
    via: true,
    isSelf: true,
    report: true,
  }),
  DialGuard: methodsOf<DialGuard>({ refusal: true, refusalUnresolved: true, lookup: true }),
  DialBudget: methodsOf<DialBudget>({ refusal: true, hold: true }),
} as const;

/** Promised not to throw, for they are what a thrower is told by, or are not called while exchanges run. */
const NOT_INJECTED = new Set([
  'ExchangeDeps.report',
  'TunnelDeps.report',
  'UpgradeDeps.report',
  'OriginClient.reconfigure',
  'OriginClient.close',
  'FrontHandlers.onFault',
  'FetchMember.crash',
  'OriginSink.onRefused',
  'DialGuard.refusalUnresolved',
]);
/** What is told beside an exchange: it goes on as if nothing had been. */
export const BESIDE =
  /^(ExchangeObserver|ExchangeLog|FrontHandlers|ReplyListener)\.|^(CacheEngine\.(noteUse|isOutdated|abandon)|OriginSink\.(onBytes|onFailed)|OriginCall\.|ClientReply\.(destroy|inform)|ExchangeDeps\.(patienceSeconds|finishAbandonedBytes)|UpgradeDeps\.messageBytes|DialGuard|DialBudget)/;

/** Called with stages only. */
export const OF_STAGES = /^Stages\.|\.(changed|about|drop)$/;

export const CASES = Object.entries(METHODS)
  .flatMap(([label, methods]) => methods.map((method) => `${label}.${method}`))
  .filter((name) => !NOT_INJECTED.has(name));
