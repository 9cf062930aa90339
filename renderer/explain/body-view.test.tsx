// @vitest-environment happy-dom
/** The body view as a person uses it: what is shown, what a search finds. */
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { BodyView } from './BodyView.tsx';
import { LAID_OUT_MAX } from './body/lay-out.ts';

beforeEach(() => {
  usePrefs.setState({ ...defaultPrefs(), language: 'en' });
  for (const name of ['offsetHeight', 'clientHeight', 'offsetWidth', 'clientWidth'] as const)
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 600 });
});
afterEach(cleanup);

function show(mediaType: string, text: string): void {
  const bytes = new TextEncoder().encode(text);
  render(
    <BodyView
      info={{ bytes: bytes.length, kept: bytes.length, mediaType }}
      name="x"
      source="1"
      load={(offset, length) =>
        Promise.resolve({ meta: { offset, total: bytes.length }, bytes: bytes.subarray(offset, offset + length) })
      }
    />,
  );
}

test('brackets nested 5,000 deep are shown, searched and counted', async () => {
  show('application/json', '['.repeat(5000) + ']'.repeat(5000));
  fireEvent.change(await screen.findByRole('textbox', { name: 'Search in body' }), { target: { value: '[' } });
  expect(await screen.findByText('5,000 found')).toBeTruthy();
});

test('more than is laid out says so, and shows all as text', async () => {
  show('text/html', `<p>${'x'.repeat(LAID_OUT_MAX)}</p>`);
  fireEvent.click(await screen.findByRole('button', { name: 'Load all' }));
  expect(await screen.findByText(/^Only the first 512 KiB are formatted\./)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Show all as text' }));
  expect(screen.getByRole('button', { name: 'Text' }).getAttribute('aria-pressed')).toBe('true');
  expect(await screen.findByText(/^<p>xxx/)).toBeTruthy();
});

test('a tree opens what is small and shows long values in parts', async () => {
  show('application/json', JSON.stringify({ a: { b: 'y'.repeat(3000) }, c: [1] }));
  expect(await screen.findByText(/^"y+$/)).toBeTruthy();
  expect(screen.getByText(/^"y+$/).textContent.length).toBe(1000);
  fireEvent.click(screen.getByRole('button', { name: '… + 2002' }));
  expect(screen.getByText(/^"y+"$/).textContent.length).toBe(3002);
});
