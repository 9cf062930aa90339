/** What is read stays where it is, in every order, whatever comes or leaves. */
import { expect, test } from 'vitest';
import type { RowView } from './grid.ts';
import { Place } from './place.ts';

const H = 20;
const viewOf = (keys: readonly number[]): RowView<number, number> => ({
  length: keys.length,
  at: (index) => keys[index],
  keyAt: (index) => keys[index],
  indexOf: (key) => keys.indexOf(key),
});
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** A place that stands at `top` over these keys, with 10 rows seen. */
function standing(keys: readonly number[], top: number, current: number | null = null, staysAtTop = false) {
  const place = new Place<number>();
  const wish = { view: viewOf(keys), rowHeight: H, current, order: 'arrival', staysAtTop };
  expect(place.topIn(wish)).toBeUndefined();
  const first = Math.max(0, Math.floor(top / H) - 6);
  place.keep(
    wish,
    keys.slice(first, first + 22).map((key, at) => ({ key, index: first + at })),
  );
  place.scrolled(top);
  return { place, in: (next: readonly number[], more = {}) => place.topIn({ ...wish, view: viewOf(next), ...more }) };
}

test('rows that leave at the front move nothing that is seen', () => {
  expect(standing(upTo(1, 1000), 5000).in(upTo(101, 1100))).toBe(3000);
});

test('rows that come first move nothing either, unless the beginning is what is read', () => {
  const newestFirst = upTo(1, 1000).reverse();
  const more = upTo(1, 1050).reverse();
  expect(standing(newestFirst, 5007, null, true).in(more)).toBe(6007);
  expect(standing(newestFirst, 0, null, true).in(more)).toBe(0);
});

test('where the first row seen left, the next one stays; where the cursor is seen, it is the one', () => {
  const keys = upTo(1, 100);
  expect(standing(keys, 400).in(keys.filter((key) => key % 2 === 0))).toBe(400 - 11 * H);
  const cursor = standing(keys, 400, 25);
  expect(cursor.in([25, ...keys.filter((key) => key !== 25)])).toBe(0);
  expect(cursor.in([...upTo(201, 300), ...keys])).toBe(400 + 100 * H);
});

test('another order shows its beginning, or the cursor where it was seen', () => {
  const keys = upTo(1, 100);
  const turned = [...keys].reverse();
  expect(standing(keys, 400).in(turned, { order: 'size' })).toBe(0);
  // The row with the cursor was 4 rows below the edge, and is again.
  expect(standing(keys, 400, 25).in(turned, { order: 'size' })).toBe((75 - 4) * H);
});

test('until the scroller tells that it stands there, the rows of that place are drawn', () => {
  const { place, in: topIn } = standing(upTo(1, 1000), 5000);
  const next = viewOf(upTo(101, 1100));
  expect(topIn(upTo(101, 1100))).toBe(3000);
  const wish = { view: next, rowHeight: H, current: null, order: 'arrival', staysAtTop: false };
  place.keep(wish, []);
  place.put(3000);
  expect(place.topIn(wish)).toBe(3000);
  place.scrolled(3000);
  expect(place.topIn(wish)).toBeUndefined();
});
