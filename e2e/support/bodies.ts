/** Bodies as a person looks at them: decoded, in their charset, as they were sent, in colours, saved whole. */
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import { expect, type Locator, type Page } from '@playwright/test';
import { getThrough } from './proxy-client.ts';
import { goTo, trafficRows } from './window.ts';

const LONG = 'words and words\n'.repeat(200_000);

const BODIES: Record<string, { type: string; encoding?: string; body: Buffer }> = {
  '/data.json': {
    type: 'application/json',
    encoding: 'br',
    body: zlib.brotliCompressSync('{"id":9007199254740993,"price":1.10,"price":2}'),
  },
  '/page.html': {
    type: 'text/html; charset=windows-1251',
    encoding: 'zstd',
    body: zlib.zstdCompressSync(
      Buffer.concat([
        Buffer.from('<html><body><p class="a">'),
        Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]),
        Buffer.from('</p></body></html>'),
      ]),
    ),
  },
  '/app.js': { type: 'text/javascript', body: Buffer.from('function f(a){return a+1}') },
  '/long.txt': { type: 'text/plain', encoding: 'gzip', body: zlib.gzipSync(LONG) },
};

/** Opens each of them; what is saved is read where `canSave`. Answers what the page's policy refused meanwhile. */
export async function tellBodies(page: Page, proxy: string, canSave: boolean): Promise<string[]> {
  const refused: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) refused.push(message.text());
  });
  const origin = http.createServer((request, response) => {
    const found = BODIES[request.url ?? ''];
    response.setHeader('Content-Type', found?.type ?? 'text/plain');
    if (found?.encoding !== undefined) response.setHeader('Content-Encoding', found.encoding);
    response.end(found?.body);
  });
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  const { port } = origin.address() as AddressInfo;
  const open = async (path: string): Promise<Locator> => {
    const url = `http://127.0.0.1:${port}${path}`;
    await getThrough(proxy, url);
    await goTo(page, 'Traffic');
    await trafficRows(page, url).first().click();
    const pane = page.getByTestId('detail-pane');
    await expect(pane).toContainText(path);
    await pane.getByRole('tab', { name: 'Response' }).click();
    return pane;
  };
  try {
    let pane = await open('/data.json');
    await expect(pane.getByRole('treeitem')).toHaveText(['{ 3 }', /id:.9007199254740993/, /price:.1\.10/, /price:.2/]);

    pane = await open('/page.html');
    const code = pane.getByTestId('code');
    await expect(code).toContainText('<p class="a">Привет</p>');
    // The editor's styles are there, whatever the policy says of style elements.
    const tag = code.getByText('body', { exact: true }).first();
    const plain = await code.locator('.cm-content').evaluate((element) => getComputedStyle(element).color);
    await expect.poll(() => tag.evaluate((element) => getComputedStyle(element).color)).not.toBe(plain);
    await pane.getByRole('textbox', { name: 'Search in body' }).fill('прив');
    await expect(pane.getByText('1 found')).toBeVisible();
    await expect(code.locator('.cm-found')).toHaveText('Прив');

    // Nothing of the head stands over anything else, in a small window neither.
    const size = page.viewportSize();
    await page.setViewportSize({ width: 900, height: 600 });
    const field = await pane.locator('.body-search').boundingBox();
    const count = await pane.getByText('1 found').boundingBox();
    const head = await pane.locator('.body-head').boundingBox();
    const content = await pane.locator('.body-content').boundingBox();
    if (field === null || count === null || head === null || content === null) throw new Error('the head is not drawn');
    expect(count.x + count.width).toBeLessThanOrEqual(field.x + field.width);
    expect(head.y + head.height).toBeLessThanOrEqual(content.y + 1);
    if (size !== null) await page.setViewportSize(size);

    pane = await open('/app.js');
    await expect(pane.getByTestId('code')).toContainText('return a + 1');

    pane = await open('/long.txt');
    await expect(pane.getByText('The first 512 KiB are shown.')).toBeVisible();
    if (canSave) {
      const download = page.waitForEvent('download');
      await pane.getByRole('button', { name: 'Save body' }).click();
      expect(fs.readFileSync(await (await download).path(), 'utf8') === LONG).toBe(true);
    }
  } finally {
    origin.close();
  }
  return refused;
}
