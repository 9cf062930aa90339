/** The answer of a fetch on its way into the store: committed when its content is whole, else given up, and the members are told. */
import type { AbandonReason, ResponsePlan, StoreTicket } from '../../cache/plan.ts';
import { internalFailure } from '../origin/proxy-errors.ts';
import type { FetchDeps } from './fetch-member.ts';
import type { Members } from './members.ts';
import { sharedContent } from './shared-answer.ts';

type StorePlan = ResponsePlan & { kind: 'store' };

export class Storing {
  readonly #deps: FetchDeps;
  readonly #members: Members;
  /** As the head was judged; it stays when the ticket goes. */
  plan: StorePlan | undefined;
  /** Set while the content is on its way into the store. */
  ticket: StoreTicket | undefined;

  constructor(deps: FetchDeps, members: Members) {
    this.#deps = deps;
    this.#members = members;
  }

  begin(plan: StorePlan): void {
    this.plan = plan;
    this.ticket = plan.ticket;
  }

  /** Nobody is left to be told. */
  abandon(): void {
    if (this.ticket !== undefined) this.#deps.engine.abandon(this.ticket, 'incomplete');
    this.ticket = undefined;
  }

  /** The content is not stored after all; every member's record says why. */
  giveUp(why: AbandonReason): void {
    if (this.ticket === undefined) return;
    const explained = this.#deps.engine.abandon(this.ticket, why);
    this.ticket = undefined;
    for (const member of this.#members.all) member.log.decided(explained);
  }

  /**
   * The content is whole. Before the last byte goes out: a client that has seen the end can rely on a hit.
   * `tell` calls one member; `answeredAtMs` is when the head came.
   */
  commit(chunks: readonly Uint8Array[], answeredAtMs: number, tell: TellMember): void {
    const { ticket, plan } = this;
    if (ticket === undefined || plan === undefined) return;
    const { engine } = this.#deps;
    try {
      const entry = engine.commit(ticket, chunks, this.#deps.now());
      if (entry) {
        const explained = engine.explainStored(ticket);
        for (const member of this.#members.all) {
          const told = explained && sharedContent(plan, member.plan, explained, answeredAtMs);
          if (told !== undefined) member.log.decided(told);
          tell(member, () => member.stored(entry, ticket.ttlSecondsAt(answeredAtMs)));
        }
      } else if (engine.isOutdated(ticket)) this.giveUp('invalidated-meanwhile');
      else if (ticket.lacksRoom) this.giveUp('no-room');
      else {
        const unfit = engine.explainStored(ticket);
        for (const member of this.#members.all) if (unfit !== undefined) member.log.decided(unfit);
      }
    } catch (error) {
      // The answer is whole, only the store is not: the clients get it, and their exchanges say what failed.
      this.#deps.report('storing an answer', error);
      const failure = internalFailure(error, 'storing the answer');
      for (const member of this.#members.all) member.log.failed(failure.code, failure.text);
    }
    this.ticket = undefined;
  }
}

/** Calls one member; what it throws does not affect the others. */
type TellMember = (member: Members['all'][number], step: () => void) => void;
