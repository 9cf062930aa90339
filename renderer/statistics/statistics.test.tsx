// @vitest-environment happy-dom
/** Statistics as a person uses it: tiles tell, a bar of a list shows exactly those exchanges. */
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeBatch, makeRow, makeSample, makeTotals, SOME_TIME_MS } from '../demo/builders.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { useTrafficUi } from '../state/selection.ts';
import { useStats } from '../state/stats.ts';
import { applyBatch, clearRows } from '../state/traffic.ts';
import { StatisticsView } from './StatisticsView.tsx';

// happy-dom has no canvas.
vi.mock('./Graph.tsx', () => ({ Graph: () => null }));

beforeEach(() => {
  usePrefs.setState({ ...defaultPrefs(), language: 'en', view: 'statistics' });
  clearRows();
  const sample = (second: number, requests: number) =>
    makeSample({
      atMs: SOME_TIME_MS + second * 1000,
      uptimeSeconds: second + 1,
      totals: makeTotals({ requests, byCacheStatus: { HIT: requests / 2, MISS: requests / 2, BYPASS: 0 } }),
    });
  const samples = [sample(0, 0), sample(1, 4), sample(2, 8)];
  useStats.setState({ samples, latest: samples[2]!, previous: samples[1]!, base: null });
});
afterEach(cleanup);

test('tiles tell the numbers of now; a bar shows exactly its exchanges', () => {
  applyBatch(
    makeBatch([
      makeRow({ id: 1, host: 'a.example', cacheStatus: 'HIT', outcome: 'HIT' }),
      makeRow({ id: 2, host: 'a.example', cacheStatus: 'MISS', outcome: 'MISS', reason: 'vary-mismatch' }),
      makeRow({ id: 3, host: 'b.example', cacheStatus: 'MISS', outcome: 'MISS', reason: 'vary-mismatch' }),
    ]),
  );
  render(<StatisticsView />);
  expect(screen.getByTestId('tile-rate').textContent).toBe('4');
  expect(screen.getByTestId('tile-ratio').textContent).toBe('50.0%');

  const hosts = screen.getByTestId('top-hosts');
  expect(
    within(hosts)
      .getAllByRole('listitem')
      .map((item) => item.textContent),
  ).toEqual(['a.examplehits 50.0%2', 'b.examplehits 0.0%1']);
  fireEvent.click(within(hosts).getByTitle('Show the traffic of a.example'));
  expect(useTrafficUi.getState().filterText).toBe('host=a.example');
  expect(usePrefs.getState().view).toBe('traffic');
  act(() => usePrefs.setState({ view: 'statistics' }));
  expect(screen.getByTestId('top-reasons').textContent).toContain('another variant');
  fireEvent.click(within(screen.getByTestId('top-reasons')).getByTitle('Show misses by vary-mismatch'));
  expect(useTrafficUi.getState().filterText).toBe('cache:miss reason=vary-mismatch');
});
