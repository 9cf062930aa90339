/** Requests of one's own, by keyboard alone: written, pasted from curl, sent several times, sent again from a row. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { getThrough } from '../support/proxy-client.ts';
import { setScene } from '../support/scene.ts';
import { goTo, openPage, tabTo, trafficRows } from '../support/window.ts';

const at = setScene();

/** As a person pastes: the field that has the focus gets the event with the text. */
const paste = (page: Page, text: string): Promise<void> =>
  page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  }, text);

test('a request is written, sent, explained, remembered over a reload, and sent ten times at once', async () => {
  const page = await openPage(at.browser, at.core.ui);
  const { keyboard } = page;
  await keyboard.press('Control+5');
  const form = page.getByRole('form', { name: 'Request' });
  const answer = page.getByRole('region', { name: 'Answer' });
  await expect(form.getByLabel('URL')).toBeFocused();
  await keyboard.type('nowhere');
  await keyboard.press('Enter');
  await expect(form.getByRole('alert')).toContainText('"url" is an http or https URL');
  await keyboard.press('Control+a');
  await keyboard.type(`${at.site.url}/fresh?composed`);
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await expect(form.getByLabel('Name of field 1')).toBeFocused();
  await keyboard.type('X-Own');
  await keyboard.press('Tab');
  await keyboard.type('by hand');
  await keyboard.press('Control+Enter');
  await expect(answer.getByTestId('detail-pane')).toContainText('MISS');
  await expect(answer.getByTestId('detail-pane')).toContainText('/fresh?composed');
  await keyboard.press('Control+Enter');
  await expect(answer.getByTestId('detail-pane').locator('.d-banner')).toContainText('HIT');

  // Ten at once of what is not stored yet: one question to the origin.
  await tabTo(page, form.getByLabel('How often'));
  await keyboard.press('Control+a');
  await keyboard.type('10');
  await form.getByLabel('URL').focus();
  await keyboard.press('End');
  await keyboard.type('-ten');
  const asked = at.site.count('/fresh');
  await keyboard.press('Control+Enter');
  await expect(answer.getByTestId('sent')).toHaveCount(10);
  await expect(answer.getByRole('table', { name: 'Results' })).toContainText('10 requests');
  await expect(answer.getByTestId('sent').filter({ hasText: '200' })).toHaveCount(10);
  expect(at.site.count('/fresh')).toBe(asked + 1);
  await tabTo(page, answer.getByRole('button', { name: '7', exact: true }));
  await keyboard.press('Enter');
  await expect(answer.getByTestId('sent').nth(6)).toHaveAttribute('data-shown', 'true');

  await page.reload();
  await goTo(page, 'Compose');
  const before = form.getByRole('list', { name: 'Sent before' }).getByRole('button');
  await expect(before).toHaveCount(2);
  await tabTo(page, before.nth(1));
  await keyboard.press('Enter');
  await expect(form.getByLabel('URL')).toHaveValue(`${at.site.url}/fresh?composed`);
  await expect(form.getByLabel('Value of X-Own')).toHaveValue('by hand');
  await page.context().close();
});

test('a pasted curl command fills the form; JSON is checked', async () => {
  const page = await openPage(at.browser, at.core.ui);
  await page.keyboard.press('Control+5');
  const form = page.getByRole('form', { name: 'Request' });
  await expect(form.getByLabel('URL')).toBeFocused();
  await paste(
    page,
    `curl '${at.site.url}/fresh' \\\n  -H 'Content-Type: application/json' \\\n  --data-raw $'{"name":"caf\\xc3\\xa9"}' --compressed -k`,
  );
  await expect(form.getByLabel('URL')).toHaveValue(`${at.site.url}/fresh`);
  await expect(form.getByLabel('Method')).toHaveValue('POST');
  await expect(form.getByLabel('Kind of content')).toHaveValue('json');
  await expect(form.getByRole('textbox', { name: 'JSON' })).toHaveValue('{"name":"café"}');
  await expect(form).toContainText('-k: the settings of the proxy');
  await form.getByRole('textbox', { name: 'JSON' }).focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Backspace');
  await expect(form).toContainText('This is not JSON');
  await page.keyboard.type('}');
  await expect(form).toContainText('This is JSON');
  await form.getByLabel('URL').focus();
  await paste(page, "curl 'http://a.test/");
  await expect(form.getByRole('alert')).toContainText('is not closed');
  await page.context().close();
});

test('a captured request is sent again from its row: by key, menu and palette', async () => {
  const url = `${at.site.url}/never?again`;
  await getThrough(at.core.proxy, url);
  const page = await openPage(at.browser, at.core.ui);
  const { keyboard } = page;
  await trafficRows(page, url).first().click();
  await keyboard.press('r');
  await expect(trafficRows(page, url)).toHaveCount(2);
  expect(at.site.count('/never')).toBe(2);
  await keyboard.press('e');
  const form = page.getByRole('form', { name: 'Request' });
  await expect(form.getByLabel('URL')).toHaveValue(url);
  await keyboard.press('Control+1');
  await trafficRows(page, url).first().click();
  await keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Send several times…' }).press('Enter');
  await expect(form.getByLabel('How often')).toHaveValue('10');
  await keyboard.press('Control+1');
  await keyboard.press('Control+k');
  await keyboard.type('Send again');
  await keyboard.press('Enter');
  await expect(trafficRows(page, url)).toHaveCount(3);
  await page.context().close();
});

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the form, with each kind of content, and in the answer, ${scheme}`, async () => {
    const page = await openPage(at.browser, at.core.ui, scheme);
    await goTo(page, 'Compose');
    const form = page.getByRole('form', { name: 'Request' });
    await form.getByLabel('URL').fill(`${at.site.url}/fresh?axe`);
    await form.getByLabel('How often').fill('3');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByTestId('sent').filter({ hasText: '200' })).toHaveCount(3);
    const kinds = form.getByLabel('Kind of content');
    for (const option of await kinds.getByRole('option').allTextContents()) {
      await kinds.selectOption(option);
      const { violations } = await new AxeBuilder({ page }).include('.compose').analyze();
      expect(
        violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`)),
        option,
      ).toEqual([]);
    }
    if (process.env['COMPOSE_SHOTS']) await page.screenshot({ path: `${process.env['COMPOSE_SHOTS']}-${scheme}.png` });
    await page.context().close();
  });
}
