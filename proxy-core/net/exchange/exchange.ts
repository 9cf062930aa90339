/**
 * The driver of one client exchange: asks the cache what to do, does it, and tells the observer. It holds streams, no
 * RFC knowledge about caching; what to send and why comes from the plans.
 */
import { STATUS_CODES } from 'node:http';
import type { Readable } from 'node:stream';
import type {
  CacheEngine,
  CacheRequest,
  Explained,
  FailurePlan,
  RequestPlan,
  ResponsePlan,
  ServedReply,
  StoredResponse,
} from '../../cache/plan.ts';
import { cacheKey } from '../../cache/key.ts';
import { PROXY_ERRORS } from '../../contract/errors.ts';
import type { ReportFault } from '../../contract/faults.ts';
import type { CacheStatus, Outcome } from '../../contract/exchange.ts';
import { withoutFields, type FieldList } from '../../http/fields.ts';
import { Head } from '../../http/head.ts';
import { targetFor, type Target } from '../../http/target.ts';
import { BackgroundMember } from './background.ts';
import type { HeldBytes } from '../fetch/body-fan.ts';
import { Collapser } from '../fetch/collapse.ts';
import { Fetch, type FetchMember, type UpstreamHead } from '../fetch/fetch.ts';
import type { ClientReply, ClientRequest, ReplyEnd } from '../front/front.ts';
import { resolveTarget, type Misdirected } from '../front/request-target.ts';
import { buildPage, howToConnectPage, type LocalReply } from './local-pages.ts';
import type { ExchangeLog, ExchangeObserver } from '../../contract/observer.ts';
import type { OriginClient } from '../origin/origin-client.ts';
import { internalFailure, type UpstreamFailure } from '../origin/proxy-errors.ts';
import { buildCacheStatus, buildProxyStatus, withProxyFields } from './reply-fields.ts';
import { tapRequestBody } from './request-body.ts';

export interface ExchangeDeps {
  engine: CacheEngine;
  client: OriginClient;
  observer: ExchangeObserver;
  now: () => number;
  /** What to add to `now` for the time of day, ms. */
  wallOffsetMs: () => number;
  held: HeldBytes;
  finishAbandonedBytes: () => number;
  /** How long a client may take or send nothing. */
  patienceSeconds: () => number;
  /** Whether Cache-Status and X-Cache-Status are added. */
  statusFields: () => boolean;
  /** `1.1 bsdm-proxy-1a2b3c`, with the protocol version the message was received with. */
  via: (httpVersion: string) => string;
  /** Part of `via` that names this very instance. */
  instance: string;
  /** `127.0.0.1:1488`, for the page that tells how to connect. */
  address: () => string;
  isSelf: (hostname: string, port: number) => boolean;
  /** Whether a request carries a secret of this program, of which nothing may be stored. */
  isSecret: (target: string, fields: FieldList) => boolean;
  report: ReportFault;
}

export class ExchangeDriver {
  readonly deps: ExchangeDeps;
  readonly #collapser: Collapser;

  constructor(deps: ExchangeDeps) {
    this.deps = deps;
    this.#collapser = new Collapser(deps.now);
  }

  /** Serves one request. Never throws: whatever goes wrong ends as this exchange's failure. */
  handle(request: ClientRequest): void {
    try {
      this.#handle(request);
    } catch (error) {
      this.deps.report('an exchange', error);
      breakOff(this.deps, request, this.deps.observer.begin(exchangeStart(request, undefined)), error);
    }
  }

