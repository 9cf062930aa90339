/** A real browser inside intercepted HTTPS: a site over HTTP/2 twice, a WebSocket with compression, a stream of events. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { launchChromium } from '../support/chromium.ts';
import { command } from '../support/control.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { startHttpsSite, type HttpsSite } from '../support/https-site.ts';
import { goTo, trafficRows } from '../support/window.ts';

let folder: string;
let core: HeadlessApp;
let site: HttpsSite;
/** A client of the proxy that trusts its CA. */
let browser: Browser;
/** Shows the window; goes through no proxy. */
let viewer: Browser;

test.beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-https-'));
  site = await startHttpsSite(folder);
  core = await startHeadless({ args: ['--intercept', 'all', '--upstream-ca', site.caFile] });
  const { ca } = await command(core, 'ca.make', {});
  [browser, viewer] = await Promise.all([launchChromium(core.proxy, ca?.spkiSha256), launchChromium()]);
});
test.afterAll(async () => {
  await Promise.all([browser?.close(), viewer?.close()]);
  await core?.kill();
  await site?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const rowsOf = async (text: string) => (await command(core, 'exchange.list', { text })).rows;

interface Visit {
  outcomes: Map<string, string>;
  protocols: string[];
  failures: string[];
}

async function visit(page: Page): Promise<Visit> {
  const outcomes = new Map<string, string>();
  const failures: string[] = [];
  page.on('response', (response) => {
    outcomes.set(new URL(response.url()).pathname, response.headers()['x-cache-status'] ?? 'none');
  });
  page.on('requestfailed', (request) => failures.push(`${request.url()}: ${request.failure()?.errorText}`));
  const response = await page.goto(`${site.url}/`, { waitUntil: 'networkidle' });
  // The page itself, not a warning in its place; by the leaf made here.
  expect((await response?.securityDetails())?.issuer).toMatch(/BSDM/);
  await expect(page.locator('#script')).toHaveText('script ran');
  const protocols = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((entry) =>
      'nextHopProtocol' in entry ? String(entry.nextHopProtocol) : '',
    ),
  );
  return { outcomes, protocols, failures };
}

test('a site over HTTP/2 twice: the second time from the cache, without a warning', async () => {
  // Each visit in a context of its own, so that the browser's cache has no part in it.
  for (const outcome of ['MISS', 'HIT']) {
    const context = await browser.newContext();
    const seen = await visit(await context.newPage());
    await context.close();
    expect(Object.fromEntries(seen.outcomes)).toEqual({ '/': outcome, '/site.css': outcome, '/site.js': outcome });
    expect(seen.protocols).toEqual(['h2', 'h2', 'h2']);
    expect(seen.failures).toEqual([]);
  }
  for (const part of ['/', '/site.css', '/site.js']) expect(site.count(part), part).toBe(1);
  expect([...site.versions]).toEqual(['2.0']);
  const [row] = await rowsOf(`${site.url}/site.css`);
  expect(row).toMatchObject({ tls: 'intercepted', protocol: 'HTTP/2', kind: 'http' });
});

test('a browser that does not trust the CA gets an error page, and the row says why', async () => {
  const other = await launchChromium(core.proxy);
  try {
    const page = await other.newPage();
    await expect(page.goto(`https://site.test:${site.port}/`)).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/);
  } finally {
    await other.close();
  }
  await expect
    .poll(async () => (await rowsOf('site.test'))[0])
    .toMatchObject({ kind: 'tunnel', reason: 'client-refused', error: 'client_tls_refused', outcome: 'ERROR' });
});

