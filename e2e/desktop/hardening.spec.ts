/**
 * Electron's security recommendations, one by one, on the running app: what docs/security.md says of each is tried here, in
 * shell.spec.ts (navigation, new windows, permissions, policy) or in packaged.spec.ts (fuses).
 */
import { expect, test } from '@playwright/test';
import path from 'node:path';
import { launchDesktop, requireElectron, type DesktopApp } from '../support/electron-app.ts';
import { OUT } from '../support/paths.ts';
import { getThrough } from '../support/proxy-client.ts';
import { startSite, type SiteOrigin } from '../support/site-origin.ts';
import { goTo, proxyAddress, trafficRows, VIEWS } from '../support/window.ts';

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

const windowCount = (): Promise<number> =>
  app.electron.evaluate(({ webContents }) => webContents.getAllWebContents().length);

test('nothing that the page loads comes from elsewhere, whatever view is open and whatever was captured', async () => {
  const { page } = app;
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const proxy = await proxyAddress(page);
  for (const part of ['/', '/site.css', '/red.png', '/fresh']) await getThrough(proxy, site.url + part);
  await page.reload();
  await goTo(page, 'Traffic');
  await trafficRows(page, `${site.url}/`).first().click();
  for (const view of VIEWS) await goTo(page, view);
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.filter((url) => !/^(app:\/\/bsdm\/|blob:app:\/\/bsdm\/|data:)/.test(url))).toEqual([]);
  expect(await page.evaluate(() => location.protocol)).toBe('app:');
});

test('no preference that weakens a page is on', async () => {
  const preferences = await app.electron.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows()[0];
    // Not in Electron's types, but there for exactly this question.
    const contents = window?.webContents as { getLastWebPreferences?: () => Record<string, unknown> } | undefined;
    return contents?.getLastWebPreferences?.() ?? {};
  });
  // What must be on is told as on; what must be off is off or was never set.
  for (const name of ['contextIsolation', 'sandbox', 'webSecurity'])
    expect([name, preferences[name]]).toEqual([name, true]);
  const off = [
    'allowRunningInsecureContent',
    'experimentalFeatures',
    'nodeIntegration',
    'nodeIntegrationInSubFrames',
    'nodeIntegrationInWorker',
    'webviewTag',
  ];
  for (const name of off) expect([name, preferences[name] ?? false]).toEqual([name, false]);
  expect(preferences['enableBlinkFeatures'] ?? '').toBe('');
});

test('the policy names no origin but its own, and no way around it', async () => {
  const text = await app.page.evaluate(async () => (await fetch('index.html')).headers.get('content-security-policy'));
  const policy = new Map((text ?? '').split('; ').map((item) => [item.split(' ')[0], item.split(' ').slice(1)]));
  const sources = [...policy.values()].flat();
  expect(sources.filter((source) => !["'self'", "'none'", 'data:', 'blob:'].includes(source))).toEqual([]);
  for (const name of ['script-src', 'style-src', 'connect-src'])
    expect([name, policy.get(name)]).toEqual([name, ["'self'"]]);
  for (const name of ['object-src', 'base-uri', 'form-action', 'frame-ancestors'])
    expect([name, policy.get(name)]).toEqual([name, ["'none'"]]);
});

test('a frame, a form, a worker or a script of elsewhere never reaches it; eval and files are refused', async () => {
  const before = site.count('/fresh');
  const found = await app.page.evaluate(async (foreign) => {
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
    const add = (tag: string, attributes: Record<string, string>): Promise<void> => {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      const done = new Promise<void>((resolve) =>
        document.addEventListener('securitypolicyviolation', () => resolve(), { once: true }),
      );
      document.body.append(element);
      if (element instanceof HTMLFormElement) element.requestSubmit();
      return done.then(() => element.remove());
    };
    await add('iframe', { src: foreign });
    await add('script', { src: foreign });
    await add('img', { src: foreign });
    await add('object', { data: foreign, type: 'text/html' });
    await add('form', { action: foreign, method: 'post' });
    const attempt = async (action: () => unknown): Promise<string> => {
      try {
        await action();
        return 'allowed';
      } catch {
        return 'refused';
      }
    };
    const others = {
      eval: await attempt(() => (0, eval)('1')),
      file: await attempt(() => fetch('file:///etc/hosts')),
      worker: await attempt(() => new Worker(foreign)),
    };
    return { violations: [...new Set(violations)].sort(), others };
  }, `${site.url}/fresh`);
  expect(found.others).toEqual({ eval: 'refused', file: 'refused', worker: 'refused' });
  expect(found.violations).toEqual(expect.arrayContaining(['form-action', 'frame-src', 'img-src', 'object-src']));
  expect(found.violations.some((directive) => directive.startsWith('script-src'))).toBe(true);
  expect(site.count('/fresh')).toBe(before);
});

