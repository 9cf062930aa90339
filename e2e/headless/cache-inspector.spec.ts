/** The inspector's verbs in the window and by the API: evict by pattern with preview and undo, pin, revalidate with a diff. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { startChangingOrigin, type ChangingOrigin } from '../support/changing-origin.ts';
import { launchChromium } from '../support/chromium.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { getThrough } from '../support/proxy-client.ts';
import { entryRows, goTo, openEntry } from '../support/window.ts';

let core: HeadlessApp;
let origin: ChangingOrigin;
let browser: Browser;
let page: Page;

test.beforeAll(async () => {
  [core, origin, browser] = await Promise.all([
    startHeadless({ args: ['--cache-capacity', '8'] }),
    startChangingOrigin(),
    launchChromium(),
  ]);
});
test.beforeEach(async () => {
  await api('POST', '/api/cache/purge', { all: true });
  origin.setVersion(1);
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(core.ui);
  await goTo(page, 'Cache');
});
test.afterEach(() => page.close());
test.afterAll(async () => {
  await browser?.close();
  await core?.kill();
  await origin?.close();
});

async function api(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const reply = await fetch(core.control + path, {
    method,
    headers: { Authorization: `Bearer ${core.token}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await reply.json()) as Record<string, unknown>;
}
const get = (path: string) => getThrough(core.proxy, origin.url + path);
const keyOf = async (path: string): Promise<string> => {
  const { entries } = (await api('GET', `/api/cache/entries?q=${encodeURIComponent(path)}`)) as {
    entries: { cache_key: string }[];
  };
  return entries[0]!.cache_key;
};

test('evict by pattern: the preview says what will go, and undo brings it back', async () => {
  for (const path of ['/img/a.png', '/img/b.png', '/page']) await get(path);
  await expect(page.getByTestId('cache-row')).toHaveCount(3);
  await page.getByRole('button', { name: 'Evict…' }).click();
  await page.getByRole('menuitem', { name: /by pattern/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Evict from the cache' });
  // What is typed goes into the field without a click.
  await expect(dialog.getByRole('textbox')).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('*/img/*');
  await expect(dialog.getByRole('status')).toHaveText(/^2 entries, .* will be evicted\.$/);
  await expect(dialog).toContainText('/img/a.png');
  await expect(page.getByTestId('cache-row')).toHaveCount(3); // a preview removes nothing
  await dialog.getByRole('button', { name: 'Evict', exact: true }).click();
  await expect(page.getByTestId('cache-row')).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByTestId('cache-row')).toHaveCount(3);
  expect((await get('/img/a.png')).cache).toBe('HIT');
});

test('by the API: dry_run, evict, undo', async () => {
  for (const path of ['/img/a.png', '/img/b.png', '/page']) await get(path);
  expect(await api('POST', '/api/cache/purge', { pattern: '*/img/?.png', dry_run: true })).toMatchObject({
    evicted: 2,
  });
  expect((await get('/img/a.png')).cache).toBe('HIT');
  const { evicted, undo_token: token } = await api('POST', '/api/cache/purge', { pattern: '*/img/?.png' });
  expect(evicted).toBe(2);
  expect(await api('POST', '/api/cache/undo', { token })).toMatchObject({ entries: 2 });
  expect((await get('/img/b.png')).cache).toBe('HIT');
});

test('a pinned entry survives pressure', async () => {
  await get('/kept');
  const pane = await openEntry(page, `${origin.url}/kept`);
  await pane.getByRole('button', { name: 'Pin', exact: true }).click();
  await expect(pane.getByRole('button', { name: 'Unpin' })).toBeVisible();
  for (let i = 0; i < 20; i++) await get(`/filler/${i}`);
  await expect(page.getByTestId('cache-row')).toHaveCount(8);
  await expect(entryRows(page, `${origin.url}/kept`)).toHaveCount(1);
  expect((await get('/kept')).cache).toBe('HIT');
  expect(await api('POST', `/api/cache/entries/${await keyOf('/kept')}/unpin`)).toMatchObject({ pinned: false });
  for (let i = 20; i < 40; i++) await get(`/filler/${i}`);
  await expect(entryRows(page, `${origin.url}/kept`)).toHaveCount(0);
});

test('revalidate now: 304 as long as nothing changed, then a diff of fields and body', async () => {
  await get('/doc');
  const pane = await openEntry(page, `${origin.url}/doc`);
  const report = pane.getByTestId('revalidate-report');
  await pane.getByRole('button', { name: 'Revalidate now' }).click();
  await expect(report).toHaveAttribute('data-kind', 'not-modified');
  origin.setVersion(2);
  await pane.getByRole('button', { name: 'Revalidate now' }).click();
  await expect(report).toHaveAttribute('data-kind', 'changed');
  await expect(report).toContainText('-version 1');
  await expect(report).toContainText('+version 2');
  await expect(report).toContainText('+ etag: "v2"');
  expect(await get('/doc')).toMatchObject({ cache: 'HIT', body: '/doc\nversion 2\n' });

  origin.setVersion(3);
  const byApi = await api('POST', `/api/cache/entries/${await keyOf('/doc')}/revalidate`);
  expect(byApi).toMatchObject({
    kind: 'changed',
    status: 200,
    body: { same: false },
    entry: { url: `${origin.url}/doc` },
  });
  expect(Object.keys(byApi['entry'] as object)).toEqual(expect.arrayContaining(['entry_id', 'stored_at']));
});

test('make stale and set lifetime show in the next decision', async () => {
  await get('/ttl');
  const key = await keyOf('/ttl');
  expect(await api('POST', `/api/cache/entries/${key}/stale`)).toMatchObject({ state: 'stale' });
  expect((await get('/ttl')).cache).toBe('REVALIDATED');
  expect(await api('POST', `/api/cache/entries/${key}/ttl`, { ttl_seconds: 7200 })).toMatchObject({
    state: 'fresh',
    ttl_seconds: 7200,
  });
  expect((await get('/ttl')).cache).toBe('HIT');
});
