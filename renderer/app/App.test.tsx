// @vitest-environment happy-dom
/** The whole window over a pretend core, as a person uses it: by roles and visible words. */
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeEntryId } from '../../proxy-core/contract/entry-id.ts';
import { makeMemoryChannels } from '../connection/memory-channel.ts';
import { connectCore } from '../connection/core.ts';
import type { TransportEvents } from '../connection/transport.ts';
import {
  makeBatch,
  makeEntry,
  makeEntryDetail,
  makeInfo,
  makeRow,
  makeSample,
  makeSettings,
} from '../demo/builders.ts';
import { makeDemoCore, type DemoCore } from '../demo/core.ts';
import { DemoWorld } from '../demo/world.ts';
import { useConnection } from '../state/connection.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { forgetSelection, setFilterText, useCacheUi } from '../state/selection.ts';
import { useToasts } from '../state/toasts.ts';
import { clearRows, setPaused } from '../state/traffic.ts';
import { App } from './App.tsx';
import { startFeeds } from './feeds.ts';
import { loadParts } from '../ui/part.tsx';

let core: DemoCore;
let world: DemoWorld;
let events: TransportEvents;

beforeAll(() => {
  // happy-dom lays nothing out: give every element a size, so that virtual rows are drawn.
  for (const name of ['offsetHeight', 'clientHeight'] as const)
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 600 });
  for (const name of ['offsetWidth', 'clientWidth'] as const)
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 1200 });
});

function connect(): void {
  const [page, server] = makeMemoryChannels();
  core.serve(server);
  events.onChannel(page);
}

beforeEach(async () => {
  await loadParts();
  usePrefs.setState({ ...defaultPrefs(), language: 'en' });
  useToasts.setState({ toasts: [] });
  useCacheUi.setState({ entryId: null, selected: new Set(), text: '', dialog: null, report: null });
  setFilterText('');
  setPaused(false);
  clearRows();
  forgetSelection();
  world = new DemoWorld(Date.now());
  core = makeDemoCore(world, Date.now());
  connectCore({ kind: 'browser', start: (given) => (events = given) }, startFeeds);
  connect();
  render(<App />);
  await screen.findByText('Core running');
  // That the rows of the test before are gone is drawn with the next frame, later on a busy machine.
  await waitFor(() => expect(screen.queryByTestId('traffic-table')).toBeNull());
});
afterEach(() => {
  cleanup();
});

async function push(rows: Parameters<typeof makeBatch>[0]): Promise<void> {
  for (const row of rows) world.rows.push(row);
  // Frames cross the wire in a microtask of their own.
  await act(async () => core.push('traffic', makeBatch(rows)));
}
const trafficRows = (): HTMLElement[] => screen.queryAllByTestId('traffic-row');

test('an empty table says how to connect, with the real address', async () => {
  expect(await screen.findByText('curl -x http://127.0.0.1:1488 http://example.com/')).toBeTruthy();
  expect(screen.getByTestId('listening-address').textContent).toContain('127.0.0.1:1488');
});

test('rows appear pending, fill in, and are narrowed by the filter', async () => {
  const pending = makeRow({ id: 1, seq: 1, path: '/slow', state: 'pending' });
  delete pending.outcome;
  delete pending.status;
  await push([pending]);
  await waitFor(() => expect(trafficRows()[0]?.dataset['outcome']).toBe('PENDING'));
  await push([
    makeRow({ id: 1, seq: 2, path: '/slow', outcome: 'HIT', cacheStatus: 'HIT', reason: 'fresh' }),
    makeRow({ id: 2, seq: 3, path: '/broken', status: 502, outcome: 'ERROR' }),
  ]);
  await waitFor(() => expect(trafficRows().map((row) => row.dataset['outcome'])).toEqual(['HIT', 'ERROR']));

  const filter = screen.getByRole('combobox', { name: 'Filter' });
  fireEvent.change(filter, { target: { value: 'cache:hit' } });
  await waitFor(() => expect(trafficRows()).toHaveLength(1));
  expect(screen.getByText('Shows: cache outcome is HIT')).toBeTruthy();
  fireEvent.change(filter, { target: { value: 'cache:hit status:9xx' } });
  expect(screen.getByText(/“9xx” is not a valid value for this key/)).toBeTruthy();
  expect(trafficRows()).toHaveLength(1);
});

