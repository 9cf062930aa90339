// @vitest-environment happy-dom
/** Why in one look: what decided, the nearest response beside it, and the other steps folded until they are asked for. */
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ExchangeDetail } from '../../../proxy-core/contract/exchange.ts';
import { makeDetail, makeRow } from '../../demo/builders.ts';
import { step } from '../../demo/decide.ts';
import { defaultPrefs, usePrefs } from '../../state/prefs.ts';
import { WhyTab } from './WhyTab.tsx';

beforeEach(() => usePrefs.setState({ ...defaultPrefs(), language: 'en' }));
afterEach(cleanup);

const row = { ...makeRow({ reason: 'vary-mismatch' }), key: 1 };
const TRACE = [
  step('lookup', 'request', 'pass', 'RFC 9111 §2', { found: 1 }),
  step('vary', 'request', 'stop', 'RFC 9111 §4.1', { field: 'accept-language', stored: 'de-CH', sent: 'de-AT' }),
  step('response-status', 'store', 'pass', 'RFC 9110 §15.1', { status: 200 }),
  step('store', 'store', 'stop', 'RFC 9111 §3', { lifetime: 60 }),
];
const show = (more: Partial<ExchangeDetail>): unknown =>
  render(<WhyTab row={row} fix={null} detail={makeDetail(row, { trace: TRACE, ...more })} />);

test('the deciding step stands first, the two values beside it, and what passed is folded', () => {
  show({
    neighbour: {
      url: row.url,
      difference: { kind: 'vary', field: 'accept-language', stored: 'de-CH', sent: 'de-AT' },
    },
  });
  const decided = screen.getByRole('region', { name: 'What decided' });
  expect(decided.textContent).toContain('accept-language differs');
  expect(within(decided).getByRole('link', { name: 'RFC 9111 §4.1' })).toBeTruthy();
  expect(within(within(decided).getByRole('list', { name: 'Decided, too' })).getAllByRole('listitem')).toHaveLength(1);
  const nearest = screen.getByRole('region', { name: 'Nearest stored response' });
  expect([...nearest.querySelectorAll('dl b')].map(({ textContent }) => textContent)).toEqual(['CH', 'AT']);
  expect([...nearest.querySelectorAll('dd')].map(({ textContent }) => textContent)).toEqual(['de-CH', 'de-AT']);

  expect(screen.queryByText('Response status', { exact: false })).toBeNull();
  expect(screen.getByText('2 checks passed')).toBeTruthy();
  const checks = screen.getByRole('button', { name: 'All 4 checks, step by step' });
  expect(checks.getAttribute('aria-expanded')).toBe('false');
  fireEvent.click(checks);
  expect(document.querySelectorAll('.steps > li')).toHaveLength(4);

  // Unfolded once, they are with the next exchange, too.
  cleanup();
  show({});
  expect(document.querySelectorAll('.steps > li')).toHaveLength(4);
  fireEvent.click(screen.getByRole('button', { name: 'All 4 checks, step by step' }));
  expect(document.querySelectorAll('.steps > li')).toHaveLength(0);
});

test('a value that was not there is said to be absent', () => {
  show({
    neighbour: { url: row.url, difference: { kind: 'query', parameter: 'page', stored: null, sent: '2' } },
  });
  expect([...document.querySelectorAll('dd')].map(({ textContent }) => textContent)).toEqual(['not present', '2']);
});

test('without a step there is nothing to unfold', () => {
  show({ trace: [] });
  expect(screen.getByText('No steps were recorded.')).toBeTruthy();
  expect(screen.queryByRole('button', { name: /step by step/ })).toBeNull();
});