  #handle(request: ClientRequest): void {
    const { connection } = request;
    const host = connection === undefined ? undefined : request.head.get('host');
    const parsed = resolveTarget(request.target, request.method, connection, host);
    if (!parsed.ok) {
      const page =
        connection === undefined && (request.target.startsWith('/') || request.target === '*')
          ? howToConnectPage(request.head.fields, this.deps.address())
          : buildPage(
              request.head.fields,
              parsed.status,
              STATUS_CODES[parsed.status] ?? 'Bad Request',
              'The request cannot be sent on.',
              [`${parsed.problem}.`],
            );
      this.refuse(request, undefined, page, undefined, parsed.misdirected);
      return;
    }
    const target = targetFor(request.method, parsed.target);
    if (
      this.deps.isSelf(target.hostname, target.port) ||
      (request.head.combined('via') ?? '').includes(this.deps.instance)
    ) {
      const text = `${request.method} ${target.url} leads back to this proxy.`;
      const page = buildPage(
        request.head.fields,
        PROXY_ERRORS.proxy_loop_detected,
        'Bad Gateway',
        'This request goes round in a circle.',
        [text, 'The address asked for is the proxy itself, or a proxy behind it sends everything back here.'],
      );
      page.fields.push('Proxy-Status', buildProxyStatus('proxy_loop_detected', text));
      this.refuse(request, target, page, 'proxy_loop_detected');
      return;
    }
    const head = oneForwardLess(request.method, request.head.forwarded);
    if (head === undefined) {
      this.refuse(request, target, answerHere(request, target));
      return;
    }
    new ClientExchange(this, request, target, head).begin();
  }

  /** A reply of the proxy's own, recorded as BYPASS. */
  refuse(
    request: ClientRequest,
    target: Target | undefined,
    page: LocalReply,
    error?: 'proxy_loop_detected',
    misdirected?: Misdirected,
  ): void {
    const log = this.deps.observer.begin(exchangeStart(request, target));
    log.decided({
      reason: 'request-refused',
      facts: {},
      trace: [
        misdirected === undefined
          ? {
              code: error ?? 'request-target',
              phase: 'request',
              result: 'stop',
              inputs: { target: request.target },
              spec: error ? 'RFC 9110 §7.6.3' : 'RFC 9112 §3.2',
            }
          : {
              code: 'misdirected',
              phase: 'request',
              result: 'stop',
              inputs: { ...misdirected },
              spec: 'RFC 9110 §7.4',
            },
      ],
    });
    if (error) log.failed(error, `${request.method} ${target?.url ?? request.target} leads back to this proxy`);
    try {
      request.reply.onClose(() => log.end());
      sendLocal(this.deps, request.reply, log, page, 'request-refused', 'BYPASS', error ? 'ERROR' : 'BYPASS');
    } catch (fault) {
      this.deps.report('a refusal', fault);
      breakOff(this.deps, request, log, fault);
    }
  }

  /** Starts or joins a fetch. A request with content has one of its own: what is asked for is in the content. */
  fetch(
    member: FetchMember,
    target: Target,
    fields: FieldList,
    collapseKey: string | undefined,
    body: Readable | null,
  ): Fetch {
    const key = member.request.hasBody ? undefined : collapseKey;
    const running = key === undefined ? undefined : this.#collapser.join(key, member);
    if (running !== undefined) return running;
    const fetch: Fetch = new Fetch(this.deps, target, member, {
      onAnswered: (shareable) => {
        if (key !== undefined) this.#collapser.answered(key, fetch, shareable);
      },
      onOver: () => {
        if (key !== undefined) this.#collapser.remove(key, fetch);
      },
    });
    if (key !== undefined) this.#collapser.add(key, fetch);
    fetch.start(fields, body);
    return fetch;
  }

  /** Asks the second cache about what memory does not have; undefined when there is nothing to ask. */
  lookFurther(request: CacheRequest, plan: RequestPlan): Promise<{ found: number }> | undefined {
    const { engine } = this.deps;
    if (!engine.mayLookFurther(request, plan)) return undefined;
    return this.#collapser.lookUp(request.url, (url) => engine.lookFurther(url));
  }

  /** Validates a stored response without a client, unless that is under way already. */
  revalidateInBackground(
    request: CacheRequest,
    plan: RequestPlan & { kind: 'serve-stale-and-revalidate' },
    target: Target,
    parent: ExchangeLog,
    client: string,
  ): void {
    try {
      this.#revalidate(request, plan, target, parent, client);
    } catch (error) {
      // The client has its reply already.
      this.deps.report('a background revalidation', error);
    }
  }

  #revalidate(
    request: CacheRequest,
    plan: RequestPlan & { kind: 'serve-stale-and-revalidate' },
    target: Target,
    parent: ExchangeLog,
    client: string,
  ): void {
    const { collapseKey, forwardFields } = plan.validation;
    if (collapseKey !== undefined && this.#collapser.isRunning(collapseKey)) return;
    const log = this.deps.observer.begin({
      kind: 'http',
      method: request.method,
      url: target.url,
      host: target.host,
      path: target.path,
      requestTarget: target.url,
      protocol: 'internal',
      client,
      fields: forwardFields,
      cacheKey: cacheKey(request.method, target.url),
      parentId: parent.id,
    });
    const validating: RequestPlan = {
      kind: 'validate',
      validation: plan.validation,
      reason: plan.reason,
      facts: plan.facts,
      trace: [],
    };
    log.decided({ reason: plan.reason, facts: plan.facts, trace: plan.trace });
    const member = new BackgroundMember({ ...request, hasBody: false }, validating, log);
    try {
      member.fetch = this.fetch(member, target, forwardFields, collapseKey, null);
    } catch (error) {
      this.deps.report('a background revalidation', error);
      member.crash(error);
    }
  }
}