test('a paused view holds rows back and says how many', async () => {
  await push([makeRow({ id: 1 })]);
  await waitFor(() => expect(trafficRows()).toHaveLength(1));
  fireEvent.click(screen.getByRole('button', { name: 'Pause view' }));
  await push([makeRow({ id: 2 }), makeRow({ id: 3 })]);
  expect(await screen.findByText('2 waiting')).toBeTruthy();
  expect(trafficRows()).toHaveLength(1);
  fireEvent.click(screen.getByRole('button', { name: /Resume view/ }));
  await waitFor(() => expect(trafficRows()).toHaveLength(3));
});

test('rows the core let go because this window lagged are told beside those that wait, paused or not', async () => {
  world.rows.push(makeRow({ id: 1 }));
  await act(async () => core.push('traffic', makeBatch([makeRow({ id: 1 })], { dropped: 40 })));
  expect(await screen.findByText('40 updates lost')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Pause view' }));
  await act(async () => core.push('traffic', makeBatch([makeRow({ id: 2 })], { dropped: 1200 })));
  expect(await screen.findByText('1 waiting')).toBeTruthy();
  expect(await screen.findByText(/^1.240 updates lost$/)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: /Resume view/ }));
  await waitFor(() => expect(trafficRows()).toHaveLength(2));
  expect(screen.getByText(/^1.240 updates lost$/)).toBeTruthy();
});

test('the delivery panel says which addresses the mirror may dial', async () => {
  fireEvent.click(screen.getByRole('button', { name: 'Settings' }));
  act(() =>
    useConnection.setState({
      kafka: {
        state: 'ready',
        brokers: ['kafka.example:9092'],
        topic: 'events',
        acks: 0,
        offered: 0,
        queued: 0,
        queuedBytes: 0,
        inFlight: 0,
        sent: 0,
        confirmed: 0,
        failed: 0,
        dropped: 0,
        sampledOut: 0,
        rate: 0,
      },
    }),
  );
  expect((await screen.findByTestId('kafka-dial')).textContent).toMatch(
    /“Addresses allowed”.*every broker.*Any address may be dialled now/,
  );
  act(() => core.push('settings', makeSettings({ dialAllow: 'loopback' })));
  await waitFor(() =>
    expect(screen.getByTestId('kafka-dial').textContent).toContain('Only this machine may be dialled now'),
  );
});

test('a certificate that did not pass is accepted for its host and port, and refused again', async () => {
  const refused = makeRow({
    id: 1,
    host: 'Shop.Example',
    url: 'https://shop.example/',
    state: 'failed',
    outcome: 'ERROR',
    error: 'tls_certificate_error',
    status: 502,
  });
  await act(async () => core.push('traffic', makeBatch([refused])));
  fireEvent.click(await screen.findByTestId('traffic-row'));
  const pane = await screen.findByTestId('detail-pane');
  const accept = await within(pane).findByRole('button', { name: 'Accept the certificate of shop.example:443' });
  await act(async () => fireEvent.click(accept));
  await within(pane).findByText(/From now on the certificate of shop\.example:443 is accepted/);
  expect(useConnection.getState().settings?.upstreamAccept.value).toBe('shop.example:443');
  // Seen from everywhere as long as it lasts.
  expect(screen.getByRole('button', { name: '1 certificate unchecked' }).title).toContain('shop.example:443');
  await act(async () => fireEvent.click(within(pane).getByRole('button', { name: 'Stop accepting it' })));
  await within(pane).findByText(/nothing was sent/);
  expect(screen.queryByRole('button', { name: /unchecked/ })).toBeNull();
  expect(useConnection.getState().settings?.upstreamAccept.value).toBe('');
});

test('the lock says what became of TLS, and whether a certificate was accepted anyway', async () => {
  await act(async () =>
    core.push(
      'traffic',
      makeBatch([
        makeRow({ id: 1, kind: 'tunnel', tls: 'tunnel' }),
        makeRow({ id: 2, tls: 'intercepted' }),
        makeRow({ id: 3, tls: 'intercepted', accepted: 'CERT_HAS_EXPIRED' }),
        makeRow({ id: 4 }),
      ]),
    ),
  );
  await screen.findByRole('img', { name: 'TLS passed through unread' });
  expect(screen.getAllByRole('img', { name: 'TLS read here' })).toHaveLength(1);
  expect(screen.getByRole('img', { name: /did not pass \(CERT_HAS_EXPIRED\) and was accepted anyway/ })).toBeTruthy();
  act(() => setFilterText('is:accepted'));
  await waitFor(() => expect(screen.getAllByTestId('traffic-row')).toHaveLength(1));
});

