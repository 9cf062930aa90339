/** The shell keeps its page in, keeps others out, exists once, and leaves nothing behind. */
import { expect, test } from '@playwright/test';
import fs from 'node:fs';
import path from 'node:path';
import { launchDesktop, processesOf, requireElectron, type DesktopApp } from '../support/electron-app.ts';
import { onlyOn } from '../support/elsewhere.ts';
import { isAlive } from '../support/processes.ts';
import { startSite, type SiteOrigin } from '../support/site-origin.ts';
import { goTo, proxyAddress, VIEWS } from '../support/window.ts';

let app: DesktopApp;
let site: SiteOrigin;

test.beforeAll(async () => {
  requireElectron();
  site = await startSite();
  app = await launchDesktop();
  await proxyAddress(app.page);
});
test.afterAll(async () => {
  await app?.close();
  await site?.close();
});

test("the page has no Node, only the shell's few verbs", async () => {
  const found = await app.page.evaluate(() => {
    const names = ['require', 'process', 'module', 'global', 'Buffer', 'electron', 'ipcRenderer'];
    return {
      node: names.filter((name) => name in globalThis),
      verbs: Object.keys((globalThis as { bsdmDesktop?: object }).bsdmDesktop ?? {}).sort(),
    };
  });
  expect(found).toEqual({
    node: [],
    verbs: [
      'onCoreStatus',
      'onGoTo',
      'onUpdate',
      'openExternal',
      'platform',
      'processes',
      'requestCorePort',
      'restartCore',
      'setLanguage',
      'showUpdate',
      'versions',
    ],
  });
  const preferences = await app.electron.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows()[0];
    // Not in Electron's types, but there for exactly this question.
    const contents = window?.webContents as { getLastWebPreferences?: () => Record<string, unknown> } | undefined;
    const all = contents?.getLastWebPreferences?.() ?? {};
    return {
      contextIsolation: all['contextIsolation'],
      sandbox: all['sandbox'],
      nodeIntegration: all['nodeIntegration'],
    };
  });
  expect(preferences).toEqual({ contextIsolation: true, sandbox: true, nodeIntegration: false });
});

test('memory of every process is drawn', async () => {
  const { page } = app;
  await goTo(page, 'Statistics');
  const graph = page.getByRole('figure', { name: 'Memory of every process' });
  for (const name of ['window', 'shell'])
    await expect(graph.locator('.legend-item').filter({ hasText: name })).toHaveText(/\d MiB$/);
});

test('the content security policy is strict and the page never offends against it', async () => {
  const { page } = app;
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.reload();
  await proxyAddress(page);
  for (const view of VIEWS) await goTo(page, view);
  expect(complaints).toEqual([]);

  const policy = await page.evaluate(async () => (await fetch('index.html')).headers.get('content-security-policy'));
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe');
  const ranInline = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.inlineRan = true';
    document.head.append(script);
    return 'inlineRan' in globalThis;
  });
  expect(ranInline).toBe(false);
  const foreignFetch = await page.evaluate(
    (url) =>
      fetch(url).then(
        () => 'answered',
        () => 'refused',
      ),
    `${site.url}/fresh`,
  );
  expect(foreignFetch).toBe('refused');
  expect(site.count('/fresh')).toBe(0);
});

test("the app's scheme serves the built page and nothing outside it", async () => {
  const statuses = await app.page.evaluate(async () => {
    const paths = [
      'index.html',
      '..%2f..%2fpackage.json',
      '%2e%2e%2felectron%2fmain.cjs',
      'no-such-file.js',
      '..%5cpackage.json',
    ];
    return Promise.all(paths.map(async (item) => (await fetch(`app://bsdm/${item}`)).status));
  });
  expect(statuses).toEqual([200, 404, 404, 404, 404]);
});

