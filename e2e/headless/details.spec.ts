/** The details and the page of an entry, by keyboard: what is told at a glance, what stays as it was left. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Browser, type Locator, type Page } from '@playwright/test';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { launchChromium } from '../support/chromium.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { getThrough } from '../support/proxy-client.ts';
import { entryRows, tabTo, trafficRows } from '../support/window.ts';

let core: HeadlessApp;
let origin: http.Server;
let browser: Browser;
let url: string;

const LINES = Array.from({ length: 400 }, (_, n) => `line ${n}`).join('\n');

test.beforeAll(async () => {
  origin = http.createServer((request, response) => {
    response.writeHead(200, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'max-age=600, stale-while-revalidate=60',
      Vary: 'Accept-Language',
      ETag: `"${request.headers['accept-language']}"`,
    });
    response.end(`${request.headers['accept-language']}\n${LINES}`);
  });
  origin.listen(0, '127.0.0.1');
  [core, browser] = await Promise.all([startHeadless(), launchChromium(), once(origin, 'listening')]);
  url = `http://127.0.0.1:${(origin.address() as AddressInfo).port}/greeting`;
  for (const language of ['de-CH', 'en', 'de-AT']) await getThrough(core.proxy, url, { 'accept-language': language });
});
test.afterAll(async () => {
  await browser?.close();
  await core?.kill();
  origin?.close();
});

async function openPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  await page.goto(core.ui);
  await expect(trafficRows(page, url)).toHaveCount(3);
  return page;
}

/** Opens the newest exchange by keyboard. */
async function openNewest(page: Page): Promise<Locator> {
  await page.keyboard.press('/');
  await page.keyboard.type('path:/greeting');
  await tabTo(page, page.getByTestId('traffic-table'));
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  const pane = page.getByTestId('detail-pane');
  await expect(pane).toContainText('MISS: ');
  return pane;
}

