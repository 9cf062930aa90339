/** Bodies that an origin makes to stop whoever looks: each is opened in the window, which goes on answering, within bounds. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import zlib from 'node:zlib';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { launchChromium } from '../support/chromium.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { getThrough } from '../support/proxy-client.ts';
import { proxyAddress, trafficRows } from '../support/window.ts';

const MIB = 1024 * 1024;
/** The longest the page's thread is to be away, ms; longer is told. */
const ANSWER_MS = 100;
/** Away for so long it hangs, on whatever machine, ms. */
const HANG_MS = 1500;
const HEAP_MAX = 400 * MIB;

interface Shape {
  name: string;
  type: string;
  body: Buffer;
  encoding?: string;
}

const shape = (name: string, type: string, body: string | Buffer, encoding?: string): Shape => ({
  name,
  type,
  body: typeof body === 'string' ? Buffer.from(body) : body,
  ...(encoding !== undefined && { encoding }),
});
const zeros = (mib: number): Buffer => Buffer.alloc(mib * MIB);
const levels = Array.from({ length: 30 }, (_, n) => `<g id="l${n + 1}"><use href="#l${n}"/><use href="#l${n}"/></g>`);

const SHAPES: Shape[] = [
  shape('20 kB of <', 'text/html', '<'.repeat(20_000)),
  shape('250 kB of <', 'text/html', '<'.repeat(250_000)),
  shape('elements in elements', 'text/html', '<a>'.repeat(150_000)),
  shape('elements closed', 'text/html', '<a>'.repeat(60_000) + '</a>'.repeat(60_000)),
  shape('comments unclosed', 'text/html', '<!--'.repeat(120_000)),
  shape('scripts unclosed', 'text/html', '<script>'.repeat(60_000)),
  shape('attributes without end', 'text/html', `<a ${'b="'.repeat(160_000)}`),
  shape('tag of spaces', 'text/html', `<a${' '.repeat(500_000)}`),
  shape('CDATA unclosed', 'application/xml', '<![CDATA['.repeat(50_000)),
  shape('entities', 'application/xml', `<!DOCTYPE a [${'<!ENTITY b "&b;&b;">'.repeat(20_000)}]><a>&b;</a>`),
  shape('{ of 30 kB', 'text/css', '{'.repeat(30_000)),
  shape('{ of 500 kB', 'text/css', '{'.repeat(500_000)),
  shape('( of 500 kB', 'text/css', '('.repeat(500_000)),
  shape('css comments unclosed', 'text/css', '/*'.repeat(250_000)),
  shape('selectors without end', 'text/css', 'a,'.repeat(250_000)),
  shape('quotes', 'text/css', '"'.repeat(500_001)),
  shape('[ of 500 kB', 'application/json', '['.repeat(500_000)),
  shape('[ closed', 'application/json', '['.repeat(90_000) + ']'.repeat(90_000)),
  shape('objects nested', 'application/json', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`),
  shape('wide array', 'application/json', `[${'1,'.repeat(99_000)}1]`),
  shape('wider array', 'application/json', `[${'1,'.repeat(260_000)}1]`),
  shape('wide object', 'application/json', `{${'"k":0,'.repeat(70_000)}"k":0}`),
  shape('one name many times', 'application/json', `{${'"__proto__":{},'.repeat(30_000)}"a":1}`),
  shape('string of 500 kB', 'application/json', `["${'x'.repeat(500_000)}"]`),
  shape('string of escapes', 'application/json', `["${'\\u0041'.repeat(80_000)}"]`),
  shape('string of backslashes', 'application/json', `"${'\\'.repeat(500_000)}"`),
  shape('number of 500 kB', 'application/json', '1'.repeat(500_000)),
  shape('truncated JSON', 'application/json', '{"list":[{"id":1,"name":"on'),
  shape('names of 100 kB', 'application/json', `{"${'n'.repeat(100_000)}":{"${'m'.repeat(100_000)}":1}}`),
  shape('one line of 500 kB', 'text/plain', 'x'.repeat(500_000)),
  shape('one line of emoji', 'text/plain', '😀'.repeat(120_000)),
  shape('lines of nothing', 'text/plain', '\n'.repeat(500_000)),
  shape('carriage returns', 'text/plain', '\r'.repeat(500_000)),
  shape('marks upon marks', 'text/plain', `a${'\u0300'.repeat(250_000)}`),
  shape('right to left', 'text/plain', '\u202e\u2067'.repeat(80_000)),
  shape('letters that grow', 'text/plain', 'İ'.repeat(250_000)),
  shape('NULs as text', 'text/plain', '\0'.repeat(500_000)),
  shape('binary as text', 'text/plain', Buffer.from(Array.from({ length: 500_000 }, (_, n) => (n * 7919) % 256))),
  shape('binary as JSON', 'application/json', Buffer.from(Array.from({ length: 500_000 }, (_, n) => (n * n) % 251))),
  shape('text as an image', 'image/png', 'no picture at all'.repeat(1000)),
  shape('wrong charset', 'text/html; charset=utf-16', '<p>plain</p>'.repeat(10_000)),
  shape('no such charset', 'text/html; charset=x-none', '<p>plain</p>'.repeat(10_000)),
  shape(
    'svg that unfolds',
    'image/svg+xml',
    `<svg xmlns="http://www.w3.org/2000/svg"><path id="l0"/>${levels.join('')}</svg>`,
  ),
  shape('svg bomb in UTF-16', 'image/svg+xml', Buffer.from(`\ufeff<svg>${levels.join('')}</svg>`, 'utf16le')),
  shape('fields of a form', 'application/x-www-form-urlencoded', 'a&'.repeat(250_000)),
  shape('percent signs', 'application/x-www-form-urlencoded', '%'.repeat(500_000)),
  shape('events without end', 'text/event-stream', 'data: x\n\n'.repeat(50_000)),
  shape('one event of 500 kB', 'text/event-stream', `data: ${'x'.repeat(500_000)}\n\n`),
  shape('event of many lines', 'text/event-stream', `${'data:\n'.repeat(80_000)}\n`),
  shape('gzip bomb', 'text/html', zlib.gzipSync(zeros(200)), 'gzip'),
  shape(
    'brotli bomb',
    'text/html',
    zlib.brotliCompressSync(zeros(200), { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
    'br',
  ),
  shape('zstd bomb', 'application/json', zlib.zstdCompressSync(zeros(200)), 'zstd'),
  shape('gzip in gzip bomb', 'text/css', zlib.gzipSync(zlib.gzipSync(zeros(200))), 'gzip, gzip'),
  shape('wrong encoding', 'text/html', '<p>not gzip</p>'.repeat(1000), 'gzip'),
  shape('unknown encoding', 'text/html', '<p>what</p>'.repeat(1000), 'x-mine'),
  shape('gzip cut off', 'text/html', zlib.gzipSync('<p>abc</p>'.repeat(50_000)).subarray(0, 900), 'gzip'),
  shape('200 MB of text', 'text/plain', Buffer.alloc(200 * MIB, 'words and words\n')),
];

let core: HeadlessApp;
let origin: http.Server;
let browser: Browser;
let page: Page;
const violations: string[] = [];

test.beforeAll(async () => {
  origin = http.createServer((request, response) => {
    const found = SHAPES[Number(request.url?.slice(1))];
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Content-Type', found?.type ?? 'text/plain');
    if (found?.encoding !== undefined) response.setHeader('Content-Encoding', found.encoding);
    response.end(found?.body);
  });
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  [core, browser] = await Promise.all([startHeadless(), launchChromium()]);
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text());
  });
  await page.goto(core.ui);
  expect(await proxyAddress(page)).toBe(core.proxy);
});
test.afterAll(async () => {
  await browser?.close();
  await core?.kill();
  origin?.close();
});

/** Counts, from inside, how long the page's thread was away between two of its turns. */
async function watchTurns(): Promise<void> {
  await page.evaluate(() => {
    const state = { longest: 0, last: performance.now() };
    Object.assign(globalThis, { turns: state });
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      const now = performance.now();
      state.longest = Math.max(state.longest, now - state.last);
      state.last = now;
      setTimeout(() => channel.port2.postMessage(0), 4);
    };
    channel.port2.postMessage(0);
  });
}

async function longestTurn(): Promise<number> {
  return page.evaluate(() => {
    const { turns } = globalThis as unknown as { turns: { longest: number; last: number } };
    const { longest } = turns;
    turns.longest = 0;
    turns.last = performance.now();
    return longest;
  });
}

test('there are 50 shapes, and the window answers while each is looked at in every way', async () => {
  test.setTimeout(600_000);
  expect(new Set(SHAPES.map(({ name }) => name)).size).toBeGreaterThanOrEqual(50);
  const { port } = origin.address() as AddressInfo;
  const session = await page.context().newCDPSession(page);
  const hung: string[] = [];
  await watchTurns();
  for (const [index, { name }] of SHAPES.entries()) {
    const url = `http://127.0.0.1:${port}/${index}`;
    await getThrough(core.proxy, url);
    await trafficRows(page, url).first().click();
    const pane = page.getByTestId('detail-pane');
    await expect(pane).toContainText(`/${index}`);
    if (index === 0) await pane.getByRole('tab', { name: 'Response' }).click();
    const group = pane.getByRole('group', { name: 'Body view' });
    const content = pane.locator('.body-content');
    const settled = async (): Promise<void> => expect(content.getByText('Loading')).toHaveCount(0);
    await settled();
    await expect(content.locator('> *').first()).toBeVisible();
    /** The shortest of three: on a busy machine the thread may be away for others' sake. */
    const measure = async (what: string, act: () => Promise<void>, undo: () => Promise<void>): Promise<void> => {
      let shortest = Infinity;
      for (let turn = 0; turn < 3 && shortest > ANSWER_MS; turn++) {
        if (turn > 0) await undo();
        await longestTurn();
        await act();
        await settled();
        shortest = Math.min(shortest, await longestTurn());
      }
      if (shortest > ANSWER_MS) console.log(`${name}, ${what}: ${Math.round(shortest)} ms`);
      if (shortest > HANG_MS) hung.push(`${name}, ${what}: ${Math.round(shortest)} ms`);
    };
    const modes = (await group.count()) === 0 ? [] : await group.getByRole('button').all();
    for (const [place, mode] of modes.entries()) {
      const other = modes[place === 0 ? 1 : place - 1];
      await measure(
        await mode.innerText(),
        () => mode.click(),
        async () => other?.click(),
      );
      await expect(content.getByRole('alert')).toHaveCount(0);
    }
    const search = pane.getByRole('textbox', { name: 'Search in body' });
    if ((await search.count()) > 0) {
      const find = async (): Promise<void> => {
        await search.fill('x');
        await expect(pane.getByText(/found$/)).toBeVisible();
      };
      await measure('search', find, () => search.fill(''));
      await search.fill('');
    }
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    expect(usedSize, name).toBeLessThan(HEAP_MAX);
  }
  expect(hung).toEqual([]);
  expect(violations).toEqual([]);
});
