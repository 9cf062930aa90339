/**
 * A window onto the core's list of entries: pages are fetched as they are scrolled to, kept while shown, and fetched
 * anew when the cache changed. Bounded: pages far from what is shown are let go.
 */
import type { EntryQuery } from '../../proxy-core/contract/commands.ts';
import type { EntryId } from '../../proxy-core/contract/entry-id.ts';
import type { EntrySummary, HostShare } from '../../proxy-core/contract/entry.ts';

export interface EntryPage {
  entries: EntrySummary[];
  total: number;
  bytes: number;
  version: number;
  unsearched?: number;
  hosts?: HostShare[];
}
export type FetchPage = (query: EntryQuery) => Promise<EntryPage>;

export const PAGE_SIZE = 200;
const MAX_PAGES = 40;

interface Slot {
  entries: EntrySummary[];
  stale: boolean;
}

export class EntryWindow {
  readonly #fetch: FetchPage;
  readonly #onChange: () => void;
  #query: EntryQuery = {};
  /** Rises with every new query: answers to an older one are thrown away. */
  #generation = 0;
  #slots = new Map<number, Slot>();
  #asked = new Map<number, Promise<void>>();
  /** Pages that changed while they were asked for. */
  readonly #askAgain = new Set<number>();
  #range: [number, number] = [0, PAGE_SIZE - 1];
  total = 0;
  bytes = 0;
  /** So many were left out, since looking into their bodies would have taken too long. */
  unsearched = 0;
  /** Hosts of a list by host, in its order; undefined for a flat one, or where there are too many. */
  hosts: HostShare[] | undefined;
  /** False until the first answer to the present query. */
  loaded = false;
  problem: string | null = null;

  constructor(fetch: FetchPage, onChange: () => void) {
    this.#fetch = fetch;
    this.#onChange = onChange;
  }

  /** Asks another question: what is held is shown until the answer comes. */
  setQuery(query: EntryQuery): void {
    this.#query = query;
    this.#generation++;
    this.#asked.clear();
    this.#askAgain.clear();
    this.loaded = false;
    this.#range = [0, Math.min(this.#range[1] - this.#range[0], PAGE_SIZE)];
    for (const slot of this.#slots.values()) slot.stale = true;
    this.#fetchShown();
  }

  /** The cache changed: what is shown is fetched anew, the rest when it is scrolled to. */
  async refresh(): Promise<void> {
    for (const slot of this.#slots.values()) slot.stale = true;
    // What is on its way may have been answered before the change.
    for (const page of this.#asked.keys()) this.#askAgain.add(page);
    this.#fetchShown();
    await Promise.all(this.#asked.values());
  }

  /** What is asked for. */
  get query(): EntryQuery {
    return this.#query;
  }

  /** Another run of the core: what is held are entries of the earlier one, and none of them may be opened any more. */
  forget(): void {
    this.#slots.clear();
    this.#asked.clear();
    this.#askAgain.clear();
    this.#generation++;
    this.total = this.bytes = 0;
    this.hosts = undefined;
    this.loaded = false;
    this.#onChange();
    this.#fetchShown();
  }

  /** Rows from `first` to `last` are on screen. */
  show(first: number, last: number): void {
    this.#range = [Math.max(0, first), Math.max(0, last)];
    this.#fetchShown();
  }

  at(index: number): EntrySummary | undefined {
    return this.#slots.get(Math.floor(index / PAGE_SIZE))?.entries[index % PAGE_SIZE];
  }

  /** Place of an entry, -1 when it is not held. */
  indexOf(id: EntryId): number {
    for (const [page, { entries }] of this.#slots) {
      const at = entries.findIndex((entry) => entry.id === id);
      if (at >= 0) return page * PAGE_SIZE + at;
    }
    return -1;
  }

  /** Every entry that is held. */
  forEach(visit: (entry: EntrySummary) => void): void {
    for (const { entries } of this.#slots.values()) entries.forEach(visit);
  }

  /** Puts a changed entry in its place without asking again. */
  replace(entry: EntrySummary): void {
    for (const slot of this.#slots.values()) {
      if (slot.entries.some((item) => item.id === entry.id))
        slot.entries = slot.entries.map((item) => (item.id === entry.id ? entry : item));
    }
    this.#onChange();
  }

  #fetchShown(): void {
    const [first, last] = this.#range;
    for (let page = Math.floor(first / PAGE_SIZE); page <= Math.floor(last / PAGE_SIZE); page++) {
      const slot = this.#slots.get(page);
      if (this.#asked.has(page) || (slot !== undefined && !slot.stale)) continue;
      this.#fetchPage(page);
    }
  }

  #fetchPage(page: number): void {
    const generation = this.#generation;
    const answered = this.#fetch({ ...this.#query, offset: page * PAGE_SIZE, limit: PAGE_SIZE }).then(
      (answer) => {
        if (generation !== this.#generation) return;
        this.#asked.delete(page);
        if (!this.loaded) {
          this.#slots.clear();
          this.loaded = true;
        }
        this.#slots.delete(page);
        this.#slots.set(page, { entries: answer.entries, stale: this.#askAgain.delete(page) });
        this.total = answer.total;
        this.bytes = answer.bytes;
        this.unsearched = answer.unsearched ?? 0;
        this.hosts = answer.hosts;
        this.problem = null;
        this.#letGo();
        this.#onChange();
        this.#fetchShown();
        return this.#asked.get(page);
      },
      (problem: unknown) => {
        if (generation !== this.#generation) return;
        this.#asked.delete(page);
        this.#askAgain.delete(page);
        this.problem = problem instanceof Error ? problem.message : String(problem);
        this.#onChange();
        return undefined;
      },
    );
    this.#asked.set(page, answered);
  }

  #letGo(): void {
    const [first, last] = this.#range;
    for (const page of this.#slots.keys()) {
      if (this.#slots.size <= MAX_PAGES) return;
      if (page < Math.floor(first / PAGE_SIZE) || page > Math.floor(last / PAGE_SIZE)) this.#slots.delete(page);
    }
  }
}