test('a webview element is nothing, and no click, with whatever key or button, opens a second page', async () => {
  const { page } = app;
  const before = { windows: await windowCount(), asked: site.count('/fresh') };
  await app.electron.evaluate(({ shell }) => {
    shell.openExternal = async () => undefined;
  });
  await page.evaluate((url) => {
    const webview = document.createElement('webview');
    webview.setAttribute('src', url);
    document.body.append(webview);
    const link = document.createElement('a');
    link.href = url;
    link.textContent = 'a link of elsewhere';
    link.style.cssText = 'position: fixed; inset: 0 auto auto 0; z-index: 99999; width: 200px; height: 40px';
    const clicks: string[] = [];
    for (const type of ['click', 'auxclick']) link.addEventListener(type, () => clicks.push(type));
    document.body.append(link);
    (globalThis as { linkClicks?: string[] }).linkClicks = clicks;
  }, `${site.url}/fresh`);
  // Not the locator's click: it would wait for a navigation that is refused.
  await page.mouse.click(20, 20, { button: 'middle' });
  for (const key of ['ControlOrMeta', 'Shift']) {
    await page.keyboard.down(key);
    await page.mouse.click(20, 20);
    await page.keyboard.up(key);
  }
  await page.mouse.click(20, 20);
  const clicks = (): Promise<unknown> => page.evaluate(() => (globalThis as { linkClicks?: string[] }).linkClicks);
  await expect.poll(clicks).toEqual(['auxclick', 'click', 'click', 'click']);
  expect(await page.evaluate(() => document.querySelector('webview')?.constructor.name)).toBe('HTMLElement');
  await page.evaluate(() => document.querySelectorAll('webview, body > a').forEach((element) => element.remove()));
  expect({ windows: await windowCount(), asked: site.count('/fresh') }).toEqual(before);
  expect(new URL(page.url()).protocol).toBe('app:');
});

test('devices, the screen and lasting permissions are refused', async () => {
  const answers = await app.page.evaluate(async () => {
    const names = [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'midi',
      'persistent-storage',
      'clipboard-read',
    ];
    const states = await Promise.all(
      names.map((name) =>
        navigator.permissions.query({ name: name as PermissionName }).then(
          ({ state }) => state,
          () => 'unknown',
        ),
      ),
    );
    const screen = await navigator.mediaDevices.getDisplayMedia({ video: true }).then(
      () => 'given',
      () => 'refused',
    );
    const clipboard = await navigator.clipboard.readText().then(
      () => 'given',
      () => 'refused',
    );
    return { granted: names.filter((_name, index) => states[index] === 'granted'), screen, clipboard };
  });
  expect(answers).toEqual({ granted: [], screen: 'refused', clipboard: 'refused' });
});

test("a page that is not the app's own gets no answer from the shell, even with its preload", async () => {
  const answers = await app.electron.evaluate(
    async ({ BrowserWindow }, preload) => {
      const stranger = new BrowserWindow({
        show: false,
        webPreferences: { preload, sandbox: true, contextIsolation: true },
      });
      try {
        await stranger.loadURL('data:text/html,<title>stranger</title>');
        return (await stranger.webContents.executeJavaScript(`(async () => {
        const { restartCore, processes, openExternal, requestCorePort } = window.bsdmDesktop;
        let ports = 0;
        window.addEventListener('message', (event) => (ports += event.ports.length));
        requestCorePort('a-nonce');
        const asked = [restartCore(), processes(), openExternal('https://stranger.test/')];
        const results = await Promise.allSettled(asked);
        return { statuses: results.map((result) => result.status), words: String(results[0].reason), ports };
      })()`)) as { statuses: string[]; words: string; ports: number };
      } finally {
        stranger.destroy();
      }
    },
    path.join(OUT, 'electron', 'preload.cjs'),
  );
  expect(answers).toMatchObject({ statuses: ['rejected', 'rejected', 'rejected'], ports: 0 });
  expect(answers.words).toContain("only the app's own page may ask this");
});
