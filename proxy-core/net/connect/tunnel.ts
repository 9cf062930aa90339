/** CONNECT (RFC 9110 §9.3.6): a tunnel of bytes to host:port. The 200 goes out only when the upstream is connected. */
import type net from 'node:net';
import type { Duplex } from 'node:stream';
import { cacheKey } from '../../cache/key.ts';
import type { ReportFault } from '../../contract/faults.ts';
import { parseAuthority, type Authority } from '../../http/target.ts';
import type { DialBudget } from '../front/descriptors.ts';
import type { DialGuard } from '../origin/dial-guard.ts';
import type { UpstreamRoute } from '../origin/upstream-route.ts';
import type { ClientTakeover } from '../front/front.ts';
import type { ExchangeKind } from '../../contract/exchange.ts';
import type { ExchangeLog, ExchangeObserver, UpstreamConnection } from '../../contract/observer.ts';
import { nameFailure } from '../origin/proxy-errors.ts';
import { decideConnect, type ConnectPlan } from './decide-connect.ts';
import { dial, refusalToDial } from './dial.ts';
import { relay } from './relay.ts';
import { outcomeOf, type Ending } from '../exchange/outcome.ts';
import { TakeoverGuard } from './takeover-guard.ts';
import { refuseTakeover, type Refusal, type Takeover } from './takeover-reply.ts';
import { buildCacheStatus, CACHE_NAME } from '../exchange/reply-fields.ts';
import { wireHead } from '../front/wire-text.ts';

/** Reads what is inside the tunnels it wants. */
export interface Interceptor {
  wants(hostname: string, port: number): boolean;
  /** The client has its 200: from here on the connection belongs to the interceptor. */
  take(client: Duplex, authority: Authority, clientAddress: string): void;
}

export interface TunnelDeps {
  /** Without one, every CONNECT that is not refused becomes a tunnel. */
  interceptor?: Interceptor;
  observer: ExchangeObserver;
  now: () => number;
  dial: DialGuard;
  /** Which way tunnels go. */
  route: () => UpstreamRoute;
  connectTimeoutMs: () => number;
  idleMs: () => number;
  statusFields: () => boolean;
  via: (httpVersion: string) => string;
  isSelf: (hostname: string, port: number) => boolean;
  report: ReportFault;
  /** The account of file descriptors. */
  budget: DialBudget;
}

/** Open tunnels, to be closed at shutdown. */
export class Tunnels {
  readonly #deps: TunnelDeps;
  readonly #clients = new Set<Duplex>();

  constructor(deps: TunnelDeps) {
    this.#deps = deps;
  }

  get openCount(): number {
    return this.#clients.size;
  }

