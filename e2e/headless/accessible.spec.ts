/** The window for everyone: no finding of axe in any view, and a whole story told by keyboard alone. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { getThrough } from '../support/proxy-client.ts';
import { setScene } from '../support/scene.ts';
import { VIEWS, entryRows, goTo, openEntry, tabTo, trafficRows } from '../support/window.ts';

const at = setScene(async ({ core, site }) => {
  for (const path of ['/', '/site.css', '/red.png', '/fresh', '/fresh', '/never', '/private', '/cdn'])
    await getThrough(core.proxy, site.url + path);
  for (let times = 0; times < 6; times++)
    await getThrough(core.proxy, `${site.url}/red.png`, { 'cache-control': 'no-cache' });
});

async function openPage(colorScheme: 'light' | 'dark'): Promise<Page> {
  // axe needs a context of its own.
  const context = await at.browser.newContext({ colorScheme, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(at.core.ui);
  return page;
}

/** Findings by rule and element: the rules of WCAG 2.2 up to AA, or what a theme can change of them. */
async function findings(page: Page, scheme: 'light' | 'dark' = 'light'): Promise<string[]> {
  // A focus guard hands the focus on as it gets it: nobody can stand on one.
  const builder = new AxeBuilder({ page }).exclude('[data-base-ui-focus-guard]');
  const { violations } = await (
    scheme === 'dark'
      ? builder.withRules(['color-contrast'])
      : builder.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
  ).analyze();
  const found: string[] = [];
  for (const { id, nodes } of violations)
    for (const { html, any, failureSummary, target } of nodes) {
      const message = any[0]?.message ?? failureSummary ?? '';
      if (id === 'target-size' && message.includes('partially obscured') && (await isOnlyCutByScrolling(page, target)))
        continue;
      found.push(`${id}: ${html.slice(0, 160)} (${message})`);
    }
  return found;
}

