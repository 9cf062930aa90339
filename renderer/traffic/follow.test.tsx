// @vitest-environment happy-dom
/** A table that follows draws its last rows with every update, before the browser has told it that it was scrolled. */
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeBatch, makeRow } from '../demo/builders.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { setFollow } from '../state/selection.ts';
import { applyBatch, clearRows, ring, setMaxRows, useTraffic } from '../state/traffic.ts';
import { TrafficTable } from './TrafficTable.tsx';

const HEIGHT = 600;

beforeAll(() => {
  // happy-dom lays nothing out: give every element a size, so that virtual rows are drawn.
  for (const name of ['offsetHeight', 'clientHeight'] as const)
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => HEIGHT });
  for (const name of ['offsetWidth', 'clientWidth'] as const)
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 1200 });
});
beforeEach(() => {
  usePrefs.setState({ ...defaultPrefs(), language: 'en' });
  setMaxRows(20_000);
  clearRows();
});
afterEach(cleanup);

let id = 0;
/** So many exchanges come, and the table draws them. */
function feed(count: number): void {
  act(() => {
    applyBatch(makeBatch(Array.from({ length: count }, () => makeRow({ id: ++id, seq: id }))));
    useTraffic.setState(({ version }) => ({ version: version + 1 }));
  });
}
const drawn = (): number[] =>
  screen
    .getAllByTestId('traffic-row')
    .map((row) => Number(row.dataset['index']))
    .sort((a, b) => a - b);

test('whatever comes between two pictures, the end is drawn', () => {
  render(<TrafficTable />);
  feed(10);
  for (const count of [33, 500, 2000, 9000, 12_000]) {
    feed(count);
    const rows = drawn();
    expect(rows.at(-1)).toBe(ring.count - 1);
    // Nothing of the room is without a row.
    expect(rows.length).toBeGreaterThanOrEqual(Math.min(ring.count, Math.ceil(HEIGHT / 28)));
    expect(rows).toEqual(Array.from(rows, (_, at) => rows[0]! + at));
  }
});

test('one that does not follow stays where it is', () => {
  render(<TrafficTable />);
  feed(100);
  act(() => setFollow(false));
  const before = drawn();
  feed(2000);
  expect(drawn().at(-1)).toBeLessThan(200);
  expect(before.length).toBeGreaterThan(0);
});