test('a WebSocket with compression through wss is a conversation, in the core and in the window', async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${site.url}/`);
  const client = await page.evaluate(
    (address) =>
      new Promise<{ extensions: string; protocol: string; echoes: string[]; code: number }>((resolve) => {
        const socket = new WebSocket(address, ['other', 'echo.v1']);
        socket.binaryType = 'arraybuffer';
        const sent: (string | Uint8Array<ArrayBuffer>)[] = [
          'first words',
          JSON.stringify({ hello: 'мир' }),
          'again '.repeat(20_000),
          'again '.repeat(20_000),
          new Uint8Array([0, 1, 2, 255]),
        ];
        const echoes: string[] = [];
        socket.onopen = () => sent.forEach((item) => socket.send(item));
        socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
          echoes.push(typeof data === 'string' ? data : [...new Uint8Array(data)].join());
          if (echoes.length === sent.length) socket.close(4000, 'enough');
        };
        socket.onclose = ({ code }) =>
          resolve({ extensions: socket.extensions, protocol: socket.protocol, echoes, code });
      }),
    `${site.url.replace('https', 'wss')}/ws`,
  );
  await page.context().close();
  expect(client).toMatchObject({ extensions: 'permessage-deflate', protocol: 'echo.v1', code: 4000 });
  expect(site.extensions.join()).toContain('permessage-deflate');
  expect(client.echoes).toEqual([
    'first words',
    '{"hello":"мир"}',
    'again '.repeat(20_000),
    'again '.repeat(20_000),
    '0,1,2,255',
  ]);

  await expect
    .poll(async () => (await rowsOf('/ws'))[0])
    .toMatchObject({ kind: 'websocket', state: 'done', tls: 'intercepted' });
  const [row] = await rowsOf('/ws');
  const messages = await command(core, 'exchange.messages', { id: row?.id ?? 0 });
  expect(messages).toMatchObject({ seen: 12, dropped: 0, problems: {} });
  for (const direction of ['up', 'down'] as const) {
    const way = messages.rows.filter((message) => message.direction === direction);
    expect(way).toMatchObject([
      { type: 'text', preview: 'first words', compressed: true },
      { type: 'text', preview: '{"hello":"мир"}', compressed: true },
      { type: 'text', bytes: 120_000, compressed: true },
      { type: 'text', bytes: 120_000, compressed: true },
      { type: 'binary', bytes: 4, preview: expect.stringContaining('00') as unknown },
      { type: 'close', close: { code: 4000, reason: direction === 'up' ? 'enough' : expect.any(String) } },
    ]);
    expect(way[2]?.wireBytes).toBeLessThan(2000);
  }

  const window = await viewer.newPage({ viewport: { width: 1280, height: 800 } });
  await window.goto(core.ui);
  await goTo(window, 'Traffic');
  await trafficRows(window, row?.url ?? '').click();
  const pane = window.getByTestId('detail-pane');
  await pane.getByRole('tab', { name: 'Messages' }).click();
  const list = pane.getByRole('listbox', { name: 'Messages' });
  await expect(list.getByRole('option')).toHaveCount(12);
  await list.getByRole('option').filter({ hasText: '{"hello":"мир"}' }).first().click();
  await expect(pane).toContainText('compressed');
  await pane.getByLabel('Search in texts').fill('first');
  await expect(list.getByRole('option')).toHaveCount(2);
  await window.close();
});

test('a page with an EventSource: events come while the stream is open, are listed, and are not stored', async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${site.url}/`);
  const ticks = await page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const seen: string[] = [];
        const source = new EventSource('/events');
        source.addEventListener('tick', ({ data, lastEventId }: MessageEvent<string>) => {
          if (seen.push(`${lastEventId} ${data}`) === 3) resolve(seen);
        });
      }),
  );
  expect(ticks).toEqual(['1 {"tick":1}', '2 {"tick":2}', '3 {"tick":3}']);
  const [row] = await rowsOf('/events');
  expect(row).toMatchObject({ state: 'open', outcome: 'MISS', reason: 'event-stream', tls: 'intercepted' });

  const window = await viewer.newPage({ viewport: { width: 1280, height: 800 } });
  await window.goto(core.ui);
  await trafficRows(window, `${site.url}/events`).click();
  const pane = window.getByTestId('detail-pane');
  await pane.getByRole('tab', { name: 'Response' }).click();
  await expect(pane.getByRole('option').filter({ hasText: '{"tick":3}' })).toHaveCount(1);
  await window.close();
  // The browser lets go of the connection, and with it of the stream.
  await page.context().close();
  await expect.poll(async () => (await rowsOf('/events'))[0]?.state).not.toBe('open');
  expect((await command(core, 'entry.list', { text: '/events' })).total).toBe(0);
});
