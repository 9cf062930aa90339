/** Two exchanges beside each other, by keyboard: what of their differences counts for the cache is named, in words. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Browser } from '@playwright/test';
import { launchChromium } from '../support/chromium.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { getThrough } from '../support/proxy-client.ts';
import { startSite, type SiteOrigin } from '../support/site-origin.ts';
import { goTo, openEntry, openPage, trafficRows } from '../support/window.ts';

let core: HeadlessApp;
let site: SiteOrigin;
let browser: Browser;

test.beforeAll(async () => {
  [core, site, browser] = await Promise.all([startHeadless(), startSite(), launchChromium()]);
  await getThrough(core.proxy, `${site.url}/fresh?a=1&b=2`);
  await getThrough(core.proxy, `${site.url}/fresh?b=2&a=1`);
  await getThrough(core.proxy, `${site.url}/never`);
});
test.afterAll(async () => {
  await browser?.close();
  await core?.kill();
  await site?.close();
});

test('two chosen rows, from their menu: another order of the query is another key', async () => {
  const page = await openPage(browser, core.ui);
  const { keyboard } = page;
  await trafficRows(page, `${site.url}/fresh?a=1&b=2`).click();
  await keyboard.press('Shift+ArrowDown');
  await keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Compare these two' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Compare' });
  const seen = dialog.getByRole('region', { name: 'What the cache sees' });
  await expect(seen).toContainText('Different cache keys');
  await expect(seen).toContainText('The same parameters in another order are another URL.');
  await expect(seen.getByTestId('difference').first()).toContainText('URL');
  await expect(seen.getByTestId('difference').first()).toContainText('the cache key');
  await expect(dialog).toContainText('The same at both sides: 22 B.');
  await keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.context().close();
});

for (const scheme of ['light', 'dark'] as const) {
  test(`a row and a stored response, one after the other; axe finds nothing, ${scheme}`, async () => {
    const page = await openPage(browser, core.ui, scheme);
    await trafficRows(page, `${site.url}/never`).click();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Compare with…' }).press('Enter');
    await expect(page.getByText('is one side. Now choose the other')).toBeVisible();
    await goTo(page, 'Cache');
    await openEntry(page, `${site.url}/fresh?a=1&b=2`);
    await page.getByRole('button', { name: /^Compare with GET/ }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Compare' });
    await expect(dialog.getByRole('region', { name: 'Left' })).toContainText('not stored: says no-store');
    await expect(dialog.getByRole('region', { name: 'Right' })).toContainText('stored, fresh for 10 min (max-age)');
    const lifetime = dialog.getByTestId('difference').filter({ hasText: 'cache-control (response)' });
    await expect(lifetime).toContainText('storing');
    await expect(dialog.getByRole('table', { name: 'Response fields' })).toContainText('no-store');
    await expect(dialog.locator('[data-kind="left"]')).toContainText('not to be stored');
    const { violations } = await new AxeBuilder({ page }).include('[role="dialog"]').analyze();
    expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`))).toEqual([]);
    if (process.env['COMPARE_SHOTS']) await page.screenshot({ path: `${process.env['COMPARE_SHOTS']}-${scheme}.png` });
    await page.context().close();
  });
}
