/** Menus, dialogs, messages and keys of the window, as a person meets them: by pointer and by keyboard, on any layout. */
import { expect, test, type Page } from '@playwright/test';
import { getThrough } from '../support/proxy-client.ts';
import { setScene } from '../support/scene.ts';
import { goTo, openEntry, trafficRows, VIEWS } from '../support/window.ts';

let page: Page;
/** What the page did against its content security policy. */
let violations: string[];

const at = setScene(async ({ core, site }) => {
  for (const path of ['/', '/site.css', '/red.png', '/fresh', '/fresh', '/never', '/private'])
    await getThrough(core.proxy, site.url + path);
});
test.beforeEach(async () => {
  page = await at.browser.newPage({ viewport: { width: 1280, height: 800 } });
  violations = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text());
  });
  await page.goto(at.core.ui);
  await expect(trafficRows(page, `${at.site.url}/fresh`)).toHaveCount(2);
});
test.afterEach(() => page.close());

test('no widget does anything against the strict content security policy', async () => {
  for (const view of VIEWS) await goTo(page, view);
  await goTo(page, 'Traffic');
  await page.getByRole('button', { name: 'Columns' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('Escape');
  await trafficRows(page, `${at.site.url}/fresh`).last().click();
  for (const tab of ['Chain', 'Request', 'Response', 'Timing', 'Connection', 'Why'])
    await page.getByRole('tab', { name: tab }).click();
  await trafficRows(page, `${at.site.url}/fresh`).first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Copy URL' }).click();
  await expect(page.getByRole('region', { name: 'Messages' }).getByRole('group')).toHaveCount(1);
  await page.getByRole('separator').first().hover();
  await page.mouse.down();
  await page.mouse.move(600, 300, { steps: 5 });
  await page.mouse.up();
  await goTo(page, 'Cache');
  await openEntry(page, `${at.site.url}/fresh`);
  await page.getByRole('button', { name: 'Evict…' }).click();
  await page.getByRole('menuitem', { name: 'Evict all…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'All actions' })).toBeFocused();
  expect(violations).toEqual([]);
});

test('the button of a menu closes it when pressed again', async () => {
  const button = page.getByRole('button', { name: 'Columns' });
  await button.click();
  await expect(page.getByRole('menu')).toBeVisible();
  await button.click();
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(button).toHaveAttribute('aria-expanded', 'false');
});

test('dragging a column moves it and does not sort by it', async () => {
  const heads = page.getByTestId('traffic-table').getByRole('columnheader');
  const method = heads.filter({ hasText: 'Method' });
  const host = heads.filter({ hasText: 'Host' });
  const [from, to] = [await method.boundingBox(), await host.boundingBox()];
  await page.mouse.move(from!.x + 12, from!.y + 10);
  await page.mouse.down();
  await page.mouse.move(to!.x + 12, to!.y + 10, { steps: 8 });
  await page.mouse.up();
  await expect.poll(async () => (await method.boundingBox())!.x).toBeGreaterThan(from!.x + 20);
  await expect(method).not.toHaveAttribute('aria-sort');
  await method.getByRole('button').click();
  await expect(method).toHaveAttribute('aria-sort', 'ascending');
});

test('letter keys mean the same on a Russian layout', async () => {
  const press = (key: string, code: string, ctrlKey = false): Promise<void> =>
    page.evaluate(
      (init) => {
        document.activeElement!.dispatchEvent(
          new KeyboardEvent('keydown', { bubbles: true, cancelable: true, composed: true, ...init }),
        );
      },
      { key, code, ctrlKey },
    );
  await press('л', 'KeyK', true);
  await expect(page.getByRole('dialog', { name: 'All actions' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await press('з', 'KeyP');
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await press('З', 'KeyP');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  const rows = page.getByTestId('traffic-row');
  await rows.first().click();
  await page.getByTestId('traffic-table').focus();
  await press('о', 'KeyJ');
  await expect(rows.nth(1)).toHaveAttribute('aria-selected', 'true');
  await press('ь', 'KeyM');
  await expect(page.getByRole('img', { name: 'Mark' }).or(rows.nth(1).locator('.mark')).first()).toBeVisible();
  await press('а', 'KeyF', true);
  await expect(page.locator('#traffic-filter')).toBeFocused();
});

test('choosing with Shift and Ctrl+A marks rows, never the texts of the window', async () => {
  const selection = (): Promise<string> => page.evaluate(() => getSelection()?.toString() ?? '');
  const rows = page.getByTestId('traffic-row');
  await rows.first().click({ modifiers: ['Control'] });
  await rows.nth(3).click({ modifiers: ['Shift'] });
  expect(await selection()).toBe('');
  await expect(page.locator('[data-testid="traffic-row"][aria-selected="true"]')).toHaveCount(4);
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Traffic' }).focus();
  await page.keyboard.press('Control+a');
  expect(await selection()).toBe('');
});

test('messages stand above a dialog and its backdrop, and can be read and taken away there', async () => {
  await goTo(page, 'Cache');
  const entry = await openEntry(page, `${at.site.url}/fresh`);
  await entry.getByRole('button', { name: 'Evict', exact: true }).click();
  await page.getByRole('button', { name: 'Evict…' }).click();
  await page.getByRole('menuitem', { name: 'Evict all…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Evict from the cache' });
  await expect(dialog.getByRole('status')).toContainText('will be evicted');
  const message = page.getByRole('region', { name: 'Messages' }).getByRole('group').first();
  await message.getByRole('button', { name: 'Close' }).click();
  await expect(message).toHaveCount(0);
  await expect(dialog).toBeVisible();
});
