/** CONNECT (RFC 9110 §9.3.6): a tunnel of bytes to host:port. The 200 goes out only when the upstream is connected. */
import { STATUS_CODES } from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { cacheKey } from '../../cache/key.ts';
import { PROXY_ERRORS, type ProxyErrorCode } from '../../contract/errors.ts';
import type { ReportFault } from '../../contract/faults.ts';
import { parseAuthority } from '../../http/target.ts';
import type { DialBudget } from '../front/descriptors.ts';
import type { DialGuard } from '../origin/dial-guard.ts';
import type { ClientTakeover } from '../front/front.ts';
import { buildPage, type LocalReply } from '../exchange/local-pages.ts';
import type { ExchangeLog, ExchangeObserver } from '../../contract/observer.ts';
import { nameFailure } from '../origin/proxy-errors.ts';
import { describeConnection } from '../origin/origin-connector.ts';
import { relay } from './relay.ts';
import { hangUp, TakeoverGuard } from './takeover-guard.ts';
import { buildCacheStatus, buildProxyStatus, CACHE_NAME, withProxyFields } from '../exchange/reply-fields.ts';
import { wireHead } from '../front/wire-text.ts';

export interface TunnelDeps {
  observer: ExchangeObserver;
  now: () => number;
  dial: DialGuard;
  connectTimeoutMs: () => number;
  idleMs: () => number;
  statusFields: () => boolean;
  via: (httpVersion: string) => string;
  isSelf: (hostname: string, port: number) => boolean;
  report: ReportFault;
  /** The account of file descriptors. */
  budget: DialBudget;
}

/** Open tunnels, to be broken at the end. */
export class Tunnels {
  readonly #deps: TunnelDeps;
  readonly #open = new Set<Duplex>();