test('the details say why, step by step', async () => {
  for (let second = 0; second < 20; second++) world.step(Date.now());
  const row = world.rows.find(({ outcome }) => outcome === 'MISS')!;
  await act(async () => core.push('traffic', makeBatch([row])));
  fireEvent.click(await screen.findByTestId('traffic-row'));
  const pane = await screen.findByTestId('detail-pane');
  fireEvent.click(await within(pane).findByRole('button', { name: /step by step$/ }));
  expect(within(pane).getByText('May it be stored?')).toBeTruthy();
  expect(within(pane).getAllByRole('link').length).toBeGreaterThan(0);
  fireEvent.click(within(pane).getByRole('tab', { name: 'Response' }));
  expect(await within(pane).findAllByText('Content-Type')).not.toHaveLength(0);
});

test('when the core goes the window says so, and after a new core the table goes on', async () => {
  await push([makeRow({ id: 1, path: '/before' })]);
  await waitFor(() => expect(trafficRows()).toHaveLength(1));
  act(() => {
    events.onLost();
    events.onRetry(1, Date.now() + 2000);
  });
  expect((await screen.findByRole('alert')).textContent).toContain('The connection to the core is lost');
  expect(trafficRows()).toHaveLength(1);

  world = new DemoWorld(Date.now());
  core = makeDemoCore(world, Date.now(), { sessionId: 'another' });
  act(connect);
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  await push([makeRow({ id: 1, path: '/after' })]);
  await waitFor(() =>
    expect(trafficRows().map((row) => row.dataset['url'])).toEqual([
      'http://shop.example/before',
      'http://shop.example/after',
    ]),
  );
});

test('nothing opened or selected means another entry after the core was restarted', async () => {
  world.restore([makeEntryDetail(makeEntry({ id: 5, url: 'http://shop.example/mine', storedAtMs: Date.now() }))]);
  fireEvent.click(screen.getByRole('button', { name: 'Cache' }));
  fireEvent.click(await screen.findByTestId('cache-row'), { ctrlKey: true });
  fireEvent.click(await screen.findByTestId('cache-row'));
  await screen.findByRole('region', { name: 'Entry' });
  fireEvent.click(screen.getByRole('button', { name: 'Evict selected' }));
  await screen.findByRole('dialog');

  act(() => events.onLost());
  world = new DemoWorld(Date.now());
  world.restore([
    makeEntryDetail(
      makeEntry({
        id: makeEntryId('yet-another', 5),
        url: 'http://shop.example/another',
        storedAtMs: Date.now(),
      }),
    ),
  ]);
  core = makeDemoCore(world, Date.now(), { sessionId: 'yet-another' });
  act(connect);
  expect(await screen.findByText(/The core was restarted: the entries you had open or selected are gone/)).toBeTruthy();
  expect(screen.queryByRole('region', { name: 'Entry' })).toBeNull();
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(screen.queryByRole('button', { name: 'Evict selected' })).toBeNull();
  expect(world.entries.size).toBe(1);
});

test('an entry is opened, evicted and brought back', async () => {
  const entry = makeEntry({ id: 5, url: 'http://shop.example/style.css', storedAtMs: Date.now() });
  world.restore([makeEntryDetail(entry)]);
  fireEvent.click(screen.getByRole('button', { name: 'Cache' }));
  fireEvent.click(await screen.findByTestId('cache-row'));
  const pane = await screen.findByRole('region', { name: 'Entry' });
  fireEvent.click(await within(pane).findByRole('button', { name: 'Evict' }));
  expect(await screen.findByText(/1 entry evicted/)).toBeTruthy();
  expect(world.entries.size).toBe(0);
  fireEvent.click(screen.getByRole('button', { name: /Undo/ }));
  await waitFor(() => expect(world.entries.size).toBe(1));
});

