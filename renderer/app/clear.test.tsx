// @vitest-environment happy-dom
/** Clear can be taken back, with the marks; and hits are counted since then, and of what is shown. */
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectCore } from '../connection/core.ts';
import { makeMemoryChannels } from '../connection/memory-channel.ts';
import type { TransportEvents } from '../connection/transport.ts';
import { makeBatch, makeRow, makeSample } from '../demo/builders.ts';
import { makeDemoCore, type DemoCore } from '../demo/core.ts';
import { DemoWorld } from '../demo/world.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { forgetSelection, setFilterText, toggleMarks, useTrafficUi } from '../state/selection.ts';
import { useStats } from '../state/stats.ts';
import { useToasts } from '../state/toasts.ts';
import { clearRows, list, ring } from '../state/traffic.ts';
import { App } from './App.tsx';
import { startFeeds } from './feeds.ts';
import { loadParts } from '../ui/part.tsx';

let core: DemoCore;
let world: DemoWorld;

beforeAll(() => {
  // happy-dom lays nothing out: give every element a size, so that virtual rows are drawn.
  for (const name of ['offsetHeight', 'clientHeight'] as const)
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 600 });
  for (const name of ['offsetWidth', 'clientWidth'] as const)
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 1200 });
});

beforeEach(async () => {
  await loadParts();
  usePrefs.setState({ ...defaultPrefs(), language: 'en' });
  useToasts.setState({ toasts: [] });
  useStats.setState({ samples: [], latest: null, previous: null, base: null });
  setFilterText('');
  clearRows();
  forgetSelection();
  world = new DemoWorld(Date.now());
  core = makeDemoCore(world, Date.now());
  let events: TransportEvents | undefined;
  connectCore({ kind: 'browser', start: (given) => (events = given) }, startFeeds);
  const [page, server] = makeMemoryChannels();
  core.serve(server);
  events?.onChannel(page);
  render(<App />);
  await screen.findByText('Core running');
});
afterEach(cleanup);

/** Exchanges of the core: every second one a hit. */
async function happen(first: number, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, n) =>
    makeRow({
      id: first + n,
      seq: first + n,
      path: `/${first + n}`,
      ...(n % 2 === 0 ? { cacheStatus: 'HIT', outcome: 'HIT' } : { cacheStatus: 'MISS', outcome: 'MISS' }),
    }),
  );
  world.rows = [...world.rows, ...rows];
  act(() => core.push('traffic', makeBatch(rows)));
  await waitFor(() => expect(screen.getAllByTestId('traffic-row').length).toBeGreaterThan(0));
}

test('what was cleared comes back with its marks', async () => {
  await happen(1, 4);
  act(() => toggleMarks([list.keyAt(1)!]));
  const marked = [...useTrafficUi.getState().marked];
  fireEvent.click(screen.getByRole('button', { name: 'Clear' }));
  await screen.findByText('4 exchanges cleared');
  expect(ring.count).toBe(0);
  expect(useTrafficUi.getState().marked.size).toBe(0);
  fireEvent.click(screen.getByRole('button', { name: /Undo/ }));
  await screen.findByText('4 exchanges are back');
  await waitFor(() => expect(ring.count).toBe(4));
  expect([...useTrafficUi.getState().marked]).toEqual(marked);
  expect(marked.every((key) => ring.get(key) !== undefined)).toBe(true);
});

test('the hit ratio is of what the filter shows, and at the top since Clear', async () => {
  const totals = (HIT: number, MISS: number) => ({
    ...makeSample().totals,
    byCacheStatus: { HIT, MISS, BYPASS: 0 },
  });
  await happen(1, 4);
  await waitFor(() => expect(list.countHits()).toEqual({ hits: 2, answered: 4 }));
  act(() => setFilterText('cache:hit'));
  expect((await screen.findByTestId('shown-ratio')).textContent).toBe('hit ratio 100.0%');
  act(() => setFilterText('path:/2 or path:/3 or path:/4'));
  expect((await screen.findByTestId('shown-ratio')).textContent).toBe('hit ratio 33.3%');
  act(() => setFilterText(''));

  act(() => core.push('stats', makeSample({ atMs: Date.now(), totals: totals(10, 90) })));
  expect(await screen.findByTitle(/Hit ratio since start/)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Clear' }));
  await screen.findByText('4 exchanges cleared');
  act(() => core.push('stats', makeSample({ atMs: Date.now() + 5000, totals: totals(19, 91) })));
  const figure = await screen.findByTitle(/Hit ratio since Clear/);
  await waitFor(() => expect(figure.textContent).toContain('90.0%'));
  fireEvent.click(screen.getByRole('button', { name: /Undo/ }));
  expect(await screen.findByTitle(/Hit ratio since start/)).toBeTruthy();
});
