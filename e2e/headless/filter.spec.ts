/** One filter language: the same line in the table, in the list of the cache and in the API, with bodies and fields; a fast feed. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { launchChromium } from '../support/chromium.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { getThrough } from '../support/proxy-client.ts';
import { entryRows, goTo, trafficRows } from '../support/window.ts';

let core: HeadlessApp;
let browser: Browser;
let page: Page;
let origin: http.Server;
let base: string;

test.beforeAll(async () => {
  origin = http.createServer((request, response) => {
    const path = request.url ?? '/';
    response.setHeader('Cache-Control', path === '/once' ? 'no-store' : 'max-age=600');
    response.setHeader('Content-Type', path.endsWith('.svg') ? 'image/svg+xml' : 'application/json');
    response.setHeader('Content-Encoding', 'gzip');
    response.end(gzipSync(JSON.stringify({ path, token: path === '/secret?a=1' ? 'xyzzy' : 'none' })));
  });
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  base = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
  [core, browser] = await Promise.all([startHeadless(), launchChromium()]);
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(core.ui);
});
test.afterAll(async () => {
  await browser?.close();
  await core?.kill();
  origin?.close();
});

const rows = () => page.getByTestId('traffic-row');
const filter = () => page.getByRole('combobox', { name: 'Filter', exact: true });

test('bodies and fields are asked of the core, in the table, in the cache and by the API alike', async () => {
  for (const path of ['/secret?a=1', '/plain', '/logo.svg', '/once']) await getThrough(core.proxy, base + path);
  await expect(rows()).toHaveCount(4);
  for (const [line, found] of [
    ['body:XYZZY', ['/secret?a=1']],
    ['-body:xyzzy res.cache-control:max-age', ['/plain', '/logo.svg']],
    ['res.cache-control~^no- or type:svg', ['/logo.svg', '/once']],
    [`url:${base}/secret?a=1#top`, ['/secret?a=1']],
    ['body~"token\\W+none" -path:/plain', ['/logo.svg', '/once']],
  ] as const) {
    await filter().fill(line);
    await expect(rows()).toHaveCount(found.length);
    for (const path of found) await expect(trafficRows(page, base + path)).toHaveCount(1);
    const reply = await fetch(`${core.control}/api/events?q=${encodeURIComponent(line)}&order=asc`, {
      headers: { Authorization: `Bearer ${core.token}` },
    });
    const { events } = (await reply.json()) as { events: { url: string }[] };
    expect(events.map(({ url }) => url.slice(base.length))).toEqual(found);
  }
  await filter().fill('body:xyzzy');
  await getThrough(core.proxy, `${base}/secret?a=1`);
  await expect(rows()).toHaveCount(2);
  await filter().fill('cache:maybe');
  await expect(
    page.getByText(/“maybe” is not a valid value for this key \(at column 7\); accepted: hit, miss/),
  ).toBeVisible();
  await expect(rows()).toHaveCount(2);
  await filter().fill('');

  await goTo(page, 'Cache');
  const cacheFilter = page.getByRole('combobox', { name: 'Filter of the cache' });
  await expect(page.getByTestId('cache-row')).toHaveCount(3);
  await cacheFilter.fill('body:xyzzy is:fresh');
  await expect(page.getByTestId('cache-row')).toHaveCount(1);
  await expect(entryRows(page, `${base}/secret?a=1`)).toHaveCount(1);
  await expect(page.getByText('Shows: a body contains xyzzy and is fresh')).toBeVisible();
  await cacheFilter.fill('');
  await page.getByRole('button', { name: 'Show what takes the space' }).click();
  await page.getByRole('button', { name: /svg: 1 entry/ }).click();
  await expect(cacheFilter).toHaveValue(/^host=127\.0\.0\.1:\d+ type=svg$/);
  await expect(entryRows(page, `${base}/logo.svg`)).toHaveCount(1);
  await expect(page.getByTestId('cache-row')).toHaveCount(1);
  await goTo(page, 'Traffic');
});

test('what was cleared comes back', async () => {
  const before = await rows().count();
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(rows()).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(rows()).toHaveCount(before);
});

test('a table that follows a fast feed is never without rows', async () => {
  await page.evaluate(() => {
    const seen = { pictures: 0, blank: 0 };
    Object.assign(window, { seen });
    const look = (): void => {
      const table = document.querySelector('[data-testid=traffic-table]');
      const room = table?.getBoundingClientRect();
      // Before that many, the room below the rows is empty, and rightly so.
      if (room !== undefined && Number(table?.getAttribute('aria-rowcount')) > 100) {
        seen.pictures++;
        const at = document.elementFromPoint(room.left + 200, room.bottom - 40);
        if (at?.closest('[data-testid=traffic-row]') == null) seen.blank++;
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  const [host, port] = core.proxy.split(':');
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = http.get({ host, port, agent, path: `${base}/plain` }, (reply) => {
        reply.resume();
        reply.on('end', resolve);
      });
      request.on('error', reject);
    });
  let left = 6000;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (left-- > 0) await one();
    }),
  );
  agent.destroy();
  await expect(page.getByText(/^6,0\d\d exchanges$/)).toBeVisible();
  const seen = await page.evaluate(() => (window as unknown as { seen: { pictures: number; blank: number } }).seen);
  test.info().annotations.push({ type: 'pictures', description: `${seen.blank} blank of ${seen.pictures}` });
  console.log(`${seen.blank} blank of ${seen.pictures} pictures`);
  expect(seen.pictures).toBeGreaterThan(10);
  expect(seen.blank).toBe(0);
});
