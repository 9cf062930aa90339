/**
 * An everyday site in an everyday Chromium with a profile on disk: loaded, loaded again, reloaded, with its cache disabled in
 * DevTools, with the switch of the window on, and in a private window. For each: what came to the proxy, what went on to the
 * origin, what became of it, and what the window says. docs/why-no-hits.md shows the table; `BSDM_UPDATE=1` writes it anew, with
 * its pictures.
 */
import {
  chromium,
  expect,
  test,
  type Browser,
  type BrowserContext,
  type CDPSession,
  type Page,
} from '@playwright/test';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ExchangeRow, Outcome } from '../../proxy-core/contract/exchange.ts';
import { browserOptions, launchChromium } from '../support/chromium.ts';
import { command } from '../support/control.ts';
import { startEverydaySite, type EverydaySite } from '../support/everyday-site.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { trafficRows } from '../support/window.ts';

const DOCS = path.resolve(import.meta.dirname, '../../docs');
const TABLE = /(<!-- measured by e2e\/headless\/real-browser\.spec\.ts -->\n)[^]*?(<!-- end of it -->)/;
const update = process.env['BSDM_UPDATE'] !== undefined;

/** Fresh for a year, so that its outcome says who asked for what. */
const SCRIPT = '/assets/vendor.91c20e.js';

let core: HeadlessApp;
let site: EverydaySite;
let profile: string;
let everyday: BrowserContext;
let page: Page;
let devTools: CDPSession | undefined;
let windowBrowser: Browser;
let view: Page;

