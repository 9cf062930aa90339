/**
 * Facts about stored responses: 80 bytes in a slot for each, side by side, no object per entry. Slots lie in chunks, so that
 * the table grows without copying; a chunk once made stays. Also the indexes over the slots, chained through them: by key
 * (all variants of a URL), by id, and by neighbourhood (same host and path, any query, scheme or case); and the order of use.
 */
import type { EntryDetail } from '../../../contract/entry.ts';
import type { LifetimeSource } from '../../decide/freshness.ts';
import { ChainIndex, UseOrder } from './slot-chains.ts';
import { NONE, SlotChunks, WORD } from './slot-chunks.ts';

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

/** Bits of the word they share with the length of the head. */
export const FLAG = {
  pinned: 1,
  partial: 2,
  headOnly: 4,
  /** Must be validated before each use. */
  noCache: 8,
  /** Must not be used stale. */
  mustRevalidate: 16,
  hasTags: 32,
  /** The packed head tells windows of staleness, or the content bytes of a packed body. */
  rareFigures: 64,
  /** The body has a buffer of its own. */
  apart: 128,
} as const;
const SOURCE_SHIFT = 8;
const SOURCE_MASK = 0xf;
const HEAD_SHIFT = 12;
const FLAGS_MASK = (1 << HEAD_SHIFT) - 1;
/** Longest packed head, bytes; whoever reads heads from a wire takes far shorter ones only. */
export const MAX_HEAD_BYTES = (1 << (32 - HEAD_SHIFT)) - 1;
const STATUS_BITS = 10;
const STATUS_MASK = (1 << STATUS_BITS) - 1;

/** Times of use are kept as ms after a moment that moves on when they no longer fit. */
const USE_RANGE_MS = 2 ** 32;

