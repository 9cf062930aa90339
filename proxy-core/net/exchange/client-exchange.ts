/**
 * One exchange of a client: asks the cache what to do, does it, and tells the observer. It holds streams and no knowledge
 * of caching; what to send and why comes from the plans.
 */
import type { Readable } from 'node:stream';
import {
  forwardOf,
  type CacheRequest,
  type Explained,
  type FailurePlan,
  type RequestPlan,
  type ResponsePlan,
  type ServedReply,
  type StoredResponse,
} from '../../cache/plan.ts';
import { PROXY_ERRORS } from '../../contract/errors.ts';
import type { ExchangeLog } from '../../contract/observer.ts';
import type { FieldList } from '../../http/fields.ts';
import type { Head } from '../../http/head.ts';
import type { Target } from '../../http/target.ts';
import type { Fetch } from '../fetch/fetch.ts';
import type { FetchMember, UpstreamHead } from '../fetch/fetch-member.ts';
import type { ClientReply, ClientRequest, KnownFields, ReplyEnd } from '../front/front.ts';
import { internalFailure, type UpstreamFailure } from '../origin/proxy-errors.ts';
import { UNPLANNED, type ExchangeOwner } from './exchange-deps.ts';
import { breakOff, destroyReply, exchangeStart, failurePage, sendLocal } from './local-answers.ts';
import { begunBy, tellLeft, tellMalformed, tellStalled } from './leaving.ts';
import { nothingStoredPage } from './local-pages.ts';
import { outcomeOf, type Ending } from './outcome.ts';
import { buildCacheStatus, withProxyFields, type ReplyFacts } from './reply-fields.ts';
import { tapRequestBody } from './request-body.ts';
import { droppedText, type StageView } from './stages.ts';

/** One request of a client, from its head to the end of its reply. */
export class ClientExchange implements FetchMember {
  request: CacheRequest;
  readonly log: ExchangeLog;
  plan: RequestPlan = UNPLANNED;
  protected readonly driver: ExchangeOwner;
  protected readonly client: ClientRequest;
  protected reply: ClientReply;
  /** URL the client asked for. The cache keeps the answer under `request.url`, and `#target` is dialled: stages may change these. */
  protected readonly askedUrl: string;
  protected target: Target;
  protected key: string;
  protected sharedFetch: Fetch | undefined;
  protected isStarted = false;
  protected isClosed = false;
  /** When the head of the reply went out, core time, ms. */
  #sentAtMs = 0;
  /** Freshness left by its Cache-Status, where the answer is on its way into the store. */
  #ttlSeconds: number | undefined;
  /** The end of the reply will end the record. */
  #watched = false;
  #body: Readable | null = null;
  #sentFields: FieldList = [];
  #hasHungUp = false;
  protected isCrashed = false;

  /** Does nothing yet: whatever may fail happens in `begin`, inside the one catch. */
  constructor(driver: ExchangeOwner, client: ClientRequest, target: Target, head: Head) {
    this.driver = driver;
    this.client = client;
    this.reply = client.reply;
    this.target = target;
    this.askedUrl = target.url;
    const secret = driver.deps.isSecret(client.target, client.head.fields);
    this.request = {
      method: client.method,
      url: target.url,
      head,
      hasBody: client.hasBody,
      chosen: client.chosen,
      secret,
    };
    const start = exchangeStart(client, target, secret);
    this.key = start.cacheKey;
    this.log = driver.deps.observer.begin(start);
  }

  begin(): void {
    try {
      this.reply.onClose((end) => this.onClose(end));
      this.#watched = true;
      const { connection } = this.client;
      if (connection?.connect !== undefined) this.#noteOtherName(connection.connect, connection.authority);
      this.admit();
    } catch (error) {
      this.crash(error);
    }
  }

