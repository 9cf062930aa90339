/** A HAR file given to the app that runs is opened as a session in its window. */
import { expect, test } from '@playwright/test';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { launchDesktop, requireElectron, type DesktopApp } from '../support/electron-app.ts';
import { proxyAddress, trafficRows } from '../support/window.ts';

let app: DesktopApp;
let home: string;

test.beforeAll(() => requireElectron());
test.beforeEach(() => void (home = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-home-'))));
test.afterEach(async () => {
  await app?.close();
  fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

test('a HAR file opens beside the live capture; one that is none is told', async () => {
  const entry = { request: { method: 'GET', url: 'http://other.test/page' }, response: { status: 200 } };
  const file = path.join(home, 'kept.har');
  const bad = path.join(home, 'bad.har');
  fs.writeFileSync(file, JSON.stringify({ log: { version: '1.2', entries: [entry] } }));
  fs.writeFileSync(bad, 'nothing');
  app = await launchDesktop({
    userData: path.join(home, 'data'),
    env: { XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, PATH: '/nonexistent' },
  });
  await proxyAddress(app.page);
  expect(await app.startAgain([file])).toBe(0);
  const bar = app.page.getByRole('navigation', { name: 'Sessions' });
  await expect(bar.getByRole('button', { name: 'kept.har', exact: true })).toHaveAttribute('aria-current', 'true');
  await expect(trafficRows(app.page, 'http://other.test/page')).toHaveCount(1);
  expect(await app.startAgain([bad])).toBe(0);
  await expect(app.page.getByText(/bad\.har cannot be opened/).first()).toBeVisible();
  expect(await app.startAgain([path.join(home, 'none.har')])).toBe(0);
  await expect(app.page.getByText(/none\.har cannot be opened/).first()).toBeVisible();
  await bar.getByRole('button', { name: 'Close kept.har' }).click();
  await expect(bar).toHaveCount(0);
});
