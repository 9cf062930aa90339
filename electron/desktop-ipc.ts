/** The only file on `ipcMain`: every message from a page is checked for its sender and its arguments before anything is done. */
import { app, ipcMain, shell, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import { CORE_SERVICE_NAME, type CoreProcess } from './core-process.ts';
import { DESKTOP_CHANNELS } from './desktop-api.ts';
import { memoryByKind } from './process-memory.ts';
import { SHELL_LANGUAGES } from './shell-text.ts';
import { isAppUrl, isOpenableUrl } from './url-policy.ts';

/** Longer nonces than this are no nonces. */
const LONGEST_NONCE = 128;

/** True when the app's own page, in the top frame, is speaking. */
function isOwnPage(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isAppUrl(frame.url);
}

function checkSender(event: IpcMainInvokeEvent): void {
  if (!isOwnPage(event)) throw new Error("only the app's own page may ask this");
}

interface PageVerbs {
  language: (language: (typeof SHELL_LANGUAGES)[number]) => void;
  /** The version that is newer than this one. */
  update: () => string | null;
  showUpdate: () => void;
}

/** Starts answering the page's shell verbs. */
export function answerPages(core: CoreProcess, verbs: PageVerbs): void {
  ipcMain.on(DESKTOP_CHANNELS.language, (event, raw: unknown) => {
    const language = SHELL_LANGUAGES.find((name) => name === raw);
    if (isOwnPage(event) && language !== undefined) verbs.language(language);
  });
  ipcMain.on(DESKTOP_CHANNELS.askStatus, (event) => {
    if (!isOwnPage(event)) return;
    event.sender.send(DESKTOP_CHANNELS.status, core.supervisor.status);
    event.sender.send(DESKTOP_CHANNELS.update, verbs.update());
  });
  ipcMain.on(DESKTOP_CHANNELS.showUpdate, (event) => {
    if (isOwnPage(event)) verbs.showUpdate();
  });
  ipcMain.on(DESKTOP_CHANNELS.askPort, (event, nonce: unknown) => {
    if (isOwnPage(event) && typeof nonce === 'string' && nonce.length <= LONGEST_NONCE)
      core.connectPage(event.sender, nonce);
  });
  ipcMain.handle(DESKTOP_CHANNELS.restartCore, async (event) => {
    checkSender(event);
    await core.supervisor.restart();
  });
  ipcMain.handle(DESKTOP_CHANNELS.processes, (event) => {
    checkSender(event);
    return memoryByKind(app.getAppMetrics(), CORE_SERVICE_NAME);
  });
  ipcMain.handle(DESKTOP_CHANNELS.openExternal, async (event, url: unknown) => {
    checkSender(event);
    if (typeof url !== 'string' || !isOpenableUrl(url))
      throw new Error('only https addresses are opened in the browser');
    await shell.openExternal(url);
  });
}