/**
 * The last answer there is, made of nothing that may just have failed. For an exchange that has sent nothing yet; should
 * this fail too, the connection goes. Ends the record when the reply can no longer do that.
 */
function breakOff(
  deps: ExchangeDeps,
  request: ClientRequest,
  log: ExchangeLog,
  error: unknown,
  endsWithReply = false,
): void {
  const failure = internalFailure(error, `${request.method} ${request.target}`);
  log.failed(failure.code, failure.text);
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
      cacheStatus: 'BYPASS',
      outcome: 'ERROR',
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

function destroyReply(deps: ExchangeDeps, reply: ClientReply): void {
  try {
    reply.destroy();
  } catch (error) {
    deps.report('breaking a connection', error);
  }
}

/** Before the cache has said anything. */
const UNPLANNED: RequestPlan = { kind: 'bypass', forwardFields: [], reason: 'upstream-failed', facts: {}, trace: [] };

/** What the observer is told first. */
function exchangeStart(request: ClientRequest, target: Target | undefined) {
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
    fields: request.head.fields,
    cacheKey: cacheKey(request.method, url),
  };
}

/** TRACE and OPTIONS count down in Max-Forwards (RFC 9110 §7.6.2); undefined when they go no further. */
function oneForwardLess(method: string, head: Head): Head | undefined {
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
function answerHere(request: ClientRequest, target: Target): LocalReply {
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

function sendLocal(
  deps: ExchangeDeps,
  reply: ClientReply,
  log: ExchangeLog,
  page: LocalReply,
  reason: Explained['reason'],
  cacheStatus: CacheStatus,
  outcome: Outcome,
): void {
  const header = deps.statusFields() ? buildCacheStatus({ reason, hit: false }) : undefined;
  const shown = outcome === 'ERROR' ? cacheStatus : outcome;
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

/** One request of a client, from its head to the end of its reply. */
class ClientExchange implements FetchMember {
  readonly request: CacheRequest;
  readonly log: ExchangeLog;
  plan: RequestPlan = UNPLANNED;
  readonly #driver: ExchangeDriver;
  readonly #client: ClientRequest;
  readonly #reply: ClientReply;
  readonly #target: Target;
  readonly #key: string;
  #fetch: Fetch | undefined;
  #started = false;
  #closed = false;
  /** The end of the reply will end the record. */
  #watched = false;
  #body: Readable | null = null;
  #crashed = false;

  /** Does nothing yet, so that whatever can fail has an owner. */
  constructor(driver: ExchangeDriver, client: ClientRequest, target: Target, head: Head) {
    this.#driver = driver;
    this.#client = client;
    this.#reply = client.reply;
    this.#target = target;
    this.request = {
      method: client.method,
      url: target.url,
      head,
      hasBody: client.hasBody,
      secret: driver.deps.isSecret(client.target, client.head.fields),
    };
    const start = exchangeStart(client, target);
    this.#key = start.cacheKey;
    this.log = driver.deps.observer.begin(start);
  }

  begin(): void {
    const { deps } = this.#driver;
    try {
      this.#reply.onClose((end) => this.#onClose(end));
      this.#watched = true;
      this.plan = deps.engine.planRequest(this.request, deps.now());
      const further = this.#driver.lookFurther(this.request, this.plan);
      if (further === undefined) this.#run(true);
      else further.then(({ found }) => this.#lookedFurther(found)).catch((error: unknown) => this.crash(error));
    } catch (error) {
      this.crash(error);
    }
  }

  /** Memory has what the second cache had; the client may be gone. */
  #lookedFurther(found: number): void {
    if (this.#closed) return;
    const { deps } = this.#driver;
    // Also when nothing was found: a response may have been stored meanwhile.
    this.plan = deps.engine.planRequest(this.request, deps.now());
    this.log.noted({ code: 'tier', phase: 'request', result: 'note', inputs: { found }, spec: 'RFC 9111 §4' });
    this.#run(true);
  }

  /** Something threw in this exchange: it fails, and nothing else. Never throws. */
  crash(error: unknown): void {
    const { deps } = this.#driver;
    deps.report('an exchange', error);
    if (this.#crashed) {
      // It was the answer to a failure that failed.
      destroyReply(deps, this.#reply);
      this.log.end();
      return;
    }
    this.#crashed = true;
    this.#fetch?.leave(this);
    this.#body?.destroy(); // what the client still sends is read away
    if (this.#closed || this.#started) {
      const failure = internalFailure(error, `${this.request.method} ${this.request.url}`);
      this.log.failed(failure.code, failure.text);
      destroyReply(deps, this.#reply);
      if (this.#closed || !this.#watched) this.log.end();
    } else {
      this.#started = true;
      breakOff(deps, this.#client, this.log, error, this.#watched);
    }
  }

  /** Carries out the plan. */
  #run(mayJoin: boolean): void {
    const { plan } = this;
    this.log.decided(plan);
    switch (plan.kind) {
      case 'serve':
        this.#serveNow(plan.reply, plan, plan.reply.ttlSeconds < 0 ? 'STALE' : 'HIT', undefined, true);
        return;
      case 'serve-stale-and-revalidate':
        this.#serveNow(plan.reply, plan, 'STALE', undefined, true);
        this.#driver.revalidateInBackground(this.request, plan, this.#target, this.log, this.#client.clientAddress);
        return;
      case 'validate':
        this.#forward(plan.validation.forwardFields, mayJoin ? plan.validation.collapseKey : undefined);
        return;
      case 'fetch':
        this.#forward(plan.forwardFields, mayJoin ? plan.collapseKey : undefined);
        return;
      case 'bypass':
        this.#forward(plan.forwardFields, undefined);
        return;
      case 'refuse-504': {
        const page = buildPage(this.#client.head.fields, 504, 'Gateway Timeout', 'Nothing usable is stored.', [
          'The request asked for a stored response only (Cache-Control: only-if-cached), and there is none that may be used.',
        ]);
        this.#started = true;
        sendLocal(this.#driver.deps, this.#reply, this.log, page, plan.reason, 'MISS', 'MISS');
        return;
      }
      default:
        assertNever(plan);
    }
  }

  #forward(fields: FieldList, collapseKey: string | undefined): void {
    const body = (this.#body = this.#client.hasBody
      ? tapRequestBody(this.#client.openBody(), this.log, {
          ms: this.#driver.deps.patienceSeconds() * 1000,
          answered: () => this.#started,
        })
      : null);
    this.#reply.onDrain(() => this.#fetch?.drained(this));
    const fetch = this.#driver.fetch(this, this.#target, fields, collapseKey, body);
    this.#fetch = fetch;
    if (this.#closed) fetch.leave(this);
  }

  interim(status: number, fields: FieldList): void {
    this.#reply.inform(status, fields);
  }

  stream(plan: ResponsePlan & { kind: 'store' | 'skip' }, head: UpstreamHead, collapsed: boolean): void {
    const bypass = this.plan.kind === 'bypass' || (plan.kind === 'skip' && plan.bypass);
    const outcome: Outcome = bypass ? 'BYPASS' : 'MISS';
    this.#start(head.status, head.statusText, plan.fields, outcome, bypass ? 'BYPASS' : 'MISS', plan, {
      hit: false,
      forwardStatus: head.status,
      collapsed,
      stored: plan.kind === 'store',
      ...(plan.kind === 'store' && { ttlSeconds: plan.ticket.ttlSeconds }),
    });
  }

  serve(reply: ServedReply, plan: ResponsePlan | FailurePlan, forwardStatus: number | undefined): void {
    this.#serveNow(reply, plan, plan.kind === 'freshened' ? 'REVALIDATED' : 'STALE', forwardStatus, false);
  }

  #serveNow(
    served: ServedReply,
    explained: Explained,
    outcome: Outcome,
    forwardStatus: number | undefined,
    hit: boolean,
  ): void {
    this.#start(served.status, served.statusText, served.fields, outcome, 'HIT', explained, {
      hit,
      ttlSeconds: served.ttlSeconds,
      ...(forwardStatus !== undefined && { forwardStatus }),
      ageSeconds: served.ageSeconds,
      entryId: served.entry.id,
    });
    this.#noteUse(served.entry);
    const last = served.parts.length - 1;
    for (let i = 0; i < last; i++) {
      this.log.responseData(served.parts[i]!);
      this.#reply.write(served.parts[i]!);
    }
    const tail = served.parts[last];
    if (tail !== undefined) {
      // A 200 of one part is the whole body; ranges come as 206.
      if (last === 0 && served.status === 200) this.log.responseStored(served.entry.id, tail);
      else this.log.responseData(tail);
    }
    this.#reply.end(tail);
  }

  /** History of the entry: nothing a reply could fail of. */
  #noteUse(entry: StoredResponse): void {
    const { deps } = this.#driver;
    try {
      deps.engine.noteUse(entry, this.log.id, deps.now());
    } catch (error) {
      deps.report('the history of an entry', error);
    }
  }

  #start(
    status: number,
    statusText: string,
    replyFields: FieldList,
    outcome: Outcome,
    cacheStatus: CacheStatus,
    explained: Explained,
    facts: {
      hit: boolean;
      ttlSeconds?: number;
      forwardStatus?: number;
      collapsed?: boolean;
      stored?: boolean;
      ageSeconds?: number;
      entryId?: number;
    },
  ): void {
    const { deps } = this.#driver;
    const header = deps.statusFields()
      ? buildCacheStatus({ reason: explained.reason, cacheKey: this.#key, ...facts })
      : undefined;
    const fields = withProxyFields(replyFields, {
      via: deps.via('1.1'),
      nowMs: deps.now() + deps.wallOffsetMs(),
      ...(header !== undefined && { cacheStatus: header, outcome }),
    });
    this.#started = true;
    this.log.replyStarted({
      status,
      statusText,
      fields,
      cacheStatus,
      outcome,
      ...facts,
      ...(header !== undefined && { cacheStatusHeader: header }),
    });
    this.#reply.start(status, statusText, fields);
  }

  data(chunk: Uint8Array): boolean {
    this.log.responseData(chunk);
    return this.#reply.write(chunk);
  }

  end(trailers: FieldList): void {
    this.#reply.end(undefined, trailers);
  }

  broken(failure: UpstreamFailure): void {
    this.log.failed(failure.code, failure.text);
    this.#reply.destroy();
  }

  fail(failure: UpstreamFailure, status: number = PROXY_ERRORS[failure.code] || 502): void {
    this.log.failed(failure.code, failure.text);
    if (this.#closed) return;
    const page = buildPage(
      this.#client.head.fields,
      status,
      STATUS_CODES[status] ?? 'Bad Gateway',
      'The server could not be asked.',
      [failure.text, failure.hint].filter((text) => text !== ''),
    );
    if (failure.code === 'client_stalled')
      page.fields.push('Connection', 'close', 'Proxy-Status', buildProxyStatus('http_request_error', failure.text));
    else page.fields.push('Proxy-Status', buildProxyStatus(failure.code, failure.text));
    this.#started = true;
    sendLocal(
      this.#driver.deps,
      this.#reply,
      this.log,
      page,
      'upstream-failed',
      this.plan.kind === 'bypass' ? 'BYPASS' : 'MISS',
      'ERROR',
    );
  }

  release(mayJoin: boolean): void {
    if (this.#closed) return;
    this.log.noted({
      code: 'collapse-released',
      phase: 'upstream',
      result: 'note',
      inputs: { reusable: mayJoin },
      spec: 'RFC 9111 §4',
    });
    this.#fetch = undefined;
    this.plan = this.#driver.deps.engine.planRequest(this.request, this.#driver.deps.now());
    this.#run(false);
  }

  stored(entry: StoredResponse, ttlSeconds: number): void {
    this.log.stored(entry.id, ttlSeconds);
  }

  #onClose(end: ReplyEnd): void {
    this.#closed = true;
    try {
      if (end === 'stalled')
        this.log.failed(
          'client_stalled',
          `the client took nothing of the reply for ${this.#driver.deps.patienceSeconds()} s and was let go`,
        );
      else if (end === 'broken')
        this.log.failed(
          'client_aborted',
          this.#started
            ? 'the client went away before the end of the reply'
            : 'the client went away before the reply began',
        );
      this.#fetch?.leave(this);
      this.log.end();
    } catch (error) {
      this.crash(error);
    }
  }
}

/** Closes a switch over a union: a member nobody handles does not compile. */
export function assertNever(value: never): never {
  throw new Error(`unhandled ${JSON.stringify(value)}`);
}
