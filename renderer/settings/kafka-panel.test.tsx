// @vitest-environment happy-dom
/** The panel says what holds now: no verdict of earlier settings, no error that is over. */
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KafkaStatus } from '../../proxy-core/contract/kafka.ts';
import { usePrefs } from '../state/prefs.ts';
import { KafkaPanel } from './KafkaPanel.tsx';

const STATUS: KafkaStatus = {
  state: 'ready',
  brokers: ['a.example:9092'],
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
const panel = (over: Partial<KafkaStatus>, settings = 'a', ok = true) => (
  <KafkaPanel
    status={{ ...STATUS, ...over }}
    settings={settings}
    dialAllow="any"
    ask={() => Promise.resolve({ ok, steps: [] })}
  />
);

beforeEach(() => usePrefs.setState({ language: 'en' }));
afterEach(cleanup);

test('the verdict of a test goes when settings change, and when the mirror finds the contrary', async () => {
  const { rerender } = render(panel({}));
  fireEvent.click(screen.getByRole('button', { name: 'Test connection' }));
  await screen.findByTestId('kafka-test');
  rerender(panel({ sent: 5 }));
  expect(screen.queryByTestId('kafka-test')).not.toBeNull();
  rerender(panel({ state: 'backing-off' }));
  expect(screen.queryByTestId('kafka-test')).toBeNull();
  rerender(panel({}, 'b'));
  expect(screen.queryByTestId('kafka-test')).toBeNull();
});

test('a bad verdict goes when the mirror is ready all the same', async () => {
  const { rerender } = render(panel({ state: 'backing-off' }, 'a', false));
  fireEvent.click(screen.getByRole('button', { name: 'Test connection' }));
  await screen.findByTestId('kafka-test');
  rerender(panel({ state: 'connecting' }, 'a', false));
  expect(screen.queryByTestId('kafka-test')).not.toBeNull();
  rerender(panel({ state: 'ready' }, 'a', false));
  expect(screen.queryByTestId('kafka-test')).toBeNull();
});

test('an error is the last one as long as it lasts, and an earlier one when the mirror delivers again', () => {
  const failed: Partial<KafkaStatus> = { lastError: 'no broker answers', lastErrorAtMs: 1 };
  const { rerender } = render(panel({ ...failed, state: 'backing-off' }));
  expect(screen.getByTestId('kafka-error').textContent).toMatch(/^Last error .*no broker answers/);
  rerender(panel({ ...failed, state: 'ready' }));
  expect(screen.getByTestId('kafka-error').textContent).toMatch(/^Earlier error, over since .*no broker answers/);
});
