/**
 * The story every host must tell: a request misses, again it hits, the stored response can be opened and evicted, and then
 * the same request misses again. Told through the window and through the wire; the site's own count has the last word.
 */
import { expect, type Page } from '@playwright/test';
import { getThrough } from './proxy-client.ts';
import type { SiteOrigin } from './site-origin.ts';
import { entryRows, goTo, openEntry, trafficRows } from './window.ts';

/** `page` shows the window, `proxy` is `host:port` of the same core. */
export async function tellStory(page: Page, proxy: string, site: SiteOrigin): Promise<void> {
  const url = `${site.url}/fresh`;
  const before = site.count('/fresh');
  const outcomes = (): Promise<(string | null)[]> =>
    trafficRows(page, url).evaluateAll((rows) => rows.map((row) => row.getAttribute('data-outcome')));

  await goTo(page, 'Traffic');
  expect((await getThrough(proxy, url)).cache).toBe('MISS');
  await expect.poll(outcomes).toEqual(['MISS']);

  const hit = await getThrough(proxy, url);
  expect(hit).toMatchObject({ cache: 'HIT', status: 200, body: 'fresh for ten minutes\n' });
  await expect.poll(outcomes).toEqual(['MISS', 'HIT']);
  expect(site.count('/fresh')).toBe(before + 1);

  await goTo(page, 'Cache');
  const entry = await openEntry(page, url);
  await entry.getByRole('tab', { name: 'Fields' }).click();
  await expect(entry).toContainText('public, max-age=600');
  await entry.getByRole('tab', { name: 'Body' }).click();
  await expect(entry).toContainText('fresh for ten minutes');

  await entry.getByRole('button', { name: 'Evict', exact: true }).click();
  await expect(entryRows(page, url)).toHaveCount(0);
  await expect(page.getByText('1 entry evicted', { exact: false })).toBeVisible();

  expect((await getThrough(proxy, url)).cache).toBe('MISS');
  expect(site.count('/fresh')).toBe(before + 2);
  await goTo(page, 'Traffic');
  await expect.poll(outcomes).toEqual(['MISS', 'HIT', 'MISS']);
}
