/** Real clients of the proxy: a browser that loads a site twice, and a large file. */
import { expect, test, type Page } from '@playwright/test';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import { launchChromium } from '../support/chromium.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { getThrough } from '../support/proxy-client.ts';
import { bigChecksum, startSite, type SiteOrigin } from '../support/site-origin.ts';

let core: HeadlessApp;
let site: SiteOrigin;

test.beforeAll(async () => {
  [core, site] = await Promise.all([startHeadless(), startSite()]);
});
test.afterAll(async () => {
  await core?.kill();
  await site?.close();
});

const PARTS = ['/', '/site.css', '/site.js', '/red.png', '/blue.png', '/site.woff2'];

/** What the page made of the site, and the outcome the proxy named for each part. */
async function visit(page: Page): Promise<Map<string, string>> {
  const outcomes = new Map<string, string>();
  page.on('response', (response) => {
    const { host, pathname } = new URL(response.url());
    if (host === site.host) outcomes.set(pathname, response.headers()['x-cache-status'] ?? 'none');
  });
  await page.goto(`${site.url}/`, { waitUntil: 'networkidle' });
  await expect(page.locator('#script')).toHaveText('script ran');
  const widths = await page
    .locator('img')
    .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
  expect(widths).toEqual([32, 32]);
  return outcomes;
}

test('a browser loads the site twice: the second time everything comes from the cache', async () => {
  const browser = await launchChromium(core.proxy);
  try {
    // Each visit in a context of its own, so that the browser's cache has no part in it.
    const first = await visit(await (await browser.newContext()).newPage());
    const second = await visit(await (await browser.newContext()).newPage());
    for (const part of PARTS) {
      expect.soft(first.get(part), part).toBe('MISS');
      expect.soft(second.get(part), part).toBe('HIT');
      expect.soft(site.count(part), part).toBe(1);
    }

    const page = await (await browser.newContext()).newPage();
    await page.goto(`${site.url}/moved`);
    expect(page.url()).toBe(`${site.url}/second.html`);
    const texts = await page.evaluate(async () =>
      Promise.all(
        ['/text.gz', '/text.br', '/chunked', '/nothing', '/no-such-page'].map(async (path) => {
          const response = await fetch(path);
          return [response.status, (await response.text()).length];
        }),
      ),
    );
    expect(texts.map(([status]) => status)).toEqual([200, 200, 200, 204, 404]);
    expect(texts[0]?.[1]).toBe(texts[1]?.[1]);
  } finally {
    await browser.close();
  }
});

test('ranges, private and unstorable replies pass through as they are', async () => {
  const part = await getThrough(core.proxy, `${site.url}/range`, { range: 'bytes=10-19' });
  expect(part).toMatchObject({
    status: 206,
    headers: { 'content-range': expect.stringMatching(/^bytes 10-19\//) as unknown },
  });
  expect(part.body).toHaveLength(10);
  for (const path of ['/private', '/never']) {
    await getThrough(core.proxy, site.url + path);
    await getThrough(core.proxy, site.url + path);
    expect(site.count(path)).toBe(2);
  }
});

const BIG = 200 * 1024 * 1024;

test("a 200 MB file arrives byte for byte, and the core's memory stays flat", async () => {
  test.skip(process.platform !== 'linux', 'memory of a process is read from /proc');
  const rssMb = (): number =>
    Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${core.pid}/status`, 'utf8'))?.[1]) / 1024;
  const idle = rssMb();
  let most = idle;
  const hash = createHash('sha256');
  const [host, port] = core.proxy.split(':');
  await new Promise<void>((resolve, reject) => {
    http
      .get(
        { host, port, path: `${site.url}/big?size=${BIG}`, headers: { host: site.host }, agent: false },
        (response) => {
          let parts = 0;
          response.on('data', (chunk: Buffer) => {
            hash.update(chunk);
            if (++parts % 200 === 0) most = Math.max(most, rssMb());
          });
          response.on('end', resolve).on('error', reject);
        },
      )
      .on('error', reject);
  });
  expect(hash.digest('hex')).toBe(bigChecksum(BIG));
  // What was read and is not yet freed: V8 begins to look at 64 MB of it.
  expect(most - idle).toBeLessThan(100);
});
