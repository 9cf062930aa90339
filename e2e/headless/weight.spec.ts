/** The page's first load: what a browser really asks for before the window is there, and what that weighs. */
import { expect, test, type Browser } from '@playwright/test';
import { checkWeight, weighPage } from '../../scripts/lib/weight.mjs';
import { launchChromium } from '../support/chromium.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { goTo, proxyAddress } from '../support/window.ts';

let core: HeadlessApp;
let browser: Browser;

test.beforeAll(async () => {
  [core, browser] = await Promise.all([startHeadless(), launchChromium()]);
});
test.afterAll(async () => {
  await browser?.close();
  await core?.kill();
});

test('the first load is what was weighed, and within its bound', async () => {
  const page = await browser.newPage({ locale: 'en-US' });
  // A page that is never idle fetches nothing ahead.
  await page.addInitScript(() => {
    window.requestIdleCallback = () => 0;
  });
  const asked = new Set<string>();
  page.on('request', (request) => asked.add(new URL(request.url()).pathname.replace(/^\/(assets\/)?/, '')));
  await page.goto(core.ui);
  await proxyAddress(page);
  await page.evaluate(async () => document.fonts.ready);

  const weight = weighPage();
  const weighed = new Set(weight.first.map(({ file }) => (file === 'index.html' ? '' : file)));
  expect([...asked].filter((file) => !weighed.has(file) && !['icon.svg', 'control'].includes(file))).toEqual([]);
  expect([...weighed].filter((file) => !asked.has(file))).toEqual([]);
  checkWeight(weight);

  await goTo(page, 'Settings');
  await expect(page.getByRole('textbox', { name: 'Maximum entries' })).toBeVisible();
  expect([...asked].filter((file) => /^SettingsView-.*\.js$/.test(file))).toHaveLength(1);
  await page.close();
});
