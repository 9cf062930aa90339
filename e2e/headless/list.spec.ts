/** The list of traffic at a glance: how much of the window it has, what is loud in it, and its heads by keyboard. */
import { expect, test, type Page } from '@playwright/test';
import { getThrough } from '../support/proxy-client.ts';
import { setScene } from '../support/scene.ts';
import { trafficRows } from '../support/window.ts';

const at = setScene(async ({ core, site }) => {
  for (let round = 0; round < 12; round++)
    for (const path of ['/fresh', '/private', '/missing', '/']) await getThrough(core.proxy, site.url + path);
});

async function openPage(): Promise<Page> {
  const context = await at.browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  await context.addInitScript(() => localStorage.setItem('bsdm-prefs', JSON.stringify({ language: 'en' })));
  const page = await context.newPage();
  await page.goto(at.core.ui);
  await expect(trafficRows(page, `${at.site.url}/fresh`).first()).toBeVisible();
  return page;
}

test('96 px above the first row, and 18 rows beside open details', async () => {
  const page = await openPage();
  const hint = page.getByTestId('hint').getByRole('button', { name: 'Do not say this again' });
  while (await hint.isVisible()) await hint.click();
  await trafficRows(page, `${at.site.url}/private`).last().click();
  await expect(page.getByTestId('detail-pane')).toContainText('/private');
  const seen = await page.getByTestId('traffic-table').evaluate((grid) => {
    const edge = grid.getBoundingClientRect();
    const head = grid.querySelector('.g-head')!.getBoundingClientRect();
    const whole = [...grid.querySelectorAll('[data-testid=traffic-row]')].filter((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return top >= head.bottom - 1 && bottom <= edge.top + grid.clientHeight + 1;
    });
    return { chrome: head.bottom, rows: whole.length, wider: grid.scrollWidth - grid.clientWidth };
  });
  expect(seen.chrome).toBeLessThanOrEqual(96);
  expect(seen.rows).toBeGreaterThanOrEqual(18);
  expect(seen.wider).toBe(0);
  await page.context().close();
});

test('a hit is quiet, what is none has a rule and says why; a status has the colour of its class', async () => {
  const page = await openPage();
  const looks = (path: string): Promise<{ rule: string; word: string; status: string }> =>
    trafficRows(page, at.site.url + path)
      .last()
      .evaluate((row) => ({
        rule: getComputedStyle(row).borderLeftColor,
        word: row.querySelector<HTMLElement>('.c-outcome')!.innerText.replace(/\s+/g, ' ').trim(),
        status: getComputedStyle(row.querySelector('.c-status > span')!).color,
      }));
  const [hit, miss, missing] = [await looks('/fresh'), await looks('/private'), await looks('/missing')];
  const none = 'rgba(0, 0, 0, 0)';
  expect(hit).toMatchObject({ rule: none, word: expect.stringMatching(/^HIT \S/) });
  expect(miss.word).toMatch(/^MISS \S/);
  expect(miss.rule).not.toBe(none);
  expect(missing.status).not.toBe(hit.status);
  await page.context().close();
});

test('bars stand on one axis: each begins where the exchange began, and rows in sight span it', async () => {
  const page = await openPage();
  const bars = await page.getByTestId('traffic-table').evaluate((grid) => {
    const edge = grid.getBoundingClientRect();
    return [...grid.querySelectorAll<HTMLElement>('[data-testid=traffic-row]')]
      .filter((row) => row.getBoundingClientRect().bottom > edge.top && row.getBoundingClientRect().top < edge.bottom)
      .sort((a, b) => Number(a.dataset['key']) - Number(b.dataset['key']))
      .map((row) => {
        const cell = row.querySelector('.wf')!.getBoundingClientRect();
        const bar = row.querySelector('.wf-bar')!.getBoundingClientRect();
        return { from: (bar.left - cell.left) / cell.width, to: (bar.right - cell.left) / cell.width };
      });
  });
  expect(bars.length).toBeGreaterThan(10);
  const starts = bars.map(({ from }) => from);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
  expect(Math.max(...bars.map(({ to }) => to))).toBeGreaterThan(0.9);
  await page.context().close();
});

test('heads by keyboard: sort, resize, move, hide, and the menu that offers it', async () => {
  const page = await openPage();
  const { keyboard } = page;
  const grid = page.getByTestId('traffic-table');
  const head = (name: string) => grid.getByRole('columnheader', { name, exact: true });
  const names = (): Promise<string[]> =>
    grid.getByRole('columnheader').evaluateAll((heads) => heads.map((item) => item.getAttribute('data-column') ?? ''));
  await grid.focus();
  await keyboard.press('Tab');
  await expect(head('Mark').getByRole('button')).toBeFocused();
  while (
    !(await head('Host')
      .getByRole('button')
      .evaluate((item) => item === document.activeElement))
  )
    await keyboard.press('ArrowRight');
  await keyboard.press('Enter');
  await expect(head('Host')).toHaveAttribute('aria-sort', 'ascending');
  const { width } = (await head('Host').boundingBox())!;
  await keyboard.press('Shift+ArrowRight');
  await expect.poll(async () => (await head('Host').boundingBox())!.width).toBe(width + 16);
  const before = (await names()).indexOf('host');
  await keyboard.press('Control+ArrowLeft');
  await expect.poll(async () => (await names()).indexOf('host')).toBe(before - 1);
  await expect(head('Host').getByRole('button')).toBeFocused();
  await keyboard.press('Shift+F10');
  await expect(page.getByRole('menu', { name: 'Host' })).toBeVisible();
  await keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await head('Host').getByRole('button').focus();
  await keyboard.press('Delete');
  await expect(head('Host')).toHaveCount(0);
  await keyboard.press('ArrowDown');
  await expect(grid).toBeFocused();
  await page.context().close();
});

test('a colour and a note by keyboard alone: seen at once, found, and there for the next window', async () => {
  const page = await openPage();
  const { keyboard } = page;
  const row = trafficRows(page, `${at.site.url}/private`).last();
  await row.click();
  await page.getByTestId('traffic-table').focus();
  await keyboard.press('2');
  await expect(row).toHaveAttribute('data-color', 'orange');
  expect(await row.evaluate((element) => getComputedStyle(element).backgroundImage)).toContain('gradient');
  await keyboard.press('n');
  await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Note' })).toBeFocused();
  await keyboard.type('why not stored?');
  await keyboard.press('Enter');
  await expect(row.getByRole('img', { name: 'why not stored?' })).toBeVisible();
  await keyboard.press('Shift+F10');
  await keyboard.press('End');
  await expect(page.getByRole('menuitem', { name: 'Colour' })).toBeFocused();
  await keyboard.press('ArrowRight');
  await expect(page.getByRole('menuitem', { name: /^Red/ })).toBeFocused();
  await keyboard.press('Enter');
  await expect(row).toHaveAttribute('data-color', 'red');
  await page.context().close();

  const other = await openPage();
  await other.keyboard.press('/');
  await other.keyboard.type('color:red note:stored');
  await expect(other.getByTestId('traffic-row')).toHaveCount(1);
  await expect(other.getByTestId('traffic-row')).toHaveAttribute('data-url', `${at.site.url}/private`);
  await other.context().close();
});
