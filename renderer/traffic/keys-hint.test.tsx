// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { defaultPrefs, parsePrefs, usePrefs } from '../state/prefs.ts';
import { KeysHint } from './KeysHint.tsx';

afterEach(cleanup);

test('teaches the keys that lead to the details, until it is closed', () => {
  usePrefs.setState({ ...defaultPrefs(), language: 'en' });
  render(<KeysHint />);
  expect(screen.getByRole('note', { name: 'Keys' }).textContent).toContain('Enter opens it');
  fireEvent.click(screen.getByRole('button', { name: 'Do not show these keys any more' }));
  expect(screen.queryByRole('note')).toBeNull();
  expect(parsePrefs('{"keysHint":false}').keysHint).toBe(false);
  expect(parsePrefs('{"keysHint":"x"}').keysHint).toBe(true);
});