  /** Breaks all tunnels. */
  close(): void {
    for (const socket of this.#clients) socket.destroy();
  }

  /** Serves one CONNECT. Never throws. */
  handle(request: ClientTakeover): void {
    request.socket.on('error', () => request.socket.destroy());
    const guard = new TakeoverGuard(`CONNECT ${request.target}`, request.socket, this.#deps.report);
    guard.run(() => this.#connect(request, guard));
  }

  #connect(request: ClientTakeover, guard: TakeoverGuard): void {
    const deps = this.#deps;
    let plan: ConnectPlan;
    try {
      plan = decideConnect(request.target, {
        isAdopted: request.connection !== undefined,
        isSelf: deps.isSelf,
        intercepts: (hostname, port) => deps.interceptor?.wants(hostname, port) ?? false,
      });
    } catch (error) {
      this.#begin(request, guard, 'tunnel', request.target);
      throw error;
    }
    const authority = plan.kind === 'refuse' ? parsedOr(request.target) : plan.authority.authority;
    const log = this.#begin(request, guard, plan.kind === 'intercept' ? 'http' : 'tunnel', authority);
    log.decided(plan.explained);
    if (plan.kind === 'refuse') {
      const ending = outcomeOf({ by: 'proxy', why: 'refused', error: plan.code });
      this.#refuse({ request, log, guard }, plan, ending);
    } else if (plan.kind === 'tunnel') this.#open(request, plan.authority, log, guard);
    else this.#intercept(request, plan.authority, log, guard);
  }

  #begin(request: ClientTakeover, guard: TakeoverGuard, kind: ExchangeKind, authority: string): ExchangeLog {
    const url = `https://${authority}`;
    return (guard.log = this.#deps.observer.begin({
      kind,
      method: 'CONNECT',
      url,
      host: authority,
      path: '',
      requestTarget: request.target,
      protocol: `HTTP/${request.httpVersion}`,
      client: request.clientAddress,
      fields: request.fields,
      cacheKey: cacheKey('CONNECT', url),
    }));
  }

  /** Dials, and joins client and upstream when that stands. */
  #open(
    request: ClientTakeover,
    { hostname, port, authority }: Authority,
    log: ExchangeLog,
    guard: TakeoverGuard,
  ): void {
    const deps = this.#deps;
    const client = request.socket;
    const fail = (error: unknown): void => {
      const failure = nameFailure(error, `CONNECT ${authority}`, false);
      const ending = outcomeOf({ by: 'proxy', why: 'failed', plan: 'connect' });
      log.decided({ reason: ending.reason, facts: { error: failure.code }, trace: [] });
      this.#refuse({ request, log, guard }, failure, ending);
    };
    const how = { guard: deps.dial, budget: deps.budget, timeoutMs: deps.connectTimeoutMs(), route: deps.route() };
    const prohibited = refusalToDial(how, hostname, port);
    if (prohibited) {
      fail(prohibited);
      return;
    }
    this.#clients.add(client);
    guard.onCrash(() => this.#clients.delete(client));
    log.dispatched();
    let settled = false;
    const dialling = dial(hostname, port, how, {
      onConnected: guard.wrap((upstream: net.Socket, facts: UpstreamConnection) => {
        settled = true;
        log.connected(facts);
        this.#establish(request, upstream, log, guard);
      }),
      onFailed: guard.wrap((error: Error) => {
        settled = true;
        this.#clients.delete(client);
        fail(error);
      }),
    });
    guard.onCrash(() => {
      settled = true;
      dialling.cancel();
    });
    client.once(
      'close',
      guard.wrap(() => {
        this.#clients.delete(client);
        if (settled) return;
        settled = true;
        dialling.cancel();
        log.failed('client_aborted', 'the client disconnected before the tunnel was established');
        log.end();
      }),
    );
  }

  /** What is asked inside is recorded there; the CONNECT itself is over with its answer. */
  #intercept(request: ClientTakeover, authority: Authority, log: ExchangeLog, guard: TakeoverGuard): void {
    const { socket } = request;
    this.#accept(request, log, guard, 'intercept');
    log.end();
    guard.log = undefined;
    if (request.head.length > 0) socket.unshift(request.head);
    this.#deps.interceptor?.take(socket, authority, request.clientAddress);
  }

  #refuse(takeover: Takeover, refusal: Refusal, ending: Ending): void {
    refuseTakeover(this.#deps, takeover, 'The tunnel could not be opened.', refusal, ending);
  }

  /** Says 200 to the client. */
  #accept(request: ClientTakeover, log: ExchangeLog, guard: TakeoverGuard, as: 'tunnel' | 'intercept'): void {
    const deps = this.#deps;
    const { outcome, cacheStatus, shown, reason } = outcomeOf({ by: 'peers', as });
    const header = deps.statusFields() ? buildCacheStatus({ reason, hit: false }) : undefined;
    const fields = [
      'Proxy-Agent',
      CACHE_NAME,
      ...(header === undefined ? [] : ['Cache-Status', header, 'X-Cache-Status', shown]),
    ];
    log.replyStarted({
      status: 200,
      statusText: 'Connection Established',
      fields,
      cacheStatus,
      outcome,
      ...(header !== undefined && { cacheStatusHeader: header }),
    });
    guard.answered = true;
    request.socket.write(wireHead(200, 'Connection Established', fields), 'latin1');
  }

  #establish(request: ClientTakeover, upstream: net.Socket, log: ExchangeLog, guard: TakeoverGuard): void {
    const deps = this.#deps;
    this.#accept(request, log, guard, 'tunnel');
    let lastError = '';
    relay(request.socket, upstream, {
      idleMs: deps.idleMs(),
      early: request.head,
      report: deps.report,
      onBytes: (up, down) => log.tunnelBytes(up, down),
      onOver: ({ error, idle }) => {
        if (idle) lastError = `idle for ${deps.idleMs() / 1000} s`;
        else if (error) lastError = error.message;
        if (lastError !== '') log.failed(idle ? 'connection_read_timeout' : 'connection_terminated', lastError);
        log.end();
      },
    });
  }
}

/** The one form of an authority; what is none, as it came. */
function parsedOr(target: string): string {
  const parsed = parseAuthority(target);
  return parsed.ok ? parsed.authority.authority : target;
}
