/** What every store does, whatever it is made of. */
import { describe, expect, it } from 'vitest';
import { cacheKey } from '../key.ts';
import { makeEntry, makeFacts } from '../testkit/make-entry.ts';
import { T0 } from '../testkit/make.ts';
import { packBody } from './at-rest.ts';
import type { Budget, EntryStore } from './entry-store.ts';

const ROOMY: Budget = { capacity: 100, maxBytes: 1_000_000 };
const A = 'http://a.test/a';

export function describeEntryStore(name: string, make: (budget: () => Budget) => EntryStore): void {
  const idsOf = (store: EntryStore): number[] => Array.from(store.entries(), (view) => view.id).sort((a, b) => a - b);

  describe(name, () => {
    it('finds what was put by URL, key and id, newest first', () => {
      const store = make(() => ROOMY);
      const facts = makeFacts({ fields: ['Set-Cookie', 'a=b', 'X-Ü', 'ünï', 'Empty', ''], varyBy: ['foo', '1'] });
      const first = store.put({ ...makeEntry(A), facts, chunks: [Buffer.from('he'), Buffer.from('llo')] }, T0)!;
      const second = store.put(makeEntry(A, 'other', { varyBy: ['foo', '2'] }), T0 + 1)!;
      expect(first).toMatchObject({ url: A, statusText: 'OK', ...facts });
      expect(Buffer.from(first.body).toString()).toBe('hello');
      expect(store.lookup(A).map(({ id }) => id)).toEqual([second.id, first.id]);
      expect(store.lookupKey(cacheKey('GET', A)).map(({ id }) => id)).toEqual([second.id, first.id]);
      expect(store.get(first.id)).toMatchObject({ url: A, ...facts });
      expect(store.lookup('http://a.test/b')).toEqual([]);
      expect(store.lookupKey(cacheKey('GET', 'http://a.test/b'))).toEqual([]);
      expect([store.has(first.id), store.has(99), store.get(99), store.view(99)]).toEqual([
        true,
        false,
        undefined,
        undefined,
      ]);
    });
    it('shows the figures of each entry, and their sum is what is charged', () => {
      const store = make(() => ROOMY);
      const facts = { swrSeconds: 5, sieSeconds: 9, noCache: true, status: 404 };
      const { id } = store.put({ ...makeEntry(A, 'hello', facts), hasTags: true }, T0)!;
      store.put(makeEntry('http://a.test/b'), T0);
      store.use(id, T0 + 7, 3);
      expect(store.view(id)).toMatchObject({
        ...{ id, url: A, status: 404, storedBytes: 5, savedBytes: 0, hits: 1, lastUsedAtMs: T0 + 7, bornAtMs: T0 },
        ...{ staleAtMs: T0 + 60_000, staleWindowSeconds: 9, noCache: true, mustRevalidate: false, hasTags: true },
        ...{ pinned: false, lifetimeSource: 'max-age', storedAtMs: T0 },
      });
      expect([...store.entries()].length).toBe(2);
      let bytes = 0;
      for (const view of store.entries()) bytes += view.sizeBytes;
      expect(store.bytes).toBe(bytes);
      expect(store.history.of(id).map(({ kind }) => kind)).toEqual(['stored', 'hit']);
    });
    it('gives a packed body back as it was received', () => {
      const store = make(() => ROOMY);
      const text = Buffer.from('a line that packs well\n'.repeat(200));
      const packed = packBody(['Content-Type', 'text/plain'], [text])!;
      const entry = store.put({ ...makeEntry(A), chunks: [packed], contentBytes: text.length }, T0)!;
      expect(entry.bodyBytes).toBe(text.length);
      expect(Buffer.compare(entry.body, text)).toBe(0);
      expect(store.savedBytes).toBe(text.length - packed.length);
      expect(store.view(entry.id)).toMatchObject({ storedBytes: packed.length, savedBytes: store.savedBytes });
    });
    it('evicts the entry used longest ago, never a pinned one, and says why', () => {
      const store = make(() => ({ ...ROOMY, capacity: 3 }));
      const [a, b, c] = ['a', 'b', 'c'].map((path) => store.put(makeEntry(`http://a.test/${path}`), T0)!.id);
      store.setPinned(b!, true);
      store.use(a!, T0 + 1, 7);
      store.put(makeEntry('http://a.test/d'), T0 + 2);
      expect([a, b, c].map((id) => store.has(id!))).toEqual([true, true, false]);
      expect(store.removed.get('http://a.test/c')).toEqual({ atMs: T0 + 2, why: 'capacity' });
      store.put(makeEntry('http://a.test/e'), T0 + 120_000);
      expect(store.removals).toEqual({ capacity: 1, expired: 1, invalidated: 0, replaced: 0, user: 0 });
      expect(store.pinnedCount).toBe(1);
    });
    it('takes nothing in that cannot fit', () => {
      const store = make(() => ({ capacity: 1, maxBytes: 1000 }));
      expect(store.put(makeEntry(A, 'x'.repeat(1000)), T0)).toBeUndefined();
      const { id } = store.put(makeEntry(A), T0)!;
      store.setPinned(id, true);
      expect(store.put(makeEntry('http://a.test/b'), T0)).toBeUndefined();
      expect(idsOf(store)).toEqual([id]);
    });
    it('keeps a budget that shrank', () => {
      const budget = { ...ROOMY };
      const store = make(() => budget);
      for (let i = 0; i < 9; i++) store.put(makeEntry(`http://a.test/${i}`), T0);
      budget.capacity = 2;
      store.applyBudget(T0);
      expect(Array.from(store.entries(), ({ url }) => url).sort()).toEqual(['http://a.test/7', 'http://a.test/8']);
      budget.maxBytes = 1;
      store.applyBudget(T0);
      expect([store.size, store.bytes]).toEqual([0, 0]);
    });
    it('puts a new head on the same body; not one that does not fit', () => {
      const budget = { ...ROOMY };
      const store = make(() => budget);
      const before = store.put(makeEntry(A), T0)!;
      const facts = makeFacts({ fields: ['A', 'longer than it was'], lifetimeSeconds: 9 });
      const after = store.updateHead(before.id, facts, 'Fine', T0)!;
      expect(after).toMatchObject({ id: before.id, statusText: 'Fine', ...facts });
      expect(Buffer.from(after.body).toString()).toBe('hello');
      expect(before.fields).not.toEqual(after.fields);
      budget.maxBytes = store.bytes;
      expect(store.updateHead(before.id, makeFacts({ fields: ['A', 'x'.repeat(99)] }), 'OK', T0)).toBeUndefined();
      expect(store.get(before.id)).toMatchObject({ fields: facts.fields });
      expect(store.updateHead(99, facts, 'OK', T0)).toBeUndefined();
    });
    it('lets a person overrule the lifetime', () => {
      const store = make(() => ROOMY);
      const { id } = store.put(makeEntry(A), T0)!;
      expect(store.setLifetime(id, 5)).toMatchObject({ lifetimeSeconds: 5, lifetimeSource: 'user' });
      expect(store.view(id)).toMatchObject({ staleAtMs: T0 + 5000, lifetimeSource: 'user' });
      expect(store.setLifetime(99, 5)).toBeUndefined();
    });
    it('lets go of what is removed, but not of bytes handed out', () => {
      const store = make(() => ROOMY);
      const entry = store.put(makeEntry(A), T0)!;
      const { version } = store;
      expect(store.remove(entry.id, 'invalidated', T0 + 1, 'POST /a')).toBe(true);
      expect(store.remove(entry.id, 'user', T0 + 1)).toBe(false);
      expect(store.version).toBeGreaterThan(version);
      expect(store.removed.get(A)).toEqual({ atMs: T0 + 1, why: 'invalidated', by: 'POST /a' });
      const { id } = store.put(makeEntry(A, 'anew'), T0 + 2)!;
      expect(store.removed.get(A)).toBeUndefined();
      store.remove(id, 'replaced', T0 + 3);
      expect(store.removed.get(A)).toBeUndefined();
      expect(Buffer.from(entry.body).toString()).toBe('hello');
    });
    it('takes an entry back as it was, under its old id', () => {
      const store = make(() => ROOMY);
      const { id } = store.put({ ...makeEntry(A), hasTags: true }, T0)!;
      store.setPinned(id, true);
      store.use(id, T0 + 5, 1);
      const before = { ...store.view(id) };
      const taken = store.take(id)!;
      expect(taken).toMatchObject({ id, url: A, hits: 1, pinned: true, sizeBytes: store.bytes });
      store.remove(id, 'user', T0 + 6);
      expect([store.size, store.pinnedCount, store.take(id)]).toEqual([0, 0, undefined]);
      expect(store.put(taken, T0 + 7, taken)?.id).toBe(id);
      expect({ ...store.view(id) }).toEqual(before);
      expect([store.pinnedCount, store.storedTotal]).toEqual([1, 1]);
    });
    it('knows the neighbours of a URL: same host and path, any query, scheme or case', () => {
      const store = make(() => ROOMY);
      const near = ['http://a.test/x?p=1', 'https://a.test/x', 'http://a.test/X/'];
      for (const url of [...near, 'http://a.test/y', 'http://b.test/x']) store.put(makeEntry(url), T0);
      const found = [...store.neighbours('http://a.test/x?p=2', 32)];
      expect(found.map(({ url }) => url).sort()).toEqual([...near].sort());
      for (const { id, url } of found) expect(store.get(id)?.url).toBe(url);
      expect([...store.neighbours('http://a.test/x', 1)].length).toBe(1);
    });
  });
}
