// @vitest-environment happy-dom
/** Presets as a person uses them: what is said before, what is done, what comes back. */
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Toasts } from '../app/Toasts.tsx';
import { connectCore } from '../connection/core.ts';
import { makeMemoryChannels } from '../connection/memory-channel.ts';
import { makeSettings } from '../demo/builders.ts';
import { makeDemoCore } from '../demo/core.ts';
import { DemoWorld } from '../demo/world.ts';
import { useConnection } from '../state/connection.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { useToasts } from '../state/toasts.ts';
import { usePresets } from './preset-history.ts';
import { SettingsView } from './SettingsView.tsx';

beforeEach(() => {
  usePrefs.setState({ ...defaultPrefs(), language: 'en' });
  useConnection.setState({ settings: makeSettings() });
  useToasts.setState({ toasts: [] });
  usePresets.setState({ applied: [], asked: null });
  sessionStorage.clear();
  const core = makeDemoCore(new DemoWorld(0), 0);
  connectCore(
    {
      kind: 'browser',
      start: (events) => {
        const [page, server] = makeMemoryChannels();
        core.serve(server);
        events.onChannel(page);
      },
    },
    () => undefined,
  );
  render(
    <>
      <SettingsView />
      <Toasts />
    </>,
  );
});
afterEach(cleanup);

test('a preset says what it changes, does it, and is taken back exactly, several of them too', async () => {
  const values = (): unknown[] =>
    (['cacheCapacity', 'cacheTtlSeconds', 'maxCacheBodySize', 'ignoreClientCacheControl'] as const).map((key) => {
      const state = useConnection.getState().settings![key];
      return [state.value, state.source];
    });
  const atFirst = values();
  fireEvent.click(await screen.findByRole('button', { name: 'CDN style…' }));
  const dialog = await screen.findByRole('dialog', { name: 'CDN style' });
  const reload = within(dialog).getByRole('row', { name: /^Ignore a client’s reload/ });
  expect(reload.textContent).toMatch(/noyes.*What clients get\..*A reload gets what is stored and fresh/);
  expect(within(dialog).getByRole('row', { name: /^Largest body stored/ }).textContent).toContain('Is so already.');
  expect(values()).toEqual(atFirst);
  await act(async () => fireEvent.click(within(dialog).getByRole('button', { name: 'Change 4 settings' })));
  await screen.findByText('CDN style: 4 settings changed');
  expect(values()).toEqual([
    [50_000, 'saved'],
    [86_400, 'saved'],
    [10_485_760, 'default'],
    [true, 'saved'],
  ]);
  const afterCdn = values();

  fireEvent.click(screen.getByRole('button', { name: 'Low memory…' }));
  await act(async () => fireEvent.click(await screen.findByRole('button', { name: 'Change 3 settings' })));
  expect(values()[0]).toEqual([5000, 'saved']);
  const presets = screen.getByTestId('presets');
  expect(presets.textContent).toContain('Low memory, applied at');
  expect(JSON.parse(sessionStorage.getItem('bsdm-presets-applied') ?? '')).toHaveLength(2);
  await act(async () => fireEvent.click(within(presets).getByRole('button', { name: 'Undo' })));
  await waitFor(() => expect(values()).toEqual(afterCdn));

  // Somebody gives one of them another value: that is theirs, and asked about.
  const capacity = screen.getByLabelText<HTMLInputElement>('Maximum entries');
  fireEvent.change(capacity, { target: { value: '777' } });
  await act(async () => fireEvent.blur(capacity));
  fireEvent.click(within(presets).getByRole('button', { name: 'Undo' }));
  const undo = await screen.findByRole('dialog', { name: 'Undo CDN style' });
  expect(undo.textContent).toContain('Changed again since the preset.');
  await act(async () => fireEvent.click(within(undo).getByRole('button', { name: 'Put 3 settings back' })));
  await waitFor(() => expect(values()).toEqual([[777, 'saved'], ...atFirst.slice(1)]));
  expect(within(presets).queryByRole('button', { name: 'Undo' })).toBeNull();
});

test('what was changed since goes back, too, when that is said', async () => {
  fireEvent.click(await screen.findByRole('button', { name: 'High load…' }));
  await act(async () => fireEvent.click(await screen.findByRole('button', { name: 'Change 3 settings' })));
  const capacity = screen.getByLabelText<HTMLInputElement>('Maximum entries');
  fireEvent.change(capacity, { target: { value: '777' } });
  await act(async () => fireEvent.blur(capacity));
  fireEvent.click(within(screen.getByTestId('presets')).getByRole('button', { name: 'Undo' }));
  const undo = await screen.findByRole('dialog', { name: 'Undo High load' });
  fireEvent.click(within(undo).getByRole('checkbox'));
  await act(async () => fireEvent.click(within(undo).getByRole('button', { name: 'Put 3 settings back' })));
  await waitFor(() =>
    expect(useConnection.getState().settings?.cacheCapacity).toMatchObject({ value: 10_000, source: 'default' }),
  );
});

test('the message that offers to take a preset back goes with it, and takes back no other', async () => {
  for (const name of ['CDN style…', 'Low memory…']) {
    fireEvent.click(await screen.findByRole('button', { name }));
    await act(async () => fireEvent.click(await screen.findByRole('button', { name: /^Change \d settings$/ })));
  }
  const undos = (): HTMLElement[] => screen.queryAllByRole('button', { name: /^Undo\b/ });
  // One in the settings; of the messages only the one about the latest still offers it.
  expect(undos()).toHaveLength(2);
  await act(async () => fireEvent.click(within(screen.getByTestId('presets')).getByRole('button', { name: 'Undo' })));
  await screen.findByText(/^Low memory undone: 3 settings put back/);
  expect(undos()).toHaveLength(1);
  expect(usePresets.getState().applied.map(({ name }) => name)).toEqual(['cdn-style']);
});

test('nothing is offered where nothing can change', async () => {
  act(() =>
    useConnection.setState({
      settings: makeSettings({ cacheCapacity: 5000, cacheTtlSeconds: 600, maxCacheBodySize: 524_288 }),
    }),
  );
  fireEvent.click(screen.getByRole('button', { name: 'Low memory…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Low memory' });
  expect(dialog.textContent).toContain('Nothing can change');
  expect(within(dialog).queryByRole('button', { name: /^Change/ })).toBeNull();
});
