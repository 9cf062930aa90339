/** Start at login: the system's own list on macOS and Windows, a file of the desktop on Linux. */
import { app } from 'electron';
import fs from 'node:fs';
import path from 'node:path';
import { desktopEntry } from './desktop-entry.ts';

/** With it the app begins in the tray, without a window. */
export const HIDDEN = '--hidden';

const linuxFile = (): string => path.join(app.getPath('appData'), 'autostart', 'bsdm-proxy.desktop');

/** What starts this app again. An AppImage runs from a place that is another one each time. */
function startLine(): string[] {
  return [process.env['APPIMAGE'] ?? process.execPath, ...(app.isPackaged ? [] : [app.getAppPath()]), HIDDEN];
}

export function startsAtLogin(): boolean {
  return process.platform === 'linux'
    ? fs.existsSync(linuxFile())
    : app.getLoginItemSettings({ args: startLine().slice(1) }).openAtLogin;
}

/** Throws when the system does not take it. */
export function setStartAtLogin(wanted: boolean): void {
  const [program = '', ...args] = startLine();
  if (process.platform !== 'linux') return app.setLoginItemSettings({ openAtLogin: wanted, path: program, args });
  if (!wanted) return fs.rmSync(linuxFile(), { force: true });
  fs.mkdirSync(path.dirname(linuxFile()), { recursive: true });
  fs.writeFileSync(linuxFile(), desktopEntry([program, ...args]));
}
