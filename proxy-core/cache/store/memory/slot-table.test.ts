import { describe, expect, it } from 'vitest';
import { makeRandom, T0 } from '../../testkit/make.ts';
import { NONE } from './slot-chunks.ts';
import { FLAG, MAX_HEAD_BYTES, SlotTable } from './slot-table.ts';

const chainOf = (first: number, next: (slot: number) => number): number[] => {
  const slots: number[] = [];
  for (let slot = first; slot !== NONE; slot = next(slot)) slots.push(slot);
  return slots;
};

describe('the table of slots', () => {
  it('keeps each figure beside its neighbours in a word, at the ends of its range', () => {
    const table = new SlotTable();
    const slots = [1, 2, 3].map((id) => table.take(id, id, id));
    const slot = slots[1]!;
    for (const [segment, status, headBytes] of [
      [2 ** 22 - 1, 999, MAX_HEAD_BYTES],
      [0, 100, 0],
    ] as const) {
      table.setPlace(slot, segment, 2 ** 32 - 1);
      table.setStatus(slot, status);
      table.setHeadBytes(slot, headBytes);
      table.setStoredBytes(slot, 2 ** 32 - 1);
      table.setHits(slot, 2 ** 32 - 1);
      table.setLifetime(slot, -5, 'cdn-cache-control');
      for (const flag of Object.values(FLAG)) table.setFlag(slot, flag, true);
      expect([table.segment(slot), table.status(slot), table.headBytes(slot)]).toEqual([segment, status, headBytes]);
      expect([table.offset(slot), table.storedBytes(slot), table.hits(slot)]).toEqual(Array(3).fill(2 ** 32 - 1));
      expect([table.lifetime(slot), table.source(slot)]).toEqual([-5, 'cdn-cache-control']);
      expect(Object.values(FLAG).every((flag) => table.has(slot, flag))).toBe(true);
    }
    for (const other of [slots[0]!, slots[2]!])
      expect([table.segment(other), table.status(other), table.headBytes(other), table.hits(other)]).toEqual([
        0, 0, 0, 0,
      ]);
    table.release(slot);
    const again = table.take(9, 9, 9);
    expect([again, Object.values(FLAG).some((flag) => table.has(again, flag))]).toEqual([slot, false]);
  });
  it('keeps times of use to the ms for 24 days at least, and none before then wrongly later', () => {
    const day = 86_400_000;
    const table = new SlotTable();
    const [a, b, c] = [1, 2, 3].map((id) => table.take(id, id, id)) as [number, number, number];
    table.setLastUsed(a, T0 + 0.75);
    table.setLastUsed(b, T0 + 40 * day);
    expect([table.lastUsedAtMs(a), table.lastUsedAtMs(b)]).toEqual([T0, T0 + 40 * day]);
    table.setLastUsed(c, T0 + 60 * day + 0.5);
    expect([table.lastUsedAtMs(b), table.lastUsedAtMs(c)]).toEqual([T0 + 40 * day, T0 + 60 * day]);
    expect(table.lastUsedAtMs(a)).toBe(T0 + 60 * day - 2 ** 31);
    table.setLastUsed(a, T0);
    expect(table.lastUsedAtMs(a)).toBe(T0 + 60 * day - 2 ** 31);
  });
  it('finds by id, key and neighbourhood what a plain map finds, newest first, and the order of use with it', () => {
    const random = makeRandom(5);
    const below = (limit: number): number => Math.floor(random() * limit);
    const table = new SlotTable();
    interface Plain {
      slot: number;
      id: number;
      key: number;
      near: number;
    }
    /** Newest first. */
    let newest: Plain[] = [];
    /** Used longest ago first. */
    let used: Plain[] = [];
    let nextId = 1;
    const drop = (plain: Plain): void => {
      newest = newest.filter((other) => other !== plain);
      used = used.filter((other) => other !== plain);
    };
    for (let step = 0; step < 12_000; step++) {
      const what = random();
      const plain = newest[below(newest.length)];
      if (what < 0.45 || plain === undefined) {
        const [id, key, near] = [nextId++, below(3000), below(40)];
        const made: Plain = { slot: table.take(id, key, near), id, key, near };
        newest.unshift(made);
        used.push(made);
      } else if (what < 0.8) {
        table.order.touch(plain.slot);
        used = [...used.filter((other) => other !== plain), plain];
      } else {
        table.release(plain.slot);
        drop(plain);
      }
      if (step % 500 !== 0 && step !== 11_999) continue;
      expect(table.order.size).toBe(newest.length);
      expect(table.order.oldest(() => true)).toBe(used[0]?.slot ?? NONE);
      for (const { id, slot } of newest) expect(table.slotOf(id)).toBe(slot);
      expect(table.slotOf(nextId)).toBe(NONE);
      for (let hash = 0; hash < 40; hash++) {
        const near = chainOf(table.firstNeighbour(hash), (slot) => table.nextNeighbour(slot));
        const ours = new Map(newest.map((entry) => [entry.slot, entry]));
        expect(near.filter((slot) => ours.get(slot)!.near === hash)).toEqual(
          newest.filter((entry) => entry.near === hash).map(({ slot }) => slot),
        );
        const keys = chainOf(table.firstByKey(hash), (slot) => table.nextByKey(slot));
        expect(keys.filter((slot) => table.keyHashOf(slot) === hash)).toEqual(
          newest.filter((entry) => entry.key === hash).map(({ slot }) => slot),
        );
      }
    }
    const gone: number[] = [];
    for (let slot; (slot = table.order.oldest(() => true)) !== NONE; table.release(slot)) gone.push(slot);
    expect(gone).toEqual(used.map(({ slot }) => slot));
  });
  it('passes over what may not go, and counts it as used', () => {
    const table = new SlotTable();
    const slots = [1, 2, 3].map((id) => table.take(id, id, id));
    expect(table.order.oldest((slot) => slot === slots[1])).toBe(slots[1]);
    expect(table.order.oldest(() => true)).toBe(slots[1]);
    expect(table.order.oldest(() => false)).toBe(NONE);
  });
});
