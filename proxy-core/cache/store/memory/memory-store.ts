/**
 * The store: slots, segments, order of use and budgets. Knows nothing of HTTP beyond the shape of a stored response.
 *
 * Invariants: `bytes` is the sum of `sizeOf` over all entries and never exceeds the byte budget, nor `size` the
 * capacity; `savedBytes` is the sum of `savedOf`; pinned entries leave only by the user or the protocol; every removal is counted under one reason.
 */
import type { RemovalReason } from '../../../contract/reasons.ts';
import { MAX_LIFETIME_SECONDS } from '../../decide/freshness.ts';
import {
  neighbourhood,
  type Budget,
  type EntryStore,
  type EntryView,
  type NearEntry,
  type NewEntry,
  type TakenEntry,
} from '../entry-store.ts';
import { Generations } from '../generations.ts';
import { History } from '../history.ts';
import { cacheKey, keyHash, textHash, urlHash } from '../../key.ts';
import { RemovedRing } from '../removed-ring.ts';
import { ENTRY_OVERHEAD_BYTES, SlotBytes } from './slot-bytes.ts';
import { NONE } from './slot-chunks.ts';
import { FLAG, MAX_HEAD_BYTES, SlotTable } from './slot-table.ts';
import { SlotView } from './slot-view.ts';
import type { StoredEntry } from '../stored-entry.ts';
import type { StoredFacts } from '../../decide/candidate.ts';
import { packHead, type StoredHead } from './stored-head.ts';

export class MemoryStore implements EntryStore {
  readonly table = new SlotTable();
  readonly slots = new SlotBytes(this.table);
  readonly history = new History();
  readonly removed = new RemovedRing();
  /** What requests and people made invalid, for fetches under way; and by requests alone, for evictions taken back. */
  readonly generations = new Generations();
  readonly invalidations = new Generations();
  readonly removals: Record<RemovalReason, number> = { capacity: 0, expired: 0, invalidated: 0, replaced: 0, user: 0 };
  readonly #budget: () => Budget;
  #bytes = 0;
  #saved = 0;
  #nextId = 1;
  #version = 0;
  #stored = 0;
  #pinned = 0;

  constructor(budget: () => Budget) {
    this.#budget = budget;
  }

  get size(): number {
    return this.table.order.size;
  }

  /** Bytes charged, all entries. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes that packing saves now, all entries. */
  get savedBytes(): number {
    return this.#saved;
  }

  /** Bytes of bodies kept expanded for a while; not charged, bounded by itself. */
  get expandedBytes(): number {
    return this.slots.expandedBytes;
  }

  /** Bytes of decoded entries at hand, about; not charged, bounded by itself. */
  get hotBytes(): number {
    return this.slots.hotBytes;
  }

  /** Bytes of buffers held, with what is dead in them. */
  get heldBytes(): number {
    return this.slots.heldBytes;
  }

  /** Rises with every change of the set of entries. */
  get version(): number {
    return this.#version;
  }

  /** Responses stored since start. */
  get storedTotal(): number {
    return this.#stored;
  }

  get pinnedCount(): number {
    return this.#pinned;
  }

  get budget(): Budget {
    return this.#budget();
  }

  /** All stored responses of a URL (variants, parts, HEAD-only ones), newest first. */
  lookup(url: string): StoredEntry[] {
    const { table } = this;
    const hash = urlHash(url);
    const out: StoredEntry[] = [];
    for (let slot = table.firstByKey(hash), next = NONE; slot !== NONE; slot = next) {
      next = table.nextByKey(slot);
      if (table.keyHashOf(slot) !== hash) continue;
      const entry = this.#decode(slot);
      if (entry.url === url) out.push(entry);
    }
    return out;
  }

  /** All stored responses under a hex key. */
  lookupKey(key: string): StoredEntry[] {
    const { table } = this;
    const hash = keyHash(key);
    for (let slot = table.firstByKey(hash); slot !== NONE; slot = table.nextByKey(slot)) {
      if (table.keyHashOf(slot) !== hash) continue;
      const url = this.slots.urlOf(slot);
      if (cacheKey('GET', url) === key) return this.lookup(url);
    }
    return [];
  }

  get(id: number): StoredEntry | undefined {
    const slot = this.table.slotOf(id);
    return slot === NONE ? undefined : this.#decode(slot);
  }

  has(id: number): boolean {
    return this.table.slotOf(id) !== NONE;
  }

  view(id: number): EntryView | undefined {
    const slot = this.table.slotOf(id);
    return slot === NONE ? undefined : new SlotView(this.table, this.slots, slot);
  }

