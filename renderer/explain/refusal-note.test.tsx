// @vitest-environment happy-dom
/** The button beside a refused handshake: leaves the host alone, and takes it back. */
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defaultSettings, SETTING_KEYS } from '../../proxy-core/contract/setting-specs.ts';
import type { SettingsSnapshot } from '../../proxy-core/contract/settings.ts';
import * as core from '../connection/core.ts';
import { makeDetail, makeRow } from '../demo/builders.ts';
import { useConnection } from '../state/connection.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { RefusalNote } from './RefusalNote.tsx';

vi.mock('../connection/core.ts', { spy: true });

function snapshot(interceptExcept: string): SettingsSnapshot {
  const values = { ...defaultSettings(), interceptExcept };
  return Object.fromEntries(
    SETTING_KEYS.map((key) => [key, { value: values[key], source: 'default', locked: false }]),
  ) as SettingsSnapshot;
}

beforeEach(() => {
  usePrefs.setState({ ...defaultPrefs(), language: 'en' });
  useConnection.setState({ settings: snapshot('') });
});
afterEach(cleanup);

const made = makeRow({ kind: 'tunnel', host: '10.0.0.1:443', reason: 'client-refused', error: 'client_tls_refused' });
const row = { ...made, key: made.id };
const detail = { ...makeDetail(made), facts: { host: 'pinned.test', cause: 'certificate', count: 2 } };

test('leaves the host the client meant alone, then offers the way back', async () => {
  const call = vi.mocked(core.call);
  call.mockImplementation((name) =>
    Promise.resolve(snapshot(name === 'interception.tunnelHost' ? 'pinned.test' : '') as never),
  );
  render(<RefusalNote row={row} detail={detail} />);
  fireEvent.click(screen.getByRole('button', { name: 'Leave tunnels to pinned.test alone' }));
  expect(call).toHaveBeenLastCalledWith('interception.tunnelHost', { host: 'pinned.test' });
  fireEvent.click(await screen.findByRole('button', { name: 'Intercept them again' }));
  expect(call).toHaveBeenLastCalledWith('settings.update', { patch: { interceptExcept: '' } });
  await screen.findByRole('button', { name: 'Leave tunnels to pinned.test alone' });
});

test('is not there for other rows', () => {
  const { container } = render(<RefusalNote row={{ ...row, reason: 'tunnel' }} detail={detail} />);
  expect(container.textContent).toBe('');
});
