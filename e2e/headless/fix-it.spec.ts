/** Fix it, from the miss to the hit, by keyboard: the lines that are copied are run as they are, before the same application. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runInNewContext } from 'node:vm';
import { expect, test, type Browser } from '@playwright/test';
import { launchChromium } from '../support/chromium.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { getThrough } from '../support/proxy-client.ts';
import { tabTo, trafficRows } from '../support/window.ts';

type Middleware = (request: IncomingMessage & { path: string }, response: ServerResponse, next: () => void) => void;

let core: HeadlessApp;
let browser: Browser;
let server: http.Server;
let url: string;
/** What Express would have: the lines know nothing else of it. */
const middleware: Middleware[] = [];
const app = { use: (one: Middleware): void => void middleware.push(one) };

test.beforeAll(async () => {
  [core, browser] = await Promise.all([startHeadless(), launchChromium()]);
  server = http.createServer((request, response) => {
    const chain = [...middleware];
    const next = (): void => {
      const one = chain.shift();
      if (one !== undefined) return one(Object.assign(request, { path: request.url ?? '' }), response, next);
      response.setHeader('Cache-Control', 'no-store');
      response.setHeader('Set-Cookie', 'sid=1; Path=/');
      response.end('hello');
    };
    next();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/it's%20%7Bhere%7D`;
});
test.afterAll(async () => {
  await browser?.close();
  await core?.kill();
  server?.closeAllConnections();
  server?.close();
});

test('a miss, the lines, a hit', async () => {
  expect((await getThrough(core.proxy, url)).cache).toBe('MISS');
  expect((await getThrough(core.proxy, url)).cache).toBe('MISS');
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  await page.goto(core.ui);
  await trafficRows(page, url).last().click();
  const fix = page.getByTestId('fix-it');
  await expect(fix).toContainText('Send Cache-Control: max-age=60 instead of no-store.');
  await expect(fix).toContainText('This answer sets a cookie (sid)');

  await tabTo(page, fix.getByRole('button', { name: 'Without the cookie' }));
  await page.keyboard.press('Enter');
  await expect(fix).toContainText('and leave out Set-Cookie.');
  // The choice of a server is kept for this person.
  await tabTo(page, fix.getByRole('combobox', { name: 'Server' }));
  await page.keyboard.press('ArrowDown');
  await expect(fix.getByRole('region', { name: 'Lines for nginx' })).toContainText('add_header Cache-Control');
  await page.reload();
  await trafficRows(page, url).last().click();
  await expect(fix.getByRole('region', { name: 'Lines for nginx' })).toBeVisible();
  await tabTo(page, fix.getByRole('button', { name: 'Without the cookie' }));
  await page.keyboard.press('Enter');
  await tabTo(page, fix.getByRole('combobox', { name: 'Server' }));
  await page.keyboard.press('ArrowUp');
  await tabTo(page, fix.getByRole('button', { name: 'Copy' }));
  await page.keyboard.press('Enter');
  const lines = await page.evaluate(() => navigator.clipboard.readText());
  await tabTo(page, fix.getByRole('region', { name: 'Lines for Express' }));
  await expect(fix.getByRole('region', { name: 'Lines for Express' })).toHaveText(lines, { useInnerText: true });

  runInNewContext(lines, { app });
  expect((await getThrough(core.proxy, url)).cache).toBe('MISS');
  const hit = await getThrough(core.proxy, url);
  expect(hit.cache).toBe('HIT');
  await context.close();
});
