/** Bodies in the browser UI. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, type Browser } from '@playwright/test';
import { tellBodies } from '../support/bodies.ts';
import { launchChromium } from '../support/chromium.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { streamThrough } from '../support/proxy-client.ts';
import { proxyAddress, trafficRows } from '../support/window.ts';

let core: HeadlessApp;
let browser: Browser;

test.beforeAll(async () => {
  [core, browser] = await Promise.all([startHeadless(), launchChromium()]);
});
test.afterAll(async () => {
  await browser?.close();
  await core?.kill();
});

test('bodies are shown as they were sent, and saved whole, under a policy without exceptions', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(core.ui);
  expect(await proxyAddress(page)).toBe(core.proxy);
  expect(await tellBodies(page, core.proxy, true)).toEqual([]);
});

test('a stream that runs grows in the table and in its body', async () => {
  const clients: http.ServerResponse[] = [];
  const origin = http.createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: first\n\n');
    clients.push(response);
  });
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  const { port } = origin.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/stream`;
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(core.ui);
  const stream = await streamThrough(core.proxy, url);
  const row = trafficRows(page, url);
  await expect(row).toContainText('13 B');
  await row.click();
  const pane = page.getByTestId('detail-pane');
  await pane.getByRole('tab', { name: 'Response' }).click();
  await expect(pane.locator('.event-row')).toHaveCount(1);
  for (const client of clients) client.write('data: second\n\n');
  await expect(row).toContainText('27 B');
  await expect(pane.locator('.event-row')).toHaveCount(2);
  for (const client of clients) client.end();
  await stream.rest();
  origin.close();
  await page.close();
});
