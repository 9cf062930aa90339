/** Evicted entries held for a moment so that the user can take it back. Bounded by time, entries and bytes. */
import { randomBytes } from 'node:crypto';
import type { TakenEntry } from '../store/entry-store.ts';

/** How long an eviction can be taken back, ms. */
const UNDO_MS = 10_000;
const MAX_ENTRIES = 200_000;
const MAX_BYTES = 512 * 1024 * 1024;

interface Held {
  entries: TakenEntry[];
  /** The generation of invalidations when they were evicted. */
  mark: number;
  bytes: number;
  untilMs: number;
}

export class UndoBuffer {
  readonly #held = new Map<string, Held>();

  /** Holds what was evicted; undefined when it is too much to hold. */
  hold(entries: TakenEntry[], mark: number, nowMs: number): { token: string; untilMs: number } | undefined {
    this.sweep(nowMs);
    const bytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
    if (entries.length === 0 || entries.length > MAX_ENTRIES || bytes > MAX_BYTES) return undefined;
    const token = randomBytes(12).toString('hex');
    const untilMs = nowMs + UNDO_MS;
    this.#held.set(token, { entries, mark, bytes, untilMs });
    this.#trim();
    return { token, untilMs };
  }

  /** What was held under a token, once; undefined when time has passed. */
  release(token: string, nowMs: number): Pick<Held, 'entries' | 'mark'> | undefined {
    this.sweep(nowMs);
    const held = this.#held.get(token);
    this.#held.delete(token);
    return held;
  }

  /** Drops what can no longer be restored. */
  sweep(nowMs: number): void {
    for (const [token, held] of this.#held) if (held.untilMs < nowMs) this.#held.delete(token);
  }

  /** Drops the oldest until all together keep the bounds. */
  #trim(): void {
    let entries = 0;
    let bytes = 0;
    for (const held of this.#held.values()) {
      entries += held.entries.length;
      bytes += held.bytes;
    }
    for (const [token, held] of this.#held) {
      if (entries <= MAX_ENTRIES && bytes <= MAX_BYTES) return;
      entries -= held.entries.length;
      bytes -= held.bytes;
      this.#held.delete(token);
    }
  }
}