  *entries(): Iterable<EntryView> {
    const { table } = this;
    const view = new SlotView(this.table, this.slots, 0);
    for (let slot = 0; slot < table.end; slot++) {
      if (table.id(slot) === 0) continue;
      view.slot = slot;
      yield view;
    }
  }

  *neighbours(url: string, limit: number): Iterable<NearEntry> {
    const { table } = this;
    const wanted = neighbourhood(url);
    const hash = textHash(wanted);
    let left = limit;
    for (let slot = table.firstNeighbour(hash); slot !== NONE && left > 0; slot = table.nextNeighbour(slot)) {
      if (table.neighbourHashOf(slot) !== hash) continue;
      left--;
      const near = this.slots.urlOf(slot);
      if (neighbourhood(near) === wanted) yield { id: table.id(slot), url: near };
    }
  }

  /** Keeps a response; undefined when it cannot fit, whatever is evicted. */
  put(entry: NewEntry, nowMs: number, comeback?: TakenEntry): StoredEntry | undefined {
    const storedBytes = entry.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const contentBytes = entry.contentBytes === storedBytes ? undefined : entry.contentBytes;
    const { url, statusText, facts } = entry;
    const head = packHead(headOf(url, statusText, facts, contentBytes));
    if (head.length > MAX_HEAD_BYTES) return undefined;
    if (!this.#makeRoom(1, head.length + storedBytes + ENTRY_OVERHEAD_BYTES, nowMs)) return undefined;
    const { table } = this;
    const id = comeback?.id ?? this.#nextId++;
    const slot = table.take(id, urlHash(url), textHash(neighbourhood(url)));
    table.setHits(slot, comeback?.hits ?? 0);
    table.setLastUsed(slot, comeback?.lastUsedAtMs ?? nowMs);
    table.setStoredBytes(slot, storedBytes);
    table.setFlag(slot, FLAG.hasTags, entry.hasTags);
    this.#writeFacts(slot, facts, contentBytes);
    this.slots.write(slot, head, entry.chunks);
    this.#bytes += this.slots.sizeOf(slot);
    this.#saved += contentBytes === undefined ? 0 : contentBytes - storedBytes;
    if (comeback === undefined) {
      this.#stored++;
      this.history.add(id, 'stored', nowMs);
    } else if (comeback.pinned) this.setPinned(id, true);
    this.removed.forget(url);
    this.#version++;
    this.slots.tidy();
    // Not among the hot ones yet: most of what is stored is not asked for again at once.
    return this.slots.snapshot(slot, url, statusText, facts, contentBytes);
  }

  /** The same body under a new head (freshened by a 304 or a HEAD); undefined when the entry is gone or no longer fits. */
  updateHead(id: number, facts: StoredFacts, statusText: string, nowMs: number): StoredEntry | undefined {
    const slot = this.table.slotOf(id);
    if (slot === NONE) return undefined;
    const before = this.#decode(slot);
    const { contentBytes } = this.slots.figuresOf(slot);
    const head = packHead(headOf(before.url, statusText, facts, contentBytes));
    if (head.length > MAX_HEAD_BYTES) return undefined;
    const more = head.length - this.table.headBytes(slot);
    this.table.order.touch(slot);
    if (more > 0) {
      // It must not make room by evicting itself.
      const pinned = this.table.has(slot, FLAG.pinned);
      this.table.setFlag(slot, FLAG.pinned, true);
      const fits = this.#makeRoom(0, more, nowMs);
      this.table.setFlag(slot, FLAG.pinned, pinned);
      if (!fits) return undefined;
    }
    this.#bytes -= this.slots.sizeOf(slot);
    this.slots.rewriteHead(slot, head, before);
    this.#writeFacts(slot, facts, contentBytes);
    this.#bytes += this.slots.sizeOf(slot);
    this.#version++;
    this.slots.tidy();
    return this.#decode(slot);
  }

  /** Overrules the lifetime. */
  setLifetime(id: number, lifetimeSeconds: number): StoredEntry | undefined {
    const slot = this.table.slotOf(id);
    if (slot === NONE) return undefined;
    const seconds = Math.max(-MAX_LIFETIME_SECONDS, Math.min(lifetimeSeconds, MAX_LIFETIME_SECONDS));
    this.table.setLifetime(slot, seconds, 'user');
    this.slots.hot.delete(slot);
    this.#version++;
    return this.#decode(slot);
  }

  setPinned(id: number, pinned: boolean): boolean {
    const slot = this.table.slotOf(id);
    if (slot === NONE) return false;
    if (this.table.has(slot, FLAG.pinned) !== pinned) {
      this.table.setFlag(slot, FLAG.pinned, pinned);
      this.#pinned += pinned ? 1 : -1;
      this.#version++;
    }
    return true;
  }

  /** Counts a use. */
  use(id: number, nowMs: number, exchangeId: number): void {
    const slot = this.table.slotOf(id);
    if (slot === NONE) return;
    this.table.order.touch(slot);
    this.table.setHits(slot, this.table.hits(slot) + 1);
    this.table.setLastUsed(slot, nowMs);
    this.history.add(id, 'hit', nowMs, exchangeId);
  }

  remove(id: number, why: RemovalReason, nowMs: number, by?: string): boolean {
    const slot = this.table.slotOf(id);
    if (slot === NONE) return false;
    this.#removeSlot(slot, why, nowMs, by);
    return true;
  }

  /** The entry as it could be put back; its bytes stay readable when it is removed. */
  take(id: number): TakenEntry | undefined {
    const slot = this.table.slotOf(id);
    if (slot === NONE) return undefined;
    const { table } = this;
    const entry = this.#decode(slot);
    return {
      id,
      url: entry.url,
      statusText: entry.statusText,
      facts: entry,
      chunks: [entry.kept],
      contentBytes: entry.bodyBytes,
      hasTags: table.has(slot, FLAG.hasTags),
      hits: table.hits(slot),
      lastUsedAtMs: table.lastUsedAtMs(slot),
      pinned: table.has(slot, FLAG.pinned),
      sizeBytes: this.slots.sizeOf(slot),
    };
  }

  /** Evicts until the budget, which may have shrunk, is kept. */
  applyBudget(nowMs: number): void {
    this.#makeRoom(0, 0, nowMs);
    this.slots.tidy();
  }

  /** True when there is room for so much more, after evicting what may go. */
  #makeRoom(entries: number, bytes: number, nowMs: number): boolean {
    const { capacity, maxBytes } = this.#budget();
    if (entries > capacity || bytes > maxBytes) return false;
    while (this.size + entries > capacity || this.#bytes + bytes > maxBytes) {
      const victim = this.table.order.oldest((slot) => !this.table.has(slot, FLAG.pinned));
      if (victim === NONE) return false;
      this.#removeSlot(victim, this.#isSpent(victim, nowMs) ? 'expired' : 'capacity', nowMs, undefined);
    }
    return true;
  }

