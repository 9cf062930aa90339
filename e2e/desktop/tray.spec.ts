/** The shell outside the page: tray, closing, links, crashes, start at login, the language of the page. */
import { expect, test } from '@playwright/test';
import { once } from 'node:events';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { launchDesktop, requireElectron, type DesktopApp } from '../support/electron-app.ts';
import { onlyOn } from '../support/elsewhere.ts';
import { getThrough } from '../support/proxy-client.ts';
import { isAlive } from '../support/processes.ts';
import { answerDialogs, badges, clickMenu, clickTray, dialogs, probeShell, trayLines } from '../support/shell-probe.ts';
import { startSite, type SiteOrigin } from '../support/site-origin.ts';
import { goTo, proxyAddress, trafficRows } from '../support/window.ts';

let site: SiteOrigin;
let app: DesktopApp;
let home: string;

test.beforeAll(async () => {
  requireElectron();
  site = await startSite();
});
test.afterAll(() => site?.close());
test.beforeEach(() => void (home = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-home-'))));
test.afterEach(async () => {
  await app?.close();
  fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

async function start(coreArgs?: string[]): Promise<string> {
  app = await launchDesktop({
    userData: path.join(home, 'data'),
    env: { XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, PATH: '/nonexistent' },
    ...(coreArgs && { coreArgs }),
  });
  const proxy = await proxyAddress(app.page);
  await probeShell(app);
  return proxy;
}
/** As its button does; a page that closes itself is not asked. */
const closeWindow = (): Promise<void> =>
  app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
const windows = (): Promise<number> =>
  app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

test('the tray shows state, switches and misses; each switch is that of the window', async () => {
  const proxy = await start();
  await getThrough(proxy, `${site.url}/fresh`);
  await expect.poll(() => trayLines(app)).toContain(`> GET ${site.url}/fresh`);
  expect((await trayLines(app)).map((line) => line.replace(/:\d+/g, ':PORT'))).toEqual([
    '127.0.0.1:PORT (off)',
    'Show Window',
    '-',
    'System Proxy (not possible here) (off)',
    '* Record Traffic',
    'Cache Mode',
    '> * Standard',
    '> Fixed TTL',
    '> Off',
    'Read HTTPS',
    '> * No',
    '> Of Listed Hosts',
    '> Of All Hosts',
    '-',
    'Recent Misses',
    '> GET http://127.0.0.1:PORT/fresh',
    '-',
    'Restart Proxy Core',
    'Quit BSDM-Proxy',
  ]);

  await clickTray(app, 'capture');
  await expect.poll(() => trayLines(app)).toContain(`${proxy} · not recording (off)`);
  await clickTray(app, 'capture');
  await expect.poll(() => trayLines(app)).toContain('* Record Traffic');
  await clickTray(app, 'cache-off');
  await expect(app.page.getByRole('button', { name: 'Cache mode: Off' })).toBeVisible();
  await clickTray(app, 'cache-standard');
  await clickTray(app, 'intercept-all');
  await expect(app.page.getByRole('button', { name: 'HTTPS: read', exact: true })).toBeVisible();
  await expect.poll(() => trayLines(app)).toContain('> * Of All Hosts');
  await app.page.getByRole('button', { name: 'HTTPS: read', exact: true }).click();
  await app.page.getByRole('menuitemcheckbox', { name: 'Do not read HTTPS' }).click();
  await expect.poll(() => trayLines(app)).toContain('> * No');

  await goTo(app.page, 'Settings');
  await clickTray(app, 'miss-1');
  await expect(trafficRows(app.page, `${site.url}/fresh`)).toHaveCount(1);
  await expect(app.page.getByRole('tab', { name: 'Why' })).toBeVisible();
});

test('errors that nobody looked at are on the badge and in the tray', async () => {
  const proxy = await start();
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  const closed = net.createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  expect((await getThrough(proxy, `http://127.0.0.1:${port}/`)).status).toBe(502);
  await expect.poll(() => trayLines(app)).toContain('Errors: 1');
  expect((await badges(app)).at(-1)).toBe(1);
  await clickTray(app, 'errors');
  await expect.poll(async () => (await badges(app)).at(-1)).toBe(0);
  await expect(app.page.getByRole('combobox', { name: 'Filter', exact: true })).toHaveValue('is:error');
});

test('closing the window is explained once; the proxy goes on in the tray, and a link brings the window back at a place', async () => {
  onlyOn(['linux', 'win32'], 'the app always outlives its window');
  const proxy = await start();
  await answerDialogs(app, 2, 0);
  await closeWindow();
  await expect.poll(async () => (await dialogs(app)).length).toBe(1);
  expect((await dialogs(app))[0]).toMatchObject({
    message: 'Close the window, and the proxy goes on?',
    buttons: ['Keep Running in the Tray', 'Quit', 'Cancel'],
  });
  expect(await windows()).toBe(1);
  await closeWindow();
  await expect.poll(windows).toBe(0);
  expect((await getThrough(proxy, `${site.url}/fresh`)).status).toBe(200);

  const opened = app.electron.waitForEvent('window');
  expect(await app.startAgain(['bsdm://open/cache'])).toBe(0);
  const page = await opened;
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('BSDM-Proxy: Cache');
  expect(await app.startAgain(['bsdm://open/traffic?row=1&filter=status:200'])).toBe(0);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('BSDM-Proxy: Traffic');
  await expect(page.getByRole('tab', { name: 'Why' })).toBeVisible();
  expect(await app.startAgain(['bsdm://purge/all'])).toBe(0);

  // Not asked again.
  await closeWindow();
  await expect.poll(windows).toBe(0);
  expect(await dialogs(app)).toHaveLength(2);
});

test('"quit" in that question ends the app', async () => {
  onlyOn(['linux', 'win32'], 'the app always outlives its window');
  await start();
  await answerDialogs(app, 1);
  const gone = once(app.electron.process(), 'exit');
  await closeWindow();
  await gone;
  await expect.poll(() => isAlive(app.pid)).toBe(false);
});

test('a core that keeps dying is told with details to copy, and all of it stands in the log', async () => {
  await start();
  await answerDialogs(app, 1, 0);
  for (let deaths = 0; deaths < 3; deaths++) {
    const pid = await app.corePid();
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => app.corePid().catch(() => pid)).not.toBe(pid);
  }
  await expect.poll(async () => (await dialogs(app)).length).toBe(2);
  const [told] = await dialogs(app);
  expect(told?.message).toBe('The proxy core keeps stopping');
  expect(told?.detail).toContain('The proxy core was killed');
  const copied = await app.electron.evaluate(({ clipboard }) => clipboard.readText());
  expect(copied).toMatch(/The proxy core was killed.*\nBSDM-Proxy \d.*Electron \d/);
  expect(copied.split('\n').filter((line) => line.includes('was killed')).length).toBeGreaterThan(3);
  expect(fs.readFileSync(path.join(app.userData, 'logs', 'bsdm-proxy.log'), 'utf8')).toContain('shell: The proxy core');
  await proxyAddress(app.page);
});

test('menu and tray speak the language of the page, the next time from the start', async () => {
  await start();
  const menu = (): Promise<string[]> =>
    app.electron.evaluate(({ Menu }) => (Menu.getApplicationMenu()?.items ?? []).map((item) => item.label));
  expect(await menu()).toContain('Help');
  await app.page.evaluate(() => localStorage.setItem('bsdm-prefs', JSON.stringify({ language: 'ru' })));
  await app.page.reload();
  await expect.poll(menu).toContain('Справка');
  await expect.poll(() => trayLines(app)).toContain('* Записывать трафик');
  await app.close();
  await start();
  expect(await menu()).toContain('Справка');
});

test('start at login is a file of the desktop that starts it in the tray', async () => {
  onlyOn(['linux'], 'the system keeps its own list');
  await start();
  const file = path.join(home, 'autostart', 'bsdm-proxy.desktop');
  expect(fs.existsSync(file)).toBe(false);
  await clickMenu(app, 'start-at-login');
  expect(fs.readFileSync(file, 'utf8')).toMatch(/Exec="\/.*" "--hidden"\n/);
  await clickMenu(app, 'start-at-login');
  expect(fs.existsSync(file)).toBe(false);
  await app.close();

  // Windows are counted from 1: the one that is here now is the first, and a second start brought it.
  app = await launchDesktop({ userData: path.join(home, 'data'), env: { XDG_STATE_HOME: home }, hidden: true });
  await proxyAddress(app.page);
  const ids = await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map(({ id }) => id));
  expect(ids).toEqual([1]);
  expect(fs.readFileSync(path.join(home, 'data', 'logs', 'bsdm-proxy.log'), 'utf8')).toContain(
    'starts without a window',
  );
});

test('a taken port is offered the next free one, which the proxy takes and keeps', async () => {
  const blocker = net.createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as AddressInfo;
  fs.mkdirSync(path.join(home, 'data'));
  fs.writeFileSync(path.join(home, 'data', 'settings.json'), JSON.stringify({ version: 1, settings: { port } }));
  app = await launchDesktop({ userData: path.join(home, 'data'), env: { XDG_STATE_HOME: home }, coreArgs: [] });
  await expect(app.page.getByRole('alert')).toContainText(`(process ${process.pid})`);
  const offer = app.page.getByRole('button', { name: /^Listen on \d+/ });
  await offer.click();
  const proxy = await proxyAddress(app.page);
  expect((await getThrough(proxy, `${site.url}/fresh`)).status).toBe(200);
  await app.close();
  app = await launchDesktop({ userData: path.join(home, 'data'), env: { XDG_STATE_HOME: home }, coreArgs: [] });
  expect(await proxyAddress(app.page)).toBe(proxy);
  blocker.close();
});
