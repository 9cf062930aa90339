/**
 * Small windows, Russian, 200 % zoom (WCAG 1.4.10): every button of every view lies in the window or can be scrolled into it,
 * nothing covers it, and its words are not cut.
 */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { launchChromium } from '../support/chromium.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { getThrough } from '../support/proxy-client.ts';
import { startSite, type SiteOrigin } from '../support/site-origin.ts';
import { trafficRows } from '../support/window.ts';

let core: HeadlessApp;
let site: SiteOrigin;
let browser: Browser;

test.beforeAll(async () => {
  [core, site, browser] = await Promise.all([startHeadless(), startSite(), launchChromium()]);
  for (const path of ['/', '/site.css', '/red.png', '/fresh', '/fresh', '/never'])
    await getThrough(core.proxy, site.url + path);
});
test.afterAll(async () => {
  await browser?.close();
  await core?.kill();
  await site?.close();
});

/** What a press would not reach: for each such control its name and why. */
function unreachable(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const CONTROLS = 'button, a[href], input, select, textarea, [role="tab"], [role="switch"]';
    const wrong: string[] = [];
    const nameOf = (element: HTMLElement): string =>
      (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 60) ||
      element.outerHTML.slice(0, 80);
    for (const element of document.querySelectorAll<HTMLElement>(CONTROLS)) {
      if (!element.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true })) continue;
      // Left out of the order on purpose: hidden fields of widgets.
      if (element.closest('[aria-hidden="true"]') !== null) continue;
      element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
      if (width < 2 || height < 2) continue;
      const say = (why: string): void => void wrong.push(`${nameOf(element)}: ${why}`);
      if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1) {
        // One that is larger than the window shows at least where it begins.
        if (left < -1 || top < -1 || left > innerWidth - 16 || top > innerHeight - 16 || width <= innerWidth)
          say(
            `outside the window (${Math.round(left)}–${Math.round(right)}, ${Math.round(top)}–${Math.round(bottom)})`,
          );
        continue;
      }
      const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (at === null || !(element.contains(at) || at.contains(element) || at.closest('label')?.contains(element)))
        say(`covered by <${at?.tagName.toLowerCase() ?? 'nothing'} class="${at?.className ?? ''}">`);
      else if (element.matches('button, [role="tab"]') && element.scrollWidth > element.clientWidth + 1)
        say(`its words are cut (${element.scrollWidth} px in ${element.clientWidth})`);
      else if (element.closest('.top, .toolbar, .rail') !== null)
        for (const part of element.querySelectorAll('span'))
          if (
            getComputedStyle(part).overflowX === 'hidden' &&
            part.clientWidth > 1 &&
            part.scrollWidth > part.clientWidth
          )
            say(`its words are cut (${part.scrollWidth} px in ${part.clientWidth})`);
    }
    for (const label of document.querySelectorAll<HTMLElement>('label, h2, h3, dt, .set-name > span')) {
      if (!label.checkVisibility({ checkVisibilityCSS: true }) || label.textContent.trim() === '') continue;
      label.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const range = document.createRange();
      range.selectNodeContents(label);
      const { left, right, top, bottom } = range.getBoundingClientRect();
      if (right - left < 2) continue;
      // Where its words end is where something beside it would begin to cover them.
      for (const x of [left + 2, right - 2]) {
        const at = document.elementFromPoint(x, (top + bottom) / 2);
        if (at === null || !(label.contains(at) || at.contains(label)))
          wrong.push(`${nameOf(label)}: its words are covered by <${at?.tagName.toLowerCase() ?? 'nothing'}>`);
      }
    }
    return wrong;
  });
}

const VIEWS = ['traffic', 'cache', 'statistics', 'rules', 'connect', 'settings'] as const;

for (const language of ['en', 'ru'])
  for (const [width, height] of [
    [900, 600],
    // 1280 × 800 at 200 %.
    [640, 400],
  ] as const)
    test(`every control can be reached, ${language}, ${width} × ${height}`, async () => {
      const context = await browser.newContext({ viewport: { width, height } });
      await context.addInitScript((text) => localStorage.setItem('bsdm-prefs', text), JSON.stringify({ language }));
      const page = await context.newPage();
      await page.goto(core.ui);
      await expect(trafficRows(page, `${site.url}/fresh`).first()).toBeAttached();
      for (const [index, view] of VIEWS.entries()) {
        await page.keyboard.press(`Control+${index + 1}`);
        await expect(page.locator('main.view:visible')).toHaveCount(1);
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
        expect.soft(await unreachable(page), view).toEqual([]);
      }
      await context.close();
    });

for (const language of ['en', 'ru'])
  test(`the first run can be reached in a small window, ${language}`, async () => {
    const fresh = await startHeadless();
    const context = await browser.newContext({ viewport: { width: 640, height: 400 } });
    await context.addInitScript((text) => localStorage.setItem('bsdm-prefs', text), JSON.stringify({ language }));
    const page = await context.newPage();
    await page.goto(fresh.ui);
    await expect(page.locator('.first-verb').first()).toBeVisible();
    expect(await unreachable(page)).toEqual([]);
    await page.goto('about:blank');
    await page.goto(fresh.control);
    await context.close();
    await fresh.kill();
  });
