import { afterEach, expect, test } from 'vitest';
import { makeBatch, makeRow } from '../demo/builders.ts';
import { applyBatch, clearRows, lastSeq, list, ring, rowOf, setMaxRows, setPaused } from './traffic.ts';

let seq = 0;
/** Rows with these numbers, each as a new update. */
const feed = (from: number, to: number, over: Parameters<typeof makeRow>[0] = {}): void =>
  applyBatch(
    makeBatch(Array.from({ length: to - from + 1 }, (_, n) => makeRow({ ...over, id: from + n, seq: ++seq }))),
  );

afterEach(() => {
  setPaused(false);
  clearRows();
});

test('a paused view stays as it is however much comes, and shows the newest of it afterwards', () => {
  setMaxRows(20_000);
  feed(1, 10, { state: 'pending' });
  setPaused(true);
  const before = Array.from({ length: list.length }, (_, at) => list.at(at));
  for (let at = 0; at < 60; at++) feed(11 + at * 1000, 10 + (at + 1) * 1000);
  expect(list.length).toBe(10);
  expect(Array.from({ length: list.length }, (_, at) => list.at(at))).toEqual(before);
  expect(lastSeq()).toBe(seq);
  setPaused(false);
  expect(list.length).toBe(20_000);
  expect(list.at(19_999)?.id).toBe(60_010);
  expect(ring.lastSeq).toBe(seq);
});

test('many updates of one exchange are held as its latest', () => {
  setMaxRows(20_000);
  const first = ring.newestKey + 1;
  feed(first, first, { state: 'open', responseBytes: 0 });
  setPaused(true);
  for (let bytes = 1; bytes <= 60_000; bytes++) feed(first, first, { state: 'open', responseBytes: bytes });
  expect(rowOf(first)?.responseBytes).toBe(0);
  setPaused(false);
  expect(rowOf(first)?.responseBytes).toBe(60_000);
});
