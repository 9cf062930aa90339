/** New versions: a real feed on this machine, asked, shown, downloaded after a yes; and never asked when it is off. */
import { expect, test } from '@playwright/test';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { launchDesktop, requireElectron, type DesktopApp } from '../support/electron-app.ts';
import { answerDialogs, clickMenu, clickTray, dialogs, probeShell, trayLines } from '../support/shell-probe.ts';
import { goTo, proxyAddress } from '../support/window.ts';

const PACKAGE = Buffer.from('the next version '.repeat(50_000));
const SUM = createHash('sha512').update(PACKAGE).digest('base64');
/** Every kind, so that it does not matter what the machine of the test is. */
const NAMES = [
  'bsdm-proxy-9.1.0-linux-amd64.deb',
  'bsdm-proxy-9.1.0-linux-x86_64.AppImage',
  'bsdm-proxy-9.1.0-linux-x86_64.rpm',
  'bsdm-proxy-9.1.0-mac-x64.dmg',
  'bsdm-proxy-9.1.0-mac-arm64.dmg',
  'bsdm-proxy-9.1.0-win-x64.exe',
];
const feedOf = (sum: string): string =>
  `version: 9.1.0\nfiles:\n${NAMES.map((name) => `  - url: ${name}\n    sha512: ${sum}\n    size: ${PACKAGE.length}\n`).join('')}`;

let server: http.Server;
let feed: string;
let asked: string[];
let sum = SUM;
let home: string;
let app: DesktopApp | undefined;

test.beforeEach(async () => {
  requireElectron();
  [asked, sum] = [[], SUM];
  server = http.createServer((request, response) => {
    asked.push(path.posix.basename(request.url ?? ''));
    response.end(request.url?.endsWith('.yml') === true ? feedOf(sum) : PACKAGE);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  feed = `http://127.0.0.1:${(server.address() as AddressInfo).port}/app`;
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-updates-'));
});
test.afterEach(async () => {
  await app?.close();
  app = undefined;
  server.close();
  fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

async function start(...flags: string[]): Promise<DesktopApp> {
  const started = await launchDesktop({
    userData: path.join(home, 'data'),
    env: { XDG_CONFIG_HOME: home, XDG_STATE_HOME: home },
    coreArgs: ['--port', '0', ...flags],
  });
  app = started;
  await proxyAddress(started.page);
  await probeShell(started);
  await started.electron.evaluate(
    ({ app: shell }, folder) => shell.setPath('downloads', folder),
    path.join(home, 'got'),
  );
  return started;
}
const downloads = (): string[] => (fs.existsSync(path.join(home, 'got')) ? fs.readdirSync(path.join(home, 'got')) : []);
const packagesAsked = (): string[] => asked.filter((name) => !name.endsWith('.yml'));

test('a newer version is shown in window and tray; only a yes downloads it, and then it is handed to the system', async () => {
  const { page, electron } = await start('--update-feed', feed);
  const chip = page.getByRole('button', { name: 'Version 9.1.0 is available' });
  await expect(chip).toBeVisible();
  expect(asked).toHaveLength(1);
  await electron.evaluate(({ shell }) => {
    const shown: string[] = [];
    (globalThis as { shownFiles?: string[] }).shownFiles = shown;
    shell.showItemInFolder = (file) => void shown.push(file);
    shell.openPath = async (file) => (shown.push(file), '');
  });

  await answerDialogs(app!, 1);
  await chip.click();
  await expect.poll(() => dialogs(app!)).toHaveLength(1);
  const [offer] = await dialogs(app!);
  expect(offer).toMatchObject({ buttons: ['Download', 'Not Now'] });
  expect(offer!.message).toMatch(/^BSDM-Proxy 9\.1\.0 is available; this is \d/);
  expect(packagesAsked()).toEqual([]);

  await answerDialogs(app!, 0, 0);
  await goTo(page, 'Settings');
  expect(await trayLines(app!)).toContain('Version 9.1.0 Is Available…');
  await clickTray(app!, 'update');
  await expect.poll(() => dialogs(app!)).toHaveLength(3);
  const ready = (await dialogs(app!)).at(-1)!;
  expect(ready.message).toBe('BSDM-Proxy 9.1.0 is downloaded');
  const [name] = downloads();
  expect(NAMES).toContain(name);
  expect(downloads()).toHaveLength(1);
  expect(packagesAsked()).toEqual([name]);
  const file = path.join(home, 'got', name!);
  expect(ready.detail).toContain(file);
  expect(fs.readFileSync(file).equals(PACKAGE)).toBe(true);
  await expect
    .poll(() => electron.evaluate(() => (globalThis as { shownFiles?: string[] }).shownFiles))
    .toEqual([file]);
});

test('a package that is not the one of the feed is told and thrown away', async () => {
  sum = createHash('sha512').update('another').digest('base64');
  const { page } = await start('--update-feed', feed);
  await answerDialogs(app!, 0);
  await page.getByRole('button', { name: 'Version 9.1.0 is available' }).click();
  await expect.poll(() => dialogs(app!)).toHaveLength(2);
  const told = (await dialogs(app!)).at(-1)!;
  expect(told.message).toBe('The update could not be had');
  expect(told.detail).toMatch(/the checksum of .* is not the one in the feed/);
  expect(downloads()).toEqual([]);
});

test('switched off nothing is asked, but by a person; without a feed that is said', async () => {
  const { page } = await start('--update-feed', feed, '--no-update-check');
  await answerDialogs(app!, 1);
  // What the core tells the shell has come, for the tray follows a change.
  await page.getByRole('button', { name: /^Cache mode/ }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Off' }).click();
  await expect(page.getByRole('button', { name: 'Cache mode: Off' })).toBeVisible();
  await expect.poll(() => trayLines(app!)).toContain('> * Off');
  expect(asked).toEqual([]);
  await expect(page.getByRole('button', { name: /^Version/ })).toHaveCount(0);
  await clickMenu(app!, 'check-for-updates');
  await expect.poll(() => dialogs(app!)).toHaveLength(1);
  expect(asked).toHaveLength(1);
  expect(packagesAsked()).toEqual([]);

  await app!.close();
  await start();
  await answerDialogs(app!, 0);
  await clickMenu(app!, 'check-for-updates');
  await expect.poll(() => dialogs(app!)).toMatchObject([{ message: 'No feed of new versions is set' }]);
  expect(asked).toHaveLength(1);
});
