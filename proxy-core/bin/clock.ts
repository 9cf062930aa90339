/**
 * The core's two times. *Core time* never steps: ages, lifetimes and durations are differences of it. It counts what passed
 * while the machine slept, which Node's monotonic clock does not on Linux. The *time of day* is core time plus an offset, which
 * alone moves when somebody sets the clock; Date fields and recorded times are made with it.
 *
 * The two are held against the system's clock at each reading. When they part, the time since boot (sleep included) tells sleep
 * from a step. A machine held by its host (a paused virtual machine, WSL) sees no sleep at all: its clock is set forward when
 * it goes on. So a step forward counts as time that passed, unless the time since boot is known to count this machine's
 * sleeps: too old costs a question to the origin, too young a stale answer (RFC 9111 §4.2.3 errs the same way).
 */
import os from 'node:os';
import { performance } from 'node:perf_hooks';

/** What is read; all in ms. */
export interface TimeSources {
  /** Never steps; may stand while the machine sleeps. Fractions welcome. */
  monotonicMs(): number;
  /** Unix time; may be set. */
  wallMs(): number;
  /** Since the machine started, sleep included; may be as coarse as a second. */
  bootMs(): number;
  /** What the machine slept between its start and now, as far as {@link bootMs} counts it. */
  readonly sleptBeforeMs: number;
}

/** Core time and the system's clock may differ by this much before it means something, ms. */
const BOUND_MS = 2000;
/** Readings taken together lie this close, or the process was held between them and they are taken again, ms. */
const TOGETHER_MS = 50;
const TRIES = 5;

export class Clock {
  readonly #sources: TimeSources;
  #coreMs: number;
  #monotonicMs: number;
  #bootMs: number;
  #lastMonotonicMs: number;
  #offsetMs = 0;
  #countsSleep: boolean;

  constructor(sources: TimeSources = systemSources()) {
    this.#sources = sources;
    const { monotonicMs, wallMs, bootMs } = this.#readTogether();
    this.#coreMs = wallMs;
    this.#monotonicMs = this.#lastMonotonicMs = monotonicMs;
    this.#bootMs = bootMs;
    this.#countsSleep = sources.sleptBeforeMs > BOUND_MS;
  }

  /** Core time: unix ms as of the start, with fractions; never runs back, never steps. */
  readonly now = (): number => {
    const monotonicMs = this.#sources.monotonicMs();
    const now = this.#coreMs + (monotonicMs - this.#monotonicMs);
    const parted = this.#sources.wallMs() - now - this.#offsetMs;
    if (parted > BOUND_MS || parted < -BOUND_MS || monotonicMs < this.#lastMonotonicMs) return this.#reconcile();
    this.#lastMonotonicMs = monotonicMs;
    return now;
  };

  /** What to add to core time for the time of day, ms; 0 until somebody sets the clock. */
  readonly wallOffsetMs = (): number => this.#offsetMs;

  #reconcile(): number {
    const { monotonicMs, wallMs, bootMs } = this.#readTogether();
    // A monotonic clock that ran back (an emulated one) is good up to its last reading.
    const ranMs = Math.max(monotonicMs, this.#lastMonotonicMs) - this.#monotonicMs;
    const sleptMs = bootMs - this.#bootMs - ranMs;
    const slept = sleptMs > BOUND_MS / 2;
    if (slept) this.#countsSleep = true;
    const atLeast = this.#coreMs + ranMs;
    let now = atLeast + (slept ? sleptMs : 0);
    const parted = wallMs - now - this.#offsetMs;
    // After a sleep the rest is what the coarse time since boot is out by; the system's clock knows it better.
    const isRest = Math.abs(parted) <= BOUND_MS && slept;
    if (isRest || (parted > BOUND_MS && !this.#countsSleep)) now = Math.max(atLeast, now + parted);
    else if (Math.abs(parted) > BOUND_MS) this.#offsetMs += parted;
    this.#coreMs = now;
    this.#monotonicMs = this.#lastMonotonicMs = monotonicMs;
    this.#bootMs = bootMs;
    return now;
  }

  #readTogether(): { monotonicMs: number; wallMs: number; bootMs: number } {
    for (let i = 1; ; i++) {
      const before = this.#sources.monotonicMs();
      const wallMs = this.#sources.wallMs();
      const bootMs = this.#sources.bootMs();
      const monotonicMs = this.#sources.monotonicMs();
      if (monotonicMs - before <= TOGETHER_MS || i === TRIES) return { monotonicMs, wallMs, bootMs };
    }
  }
}

/** This machine's clocks. On Linux `os.uptime` is CLOCK_BOOTTIME and `hrtime` CLOCK_MONOTONIC, both since boot. */
function systemSources(): TimeSources {
  const bootMs = (): number => {
    try {
      return os.uptime() * 1000;
    } catch {
      // It reads a file; without a descriptor for that the machine is taken for one that never sleeps.
      return 0;
    }
  };
  return {
    monotonicMs: () => performance.now(),
    wallMs: () => Date.now(),
    bootMs,
    sleptBeforeMs: bootMs() - Number(process.hrtime.bigint()) / 1e6,
  };
}
