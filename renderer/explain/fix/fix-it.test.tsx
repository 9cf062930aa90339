// @vitest-environment happy-dom
/** Fix it as a person reads and uses it: the change, the warnings, the choice of server, what is copied. */
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ExchangeFix } from '../../../proxy-core/contract/fix/fix.ts';
import { loadLanguage } from '../../i18n/index.ts';
import { ru } from '../../i18n/ru.ts';
import { defaultPrefs, parsePrefs, usePrefs } from '../../state/prefs.ts';
import { copyText } from '../../ui/copy.ts';
import { FixCard } from './FixIt.tsx';

vi.mock('../../ui/copy.ts', () => ({ copyText: vi.fn() }));

beforeEach(() => usePrefs.setState({ ...defaultPrefs(), language: 'en' }));
afterEach(cleanup);

const CONTROL = { name: 'Cache-Control', was: 'no-store', value: 'max-age=60' };
const FIX: ExchangeFix = {
  kind: 'fix',
  fixes: [
    {
      edits: [CONTROL],
      seconds: 60,
      exposes: [{ code: 'shares-cookie', names: 'sid' }, { code: 'was-no-store' }],
      mayStay: ['Expires'],
    },
    {
      edits: [CONTROL, { name: 'Set-Cookie', was: 'sid=1', value: null }],
      seconds: 60,
      exposes: [{ code: 'drops-cookie', names: 'sid' }],
      mayStay: [],
    },
  ],
};
const show = (fix: ExchangeFix) => render(<FixCard fix={fix} url="http://shop.test/a%22b?c" />);
const lines = (): string => screen.getByRole('region', { name: /^Lines for/ }).textContent;

test('the change, what it gives and what it means', () => {
  show(FIX);
  expect(screen.getByText('Send Cache-Control: max-age=60 instead of no-store.')).toBeTruthy();
  expect(screen.getByText(/Expires may stay/)).toBeTruthy();
  expect(screen.getByRole('group', { name: 'Private data' }).textContent).toContain('sets a cookie (sid)');
  fireEvent.click(screen.getByRole('button', { name: 'Without the cookie' }));
  expect(screen.getByText(/, and leave out Set-Cookie\.$/)).toBeTruthy();
  expect(screen.queryByRole('group', { name: 'Private data' })).toBeNull();
  expect(screen.getByRole('group', { name: 'What else changes' }).textContent).toContain('nobody gets it');
  expect(lines()).toContain("res.removeHeader('Set-Cookie')");
});

test('the server is chosen, remembered, and its lines are what is copied', () => {
  show(FIX);
  fireEvent.change(screen.getByRole('combobox', { name: 'Server' }), { target: { value: 'nginx' } });
  expect(screen.getByRole('region', { name: 'Lines for nginx' }).textContent).toMatch(
    /^location ~ "\^\/a\\x22b\$" \{\n/,
  );
  expect(usePrefs.getState().fixServer).toBe('nginx');
  expect(parsePrefs('{"fixServer":"caddy"}').fixServer).toBe('caddy');
  expect(parsePrefs('{"fixServer":"iis"}').fixServer).toBe('express');
  fireEvent.click(screen.getByRole('button', { name: 'Copy' }));
  expect(copyText).toHaveBeenCalledWith(lines());
});

test('where nothing helps it says so, and what helps the others', () => {
  show({
    kind: 'cannot',
    code: 'client-reload',
    ordinary: [{ edits: [CONTROL], seconds: 60, exposes: [], mayStay: [] }],
  });
  expect(screen.getByTestId('fix-it').textContent).toContain('the client asks for a new answer');
  expect(screen.getByText(/^For an ordinary request/)).toBeTruthy();
  expect(lines()).toContain('max-age=60');
  cleanup();
  show({ kind: 'cannot', code: 'method' });
  expect(screen.queryByRole('region', { name: /^Lines for/ })).toBeNull();
  cleanup();
  show({ kind: 'none', why: 'stored', seconds: 3600 });
  expect(screen.getByTestId('fix-it').textContent).toContain('within 1 h is a hit');
  cleanup();
  expect(show({ kind: 'none', why: 'hit', seconds: 1 }).container.innerHTML).toBe('');
});

test('in Russian', async () => {
  await loadLanguage('ru');
  usePrefs.setState({ language: 'ru' });
  show(FIX);
  expect(screen.getByText('Отправлять Cache-Control: max-age=60 вместо no-store.')).toBeTruthy();
  expect(screen.getByRole('group', { name: 'Личные данные' })).toBeTruthy();
  expect(screen.getByRole('heading', { name: ru.fix.title })).toBeTruthy();
});
