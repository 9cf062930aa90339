/** A slow line for all traffic, put in force and taken back by keyboard: the badge says it, and clients feel it. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { getThrough } from '../support/proxy-client.ts';
import { setScene } from '../support/scene.ts';
import { openPage, tabTo } from '../support/window.ts';

const at = setScene();

for (const scheme of ['light', 'dark'] as const) {
  test(`offline from the menu drops every connection, full speed lets them through, ${scheme}`, async () => {
    const url = `${at.site.url}/fresh?${scheme}`;
    expect((await getThrough(at.core.proxy, url)).cache).toBe('MISS');
    const page = await openPage(at.browser, at.core.ui, scheme);
    const { keyboard } = page;
    const badge = page.getByTestId('throttle-badge');
    await expect(badge).toHaveCount(0);
    await tabTo(page, page.getByRole('button', { name: 'Slow line: Full speed' }));
    await keyboard.press('Enter');
    await expect(page.getByRole('menuitemcheckbox', { name: /^Full speed/ })).toHaveAttribute('aria-checked', 'true');
    await expect(page.getByRole('menuitemcheckbox', { name: /^GPRS/ })).toContainText('down 50 kbit/s');
    const { violations } = await new AxeBuilder({ page })
      .include('[role="menu"]')
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
    await keyboard.type('Offline');
    await expect(page.getByRole('menuitemcheckbox', { name: /^Offline/ })).toBeFocused();
    await keyboard.press('Enter');
    await expect(badge).toHaveText('Offline');
    // A stored response, too: it is the line of the client that is gone.
    await expect(getThrough(at.core.proxy, url)).rejects.toThrow();

    await tabTo(page, page.getByRole('button', { name: 'Slow line: Offline' }));
    await keyboard.press('Enter');
    await expect(page.getByRole('menuitemcheckbox', { name: /^Offline/ })).toHaveAttribute('aria-checked', 'true');
    await keyboard.type('Full');
    await keyboard.press('Enter');
    await expect(badge).toHaveCount(0);
    expect((await getThrough(at.core.proxy, url)).cache).toBe('HIT');
    await page.context().close();
  });
}
