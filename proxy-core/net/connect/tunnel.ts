/** CONNECT (RFC 9110 §9.3.6): a tunnel of bytes to host:port. The 200 goes out only when the upstream is connected. */
import type net from 'node:net';
import type { Duplex } from 'node:stream';
import { cacheKey } from '../../cache/key.ts';
import type { ReportFault } from '../../contract/faults.ts';
import { parseAuthority, type Authority } from '../../http/target.ts';
import type { DialBudget } from '../front/descriptors.ts';
import type { DialGuard } from '../origin/dial-guard.ts';
import type { UpstreamRoute } from '../origin/upstream-route.ts';
import type { ClientTakeover, ConnectionContext } from '../front/front.ts';
import type { ExchangeLog, ExchangeObserver, ReplyStart, UpstreamConnection } from '../../contract/observer.ts';
import { nameFailure } from '../origin/proxy-errors.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { decideConnect, type ConnectPlan } from './decide-connect.ts';
import { decideInside, type InsidePlan, type InterceptPolicy, type NotRead } from './decide-inside.ts';
import { readFirstBytes } from './first-bytes.ts';
import type { FirstBytes } from './tls/client-hello.ts';
import type { Handshake } from './tls/interceptor.ts';
import type { HostContext } from './tls/secure-contexts.ts';
import { dial, refusalToDial } from './dial.ts';
import { relay } from './relay.ts';
import { tellLeft } from '../exchange/leaving.ts';
import { droppedText, lostOn } from '../exchange/stages.ts';
import { outcomeOf, type Ending } from '../exchange/outcome.ts';
import { TakeoverGuard } from './takeover-guard.ts';
import { refuseTakeover, type Refusal, type Takeover } from './takeover-reply.ts';
import { buildCacheStatus, CACHE_NAME } from '../exchange/reply-fields.ts';
import { wireHead } from '../front/wire-text.ts';

/** Of a CONNECT that was answered with 200. */
const STANDS = outcomeOf({ by: 'peers', as: 'tunnel' });

/** Reads what is inside the tunnels it wants. */
export interface Inside {
  readonly policy: InterceptPolicy;
  /** Why this one is not looked into; undefined when it is wanted. */
  notRead(hostname: string, port: number): NotRead | undefined;
  /** The certificate for a host. Throws when there is none. */
  prepare(hostname: string): HostContext;
  take(handshake: Handshake, context: HostContext): void;
  /** Serves HTTP in the clear. */
  plain(client: Duplex, context: ConnectionContext): void;
}

