/** One direction of a throttled line: whoever wants to send waits for a turn, first come, first served. */
import { passedAt } from './pace.ts';

/** Time as a line sees it. */
export interface LineClock {
  /** Core time, ms, with fractions. */
  now(): number;
  /** Calls back once after so many ms; what comes back calls that off. */
  wait(ms: number, then: () => void): () => void;
  /** 0 ≤ n < 1. */
  random(): number;
}

/** Somebody who wants to send so many bytes; one turn at a time. */
export interface Sender {
  /** Bytes of this turn. */
  bytes: number;
  /** The turn has come, and the bytes have passed. */
  passed(): void;
  /** Wants nothing any more. */
  gone: boolean;
}

export class Lane {
  readonly #clock: LineClock;
  readonly #waiting: Sender[] = [];
  #rate = 0;
  #freeAtMs = 0;
  /** When the first of those who wait is through; undefined while nobody is on the line. */
  #throughAtMs: number | undefined;
  #cancel: (() => void) | undefined;
  #isPumping = false;

  constructor(clock: LineClock) {
    this.#clock = clock;
  }

  /** Bytes in a second, 0 for no limit; whoever waits goes on at this rate. */
  use(rate: number): void {
    this.#rate = rate;
    this.#freeAtMs = this.#clock.now();
    this.#throughAtMs = undefined;
    this.#pump();
  }

  get rate(): number {
    return this.#rate;
  }

  /** Takes a turn. True when the bytes may pass at once; else the sender is told when they have passed. */
  take(sender: Sender): boolean {
    if (this.#waiting.length === 0 && !this.#isPumping) {
      if (this.#rate === 0) return true;
      const now = this.#clock.now();
      const through = passedAt(this.#freeAtMs, sender.bytes, this.#rate, now, false);
      if (through <= now) {
        this.#freeAtMs = through;
        return true;
      }
      this.#throughAtMs = through;
    }
    this.#waiting.push(sender);
    if (this.#waiting.length === 1 && !this.#isPumping) this.#arm();
    return false;
  }

  #arm(): void {
    this.#cancel?.();
    const ms = Math.max(0, Math.ceil(this.#throughAtMs! - this.#clock.now()));
    this.#cancel = this.#clock.wait(ms, () => {
      this.#cancel = undefined;
      this.#pump();
    });
  }

  /** Lets pass all whose time has come. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
        if (first.gone) {
          this.#waiting.shift();
          this.#throughAtMs = undefined;
          continue;
        }
        const now = this.#clock.now();
        if (this.#rate > 0) {
          this.#throughAtMs ??= passedAt(this.#freeAtMs, first.bytes, this.#rate, now, true);
          if (this.#throughAtMs > now) {
            this.#arm();
            return;
          }
          this.#freeAtMs = this.#throughAtMs;
        }
        this.#throughAtMs = undefined;
        this.#waiting.shift();
        first.passed();
      }
    } finally {
      this.#isPumping = false;
    }
  }
}
