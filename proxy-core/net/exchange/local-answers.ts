/** What the proxy answers for itself: pages, OPTIONS and TRACE that end here, and the last answer when all else failed. */
import { STATUS_CODES } from 'node:http';
import { cacheKey } from '../../cache/key.ts';
import type { ExchangeLog } from '../../contract/observer.ts';
import type { Forward } from '../../contract/reasons.ts';
import { withoutFields, type FieldList } from '../../http/fields.ts';
import { Head } from '../../http/head.ts';
import type { Target } from '../../http/target.ts';
import type { ClientReply, ClientRequest } from '../front/front.ts';
import { internalFailure, type UpstreamFailure } from '../origin/proxy-errors.ts';
import type { ExchangeDeps } from './exchange-deps.ts';
import { buildPage, type LocalReply } from './local-pages.ts';
import { outcomeOf, type Ending } from './outcome.ts';
import { buildCacheStatus, buildProxyStatus, withProxyFields } from './reply-fields.ts';

/**
 * The last answer there is, made of nothing that may just have failed. For an exchange that has sent nothing yet; should
 * this fail too, the connection goes. Ends the record when the reply can no longer do that.
 */
export function breakOff(
  deps: ExchangeDeps,
  request: ClientRequest,
  log: ExchangeLog,
  error: unknown,
  endsWithReply = false,
): void {
  const failure = internalFailure(error, `${request.method} ${request.target}`);
  const { outcome, cacheStatus, reason } = outcomeOf({ by: 'proxy', why: 'crashed' });
  log.failed(failure.code, failure.text);
  log.decided({ reason, facts: { error: failure.code }, trace: [] });
  try {
    const page = buildPage(request.head.fields, 500, 'Internal Server Error', 'The proxy failed.', [
      failure.text,
      failure.hint,
    ]);
    const fields = [...page.fields, 'Proxy-Status', buildProxyStatus(failure.code, failure.text)];
    log.replyStarted({
      status: page.status,
      statusText: page.statusText,
      fields,
      cacheStatus,
      outcome,
    });
    request.reply.start(page.status, page.statusText, fields);
    log.responseData(page.body);
    request.reply.end(page.body);
    if (!endsWithReply) log.end();
  } catch (further) {
    deps.report('a reply to a failure', further);
    destroyReply(deps, request.reply);
    log.end();
  }
}

/** Destroys the connection; an exception of that is reported. */
export function destroyReply(deps: ExchangeDeps, reply: ClientReply): void {
  try {
    reply.destroy();
  } catch (error) {
    deps.report('breaking a connection', error);
  }
}

/** What the record of an exchange starts with. */
export function exchangeStart(request: ClientRequest, target: Target | undefined, secret?: boolean) {
  const url = target?.url ?? request.target;
  // Equal strings are handed on as one: captured exchanges keep them.
  return {
    kind: 'http' as const,
    method: request.method,
    url,
    host: target?.host ?? '',
    path: target?.path ?? request.target,
    requestTarget: request.target === url ? url : request.target,
    protocol: request.httpVersion === '1.1' ? 'HTTP/1.1' : `HTTP/${request.httpVersion}`,
    client: request.clientAddress,
    peer: request.peer,
    fields: request.head.fields,
    cacheKey: cacheKey(request.method, url),
    secret,
    clientTls: request.connection?.tls?.next(),
  };
}

/** TRACE and OPTIONS count down in Max-Forwards (RFC 9110 §7.6.2); undefined when they go no further. */
export function oneForwardLess(method: string, head: Head): Head | undefined {
  if ((method !== 'TRACE' && method !== 'OPTIONS') || !head.has('max-forwards')) return head;
  const fields = head.fields.slice();
  for (let i = 0; i < fields.length; i += 2) {
    const value = fields[i + 1]!.trim();
    if (fields[i]!.toLowerCase() !== 'max-forwards' || !/^\d+$/.test(value)) continue;
    if (Number(value) === 0) return undefined;
    fields[i + 1] = String(Number(value) - 1);
    return new Head(fields);
  }
  return head;
}

/** The proxy is the last recipient of a TRACE or OPTIONS (RFC 9110 §9.3.7, §9.3.8). */
export function answerHere(request: ClientRequest, target: Target): LocalReply {
  if (request.method === 'OPTIONS')
    return {
      status: 200,
      statusText: 'OK',
      fields: ['Allow', 'GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS, TRACE, CONNECT', 'Content-Length', '0'],
      body: new Uint8Array(),
    };
  const secret = new Set(['authorization', 'proxy-authorization', 'cookie']);
  const lines = [`TRACE ${target.url} HTTP/${request.httpVersion}`];
  const shown = withoutFields(request.head.fields, secret);
  for (let i = 0; i < shown.length; i += 2) lines.push(`${shown[i]}: ${shown[i + 1]}`);
  const body = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return {
    status: 200,
    statusText: 'OK',
    fields: ['Content-Type', 'message/http', 'Content-Length', String(body.length)],
    body,
  };
}

/** The page for a failure: what was tried, and what to try (RFC 9209). */
export function failurePage(request: FieldList, failure: UpstreamFailure, status: number): LocalReply {
  const page = buildPage(
    request,
    status,
    STATUS_CODES[status] ?? 'Bad Gateway',
    'The server could not be asked.',
    [failure.text, failure.hint].filter((text) => text !== ''),
  );
  if (failure.code === 'client_stalled')
    page.fields.push('Connection', 'close', 'Proxy-Status', buildProxyStatus('http_request_error', failure.text));
  else page.fields.push('Proxy-Status', buildProxyStatus(failure.code, failure.text));
  return page;
}

/** Sends a page of the proxy's own, recorded; `forward` when the origin was asked first. */
export function sendLocal(
  deps: ExchangeDeps,
  reply: ClientReply,
  log: ExchangeLog,
  page: LocalReply,
  { outcome, cacheStatus, shown, reason }: Ending,
  forward?: Forward,
): void {
  const header = deps.statusFields() ? buildCacheStatus({ reason, hit: false, forward }) : undefined;
  const fields = withProxyFields(page.fields, {
    via: deps.via('1.1'),
    nowMs: deps.now() + deps.wallOffsetMs(),
    ...(header !== undefined && { cacheStatus: header, outcome: shown }),
  });
  log.replyStarted({
    status: page.status,
    statusText: page.statusText,
    fields,
    cacheStatus,
    outcome,
    ...(header !== undefined && { cacheStatusHeader: header }),
  });
  reply.start(page.status, page.statusText, fields);
  log.responseData(page.body);
  reply.end(page.body);
}
