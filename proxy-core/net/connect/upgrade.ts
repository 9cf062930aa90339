/** Plain-HTTP Upgrade (RFC 9110 §7.8), in practice WebSocket: passed to the origin, then bytes both ways. */
import { finished, type Duplex } from 'node:stream';
import { cacheKey } from '../../cache/key.ts';
import { PROXY_ERRORS, type ProxyErrorCode } from '../../contract/errors.ts';
import type { ReportFault } from '../../contract/faults.ts';
import { getField, type FieldList } from '../../http/fields.ts';
import { Head } from '../../http/head.ts';
import { stripHopByHop } from '../../http/hop-by-hop.ts';
import { breakConnection } from '../front/break-connection.ts';
import { resolveTarget } from '../front/request-target.ts';
import type { ClientTakeover } from '../front/front.ts';
import type { ExchangeObserver } from '../../contract/observer.ts';
import type { TraceStep } from '../../contract/reasons.ts';
import type { OriginCall, OriginClient } from '../origin/origin-client.ts';
import type { UpstreamFailure } from '../origin/proxy-errors.ts';
import { droppedText, lostOn } from '../exchange/stages.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { relay } from './relay.ts';
import { recordMessages } from './websocket/record-messages.ts';
import { tellLeft } from '../exchange/leaving.ts';
import { outcomeOf, type Ending } from '../exchange/outcome.ts';
import { hangUp, TakeoverGuard } from './takeover-guard.ts';
import { refuseTakeover, startReply } from './takeover-reply.ts';

export interface UpgradeDeps {
  observer: ExchangeObserver;
  client: OriginClient;
  now: () => number;
  idleMs: () => number;
  /** Payload bytes recorded of one WebSocket message. */
  messageBytes: () => number;
  statusFields: () => boolean;
  via: (httpVersion: string) => string;
  /** Part of `via` that names this very instance. */
  instance: string;
  isSelf: (hostname: string, port: number) => boolean;
  report: ReportFault;
  /** Slow lines to clients. */
  throttle?: Throttle | undefined;
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
    peer: request.peer,
    fields: request.fields,
    cacheKey: cacheKey(request.method, url),
    clientTls: request.connection?.tls?.next(),
  });
  guard.log = log;
  const asked = head.get('upgrade') ?? 'websocket';
  log.decided({
    reason: 'upgrade',
    facts: { asked },
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
  const takeover = { request, log, guard };
  const upgraded = outcomeOf({ by: 'peers', as: 'upgrade' });
  const refuse = (
    status: number,
    code: ProxyErrorCode,
    text: string,
    ending: Ending,
    steps: TraceStep[],
    refused?: 'loop' | 'target' | 'misdirected',
  ): void => {
    const facts = { error: code, ...(refused !== undefined && { refused }) };
    log.decided({ reason: ending.reason, facts, trace: steps });
    refuseTakeover(deps, takeover, 'The connection could not be upgraded.', { code, text, status }, ending);
  };
  if (!parsed.ok) {
    const code = 'http_request_error';
    const ending = outcomeOf({ by: 'proxy', why: 'refused', error: code });
    const steps = [refusal('request-target', request.target, 'RFC 9112 §3.2')];
    refuse(parsed.status, code, `${parsed.problem}.`, ending, steps, parsed.status === 421 ? 'misdirected' : 'target');
    return;
  }
  if (deps.isSelf(parsed.target.hostname, parsed.target.port) || (head.combined('via') ?? '').includes(deps.instance)) {
    const text = `${request.method} ${url} leads back to this proxy.`;
    const code = 'proxy_loop_detected';
    const ending = outcomeOf({ by: 'proxy', why: 'refused', error: code });
    refuse(PROXY_ERRORS[code], code, text, ending, [refusal(code, request.target, 'RFC 9110 §7.6.3')], 'loop');
    return;
  }
  const lost = lostOn(deps.throttle?.link);
  if (lost !== undefined) {
    log.decided(lost);
    log.failed('http_request_denied', droppedText({ method: request.method, url }, lost));
    socket.destroy();
    log.end();
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
      upgrade: asked,
      fields: [...head.forwarded.fields, 'Via', deps.via(request.httpVersion)],
    },
    {
      onRefused: (connection) => log.connected(connection),
      onDispatched: (connection) => {
        log.dispatched();
        log.connected(connection);
      },
      onBytes: (sent, received) => log.upstreamBytes(sent, received),
      onInterim: () => undefined,
      onHead: guard.wrap((status: number, statusText: string, fields: FieldList) => {
        log.upstreamHead(status, fields);
        log.decided({ reason: 'upgrade', facts: { asked, status }, trace: [] });
        // Without a length the end of the connection is the end of the answer.
        startReply(deps, takeover, status, statusText, [...stripHopByHop(fields), 'Connection', 'close'], upgraded);
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
        if (guard.answered) {
          log.failed(failure.code, failure.text);
          // The head is out, perhaps without a length: only a reset can say that the answer is not whole.
          breakConnection(socket);
          log.end();
        } else {
          const ending = outcomeOf({ by: 'proxy', why: 'failed', forward: 'connect' });
          refuse(PROXY_ERRORS[failure.code] || 502, failure.code, failure.text, ending, []);
        }
      }),
      onUpgraded: guard.wrap((status: number, fields: FieldList, upstream: Duplex) => {
        over = true;
        upstream.on('error', () => upstream.destroy());
        guard.onCrash(() => upstream.destroy());
        log.upstreamHead(status, fields);
        log.decided({ reason: 'upgrade', facts: { asked, protocol: getField(fields, 'upgrade') ?? asked }, trace: [] });
        const protocol = getField(fields, 'upgrade') ?? asked;
        const switching = ['Connection', 'Upgrade', 'Upgrade', protocol];
        startReply(deps, takeover, status, 'Switching Protocols', stripHopByHop(fields), upgraded, switching);
        const messages = recordMessages(log, head.get('upgrade'), fields, deps.messageBytes);
        relay(socket, upstream, {
          idleMs: deps.idleMs(),
          link: deps.throttle?.whole,
          report: deps.report,
          early: request.head,
          tap: messages && ((direction, chunk) => messages.push(direction, chunk)),
          onBytes: (up, down) => log.tunnelBytes(up, down),
          onOver: ({ error }) => {
            try {
              messages?.end();
            } finally {
              if (error) log.failed('connection_terminated', error.message);
              log.end();
            }
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
      tellLeft(log, guard.answered ? 'reply' : 'none', 'bypass');
      log.end();
    }),
  );
}

/** Why a request is not passed on. */
function refusal(code: string, target: string, spec: string): TraceStep {
  return { code, phase: 'request', result: 'stop', inputs: { target }, spec };
}
