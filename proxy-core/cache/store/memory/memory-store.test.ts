import { describe, expect, it } from 'vitest';
import { FLAG } from './slot-table.ts';
import { MemoryStore } from './memory-store.ts';
import { ENTRY_OVERHEAD_BYTES } from './slot-bytes.ts';
import { makeEntry, makeFacts } from '../../testkit/make-entry.ts';
import { makeRandom, T0 } from '../../testkit/make.ts';

function sumOf(store: MemoryStore): { bytes: number; entries: number; pinned: number } {
  let bytes = 0;
  let entries = 0;
  let pinned = 0;
  for (let slot = 0; slot < store.table.end; slot++) {
    if (store.table.id(slot) === 0) continue;
    bytes += store.slots.sizeOf(slot);
    entries++;
    if (store.table.has(slot, FLAG.pinned)) pinned++;
  }
  return { bytes, entries, pinned };
}

describe('the store', () => {
  it('gives back what was put, field for field and byte for byte', () => {
    const store = new MemoryStore(() => ({ capacity: 10, maxBytes: 1_000_000 }));
    const facts = makeFacts({
      fields: ['Set-Cookie', 'a=b', 'X-Ü', 'ünï', 'Set-Cookie', 'c=d', 'Empty', ''],
      varyBy: ['foo', '1', 'bar', '\u0000'],
      swrSeconds: 5,
      noCache: true,
      status: 404,
      lifetimeSource: 'heuristic',
    });
    const body = Buffer.from([0, 1, 10, 13, 255]);
    const entry = store.put(
      {
        url: 'http://a.test/x',
        statusText: 'Not Found',
        facts,
        chunks: [body.subarray(0, 2), body.subarray(2)],
        hasTags: false,
      },
      T0,
    )!;
    expect(entry).toMatchObject({ url: 'http://a.test/x', statusText: 'Not Found', ...facts });
    expect(Buffer.from(entry.body)).toEqual(body);
    expect(store.lookup('http://a.test/x')).toEqual([entry]);
    expect(store.bytes).toBe(store.view(entry.id)!.sizeBytes);
  });
  it('keeps bodies of any size, also in several chunks', () => {
    const store = new MemoryStore(() => ({ capacity: 10, maxBytes: 10_000_000 }));
    for (const size of [0, 1, 65_535, 65_536, 3_000_000]) {
      const body = Buffer.alloc(size, size % 251);
      const entry = store.put(
        { ...makeEntry(`http://a.test/${size}`), chunks: [body.subarray(0, size / 2), body.subarray(size / 2)] },
        T0,
      )!;
      expect(Buffer.compare(entry.body, body)).toBe(0);
    }
  });
  it('keeps decoded entries at hand up to a bound in bytes, those used last', () => {
    const store = new MemoryStore(() => ({ capacity: 1_000_000, maxBytes: 1_000_000_000 }));
    const ids = Array.from({ length: 10_000 }, (_, i) => store.put(makeEntry(`http://a.test/${i}`), T0)!.id);
    const first = store.get(ids[0]!);
    for (const id of ids) {
      store.get(id);
      expect(store.get(ids[0]!)).toBe(first);
    }
    const second = store.get(ids[1]!);
    expect(store.hotBytes).toBeGreaterThan(7 * 1024 * 1024);
    expect(store.hotBytes).toBeLessThanOrEqual(8 * 1024 * 1024);
    expect(store.get(ids[1]!)).toBe(second);
    for (const id of ids) store.remove(id, 'user', T0);
    expect(store.hotBytes).toBe(0);
  });
  it('evicts the one used longest ago, says why, and skips what is pinned', () => {
    const store = new MemoryStore(() => ({ capacity: 3, maxBytes: 1_000_000 }));
    const [a, b, c] = ['a', 'b', 'c'].map((name) => store.put(makeEntry(`http://a.test/${name}`), T0)!);
    store.setPinned(b!.id, true);
    store.use(a!.id, T0 + 1, 7);
    store.put(makeEntry('http://a.test/d'), T0 + 2);
    store.put(makeEntry('http://a.test/e'), T0 + 3);
    expect([a, b, c].map((entry) => store.has(entry!.id))).toEqual([false, true, false]);
    expect(store.removals.capacity).toBe(2);
    expect(store.removed.get('http://a.test/c')).toEqual({ atMs: T0 + 2, why: 'capacity' });
  });
  it('calls the removal of a spent entry expired', () => {
    const store = new MemoryStore(() => ({ capacity: 1, maxBytes: 1_000_000 }));
    store.put(makeEntry('http://a.test/a', undefined, { sieSeconds: 10 }), T0);
    store.put(makeEntry('http://a.test/b'), T0 + 65_000);
    expect(store.removals).toMatchObject({ capacity: 1, expired: 0 });
    store.put(makeEntry('http://a.test/c'), T0 + 200_000);
    expect(store.removals).toMatchObject({ capacity: 1, expired: 1 });
  });
  it('takes nothing in when all is pinned or it is too large', () => {
    const store = new MemoryStore(() => ({ capacity: 1, maxBytes: 1000 }));
    expect(store.put(makeEntry('http://a.test/big', Buffer.alloc(1000)), T0)).toBeUndefined();
    const entry = store.put(makeEntry('http://a.test/a'), T0)!;
    store.setPinned(entry.id, true);
    expect(store.put(makeEntry('http://a.test/b'), T0)).toBeUndefined();
    expect(store.size).toBe(1);
  });
  it('keeps shrunken budgets', () => {
    const budget = { capacity: 100, maxBytes: 1_000_000 };
    const store = new MemoryStore(() => budget);
    for (let i = 0; i < 100; i++) store.put(makeEntry(`http://a.test/${i}`, Buffer.alloc(1000)), T0);
    budget.capacity = 50;
    store.applyBudget(T0);
    expect(store.size).toBe(50);
    budget.maxBytes = 10_000;
    store.applyBudget(T0);
    expect(store.bytes).toBeLessThanOrEqual(10_000);
    budget.capacity = 0;
    store.applyBudget(T0);
    expect([store.size, store.bytes]).toEqual([0, 0]);
  });
  it('updates a head in place of the old one, body untouched, small or large', () => {
    const store = new MemoryStore(() => ({ capacity: 10, maxBytes: 10_000_000 }));
    for (const size of [10, 200_000]) {
      const body = Buffer.alloc(size, 7);
      const entry = store.put(makeEntry(`http://a.test/${size}`, body), T0)!;
      const fresh = store.updateHead(
        entry.id,
        makeFacts({ fields: ['X', 'y'.repeat(300)], lifetimeSeconds: 5 }),
        'OK',
        T0,
      )!;
      expect([fresh.id, fresh.lifetimeSeconds, Buffer.compare(fresh.body, body)]).toEqual([entry.id, 5, 0]);
    }
    expect(store.bytes).toBe(sumOf(store).bytes);
  });
  it('wins back the room of removed entries', () => {
    const store = new MemoryStore(() => ({ capacity: 100_000, maxBytes: 20_000_000 }));
    const random = makeRandom(3);
    for (let i = 0; i < 60_000; i++) {
      store.put(makeEntry(`http://a.test/${i}`, Buffer.alloc(Math.floor(random() * 2000))), T0);
      // Uneven ages: some are used again and again.
      if (i % 3 === 0) store.use(Math.max(1, i - 9000 * Math.floor(random() * 2)), T0, 1);
    }
    expect(store.heldBytes).toBeLessThan(20_000_000 * 1.2 + 4_000_000);
  });
});

