/**
 * What one sender has on a throttled line, in order: each thing waits out the delay, then bytes pass piece by piece as the
 * lane has turns. Bounded: `push` says when to stop, `onRoom` when to go on.
 */
import type { Lane, LineClock, Sender } from './lane.ts';
import { pieceBytes, roomBytes } from './pace.ts';

interface Waiting {
  readonly dueMs: number;
  /** Bytes that have not passed yet, or something to do in their place. */
  chunk: Uint8Array | undefined;
  readonly run: (() => void) | undefined;
}

export interface PacedLineOptions {
  readonly clock: LineClock;
  readonly lane: Lane;
  /** One way, ms, as it is now. */
  readonly delayMs: () => number;
  /** Takes a piece; false when nothing more may come until {@link PacedLine.drained}. */
  out(piece: Uint8Array): boolean;
  /** There is room again after `push` was false. */
  onRoom(): void;
}

export class PacedLine implements Sender {
  readonly #options: PacedLineOptions;
  readonly #queue: Waiting[] = [];
  #queuedBytes = 0;
  /** A timer or a turn is awaited. */
  #isWaiting = false;
  #cancel: (() => void) | undefined;
  /** Nothing is taken behind the line. */
  #isBlocked = false;
  #isFull = false;
  #isRunning = false;
  bytes = 0;
  gone = false;

  constructor(options: PacedLineOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  /** False when that is enough until `onRoom`. */
  push(chunk: Uint8Array): boolean {
    if (this.gone) return true;
    this.#queuedBytes += chunk.length;
    this.#add(chunk, undefined);
    if (!this.#hasRoom(1)) this.#isFull = true;
    return !this.#isFull;
  }

  /** Behind all that was pushed. */
  then(run: () => void): void {
    if (!this.gone) this.#add(undefined, run);
  }

  /** Behind the line there is room again. */
  drained(): void {
    if (!this.#isBlocked) return;
    this.#isBlocked = false;
    this.#go();
  }

  /** Forgets what waits. */
  stop(): void {
    this.gone = true;
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    this.#cancel?.();
  }

  /** As the lane calls it. */
  passed(): void {
    this.#isWaiting = false;
    this.#deliver();
    this.#go();
  }

  #add(chunk: Uint8Array | undefined, run: (() => void) | undefined): void {
    const { clock, delayMs } = this.#options;
    this.#queue.push({ dueMs: clock.now() + delayMs(), chunk, run });
    this.#go();
  }

  #hasRoom(share: number): boolean {
    const { lane, delayMs } = this.#options;
    return this.#queuedBytes < roomBytes(lane.rate, delayMs()) * share;
  }

  #go(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      while (!this.#isWaiting && !this.#isBlocked) {
        const first = this.#queue[0];
        if (first === undefined) break;
        const { clock, lane } = this.#options;
        const ms = Math.min(first.dueMs - clock.now(), this.#options.delayMs());
        // Timers come up to a millisecond late: less than that is not waited for.
        if (ms >= 1) {
          this.#isWaiting = true;
          this.#cancel = clock.wait(Math.floor(ms), () => {
            this.#isWaiting = false;
            this.#go();
          });
          break;
        }
        if (first.chunk === undefined) {
          this.#queue.shift();
          first.run?.();
          continue;
        }
        this.bytes = Math.min(first.chunk.length, pieceBytes(lane.rate));
        this.#isWaiting = !lane.take(this);
        if (!this.#isWaiting) this.#deliver();
      }
    } finally {
      this.#isRunning = false;
    }
    if (this.#isFull && !this.gone && this.#hasRoom(0.5)) {
      this.#isFull = false;
      this.#options.onRoom();
    }
  }

  /** The piece whose turn it was goes out. */
  #deliver(): void {
    const first = this.#queue[0];
    if (this.gone || first?.chunk === undefined) return;
    const { chunk } = first;
    const piece = chunk.subarray(0, this.bytes);
    if (piece.length === chunk.length) this.#queue.shift();
    else first.chunk = chunk.subarray(piece.length);
    this.#queuedBytes -= piece.length;
    this.#isBlocked = !this.#options.out(piece);
  }
}