  constructor(deps: TunnelDeps) {
    this.#deps = deps;
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** Breaks all tunnels. */
  close(): void {
    for (const socket of this.#open) socket.destroy();
  }

  /** Serves one CONNECT. Never throws. */
  handle(request: ClientTakeover): void {
    request.socket.on('error', () => request.socket.destroy());
    const guard = new TakeoverGuard(`CONNECT ${request.target}`, request.socket, this.#deps.report);
    guard.run(() => this.#connect(request, guard));
  }

  #connect(request: ClientTakeover, guard: TakeoverGuard): void {
    const deps = this.#deps;
    const client = request.socket;
    const parsed = parseAuthority(request.target);
    const authority = parsed.ok ? parsed.authority.authority : request.target;
    const url = `https://${authority}`;
    const log = deps.observer.begin({
      kind: 'tunnel',
      method: 'CONNECT',
      url,
      host: authority,
      path: '',
      requestTarget: request.target,
      protocol: `HTTP/${request.httpVersion}`,
      client: request.clientAddress,
      fields: request.fields,
      cacheKey: cacheKey('CONNECT', url),
    });
    guard.log = log;
    if (!parsed.ok) {
      log.decided({
        reason: 'request-refused',
        facts: {},
        trace: [
          {
            code: 'request-target',
            phase: 'request',
            result: 'stop',
            inputs: { target: request.target },
            spec: 'RFC 9112 §3.2.3',
          },
        ],
      });
      refuse(deps, client, log, request, guard, 'http_request_error', `${parsed.problem}.`, '', 400);
      return;
    }
    const { hostname, port } = parsed.authority;
    if (deps.isSelf(hostname, port)) {
      log.decided({
        reason: 'request-refused',
        facts: {},
        trace: [
          {
            code: 'proxy_loop_detected',
            phase: 'request',
            result: 'stop',
            inputs: { target: authority },
            spec: 'RFC 9110 §7.6.3',
          },
        ],
      });
      refuse(
        deps,
        client,
        log,
        request,
        guard,
        'proxy_loop_detected',
        `CONNECT ${authority} leads back to this proxy.`,
        '',
      );
      return;
    }
    log.decided({
      reason: 'tunnel',
      facts: {},
      trace: [{ code: 'tunnel', phase: 'request', result: 'stop', inputs: { authority }, spec: 'RFC 9110 §9.3.6' }],
    });
    const fail = (error: unknown): void => {
      const failure = nameFailure(error, `CONNECT ${authority}`, false);
      refuse(deps, client, log, request, guard, failure.code, failure.text, failure.hint);
    };
    const prohibited = deps.dial.refusal(hostname, port) ?? deps.budget.refusal();
    if (prohibited) {
      fail(prohibited);
      return;
    }
    const upstream = new net.Socket({ allowHalfOpen: true, noDelay: true, keepAlive: true });
    deps.budget.hold(upstream);
    this.#open.add(client);
    guard.onCrash(() => this.#open.delete(client));
    guard.onCrash(() => upstream.destroy());
    const connectFromMs = performance.now();
    let lookedUpMs: number | undefined;
    upstream.once('lookup', () => (lookedUpMs ??= performance.now()));
    let settled = false;
    const timer = setTimeout(
      () => upstream.destroy(Object.assign(new Error('connect timeout'), { code: 'ETIMEDOUT' })),
      deps.connectTimeoutMs(),
    );
    timer.unref();
    guard.onCrash(() => {
      settled = true;
      clearTimeout(timer);
      this.#open.delete(client);
    });
    const onEarlyError = guard.wrap((error: Error): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      this.#open.delete(client);
      fail(error);
    });
    upstream.on('error', onEarlyError);
    client.once(
      'close',
      guard.wrap(() => {
        this.#open.delete(client);
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        upstream.destroy();
        log.failed('client_aborted', 'the client went away before the tunnel stood');
        log.end();
      }),
    );
    log.dispatched();
    upstream.connect({ host: hostname, port, lookup: deps.dial.lookup(port), autoSelectFamily: true });
    upstream.once(
      'connect',
      guard.wrap(() => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        upstream.off('error', onEarlyError);
        upstream.on('error', () => upstream.destroy());
        log.connected(describeConnection(upstream, connectFromMs, lookedUpMs));
        this.#establish(request, upstream, log, guard);
      }),
    );
  }

  #establish(request: ClientTakeover, upstream: net.Socket, log: ExchangeLog, guard: TakeoverGuard): void {
    const deps = this.#deps;
    const client = request.socket;
    const header = deps.statusFields() ? buildCacheStatus({ reason: 'tunnel', hit: false }) : undefined;
    const fields = [
      'Proxy-Agent',
      CACHE_NAME,
      ...(header === undefined ? [] : ['Cache-Status', header, 'X-Cache-Status', 'BYPASS']),
    ];
    log.replyStarted({
      status: 200,
      statusText: 'Connection Established',
      fields,
      cacheStatus: 'BYPASS',
      outcome: 'BYPASS',
      ...(header !== undefined && { cacheStatusHeader: header }),
    });
    guard.answered = true;
    client.write(wireHead(200, 'Connection Established', fields), 'latin1');
    // First: a client that has said its end already has it passed on at once.
    if (request.head.length > 0) {
      upstream.write(request.head);
      log.tunnelBytes(request.head.length, 0);
    }
    let lastError = '';
    relay(client, upstream, {
      idleMs: deps.idleMs(),
      report: deps.report,
      onBytes: (up, down) => log.tunnelBytes(request.head.length + up, down),
      onOver: ({ error, idle }) => {
        if (idle) lastError = `no byte moved for ${deps.idleMs() / 1000} s`;
        else if (error) lastError = error.message;
        if (lastError !== '') log.failed(idle ? 'connection_read_timeout' : 'connection_terminated', lastError);
        log.end();
      },
    });
  }
}

function refuse(
  deps: TunnelDeps,
  client: Duplex,
  log: ExchangeLog,
  request: ClientTakeover,
  guard: TakeoverGuard,
  code: ProxyErrorCode,
  text: string,
  hint: string,
  given?: number,
): void {
  const status = given ?? (PROXY_ERRORS[code] || 502);
  const page: LocalReply = buildPage(
    request.fields,
    status,
    STATUS_CODES[status] ?? 'Bad Gateway',
    'The tunnel could not be opened.',
    [text, hint].filter((part) => part !== ''),
  );
  const header = deps.statusFields() ? buildCacheStatus({ reason: 'tunnel', hit: false }) : undefined;
  const fields = withProxyFields(
    [...page.fields, 'Proxy-Status', buildProxyStatus(code, text), 'Connection', 'close'],
    {
      via: deps.via('1.1'),
      nowMs: deps.now(),
      ...(header !== undefined && { cacheStatus: header, outcome: 'BYPASS' as const }),
    },
  );
  log.failed(code, text);
  log.replyStarted({
    status,
    statusText: page.statusText,
    fields,
    cacheStatus: 'BYPASS',
    outcome: 'ERROR',
    ...(header !== undefined && { cacheStatusHeader: header }),
  });
  if (client.writable) {
    guard.answered = true;
    client.write(wireHead(status, page.statusText, fields), 'latin1');
    log.responseData(page.body);
    hangUp(client, page.body);
  } else client.destroy();
  log.end();
}