export interface TunnelDeps {
  /** Without one, every CONNECT that is not refused becomes a tunnel. */
  inside?: Inside;
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
  /** Slow lines to clients. */
  throttle?: Throttle | undefined;
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
        notRead: (hostname, port) => (deps.inside === undefined ? 'off' : deps.inside.notRead(hostname, port)),
      });
    } catch (error) {
      this.#begin(request, guard, request.target);
      throw error;
    }
    const authority = plan.kind === 'refuse' ? parsedOr(request.target) : plan.authority.authority;
    if (plan.kind === 'intercept' && deps.inside !== undefined) {
      this.#look(request, plan.authority, deps.inside, guard);
      return;
    }
    const log = this.#begin(request, guard, authority);
    log.decided(plan.explained);
    if (plan.kind === 'refuse') {
      const ending = outcomeOf({ by: 'proxy', why: 'refused', error: plan.code });
      this.#refuse({ request, log, guard }, plan, ending);
    } else this.#open(request, plan.authority, log, guard);
  }

  #begin(request: ClientTakeover, guard: TakeoverGuard, authority: string): ExchangeLog {
    const url = `https://${authority}`;
    return (guard.log = this.#deps.observer.begin({
      kind: 'tunnel',
      method: 'CONNECT',
      url,
      host: authority,
      path: '',
      requestTarget: request.target,
      protocol: `HTTP/${request.httpVersion}`,
      client: request.clientAddress,
      peer: request.peer,
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
      const ending = outcomeOf({ by: 'proxy', why: 'failed', forward: 'connect' });
      const inputs = { authority, error: failure.code };
      log.decided({
        reason: ending.reason,
        facts: { error: failure.code, authority },
        trace: [{ code: 'connect-failed', phase: 'upstream', result: 'stop', inputs, spec: 'RFC 9110 §9.3.6' }],
      });
      this.#refuse({ request, log, guard }, failure, ending);
    };
    const lost = lostOn(deps.throttle?.link);
    if (lost !== undefined) {
      log.decided(lost);
      log.failed('http_request_denied', droppedText({ method: 'CONNECT', url: authority }, lost));
      client.destroy();
      log.end();
      return;
    }
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
        tellLeft(log, 'tunnel', 'bypass');
        log.end();
      }),
    );
  }

  /**
   * Says 200 and looks at what the client says first. What is read has rows of its own; one of the CONNECT there is only
   * when it stays a tunnel or comes to nothing.
   */
  #look(request: ClientTakeover, connect: Authority, inside: Inside, guard: TakeoverGuard): void {
    const client = request.socket;
    this.#clients.add(client);
    client.once('close', () => this.#clients.delete(client));
    guard.onCrash(() => this.#clients.delete(client));
    this.#sayEstablished(request, guard);
    const found = (first: FirstBytes | 'silent' | 'gone'): void => {
      if (first === 'gone') {
        const log = this.#begin(request, guard, connect.authority);
        tellLeft(log, 'silence', 'bypass');
        log.end();
        client.destroy();
        return;
      }
      const plan = decideInside(first, connect, inside.policy);
      // From here on it is looked after elsewhere, or opened as a tunnel.
      this.#clients.delete(client);
      if (plan.kind === 'handshake') this.#intercept(request, connect, plan, inside, guard);
      else if (plan.kind === 'plain')
        inside.plain(client, {
          scheme: 'http',
          authority: connect.authority,
          client: request.clientAddress,
          peer: request.peer,
        });
      else {
        const log = this.#begin(request, guard, connect.authority);
        log.decided(plan.explained);
        this.#open(request, connect, log, guard);
      }
    };
    readFirstBytes(client, request.head, guard.wrap(found));
  }

  #refuse(takeover: Takeover, refusal: Refusal, ending: Ending): void {
    const { request, log, guard } = takeover;
    if (guard.answered) {
      // It was told that its tunnel stands, so that it would say what it wants: only the end of it can be told now.
      log.failed(refusal.code, refusal.text);
      log.replyStarted(this.#established(ending));
      request.socket.destroy();
      log.end();
      return;
    }
    refuseTakeover(this.#deps, takeover, 'The tunnel could not be opened.', refusal, ending);
  }

  #intercept(
    request: ClientTakeover,
    connect: Authority,
    { authority, serverName }: InsidePlan & { kind: 'handshake' },
    inside: Inside,
    guard: TakeoverGuard,
  ): void {
    const refused = (
      reason: 'client-refused' | 'no-certificate',
      facts: Record<string, string | number>,
      text: string,
    ): void => {
      const log = this.#begin(request, guard, connect.authority);
      const inputs = { authority: connect.authority, serverName: serverName ?? null, ...facts };
      log.decided({
        reason,
        facts,
        trace: [{ code: reason, phase: 'request', result: 'stop', inputs, spec: 'RFC 8446 §6.2' }],
      });
      log.replyStarted(this.#established(outcomeOf({ by: 'proxy', why: 'handshake', reason })));
      log.failed(reason === 'client-refused' ? 'client_tls_refused' : 'proxy_internal_error', text);
      log.end();
    };
    let context: HostContext;
    try {
      context = inside.prepare(authority.hostname);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      refused('no-certificate', { host: authority.hostname }, text);
      request.socket.destroy();
      return;
    }
    inside.take(
      {
        socket: request.socket,
        connect,
        authority,
        serverName,
        client: request.clientAddress,
        peer: request.peer,
        onRefused: (cause, text, count) => refused('client-refused', { host: authority.hostname, cause, count }, text),
      },
      context,
    );
  }

  /** The 200 as it is recorded; what became of the tunnel then may be something else than the 200 said. */
  #established({ outcome, cacheStatus } = STANDS): ReplyStart {
    const { shown, reason } = STANDS;
    const header = this.#deps.statusFields() ? buildCacheStatus({ reason, hit: false, forward: 'bypass' }) : undefined;
    const fields = [
      'Proxy-Agent',
      CACHE_NAME,
      ...(header === undefined ? [] : ['Cache-Status', header, 'X-Cache-Status', shown]),
    ];
    return {
      status: 200,
      statusText: 'Connection Established',
      fields,
      cacheStatus,
      outcome,
      ...(header !== undefined && { cacheStatusHeader: header }),
    };
  }

  #sayEstablished(request: ClientTakeover, guard: TakeoverGuard): void {
    if (guard.answered) return;
    guard.answered = true;
    request.socket.write(wireHead(200, 'Connection Established', this.#established().fields), 'latin1');
  }

  /** Says 200 to the client, unless it was told before. */
  #accept(request: ClientTakeover, log: ExchangeLog, guard: TakeoverGuard): void {
    log.replyStarted(this.#established());
    this.#sayEstablished(request, guard);
  }

  #establish(request: ClientTakeover, upstream: net.Socket, log: ExchangeLog, guard: TakeoverGuard): void {
    const deps = this.#deps;
    const isFirst = !guard.answered;
    this.#accept(request, log, guard);
    let lastError = '';
    relay(request.socket, upstream, {
      idleMs: deps.idleMs(),
      link: deps.throttle?.whole,
      // Where the first bytes were looked at they are in the socket again.
      ...(isFirst && { early: request.head }),
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