test.beforeAll(async () => {
  [core, site, windowBrowser] = await Promise.all([startHeadless(), startEverydaySite(), launchChromium()]);
  profile = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-everyday-'));
  everyday = await chromium.launchPersistentContext(profile, browserOptions(core.proxy));
  page = await everyday.newPage();
  view = await windowBrowser.newPage({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  await view.goto(core.ui);
});
test.afterAll(async () => {
  await everyday?.close();
  await windowBrowser?.close();
  await core?.kill();
  await site?.close();
  fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});

/** What the proxy recorded of the site, oldest first. */
async function siteRows(): Promise<ExchangeRow[]> {
  const { rows } = await command(core, 'exchange.list', { limit: 1000 });
  return rows.filter(({ host }) => host === site.host).sort((a, b) => a.id - b.id);
}

/** The page has run to its end, its font and the calls of its script included. */
async function isLoaded(loaded: Page): Promise<void> {
  await expect(loaded).toHaveTitle('ready');
  await loaded.evaluate(() => document.fonts.ready.then(() => undefined));
}

interface Figures {
  /** Requests that came to the proxy, and that went on to the origin. */
  proxy: number;
  origin: number;
  hit: number;
  revalidated: number;
  miss: number;
  /** The kind of the hint over the table; null for none. */
  hint: string | null;
}
interface Step extends Figures {
  what: string;
  /** Under this name the window is shown in docs/screenshots. */
  picture?: string;
  run: () => Promise<void>;
}

const fromElsewhere = async (): Promise<void> => {
  await page.goto('about:blank');
  await page.goto(site.url);
  await isLoaded(page);
};
const reload = async (): Promise<void> => {
  await page.reload();
  await isLoaded(page);
};
const disableCache = async (cacheDisabled: boolean): Promise<void> => {
  // One session: the cache is on again when the one that disabled it says so.
  devTools ??= await everyday.newCDPSession(page);
  await devTools.send('Network.enable');
  await devTools.send('Network.setCacheDisabled', { cacheDisabled });
};

const STEPS: readonly Step[] = [
  { what: 'loaded', run: fromElsewhere, proxy: 13, origin: 13, hit: 0, revalidated: 0, miss: 13, hint: 'first-time' },
  { what: 'loaded again', run: fromElsewhere, proxy: 4, origin: 4, hit: 0, revalidated: 2, miss: 2, hint: 'own-cache' },
  { what: 'reload button', run: reload, proxy: 4, origin: 4, hit: 0, revalidated: 2, miss: 2, hint: 'own-cache' },
  {
    what: 'DevTools: *Disable cache*, reload',
    picture: 'hint',
    run: async () => {
      await disableCache(true);
      await reload();
    },
    ...{ proxy: 13, origin: 13, hit: 0, revalidated: 7, miss: 6, hint: 'reload' },
  },
  {
    what: 'the same, with *Client’s reload: ignore*',
    picture: 'reload-ignored',
    run: async () => {
      await view.getByTestId('hint').getByRole('button', { name: 'Ignore reloads' }).click();
      await expect(view.getByRole('button', { name: 'Client’s reload: ignore' })).toBeVisible();
      await reload();
    },
    ...{ proxy: 13, origin: 4, hit: 9, revalidated: 2, miss: 2, hint: null },
  },
  {
    what: '*ignore*, but *Disable cache* off, reload',
    run: async () => {
      await disableCache(false);
      await reload();
    },
    ...{ proxy: 4, origin: 4, hit: 0, revalidated: 2, miss: 2, hint: null },
  },
  {
    what: '*obey*, a new private window',
    run: async () => {
      await command(core, 'settings.update', { patch: { ignoreClientCacheControl: false } });
      const other = await launchChromium(core.proxy);
      const private_ = await other.newPage();
      await private_.goto(site.url);
      await isLoaded(private_);
      await other.close();
    },
    ...{ proxy: 13, origin: 4, hit: 9, revalidated: 2, miss: 2, hint: null },
  },
];

/** What the hint says, with the site's port left out. */
async function hintText(): Promise<string> {
  const text = await view.getByTestId('hint').locator('strong').innerText();
  return text.replaceAll(site.host, site.host.replace(/:\d+$/, ''));
}

/** What the window says of the newest exchange for this path: the sentence over its details. */
async function headline(pathname: string): Promise<string> {
  const filter = view.getByRole('combobox', { name: 'Filter' });
  await filter.fill(`path=${pathname}`);
  const row = trafficRows(view, new URL(pathname, site.url).href);
  await expect(row).toHaveCount((await siteRows()).filter(({ path: at }) => at === pathname).length);
  await row.last().click();
  const pane = view.getByTestId('detail-pane');
  const sentence = await pane.locator('.d-sentence').innerText();
  await view.keyboard.press('Escape');
  await filter.fill('');
  return sentence.replace(/(less than )?\d+ s old/, '… old').replace(/fresh for .* more/, 'fresh for … more');
}

/** The newest rows of the site under the hint, in both themes. */
async function takePictures(name: string): Promise<void> {
  await view.getByRole('combobox', { name: 'Filter' }).fill(`host:${site.host.replace(/:.*/, '')}`);
  const newest = view.getByRole('button', { name: 'Newest' });
  if (await newest.isVisible()) await newest.click();
  await view.getByTestId('traffic-table').focus();
  for (const colorScheme of ['light', 'dark'] as const) {
    await view.emulateMedia({ colorScheme });
    await view.screenshot({ path: path.join(DOCS, 'screenshots', `${name}-${colorScheme}.png`) });
  }
  await view.emulateMedia({ colorScheme: 'light' });
}

/**
 * The sentences of rows belong to the tables of their own; here they are shown, not judged. How many rows the hint counts
 * depends on how many had come when it was made.
 */
const withoutSentences = (text: string): string =>
  text
    .replace(/^(\|.*\|)[^|]*\|$/gm, '$1')
    .replace(/Of the last \d+ requests for something stored, \d+ went/g, 'Of the last requests, some went');

test('what a browser asks, what comes of it, and what the window says', async () => {
  test.setTimeout(180_000);
  const lines: string[] = [];
  for (const { what, run, picture, ...expected } of STEPS) {
    const before = { origin: site.requests, proxy: (await siteRows()).length };
    await run();
    await expect.poll(async () => (await siteRows()).length - before.proxy, what).toBe(expected.proxy);
    const rows = (await siteRows()).slice(before.proxy);
    const count = (outcome: Outcome): number => rows.filter((row) => row.outcome === outcome).length;
    const hint = view.getByTestId('hint');
    if (expected.hint === null) await expect(hint).toHaveCount(0);
    else await expect(hint).toHaveAttribute('data-kind', expected.hint);

    const figures: Figures = {
      proxy: rows.length,
      origin: site.requests - before.origin,
      hit: count('HIT'),
      revalidated: count('REVALIDATED'),
      miss: count('MISS'),
      hint: expected.hint,
    };
    expect(figures, what).toEqual(expected);
    if (update && picture !== undefined) await takePictures(picture);
    const hinted = expected.hint === null ? '–' : await hintText();
    const typical = rows.some(({ path: at }) => at === SCRIPT) ? SCRIPT : '/';
    const told = `\`${typical}\` ${await headline(typical)}`;
    const share = (part: number): string => `${Math.round((100 * part) / figures.proxy)} %`;
    const ratios = [share(figures.hit + figures.revalidated), share(figures.hit)];
    const cells = [
      what,
      figures.proxy,
      figures.origin,
      figures.hit,
      figures.revalidated,
      figures.miss,
      ...ratios,
      hinted,
      told,
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  console.log(lines.join('\n'));

  const file = path.join(DOCS, 'why-no-hits.md');
  const text = fs.readFileSync(file, 'utf8');
  const names = ['', 'requests', 'to the origin', 'HIT', 'REVALIDATED', 'MISS', 'hit ratio', 'without the origin'];
  const head = [...names, 'the hint over the table', 'a row'].join(' | ');
  const table = [`|${head} |`, `|${'---|'.repeat(names.length + 2)}`, ...lines].join('\n');
  const measured = text.replace(TABLE, (_, begin: string, end: string) => `${begin}${table}\n${end}`);
  if (update) fs.writeFileSync(file, measured);
  else expect(withoutSentences(measured)).toBe(withoutSentences(text));
});
