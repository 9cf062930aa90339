/** The store as plainly as it can be written: maps of objects, nothing packed. What other stores are held against. */
import type { RemovalReason } from '../../contract/reasons.ts';
import { MAX_LIFETIME_SECONDS } from '../decide/freshness.ts';
import { cacheKey } from '../key.ts';
import { ExpandedBodies } from '../store/at-rest.ts';
import {
  neighbourhood,
  type Budget,
  type EntryStore,
  type EntryView,
  type NearEntry,
  type NewEntry,
  type TakenEntry,
} from '../store/entry-store.ts';
import { Generations } from '../store/generations.ts';
import { History } from '../store/history.ts';
import { RemovedRing } from '../store/removed-ring.ts';
import { StoredEntry } from '../store/stored-entry.ts';
import type { StoredFacts } from '../decide/candidate.ts';

/** Bytes charged for an entry with this head and so many bytes of body. */
export type Charge = (url: string, statusText: string, facts: StoredFacts, storedBytes: number) => number;

const chargeText: Charge = (url, statusText, { fields }, storedBytes) =>
  url.length + statusText.length + fields.join('').length + storedBytes;

interface Kept {
  id: number;
  url: string;
  statusText: string;
  facts: StoredFacts;
  body: Buffer;
  bodyBytes: number;
  hits: number;
  lastUsedAtMs: number;
  pinned: boolean;
  hasTags: boolean;
}

export class MapStore implements EntryStore {
  readonly history = new History();
  readonly removed = new RemovedRing();
  readonly generations = new Generations();
  readonly invalidations = new Generations();
  readonly removals: Record<RemovalReason, number> = { capacity: 0, expired: 0, invalidated: 0, replaced: 0, user: 0 };
  version = 0;
  storedTotal = 0;
  readonly #budget: () => Budget;
  readonly #charge: Charge;
  /** By id, used longest ago first. */
  readonly #kept = new Map<number, Kept>();
  /** By URL, newest first. */
  readonly #byUrl = new Map<string, Kept[]>();
  readonly #expanded = new ExpandedBodies();
  #nextId = 1;

  constructor(budget: () => Budget, charge: Charge = chargeText) {
    this.#budget = budget;
    this.#charge = charge;
  }

  get budget(): Budget {
    return this.#budget();
  }

  get size(): number {
    return this.#kept.size;
  }

  get bytes(): number {
    return this.#sum((kept) => this.#sizeOf(kept));
  }

  get savedBytes(): number {
    return this.#sum((kept) => kept.bodyBytes - kept.body.length);
  }

  get pinnedCount(): number {
    return this.#sum((kept) => (kept.pinned ? 1 : 0));
  }

