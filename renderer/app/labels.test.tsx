// @vitest-environment happy-dom
/** Notes, colours and the palette on what is chosen, over a pretend core. */
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectCore } from '../connection/core.ts';
import { makeMemoryChannels } from '../connection/memory-channel.ts';
import { makeBatch, makeDetail, makeRow } from '../demo/builders.ts';
import { makeDemoCore } from '../demo/core.ts';
import { DemoWorld } from '../demo/world.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { forgetSelection, selectOnly, setFilterText, useTrafficUi } from '../state/selection.ts';
import { clearRows, list, rowOf, setPaused } from '../state/traffic.ts';
import { loadParts } from '../ui/part.tsx';
import { App } from './App.tsx';
import { startFeeds } from './feeds.ts';

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
  setFilterText('');
  clearRows();
  forgetSelection();
  const world = new DemoWorld(Date.now());
  const core = makeDemoCore(world, Date.now());
  connectCore(
    {
      kind: 'browser',
      start: (events) => {
        const [page, server] = makeMemoryChannels();
        core.serve(server);
        events.onChannel(page);
      },
    },
    startFeeds,
  );
  render(<App />);
  await screen.findByText('Core running');
  const rows = [
    makeRow({ id: 1, host: 'a.example', path: '/one' }),
    makeRow({ id: 2, host: 'b.example', path: '/graphql', method: 'POST', operation: 'mutation AddToCart' }),
  ];
  for (const row of rows) {
    world.rows.push(row);
    world.details.set(row.id, makeDetail(row));
  }
  world.seq = 2;
  await act(async () => core.push('traffic', makeBatch(rows)));
  await screen.findAllByTestId('traffic-row');
});
afterEach(cleanup);

const key = (name: string, code: string): void =>
  void fireEvent.keyDown(screen.getByTestId('traffic-table'), { key: name, code });
const urls = (): (string | undefined)[] => Array.from({ length: list.length }, (_, at) => list.at(at)?.path);

async function runFromPalette(typed: string): Promise<void> {
  fireEvent.keyDown(document, { key: 'k', code: 'KeyK', ctrlKey: true });
  const input = await screen.findByRole('combobox', { name: 'All actions' });
  fireEvent.change(input, { target: { value: typed } });
  await act(async () => fireEvent.keyDown(input, { key: 'Enter' }));
}

test('a colour by its digit, a note by its letter; both are found by the filter, and taken away', async () => {
  act(() => selectOnly(1));
  key('3', 'Digit3');
  await waitFor(() => expect(rowOf(1)?.color).toBe('yellow'));
  await waitFor(() => expect(document.querySelector('#row-1')?.getAttribute('data-color')).toBe('yellow'));
  key('n', 'KeyN');
  const field = await screen.findByRole('textbox', { name: 'Note' });
  fireEvent.change(field, { target: { value: ' asked twice ' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  await waitFor(() => expect(rowOf(1)?.note).toBe('asked twice'));
  expect(await screen.findByRole('img', { name: 'asked twice' })).toBeTruthy();
  act(() => setFilterText('color:yellow note:twice'));
  expect(urls()).toEqual(['/one']);
  act(() => setFilterText('-color:*'));
  expect(urls()).toEqual(['/graphql']);
  act(() => setFilterText(''));
  key('0', 'Digit0');
  await waitFor(() => expect(rowOf(1)?.color).toBeUndefined());
  expect(rowOf(1)?.note).toBe('asked twice');
});

test('a paused view takes colours and notes, and nothing else', async () => {
  act(() => setPaused(true));
  act(() => selectOnly(1));
  key('1', 'Digit1');
  await waitFor(() => expect(rowOf(1)?.color).toBe('red'));
  await waitFor(() => expect(document.querySelector('#row-1')?.getAttribute('data-color')).toBe('red'));
  act(() => setPaused(false));
  expect(rowOf(1)?.color).toBe('red');
});

test('the operation stands in the cell of the path, and op: finds it', () => {
  expect(document.querySelector('#row-2 .operation')?.textContent).toBe('mutation AddToCart');
  act(() => setFilterText('op:addtocart'));
  expect(urls()).toEqual(['/graphql']);
});

test('the palette acts on what is chosen', async () => {
  act(() => selectOnly(2));
  await runFromPalette('colour: purple');
  await waitFor(() => expect(rowOf(2)?.color).toBe('purple'));
  await runFromPalette('filter method:post');
  expect(useTrafficUi.getState().filterText).toBe('method:post');
  await runFromPalette('explain');
  expect(await screen.findByTestId('detail-pane')).toBeTruthy();
});

test('the palette leads to any setting, with the focus in its field', async () => {
  await runFromPalette('exchanges kept');
  await waitFor(() => expect(document.activeElement?.id).toBe('setting-captureRows'));
});

test('the menu of a row opens what stands beside an item', async () => {
  act(() => selectOnly(1));
  fireEvent.keyDown(screen.getByTestId('traffic-table'), { key: 'F10', code: 'F10', shiftKey: true });
  const item = await screen.findByRole('menuitem', { name: 'Colour' });
  await act(async () => fireEvent.click(item));
  const red = await screen.findByRole('menuitem', { name: /^Red/ });
  await act(async () => fireEvent.click(red));
  await waitFor(() => expect(rowOf(1)?.color).toBe('red'));
});
