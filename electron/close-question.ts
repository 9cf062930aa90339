/** What closing the window means, asked once: the proxy may go on in the tray, or end. */
import { dialog, type BrowserWindow } from 'electron';
import type { ShellText } from './shell-text.ts';

/** True to keep running, false to quit, null to leave the window open. */
export async function askAboutClosing(window: BrowserWindow, { close }: ShellText): Promise<boolean | null> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: close.message,
    detail: close.detail,
    buttons: [close.keep, close.quit, close.cancel],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  });
  return response === 2 ? null : response === 0;
}
