/**
 * Pictures of what the desktop shell draws outside the page (tray menu, dialogs), of the first run and of the dry run of the system proxy, on a
 * real Electron: `node e2e/support/desktop-pictures.ts`. Taken of the whole display by ImageMagick's `import` (Linux), in a light and a dark GTK theme.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { startSession } from './desktop-session.ts';
import { ensureDisplay } from './display.ts';
import { launchDesktop, type DesktopApp } from './electron-app.ts';
import { ROOT } from './paths.ts';
import { getThrough } from './proxy-client.ts';
import { startSite } from './site-origin.ts';
import { proxyAddress } from './window.ts';
import { shrink } from '../../scripts/lib/shrink.mjs';

const FOLDER = path.join(ROOT, 'docs', 'screenshots');
const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
const SIZE = { x: 0, y: 0, width: 1280, height: 760 };
/** Until a menu or dialog of the system is drawn: nobody tells when. */
const DRAWN_MS = 1500;

const display = await ensureDisplay();
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-pictures-'));
const site = await startSite();
const feed = http.createServer((_request, response) => {
  const sum = createHash('sha512').update('package').digest('base64');
  const names = ['linux-amd64.deb', 'linux-x86_64.AppImage', 'linux-x86_64.rpm', 'mac-x64.dmg', 'win-x64.exe'];
  const files = names.map((name) => `  - url: bsdm-proxy-0.2.0-${name}\n    sha512: ${sum}\n    size: 96468992\n`);
  response.end(`version: 0.2.0\nfiles:\n${files.join('')}`);
});
feed.listen(0, '127.0.0.1');
const session = await startSession();

async function withApp(theme: Theme, act: (app: DesktopApp, proxy: string) => Promise<void>): Promise<void> {
  const app = await launchDesktop({
    userData: fs.mkdtempSync(path.join(home, 'data-')),
    env: { ...session.env, GTK_THEME: theme === 'dark' ? 'Adwaita:dark' : 'Adwaita', XDG_CONFIG_HOME: home },
    coreArgs: ['--port', '0', '--update-feed', `http://127.0.0.1:${(feed.address() as AddressInfo).port}/`],
  });
  try {
    await app.electron.evaluate(
      ({ BrowserWindow, nativeTheme, Menu }, { bounds, source }) => {
        nativeTheme.themeSource = source;
        BrowserWindow.getAllWindows()[0]?.setBounds(bounds);
        // A tray tells nobody its menu.
        const buildFromTemplate = Menu.buildFromTemplate.bind(Menu);
        Menu.buildFromTemplate = (template) => {
          const menu = buildFromTemplate(template);
          if (menu.items[0]?.id === 'state') (globalThis as { trayMenu?: Electron.Menu }).trayMenu = menu;
          return menu;
        };
      },
      { bounds: SIZE, source: theme },
    );
    // Else Playwright's own choice stands, which is light.
    await app.page.emulateMedia({ colorScheme: theme });
    await act(app, await proxyAddress(app.page));
  } finally {
    // A dialog may be open, which nobody answers.
    await app.electron.evaluate(({ app: shell }) => shell.exit(0)).catch(() => undefined);
    await app.close().catch(() => undefined);
  }
}

async function shoot(name: string, theme: Theme): Promise<void> {
  await pass(DRAWN_MS);
  const file = path.join(FOLDER, `${name}-${theme}.png`);
  const area = `${SIZE.width}x${SIZE.height}+0+0`;
  execFileSync('import', ['-window', 'root', '-crop', area, '+repage', file], {
    env: { ...process.env, DISPLAY: display },
  });
  await shrink(file);
  console.log(path.relative(ROOT, file));
}

for (const theme of THEMES) {
  await withApp(theme, async (app, proxy) => {
    await app.page.getByRole('button', { name: /^Version 0\.2\.0/ }).waitFor();
    await shoot('first-run', theme);
    for (const url of ['/fresh', '/fresh', '/private', '/none']) await getThrough(proxy, `${site.url}${url}`);
    await pass(DRAWN_MS);
    await app.electron.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const { trayMenu } = globalThis as { trayMenu?: Electron.Menu };
      if (window !== undefined) trayMenu?.popup({ window, x: 380, y: 250 });
    });
    await shoot('tray-menu', theme);
  });
  await withApp(theme, async (app) => {
    await app.page.getByRole('button', { name: /^Version 0\.2\.0/ }).click();
    await shoot('dialog-update', theme);
  });
  await withApp(theme, async (app) => {
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await shoot('dialog-close', theme);
  });
  await withApp(theme, async (app) => {
    await app.page.getByTestId('system-proxy').click();
    await app.page.getByRole('menuitem', { name: 'Show what will be done' }).click();
    await app.page.getByRole('dialog').getByText('gsettings').first().waitFor();
    await shoot('system-proxy', theme);
  });
}
feed.close();
await site.close();
await session.end();
fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
process.exit();