  /** Stale, and past every window in which it might still have been used. */
  #isSpent(slot: number, nowMs: number): boolean {
    const view = new SlotView(this.table, this.slots, slot);
    return nowMs > view.staleAtMs + view.staleWindowSeconds * 1000;
  }

  #removeSlot(slot: number, why: RemovalReason, nowMs: number, by: string | undefined): void {
    const { table } = this;
    this.#bytes -= this.slots.sizeOf(slot);
    this.#saved -= this.slots.savedOf(slot);
    if (table.has(slot, FLAG.pinned)) this.#pinned--;
    // A replaced response is still here, as its successor.
    if (why !== 'replaced') this.removed.add(this.slots.urlOf(slot), nowMs, why, by);
    this.slots.free(slot);
    table.release(slot);
    this.removals[why]++;
    this.#version++;
  }

  #decode(slot: number): StoredEntry {
    return this.slots.hot.get(slot) ?? this.slots.decode(slot);
  }

  #writeFacts(slot: number, facts: StoredFacts, contentBytes: number | undefined): void {
    const { table } = this;
    table.setStatus(slot, facts.status);
    table.setTimes(slot, facts.bornAtMs, facts.storedAtMs);
    table.setLifetime(slot, facts.lifetimeSeconds, facts.lifetimeSource);
    table.setFlag(slot, FLAG.noCache, facts.noCache);
    table.setFlag(slot, FLAG.mustRevalidate, facts.mustRevalidate);
    table.setFlag(slot, FLAG.headOnly, facts.headOnly);
    table.setFlag(slot, FLAG.partial, facts.partial);
    const { swrSeconds, sieSeconds } = facts;
    const rare = swrSeconds !== undefined || sieSeconds !== undefined || contentBytes !== undefined;
    table.setFlag(slot, FLAG.rareFigures, rare);
  }
}

const headOf = (
  url: string,
  statusText: string,
  { varyBy, fields, swrSeconds, sieSeconds }: StoredFacts,
  contentBytes: number | undefined,
): StoredHead => ({ url, statusText, varyBy, fields, swrSeconds, sieSeconds, contentBytes });
