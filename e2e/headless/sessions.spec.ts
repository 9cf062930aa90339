/** Sessions: what was captured is saved, by keyboard; the file is opened beside the live capture, looked at and closed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { getThrough } from '../support/proxy-client.ts';
import { setScene } from '../support/scene.ts';
import { tabTo, trafficRows } from '../support/window.ts';

const at = setScene(async ({ core, site }) => {
  for (const path of ['/fresh', '/fresh', '/never', '/red.png'])
    await getThrough(core.proxy, site.url + path, { authorization: 'Bearer secret-of-ann-1' });
});

async function openPage(colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const context = await at.browser.newContext({ colorScheme, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(at.core.ui);
  await expect(trafficRows(page, `${at.site.url}/fresh`)).toHaveCount(2);
  return page;
}

async function expectNoFindings(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .exclude('[data-base-ui-focus-guard]')
    // What was saved is told for some seconds; messages have a story of their own.
    .exclude('[data-type][aria-modal]')
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
}

test('the capture is saved by keyboard, opened beside the live one, looked at, and closed', async ({}, info) => {
  const page = await openPage();
  const { keyboard } = page;
  await tabTo(page, page.getByRole('button', { name: 'Save and open sessions' }));
  await keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Save as a HAR file…' })).toBeFocused();
  await keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Save as a HAR file' });
  await expect(dialog).toContainText('Exchanges: 4');
  await expect(dialog.getByRole('switch', { name: 'Blank secrets' })).toBeChecked();
  await expectNoFindings(page);
  await tabTo(page, dialog.getByRole('button', { name: 'Save', exact: true }));
  const [download] = await Promise.all([page.waitForEvent('download'), keyboard.press('Enter')]);
  const file = join(info.outputDir, 'saved.har');
  await download.saveAs(file);
  const text = readFileSync(file, 'utf8');
  expect(text).not.toContain('secret-of-ann-1');
  expect((JSON.parse(text) as { log: { entries: unknown[] } }).log.entries).toHaveLength(4);
  await expect(dialog).toHaveCount(0);

  await page.getByRole('button', { name: 'Save and open sessions' }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('menuitem', { name: 'Open a HAR file…' }).click(),
  ]);
  await chooser.setFiles(file);
  const bar = page.getByRole('navigation', { name: 'Sessions' });
  await expect(bar.getByRole('button', { name: 'saved.har', exact: true })).toHaveAttribute('aria-current', 'true');
  await expect(bar).toContainText('read only');
  await expect(bar).toContainText('by BSDM-Proxy');
  await expect(trafficRows(page, `${at.site.url}/fresh`)).toHaveCount(2);

  // The live capture goes on meanwhile, and is not mixed in.
  await getThrough(at.core.proxy, `${at.site.url}/site.css`);
  await page
    .getByRole('combobox', { name: 'Filter' })
    .or(page.getByRole('textbox', { name: 'Filter' }))
    .first()
    .fill('header.authorization:bearer path:/never');
  await expect(trafficRows(page, `${at.site.url}/never`)).toHaveCount(1);
  await expect(trafficRows(page, `${at.site.url}/fresh`)).toHaveCount(0);
  await trafficRows(page, `${at.site.url}/never`).click();
  const pane = page.getByTestId('detail-pane');
  await page.getByRole('tab', { name: 'Why' }).click();
  await expect(pane).toContainText('no-store');
  await page.getByRole('tab', { name: 'Request' }).click();
  await expect(pane).toContainText('Bearer ***');
  await expectNoFindings(page);
  await bar.getByRole('button', { name: 'Statistics' }).click();
  const statistics = page.getByRole('dialog', { name: 'Statistics of saved.har' });
  await expect(statistics).toContainText('Exchanges4');
  await expectNoFindings(page);
  await keyboard.press('Escape');

  await bar.getByRole('button', { name: 'Live' }).click();
  await expect(trafficRows(page, `${at.site.url}/site.css`)).toHaveCount(1);
  await bar.getByRole('button', { name: 'saved.har', exact: true }).click();
  await expect(trafficRows(page, `${at.site.url}/never`)).toHaveCount(1);
  await expect(trafficRows(page, `${at.site.url}/site.css`)).toHaveCount(0);
  await bar.getByRole('button', { name: 'Close saved.har' }).click();
  await expect(bar).toHaveCount(0);
  await expect(trafficRows(page, `${at.site.url}/site.css`)).toHaveCount(1);
});

test('a file that is dropped opens; one that is cut off says so, one that is none is refused', async ({}, info) => {
  const page = await openPage('dark');
  const entry = { request: { method: 'GET', url: 'http://other.test/page' }, response: { status: 200 } };
  const text = JSON.stringify({ log: { version: '1.2', creator: { name: 'Somebody' }, entries: [entry, entry] } });
  writeFileSync(info.outputPath('kept.har'), text);
  const drop = (name: string, content: string): Promise<void> =>
    page.evaluate(
      ([fileName, fileContent]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([fileContent!], fileName!));
        const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
        document.body.dispatchEvent(event);
      },
      [name, content],
    );
  // What takes files is loaded when the page has nothing else to do.
  await page.waitForLoadState('networkidle');
  await drop('cut.har', text.slice(0, -20));
  const bar = page.getByRole('navigation', { name: 'Sessions' });
  await expect(bar).toContainText('cut off');
  await expect(trafficRows(page, 'http://other.test/page')).toHaveCount(1);
  await expectNoFindings(page);
  await drop('note.har', 'no HAR at all');
  await expect(page.getByText(/note\.har cannot be opened: this is no HAR file/).first()).toBeVisible();
  await expect(bar.getByRole('button', { name: 'cut.har', exact: true })).toBeVisible();
  await expect(bar.getByRole('button', { name: 'note.har', exact: true })).toHaveCount(0);
  await bar.getByRole('button', { name: 'Close cut.har' }).click();
  await expect(bar).toHaveCount(0);
});

test('rows of an opened file are compared with each other, made a rule and sent again, not those of the live capture with their numbers', async ({}, info) => {
  const page = await openPage();
  const { keyboard } = page;
  const entry = (path: string, language: string): object => ({
    request: { method: 'GET', url: at.site.url + path, headers: [{ name: 'X-Asks-For', value: language }] },
    response: { status: 200, headers: [], content: { text: language } },
  });
  const file = info.outputPath('two.har');
  const entries = [entry('/fresh?of=the-file', 'first-of-file'), entry('/fresh?of=the-file', 'second-of-file')];
  writeFileSync(file, JSON.stringify({ log: { version: '1.2', creator: { name: 'Somebody' }, entries } }));
  await page.getByRole('button', { name: 'Save and open sessions' }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('menuitem', { name: 'Open a HAR file…' }).click(),
  ]);
  await chooser.setFiles(file);
  const rows = trafficRows(page, `${at.site.url}/fresh?of=the-file`);
  await expect(rows).toHaveCount(2);
  await rows.first().click();
  await keyboard.press('Shift+ArrowDown');
  await keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Compare these two' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Compare' });
  const request = dialog.getByRole('table', { name: 'Request fields' });
  await expect(request).toContainText('first-of-file');
  await expect(request).toContainText('second-of-file');
  await keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await rows.nth(1).click();
  await keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: /^Answer like this from now on/ }).press('Enter');
  await expect(page.getByRole('form', { name: 'New rule' }).getByLabel('Content', { exact: true })).toHaveValue(
    'second-of-file',
  );
  await keyboard.press('Escape');
  await keyboard.press('Control+1');

  await rows.first().click();
  await keyboard.press('r');
  // What was sent is an exchange of the live capture: that is shown, with the new row chosen.
  const bar = page.getByRole('navigation', { name: 'Sessions' });
  await expect(bar.getByRole('button', { name: 'Live' })).toHaveAttribute('aria-current', 'true');
  await expect(rows).toHaveCount(1);
  await expect(rows).toHaveAttribute('aria-selected', 'true');
});
