/** A validation nobody waits for: the cache asks an origin for itself. */
import type { FailurePlan, ResponsePlan, ServedReply } from '../../cache/plan.ts';
import type { UpstreamHead } from '../fetch/fetch-member.ts';
import type { UpstreamFailure } from '../origin/proxy-errors.ts';
import { ClientlessMember } from './clientless-member.ts';

/** Reads only what is going to be stored, within a time limit. */
export class BackgroundMember extends ClientlessMember {
  #mayStore = 0;
  #bytes = 0;

  override stream(plan: ResponsePlan & { kind: 'store' | 'skip' }, head: UpstreamHead): void {
    super.stream(plan, head);
    if (plan.kind === 'store') {
      this.#mayStore = plan.ticket.maxBodyBytes;
      this.limitContent((words) => {
        this.log.failed('connection_read_timeout', `${words}, and nobody waits for it`);
        this.#leave();
      });
    } else this.#leaveSoon();
  }

  /** The rest is not needed. Deferred: the fetch is still calling its members. */
  #leaveSoon(): void {
    queueMicrotask(() => this.#leave());
  }

  #leave(): void {
    this.stopTimer();
    this.fetch?.leave(this);
    this.log.end();
  }

  serve(reply: ServedReply, plan: ResponsePlan | FailurePlan): void {
    this.tellServed(reply, plan);
    this.log.end();
  }

  data(chunk: Uint8Array): boolean {
    this.log.responseData(chunk);
    const before = this.#bytes;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#mayStore && before <= this.#mayStore) this.#leaveSoon();
    return true;
  }

  end(): void {
    this.stopTimer();
    this.log.end();
  }

  broken(failure: UpstreamFailure): void {
    this.fail(failure);
  }

  protected over(): void {
    this.end();
  }

  release(): void {
    this.log.end();
  }
}