export class SlotTable {
  readonly #slots = new SlotChunks();
  readonly #keys = new ChainIndex(this.#slots, WORD.keyNext, WORD.keyHash);
  readonly #ids = new ChainIndex(this.#slots, WORD.idNext, WORD.id);
  readonly #neighbours = new ChainIndex(this.#slots, WORD.nearNext, WORD.nearHash, WORD.nearPrevious);
  readonly order = new UseOrder(this.#slots);
  /** Slots that are free, linked through the word of the chain by id. */
  #free = NONE;
  #used = 0;
  #useBaseMs: number | undefined;

  /** Slots ever used; free ones among them have id 0. */
  get end(): number {
    return this.#used;
  }

  /** A slot for a new entry, used last of all. */
  take(id: number, keyHash: number, neighbourHash: number): number {
    const slots = this.#slots;
    let slot = this.#free;
    if (slot === NONE) slots.reach((slot = this.#used++));
    else this.#free = slots.get(slot, WORD.idNext);
    this.#ids.add(slot, id);
    this.#keys.add(slot, keyHash);
    this.#neighbours.add(slot, neighbourHash);
    this.order.add(slot);
    slots.set(slot, WORD.flags, 0);
    return slot;
  }

  release(slot: number): void {
    this.#keys.remove(slot);
    this.#neighbours.remove(slot);
    this.#ids.remove(slot);
    this.order.remove(slot);
    this.#slots.set(slot, WORD.id, 0);
    this.#slots.set(slot, WORD.idNext, this.#free);
    this.#free = slot;
  }

  /** The slot of an entry, or {@link NONE}. */
  slotOf(id: number): number {
    for (let slot = this.#ids.first(id); slot !== NONE; slot = this.#ids.next(slot))
      if (this.id(slot) === id) return slot;
    return NONE;
  }

  /** First slot of the chain for a key; some in the chain may belong to other keys. */
  firstByKey(hash: number): number {
    return this.#keys.first(hash);
  }

  /** The hash a slot was taken under. */
  keyHashOf(slot: number): number {
    return this.#slots.get(slot, WORD.keyHash);
  }

  nextByKey(slot: number): number {
    return this.#keys.next(slot);
  }

  firstNeighbour(hash: number): number {
    return this.#neighbours.first(hash);
  }

  /** The hash a slot's neighbourhood was taken under. */
  neighbourHashOf(slot: number): number {
    return this.#slots.get(slot, WORD.nearHash);
  }

  nextNeighbour(slot: number): number {
    return this.#neighbours.next(slot);
  }

  id(slot: number): number {
    return this.#slots.get(slot, WORD.id) >>> 0;
  }

  segment(slot: number): number {
    return this.#slots.get(slot, WORD.place) >>> STATUS_BITS;
  }

  /** Where the block of head and body begins in its segment. */
  offset(slot: number): number {
    return this.#slots.get(slot, WORD.offset) >>> 0;
  }

  /** `segment` below 2²². */
  setPlace(slot: number, segment: number, offset: number): void {
    this.#slots.set(slot, WORD.place, (segment << STATUS_BITS) | this.status(slot));
    this.#slots.set(slot, WORD.offset, offset);
  }

  status(slot: number): number {
    return this.#slots.get(slot, WORD.place) & STATUS_MASK;
  }

  setStatus(slot: number, status: number): void {
    this.#slots.set(slot, WORD.place, (this.segment(slot) << STATUS_BITS) | status);
  }

  headBytes(slot: number): number {
    return this.#slots.get(slot, WORD.flags) >>> HEAD_SHIFT;
  }

  /** At most {@link MAX_HEAD_BYTES}. */
  setHeadBytes(slot: number, bytes: number): void {
    this.#slots.set(slot, WORD.flags, (bytes << HEAD_SHIFT) | (this.#slots.get(slot, WORD.flags) & FLAGS_MASK));
  }

  /** Bytes of the body as it lies; fewer than received when it is packed. */
  storedBytes(slot: number): number {
    return this.#slots.get(slot, WORD.storedBytes) >>> 0;
  }

  setStoredBytes(slot: number, bytes: number): void {
    this.#slots.set(slot, WORD.storedBytes, bytes);
  }

  hits(slot: number): number {
    return this.#slots.get(slot, WORD.hits) >>> 0;
  }

  setHits(slot: number, hits: number): void {
    this.#slots.set(slot, WORD.hits, hits);
  }

  /** Seconds; negative when it had expired before it was made. */
  lifetime(slot: number): number {
    return this.#slots.get(slot, WORD.lifetime);
  }

  setLifetime(slot: number, seconds: number, source: LifetimeSource): void {
    this.#slots.set(slot, WORD.lifetime, seconds);
    const others = this.#slots.get(slot, WORD.flags) & ~(SOURCE_MASK << SOURCE_SHIFT);
    this.#slots.set(slot, WORD.flags, others | (SOURCES.indexOf(source) << SOURCE_SHIFT));
  }

  source(slot: number): LifetimeSource {
    return SOURCES[(this.#slots.get(slot, WORD.flags) >>> SOURCE_SHIFT) & SOURCE_MASK]!;
  }

  has(slot: number, flag: number): boolean {
    return (this.#slots.get(slot, WORD.flags) & flag) !== 0;
  }

  setFlag(slot: number, flag: number, on: boolean): void {
    const flags = this.#slots.get(slot, WORD.flags);
    this.#slots.set(slot, WORD.flags, on ? flags | flag : flags & ~flag);
  }

  bornAtMs(slot: number): number {
    return this.#slots.getBorn(slot);
  }

  storedAtMs(slot: number): number {
    return this.#slots.getStored(slot);
  }

  setTimes(slot: number, bornAtMs: number, storedAtMs: number): void {
    this.#slots.setTimes(slot, bornAtMs, storedAtMs);
  }

  staleAtMs(slot: number): number {
    return this.bornAtMs(slot) + this.lifetime(slot) * 1000;
  }

  /** To the ms. */
  lastUsedAtMs(slot: number): number {
    return (this.#useBaseMs ?? 0) + (this.#slots.get(slot, WORD.lastUsed) >>> 0);
  }

  setLastUsed(slot: number, atMs: number): void {
    const base = (this.#useBaseMs ??= Math.floor(atMs));
    const after = Math.max(0, Math.floor(atMs) - base);
    this.#slots.set(slot, WORD.lastUsed, after < USE_RANGE_MS ? after : this.#moveUseBase(atMs));
  }

  /** Half the range back from now; what was used before counts as used then. Once in 25 days. */
  #moveUseBase(nowMs: number): number {
    const base = Math.floor(nowMs) - USE_RANGE_MS / 2;
    const by = base - this.#useBaseMs!;
    for (let slot = 0; slot < this.#used; slot++)
      this.#slots.set(slot, WORD.lastUsed, Math.max(0, (this.#slots.get(slot, WORD.lastUsed) >>> 0) - by));
    this.#useBaseMs = base;
    return USE_RANGE_MS / 2;
  }
}
