/** Asks an origin about a stored response on request of the user: an exchange like any other, but without a client. */
import type {
  CacheRequest,
  FailurePlan,
  RequestPlan,
  ResponsePlan,
  ServedReply,
  StoredResponse,
  UserValidation,
  ValidationAnswer,
} from '../../cache/plan.ts';
import type { ExchangeLog } from '../../contract/observer.ts';
import { parseTarget } from '../../http/target.ts';
import type { UpstreamHead } from '../fetch/fetch-member.ts';
import type { UpstreamFailure } from '../origin/proxy-errors.ts';
import { beginClientless, ClientlessMember } from './clientless-member.ts';
import type { ExchangeDriver } from './driver.ts';

/** Sends the validation. A body over `maxBytes` fails, because it could not be compared. Never rejects. */
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
    const log = beginClientless(driver.deps.observer, request.method, target, forwardFields, { client: '' });
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
class AskingMember extends ClientlessMember {
  readonly #maxBytes: number;
  readonly #answer: (answer: ValidationAnswer) => void;
  #head: UpstreamHead | undefined;
  #stored: StoredResponse | undefined;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #over = false;

  constructor(
    request: CacheRequest,
    plan: RequestPlan,
    log: ExchangeLog,
    maxBytes: number,
    answer: (answer: ValidationAnswer) => void,
  ) {
    super(request, plan, log);
    this.#maxBytes = maxBytes;
    this.#answer = answer;
  }

  override stream(plan: ResponsePlan & { kind: 'store' | 'skip' }, head: UpstreamHead): void {
    this.#head = head;
    super.stream(plan, head);
    this.limitContent((words) => this.#leave('connection_read_timeout', words));
  }

  serve(reply: ServedReply, plan: ResponsePlan | FailurePlan, forwardStatus: number | undefined): void {
    this.tellServed(reply, plan);
    this.#finish(
      plan.kind === 'freshened'
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
      // Deferred: the fetch is still calling its members.
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
    this.over(failure.text);
  }

  protected over(text: string): void {
    this.#finish({ kind: 'failed', message: text });
  }

  override crash(error: unknown): void {
    if (this.#over) this.fetch?.leave(this);
    else super.crash(error);
  }

  release(): void {
    // It leads its own fetch, so it is never released.
    this.#finish({ kind: 'failed', message: this.#say('it was let go without an answer') });
  }

  override stored(entry: StoredResponse, ttlSeconds: number): void {
    this.#stored = entry;
    super.stored(entry, ttlSeconds);
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
    this.stopTimer();
    this.log.end();
    this.#answer(answer);
  }

  #say(what: string): string {
    return `${this.request.method} ${this.request.url}: ${what}`;
  }
}
