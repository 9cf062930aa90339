/** Asks an origin about a stored response because a person wants it: an exchange like any other, but for its client. */
import { cacheKey } from '../../cache/key.ts';
import type {
  Explained,
  FailurePlan,
  RequestPlan,
  ResponsePlan,
  ServedReply,
  StoredResponse,
  UserValidation,
  ValidationAnswer,
} from '../../cache/plan.ts';
import { PROXY_ERRORS } from '../../contract/errors.ts';
import type { ExchangeLog } from '../../contract/observer.ts';
import { parseTarget } from '../../http/target.ts';
import { MAX_CONTENT_MS } from './background.ts';
import type { ExchangeDriver } from './driver.ts';
import { outcomeOf } from './outcome.ts';
import { droppedText, type StageView } from './stages.ts';
import type { Fetch } from '../fetch/fetch.ts';
import type { FetchMember, UpstreamHead } from '../fetch/fetch-member.ts';
import { internalFailure, type UpstreamFailure } from '../origin/proxy-errors.ts';

/** Sends the validation. A body over `maxBytes` is a failure, for it could not be compared. Never rejects. */
export function revalidateNow(
  driver: ExchangeDriver,
  { request, plan }: UserValidation,
  maxBytes: number,
): Promise<ValidationAnswer> {
  const parsed = parseTarget(request.url);
  if (!parsed.ok)
    return Promise.resolve({ kind: 'failed', message: `${request.method} ${request.url}: ${parsed.problem}` });
  const { target } = parsed;
  const { forwardFields } = plan.validation;
  return new Promise((resolve) => {
    const log = driver.deps.observer.begin({
      kind: 'http',
      method: request.method,
      url: target.url,
      host: target.host,
      path: target.path,
      requestTarget: target.url,
      protocol: 'internal',
      client: '',
      fields: forwardFields,
      cacheKey: cacheKey(request.method, target.url),
    });
    log.decided(plan);
    const member = new AskingMember(request, plan, log, maxBytes, resolve);
    try {
      member.fetch = driver.fetch(member, target, forwardFields, undefined, null);
    } catch (error) {
      driver.deps.report('a revalidation', error);
      member.crash(error);
    }
  });
}

/** Keeps the new body, to be compared with the stored one. */
class AskingMember implements FetchMember {
  readonly request: UserValidation['request'];
  readonly plan: RequestPlan;
  readonly log: ExchangeLog;
  /** What it takes part in, once that has begun. */
  fetch: Fetch | undefined;
  readonly #maxBytes: number;
  readonly #answer: (answer: ValidationAnswer) => void;
  #head: UpstreamHead | undefined;
  #stored: StoredResponse | undefined;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(
    request: UserValidation['request'],
    plan: RequestPlan,
    log: ExchangeLog,
    maxBytes: number,
    answer: (answer: ValidationAnswer) => void,
  ) {
    this.request = request;
    this.plan = plan;
    this.log = log;
    this.#maxBytes = maxBytes;
    this.#answer = answer;
  }

  about(): StageView {
    return { exchange: this.log.id, client: '', askedUrl: this.request.url };
  }

  drop(explained: Explained): void {
    const message = droppedText(this.request, explained);
    this.log.decided(explained);
    this.log.failed('http_request_denied', message);
    this.#finish({ kind: 'failed', message });
  }

  interim(): void {
    // nobody to tell
  }

  stream(plan: ResponsePlan & { kind: 'store' | 'skip' }, head: UpstreamHead): void {
    this.#head = head;
    const { outcome, cacheStatus } = outcomeOf({ by: 'origin', plan: this.plan.kind, response: plan });
    this.log.replyStarted({
      status: head.status,
      statusText: head.statusText,
      fields: plan.fields,
      cacheStatus,
      outcome,
    });
    this.#timer = setTimeout(
      () => this.#leave('connection_read_timeout', `the answer took longer than ${MAX_CONTENT_MS / 1000} s`),
      MAX_CONTENT_MS,
    ).unref();
  }

  serve(reply: ServedReply, plan: ResponsePlan | FailurePlan, forwardStatus: number | undefined): void {
    const freshened = plan.kind === 'freshened';
    const { ttlSeconds } = reply;
    const { outcome, cacheStatus } = outcomeOf({ by: 'store', plan: plan.kind, ttlSeconds });
    this.log.replyStarted({
      status: reply.status,
      statusText: reply.statusText,
      fields: reply.fields,
      cacheStatus,
      outcome,
      ttlSeconds,
      entryId: reply.entry.id,
    });
    this.#finish(
      freshened
        ? { kind: 'freshened', status: forwardStatus ?? reply.status, fields: reply.fields }
        : { kind: 'failed', message: this.#say('the origin gave no usable answer') },
    );
  }

  data(chunk: Uint8Array): boolean {
    if (this.#over) return true;
    this.log.responseData(chunk);
    const before = this.#bytes;
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#maxBytes) this.#chunks.push(chunk);
    else if (before <= this.#maxBytes) {
      this.#chunks = [];
      // Not at once: the fetch is in the middle of telling us.
      queueMicrotask(() =>
        this.#leave(undefined, `the new body is larger than ${this.#maxBytes} bytes, the most that is stored`),
      );
    }
    return true;
  }

  end(): void {
    const { status, statusText, fields } = this.#head!;
    this.#finish({
      kind: 'replaced',
      status,
      statusText,
      fields,
      stored: this.#stored,
      body: Buffer.concat(this.#chunks),
    });
  }

  broken(failure: UpstreamFailure): void {
    this.log.failed(failure.code, failure.text);
    this.#finish({ kind: 'failed', message: failure.text });
  }

  fail(failure: UpstreamFailure, status: number = PROXY_ERRORS[failure.code] || 502): void {
    const { outcome, cacheStatus } = outcomeOf({ by: 'proxy', why: 'failed', plan: this.plan.kind });
    this.log.replyStarted({ status, statusText: '', fields: [], cacheStatus, outcome });
    this.broken(failure);
  }

  crash(error: unknown): void {
    this.fetch?.leave(this);
    if (!this.#over) this.fail(internalFailure(error, `${this.request.method} ${this.request.url}`));
  }

  release(): void {
    // It leads its own fetch, so nobody lets it go.
    this.#finish({ kind: 'failed', message: this.#say('it was let go without an answer') });
  }

  stored(entry: StoredResponse, ttlSeconds: number): void {
    this.#stored = entry;
    this.log.stored(entry.id, ttlSeconds);
  }

  #leave(code: 'connection_read_timeout' | undefined, why: string): void {
    if (this.#over) return;
    if (code !== undefined) this.log.failed(code, this.#say(why));
    this.fetch?.leave(this);
    this.#finish({ kind: 'failed', message: this.#say(why) });
  }

  #finish(answer: ValidationAnswer): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.log.end();
    this.#answer(answer);
  }

  #say(what: string): string {
    return `${this.request.method} ${this.request.url}: ${what}`;
  }
}
