/** Bodies in the browser UI. */
import { expect, test, type Browser } from '@playwright/test';
import { tellBodies } from '../support/bodies.ts';
import { launchChromium } from '../support/chromium.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { proxyAddress } from '../support/window.ts';

let core: HeadlessApp;
let browser: Browser;

test.beforeAll(async () => {
  [core, browser] = await Promise.all([startHeadless(), launchChromium()]);
});
test.afterAll(async () => {
  await browser?.close();
  await core?.kill();
});

test('bodies are shown as they were sent, and saved whole, under a policy without exceptions', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(core.ui);
  expect(await proxyAddress(page)).toBe(core.proxy);
  expect(await tellBodies(page, core.proxy, true)).toEqual([]);
});
