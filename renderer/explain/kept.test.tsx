// @vitest-environment happy-dom
/** The details and the views stay as they were left, and draw nothing for what is not theirs. */
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { Profiler } from 'react';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { App } from '../app/App.tsx';
import { startFeeds } from '../app/feeds.ts';
import { connectCore } from '../connection/core.ts';
import { makeMemoryChannels } from '../connection/memory-channel.ts';
import { makeBatch, makeDetail, makeRow } from '../demo/builders.ts';
import { makeDemoCore, type DemoCore } from '../demo/core.ts';
import { step } from '../demo/decide.ts';
import { DemoWorld } from '../demo/world.ts';
import { usePanes } from '../state/panes.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { forgetSelection, openDetails, setFilterText, useCacheUi } from '../state/selection.ts';
import { applyBatch, clearRows, ring, useTraffic } from '../state/traffic.ts';
import { loadParts } from '../ui/part.tsx';
import { DetailPane } from './DetailPane.tsx';

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
  useCacheUi.setState({ entryId: null, selected: new Set(), text: '', dialog: null, report: null });
  usePanes.setState(usePanes.getInitialState());
  setFilterText('');
  clearRows();
  forgetSelection();
  world = new DemoWorld(Date.now());
  core = makeDemoCore(world, Date.now());
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
});
afterEach(cleanup);

/** Two exchanges with details of their own. */
async function pushTwo(): Promise<void> {
  for (const id of [1, 2]) {
    const row = makeRow({ id, seq: id, path: `/page-${id}`, url: `http://shop.example/page-${id}` });
    world.rows.push(row);
    world.details.set(
      id,
      makeDetail(row, {
        responseFields: [['X-Page', `page ${id}`]],
        trace: [step('response-private', 'store', 'stop', 'RFC 9111 §5.2.2.7', { cacheControl: 'private' })],
      }),
    );
  }
  await act(async () => core.push('traffic', makeBatch(world.rows)));
}
const pane = (): HTMLElement => screen.getByTestId('detail-pane');
const activeTab = (): string => within(pane()).getByRole('tab', { selected: true }).textContent;
const show = (view: string): boolean =>
  fireEvent.click(within(screen.getByRole('navigation', { name: 'Views' })).getByRole('button', { name: view }));

test('traffic of others draws nothing in the details; the own row does', async () => {
  let drawn = 0;
  render(
    <Profiler id="details" onRender={() => drawn++}>
      <DetailPane />
    </Profiler>,
  );
  await pushTwo();
  await act(async () => openDetails(ring.keyOf(1)));
  await within(pane()).findByText('Why');
  await waitFor(() => expect(pane().textContent).toContain('for one user'));
  const before = drawn;
  for (let id = 10; id < 70; id++)
    act(() => {
      applyBatch(makeBatch([makeRow({ id, seq: id })]));
      // What a frame of traffic does.
      useTraffic.setState(({ version }) => ({ version: version + 1 }));
    });
  expect(drawn - before).toBe(0);
  act(() => applyBatch(makeBatch([makeRow({ id: 1, seq: 100, status: 418 })])));
  await within(pane()).findByText('418');
});

test('another row keeps the tab, its scroll and the view of the fields; nothing flashes empty between', async () => {
  render(<App />);
  await screen.findByText('Core running');
  await pushTwo();
  fireEvent.click((await screen.findAllByTestId('traffic-row'))[0]!);
  await screen.findByTestId('detail-pane');
  fireEvent.click(within(pane()).getByRole('tab', { name: 'Response' }));
  await within(pane()).findByText('page 1');
  fireEvent.click(within(pane()).getByRole('button', { name: 'Raw' }));
  within(pane()).getByRole('tabpanel').scrollTop = 77;

  fireEvent.click(screen.getAllByTestId('traffic-row')[1]!);
  // Asked for and not there yet: what was shown stays.
  expect(pane().textContent).not.toContain('Loading');
  expect(within(pane()).getByText(/X-Page: page 1/)).toBeTruthy();
  expect(await within(pane()).findByText(/X-Page: page 2/)).toBeTruthy();
  expect(pane().textContent).toContain('/page-2');
  expect(activeTab()).toBe('Response');
  expect(within(pane()).getByRole('tabpanel').scrollTop).toBe(77);

  // Another tab and back.
  fireEvent.click(within(pane()).getByRole('tab', { name: 'Timing' }));
  expect(within(pane()).getByRole('tabpanel').scrollTop).toBe(0);
  fireEvent.click(within(pane()).getByRole('tab', { name: 'Response' }));
  expect(within(pane()).getByRole('tabpanel').scrollTop).toBe(77);
});

test('a view that was left is as it was, and heard of nothing meanwhile', async () => {
  render(<App />);
  await screen.findByText('Core running');
  await pushTwo();
  fireEvent.change(screen.getByRole('combobox', { name: 'Filter' }), { target: { value: 'path:/page' } });
  fireEvent.click((await screen.findAllByTestId('traffic-row'))[1]!);
  await screen.findByTestId('detail-pane');
  fireEvent.click(within(pane()).getByRole('tab', { name: 'Response' }));
  within(pane()).getByRole('tabpanel').scrollTop = 55;
  const left = pane();

  show('Cache');
  expect(screen.getByRole('main', { name: 'Cache' })).toBeTruthy();
  expect(screen.queryByRole('main', { name: 'Traffic' })).toBeNull();
  const row = makeRow({ id: 3, seq: 3, path: '/page-3', url: 'http://shop.example/page-3' });
  await act(async () => core.push('traffic', makeBatch([row])));
  expect(screen.getAllByTestId('traffic-row')).toHaveLength(2);

  show('Traffic');
  expect(screen.getByRole('main', { name: 'Traffic' })).toBeTruthy();
  expect(screen.getByRole<HTMLInputElement>('combobox', { name: 'Filter' }).value).toBe('path:/page');
  expect(pane()).toBe(left);
  expect(activeTab()).toBe('Response');
  expect(within(pane()).getByRole('tabpanel').scrollTop).toBe(55);
  await waitFor(() => expect(screen.getAllByTestId('traffic-row')).toHaveLength(3));
});
