/** The tray icon: how the proxy is doing, its main switches, and the way back to a window that was closed. */
import { Menu, Tray, type MenuItemConstructorOptions } from 'electron';
import type { TrayAct, TrayItem } from './tray-menu.ts';

/** The icon, or null where the desktop has no place for one: a second start of the app opens the window too. */
export function makeTray(icon: string, showWindow: () => void): Tray | null {
  try {
    const tray = new Tray(icon);
    tray.on('click', showWindow);
    return tray;
  } catch (error) {
    console.error(`no tray icon: ${String(error)}`);
    return null;
  }
}

export function toMenu(items: readonly TrayItem[], act: (what: TrayAct) => void): Menu {
  const template = (list: readonly TrayItem[]): MenuItemConstructorOptions[] =>
    list.map(({ act: what, submenu, ...item }) => ({
      ...item,
      ...(submenu !== undefined && { submenu: template(submenu) }),
      ...(what !== undefined && { click: () => act(what) }),
    }));
  return Menu.buildFromTemplate(template(items));
}
