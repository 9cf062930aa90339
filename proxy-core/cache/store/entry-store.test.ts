import { describe, expect, it } from 'vitest';
import type { RemovalReason } from '../../contract/reasons.ts';
import { makeEntry, makeFacts } from '../testkit/make-entry.ts';
import { makeRandom, T0 } from '../testkit/make.ts';
import { factsOf, MapStore, type Charge } from '../testkit/map-store.ts';
import { describeEntryStore } from './entry-store.suite.ts';
import type { EntryStore, EntryView } from './entry-store.ts';
import { MemoryStore } from './memory/memory-store.ts';
import { ENTRY_OVERHEAD_BYTES } from './memory/slot-bytes.ts';
import { packHead } from './memory/stored-head.ts';
import type { StoredEntry } from './stored-entry.ts';
import type { StoredFacts } from '../decide/candidate.ts';

describeEntryStore('the store in memory', (budget) => new MemoryStore(budget));
describeEntryStore('a store of plain maps', (budget) => new MapStore(budget));

/** As the store in memory charges, so that both evict at the same moment. */
const charge: Charge = (url, statusText, { varyBy, fields, swrSeconds, sieSeconds }, storedBytes) =>
  packHead({ url, statusText, varyBy, fields, swrSeconds, sieSeconds, contentBytes: undefined }).length +
  storedBytes +
  ENTRY_OVERHEAD_BYTES;

const URLS = Array.from({ length: 40 }, (_, i) => `http://h${i % 3}.test/${i % 7}?q=${i % 5}`);
const REASONS: readonly RemovalReason[] = ['user', 'invalidated', 'replaced', 'expired'];

const plainEntry = (entry: StoredEntry | undefined) =>
  entry && {
    ...factsOf(entry),
    ...{ id: entry.id, url: entry.url, statusText: entry.statusText, body: Buffer.from(entry.body).toString('latin1') },
  };

function plainView(view: EntryView | undefined) {
  if (view === undefined) return undefined;
  const { id, url, status, sizeBytes, storedBytes, savedBytes, bornAtMs, storedAtMs, lastUsedAtMs, staleAtMs } = view;
  const { staleWindowSeconds, lifetimeSource, noCache, mustRevalidate, hits, pinned, hasTags } = view;
  return {
    ...{ id, url, status, sizeBytes, storedBytes, savedBytes, bornAtMs, storedAtMs, lastUsedAtMs, staleAtMs },
    ...{ staleWindowSeconds, lifetimeSource, noCache, mustRevalidate, hits, pinned, hasTags },
  };
}

/** All that can be asked of a store. */
function picture(store: EntryStore) {
  const views = Array.from(store.entries(), plainView).sort((a, b) => a!.id - b!.id);
  return {
    views,
    sizes: [store.size, store.bytes, store.savedBytes, store.pinnedCount, store.storedTotal],
    removals: { ...store.removals },
    removed: store.removed.list(100),
    byUrl: URLS.map((url) => store.lookup(url).map(plainEntry)),
    near: URLS.map((url) => Array.from(store.neighbours(url, 1000), ({ id }) => id).sort((a, b) => a - b)),
    history: views.map((view) => store.history.of(view!.id)),
  };
}

describe.each([1, 2, 3, 4])('random operations, seed %i', (seed) => {
  it('mean the same to both stores', () => {
    const random = makeRandom(seed);
    const below = (limit: number): number => Math.floor(random() * limit);
    const budget = { capacity: 30, maxBytes: 20_000 };
    const stores: EntryStore[] = [new MemoryStore(() => budget), new MapStore(() => budget, charge)];
    const randomFacts = (nowMs: number): StoredFacts =>
      makeFacts({
        fields: ['X', 'x'.repeat(below(200)), 'Y', 'y'],
        varyBy: below(2) === 0 ? [] : ['foo', `${below(3)}`],
        bornAtMs: nowMs - below(9000),
        storedAtMs: nowMs,
        lifetimeSeconds: below(200),
        swrSeconds: below(2) === 0 ? undefined : below(50),
        noCache: below(4) === 0,
        mustRevalidate: below(4) === 0,
        status: 200 + below(4),
      });
    for (let step = 0; step < 4000; step++) {
      const nowMs = T0 + step * 500;
      const ids = Array.from(stores[1]!.entries(), ({ id }) => id);
      const id = ids[below(ids.length + 1)] ?? 1_000_000;
      const what = below(12);
      const facts = randomFacts(nowMs);
      const url = URLS[below(URLS.length)]!;
      const body = Buffer.alloc(below(40) === 0 ? 18_000 : below(900), step);
      const why = REASONS[below(REASONS.length)]!;
      const on = below(4) === 0;
      const seconds = below(300) - 50;
      if (what === 11) {
        budget.capacity = 20 + below(20);
        budget.maxBytes = 10_000 + below(20_000);
      }
      const answers = stores.map((store) => {
        switch (what) {
          case 0:
          case 1:
          case 2:
            return store.use(id, nowMs, step);
          case 3:
            return plainEntry(store.updateHead(id, facts, 'New', nowMs));
          case 4:
            return plainEntry(store.setLifetime(id, seconds));
          case 5:
            return store.setPinned(id, on);
          case 6:
            return store.remove(id, why, nowMs, 'test');
          case 7: {
            const taken = store.take(id);
            if (taken === undefined) return undefined;
            store.remove(id, 'user', nowMs);
            return plainEntry(store.put(taken, nowMs, taken));
          }
          case 11:
            return store.applyBudget(nowMs);
          default:
            return plainEntry(store.put({ ...makeEntry(url, body, facts), hasTags: on }, nowMs));
        }
      });
      expect(answers[0], `step ${step}`).toEqual(answers[1]);
      if (step % 50 === 0 || step === 3999) expect(picture(stores[0]!), `step ${step}`).toEqual(picture(stores[1]!));
    }
    expect(stores[0]!.removals.capacity + stores[0]!.removals.expired).toBeGreaterThan(100);
  });
});
