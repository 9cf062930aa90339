/** What the menu of the tray holds, as data. Pure. */
import type { CommandName, CommandParams } from '../proxy-core/contract/commands.ts';
import { CACHE_MODES, INTERCEPT_MODES } from '../proxy-core/contract/settings.ts';
import type { ShellNews } from '../proxy-core/contract/shell.ts';
import type { CoreProcessStatus, ShellTarget } from './desktop-api.ts';
import type { ShellText } from './shell-text.ts';

/** A command for the core, as the switches of the tray give them. */
type CommandOf<N extends CommandName> = { name: N; params: CommandParams<N> & Record<string, unknown> };
export type TrayCommand =
  | CommandOf<'systemProxy.on'>
  | CommandOf<'systemProxy.off'>
  | CommandOf<'capture.pause'>
  | CommandOf<'settings.update'>;

export type TrayAct =
  | { kind: 'show'; target?: ShellTarget }
  | { kind: 'command'; command: TrayCommand }
  | { kind: 'restart' }
  | { kind: 'update' }
  | { kind: 'quit' };

export interface TrayItem {
  id: string;
  label: string;
  type?: 'checkbox' | 'radio' | 'separator';
  checked?: boolean;
  enabled?: boolean;
  submenu?: TrayItem[];
  act?: TrayAct;
}

const MAX_LABEL = 60;
const line = (id: string): TrayItem => ({ id, label: '', type: 'separator' });
/** One line of moderate length; menus read an ampersand as a mark of their own. */
const shortened = (text: string): string =>
  (text.length <= MAX_LABEL ? text : `${text.slice(0, MAX_LABEL - 1)}…`).replaceAll('&', '&&');

/** How the proxy is doing, in a few words. */
export function stateLine(text: ShellText, status: CoreProcessStatus, news: ShellNews | null): string {
  if (status.state !== 'running') return text.states[status.state];
  if (news?.listening === undefined) return status.detail === undefined ? text.states.starting : text.notListening;
  return news.paused ? `${news.listening} · ${text.paused}` : news.listening;
}

function systemProxyItem(text: ShellText, { systemProxy: { state, can } }: ShellNews): TrayItem {
  const isOn = state === 'on' || state === 'changed';
  const note = state === 'changed' || state === 'elsewhere' ? ` (${text.systemProxyStates[state]})` : '';
  const command: TrayCommand = { name: isOn ? 'systemProxy.off' : 'systemProxy.on', params: {} };
  return {
    id: 'system-proxy',
    label: can || isOn ? `${text.systemProxy}${note}` : `${text.systemProxy} (${text.notHere})`,
    type: 'checkbox',
    checked: isOn,
    enabled: can || isOn,
    act: { kind: 'command', command },
  };
}

export function trayMenu(
  text: ShellText,
  status: CoreProcessStatus,
  news: ShellNews | null,
  update: { version: string; isLoading: boolean } | null = null,
): TrayItem[] {
  const isUp = status.state === 'running' && news !== null;
  return [
    { id: 'state', label: stateLine(text, status, news), enabled: false },
    { id: 'show', label: text.showWindow, act: { kind: 'show' } },
    ...(update === null
      ? []
      : [
          {
            id: 'update',
            label: update.isLoading ? text.updates.loading(update.version) : text.updates.item(update.version),
            enabled: !update.isLoading,
            act: { kind: 'update' as const },
          },
        ]),
    line('line-1'),
    ...(isUp
      ? [
          systemProxyItem(text, news),
          {
            id: 'capture',
            label: text.capture,
            type: 'checkbox' as const,
            checked: !news.paused,
            act: {
              kind: 'command' as const,
              command: { name: 'capture.pause' as const, params: { paused: !news.paused } },
            },
          },
          {
            id: 'cache-mode',
            label: text.cacheMode,
            enabled: !news.cacheModeLocked,
            submenu: CACHE_MODES.map((mode): TrayItem => ({
              id: `cache-${mode}`,
              label: text.cacheModes[mode],
              type: 'radio',
              checked: mode === news.cacheMode,
              act: { kind: 'command', command: { name: 'settings.update', params: { patch: { cacheMode: mode } } } },
            })),
          },
          {
            id: 'intercept',
            label: text.intercept,
            enabled: !news.intercept.locked,
            submenu: INTERCEPT_MODES.map((mode): TrayItem => ({
              id: `intercept-${mode}`,
              label: text.interceptModes[mode],
              type: 'radio',
              checked: mode === news.intercept.mode,
              act: { kind: 'command', command: { name: 'settings.update', params: { patch: { intercept: mode } } } },
            })),
          },
          line('line-2'),
          {
            id: 'misses',
            label: text.misses,
            enabled: news.misses.length > 0,
            submenu: news.misses.map((miss): TrayItem => ({
              id: `miss-${miss.id}`,
              label: shortened(`${miss.method} ${miss.url}`),
              act: { kind: 'show', target: { view: 'traffic', row: miss.id } },
            })),
          },
          ...(news.errors > 0
            ? [
                {
                  id: 'errors',
                  label: `${text.errors}: ${news.errors}`,
                  act: { kind: 'show' as const, target: { view: 'traffic' as const, filter: 'is:error' } },
                },
              ]
            : []),
          line('line-3'),
        ]
      : []),
    { id: 'restart', label: text.restartCore, act: { kind: 'restart' } },
    { id: 'quit', label: text.quit, act: { kind: 'quit' } },
  ];
}
