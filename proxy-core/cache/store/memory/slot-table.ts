/**
 * Facts about stored responses as columns of typed arrays: one slot per entry, about 68 bytes, no object per entry.
 * Also two hash indexes over the slots, chained through columns: by key (all variants of a URL) and by neighbourhood
 * (same host and path, any query, scheme or case).
 */
import type { EntryDetail } from '../../../contract/entry.ts';
import type { LifetimeSource } from '../../decide/freshness.ts';

/** Order is the stored number; append only. */
const SOURCES: readonly EntryDetail['lifetimeSource'][] = [
  'none',
  's-maxage',
  'max-age',
  'expires',
  'heuristic',
  'default',
  'fixed-ttl',
  'user',
  'cdn-cache-control',
];

export const FLAG = {
  pinned: 1,
  partial: 2,
  headOnly: 4,
  /** Must be validated before each use. */
  noCache: 8,
  /** Must not be used stale. */
  mustRevalidate: 16,
  hasTags: 32,
} as const;
const SOURCE_SHIFT = 8;

/** No stale-while-revalidate or stale-if-error given. */
export const NO_WINDOW = 0xffff_ffff;
/** End of a chain. */
export const NONE = -1;

const FIRST_SLOTS = 256;

export class SlotTable {
  id = new Uint32Array(FIRST_SLOTS);
  segment = new Uint32Array(FIRST_SLOTS);
  offset = new Uint32Array(FIRST_SLOTS);
  headBytes = new Uint32Array(FIRST_SLOTS);
  /** Content bytes as received. */
  bodyBytes = new Uint32Array(FIRST_SLOTS);
  /** Bytes of the body as it lies; fewer than `bodyBytes` when it is packed. */
  storedBytes = new Uint32Array(FIRST_SLOTS);
  bornAtMs = new Float64Array(FIRST_SLOTS);
  storedAtMs = new Float64Array(FIRST_SLOTS);
  lastUsedAtMs = new Float64Array(FIRST_SLOTS);
  /** Seconds; negative when it had expired before it was made. */
  lifetime = new Int32Array(FIRST_SLOTS);
  swr = new Uint32Array(FIRST_SLOTS);
  sie = new Uint32Array(FIRST_SLOTS);
  hits = new Uint32Array(FIRST_SLOTS);
  status = new Uint16Array(FIRST_SLOTS);
  flags = new Uint16Array(FIRST_SLOTS);
  readonly #keys = new ChainIndex();
  readonly #neighbours = new ChainIndex();
  #free: number[] = [];
  #used = 0;

  /** Slots ever used; free ones among them have id 0. */
  get end(): number {
    return this.#used;
  }

  take(keyHash: number, neighbourHash: number): number {
    const slot = this.#free.pop() ?? this.#used++;
    if (slot >= this.id.length) this.#grow();
    this.#keys.add(slot, keyHash);
    this.#neighbours.add(slot, neighbourHash);
    return slot;
  }

  release(slot: number): void {
    this.#keys.remove(slot);
    this.#neighbours.remove(slot);
    this.id[slot] = 0;
    this.#free.push(slot);
  }

  /** First slot of the chain for a key; some in the chain may belong to other keys. */
  firstByKey(hash: number): number {
    return this.#keys.first(hash);
  }

  /** The hash a slot was taken under. */
  keyHashOf(slot: number): number {
    return this.#keys.hashOf(slot);
  }

  nextByKey(slot: number): number {
    return this.#keys.next(slot);
  }

  firstNeighbour(hash: number): number {
    return this.#neighbours.first(hash);
  }

  nextNeighbour(slot: number): number {
    return this.#neighbours.next(slot);
  }

  has(slot: number, flag: number): boolean {
    return (this.flags[slot]! & flag) !== 0;
  }

  setFlag(slot: number, flag: number, on: boolean): void {
    this.flags[slot] = on ? this.flags[slot]! | flag : this.flags[slot]! & ~flag;
  }

