/** One sample a second of totals, cache, memory and capture; the last quarter of an hour is kept. */
import { tellAll, type ReportFault } from '../contract/faults.ts';
import type { StatsSample } from '../contract/stats.ts';

/** 15 minutes at one a second. */
const HISTORY = 900;

export class Sampler {
  readonly #take: () => StatsSample;
  readonly #history: StatsSample[] = [];
  readonly #listeners = new Set<(sample: StatsSample) => void>();
  readonly #report: ReportFault;
  #timer: NodeJS.Timeout | undefined;

  constructor(take: () => StatsSample, report: ReportFault) {
    this.#take = take;
    this.#report = report;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), 1000);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  now(): StatsSample {
    return this.#take();
  }

  /** Oldest first. */
  history(): StatsSample[] {
    return [...this.#history];
  }

  /** The current sample at once, then one a second. */
  subscribe(listener: (sample: StatsSample) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#take());
    return () => this.#listeners.delete(listener);
  }

  #tick(): void {
    let sample: StatsSample;
    try {
      sample = this.#take();
    } catch (error) {
      // A second without a sample, for want of file descriptors say.
      this.#report('taking a sample', error);
      return;
    }
    if (this.#history.push(sample) > HISTORY) this.#history.shift();
    tellAll(this.#listeners, sample, 'telling of a sample', this.#report);
  }
}
