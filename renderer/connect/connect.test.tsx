// @vitest-environment happy-dom
/** Clients, as a person connects them: HTTPS in the top bar, browsers, and what is said before HTTPS is read. */
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ClientsState } from '../../proxy-core/contract/clients.ts';
import { App } from '../app/App.tsx';
import { startFeeds } from '../app/feeds.ts';
import { connectCore } from '../connection/core.ts';
import { makeMemoryChannels } from '../connection/memory-channel.ts';
import type { TransportEvents } from '../connection/transport.ts';
import { makeDemoCore, type DemoCore } from '../demo/core.ts';
import { DemoWorld } from '../demo/world.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { useToasts } from '../state/toasts.ts';
import { clearRows } from '../state/traffic.ts';
import { useExplain } from './actions.ts';
import { loadParts } from '../ui/part.tsx';

let core: DemoCore;

const CLIENTS: ClientsState = {
  found: [
    { family: 'chromium', name: 'Chromium', path: '/usr/bin/chromium' },
    { family: 'firefox', name: 'Firefox', path: '/usr/bin/firefox' },
  ],
  running: [],
};

beforeEach(async () => {
  await loadParts();
  usePrefs.setState({ ...defaultPrefs(), language: 'en' });
  useToasts.setState({ toasts: [] });
  useExplain.setState({ mode: null });
  clearRows();
  core = makeDemoCore(new DemoWorld(Date.now()), Date.now());
  let events: TransportEvents | undefined;
  connectCore({ kind: 'browser', start: (given) => (events = given) }, startFeeds);
  const [page, server] = makeMemoryChannels();
  core.serve(server);
  events?.onChannel(page);
  render(<App />);
  await screen.findByText('Core running');
});
afterEach(() => {
  cleanup();
});

const push = async (clients: ClientsState): Promise<void> => act(async () => core.push('clients', clients));

test('whoever reads HTTPS for the first time is told before what it means, and only once', async () => {
  const choose = async (name: RegExp): Promise<void> => {
    fireEvent.click(await screen.findByRole('button', { name: /^HTTPS:/ }));
    fireEvent.click(await screen.findByRole('menuitemcheckbox', { name }));
  };
  expect((await screen.findByRole('button', { name: /^HTTPS:/ })).textContent).toContain('not read');
  await choose(/Read all but excepted hosts/);
  const dialog = await screen.findByRole('dialog', { name: 'Reading HTTPS: what it means' });
  expect(within(dialog).getByText(/passwords, cookies, bodies/)).toBeTruthy();
  fireEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(screen.getByRole('button', { name: 'HTTPS: not read' })).toBeTruthy();

  await choose(/Read all but excepted hosts/);
  fireEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Read HTTPS' }));
  expect(await screen.findByRole('button', { name: 'HTTPS: read' })).toBeTruthy();

  await choose(/Do not read HTTPS/);
  expect(await screen.findByRole('button', { name: 'HTTPS: not read' })).toBeTruthy();
  await choose(/Read listed hosts only/);
  expect(await screen.findByRole('button', { name: 'HTTPS: listed hosts' })).toBeTruthy();
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('an empty table offers browsers, and says beside the button what reading HTTPS means', async () => {
  expect(screen.queryByTestId('open-chromium')).toBeNull();
  await push(CLIENTS);
  expect(screen.getByTestId('open-chromium').textContent).toBe('Open Chromium and read HTTPS');
  expect(screen.getByText(/^Reading HTTPS means: TLS ends here/)).toBeTruthy();
  await push({ ...CLIENTS, problem: 'this machine has no screen' });
  expect(screen.getByTestId('open-chromium').hasAttribute('disabled')).toBe(true);
});

test('browsers that run are listed with a way to close them; why none can be opened is said', async () => {
  fireEvent.click(screen.getByRole('button', { name: 'Connect' }));
  await push({
    ...CLIENTS,
    running: [
      {
        id: 3,
        family: 'firefox',
        name: 'Firefox',
        pid: 42,
        startedAtMs: 0,
        profile: '/p',
        warning: 'Firefox was not told of the CA',
      },
    ],
  });
  const running = await screen.findByTestId('running-browsers');
  expect(running.textContent).toContain('process 42');
  expect(running.textContent).toContain('Firefox was not told of the CA');
  expect(within(running).getByRole('button', { name: 'Close Firefox' })).toBeTruthy();
  await push({ found: [], running: [], problem: 'this machine has no screen' });
  await waitFor(() => expect(screen.getByText(/No browser was found/)).toBeTruthy());
});
