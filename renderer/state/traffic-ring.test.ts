import { expect, test } from 'vitest';
import { makeBatch, makeRow } from '../demo/builders.ts';
import { TrafficList } from './traffic-list.ts';
import { TrafficRing, type TrafficRow } from './traffic-ring.ts';

const ids = (ring: TrafficRing): number[] => {
  const out: number[] = [];
  ring.forEach((row) => out.push(row.id));
  return out;
};
const keys = (list: TrafficList): (number | undefined)[] =>
  Array.from({ length: list.length }, (_, index) => list.keyAt(index));

test('rows stand in order of arrival, whatever the order of their updates', () => {
  const ring = new TrafficRing();
  ring.apply(makeBatch([makeRow({ id: 3, seq: 4 }), makeRow({ id: 5, seq: 5 }), makeRow({ id: 2, seq: 6 })]));
  expect(ids(ring)).toEqual([2, 3, 5]);
  expect(ring.lastSeq).toBe(6);
});

test('an update replaces its row; an older one does not', () => {
  const ring = new TrafficRing();
  ring.apply(makeBatch([makeRow({ id: 1, seq: 2, state: 'pending' })]));
  const { changed } = ring.apply(makeBatch([makeRow({ id: 1, seq: 5, state: 'done' })]));
  expect(changed).toHaveLength(1);
  expect(ring.apply(makeBatch([makeRow({ id: 1, seq: 4, state: 'open' })])).changed).toEqual([]);
  expect(ring.get(1)?.state).toBe('done');
  expect(ring.count).toBe(1);
});

test('rows that left the core leave here, and so do those over the limit', () => {
  const ring = new TrafficRing(3);
  ring.apply(makeBatch([1, 2, 3, 4, 5].map((id) => makeRow({ id }))));
  expect(ids(ring)).toEqual([3, 4, 5]);
  ring.apply(makeBatch([makeRow({ id: 6 })], { oldestId: 5 }));
  expect(ids(ring)).toEqual([5, 6]);
  expect(ring.get(4)).toBeUndefined();
  expect(ring.apply(makeBatch([makeRow({ id: 2, seq: 99 })], { oldestId: 5 })).changed).toEqual([]);
});

test('reset forgets all, except in the first batch of a session', () => {
  const ring = new TrafficRing();
  ring.apply(makeBatch([makeRow({ id: 1 }), makeRow({ id: 2 })]));
  expect(ring.apply(makeBatch([makeRow({ id: 3 })], { reset: true, oldestId: 3 })).cleared).toBe(true);
  expect(ids(ring)).toEqual([3]);

  ring.beginSession();
  expect(ring.lastSeq).toBe(0);
  expect(ring.apply(makeBatch([makeRow({ id: 1, path: '/new' })], { reset: true })).cleared).toBe(false);
  expect(ids(ring)).toEqual([3, 1]);
  expect(ring.isLive(3)).toBe(false);
  expect(ring.get(ring.keyOf(1))?.path).toBe('/new');
});

test('dropped updates are counted', () => {
  const ring = new TrafficRing();
  ring.apply(makeBatch([makeRow({ id: 9 })], { dropped: 40 }));
  expect(ring.dropped).toBe(40);
});

test('after clearing, keys go on and never repeat', () => {
  const ring = new TrafficRing();
  ring.apply(makeBatch([makeRow({ id: 1 }), makeRow({ id: 2 })]));
  ring.clear();
  expect(ring.count).toBe(0);
  ring.apply(makeBatch([makeRow({ id: 3 })], { oldestId: 3 }));
  expect(ids(ring)).toEqual([3]);
});

test('the list follows row by row what a rebuild would give', () => {
  // The same seeded steps on every run: arrivals, updates and trimming against a filter that rows enter and leave.
  let seed = 7;
  const random = (): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
  const ring = new TrafficRing(60);
  const list = new TrafficList(ring);
  list.setTest((row) => (row.status ?? 0) >= 400);
  let nextId = 1;
  for (let seq = 1; seq < 2000; seq++) {
    const id = random() < 0.4 || nextId === 1 ? nextId++ : Math.max(1, nextId - 1 - Math.floor(random() * 70));
    const { changed } = ring.apply(makeBatch([makeRow({ id, seq, status: random() < 0.5 ? 200 : 500 })]));
    list.update(changed);
    const expected: number[] = [];
    ring.forEach((row) => (row.status ?? 0) >= 400 && expected.push(row.key));
    expect(keys(list)).toEqual(expected);
  }
});

test('another order waits for a rebuild; newest first turns the order of arrival around', () => {
  const ring = new TrafficRing();
  const list = new TrafficList(ring);
  const bySize = (a: TrafficRow, b: TrafficRow): number => a.responseBytes - b.responseBytes;
  ring.apply(makeBatch([makeRow({ id: 1, responseBytes: 30 }), makeRow({ id: 2, responseBytes: 10 })]));
  list.setOrder(bySize, false);
  expect(keys(list)).toEqual([2, 1]);
  list.update(ring.apply(makeBatch([makeRow({ id: 3, responseBytes: 20 })])).changed);
  expect(list.isBehind).toBe(true);
  list.rebuild();
  expect(keys(list)).toEqual([2, 3, 1]);
  list.setOrder(null, true);
  expect(keys(list)).toEqual([3, 2, 1]);
  expect(list.indexOf(1)).toBe(2);
});
