/** Tells when the core keeps dying, with what whoever helps will ask for. */
import { clipboard, dialog, shell } from 'electron';
import type { LogFile } from './log-file.ts';
import type { ShellText } from './shell-text.ts';

/** So many deaths in a row are told; before that the window's banner is enough. */
export const CRASHES_TOLD = 3;
const LOG_LINES = 60;

/** What is copied. */
function crashDetails(detail: string, versions: Readonly<Record<string, string>>, log: string): string {
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [detail, names.join(', '), '', log].join('\n').trimEnd();
}

/** Resolves when it was answered; copying and looking at the logs leave it open. */
export async function tellOfCrashes(
  { crash }: ShellText,
  detail: string,
  log: LogFile,
  versions: Readonly<Record<string, string>>,
  restart: () => void,
): Promise<void> {
  for (;;) {
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: crash.message,
      detail: `${detail}\n\n${crash.again}`,
      buttons: [crash.restart, crash.copy, crash.logs, crash.dismiss],
      defaultId: 0,
      cancelId: 3,
      noLink: true,
    });
    if (response === 1) void clipboard.writeText(crashDetails(detail, versions, log.tail(LOG_LINES)));
    else if (response === 2) void shell.openPath(log.folder);
    else {
      if (response === 0) restart();
      return;
    }
  }
}
