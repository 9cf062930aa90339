import { expect, test } from 'vitest';
import type { ShellNews } from '../proxy-core/contract/shell.ts';
import { shellText } from './shell-text.ts';
import { stateLine, trayMenu } from './tray-menu.ts';

const TEXT = shellText('en-US');
const NEWS: ShellNews = {
  listening: '127.0.0.1:1488',
  paused: false,
  cacheMode: 'standard',
  cacheModeLocked: false,
  intercept: { mode: 'off', locked: false },
  updates: { updateCheck: true, updateFeed: '', dialAllow: 'any' },
  systemProxy: { state: 'off', can: true },
  misses: [],
  errors: 0,
};
const item = (news: ShellNews, id: string) =>
  trayMenu(TEXT, { state: 'running' }, news).find((candidate) => candidate.id === id);

test.each([
  ['off', true, { label: 'System Proxy', checked: false, enabled: true, name: 'systemProxy.on' }],
  ['on', true, { label: 'System Proxy', checked: true, enabled: true, name: 'systemProxy.off' }],
  ['on', false, { label: 'System Proxy', checked: true, enabled: true, name: 'systemProxy.off' }],
  [
    'changed',
    true,
    { label: 'System Proxy (changed by somebody else)', checked: true, enabled: true, name: 'systemProxy.off' },
  ],
  [
    'elsewhere',
    true,
    { label: 'System Proxy (leads to another proxy)', checked: false, enabled: true, name: 'systemProxy.on' },
  ],
  ['off', false, { label: 'System Proxy (not possible here)', checked: false, enabled: false, name: 'systemProxy.on' }],
] as const)('the system proxy %s, possible: %s', (state, can, { name, ...shown }) => {
  expect(item({ ...NEWS, systemProxy: { state, can } }, 'system-proxy')).toMatchObject({
    ...shown,
    act: { kind: 'command', command: { name } },
  });
});

test.each([
  [{ state: 'starting' }, null, 'Starting'],
  [{ state: 'crashed', detail: 'd', attempt: 1 }, NEWS, 'Stopped unexpectedly'],
  [{ state: 'running' }, NEWS, '127.0.0.1:1488'],
  [{ state: 'running' }, { ...NEWS, paused: true }, '127.0.0.1:1488 · not recording'],
  [{ state: 'running', detail: 'port 1488 is taken' }, null, 'Does not listen'],
] as const)('%j is told as a line', (status, news, line) => {
  expect(stateLine(TEXT, status, news)).toBe(line);
});

test('without a core there is nothing to switch, and a locked mode cannot be', () => {
  const ids = trayMenu(TEXT, { state: 'crashed' }, null).map(({ id }) => id);
  expect(ids).toEqual(['state', 'show', 'line-1', 'restart', 'quit']);
  expect(item({ ...NEWS, cacheModeLocked: true }, 'cache-mode')?.enabled).toBe(false);
});

test.each(['off', 'listed', 'all'] as const)('reading HTTPS %s is marked, and each choice sets it', (mode) => {
  const choices = item({ ...NEWS, intercept: { mode, locked: false } }, 'intercept')?.submenu ?? [];
  expect(choices.filter(({ checked }) => checked).map(({ id }) => id)).toEqual([`intercept-${mode}`]);
  expect(choices.map(({ act }) => act)).toEqual(
    ['off', 'listed', 'all'].map((intercept) => ({
      kind: 'command',
      command: { name: 'settings.update', params: { patch: { intercept } } },
    })),
  );
  expect(item({ ...NEWS, intercept: { mode, locked: true } }, 'intercept')?.enabled).toBe(false);
});

test('a miss is one line of moderate length, and an ampersand is itself', () => {
  const misses = [{ id: 7, method: 'GET', url: `http://a.test/?a=1&b=${'x'.repeat(100)}` }];
  const [miss] = item({ ...NEWS, misses }, 'misses')?.submenu ?? [];
  expect(miss?.label).toBe(`GET http://a.test/?a=1&&b=${'x'.repeat(34)}…`);
  expect(miss?.act).toEqual({ kind: 'show', target: { view: 'traffic', row: 7 } });
});
