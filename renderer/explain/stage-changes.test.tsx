// @vitest-environment happy-dom
/** What the detail pane shows of heads that were changed on the way. */
import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StageChange } from '../../proxy-core/contract/exchange.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { StageChanges } from './StageChanges.tsx';

beforeEach(() => usePrefs.setState({ ...defaultPrefs(), language: 'en' }));
afterEach(cleanup);

const CHANGES: StageChange[] = [
  {
    stage: 'client-request',
    by: 'rule 1',
    did: 'changed',
    received: { method: 'GET', url: 'http://a.test/', fields: [['X-Old', '1']] },
    sent: { method: 'GET', url: 'http://b.test/', keyUrl: 'http://a.test/', host: 'a.test', fields: [['X-New', '2']] },
  },
  {
    stage: 'client-response',
    did: 'answered',
    received: { status: 200, statusText: 'OK', fields: [] },
    sent: { status: 404, statusText: 'Not Found', fields: [] },
  },
];

test('a changed request: both heads, its key and its Host', () => {
  render(<StageChanges changes={CHANGES} side="request" raw={false} />);
  const section = screen.getByRole('region', { name: 'Changed before the cache was asked (rule 1)' });
  expect(within(section).getByRole('heading').textContent).toBe('Changed before the cache was asked (rule 1)');
  expect(section.textContent).toContain('Received GET http://a.test/');
  expect(section.textContent).toContain('Sent GET http://b.test/ · Host: a.test · stored as http://a.test/');
  expect(within(section).getByText('X-Old')).toBeTruthy();
  expect(within(section).getByText('X-New')).toBeTruthy();
  expect(screen.queryByText('404 Not Found')).toBeNull();
});

test('a response that was answered instead', () => {
  render(<StageChanges changes={CHANGES} side="response" raw={false} />);
  expect(screen.getByRole('heading').textContent).toBe('Answered before the reply was sent');
  expect(screen.getByText('200 OK')).toBeTruthy();
  expect(screen.getByText('404 Not Found')).toBeTruthy();
});