  /** In TLS the client named another host than in its CONNECT. */
  #noteOtherName(connect: string, authority = ''): void {
    const inputs = { connect, serverName: authority };
    this.log.noted({ code: 'other-name', phase: 'request', result: 'note', inputs, spec: 'RFC 6066 §3' });
  }

  /** The first step. */
  protected admit(): void {
    this.ask();
  }

  /** Asks the cache, and does what it says. */
  protected ask(): void {
    const { deps } = this.driver;
    this.plan = deps.engine.planRequest(this.request, deps.now());
    const further = this.plan.kind === 'serve' ? undefined : this.driver.lookFurther(this.request, this.plan);
    if (further === undefined) this.#run(true);
    else further.then(({ found }) => this.#lookedFurther(found)).catch((error: unknown) => this.crash(error));
  }

  /** The content of the request, for the origin. */
  protected openBody(): Readable {
    return this.client.openBody();
  }

  about(): StageView {
    return { exchange: this.log.id, client: this.client.clientAddress, askedUrl: this.askedUrl };
  }

  /** Ends the connection from here: the client is not the one who left. */
  protected hangUp(): void {
    this.#hasHungUp = true;
    this.reply.destroy();
  }

  drop(explained: Explained): void {
    this.log.decided(explained);
    this.log.failed('http_request_denied', droppedText(this.request, explained));
    this.hangUp();
  }

  /** Memory has what the second cache had; the client may be gone. */
  #lookedFurther(found: number): void {
    if (this.isClosed) return;
    const { deps } = this.driver;
    // Also when nothing was found: a response may have been stored meanwhile.
    this.plan = deps.engine.planRequest(this.request, deps.now());
    this.log.noted({ code: 'tier', phase: 'request', result: 'note', inputs: { found }, spec: 'RFC 9111 §4' });
    this.#run(true);
  }

  /** Something threw in this exchange: it fails, and nothing else. Never throws. */
  crash(error: unknown): void {
    const { deps } = this.driver;
    deps.report('an exchange', error);
    if (this.isCrashed) {
      // It was the answer to a failure that failed.
      this.#hasHungUp = true;
      destroyReply(deps, this.reply);
      this.log.end();
      return;
    }
    this.isCrashed = true;
    this.sharedFetch?.leave(this);
    this.#body?.destroy(); // what the client still sends is read away
    if (this.isClosed || this.isStarted) {
      const failure = internalFailure(error, `${this.request.method} ${this.request.url}`);
      this.log.failed(failure.code, failure.text);
      this.#hasHungUp = true;
      destroyReply(deps, this.reply);
      if (this.isClosed || !this.#watched) this.log.end();
    } else {
      this.isStarted = true;
      breakOff(deps, this.client, this.log, error, this.#watched);
    }
  }

  /** Carries out the plan. */
  #run(mayJoin: boolean): void {
    const { plan } = this;
    this.log.decided(plan);
    switch (plan.kind) {
      case 'serve':
        this.#serveNow(plan.reply, plan, undefined, true);
        return;
      case 'serve-stale-and-revalidate':
        this.#serveNow(plan.reply, plan, undefined, true);
        this.driver.revalidateInBackground(this.request, plan, this.target, this.log, this.client.clientAddress);
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
        const page = nothingStoredPage(this.client.head.fields);
        this.isStarted = true;
        sendLocal(this.driver.deps, this.reply, this.log, page, outcomeOf({ by: 'proxy', why: 'only-if-cached' }));
        return;
      }
      default:
        assertNever(plan);
    }
  }

  #forward(fields: FieldList, collapseKey: string | undefined): void {
    const body = (this.#body = this.request.hasBody
      ? tapRequestBody(this.openBody(), this.log, {
          ms: this.driver.deps.patienceSeconds() * 1000,
          answered: () => this.isStarted,
        })
      : null);
    this.reply.onDrain(() => this.sharedFetch?.drained(this));
    const fetch = this.driver.fetch(this, this.target, fields, collapseKey, body);
    this.sharedFetch = fetch;
    if (this.isClosed) fetch.leave(this);
  }

  interim(status: number, fields: FieldList): void {
    this.reply.inform(status, fields);
  }

  stream(plan: ResponsePlan & { kind: 'store' | 'skip' }, head: UpstreamHead, collapsed: boolean): void {
    const forward = forwardOf(this.plan);
    const ending = outcomeOf({ by: 'origin', forward, response: plan });
    const ttlSeconds = plan.kind === 'store' ? plan.ticket.ttlSecondsAt(this.driver.deps.now()) : undefined;
    this.#ttlSeconds = ttlSeconds;
    this.start(head.status, head.statusText, plan.fields, ending, {
      hit: false,
      forward,
      forwardStatus: head.status,
      collapsed,
      stored: plan.kind === 'store',
      ttlSeconds,
    });
  }

  serve(reply: ServedReply, plan: ResponsePlan | FailurePlan, forwardStatus: number | undefined): void {
    this.#serveNow(reply, plan, forwardStatus, false);
  }

  #serveNow(
    served: ServedReply,
    plan: RequestPlan | ResponsePlan | FailurePlan,
    forwardStatus: number | undefined,
    hit: boolean,
  ): void {
    const { ttlSeconds } = served;
    const ending = outcomeOf({ by: 'store', plan });
    this.start(
      served.status,
      served.statusText,
      served.fields,
      ending,
      {
        hit,
        forward: hit ? undefined : forwardOf(this.plan),
        ttlSeconds,
        forwardStatus,
        ageSeconds: served.ageSeconds,
        entryId: served.entry.id,
      },
      served,
    );
  }

  protected sendStored(served: ServedReply): void {
    this.#noteUse(served.entry);
    const last = served.parts.length - 1;
    for (let i = 0; i < last; i++) {
      this.log.responseData(served.parts[i]!);
      this.reply.write(served.parts[i]!);
    }
    const tail = served.parts[last];
    if (tail !== undefined) {
      // A 200 of one part is the whole body; ranges come as 206.
      if (last === 0 && served.status === 200) this.log.responseStored(served.entry.id, tail);
      else this.log.responseData(tail);
    }
    this.reply.end(tail);
  }

  /** History of the entry: nothing a reply could fail of. */
  #noteUse(entry: StoredResponse): void {
    const { deps } = this.driver;
    try {
      deps.engine.noteUse(entry, this.log.id, this.#sentAtMs);
    } catch (error) {
      deps.report('the history of an entry', error);
    }
  }

  /** The answer is there; `served` when its content is stored already. */
  protected start(
    status: number,
    statusText: string,
    fields: FieldList,
    ending: Ending,
    facts: ReplyFacts,
    served?: ServedReply,
  ): void {
    this.send(status, statusText, fields, ending, facts, served?.begin);
    if (served !== undefined) this.sendStored(served);
  }

  protected send(
    status: number,
    statusText: string,
    replyFields: FieldList,
    { outcome, cacheStatus, shown, reason }: Ending,
    facts: ReplyFacts,
    begin?: KnownFields,
  ): void {
    const { deps } = this.driver;
    const nowMs = (this.#sentAtMs = deps.now());
    const via = deps.via('1.1');
    const header = deps.statusFields() ? buildCacheStatus({ reason, cacheKey: this.key, ...facts }) : undefined;
    const fields = withProxyFields(replyFields, {
      via,
      nowMs: nowMs + deps.wallOffsetMs(),
      cacheStatus: header,
      outcome: header === undefined ? undefined : shown,
    });
    this.isStarted = true;
    this.#sentFields = fields;
    this.log.replyStarted({
      status,
      statusText,
      fields,
      cacheStatus,
      outcome,
      atMs: nowMs,
      ageSeconds: facts.ageSeconds,
      // Of what is on its way into the store it is told when it is there.
      ttlSeconds: facts.stored === true ? undefined : facts.ttlSeconds,
      entryId: facts.entryId,
      collapsed: facts.collapsed,
      cacheStatusHeader: header,
    });
    this.reply.start(status, statusText, fields, begin);
  }

  data(chunk: Uint8Array): boolean {
    this.log.responseData(chunk);
    return this.reply.write(chunk);
  }

  end(trailers: FieldList): void {
    this.reply.end(undefined, trailers);
  }

  broken(failure: UpstreamFailure): void {
    if (failure.code === 'client_aborted') this.#clientLeft();
    else this.log.failed(failure.code, failure.text);
    this.hangUp();
  }

  fail(failure: UpstreamFailure, status: number = PROXY_ERRORS[failure.code] || 502): void {
    if (failure.code === 'client_aborted') {
      // Its content broke off: there is nobody to tell.
      this.broken(failure);
      return;
    }
    this.log.failed(failure.code, failure.text);
    if (this.isClosed) return;
    const page = failurePage(this.client.head.fields, failure, status);
    this.isStarted = true;
    const forward = forwardOf(this.plan);
    const ending = outcomeOf({ by: 'proxy', why: 'failed', forward });
    sendLocal(this.driver.deps, this.reply, this.log, page, ending, forward);
  }

  release(mayJoin: boolean): void {
    if (this.isClosed) return;
    const inputs = { reusable: mayJoin };
    this.log.noted(
      { code: 'collapse-released', phase: 'upstream', result: 'note', inputs, spec: 'RFC 9111 §4' },
      { waited: mayJoin ? 'stored' : 'apart' },
    );
    this.sharedFetch = undefined;
    this.plan = this.driver.deps.engine.planRequest(this.request, this.driver.deps.now());
    this.#run(false);
  }

  stored(entry: StoredResponse, ttlSeconds: number): void {
    this.log.stored(entry.id, this.#ttlSeconds ?? ttlSeconds);
  }

  #clientLeft(): void {
    tellLeft(this.log, this.isStarted ? begunBy(this.#sentFields) : 'none', forwardOf(this.plan));
  }

  protected onClose(end: ReplyEnd): void {
    this.isClosed = true;
    try {
      if (end === 'stalled') tellStalled(this.log, this.driver.deps.patienceSeconds());
      else if (end === 'malformed') tellMalformed(this.log);
      else if (end === 'broken' && !this.#hasHungUp) this.#clientLeft();
      this.sharedFetch?.leave(this);
      this.log.end();
    } catch (error) {
      this.crash(error);
    }
  }
}

/** Makes a switch over a union exhaustive: an unhandled member does not compile. */
function assertNever(value: never): never {
  throw new Error(`unhandled ${JSON.stringify(value)}`);
}
