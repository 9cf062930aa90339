/**
 * From a fresh start to the first HIT out of HTTPS with two clicks: a browser opened from the window, over HTTP/2 on both
 * sides, without a warning; and nothing of it is left when the proxy ends.
 */
import { expect, test, type Browser, type Page } from '@playwright/test';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openTlsOrigin, type TlsOrigin } from '../../proxy-core/testkit/tls-origin.ts';
import { testAuthority } from '../../proxy-core/testkit/certificate.ts';
import { launchChromium } from '../support/chromium.ts';
import { ensureDisplay } from '../support/display.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { isAlive } from '../support/processes.ts';
import { goTo, trafficRows } from '../support/window.ts';

let core: HeadlessApp;
let origin: TlsOrigin;
let browser: Browser;
let page: Page;
let home: string;
const told: string[] = [];

/** Tells how it came, then is asked for a second time; fresh for shared caches only, so that the browser asks again. */
const PAGE = `<!doctype html><title>page</title><link rel="icon" href="data:,"><script>
const { nextHopProtocol } = performance.getEntriesByType('navigation')[0];
const isFirst = sessionStorage.getItem('seen') === null;
sessionStorage.setItem('seen', 'yes');
fetch('/told?' + nextHopProtocol, { method: 'POST' }).then(() => { if (isFirst) location.href = '/between'; });
</script>`;

test.beforeAll(async () => {
  const authority = testAuthority();
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-home-'));
  const caFile = path.join(home, 'origin-ca.pem');
  fs.writeFileSync(caFile, authority.cert);
  origin = await openTlsOrigin(
    authority.issue({ names: ['127.0.0.1'] }),
    (request, response) => {
      if (request.url?.startsWith('/told') === true) told.push(request.url);
      response.setHeader('Cache-Control', 'max-age=0, s-maxage=600');
      response.setHeader('Content-Type', 'text/html');
      response.end(request.url === '/' ? PAGE : `<!doctype html><script>location.href = '/';</script>`);
    },
    true,
  );
  core = await startHeadless({
    args: ['--upstream-ca', caFile],
    env: { DISPLAY: (await ensureDisplay()) ?? '', HOME: home },
  });
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(core.ui);
});
test.afterAll(async () => {
  await browser?.close();
  await core?.kill();
  await origin?.close();
  fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

const field = (raw: unknown, name: string): unknown =>
  typeof raw === 'object' && raw !== null ? new Map<string, unknown>(Object.entries(raw)).get(name) : undefined;

async function running(): Promise<{ pid: number; profile: string }[]> {
  const answer = await fetch(`${core.control}/api/clients`, { headers: { authorization: `Bearer ${core.token}` } });
  const list = field(await answer.json(), 'running');
  return (Array.isArray(list) ? list : []).map((item) => ({
    pid: Number(field(item, 'pid')),
    profile: String(field(item, 'profile')),
  }));
}

test('two clicks from a fresh start to a HIT inside HTTPS, and nothing left behind', async () => {
  const url = `${origin.url}/`;
  // One …
  await goTo(page, 'Connect');
  await page.getByLabel('Page to begin with').fill(url);
  // … two.
  await page.getByRole('button', { name: 'Open Chromium and read HTTPS' }).click();
  await expect(page.getByTestId('running-browsers')).toContainText('Chromium');

  await goTo(page, 'Traffic');
  await expect(trafficRows(page, url)).toHaveCount(2);
  await expect(trafficRows(page, url).nth(0)).toHaveAttribute('data-outcome', 'MISS');
  await expect(trafficRows(page, url).nth(1)).toHaveAttribute('data-outcome', 'HIT');
  await expect(page.getByRole('button', { name: 'HTTPS: read' })).toBeVisible();
  await expect.poll(() => told).toEqual(['/told?h2', '/told?h2']);

  const [first] = await running();
  expect(fs.existsSync(first!.profile)).toBe(true);
  await goTo(page, 'Connect');
  await page.getByRole('button', { name: 'Close Chromium' }).click();
  await expect(page.getByTestId('running-browsers')).toHaveCount(0);
  expect(isAlive(first!.pid)).toBe(false);
  expect(fs.existsSync(first!.profile)).toBe(false);

  // The next one is still open when the proxy ends.
  await page.getByRole('button', { name: 'Open Chromium' }).click();
  await expect(page.getByTestId('running-browsers')).toContainText('Chromium');
  const [second] = await running();
  expect(await core.stop()).toBe(0);
  expect(isAlive(second!.pid)).toBe(false);
  expect(fs.existsSync(second!.profile)).toBe(false);
});
