/** What the shell shows outside the page, seen from a test: the tray's menu as it was set last, and dialogs that are answered. */
import type { DesktopApp } from './electron-app.ts';

interface Probe {
  menu?: Electron.Menu;
  dialogs: { message: string; detail: string; buttons: string[] }[];
  /** Index of the button that answers each next dialog; the last one answers all later ones. */
  answers: number[];
  badges: number[];
}

declare global {
  var bsdmProbe: Probe | undefined;
}

/** From now on. The menu is there as soon as something of it has changed. */
export async function probeShell({ electron }: DesktopApp): Promise<void> {
  await electron.evaluate(({ Menu, dialog, app }) => {
    const probe: Probe = { dialogs: [], answers: [], badges: [] };
    globalThis.bsdmProbe = probe;
    // A tray tells nobody its menu.
    const buildFromTemplate = Menu.buildFromTemplate.bind(Menu);
    Menu.buildFromTemplate = (template) => {
      const menu = buildFromTemplate(template);
      if (menu.items[0]?.id === 'state') probe.menu = menu;
      return menu;
    };
    const answer = (...given: unknown[]): Promise<Electron.MessageBoxReturnValue> => {
      const options = given.at(-1) as Electron.MessageBoxOptions;
      const { message, detail = '', buttons = [] } = options;
      probe.dialogs.push({ message, detail, buttons });
      const response = probe.answers.length > 1 ? probe.answers.shift() : probe.answers[0];
      return response === undefined
        ? new Promise(() => undefined)
        : Promise.resolve({ response, checkboxChecked: false });
    };
    dialog.showMessageBox = answer;
    const setBadgeCount = app.setBadgeCount.bind(app);
    app.setBadgeCount = (count) => {
      probe.badges.push(count ?? 0);
      return setBadgeCount(count);
    };
  });
}

export const answerDialogs = ({ electron }: DesktopApp, ...answers: number[]): Promise<void> =>
  electron.evaluate((_electron, wanted) => void (globalThis.bsdmProbe!.answers = wanted), answers);

export const dialogs = ({ electron }: DesktopApp): Promise<Probe['dialogs']> =>
  electron.evaluate(() => globalThis.bsdmProbe!.dialogs);

export const badges = ({ electron }: DesktopApp): Promise<number[]> =>
  electron.evaluate(() => globalThis.bsdmProbe!.badges);

/** Each line of the menu: its mark and label; lines of submenus stand behind a `>`. */
export const trayLines = ({ electron }: DesktopApp): Promise<string[]> =>
  electron.evaluate(() => {
    const lines = (menu: Electron.Menu | undefined, before: string): string[] =>
      (menu?.items ?? []).flatMap((item) => [
        `${before}${item.type === 'separator' ? '-' : `${item.checked ? '* ' : ''}${item.label}${item.enabled ? '' : ' (off)'}`}`,
        ...lines(item.submenu, `${before}> `),
      ]);
    return lines(globalThis.bsdmProbe?.menu, '');
  });

export const clickTray = ({ electron }: DesktopApp, id: string): Promise<void> =>
  electron.evaluate((_electron, wanted) => {
    const find = (menu: Electron.Menu | undefined): Electron.MenuItem | undefined => {
      for (const item of menu?.items ?? []) {
        const found = item.id === wanted ? item : find(item.submenu);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    find(globalThis.bsdmProbe?.menu)?.click();
  }, id);

export const clickMenu = ({ electron }: DesktopApp, id: string): Promise<void> =>
  electron.evaluate(({ Menu }, wanted) => void Menu.getApplicationMenu()?.getMenuItemById(wanted)?.click(), id);
