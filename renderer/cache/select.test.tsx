// @vitest-environment happy-dom
/** What is selected, and what an eviction leaves of it, over a pretend core with more entries than a page. */
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { App } from '../app/App.tsx';
import { startFeeds } from '../app/feeds.ts';
import { connectCore } from '../connection/core.ts';
import { makeMemoryChannels } from '../connection/memory-channel.ts';
import type { TransportEvents } from '../connection/transport.ts';
import { makeEntry, makeEntryDetail } from '../demo/builders.ts';
import { makeDemoCore } from '../demo/core.ts';
import { DemoWorld } from '../demo/world.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { setCacheFilter, useCacheUi } from '../state/selection.ts';
import { useToasts } from '../state/toasts.ts';
import { evictOne } from './actions.ts';
import { entryWindow } from './use-entry-window.ts';
import { loadParts } from '../ui/part.tsx';

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
  usePrefs.setState({ ...defaultPrefs(), language: 'en', view: 'cache' });
  useToasts.setState({ toasts: [] });
  useCacheUi.setState({ entryId: null, selected: new Set(), dialog: null, report: null });
  setCacheFilter('');
  world = new DemoWorld(Date.now());
  world.restore(
    Array.from({ length: 1000 }, (_, n) =>
      makeEntryDetail(makeEntry({ id: n + 1, url: `http://shop.example/${n + 1}`, storedAtMs: 1_700_000_000_000 - n })),
    ),
  );
  const core = makeDemoCore(world, Date.now());
  let events: TransportEvents | undefined;
  connectCore({ kind: 'browser', start: (given) => (events = given) }, startFeeds);
  const [page, server] = makeMemoryChannels();
  core.serve(server);
  events?.onChannel(page);
  render(<App />);
  await waitFor(() => expect(screen.getAllByTestId('cache-row').length).toBeGreaterThan(5));
  act(() => entryWindow.show(0, 30));
});
afterEach(cleanup);

const rows = (): HTMLElement[] => screen.getAllByTestId('cache-row');
const table = (): HTMLElement => screen.getByTestId('cache-table');
const selected = (): number => useCacheUi.getState().selected.size;

test('a range takes all it spans, also what was never scrolled to', async () => {
  fireEvent.click(rows()[0]!, { ctrlKey: true });
  act(() => entryWindow.show(900, 920));
  await waitFor(() => expect(entryWindow.at(910)).toBeDefined());
  expect(entryWindow.at(500)).toBeUndefined();
  // The row itself is not drawn where nothing is laid out: its place stands for it.
  // Its host's own row stands above all entries.
  rows()[1]!.dataset['index'] = '911';
  fireEvent.click(rows()[1]!, { shiftKey: true });
  await waitFor(() => expect(selected()).toBe(911));
});

test('all that pass the filter are selected by a key', async () => {
  act(() => setCacheFilter('path~^/1'));
  await waitFor(() => expect(entryWindow.loaded && entryWindow.total).toBe(112));
  fireEvent.keyDown(table(), { key: 'a', code: 'KeyA', ctrlKey: true });
  await waitFor(() => expect(selected()).toBe(112));
});

test('what is evicted is selected no longer, and list and total have it at once', async () => {
  fireEvent.click(rows()[0]!, { ctrlKey: true });
  fireEvent.click(rows()[1]!, { ctrlKey: true });
  expect(selected()).toBe(2);
  const [id] = useCacheUi.getState().selected;
  act(() => evictOne(id!));
  await screen.findByText(/1 entry evicted/);
  // Told only when it is so: nothing waits for the next sample.
  expect(selected()).toBe(1);
  expect(entryWindow.total).toBe(999);
  expect(screen.getByTestId('cache-total').textContent).toContain('999');
  fireEvent.click(screen.getByRole('button', { name: /Undo/ }));
  await waitFor(() => expect(entryWindow.total).toBe(1000));
});

test('Delete acts on what is opened or selected, never on a row that nobody sees chosen', async () => {
  fireEvent.click(rows()[3]!);
  await screen.findByRole('region', { name: 'Entry' });
  fireEvent.keyDown(table(), { key: 'Escape' });
  expect(screen.queryByRole('region', { name: 'Entry' })).toBeNull();
  fireEvent.keyDown(table(), { key: 'Delete' });
  fireEvent.keyDown(table(), { key: ' ' });
  await act(() => Promise.resolve());
  expect(world.entries.size).toBe(1000);
  expect(selected()).toBe(0);
  fireEvent.click(rows()[3]!);
  await screen.findByRole('region', { name: 'Entry' });
  fireEvent.keyDown(table(), { key: 'Delete' });
  await waitFor(() => expect(world.entries.size).toBe(999));
});
