/** The application menu. Keys that belong to the page (Ctrl/Cmd+K, Ctrl/Cmd+1…4) are left to it. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { ShellText } from './shell-text.ts';

export interface MenuActions {
  restartCore(): void;
  checkForUpdates(): void;
  openDataFolder(): void;
  openLogs(): void;
  setKeepRunning(keep: boolean): void;
  setStartAtLogin(wanted: boolean): void;
}

/** Builds the menu and makes it the application's. */
export function installMenu(
  text: ShellText,
  { keepRunning, startAtLogin }: { keepRunning: boolean; startAtLogin: boolean },
  actions: MenuActions,
): void {
  const isMac = process.platform === 'darwin';
  const proxyItems: MenuItemConstructorOptions[] = [
    { id: 'restart-core', label: text.restartCore, click: () => actions.restartCore() },
    { id: 'open-data-folder', label: text.openDataFolder, click: () => actions.openDataFolder() },
    { id: 'open-logs', label: text.openLogs, click: () => actions.openLogs() },
    { type: 'separator' },
    {
      id: 'start-at-login',
      label: text.startAtLogin,
      type: 'checkbox',
      checked: startAtLogin,
      click: (item) => actions.setStartAtLogin(item.checked),
    },
  ];
  // On macOS an app always outlives its windows, so there is nothing to choose.
  if (!isMac) {
    const keepItem: MenuItemConstructorOptions = {
      id: 'keep-running',
      label: text.keepRunning,
      type: 'checkbox',
      checked: keepRunning,
      click: (item) => actions.setKeepRunning(item.checked),
    };
    proxyItems.push(keepItem, { type: 'separator' });
  }
  const quit: MenuItemConstructorOptions = { role: 'quit', label: text.quit };
  const about: MenuItemConstructorOptions = { role: 'about', label: text.about };
  const updates: MenuItemConstructorOptions = {
    id: 'check-for-updates',
    label: text.updates.check,
    click: () => actions.checkForUpdates(),
  };
  const template: MenuItemConstructorOptions[] = [
    isMac
      ? {
          role: 'appMenu',
          submenu: [
            about,
            updates,
            { type: 'separator' },
            ...proxyItems,
            { role: 'hide' },
            { role: 'hideOthers' },
            { role: 'unhide' },
            { type: 'separator' },
            quit,
          ],
        }
      : { label: text.file, submenu: [...proxyItems, quit] },
    { role: 'editMenu', label: text.edit },
    { role: 'viewMenu', label: text.view },
    { role: 'windowMenu', label: text.window },
    ...(isMac ? [] : [{ label: text.help, submenu: [updates, about] }]),
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
