/** Plain-HTTP Upgrade (RFC 9110 §7.8), in practice WebSocket: passed to the origin, then bytes both ways. */
import { STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import { finished, type Duplex } from 'node:stream';
import { cacheKey } from '../../cache/key.ts';
import { PROXY_ERRORS } from '../../contract/errors.ts';
import type { ReportFault } from '../../contract/faults.ts';
import { getField, type FieldList } from '../../http/fields.ts';
import { Head } from '../../http/head.ts';
import { stripHopByHop } from '../../http/hop-by-hop.ts';
import { resolveTarget } from '../front/request-target.ts';
import type { ClientTakeover } from '../front/front.ts';
import { buildPage } from '../exchange/local-pages.ts';
import type { ExchangeObserver } from '../../contract/observer.ts';
import type { OriginCall, OriginClient } from '../origin/origin-client.ts';
import type { UpstreamFailure } from '../origin/proxy-errors.ts';
import { relay } from './relay.ts';
import { buildCacheStatus, buildProxyStatus, withProxyFields } from '../exchange/reply-fields.ts';
import { hangUp, TakeoverGuard } from './takeover-guard.ts';
import { wireHead } from '../front/wire-text.ts';

export interface UpgradeDeps {
  observer: ExchangeObserver;
  client: OriginClient;
  now: () => number;
  idleMs: () => number;
  statusFields: () => boolean;
  via: (httpVersion: string) => string;
  /** Part of `via` that names this very instance. */
  instance: string;
  isSelf: (hostname: string, port: number) => boolean;
  report: ReportFault;
}

/** Passes one Upgrade request on. An origin that answers with anything but 101 has its answer passed back, then the connection ends. */
export function handleUpgrade(deps: UpgradeDeps, request: ClientTakeover): void {
  request.socket.on('error', () => request.socket.destroy());
  const guard = new TakeoverGuard(`${request.method} ${request.target}`, request.socket, deps.report);
  guard.run(() => upgrade(deps, request, guard));
}

function upgrade(deps: UpgradeDeps, request: ClientTakeover, guard: TakeoverGuard): void {
  const { socket } = request;
  const head = new Head(request.fields);
  const parsed = resolveTarget(request.target, request.method, request.connection, head.get('host'));
  const url = parsed.ok ? parsed.target.url : request.target;
  const log = deps.observer.begin({
    kind: 'websocket',
    method: request.method,
    url,
    host: parsed.ok ? parsed.target.host : '',
    path: parsed.ok ? parsed.target.path : request.target,
    requestTarget: request.target,
    protocol: `HTTP/${request.httpVersion}`,
    client: request.clientAddress,
    fields: request.fields,
    cacheKey: cacheKey(request.method, url),
  });
  guard.log = log;
  log.decided({
    reason: 'upgrade',
    facts: {},
    trace: [
      {
        code: 'upgrade',
        phase: 'request',
        result: 'stop',
        inputs: { upgrade: head.get('upgrade') ?? null },
        spec: 'RFC 9110 §7.8',
      },
    ],
  });
  const header = deps.statusFields() ? buildCacheStatus({ reason: 'upgrade', hit: false }) : undefined;
  const own = {
    via: deps.via('1.1'),
    nowMs: deps.now(),
    ...(header !== undefined && { cacheStatus: header, outcome: 'BYPASS' as const }),
  };
  const started = (status: number, statusText: string, fields: string[], failed = false): void => {
    log.replyStarted({
      status,
      statusText,
      fields,
      cacheStatus: 'BYPASS',
      outcome: failed ? 'ERROR' : 'BYPASS',
      ...(header !== undefined && { cacheStatusHeader: header }),
    });
    guard.answered = true;
    socket.write(wireHead(status, statusText, fields), 'latin1');
  };
  const refuse = (status: number, text: string, proxyStatus?: string): void => {
    const page = buildPage(
      request.fields,
      status,
      STATUS_CODES[status] ?? 'Bad Gateway',
      'The connection could not be upgraded.',
      [text],
    );
    started(
      status,
      page.statusText,
      withProxyFields(
        [...page.fields, 'Connection', 'close', ...(proxyStatus === undefined ? [] : ['Proxy-Status', proxyStatus])],
        own,
      ),
      true,
    );
    hangUp(socket, page.body);
    log.end();
  };
  if (!parsed.ok) {
    refuse(parsed.status, `${parsed.problem}.`);
    return;
  }
  if (deps.isSelf(parsed.target.hostname, parsed.target.port) || (head.combined('via') ?? '').includes(deps.instance)) {
    const text = `${request.method} ${url} leads back to this proxy.`;
    log.failed('proxy_loop_detected', text);
    refuse(PROXY_ERRORS.proxy_loop_detected, text, buildProxyStatus('proxy_loop_detected', text));
    return;
  }
  let over = false;
  let call: OriginCall | null = null;
  guard.onCrash(() => {
    over = true;
    call?.abort();
  });
  call = deps.client.send(
    {
      method: request.method,
      origin: parsed.target.origin,
      path: parsed.target.path,
      body: null,
      upgrade: head.get('upgrade') ?? 'websocket',
      fields: [...head.forwarded.fields, 'Via', deps.via(request.httpVersion)],
    },
    {
      onDispatched: (connection) => {
        log.dispatched();
        log.connected(connection);
      },
      onBytes: (sent, received) => log.upstreamBytes(sent, received),
      onInterim: () => undefined,
      onHead: guard.wrap((status: number, statusText: string, fields: FieldList) => {
        log.upstreamHead(status, fields);
        // Without a length the end of the connection is the end of the answer.
        started(status, statusText, withProxyFields([...stripHopByHop(fields), 'Connection', 'close'], own));
      }),
      onData: guard.wrap((chunk: Uint8Array) => {
        log.responseData(chunk);
        if (!socket.write(chunk)) {
          call?.pause();
          socket.once(
            'drain',
            guard.wrap(() => call?.resume()),
          );
        }
      }),
      onEnd: guard.wrap(() => {
        over = true;
        hangUp(socket);
        log.end();
      }),
      onFailed: guard.wrap((failure: UpstreamFailure) => {
        over = true;
        log.failed(failure.code, failure.text);
        if (guard.answered) {
          // The head is out, perhaps without a length: only a reset can say that the answer is not whole.
          if (socket instanceof Socket) socket.resetAndDestroy();
          else socket.destroy();
          log.end();
        } else refuse(PROXY_ERRORS[failure.code] || 502, failure.text, buildProxyStatus(failure.code, failure.text));
      }),
      onUpgraded: guard.wrap((status: number, fields: FieldList, upstream: Duplex) => {
        over = true;
        upstream.on('error', () => upstream.destroy());
        guard.onCrash(() => upstream.destroy());
        log.upstreamHead(status, fields);
        const kept = stripHopByHop(fields);
        started(status, 'Switching Protocols', [
          'Connection',
          'Upgrade',
          'Upgrade',
          getField(fields, 'upgrade') ?? 'websocket',
          ...withProxyFields(kept, own),
        ]);
        relay(socket, upstream, {
          idleMs: deps.idleMs(),
          report: deps.report,
          early: request.head,
          onBytes: (up, down) => log.tunnelBytes(up, down),
          onOver: ({ error }) => {
            if (error) log.failed('connection_terminated', error.message);
            log.end();
          },
        });
      }),
    },
  );
  finished(
    socket,
    guard.wrap(() => {
      if (over) return;
      over = true;
      call?.abort();
      log.failed('client_aborted', 'the client disconnected');
      log.end();
    }),
  );
}
