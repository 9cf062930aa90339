/** The tray icon: the way back to a proxy that goes on without its window. There only while that is switched on. */
import { Menu, Tray } from 'electron';
import type { ShellText } from './shell-text.ts';

export interface TrayActions {
  showWindow(): void;
  quit(): void;
}

/** Shows the icon, or returns null where the desktop has no place for one: a second start of the app opens the window too. */
export function showTray(icon: string, text: ShellText, actions: TrayActions): Tray | null {
  try {
    const tray = new Tray(icon);
    tray.setToolTip('BSDM-Proxy');
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: text.showWindow, click: () => actions.showWindow() },
        { type: 'separator' },
        { label: text.quit, click: () => actions.quit() },
      ]),
    );
    tray.on('click', () => actions.showWindow());
    return tray;
  } catch (error) {
    console.error(`no tray icon: ${String(error)}`);
    return null;
  }
}