/** What axe finds in the details. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .include('[data-testid=detail-pane]')
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

const tabNamed = (pane: Locator, name: string): Locator => pane.getByRole('tab', { name });

test('why, in one look: what decided, the two values side by side, the rest unfolded by a key', async () => {
  const page = await openPage();
  const pane = await openNewest(page);
  const nearest = pane.getByRole('region', { name: 'Nearest stored response' });
  const decided = pane.getByRole('region', { name: 'What decided' });
  await expect(decided).toContainText('accept-language differs');
  await expect(nearest.locator('dd')).toHaveText([/^(de-ch|en)$/, 'de-at']);
  // One look: all of it is in the pane as it opens.
  for (const card of [decided, nearest, pane.getByText('What would have made it a hit')])
    await expect(card).toBeInViewport();
  await expect(pane.getByText('May the cache answer?')).toHaveCount(0);
  const checks = pane.getByRole('button', { name: /step by step$/ });
  await tabTo(page, checks);
  await page.keyboard.press('Enter');
  await expect(pane.getByText('May the cache answer?')).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(pane.getByText('May the cache answer?')).toHaveCount(0);
  await page.context().close();
});

test('tab, scroll and search stay: with another row, another tab, another view, another width', async () => {
  const page = await openPage();
  const { keyboard } = page;
  const pane = await openNewest(page);
  await tabTo(page, tabNamed(pane, 'Why'));
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowRight');
  await expect(tabNamed(pane, 'Response')).toBeFocused();
  await expect(pane.getByText('line 3', { exact: true })).toBeVisible();
  // No body in the request: its fields have all the room there.
  await expect(pane.getByRole('region', { name: 'Request', exact: true })).toContainText('de-AT');
  const search = pane.getByRole('textbox', { name: 'Search in body' });
  await tabTo(page, search);
  await keyboard.type('line 1');
  await expect(pane.getByText('111 found')).toBeVisible();
  const body = pane.locator('.lines');
  await tabTo(page, body);
  await keyboard.press('End');
  // The browser scrolls there step by step.
  const fromEnd = (): Promise<number> =>
    body.evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight);
  await expect.poll(fromEnd).toBeLessThan(1);
  const scrolled = await body.evaluate((element) => element.scrollTop);
  expect(scrolled).toBeGreaterThan(1000);

  await keyboard.press('Control+2');
  await expect(pane.and(page.locator(':visible'))).toHaveCount(0);
  await keyboard.press('Control+1');
  await expect(pane).toBeVisible();
  expect(await body.evaluate((element) => element.scrollTop)).toBe(scrolled);
  await expect(search).toHaveValue('line 1');
  await expect(page.getByRole('combobox', { name: 'Filter' })).toHaveValue('path:/greeting');

  await tabTo(page, tabNamed(pane, 'Response'), 'Shift+Tab');
  await keyboard.press('ArrowRight');
  await expect(tabNamed(pane, 'Timing')).toHaveAttribute('aria-selected', 'true');
  await expect(pane.getByRole('table')).toContainText('Waiting for the origin');
  await keyboard.press('ArrowLeft');
  expect(await body.evaluate((element) => element.scrollTop)).toBe(scrolled);

  // Narrower there is a tab for each; what was searched for is still there.
  await page.setViewportSize({ width: 900, height: 800 });
  await expect(tabNamed(pane, 'Request')).toHaveText('Request');
  await expect(search).toHaveValue('line 1');
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(tabNamed(pane, 'Response')).toHaveText('Request | Response');

  await tabTo(page, page.getByTestId('traffic-table'), 'Shift+Tab');
  await keyboard.press('ArrowUp');
  await expect(pane.getByRole('region', { name: 'Request', exact: true })).not.toContainText('de-AT');
  await expect(tabNamed(pane, 'Response')).toHaveAttribute('aria-selected', 'true');
  await expect(search).toHaveValue('line 1');
  await page.context().close();
});

test('the body has the room; the origin’s fields tell only what the client got otherwise', async () => {
  const page = await openPage();
  const { keyboard } = page;
  const pane = await openNewest(page);
  await tabTo(page, tabNamed(pane, 'Why'));
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowRight');
  const response = pane.getByRole('region', { name: 'Response', exact: true });
  const room = await response.locator('.message-body').boundingBox();
  const whole = await response.boundingBox();
  expect(room?.height ?? 0).toBeGreaterThan((whole?.height ?? 0) / 2);
  // Folded, the fields tell what decides about caching.
  const fields = response.getByRole('button', { name: /^\d+ fields$/ });
  await expect(fields).toHaveAttribute('aria-expanded', 'false');
  await expect(response).toContainText('Cache-Control: max-age=600');
  await tabTo(page, fields);
  await keyboard.press('Space');
  await expect(response.getByRole('row').filter({ hasText: 'max-age=600' })).toBeVisible();
  await keyboard.press('Space');
  const sent = response.getByRole('button', { name: 'As the origin sent it (200)' });
  await tabTo(page, sent);
  await keyboard.press('Enter');
  const differences = response.getByRole('table');
  await expect(differences).toContainText('Via');
  await expect(differences).not.toContainText('ETag');
  expect(await findings(page)).toEqual([]);
  await tabTo(page, response.getByRole('button', { name: 'All fields' }));
  await keyboard.press('Enter');
  await expect(differences).toContainText('ETag');
  await page.context().close();
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`an entry: its life in words, one main action, variants side by side, ${colorScheme}`, async () => {
    const page = await openPage({ colorScheme });
    const { keyboard } = page;
    await keyboard.press('Control+2');
    await expect(entryRows(page, url)).toHaveCount(3);
    await tabTo(page, page.getByTestId('cache-table'));
    await keyboard.press('Home'); // the row of the host
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    const pane = page.getByRole('region', { name: 'Entry' });
    const life = pane.getByRole('list', { name: 'Its life' }).getByRole('listitem');
    await expect(life).toHaveText([/^Stored /, /^fresh until /, /^stale while it is revalidated, until /]);
    // What removes it stands last, at the other end.
    const actions = pane.locator('.entry-actions').getByRole('button');
    await expect(actions.first()).toHaveText('Revalidate now');
    await expect(actions.last()).toHaveText('Evict');
    const variants = pane.getByRole('region', { name: 'Variants of this URL' }).getByRole('table');
    await expect(variants.getByRole('columnheader')).toHaveCount(3);
    await expect(variants.getByRole('row').filter({ hasText: 'ETag' }).getByRole('cell')).toHaveCount(3);
    const other = variants.getByRole('button', { name: 'accept-language: en' });
    await tabTo(page, other);
    await keyboard.press('Enter');
    await expect(other).toHaveAttribute('aria-current', 'true');
    expect(await findings(page)).toEqual([]);
    await page.context().close();
  });
