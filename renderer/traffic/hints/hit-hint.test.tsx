// @vitest-environment happy-dom
/** The hint over the table: comes with what the rows show, flips the switch, stays away once dismissed. */
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectCore } from '../../connection/core.ts';
import { makeMemoryChannels } from '../../connection/memory-channel.ts';
import type { Transport, TransportEvents } from '../../connection/transport.ts';
import { makeBatch, makeRow, makeSettings } from '../../demo/builders.ts';
import { makeDemoCore } from '../../demo/core.ts';
import { DemoWorld } from '../../demo/world.ts';
import { loadLanguage } from '../../i18n/index.ts';
import { useConnection } from '../../state/connection.ts';
import { defaultPrefs, usePrefs } from '../../state/prefs.ts';
import { useTrafficUi } from '../../state/selection.ts';
import { useToasts } from '../../state/toasts.ts';
import { applyBatch, clearRows } from '../../state/traffic.ts';
import { HitHint } from './HitHint.tsx';
import { useDismissed } from './use-hint.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  usePrefs.setState({ ...defaultPrefs(), language: 'en' });
  useConnection.setState({ settings: makeSettings() });
  useDismissed.setState({ dismissed: new Set() });
  useToasts.setState({ toasts: [] });
  sessionStorage.clear();
  clearRows();
  const core = makeDemoCore(new DemoWorld(0), 0);
  const transport: Transport = {
    kind: 'browser',
    start: (events: TransportEvents) => {
      const [page, server] = makeMemoryChannels();
      core.serve(server);
      events.onChannel(page);
    },
  };
  connectCore(transport, () => undefined);
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

let seq = 1000;
/** Rows come, and the next look is taken. */
function come(count: number, row: Parameters<typeof makeRow>[0]): void {
  applyBatch(makeBatch(Array.from({ length: count }, () => makeRow({ ...row, id: ++seq, path: `/${seq}` }))));
  look();
}
const look = (): void => act(() => void vi.advanceTimersByTime(1000));
const ASKED = { reason: 'request-no-cache', demand: 'no-cache' } as const;

test('says what was seen, and its button has reloads ignored', async () => {
  render(<HitHint />);
  expect(screen.queryByRole('note')).toBeNull();
  come(9, ASKED);
  expect(screen.getByRole('note').textContent).toContain(
    'Of the last 9 requests for something stored, 9 went to the origin because the client asked for that: no-cache.',
  );
  come(3, { reason: 'request-max-age', demand: 'max-age' });
  come(1, { reason: 'request-no-cache', demand: 'pragma' });
  expect(screen.getByRole('note').textContent).toContain(': no-cache 9, max-age 3, Pragma: no-cache 1.');

  fireEvent.click(screen.getByRole('button', { name: 'Show them' }));
  expect(useTrafficUi.getState().filterText).toBe('is:reload');
  await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Ignore reloads' })));
  await vi.waitFor(() => expect(useConnection.getState().settings?.ignoreClientCacheControl.value).toBe(true));
  look();
  expect(screen.queryByRole('note')).toBeNull();
  expect(useToasts.getState().toasts.at(-1)?.text).toBe('Reloads now get what is stored and fresh');
});

test('once dismissed it is not said again in this session; other hints still are', async () => {
  render(<HitHint />);
  come(9, ASKED);
  fireEvent.click(screen.getByRole('button', { name: 'Do not say this again in this session' }));
  expect(screen.queryByRole('note')).toBeNull();
  come(9, ASKED);
  expect(screen.queryByRole('note')).toBeNull();
  expect(sessionStorage.getItem('bsdm-hints-dismissed')).toBe('reload');
  // A window that is loaded anew reads it.
  vi.resetModules();
  const anew = await import('./use-hint.ts');
  expect([...anew.useDismissed.getState().dismissed]).toEqual(['reload']);
  come(20, { kind: 'tunnel', outcome: 'BYPASS', cacheStatus: 'BYPASS', reason: 'tunnel' });
  expect(screen.getByRole('note').dataset['kind']).toBe('unread');
});

test('who dismisses it by key goes on in the table', () => {
  render(
    <>
      <HitHint />
      <div data-testid="traffic-table" tabIndex={0} />
    </>,
  );
  come(9, ASKED);
  const dismiss = screen.getByRole('button', { name: /^Do not say this again/ });
  dismiss.focus();
  fireEvent.click(dismiss);
  expect(document.activeElement).toBe(screen.getByTestId('traffic-table'));
});

test('a locked switch is said, and has no button', () => {
  useConnection.setState({
    settings: makeSettings({}, { ignoreClientCacheControl: { value: false, source: 'flag', locked: true } }),
  });
  render(<HitHint />);
  come(9, ASKED);
  expect(screen.getByRole('note').textContent).toContain('The switch is set by command line.');
  expect(screen.queryByRole('button', { name: 'Ignore reloads' })).toBeNull();
});

test('in Russian, too', async () => {
  await loadLanguage('ru');
  usePrefs.setState({ language: 'ru' });
  render(<HitHint />);
  come(9, ASKED);
  expect(screen.getByRole('note').textContent).toContain('Из последних 9 запросов за сохранённым до сервера дошло 9');
});