test("a foreign navigation and a new window are refused; https goes to the user's browser, nothing else does", async () => {
  const { page, electron } = app;
  await electron.evaluate(({ shell }) => {
    const opened: string[] = [];
    (globalThis as { openedOutside?: string[] }).openedOutside = opened;
    shell.openExternal = async (url) => void opened.push(url);
  });
  const address = page.url();
  await page.evaluate((url) => {
    location.href = `${url}/fresh`;
  }, site.url);
  await page.evaluate(() => {
    location.href = 'https://navigation.test/';
  });
  await page.evaluate(() => {
    location.href = 'file:///etc/hosts';
  });
  const opened = await page.evaluate(
    (url) =>
      ['https://window.test/', `${url}/fresh`, 'app://bsdm/index.html'].map((item) => window.open(item) === null),
    site.url,
  );
  expect(opened).toEqual([true, true, true]);
  const refused = await page.evaluate(async () => {
    const { bsdmDesktop } = globalThis as unknown as { bsdmDesktop: { openExternal(url: string): Promise<void> } };
    const asked = ['https://link.test/', 'http://link.test/', 'file:///etc/hosts', 'javascript:alert(1)'];
    const answers = await Promise.allSettled(asked.map((url) => bsdmDesktop.openExternal(url)));
    return answers.map((answer) => answer.status);
  });
  expect(refused).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);

  expect(page.url()).toBe(address);
  expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  const outside = await electron.evaluate(() => (globalThis as { openedOutside?: string[] }).openedOutside);
  expect(outside).toEqual(['https://navigation.test/', 'https://window.test/', 'https://link.test/']);
  expect(site.count('/fresh')).toBe(0);
  // Playwright's locators would wait for the refused navigation; the page itself knows better.
  expect(await page.evaluate(() => document.querySelector('[data-testid=listening-address]')?.textContent)).toMatch(
    /:\d+/,
  );
});

test('permissions are denied', async () => {
  const answers = await app.page.evaluate(async () => {
    const position = await new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition(
        () => resolve('given'),
        () => resolve('denied'),
      ),
    );
    const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'given',
      () => 'denied',
    );
    return { position, media, notification: await Notification.requestPermission() };
  });
  expect(answers).toEqual({ position: 'denied', media: 'denied', notification: 'denied' });
});

test('a second instance ends at once and brings the first to the front', async () => {
  const { electron } = app;
  await electron.evaluate(({ app: first, BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows()[0];
    const calls: string[] = [];
    (globalThis as { frontCalls?: string[] }).frontCalls = calls;
    first.on('second-instance', () => calls.push('second-instance'));
    window?.on('show', () => calls.push('show'));
    window?.on('focus', () => calls.push('focus'));
    window?.hide();
  });
  expect(await app.startAgain()).toBe(0);
  await expect
    .poll(() => electron.evaluate(() => (globalThis as { frontCalls?: string[] }).frontCalls))
    .toEqual(expect.arrayContaining(['second-instance', 'show']));
  const seen = await electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => window.isVisible()),
  );
  expect(seen).toEqual([true]);
});

test('size and place are remembered; quitting leaves no process behind', async () => {
  const userData = fs.mkdtempSync(path.join(app.userData, 'second-'));
  const first = await launchDesktop({ userData });
  await proxyAddress(first.page);
  await first.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 60, width: 1000, height: 640 }),
  );
  const processes = processesOf(first);
  expect(processes.length).toBeGreaterThan(3);
  await first.close();
  await expect.poll(() => processes.filter(isAlive)).toEqual([]);

  const again = await launchDesktop({ userData });
  const bounds = await again.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.getNormalBounds(),
  );
  await again.close();
  expect(bounds).toEqual({ x: 40, y: 60, width: 1000, height: 640 });
});

test('a signal from outside ends it as cleanly', async () => {
  onlyOn(['linux', 'darwin'], 'there are no signals');
  const other = await launchDesktop();
  await proxyAddress(other.page);
  const processes = processesOf(other);
  process.kill(other.pid, 'SIGTERM');
  await expect.poll(() => processes.filter(isAlive)).toEqual([]);
  fs.rmSync(other.userData, { recursive: true, force: true });
});