  lookup(url: string): StoredEntry[] {
    return (this.#byUrl.get(url) ?? []).map((kept) => this.#snapshot(kept));
  }

  lookupKey(key: string): StoredEntry[] {
    for (const url of this.#byUrl.keys()) if (cacheKey('GET', url) === key) return this.lookup(url);
    return [];
  }

  get(id: number): StoredEntry | undefined {
    const kept = this.#kept.get(id);
    return kept === undefined ? undefined : this.#snapshot(kept);
  }

  has(id: number): boolean {
    return this.#kept.has(id);
  }

  view(id: number): EntryView | undefined {
    const kept = this.#kept.get(id);
    return kept === undefined ? undefined : this.#view(kept);
  }

  entries(): Iterable<EntryView> {
    return [...this.#kept.values()].map((kept) => this.#view(kept));
  }

  neighbours(url: string, limit: number): Iterable<NearEntry> {
    return [...this.#kept.values()]
      .filter((kept) => neighbourhood(kept.url) === neighbourhood(url))
      .sort((a, b) => b.id - a.id)
      .slice(0, limit)
      .map((kept) => ({ id: kept.id, url: kept.url }));
  }

  put(entry: NewEntry, nowMs: number, comeback?: TakenEntry): StoredEntry | undefined {
    const body = Buffer.concat(entry.chunks);
    const needed = this.#charge(entry.url, entry.statusText, entry.facts, body.length);
    if (!this.#makeRoom(1, needed, nowMs, undefined)) return undefined;
    const kept: Kept = {
      id: comeback?.id ?? this.#nextId++,
      url: entry.url,
      statusText: entry.statusText,
      facts: factsOf(entry.facts),
      body,
      bodyBytes: entry.contentBytes ?? body.length,
      hits: comeback?.hits ?? 0,
      lastUsedAtMs: comeback?.lastUsedAtMs ?? nowMs,
      pinned: comeback?.pinned ?? false,
      hasTags: entry.hasTags,
    };
    this.#kept.set(kept.id, kept);
    this.#byUrl.set(kept.url, [kept, ...(this.#byUrl.get(kept.url) ?? [])]);
    if (comeback === undefined) {
      this.storedTotal++;
      this.history.add(kept.id, 'stored', nowMs);
    }
    this.removed.forget(kept.url);
    this.version++;
    return this.#snapshot(kept);
  }

  updateHead(id: number, facts: StoredFacts, statusText: string, nowMs: number): StoredEntry | undefined {
    const kept = this.#kept.get(id);
    if (kept === undefined) return undefined;
    this.#touch(kept);
    const more = this.#charge(kept.url, statusText, facts, kept.body.length) - this.#sizeOf(kept);
    if (more > 0 && !this.#makeRoom(0, more, nowMs, kept)) return undefined;
    kept.facts = factsOf(facts);
    kept.statusText = statusText;
    this.version++;
    return this.#snapshot(kept);
  }

  setLifetime(id: number, lifetimeSeconds: number): StoredEntry | undefined {
    const kept = this.#kept.get(id);
    if (kept === undefined) return undefined;
    const clamped = Math.max(-MAX_LIFETIME_SECONDS, Math.min(lifetimeSeconds, MAX_LIFETIME_SECONDS));
    kept.facts = { ...kept.facts, lifetimeSeconds: clamped, lifetimeSource: 'user' };
    this.version++;
    return this.#snapshot(kept);
  }

  setPinned(id: number, pinned: boolean): boolean {
    const kept = this.#kept.get(id);
    if (kept === undefined) return false;
    if (kept.pinned !== pinned) this.version++;
    kept.pinned = pinned;
    return true;
  }

  use(id: number, nowMs: number, exchangeId: number): void {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    this.#touch(kept);
    kept.hits++;
    kept.lastUsedAtMs = nowMs;
    this.history.add(id, 'hit', nowMs, exchangeId);
  }

  remove(id: number, why: RemovalReason, nowMs: number, by?: string): boolean {
    const kept = this.#kept.get(id);
    if (kept === undefined) return false;
    this.#kept.delete(id);
    const others = (this.#byUrl.get(kept.url) ?? []).filter((other) => other !== kept);
    if (others.length > 0) this.#byUrl.set(kept.url, others);
    else this.#byUrl.delete(kept.url);
    if (why !== 'replaced') this.removed.add(kept.url, nowMs, why, by);
    this.#expanded.forget(id);
    this.removals[why]++;
    this.version++;
    return true;
  }

  take(id: number): TakenEntry | undefined {
    const kept = this.#kept.get(id);
    if (kept === undefined) return undefined;
    const { url, statusText, facts, body, bodyBytes, hits, lastUsedAtMs, pinned, hasTags } = kept;
    const sizeBytes = this.#sizeOf(kept);
    return {
      ...{ id, url, statusText, facts, chunks: [body], contentBytes: bodyBytes },
      ...{ hits, lastUsedAtMs, pinned, hasTags, sizeBytes },
    };
  }

  applyBudget(nowMs: number): void {
    this.#makeRoom(0, 0, nowMs, undefined);
  }

  #makeRoom(entries: number, bytes: number, nowMs: number, spared: Kept | undefined): boolean {
    const { capacity, maxBytes } = this.#budget();
    if (entries > capacity || bytes > maxBytes) return false;
    while (this.size + entries > capacity || this.bytes + bytes > maxBytes) {
      const victim = this.#oldest(spared);
      if (victim === undefined) return false;
      const { staleAtMs, staleWindowSeconds } = this.#view(victim);
      this.remove(victim.id, nowMs > staleAtMs + staleWindowSeconds * 1000 ? 'expired' : 'capacity', nowMs);
    }
    return true;
  }

  #oldest(spared: Kept | undefined): Kept | undefined {
    for (const kept of [...this.#kept.values()]) {
      if (!kept.pinned && kept !== spared) return kept;
      this.#touch(kept);
    }
    return undefined;
  }

  #touch(kept: Kept): void {
    this.#kept.delete(kept.id);
    this.#kept.set(kept.id, kept);
  }

  #sizeOf({ url, statusText, facts, body }: Kept): number {
    return this.#charge(url, statusText, facts, body.length);
  }

  #sum(value: (kept: Kept) => number): number {
    let sum = 0;
    for (const kept of this.#kept.values()) sum += value(kept);
    return sum;
  }

  #view(kept: Kept): EntryView {
    const { id, url, facts, body, hits, lastUsedAtMs, pinned, hasTags } = kept;
    const { status, bornAtMs, storedAtMs, lifetimeSource, noCache, mustRevalidate } = facts;
    return {
      ...{ id, url, status, bornAtMs, storedAtMs, lastUsedAtMs, lifetimeSource, noCache, mustRevalidate, hits },
      ...{ pinned, hasTags, sizeBytes: this.#sizeOf(kept), storedBytes: body.length },
      savedBytes: kept.bodyBytes - body.length,
      staleAtMs: bornAtMs + facts.lifetimeSeconds * 1000,
      staleWindowSeconds: Math.max(facts.swrSeconds ?? 0, facts.sieSeconds ?? 0),
    };
  }

  #snapshot({ id, url, statusText, facts, body, bodyBytes }: Kept): StoredEntry {
    const packed = body.length < bodyBytes ? { bytes: body.length, expanded: this.#expanded } : undefined;
    return new StoredEntry(id, url, statusText, facts, body, 0, bodyBytes, packed);
  }
}

/** The facts alone, when what is given is more than that. */
export function factsOf(facts: StoredFacts): StoredFacts {
  const { status, fields, varyBy, bornAtMs, storedAtMs, lifetimeSeconds, lifetimeSource } = facts;
  const { swrSeconds, sieSeconds, noCache, mustRevalidate, headOnly, partial } = facts;
  return {
    ...{ status, fields, varyBy, bornAtMs, storedAtMs, lifetimeSeconds, lifetimeSource },
    ...{ swrSeconds, sieSeconds, noCache, mustRevalidate, headOnly, partial },
  };
}
