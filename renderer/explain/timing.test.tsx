// @vitest-environment happy-dom
/** The phases in one bar, each with its share, and in words beneath. */
import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ExchangeDetail } from '../../proxy-core/contract/exchange.ts';
import { makeDetail, makeRow } from '../demo/builders.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { TimingTab } from './TimingTab.tsx';

beforeEach(() => usePrefs.setState({ ...defaultPrefs(), language: 'en' }));
afterEach(cleanup);

const show = (more: Partial<ExchangeDetail>): unknown => render(<TimingTab detail={makeDetail(makeRow(), more)} />);
const lines = (): string[] =>
  within(screen.getByRole('table'))
    .getAllByRole('row')
    .slice(1)
    .map((row) => [...row.children].map(({ textContent }) => textContent).join('|'));

test('DNS, connecting, TLS, waiting and download one after the other', () => {
  show({
    timing: {
      decidedMs: 1,
      dispatchedMs: 40,
      dnsMs: 9,
      connectMs: 10,
      tlsMs: 20,
      upstreamHeadMs: 90,
      replyStartMs: 90,
      endMs: 100,
    },
  });
  expect(lines()).toEqual([
    'Cache lookup|0 s|1 ms',
    'DNS lookup|1 ms|9 ms',
    'Connecting|10 ms|10 ms',
    'TLS handshake|20 ms|20 ms',
    'Waiting for the origin|40 ms|50 ms',
    'Sending the body|90 ms|10 ms',
    'Total||100 ms',
  ]);
  const segments = [...document.querySelectorAll<HTMLElement>('.phase-bar > span')];
  expect(segments.map(({ style }) => `${style.left} ${style.width}`)).toEqual([
    '0% 1%',
    '1% 9%',
    '10% 10%',
    '20% 20%',
    '40% 50%',
    '90% 10%',
  ]);
  // Only what has the room is named at the bar.
  expect([...document.querySelectorAll('.phase-names > span')].map(({ textContent }) => textContent)).toEqual([
    'TLS handshake',
    'Waiting for the origin',
  ]);
  expect(screen.queryByText(/there already/)).toBeNull();
});

test('a connection that was there already is said, and no time at all is no bar', () => {
  show({ upstreamReused: true, timing: { decidedMs: 1, dispatchedMs: 2, upstreamHeadMs: 9 } });
  expect(screen.getByText(/The connection was there already/)).toBeTruthy();
  cleanup();
  show({ timing: {} });
  expect(screen.getByText('No timing has been recorded yet.')).toBeTruthy();
});