describe('a million random operations', () => {
  it('never exceed the budgets, add up, and never touch bytes handed out', { timeout: 180_000 }, () => {
    const random = makeRandom(1488);
    const budget = { capacity: 2000, maxBytes: 3_000_000 };
    const store = new MemoryStore(() => budget);
    const ids: number[] = [];
    const filler = Buffer.alloc(200_000);
    const views: { view: Uint8Array; byte: number }[] = [];
    const anyId = (): number => ids[Math.floor(random() * ids.length)] ?? 0;
    const removedBefore = () => Object.values(store.removals).reduce((sum, count) => sum + count, 0);
    let put = 0;
    for (let i = 0; i < 1_000_000; i++) {
      const what = random();
      if (what < 0.35) {
        const size = random() < 0.002 ? 66_000 + Math.floor(random() * 100_000) : Math.floor(random() * 3000);
        const byte = i % 256;
        filler.fill(byte, 0, size);
        const entry = store.put(
          makeEntry(
            `http://h${i % 7}.test/p${Math.floor(random() * 5000)}?q=${i % 3}`,
            filler.subarray(0, size),
            random() < 0.1 ? { fields: ['X', 'y'.repeat(Math.floor(random() * 500))] } : {},
          ),
          T0 + i,
        );
        if (entry !== undefined) {
          put++;
          if (ids.length < 3000) ids.push(entry.id);
          else ids[Math.floor(random() * ids.length)] = entry.id;
          if (random() < 0.01) {
            if (views.length >= 100) views.shift();
            views.push({ view: entry.body, byte });
          }
        }
      } else if (what < 0.7) store.use(anyId(), T0 + i, i);
      else if (what < 0.75) store.remove(anyId(), 'user', T0 + i);
      else if (what < 0.78)
        store.updateHead(anyId(), makeFacts({ fields: ['X', 'z'.repeat(Math.floor(random() * 800))] }), 'OK', T0 + i);
      else if (what < 0.785) store.setPinned(anyId(), random() < 0.1);
      else if (what < 0.786) {
        budget.capacity = 500 + Math.floor(random() * 2000);
        budget.maxBytes = 500_000 + Math.floor(random() * 3_000_000);
        // Pinned entries stay, so let them go before the budget shrinks below them.
        for (const id of ids) store.setPinned(id, false);
        for (let slot = 0; slot < store.table.end; slot++)
          if (store.table.id(slot) !== 0) store.setPinned(store.table.id(slot), false);
        store.applyBudget(T0 + i);
      } else if (what < 0.9) store.lookup(`http://h${i % 7}.test/p${Math.floor(random() * 5000)}?q=${i % 3}`);
      else store.get(anyId());
      if (store.bytes > budget.maxBytes || store.size > budget.capacity)
        expect.fail(`budget exceeded after ${i} operations: ${store.size} entries, ${store.bytes} bytes`);
      if (i % 20_000 === 0) {
        expect(sumOf(store)).toEqual({ bytes: store.bytes, entries: store.size, pinned: store.pinnedCount });
        for (const { view, byte } of views)
          if (!view.every((value) => value === byte)) expect.fail('bytes handed out were changed');
      }
    }
    expect(sumOf(store)).toEqual({ bytes: store.bytes, entries: store.size, pinned: store.pinnedCount });
    expect(put - removedBefore()).toBe(store.size);
    expect(store.storedTotal).toBe(put);
    expect(ENTRY_OVERHEAD_BYTES).toBeGreaterThan(0);
  });
});
