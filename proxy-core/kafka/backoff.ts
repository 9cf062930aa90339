/** How long to stay away from a broker that fails: doubling, with a spread so that many proxies do not return at once. */

const FIRST_MS = 250;
/** A broker that comes back is found again within this time. */
const LONGEST_MS = 10_000;
/** Each pause is shortened by up to this share of itself. */
const SPREAD = 0.2;

export interface Backoff {
  /** The next pause in ms; each call is one more failure in a row. */
  next(): number;
  /** A success: the next failure starts from the shortest pause. */
  reset(): void;
}

/** @param random from 0 to below 1 */
export function createBackoff(random: () => number = Math.random): Backoff {
  let failures = 0;
  return {
    next() {
      const full = Math.min(FIRST_MS * 2 ** Math.min(failures, 20), LONGEST_MS);
      failures += 1;
      return Math.round(full * (1 - SPREAD * random()));
    },
    reset() {
      failures = 0;
    },
  };
}
