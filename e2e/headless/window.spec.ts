/** The browser UI over the headless core: the shared story, the views, and a core that goes and comes back. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { launchChromium } from '../support/chromium.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { getThrough } from '../support/proxy-client.ts';
import { startSite, type SiteOrigin } from '../support/site-origin.ts';
import { tellStory } from '../support/story.ts';
import { entryRows, goTo, proxyAddress, trafficRows } from '../support/window.ts';

let core: HeadlessApp;
let site: SiteOrigin;
let browser: Browser;
let page: Page;

/** The same token for each start, so that an open page stays welcome. */
const TOKEN = 'a-token-that-outlives-the-core';

test.beforeAll(async () => {
  [core, site, browser] = await Promise.all([
    startHeadless({ env: { BSDM_CONTROL_TOKEN: TOKEN } }),
    startSite(),
    launchChromium(),
  ]);
});
test.beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(core.ui);
  expect(await proxyAddress(page)).toBe(core.proxy);
});
test.afterEach(() => page.close());
test.afterAll(async () => {
  await browser?.close();
  await core?.kill();
  await site?.close();
});

test('miss, hit, open, evict, miss again', async () => {
  await tellStory(page, core.proxy, site);
});

test('the token does not stay in the address, and a page without it is refused', async () => {
  expect(page.url()).not.toContain('token');
  const other = await (await browser.newContext()).newPage();
  await other.goto(core.control);
  await expect(other.getByText('This page has no access token')).toBeVisible();
  await other.close();
});

test('every view shows what it is for', async () => {
  await getThrough(core.proxy, `${site.url}/site.css`);
  await goTo(page, 'Cache');
  await expect(entryRows(page, `${site.url}/site.css`)).toBeVisible();
  await goTo(page, 'Statistics');
  await expect(page.locator('canvas').first()).toBeVisible();
  await goTo(page, 'Settings');
  const port = page.getByLabel('Port', { exact: true });
  await expect(port).toBeDisabled();
  await expect(page.getByText('--port', { exact: false }).first()).toBeVisible();
});

test('when the core goes, the window says so and keeps what it has; when it is back, the table goes on', async () => {
  await getThrough(core.proxy, `${site.url}/red.png`);
  await goTo(page, 'Traffic');
  await expect(trafficRows(page, `${site.url}/red.png`)).toHaveCount(1);
  const port = (address: string): number => Number(new URL(address).port);
  await core.kill();
  await expect(page.getByText('The connection to the core is lost', { exact: false }).first()).toBeVisible();
  await expect(trafficRows(page, `${site.url}/red.png`)).toHaveCount(1);

  core = await startHeadless({
    port: port(`http://${core.proxy}`),
    controlPort: port(core.control),
    env: { BSDM_CONTROL_TOKEN: TOKEN },
  });
  await expect(page.getByText('The connection to the core is lost', { exact: false })).toHaveCount(0, {
    timeout: 20_000,
  });
  await getThrough(core.proxy, `${site.url}/blue.png`);
  await expect(trafficRows(page, `${site.url}/blue.png`)).toHaveCount(1);
});
