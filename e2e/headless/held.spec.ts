/** A breakpoint, by keyboard alone: made from a row, a request held, edited, answered; the page closed while one is held. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { getThrough } from '../support/proxy-client.ts';
import { setScene } from '../support/scene.ts';
import { openPage, trafficRows } from '../support/window.ts';

/** Where pictures for people go; without it none are taken. */
const pictures = process.env['BSDM_PICTURES'];

const at = setScene();

/** A page for which exchanges are held: without one they pass. */
async function watch(scheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await openPage(at.browser, at.core.ui, scheme);
  // The page asks for this after it has asked for what is held.
  await expect(page.getByTestId('system-proxy')).toBeVisible();
  return page;
}

/** Puts these rules in the place of all others. */
async function useRules(rules: object[]): Promise<void> {
  const { status } = await fetch(`${at.core.control}/api/rules`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${at.core.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ groups: [], rules }),
  });
  expect(status).toBe(200);
}

test('a breakpoint is made from a row; what it holds is edited, answered, and resumed all at once', async () => {
  await useRules([]);
  const url = `${at.site.url}/private`;
  expect((await getThrough(at.core.proxy, url)).body).toBe('yours alone');
  const page = await watch();
  const { keyboard } = page;
  await trafficRows(page, url).first().click();
  await keyboard.press('Shift+F10');
  await expect(page.getByRole('menuitem', { name: /Break on requests like this/ })).toBeVisible();
  await keyboard.type('Break');
  await keyboard.press('Enter');
  await expect(page.getByText(/^Breakpoint made: Break on /)).toBeVisible();
  await keyboard.press('Escape');

  // Held: said in its row and above the list; Enter opens it.
  const edited = getThrough(at.core.proxy, url);
  await expect(page.getByTestId('held-count')).toHaveText('1 held');
  const row = trafficRows(page, url).nth(1);
  await expect(row.getByTestId('held-word')).toContainText('held');
  expect(at.site.count('/private')).toBe(1);
  await row.click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Held: request, before the cache');
  await expect(dialog.getByLabel('Method')).toBeFocused();
  await keyboard.press('Tab');
  await expect(dialog.getByLabel('URL')).toBeFocused();
  await keyboard.press('End');
  for (let n = 0; n < 'private'.length; n++) await keyboard.press('Backspace');
  await keyboard.type('never');
  await keyboard.press('Enter');
  expect((await edited).body).toBe('not to be stored');
  await expect(dialog).toBeHidden();
  await expect(page.getByTestId('held-count')).toBeHidden();

  // Answered without asking the origin.
  const answered = getThrough(at.core.proxy, url);
  await expect(page.getByTestId('held-count')).toHaveText('1 held');
  await page.getByRole('button', { name: /^Open GET/ }).focus();
  await keyboard.press('Enter');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Answer without asking the origin' }).focus();
  await keyboard.press('Enter');
  await dialog.getByLabel('Status').fill('418');
  await dialog.getByLabel('Content', { exact: true }).fill('short and stout');
  await keyboard.press('Control+Enter');
  const { status, body } = await answered;
  expect([status, body]).toEqual([418, 'short and stout']);
  expect(at.site.count('/private')).toBe(1);

  // Two are let go at once, and one when the page closes.
  const two = [getThrough(at.core.proxy, url), getThrough(at.core.proxy, url)];
  await expect(page.getByTestId('held-count')).toHaveText('2 held');
  await page.getByRole('button', { name: 'Resume all' }).focus();
  await keyboard.press('Enter');
  expect((await Promise.all(two)).map(({ status }) => status)).toEqual([200, 200]);
  const last = getThrough(at.core.proxy, url);
  await expect(page.getByTestId('held-count')).toHaveText('1 held');
  await page.context().close();
  expect((await last).body).toBe('yours alone');
});

for (const scheme of ['light', 'dark'] as const) {
  test(`what the filter shows is broken on; a response is edited, and Why says so, ${scheme}`, async () => {
    await useRules([]);
    const url = `${at.site.url}/never`;
    const page = await watch(scheme);
    const { keyboard } = page;
    await keyboard.press('/');
    await keyboard.type('path:/never status:200');
    await keyboard.press('Control+k');
    await expect(page.getByRole('combobox', { name: 'All actions' })).toBeFocused();
    await keyboard.type('Break on what the filter');
    await keyboard.press('Enter');
    await expect(page.getByText('Breakpoint made: Break on path:/never status:200')).toBeVisible();
    const reply = getThrough(at.core.proxy, url);
    await expect(page.getByTestId('held-count')).toHaveText('1 held');
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/held-bar-${scheme}.png` });
    await page.getByRole('button', { name: /^Open GET/ }).focus();
    await keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('Held: response, to the client');
    const content = dialog.getByLabel('Content', { exact: true });
    await expect(content).toHaveValue('not to be stored');
    await content.fill('edited by hand');
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/held-response-${scheme}.png` });
    await expect(dialog.getByRole('button', { name: 'Resume with the edits' })).toBeEnabled();
    await keyboard.press('Control+Enter');
    expect((await reply).body).toBe('edited by hand');
    await expect(dialog).toBeHidden();
    await trafficRows(page, url).last().click();
    const pane = page.getByTestId('detail-pane');
    await expect(pane).toContainText('held at a breakpoint and edited');
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/held-why-${scheme}.png` });
    await page.context().close();
  });

  test(`axe finds nothing in the bar and the editor, ${scheme}`, async () => {
    const url = `${at.site.url}/private`;
    await useRules([
      { id: 'b', name: 'B', when: 'path:/private', where: 'client-request', then: [{ do: 'breakpoint' }] },
    ]);
    const page = await watch(scheme);
    const held = getThrough(at.core.proxy, url).then(String, String);
    await expect(page.getByTestId('held-count')).toHaveText('1 held');
    const found = async (where: string): Promise<string[]> => {
      const { violations } = await new AxeBuilder({ page }).include(where).analyze();
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
    };
    expect(await found('.held-bar')).toEqual([]);
    expect(await found('[data-testid="traffic-table"]')).toEqual([]);
    await page.getByRole('button', { name: /^Open GET/ }).click();
    await expect(page.getByRole('dialog').getByLabel('URL')).toHaveValue(url);
    expect(await found('[role="dialog"]')).toEqual([]);
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/held-${scheme}.png` });
    await page.getByRole('button', { name: 'Answer without asking the origin' }).click();
    expect(await found('[role="dialog"]')).toEqual([]);
    await page.getByRole('button', { name: 'Abort' }).click();
    expect(await held).toContain('socket hang up');
    await page.context().close();
  });
}
