/** A tier in memory for tests: counts what it is asked, and answers when and as the test says. */
import type { NewEntry } from '../store/entry-store.ts';
import type { CacheTier } from '../tier.ts';

export class MemoryTier implements CacheTier {
  /** URLs asked for, in order. */
  readonly asked: string[] = [];
  /** What a question waits for, or throws. */
  before: () => Promise<void> | void = () => undefined;
  readonly #kept = new Map<string, NewEntry[]>();
  readonly #dropped = new Map<string, number>();
  #allDropped = 0;

  async find(url: string): Promise<readonly NewEntry[]> {
    this.asked.push(url);
    const found = this.of(url);
    await this.before();
    return found;
  }

  put(entry: NewEntry, generation: number): void {
    if (generation < Math.max(this.#allDropped, this.#dropped.get(entry.url) ?? 0)) return;
    const others = this.of(entry.url).filter((other) => variantOf(other) !== variantOf(entry));
    // The engine's chunks are views of its own memory.
    this.#kept.set(entry.url, [{ ...entry, chunks: entry.chunks.map((chunk) => Uint8Array.from(chunk)) }, ...others]);
  }

  drop(url: string | undefined, generation: number): void {
    if (url === undefined) {
      this.#allDropped = generation;
      this.#kept.clear();
    } else {
      this.#dropped.set(url, generation);
      this.#kept.delete(url);
    }
  }

  /** What it has of a URL now. */
  of(url: string): readonly NewEntry[] {
    return this.#kept.get(url) ?? [];
  }
}

const variantOf = ({ facts }: NewEntry): string => JSON.stringify([facts.headOnly, facts.partial, facts.varyBy]);
