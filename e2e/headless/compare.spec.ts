/** Two exchanges beside each other, by keyboard: what of their differences counts for the cache is named, in words. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { getThrough } from '../support/proxy-client.ts';
import { setScene } from '../support/scene.ts';
import { openPage, tabTo, trafficRows } from '../support/window.ts';

const at = setScene(async ({ core, site }) => {
  await getThrough(core.proxy, `${site.url}/fresh?a=1&b=2`);
  await getThrough(core.proxy, `${site.url}/fresh?b=2&a=1`);
  await getThrough(core.proxy, `${site.url}/never`);
});

/** The cursor stands in the list, on its first row that passes the filter. */
async function findRow(page: Page, filter: string, count: number): Promise<void> {
  await page.keyboard.press('/');
  await page.keyboard.type(filter);
  await expect(page.getByTestId('traffic-row')).toHaveCount(count);
  await tabTo(page, page.getByTestId('traffic-table'));
  await page.keyboard.press('Home');
}

test('two chosen rows, from their menu: another order of the query is another key', async () => {
  const page = await openPage(at.browser, at.core.ui);
  const { keyboard } = page;
  await findRow(page, 'path:/fresh', 2);
  await expect(trafficRows(page, `${at.site.url}/fresh?a=1&b=2`)).toHaveAttribute('aria-selected', 'true');
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
    const page = await openPage(at.browser, at.core.ui, scheme);
    await findRow(page, 'path:/never', 1);
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Compare with…' }).press('Enter');
    await expect(page.getByText('is one side. Now choose the other')).toBeVisible();
    await page.keyboard.press('Control+2');
    await page.keyboard.press('/');
    await page.keyboard.type('fresh?a');
    await expect(page.getByTestId('cache-row')).toHaveCount(1);
    await tabTo(page, page.getByTestId('cache-table'));
    await page.keyboard.press('End'); // below the head of its host
    await page.keyboard.press('Enter');
    await expect(page.getByRole('region', { name: 'Entry' })).toContainText(`${at.site.url}/fresh?a=1&b=2`);
    await tabTo(page, page.getByRole('button', { name: /^Compare with GET/ }));
    await page.keyboard.press('Enter');
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
