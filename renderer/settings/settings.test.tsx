// @vitest-environment happy-dom
/** Settings as a person uses them: looked for, in one field with its unit, told when saved, shown when they matter. */
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SETTING_KEYS } from '../../proxy-core/contract/setting-specs.ts';
import { connectCore } from '../connection/core.ts';
import { makeMemoryChannels } from '../connection/memory-channel.ts';
import type { TransportEvents } from '../connection/transport.ts';
import type { KafkaStatus } from '../../proxy-core/contract/kafka.ts';
import { makeSettings } from '../demo/builders.ts';
import { makeDemoCore } from '../demo/core.ts';
import { DemoWorld } from '../demo/world.ts';
import { App } from '../app/App.tsx';
import { startFeeds } from '../app/feeds.ts';
import { en } from '../i18n/en.ts';
import { ru } from '../i18n/ru.ts';
import { useConnection } from '../state/connection.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { loadParts } from '../ui/part.tsx';
import { parseDraft, shownValue } from './draft.ts';
import { isFound } from './find.ts';
import { matters } from './matters.ts';
import { sectionAt } from './use-current-section.ts';

const MIRROR: KafkaStatus = {
  state: 'off',
  brokers: [],
  topic: 'events',
  acks: 1,
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
};

beforeEach(async () => {
  await loadParts();
  usePrefs.setState({ ...defaultPrefs(), language: 'en', view: 'settings' });
  const core = makeDemoCore(new DemoWorld(Date.now()), Date.now());
  let events: TransportEvents | undefined;
  connectCore({ kind: 'browser', start: (given) => (events = given) }, startFeeds);
  const [page, server] = makeMemoryChannels();
  core.serve(server);
  events?.onChannel(page);
  render(<App />);
  await screen.findByLabelText('Byte budget');
  // The made-up core has no mirror.
  act(() => useConnection.setState({ kafka: MIRROR }));
});
afterEach(cleanup);

const shownKeys = (): (string | undefined)[] => screen.getAllByTestId('setting').map((row) => row.dataset['key']);

test('an amount stands in its field with its unit, and says so when it is saved', async () => {
  const budget = screen.getByLabelText<HTMLInputElement>('Byte budget');
  expect(budget.value).toBe('256 MiB');
  fireEvent.change(budget, { target: { value: 'a lot' } });
  expect(screen.getByText('Takes a size from 0 B to 64 GiB, as 256 MiB.')).toBeTruthy();
  fireEvent.change(budget, { target: { value: '1.5gb' } });
  fireEvent.keyDown(budget, { key: 'Enter' });
  await waitFor(() => expect(budget.value).toBe('1536 MiB'));
  expect(await screen.findByText('Saved: Byte budget')).toBeTruthy();
  expect(within(budget.closest<HTMLElement>('[data-testid="setting"]')!).getByText('Saved')).toBeTruthy();
  fireEvent.click(screen.getByRole('switch', { name: 'Compress stored text' }));
  expect(await screen.findByText('Saved: Compress stored text')).toBeTruthy();
  expect(screen.getAllByText('Saved')).toHaveLength(1);
});

test('what changes nothing now is one press away, and comes by itself when it matters', async () => {
  expect(shownKeys()).not.toContain('kafkaSasl');
  expect(shownKeys()).not.toContain('interceptHosts');
  const kafka = screen.getByRole('region', { name: 'Kafka' });
  fireEvent.click(within(kafka).getByRole('button', { name: /^Show \d+ more that change nothing now$/ }));
  expect(shownKeys()).toContain('kafkaSasl');
  expect(within(kafka).getAllByText('Changes nothing with the other settings as they are.').length).toBeGreaterThan(5);

  fireEvent.change(screen.getByLabelText('Intercept TLS'), { target: { value: 'listed' } });
  await waitFor(() => expect(shownKeys()).toContain('interceptHosts'));
});

test('settings are found by label, explanation, flag and environment name, also those that do not matter', () => {
  const search = screen.getByRole('searchbox', { name: 'Search settings' });
  fireEvent.change(search, { target: { value: 'kafka password' } });
  expect(shownKeys()).toEqual(['kafkaPassword']);
  expect(screen.queryByRole('heading', { name: 'Cache' })).toBeNull();
  fireEvent.change(search, { target: { value: 'BSDM_DIAL' } });
  expect(shownKeys()).toEqual(['dialAllow']);
  fireEvent.change(search, { target: { value: 'dark' } });
  expect(screen.queryAllByTestId('setting')).toEqual([]);
  expect(screen.getByRole('heading', { name: 'Appearance' })).toBeTruthy();
  fireEvent.change(search, { target: { value: 'nothing like it' } });
  expect(screen.getByText('No setting is called so.')).toBeTruthy();
  fireEvent.keyDown(search, { key: 'Escape' });
  expect(shownKeys().length).toBeGreaterThan(20);
});

test('every amount reads back as it is shown, in both languages', () => {
  const settings = makeSettings();
  for (const key of SETTING_KEYS) {
    const { value } = settings[key];
    if (typeof value !== 'number') continue;
    expect(parseDraft(key, shownValue(key, value, 'en'), en)).toEqual({ ok: true, value });
    expect(parseDraft(key, shownValue(key, value, 'ru'), ru)).toEqual({ ok: true, value });
  }
  expect(parseDraft('connectTimeoutSeconds', '2 min', en)).toEqual({ ok: true, value: 120 });
  expect(parseDraft('connectTimeoutSeconds', '15', en)).toEqual({ ok: true, value: 15 });
  expect(parseDraft('connectTimeoutSeconds', '300ms', en)).toMatchObject({ ok: false });
  expect(parseDraft('kafkaLingerMs', '1 s', en)).toEqual({ ok: true, value: 1000 });
});

test('what matters follows from the others', () => {
  expect(matters('cacheCapacity', makeSettings())).toBe(true);
  expect(matters('cacheCapacity', makeSettings({ cacheMode: 'off' }))).toBe(false);
  expect(matters('kafkaPassword', makeSettings({ kafkaSasl: 'plain' }))).toBe(false);
  expect(matters('kafkaPassword', makeSettings({ kafkaEnabled: true, kafkaSasl: 'plain' }))).toBe(true);
  for (const key of ['port', 'kafkaEnabled', 'kafkaBrokers', 'cacheMode', 'intercept'] as const)
    expect(matters(key, makeSettings({ cacheMode: 'off' }))).toBe(true);
  expect(isFound('cacheMaxBytes', 'cache-max', en)).toBe(true);
  expect(isFound('cacheMaxBytes', 'бюджет', ru)).toBe(true);
});

test('one is in the last section whose head has come to the top, at the end in the last', () => {
  const at = (scrollTop: number, ...tops: number[]) =>
    sectionAt(
      ['a', 'b', 'c'].map((id, index) => ({ id, top: tops[index]! })),
      { scrollTop, clientHeight: 100, scrollHeight: 500 },
    );
  expect(at(0, 16, 200, 400)).toBe('a');
  expect(at(150, -134, 50, 250)).toBe('b');
  expect(at(400, -384, -200, 90)).toBe('c');
});