/** What stands half above the edge of what it scrolls in is as large as it should be once it is scrolled to. */
async function isOnlyCutByScrolling(page: Page, target: readonly unknown[]): Promise<boolean> {
  const selector = String(target[0]);
  await page.locator(selector).evaluate((element) => element.scrollIntoView({ block: 'center' }));
  const { violations } = await new AxeBuilder({ page }).include(selector).withRules(['target-size']).analyze();
  return violations.length === 0;
}

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing, ${scheme}`, async () => {
    test.slow();
    const page = await openPage(scheme);
    await expect(trafficRows(page, `${at.site.url}/fresh`)).toHaveCount(2);
    for (const view of VIEWS) {
      await goTo(page, view);
      expect(await findings(page, scheme), view).toEqual([]);
    }
    await page.getByRole('button', { name: 'CDN style…' }).click();
    await expect(page.getByRole('dialog', { name: 'CDN style' })).toBeVisible();
    expect(await findings(page, scheme), 'a preset').toEqual([]);
    await page.keyboard.press('Escape');
    await goTo(page, 'Traffic');
    await expect(page.getByTestId('hint')).toHaveAttribute('data-kind', 'reload');
    expect(await findings(page, scheme), 'a hint').toEqual([]);
    await trafficRows(page, `${at.site.url}/fresh`).last().click();
    for (const tab of ['Why', 'Chain', 'Request', 'Response', 'Timing', 'Connection']) {
      await page.getByRole('tab', { name: tab }).click();
      expect(await findings(page, scheme), `details: ${tab}`).toEqual([]);
    }
    await trafficRows(page, `${at.site.url}/cdn`).click();
    await page.getByRole('tab', { name: 'Chain' }).click();
    const chain = page.getByRole('list', { name: 'From the client to the origin' });
    await expect(chain.getByText('Cloudflare', { exact: true })).toBeVisible();
    expect(await findings(page, scheme), 'a chain').toEqual([]);
    for (const path of ['/never', '/private']) {
      await trafficRows(page, at.site.url + path).click();
      await page.getByRole('tab', { name: 'Why' }).click();
      await expect(page.getByTestId('fix-it')).toContainText('Private data');
      expect(await findings(page, scheme), `fix it: ${path}`).toEqual([]);
    }
    await goTo(page, 'Cache');
    const entry = await openEntry(page, `${at.site.url}/fresh`);
    for (const tab of ['Overview', 'Fields', 'Body', 'History']) {
      await entry.getByRole('tab', { name: tab }).click();
      expect(await findings(page, scheme), `entry: ${tab}`).toEqual([]);
    }
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await findings(page, scheme), 'all actions').toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Client’s reload: obey' }).click();
    await expect(page.getByRole('menu')).toBeVisible();
    expect(await findings(page, scheme), 'the menu of the switch').toEqual([]);
    await page.context().close();
  });
}

test('axe finds nothing in any view, high contrast', async () => {
  test.slow();
  const context = await at.browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addInitScript(
    (text) => localStorage.setItem('bsdm-prefs', text),
    JSON.stringify({ theme: 'contrast' }),
  );
  const page = await context.newPage();
  await page.goto(at.core.ui);
  await expect(trafficRows(page, `${at.site.url}/fresh`)).toHaveCount(2);
  for (const view of VIEWS) {
    await goTo(page, view);
    expect(await findings(page, 'dark'), view).toEqual([]);
  }
  await context.close();
});

test('bars keep all their controls inside, however narrow the window', async () => {
  for (const language of ['en', 'ru']) {
    const context = await at.browser.newContext();
    await context.addInitScript((text) => localStorage.setItem('bsdm-prefs', text), JSON.stringify({ language }));
    const page = await context.newPage();
    await page.goto(at.core.ui);
    await expect(page.locator('.figure').first()).toBeAttached();
    await expect(page.getByTestId('hint')).toBeVisible();
    // 880 px is the narrowest the desktop window gets.
    for (const width of [1280, 1100, 940, 880, 720]) {
      await page.setViewportSize({ width, height: 600 });
      for (const bar of ['.top', '.toolbar', '.hint']) {
        const outside = await page.locator(bar).evaluate((element) => {
          const { right } = element.getBoundingClientRect();
          return [...element.children].filter((child) => child.getBoundingClientRect().right > right).length;
        });
        expect(outside, `${bar}, ${language}, ${width} px`).toBe(0);
      }
      const reload = page.getByRole('button', { name: language === 'en' ? /^Client’s reload/ : /^Перезагрузка/ });
      expect((await reload.boundingBox())?.width, `${language}, ${width} px`).toBeGreaterThanOrEqual(36);
    }
    await context.close();
  }
});

test('the switch for a client’s reload by keyboard', async () => {
  const page = await openPage('light');
  const switchOf = (value: string): Locator => page.getByRole('button', { name: `Client’s reload: ${value}` });
  await tabTo(page, switchOf('obey'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitemcheckbox', { name: /^Obey/ })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(switchOf('ignore')).toBeFocused();
  const again = await getThrough(at.core.proxy, `${at.site.url}/red.png`, { 'cache-control': 'no-cache' });
  expect(again.cache).toBe('HIT');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitemcheckbox', { name: /^Obey/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(switchOf('obey')).toBeFocused();
  expect((await getThrough(at.core.proxy, `${at.site.url}/red.png`, { 'cache-control': 'no-cache' })).cache).toBe(
    'MISS',
  );
  await page.context().close();
});

test('a whole story by keyboard', async () => {
  const page = await openPage('light');
  const { keyboard } = page;
  const url = `${at.site.url}/fresh`;
  const rows = page.getByTestId('traffic-row');
  await expect(trafficRows(page, url)).toHaveCount(2);

  // Find the exchange by the filter, open it, look through its tabs, go to what it used.
  await keyboard.press('/');
  await keyboard.type('cache:hit path:/fresh');
  await expect(rows).toHaveCount(1);
  await tabTo(page, page.getByTestId('traffic-table'));
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'Why' })).toHaveAttribute('aria-selected', 'true');
  await tabTo(page, page.getByRole('tab', { name: 'Why' }));
  await keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Chain' })).toBeFocused();
  await keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Request' })).toBeFocused();
  await expect(page.getByRole('tab', { name: 'Request' })).toHaveAttribute('aria-selected', 'true');
  await tabTo(page, page.getByRole('button', { name: 'Open entry' }), 'Shift+Tab');
  await keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Entry' })).toContainText(url);

  // Evict it, take that back, evict it again from the menu of its row.
  await tabTo(page, page.getByTestId('cache-table'), 'Shift+Tab');
  await keyboard.press('Home');
  await expect(page.getByRole('region', { name: 'Entry' })).toBeVisible();
  await keyboard.press('/');
  await keyboard.type('/fresh');
  await expect(page.getByTestId('cache-row')).toHaveCount(1);
  await tabTo(page, page.getByTestId('cache-table'));
  // The first row is the host's own.
  await keyboard.press('Home');
  await keyboard.press('ArrowDown');
  await keyboard.press('Delete');
  await expect(entryRows(page, url)).toHaveCount(0);
  await keyboard.press('Control+z');
  await expect(entryRows(page, url)).toHaveCount(1);
  await tabTo(page, page.getByTestId('cache-table'));
  await keyboard.press('Home');
  await keyboard.press('ArrowDown');
  await keyboard.press('Shift+F10');
  await expect(page.getByRole('menuitem', { name: 'Copy URL' })).toBeFocused();
  while (
    !(await page
      .getByRole('menuitem', { name: /^Evict\b(?!.*…)/ })
      .evaluate((element) => element === document.activeElement))
  )
    await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect(entryRows(page, url)).toHaveCount(0);

  // Change a setting and see it in force.
  await keyboard.press('Control+7');
  const capacity = page.getByRole('textbox', { name: 'Maximum entries' });
  await tabTo(page, capacity);
  await keyboard.press('Control+a');
  await keyboard.type('1234');
  await keyboard.press('Enter');
  await expect
    .poll(
      async () =>
        (
          (await (
            await fetch(`${at.core.control}/api/settings`, { headers: { Authorization: `Bearer ${at.core.token}` } })
          ).json()) as { cache_capacity: { value: number } }
        ).cache_capacity.value,
    )
    .toBe(1234);
  await page.context().close();
});

test('from a reason to the field behind it and back, by keyboard', async () => {
  const page = await openPage('light');
  const { keyboard } = page;
  await expect(trafficRows(page, `${at.site.url}/private`)).toHaveCount(1);
  await keyboard.press('/');
  await keyboard.type('path:/private');
  await expect(page.getByTestId('traffic-row')).toHaveCount(1);
  await tabTo(page, page.getByTestId('traffic-table'));
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');

  // The step that decided quotes the directive; the details are small enough for it to be scrolled to.
  const quote = page.getByRole('listitem').getByRole('button', { name: 'Response Cache-Control: private' }).last();
  await tabTo(page, quote);
  const panel = page.getByRole('tabpanel');
  const scrolled = await panel.evaluate((element) => element.scrollTop);
  await keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'Response' })).toHaveAttribute('aria-selected', 'true');
  const line = page.getByRole('row').filter({ hasText: 'private, max-age=600' }).and(page.locator(':focus'));
  await expect(line).toBeInViewport();
  await expect(line.locator('mark')).toHaveText('private');
  expect(await findings(page), 'the field that is led to').toEqual([]);

  await keyboard.press('Escape');
  await expect(page.getByRole('tab', { name: 'Why' })).toHaveAttribute('aria-selected', 'true');
  await expect(quote).toBeFocused();
  await expect(quote).toBeInViewport();
  expect(await panel.evaluate((element) => element.scrollTop)).toBe(scrolled);
  // And once more by the button, which stands beside the tabs.
  await keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'Back to “Why”' }), 'Shift+Tab');
  await keyboard.press('Enter');
  await expect(quote).toBeFocused();
  await page.context().close();
});

test('from the picture of the caches on the way to the field behind it and back, by keyboard', async () => {
  const page = await openPage('light');
  const { keyboard } = page;
  await expect(page.getByTestId('traffic-row').first()).toBeVisible();
  await keyboard.press('/');
  await keyboard.type('path:/cdn');
  await expect(page.getByTestId('traffic-row')).toHaveCount(1);
  await tabTo(page, page.getByTestId('traffic-table'));
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await tabTo(page, page.getByRole('tab', { name: 'Why' }));
  await keyboard.press('ArrowRight');

  const hops = page.getByRole('list', { name: 'From the client to the origin' }).locator('> li');
  await expect(hops).toHaveCount(5);
  await expect(hops.nth(2)).toContainText('Cloudflare FRA');
  await expect(hops.nth(2)).toContainText('May use it for 1 day');
  await expect(hops.nth(2)).toContainText('The response came from here');
  await expect(hops.nth(4)).toContainText('not asked');
  await expect(page.getByText('Lifetimes differ: Cloudflare 1 day; this proxy and browsers 1 min')).toBeVisible();
  const quote = hops.nth(2).getByRole('button', { name: 'CDN-Cache-Control: max-age=86400' });
  await tabTo(page, quote);
  await keyboard.press('Enter');
  const line = page.getByRole('row').filter({ hasText: 'CDN-Cache-Control' }).and(page.locator(':focus'));
  await expect(line).toBeInViewport();
  await expect(line.locator('mark')).toHaveText('max-age=86400');
  await keyboard.press('Escape');
  await expect(page.getByRole('tab', { name: 'Chain' })).toHaveAttribute('aria-selected', 'true');
  await expect(quote).toBeFocused();
  await page.context().close();
});

test('a token that is not the core’s is said at once, and the right address mends it', async () => {
  const context = await at.browser.newContext();
  const page = await context.newPage();
  await page.goto(at.core.ui.replace(/token=.*/, 'token=of-an-earlier-run'));
  await expect(page.getByRole('heading', { name: 'The proxy does not accept this token' })).toBeVisible();
  await expect(page.getByTestId('listening-address')).toHaveText(/Not connected/);
  const field = page.getByRole('textbox', { name: 'Printed address or token' });
  await expect(field).toBeFocused();
  expect(await findings(page), 'a page without access').toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page.getByText('There is no token in it.', { exact: false })).toBeVisible();
  await page.keyboard.type('still wrong é');
  await page.keyboard.press('Enter');
  await expect(field).toBeVisible();
  await field.fill(at.core.ui);
  await page.keyboard.press('Enter');
  await expect(trafficRows(page, `${at.site.url}/never`)).toHaveCount(1);
  await context.close();
});

test('a page without a token says so and takes one', async () => {
  const context = await at.browser.newContext();
  const page = await context.newPage();
  await page.goto(at.core.control);
  await expect(page.getByRole('heading', { name: 'This page has no access token' })).toBeVisible();
  await page.keyboard.type(at.core.token);
  await page.keyboard.press('Enter');
  await expect(trafficRows(page, `${at.site.url}/never`)).toHaveCount(1);
  await context.close();
});
