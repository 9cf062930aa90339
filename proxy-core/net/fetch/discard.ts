/** What is left of an answer that was replaced by a stored one (a 5xx page): read away so that the connection can be used again. */

/** At most so much, … */
const DISCARD_BYTES = 256 * 1024;
/** … and not longer than this, ms. */
const DISCARD_MS = 5000;

export class Discard {
  #left = DISCARD_BYTES;
  #timer: NodeJS.Timeout | undefined;
  readonly #giveUp: () => void;

  /** `giveUp` closes the connection. */
  constructor(giveUp: () => void) {
    this.#giveUp = giveUp;
  }

  /** The rest is about to come: so many bytes, as far as its head says. */
  begin(expectedBytes: number): void {
    if (expectedBytes > DISCARD_BYTES) this.#giveUp();
    else this.#timer = setTimeout(this.#giveUp, DISCARD_MS).unref();
  }

  take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) this.#giveUp();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
