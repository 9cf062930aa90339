/**
 * Where requests arrive: refuses what leads nowhere or back to itself, begins an exchange for the rest, and holds what
 * exchanges share: the fetches under way.
 */
import { STATUS_CODES } from 'node:http';
import type { Readable } from 'node:stream';
import { withoutReply } from '../../cache/explain-plan.ts';
import type { CacheRequest, RequestPlan } from '../../cache/plan.ts';
import { PROXY_ERRORS } from '../../contract/errors.ts';
import type { ExchangeLog } from '../../contract/observer.ts';
import type { TraceStep } from '../../contract/reasons.ts';
import { CONDITION_FIELDS } from '../../http/conditionals.ts';
import type { FieldList } from '../../http/fields.ts';
import { targetFor, type Target } from '../../http/target.ts';
import { Collapser } from '../fetch/collapse.ts';
import { Fetch } from '../fetch/fetch.ts';
import type { FetchMember } from '../fetch/fetch-member.ts';
import type { ClientRequest } from '../front/front.ts';
import { resolveTarget, type Misdirected } from '../front/request-target.ts';
import { SETUP_HOST } from '../setup/setup-site.ts';
import { BackgroundMember } from './background.ts';
import { beginClientless } from './clientless-member.ts';
import { ClientExchange } from './client-exchange.ts';
import type { ExchangeDeps, ExchangeOwner } from './exchange-deps.ts';
import { answerHere, breakOff, exchangeStart, oneForwardLess, sendLocal } from './local-answers.ts';
import { buildPage, howToConnectPage, type LocalReply } from './local-pages.ts';
import { outcomeOf, type Ending } from './outcome.ts';
import { buildProxyStatus } from './reply-fields.ts';
import { StagedExchange } from './staged-exchange.ts';

/** Conditions and ranges are about the client's copy, or the part it wants. */
const CLIENTS_OWN: ReadonlySet<string> = new Set([...CONDITION_FIELDS, 'range']);

export class ExchangeDriver implements ExchangeOwner {
  readonly deps: ExchangeDeps;
  readonly #collapser: Collapser<Fetch>;

  constructor(deps: ExchangeDeps) {
    this.deps = deps;
    this.#collapser = new Collapser<Fetch>(deps.now);
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
      if (connection === undefined && this.#answeredHere(request, undefined, request.target)) return;
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
    if (parsed.target.hostname === SETUP_HOST && this.#answeredHere(request, parsed.target, parsed.target.path)) return;
    /** They may be meant for the proxy itself, or for a server as a whole. */
    const isAboutServer = request.method === 'OPTIONS' || request.method === 'TRACE';
    const target = isAboutServer ? targetFor(request.method, parsed.target) : parsed.target;
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
    const { forwarded } = request.head;
    const head = isAboutServer ? oneForwardLess(request.method, forwarded) : forwarded;
    if (head === undefined) {
      const { method } = request;
      const step: TraceStep = {
        code: 'max-forwards',
        phase: 'request',
        result: 'stop',
        inputs: { method },
        spec: 'RFC 9110 §7.6.2',
      };
      const ending = outcomeOf({ by: 'proxy', why: 'refused' });
      this.#answer(request, target, answerHere(request, target), ending, step, 'max-forwards');
      return;
    }
    if (this.deps.stages === undefined && this.deps.throttle?.link === undefined)
      new ClientExchange(this, request, target, head).begin();
    else new StagedExchange(this, request, target, head).begin();
  }

  /** Answers what is meant for the proxy's own pages. */
  #answeredHere(request: ClientRequest, target: Target | undefined, path: string): boolean {
    const page = this.deps.ownPages?.(request.method, target?.hostname, path, request.head.fields);
    if (page === undefined) return false;
    const step: TraceStep = { code: 'own-page', phase: 'request', result: 'stop', inputs: { path } };
    this.#answer(request, target, page, outcomeOf({ by: 'proxy', why: 'own-page' }), step);
    return true;
  }

  /** A reply of the proxy's own to what it does not pass on, recorded as BYPASS. */
  refuse(
    request: ClientRequest,
    target: Target | undefined,
    page: LocalReply,
    error?: 'proxy_loop_detected',
    misdirected?: Misdirected,
  ): void {
    const step: TraceStep =
      misdirected === undefined
        ? {
            code: error ?? 'request-target',
            phase: 'request',
            result: 'stop',
            inputs: { target: request.target },
            spec: error ? 'RFC 9110 §7.6.3' : 'RFC 9112 §3.2',
          }
        : { code: 'misdirected', phase: 'request', result: 'stop', inputs: { ...misdirected }, spec: 'RFC 9110 §7.4' };
    const why = error !== undefined ? 'loop' : misdirected === undefined ? 'target' : 'misdirected';
    this.#answer(request, target, page, outcomeOf({ by: 'proxy', why: 'refused', error }), step, why, error);
  }

  #answer(
    request: ClientRequest,
    target: Target | undefined,
    page: LocalReply,
    ending: Ending,
    step: TraceStep,
    refused?: 'loop' | 'target' | 'misdirected' | 'max-forwards',
    error?: 'proxy_loop_detected',
  ): void {
    const log = this.deps.observer.begin(exchangeStart(request, target));
    log.decided({ reason: ending.reason, facts: refused === undefined ? {} : { refused }, trace: [step] });
    if (error) log.failed(error, `${request.method} ${target?.url ?? request.target} leads back to this proxy`);
    try {
      request.reply.onClose(() => log.end());
      sendLocal(this.deps, request.reply, log, page, ending);
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
    const log = beginClientless(this.deps.observer, request.method, target, forwardFields, {
      client,
      parentId: parent.id,
    });
    // Its client has its reply: of what was made of that nothing is said here, and what it asked for itself is not asked here.
    const facts = withoutReply(plan.facts);
    const validating: RequestPlan = {
      kind: 'validate',
      forward: plan.forward,
      validation: plan.validation,
      reason: 'background-validation',
      facts: { ...facts, background: 1 },
      trace: [],
    };
    log.decided({
      reason: validating.reason,
      facts: validating.facts,
      trace: plan.trace.filter(({ code }) => code !== 'reply'),
    });
    const member = new BackgroundMember(
      { ...request, head: request.head.without(CLIENTS_OWN), hasBody: false },
      validating,
      log,
    );
    try {
      member.fetch = this.fetch(member, target, forwardFields, collapseKey, null);
    } catch (error) {
      this.deps.report('a background revalidation', error);
      member.crash(error);
    }
  }
}
