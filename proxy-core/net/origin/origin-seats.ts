/**
 * Who may use a connection to an origin, and who waits for one: first come, first served, at most so many per origin. A
 * reply whose client stopped reading keeps its connection but not its seat, so that stalled clients
 * never starve the others; such seats are bounded too.
 */

/** A reply that stood still for this long does not count against the limit while others wait, ms. */
const STILL_MS = 500;
/** How often that is looked at while somebody waits, ms. */
const SWEEP_MS = 250;
/** Stalled connections one origin may have beyond the limit. */
const MAX_STILL = 1024;

interface OriginSeats {
  /** Seats that count against the limit. */
  taken: number;
  /** Seats without a place: their replies are stalled. */
  still: number;
  /** First come, first served. */
  readonly waiting: SeatQueue;
  /** Seats whose replies are paused, with a place or without. */
  readonly paused: Set<Seat>;
}

/**
 * Those that wait, linked. No Set: when one is filled up its table is replaced, and the table before, once it is old,
 * keeps the next one alive and with it all who ever waited, until the whole heap is collected.
 */
class SeatQueue {
  first: Seat | undefined;
  #last: Seat | undefined;

  push(seat: Seat): void {
    seat.before = this.#last;
    if (this.#last === undefined) this.first = seat;
    else this.#last.next = seat;
    this.#last = seat;
  }

  /** Takes one out that is in it. */
  remove(seat: Seat): void {
    const { before, next } = seat;
    if (before === undefined) this.first = next;
    else before.next = next;
    if (next === undefined) this.#last = before;
    else next.before = before;
    seat.before = seat.next = undefined;
  }
}

/** One request's place. */
export class Seat {
  /** Its neighbours in the queue, while it waits there. */
  before: Seat | undefined = undefined;
  next: Seat | undefined = undefined;
  readonly #seats: Seats;
  readonly #origin: string;
  readonly #of: OriginSeats;
  readonly #start: (relief: boolean) => void;
  #state: 'new' | 'waiting' | 'taken' | 'still' | 'left' = 'new';
  #pausedAtMs = 0;

  constructor(seats: Seats, origin: string, of: OriginSeats, start: (relief: boolean) => void) {
    this.#seats = seats;
    this.#origin = origin;
    this.#of = of;
    this.#start = start;
  }

  /** True until the request may use a connection. */
  get waits(): boolean {
    return this.#state === 'waiting';
  }

  /** Takes its place in the queue. */
  wait(): void {
    this.#state = 'waiting';
    this.#of.waiting.push(this);
  }

  /** Begins with a place of its own. */
  take(): void {
    if (this.waits) this.#of.waiting.remove(this);
    this.#of.taken++;
    this.#state = 'taken';
    // Stalled connections are not available to the pool: this one is opened in addition.
    this.#start(this.#of.still > 0);
  }

  /** Its reply is not read on. */
  pause(nowMs: number): void {
    this.#pausedAtMs = nowMs;
    this.#of.paused.add(this);
  }

  /** Its reply is read on: it counts again, also above the limit. */
  resume(): void {
    this.#of.paused.delete(this);
    if (this.#state !== 'still') return;
    this.#of.still--;
    this.#of.taken++;
    this.#state = 'taken';
  }

  /** Yields its place to the queue once it has been stalled for long enough. */
  release(nowMs: number): void {
    if (this.#state !== 'taken' || nowMs - this.#pausedAtMs < STILL_MS || this.#of.still >= MAX_STILL) return;
    this.#of.taken--;
    this.#of.still++;
    this.#state = 'still';
  }

  /** The request is over, or its client went while it waited. */
  leave(): void {
    const { waiting, paused } = this.#of;
    paused.delete(this);
    if (this.#state === 'waiting') waiting.remove(this);
    else if (this.#state === 'taken') this.#of.taken--;
    else if (this.#state === 'still') this.#of.still--;
    this.#state = 'left';
    this.#seats.left(this.#origin, this.#of.waiting.first !== undefined);
  }
}

export class Seats {
  readonly #limitOf: (origin: string) => number;
  readonly #now: () => number;
  readonly #origins = new Map<string, OriginSeats>();
  /** Origins with a place that somebody waits for. */
  readonly #due = new Set<string>();
  #sweep: NodeJS.Timeout | undefined;

  /** `limitOf` an origin: its requests at a time, which may change; `now` in ms, rising. */
  constructor(limitOf: (origin: string) => number, now: () => number = () => performance.now()) {
    this.#limitOf = limitOf;
    this.#now = now;
  }

  /**
   * A place for a request to this origin; `start` is called at once or when its turn comes, and told whether it needs a
   * connection beyond the limit.
   */
  enter(origin: string, start: (relief: boolean) => void): Seat {
    let of = this.#origins.get(origin);
    if (of === undefined)
      this.#origins.set(origin, (of = { taken: 0, still: 0, waiting: new SeatQueue(), paused: new Set() }));
    const seat = new Seat(this, origin, of, start);
    if (of.taken < this.#limitOf(origin) && of.waiting.first === undefined) {
      seat.take();
    } else {
      seat.wait();
      this.#sweep ??= setInterval(() => this.sweep(), SWEEP_MS).unref();
    }
    return seat;
  }

  /** A place is free. The next in the queue starts after this turn: undici is not done with the response yet. */
  left(origin: string, anyWaits: boolean): void {
    if (!anyWaits) {
      this.admit(origin);
      return;
    }
    if (this.#due.size === 0) setImmediate(() => this.#admitDue());
    this.#due.add(origin);
  }

  /** More requests of this origin may be under way than before. */
  grew(origin: string): void {
    this.left(origin, true);
  }

  #admitDue(): void {
    const due = [...this.#due];
    this.#due.clear();
    for (const origin of due) this.admit(origin);
  }

  /** Starts as many of the queue as there are places. */
  admit(origin: string): void {
    const of = this.#origins.get(origin);
    if (of === undefined) return;
    const limit = this.#limitOf(origin);
    for (let seat = of.waiting.first; seat !== undefined; seat = of.waiting.first) {
      if (of.taken >= limit) return;
      seat.take();
    }
    if (of.taken === 0 && of.still === 0 && of.waiting.first === undefined) this.#origins.delete(origin);
  }

  /** Takes the places of stalled replies where others are queued. */
  sweep(): void {
    let anyWaits = false;
    const nowMs = this.#now();
    for (const [origin, of] of this.#origins) {
      if (of.waiting.first === undefined) continue;
      for (const seat of of.paused) seat.release(nowMs);
      this.admit(origin);
      anyWaits ||= of.waiting.first !== undefined;
    }
    if (anyWaits) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  pause(seat: Seat): void {
    seat.pause(this.#now());
  }

  /** Stops the timer; no one is admitted any more. */
  stop(): void {
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}
