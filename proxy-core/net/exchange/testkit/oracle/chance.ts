/** Choices by a seed: the same ones for the same seed. */
import { makeRandom } from '../../../../cache/testkit/make.ts';

export class Chance {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = makeRandom(seed);
  }

  /** True that often. */
  is(probability: number): boolean {
    return this.#next() < probability;
  }

  /** One of them. */
  one<T>(items: readonly T[]): T {
    return items[Math.floor(this.#next() * items.length)]!;
  }

  /** One of them, by its weight. */
  weighed<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let at = this.#next() * items.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of items) {
      at -= weight;
      if (at < 0) return item;
    }
    return items[0]![1];
  }

  /** From 0 to `below`, without it. */
  below(below: number): number {
    return Math.floor(this.#next() * below);
  }
}
