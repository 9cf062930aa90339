/** Errors that nobody has looked at yet. Pure. */

/** Counts what is new since the window was last looked at. */
export class Unseen {
  #seen = 0;
  #now = 0;

  /** The count as it stands; a new core counts from 0. */
  count(now: number, isLookedAt: boolean): number {
    if (now < this.#now) this.#seen = 0;
    this.#now = now;
    if (isLookedAt) this.#seen = now;
    return now - this.#seen;
  }
}
