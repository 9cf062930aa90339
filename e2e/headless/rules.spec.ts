/** Rules, by keyboard alone: a no-store answer becomes a hit on the side of the origin, and not on the side of the client. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { getThrough } from '../support/proxy-client.ts';
import { setScene } from '../support/scene.ts';
import { goTo, openPage, tabTo, trafficRows } from '../support/window.ts';

const at = setScene();

test('a rule is made, acts, is told of in Why, is switched off and taken back', async () => {
  const url = `${at.site.url}/never`;
  expect((await getThrough(at.core.proxy, url)).cache).toBe('MISS');
  expect((await getThrough(at.core.proxy, url)).cache).toBe('MISS');
  const page = await openPage(at.browser, at.core.ui);
  const { keyboard } = page;
  await page.keyboard.press('Control+4');
  await expect(page.getByText('No rules yet')).toBeVisible();
  await tabTo(page, page.getByRole('button', { name: 'New rule' }));
  await keyboard.press('Enter');
  const form = page.getByRole('form', { name: 'New rule' });
  await expect(form.getByLabel('Name')).toBeFocused();
  await keyboard.type('cacheable');
  await keyboard.press('Tab');
  await keyboard.type('path:/never cache:hit');
  await expect(form.getByLabel('For', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expect(form).toContainText('“cache” is not known');
  for (let n = 0; n < ' cache:hit'.length; n++) await keyboard.press('Backspace');
  await expect(form.getByLabel('For', { exact: true })).toHaveAttribute('aria-invalid', 'false');
  // As it stands: on the side of the origin, make it cacheable for an hour.
  await expect(form.getByRole('radio', { name: 'response, from the origin' })).toBeChecked();
  await keyboard.press('Enter');
  const row = page.getByTestId('rule');
  await expect(row).toContainText('make it cacheable for 1 h');

  expect((await getThrough(at.core.proxy, url)).cache).toBe('MISS');
  expect((await getThrough(at.core.proxy, url)).cache).toBe('HIT');
  await expect(row).toContainText('acted 1 ×');
  await goTo(page, 'Traffic');
  const third = trafficRows(page, url).nth(2);
  await third.click();
  await expect(page.getByTestId('detail-pane')).toContainText('origin-response (cacheable) changed the fields');

  // The same on the side of the client changes what the client gets, and nothing that is stored.
  await goTo(page, 'Rules');
  await tabTo(page, row.getByRole('button', { name: /^cacheable/ }));
  await keyboard.press('Enter');
  const edited = page.getByRole('form', { name: 'Rule: cacheable' });
  await tabTo(page, edited.getByRole('radio', { name: 'response, from the origin' }));
  await keyboard.press('ArrowDown');
  await expect(edited.getByRole('radio', { name: 'response, to the client' })).toBeChecked();
  await keyboard.press('Enter');
  await expect(row).toContainText('response, to the client');
  const other = `${at.site.url}/never?other`;
  expect((await getThrough(at.core.proxy, other)).cache).toBe('MISS');
  expect((await getThrough(at.core.proxy, other)).cache).toBe('MISS');

  await tabTo(page, row.getByRole('switch', { name: 'Rule cacheable' }));
  await keyboard.press('Space');
  await expect(row.getByRole('switch')).toHaveAttribute('aria-checked', 'false');
  await tabTo(page, row.getByRole('button', { name: 'Delete: cacheable' }));
  await keyboard.press('Enter');
  await expect(page.getByText('No rules yet')).toBeVisible();
  await keyboard.press('Control+z');
  await expect(row).toHaveCount(1);
  await page.context().close();
});

test('rules of a group are switched as one', async () => {
  const url = `${at.site.url}/never?grouped`;
  const page = await openPage(at.browser, at.core.ui);
  const { keyboard } = page;
  await keyboard.press('Control+4');
  await tabTo(page, page.getByRole('button', { name: 'New rule' }));
  await keyboard.press('Enter');
  const form = page.getByRole('form', { name: 'New rule' });
  await expect(form.getByLabel('Name')).toBeFocused();
  await keyboard.type('of a group');
  await keyboard.press('Tab');
  await keyboard.type('path:/never');
  await keyboard.press('Tab');
  await expect(form.getByLabel('Group')).toBeFocused();
  await keyboard.type('staging');
  await keyboard.press('Enter');
  const rule = page.getByTestId('rule').filter({ hasText: 'of a group' });
  await expect(rule).toContainText('staging');
  const group = page.getByRole('group', { name: 'Groups' }).getByRole('switch', { name: 'Group staging' });
  await expect(group).toHaveAttribute('aria-checked', 'true');
  await tabTo(page, group, 'Shift+Tab');
  await keyboard.press('Space');
  await expect(group).toHaveAttribute('aria-checked', 'false');
  await expect(rule).toHaveAttribute('data-off', 'true');
  // The switch of the rule itself stays as it was: it counts again when the group is on.
  await expect(rule.getByRole('switch')).toHaveAttribute('aria-checked', 'true');
  for (let n = 0; n < 2; n++) expect((await getThrough(at.core.proxy, url)).cache).toBe('MISS');
  await keyboard.press('Space');
  await expect(group).toHaveAttribute('aria-checked', 'true');
  expect((await getThrough(at.core.proxy, url)).cache).toBe('MISS');
  expect((await getThrough(at.core.proxy, url)).cache).toBe('HIT');
  await page.context().close();
});

test('an answer is made from a captured one, from the menu of its row: the origin is not asked again', async () => {
  const url = `${at.site.url}/private`;
  await getThrough(at.core.proxy, url);
  const asked = at.site.count('/private');
  const page = await openPage(at.browser, at.core.ui);
  const { keyboard } = page;
  await expect(trafficRows(page, url)).toHaveCount(1);
  await keyboard.press('/');
  await keyboard.type('path:/private');
  await expect(page.getByTestId('traffic-row')).toHaveCount(1);
  await tabTo(page, page.getByTestId('traffic-table'));
  await keyboard.press('ArrowDown');
  await keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: /^Answer like this from now on/ }).press('Enter');
  const form = page.getByRole('form', { name: 'New rule' });
  await expect(form.getByLabel('Name')).toBeFocused();
  await expect(form.getByLabel('For', { exact: true })).toHaveValue(`path=/private host=${at.site.host} method=get`);
  await expect(form.getByRole('radio', { name: 'request, before the cache' })).toBeChecked();
  await expect(form.getByLabel('Content', { exact: true })).toHaveValue('yours alone');
  await keyboard.press('Enter');
  await expect(form).toBeHidden();
  const answer = await getThrough(at.core.proxy, url);
  expect(answer.body).toBe('yours alone');
  expect(answer.headers['cache-control']).toBe('private, max-age=600');
  expect(at.site.count('/private')).toBe(asked);
  await page.context().close();
});

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the list and in each kind of action, ${scheme}`, async () => {
    const page = await openPage(at.browser, at.core.ui, scheme);
    await goTo(page, 'Rules');
    await page.getByRole('button', { name: 'New rule' }).click();
    const kinds = page.getByRole('combobox', { name: 'What to do' });
    for (const option of await kinds.getByRole('option').allTextContents()) {
      await kinds.selectOption(option);
      const { violations } = await new AxeBuilder({ page }).include('.rules').analyze();
      expect(
        violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`)),
        option,
      ).toEqual([]);
    }
    await page.context().close();
  });
}
