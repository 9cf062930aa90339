/** The words of all slots, in chunks: what the table and its chains read and write. */

/** No slot: the end of a chain. */
export const NONE = -1;

/** Places of the 32-bit words of a slot. */
export const WORD = {
  id: 0,
  idNext: 1,
  keyHash: 2,
  keyNext: 3,
  /** Segment and status. */
  place: 4,
  offset: 5,
  /** Flags, source of the lifetime, bytes of the head. */
  flags: 6,
  storedBytes: 7,
  lifetime: 8,
  hits: 9,
  lastUsed: 10,
  older: 11,
  newer: 12,
  nearHash: 13,
  nearNext: 14,
  nearPrevious: 15,
} as const;

const WORDS_SHIFT = 4;
/** Slots of a chunk. */
const CHUNK_SHIFT = 10;
const CHUNK_SLOTS = 1 << CHUNK_SHIFT;
const MASK = CHUNK_SLOTS - 1;
/** Sixteen words and two times. */
const SLOT_BYTES = (4 << WORDS_SHIFT) + 16;

export class SlotChunks {
  readonly #words: Int32Array[] = [];
  readonly #times: Float64Array[] = [];

  /** Makes room for a slot. */
  reach(slot: number): void {
    if (slot >> CHUNK_SHIFT < this.#words.length) return;
    const buffer = new ArrayBuffer(CHUNK_SLOTS * SLOT_BYTES);
    this.#words.push(new Int32Array(buffer, 0, CHUNK_SLOTS << WORDS_SHIFT));
    this.#times.push(new Float64Array(buffer, (4 * CHUNK_SLOTS) << WORDS_SHIFT));
  }

  get(slot: number, word: number): number {
    return this.#words[slot >> CHUNK_SHIFT]![((slot & MASK) << WORDS_SHIFT) + word]!;
  }

  set(slot: number, word: number, value: number): void {
    this.#words[slot >> CHUNK_SHIFT]![((slot & MASK) << WORDS_SHIFT) + word] = value;
  }

  getBorn(slot: number): number {
    return this.#times[slot >> CHUNK_SHIFT]![(slot & MASK) << 1]!;
  }

  getStored(slot: number): number {
    return this.#times[slot >> CHUNK_SHIFT]![((slot & MASK) << 1) + 1]!;
  }

  setTimes(slot: number, bornAtMs: number, storedAtMs: number): void {
    const times = this.#times[slot >> CHUNK_SHIFT]!;
    const at = (slot & MASK) << 1;
    times[at] = bornAtMs;
    times[at + 1] = storedAtMs;
  }
}
