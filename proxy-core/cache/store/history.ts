/**
 * What happened to entries lately: one ring for all of them, four typed arrays, so that a hit costs four writes and an
 * entry costs nothing.
 */
import type { EntryTick } from '../../contract/entry.ts';

const TICKS = 16_384;
/** Most events listed for one entry. */
const TOLD = 50;
const KINDS: readonly EntryTick['kind'][] = [
  'stored',
  'hit',
  'validated',
  'pinned',
  'unpinned',
  'lifetime-set',
  'made-stale',
];

export class History {
  readonly #id = new Uint32Array(TICKS);
  readonly #kind = new Uint8Array(TICKS);
  readonly #atMs = new Float64Array(TICKS);
  readonly #exchangeId = new Float64Array(TICKS);
  #next = 0;

  add(id: number, kind: EntryTick['kind'], atMs: number, exchangeId = 0): void {
    const at = this.#next;
    this.#id[at] = id;
    this.#kind[at] = KINDS.indexOf(kind);
    this.#atMs[at] = atMs;
    this.#exchangeId[at] = exchangeId;
    this.#next = (at + 1) % TICKS;
  }

  /** Newest last, bounded. */
  of(id: number): EntryTick[] {
    const out: EntryTick[] = [];
    for (let back = 1; back <= TICKS && out.length < TOLD; back++) {
      const at = (this.#next - back + TICKS) % TICKS;
      if (this.#id[at] !== id) continue;
      const exchangeId = this.#exchangeId[at]!;
      out.push({ atMs: this.#atMs[at]!, kind: KINDS[this.#kind[at]!]!, ...(exchangeId > 0 && { exchangeId }) });
    }
    return out.reverse();
  }
}
