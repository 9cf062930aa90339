/** The first run, by keyboard: what can be done before anything was sent, without a network. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Browser } from '@playwright/test';
import { launchChromium } from '../support/chromium.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { tabTo } from '../support/window.ts';

let core: HeadlessApp;
let browser: Browser;

test.beforeAll(async () => {
  // It dials loopback only: whatever works here works offline.
  [core, browser] = await Promise.all([startHeadless(), launchChromium()]);
});
test.afterAll(async () => {
  await browser?.close();
  await core?.kill();
});

for (const theme of ['light', 'dark', 'contrast'])
  test(`axe finds nothing in the first run, ${theme}`, async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.addInitScript((text) => localStorage.setItem('bsdm-prefs', text), JSON.stringify({ theme }));
    const page = await context.newPage();
    await page.goto(core.ui);
    await expect(page.getByRole('button', { name: 'Test it now' })).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).exclude('[data-base-ui-focus-guard]').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
    await context.close();
  });

test('look at the demo and come back, choose a system, test the proxy: the first row is there', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const { keyboard } = page;
  await page.goto(core.ui);
  await tabTo(page, page.getByRole('button', { name: 'Show the demo capture' }));
  await keyboard.press('Enter');
  await expect(page.getByTestId('traffic-row').first()).toBeVisible();
  await tabTo(page, page.getByRole('button', { name: 'Back to the proxy' }));
  await keyboard.press('Enter');

  const systems = page.getByRole('group', { name: 'System' });
  await tabTo(page, systems.getByRole('button', { name: 'Linux' }));
  await keyboard.press('ArrowRight');
  await keyboard.press('Enter');
  await expect(systems.getByRole('button', { name: 'macOS' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText(/^open -na 'Google Chrome'/)).toBeVisible();

  await page.keyboard.press('Control+1');
  await page.reload();
  await tabTo(page, page.getByRole('button', { name: 'Test it now' }));
  await keyboard.press('Enter');
  await expect(page.locator('[data-testid="traffic-row"][data-url="http://bsdm.proxy/"]')).toHaveCount(1);
  await expect(page.getByText(/^The proxy works: its own page came in/)).toBeVisible();
  await page.close();
});
