/** Who takes part in a fetch: the exchange that caused it, while its client is there, and those that wait for the same answer. */
import type { FetchMember } from './fetch-member.ts';

const NOBODY: readonly FetchMember[] = [];

export class Members {
  readonly leader: FetchMember;
  /** The leader's client went, or has its answer. */
  leaderGone = false;
  /** Most fetches have none. */
  #waiters: Set<FetchMember> | undefined;

  constructor(leader: FetchMember) {
    this.leader = leader;
  }

  /** Nobody is there any more. */
  get isEmpty(): boolean {
    return this.leaderGone && (this.#waiters === undefined || this.#waiters.size === 0);
  }

  /** Those that wait, as they are now. */
  get waiters(): readonly FetchMember[] {
    return this.#waiters === undefined || this.#waiters.size === 0 ? NOBODY : [...this.#waiters];
  }

  /** All of them, as they are now. */
  get all(): readonly FetchMember[] {
    const { waiters } = this;
    if (this.leaderGone) return waiters;
    return waiters.length === 0 ? [this.leader] : [this.leader, ...waiters];
  }

  wait(member: FetchMember): void {
    (this.#waiters ??= new Set()).add(member);
  }

  /** Waits no longer; it may still be told. */
  forget(member: FetchMember): void {
    this.#waiters?.delete(member);
  }

  /** It is gone. */
  leave(member: FetchMember): void {
    this.forget(member);
    if (member === this.leader) this.leaderGone = true;
  }

  /** Nobody waits any more. */
  clear(): void {
    this.#waiters = undefined;
  }
}
