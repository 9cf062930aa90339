/**
 * The second look, after memory and before the origin: a slower store (disk, a shared cache) that answers later. What it
 * has is promoted into memory, where the decisions see it like anything else; it decides nothing itself.
 *
 * A tier may fail at any time: one that throws, rejects or does not answer in time counts as a miss, and what was
 * invalidated while it was asked is not taken from it (RFC 9111 §4.4).
 */
import type { ReportFault } from '../contract/faults.ts';
import { urlHash } from './key.ts';
import { Generations } from './store/generations.ts';
import type { NewEntry } from './store/entry-store.ts';

/** How long a tier may take to find something, ms; after that the origin is asked. */
const PATIENCE_MS = 250;

/** A second store. Calls may come in any order and while others are under way. */
export interface CacheTier {
  /** All it has of a URL, newest first. */
  find(url: string): Promise<readonly NewEntry[]>;
  /** Keeps a response in the place of the same variant. One whose generation is below that of a drop of its URL came too late and is not kept. */
  put(entry: NewEntry, generation: number): void | Promise<void>;
  /** Drops everything stored for a URL, or everything. */
  drop(url: string | undefined, generation: number): void | Promise<void>;
}

export interface TierOptions {
  tier: CacheTier;
  report: ReportFault;
  patienceMs?: number;
}

/** A tier as the engine uses it: every fault of it is a miss. */
export class GuardedTier {
  readonly #tier: CacheTier;
  readonly #report: ReportFault;
  readonly #patienceMs: number;
  readonly #generations = new Generations();

  constructor({ tier, report, patienceMs = PATIENCE_MS }: TierOptions) {
    this.#tier = tier;
    this.#report = report;
    this.#patienceMs = patienceMs;
  }

  /** What the tier has of a URL and may still be used; nothing when it fails or is late. Never rejects. */
  find(url: string): Promise<readonly NewEntry[]> {
    const { mark } = this.#generations;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve([]), this.#patienceMs);
      const settle = (found: readonly NewEntry[]): void => {
        clearTimeout(timer);
        resolve(this.#generations.changedSince(urlHash(url), mark) ? [] : found);
      };
      this.#guard(
        async () => settle(await this.#tier.find(url)),
        () => settle([]),
      );
    });
  }

  put(entry: NewEntry): void {
    const { mark } = this.#generations;
    this.#guard(() => this.#tier.put(entry, mark));
  }

  /** Takes effect at once for what is being asked or put, whenever the tier itself gets to it. */
  drop(url: string | undefined): void {
    if (url === undefined) this.#generations.advanceAll();
    else this.#generations.advance(urlHash(url));
    const { mark } = this.#generations;
    this.#guard(() => this.#tier.drop(url, mark));
  }

  #guard(step: () => void | Promise<void>, failed?: () => void): void {
    const fail = (error: unknown): void => {
      this.#report('the second cache', error);
      failed?.();
    };
    try {
      const done = step();
      if (done !== undefined) done.catch(fail);
    } catch (error) {
      fail(error);
    }
  }
}
