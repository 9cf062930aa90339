/** In a small window, in both languages, and at 200 % zoom: every control can be reached, nothing is cut off or covered. */
import { expect, test, type Page } from '@playwright/test';
import { startHeadless } from '../support/headless-app.ts';
import { getThrough } from '../support/proxy-client.ts';
import { setScene } from '../support/scene.ts';
import { unreachable, unreadable } from '../support/reach.ts';
import { entryRows, trafficRows, VIEWS } from '../support/window.ts';

const at = setScene(async ({ core, site }) => {
  for (const path of ['/', '/fresh', '/fresh', '/private', '/cdn']) await getThrough(core.proxy, site.url + path);
});

/** 900×600 is the smallest window of the desktop app; the second is 1280×800 at 200 %. */
const SIZES = [
  { width: 900, height: 600 },
  { width: 640, height: 400 },
] as const;

async function openPage(language: string, viewport: { width: number; height: number }, prefs: object): Promise<Page> {
  const context = await at.browser.newContext({ viewport, reducedMotion: 'reduce' });
  await context.addInitScript(
    (text) => localStorage.setItem('bsdm-prefs', text),
    JSON.stringify({ language, ...prefs }),
  );
  const page = await context.newPage();
  await page.goto(at.core.ui);
  return page;
}

for (const language of ['en', 'ru'])
  for (const viewport of SIZES) {
    const size = `${language}, ${viewport.width}×${viewport.height}`;
    for (const placement of ['bottom', 'side'])
      test(`the details, ${placement}, ${size}`, async () => {
        const page = await openPage(language, viewport, { placement });
        for (const path of ['/private', '/cdn']) {
          await trafficRows(page, at.site.url + path)
            .first()
            .click();
          const pane = page.getByTestId('detail-pane');
          await expect(pane).toContainText(path);
          const tabs = pane.getByRole('tab');
          for (let index = 0; index < (await tabs.count()); index++) {
            await tabs.nth(index).click();
            await expect(pane.getByRole('tabpanel')).not.toBeEmpty();
            expect(await unreachable(pane), `${path}, tab ${index}`).toEqual([]);
          }
          // In a low or narrow window they stand in the place of the list.
          await page.keyboard.press('Escape');
          await expect(pane).toHaveCount(0);
        }
        await page.context().close();
      });

    test(`an entry, ${size}`, async () => {
      const page = await openPage(language, viewport, { view: 'cache' });
      await entryRows(page, `${at.site.url}/fresh`).first().click();
      const pane = page.getByTestId('detail-pane');
      await expect(pane).toContainText('/fresh');
      const tabs = pane.getByRole('tab');
      for (let index = 0; index < (await tabs.count()); index++) {
        await tabs.nth(index).click();
        expect(await unreachable(pane), `tab ${index}`).toEqual([]);
      }
      await page.context().close();
    });

    test(`the first run, and a page without a token, ${size}`, async () => {
      const fresh = await startHeadless();
      const page = await openPage(language, viewport, {});
      await page.goto(fresh.ui);
      await expect(page.locator('.first-verb').first()).toBeVisible();
      expect(await unreachable(page.locator('.app'))).toEqual([]);
      expect(await unreadable(page.locator('.app'))).toEqual([]);
      await page.evaluate(() => sessionStorage.clear());
      await page.goto(fresh.control);
      await expect(page.getByRole('textbox')).toBeVisible();
      expect(await unreachable(page.locator('.app'))).toEqual([]);
      expect(await unreadable(page.locator('.app'))).toEqual([]);
      await page.context().close();
      await fresh.kill();
    });

    test(`every view, ${size}`, async () => {
      const page = await openPage(language, viewport, {});
      const views = page.getByRole('navigation').first().getByRole('button');
      for (let index = 0; index < VIEWS.length; index++) {
        await views.nth(index).click();
        await expect(views.nth(index)).toHaveAttribute('aria-current', 'page');
        await expect(page.getByRole('main')).not.toBeEmpty();
        expect.soft(await unreachable(page.locator('.app')), VIEWS[index]).toEqual([]);
        expect.soft(await unreadable(page.locator('.app')), VIEWS[index]).toEqual([]);
      }
      await page.context().close();
    });
  }