test('evicting everything says first what will go', async () => {
  world.restore(
    [1, 2, 3].map((id) => makeEntryDetail(makeEntry({ id, url: `http://shop.example/${id}`, sizeBytes: 1024 }))),
  );
  act(() =>
    core.push('stats', makeSample({ atMs: Date.now(), cache: { ...makeSample().cache, entries: 3, version: 9 } })),
  );
  fireEvent.click(screen.getByRole('button', { name: 'Cache' }));
  fireEvent.click(await screen.findByRole('button', { name: 'Evict…' }));
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Evict all…' }));
  expect(await screen.findByText('3 entries, 3 KiB will be evicted.')).toBeTruthy();
  expect(world.entries.size).toBe(3);
  fireEvent.click(screen.getByRole('button', { name: 'Evict' }));
  await waitFor(() => expect(world.entries.size).toBe(0));
});

test('settings are checked as typed, saved, reset; locked ones say by what', async () => {
  fireEvent.click(screen.getByRole('button', { name: 'Settings' }));
  const port = await screen.findByLabelText<HTMLInputElement>('Port');
  expect(port.disabled).toBe(true);
  expect(screen.getByText('Locked by command line: --port')).toBeTruthy();

  const capacity = screen.getByLabelText<HTMLInputElement>('Maximum entries');
  fireEvent.change(capacity, { target: { value: 'many' } });
  expect(screen.getByText(/Takes a whole number/)).toBeTruthy();
  fireEvent.change(capacity, { target: { value: '500' } });
  fireEvent.blur(capacity);
  fireEvent.click(await screen.findByRole('button', { name: 'Reset to default: Maximum entries' }));
  await waitFor(() => expect(capacity.value).toBe('10000'));
});

test('the palette finds an action by its words and runs it', async () => {
  fireEvent.keyDown(document, { key: 'k', code: 'KeyK', ctrlKey: true });
  const input = await screen.findByRole('combobox', { name: 'All actions' });
  fireEvent.change(input, { target: { value: 'settings' } });
  fireEvent.keyDown(input, { key: 'Enter' });
  expect(await screen.findByRole('main', { name: 'Settings' })).toBeTruthy();
});

test('the switch beside the cache mode says what a client’s reload gets, and changes it at once', async () => {
  const setting = (): unknown => useConnection.getState().settings?.ignoreClientCacheControl.value;
  fireEvent.click(screen.getByRole('button', { name: 'Client’s reload: obey' }));
  const ignore = await screen.findByRole('menuitemcheckbox', { name: /^Ignore \(as CDNs do\)/ });
  expect(screen.getByRole('menuitemcheckbox', { name: /^Obey/ }).getAttribute('aria-checked')).toBe('true');
  expect(ignore.textContent).toMatch(/no-store, only-if-cached and the request’s own conditions \(If-…\) still count/);
  await act(async () => fireEvent.click(ignore));
  expect(setting()).toBe(true);
  expect(screen.getByRole('button', { name: 'Client’s reload: ignore' }).title).toContain('no-store');

  fireEvent.keyDown(document, { key: 'k', code: 'KeyK', ctrlKey: true });
  const input = await screen.findByRole('combobox', { name: 'All actions' });
  fireEvent.change(input, { target: { value: 'reload obey' } });
  await act(async () => fireEvent.keyDown(input, { key: 'Enter' }));
  expect(setting()).toBe(false);

  act(() =>
    core.push('settings', makeSettings({}, { ignoreClientCacheControl: { value: true, source: 'env', locked: true } })),
  );
  fireEvent.click(await screen.findByRole('button', { name: 'Client’s reload: ignore' }));
  expect((await screen.findByRole('menuitemcheckbox', { name: /^Obey/ })).getAttribute('aria-disabled')).toBe('true');
  expect(screen.getByText('Set by environment; cannot be changed here')).toBeTruthy();
});

test('Russian is spoken throughout', async () => {
  act(() => usePrefs.setState({ language: 'ru' }));
  expect(await screen.findByText('Ждём первый запрос')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Настройки' })).toBeTruthy();
});

test('a taken port is told with a free one to take instead, in one click', async () => {
  await act(async () =>
    core.push(
      'core',
      makeInfo({
        listening: null,
        listenProblem: 'port 1488 on 127.0.0.1 is in use by another program',
        freePort: 1490,
      }),
    ),
  );
  expect(screen.getByRole('alert').textContent).toContain('port 1488 on 127.0.0.1 is in use');
  fireEvent.click(screen.getByRole('button', { name: 'Listen on 1490' }));
  // The made-up core has its port from the command line, and says so.
  await waitFor(() => expect(useToasts.getState().toasts.at(-1)?.text).toContain('port was set by a flag'));
});