  source(slot: number): LifetimeSource {
    return SOURCES[this.flags[slot]! >>> SOURCE_SHIFT]!;
  }

  setSource(slot: number, source: LifetimeSource): void {
    this.flags[slot] = (this.flags[slot]! & ((1 << SOURCE_SHIFT) - 1)) | (SOURCES.indexOf(source) << SOURCE_SHIFT);
  }

  staleAtMs(slot: number): number {
    return this.bornAtMs[slot]! + this.lifetime[slot]! * 1000;
  }

  #grow(): void {
    const size = this.id.length * 2;
    const u32 = (from: Uint32Array<ArrayBuffer>) => grown(new Uint32Array(size), from);
    const f64 = (from: Float64Array<ArrayBuffer>) => grown(new Float64Array(size), from);
    this.id = u32(this.id);
    this.segment = u32(this.segment);
    this.offset = u32(this.offset);
    this.headBytes = u32(this.headBytes);
    this.bodyBytes = u32(this.bodyBytes);
    this.storedBytes = u32(this.storedBytes);
    this.bornAtMs = f64(this.bornAtMs);
    this.storedAtMs = f64(this.storedAtMs);
    this.lastUsedAtMs = f64(this.lastUsedAtMs);
    this.lifetime = grown(new Int32Array(size), this.lifetime);
    this.swr = u32(this.swr);
    this.sie = u32(this.sie);
    this.hits = u32(this.hits);
    this.status = grown(new Uint16Array(size), this.status);
    this.flags = grown(new Uint16Array(size), this.flags);
  }
}

function grown<T extends { set(from: T): void }>(to: T, from: T): T {
  to.set(from);
  return to;
}

/** Hash chains over slot numbers, doubly linked so that leaving a long chain costs nothing. */
class ChainIndex {
  #heads = new Int32Array(FIRST_SLOTS).fill(NONE);
  #next = new Int32Array(FIRST_SLOTS);
  /** The slot before, or `~bucket` for the first of a chain. */
  #previous = new Int32Array(FIRST_SLOTS);
  #hash = new Int32Array(FIRST_SLOTS);
  #count = 0;

  first(hash: number): number {
    return this.#heads[hash & (this.#heads.length - 1)]!;
  }

  next(slot: number): number {
    return this.#next[slot]!;
  }

  hashOf(slot: number): number {
    return this.#hash[slot]!;
  }

  add(slot: number, hash: number): void {
    if (slot >= this.#next.length) {
      const size = Math.max(this.#next.length * 2, slot + 1);
      this.#next = grown(new Int32Array(size), this.#next);
      this.#previous = grown(new Int32Array(size), this.#previous);
      this.#hash = grown(new Int32Array(size), this.#hash);
    }
    this.#hash[slot] = hash;
    this.#link(slot);
    this.#count++;
    if (this.#count > this.#heads.length) this.#rehash();
  }

  remove(slot: number): void {
    const next = this.#next[slot]!;
    const previous = this.#previous[slot]!;
    if (previous < 0) this.#heads[~previous] = next;
    else this.#next[previous] = next;
    if (next !== NONE) this.#previous[next] = previous;
    this.#count--;
  }

  #link(slot: number): void {
    const bucket = this.#hash[slot]! & (this.#heads.length - 1);
    const head = this.#heads[bucket]!;
    this.#next[slot] = head;
    this.#previous[slot] = ~bucket;
    if (head !== NONE) this.#previous[head] = slot;
    this.#heads[bucket] = slot;
  }

  #rehash(): void {
    const slots: number[] = [];
    // Oldest first, so that within a chain the newest stays in front.
    for (const head of this.#heads) {
      const chain: number[] = [];
      for (let slot = head; slot !== NONE; slot = this.#next[slot]!) chain.push(slot);
      slots.push(...chain.reverse());
    }
    this.#heads = new Int32Array(this.#heads.length * 2).fill(NONE);
    for (const slot of slots) this.#link(slot);
  }
}
