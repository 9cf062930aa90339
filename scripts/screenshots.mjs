/**
 * npm run screenshots [-- NAME…]
 * Takes the pictures of docs/screenshots anew: a real headless core, a made-up shop on loopback, visitors who walk through it, and the
 * browser UI in Chromium. Every view light and dark; the main ones wide, in high contrast and in Russian; the dialogs.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBrowser } from './lib/browser.mjs';
import { startCore } from './lib/core.mjs';
import { ensureInstalled, projectNode } from './lib/install.mjs';
import { ROOT } from './lib/paths.mjs';
import { isFree } from './lib/ports.mjs';
import { onNode } from './lib/run.mjs';
import { openShop, visitShop } from './lib/sample-site.mjs';
import { Stop, main, say } from './lib/say.mjs';
import { shrink } from './lib/shrink.mjs';
import { ensureBuilt } from './lib/targets.mjs';

/** @import { Browser, Page } from '@playwright/test' */

const FOLDER = join(ROOT, 'docs', 'screenshots');
const THEMES = /** @type {const} */ (['light', 'dark']);
const SIZE = { width: 1280, height: 800 };
const WIDE = { width: 1920, height: 1080 };
/** Long enough for the graphs to have a shape. */
const TRAFFIC_MS = 60_000;

/**
 * @typedef {object} Picture
 * @property {string} name Of the file, without `.png`.
 * @property {'traffic' | 'cache' | 'statistics' | 'rules' | 'compose' | 'connect' | 'settings'} view
 * @property {'light' | 'dark' | 'contrast'} theme
 * @property {'en' | 'ru'} [language]
 * @property {{ width: number, height: number }} [size]
 * @property {Record<string, unknown>} [prefs] What else this window remembers.
 * @property {(page: Page) => Promise<void>} [open] What is done before it is taken.
 */

/** @param {string} text @param {string} [outcome] */
const rowWith =
  (text, outcome = '') =>
  async (/** @type {Page} */ page) => {
    await page.getByRole('row').filter({ hasText: text }).filter({ hasText: outcome }).last().click();
  };
const openMiss = rowWith('/products', 'MISS');
/** @param {Page} page */
async function openChain(page) {
  await rowWith('/catalogue', 'MISS')(page);
  await page.getByRole('tab', { name: 'Chain' }).click();
}
/** @param {Page} page */
async function openEntry(page) {
  await page.getByRole('row').filter({ hasText: '/products' }).first().click();
}
/** Browsers and trust stores have been looked for. @param {Page} page */
const wait = (page) => page.waitForTimeout(1500);
/** Colours and a note on some rows. @param {Page} page */
async function label(page) {
  const table = page.getByTestId('traffic-table');
  for (const [text, key] of /** @type {const} */ ([
    ['/catalogue', '1'],
    ['/products', '4'],
  ])) {
    await page.getByRole('row').filter({ hasText: text }).last().click();
    await table.focus();
    await page.keyboard.press(key);
  }
  await page.keyboard.press('n');
  await page.getByRole('textbox', { name: 'Note' }).fill('fr was never asked for before');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
}

/** Sends a request of one's own. @param {Page} page */
async function compose(page) {
  await page.getByLabel('URL').fill('http://www.shop.test/catalogue');
  await page.keyboard.press('Control+Enter');
}
/** The last two rows of one path, which differ in language. @param {Page} page */
async function compareTwo(page) {
  const rows = page.getByRole('row').filter({ hasText: '/products' });
  await rows.first().click();
  await rows.last().click({ modifiers: ['Control'] });
  await rows.last().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Compare these two' }).click();
}
/** @param {Page} page */
async function openRule(page) {
  await page.getByRole('button', { name: 'New rule' }).click();
  await page.getByLabel('Name').fill('Keep the catalogue');
  await page.getByLabel('For', { exact: true }).fill('path:/catalogue');
}
/** @param {Page} page */
async function openThrottle(page) {
  await page.getByRole('button', { name: /^Slow line/ }).click();
}
/** @param {Page} page */
async function openSaving(page) {
  await page.getByRole('button', { name: 'Save and open sessions' }).click();
  await page.getByRole('menuitem', { name: 'Save as a HAR file…' }).click();
}

/** @type {Picture[]} */
const MOVING = [
  ...THEMES.map((theme) => ({ name: `statistics-${theme}`, view: /** @type {const} */ ('statistics'), theme })),
  { name: 'statistics-wide', view: 'statistics', theme: 'light', size: WIDE },
  { name: 'statistics-ru', view: 'statistics', theme: 'dark', language: 'ru' },
];

/** @type {Picture[]} */
const STILL = [
  ...THEMES.flatMap((theme) => [
    { name: `traffic-${theme}`, view: /** @type {const} */ ('traffic'), theme, open: openMiss },
    {
      name: `chain-${theme}`,
      view: /** @type {const} */ ('traffic'),
      theme,
      prefs: { paneBottom: 530 },
      open: openChain,
    },
    { name: `cache-${theme}`, view: /** @type {const} */ ('cache'), theme, open: openEntry },
    { name: `connect-${theme}`, view: /** @type {const} */ ('connect'), theme, open: wait },
    { name: `settings-${theme}`, view: /** @type {const} */ ('settings'), theme },
    { name: `rules-${theme}`, view: /** @type {const} */ ('rules'), theme, open: openRule },
    { name: `compare-${theme}`, view: /** @type {const} */ ('traffic'), theme, open: compareTwo },
    { name: `throttle-${theme}`, view: /** @type {const} */ ('traffic'), theme, open: openThrottle },
    { name: `save-${theme}`, view: /** @type {const} */ ('traffic'), theme, open: openSaving },
  ]),
  { name: 'traffic-contrast', view: 'traffic', theme: 'contrast', open: openMiss },
  { name: 'cache-contrast', view: 'cache', theme: 'contrast', open: openEntry },
  { name: 'traffic-ru', view: 'traffic', theme: 'light', language: 'ru', open: openMiss },
  { name: 'settings-ru', view: 'settings', theme: 'dark', language: 'ru' },
  {
    name: 'traffic-wide',
    view: 'traffic',
    theme: 'light',
    size: WIDE,
    prefs: { tree: true, placement: 'side', paneSide: 720 },
    open: openMiss,
  },
  { name: 'cache-wide', view: 'cache', theme: 'dark', size: WIDE, open: openEntry },
  {
    name: 'labels',
    view: 'traffic',
    theme: 'light',
    prefs: { tree: true },
    open: async (page) => {
      await label(page);
      await page
        .getByRole('button', { name: /^Inside / })
        .first()
        .click();
      await page.getByRole('row').filter({ hasText: '/products' }).last().click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Colour' }).press('ArrowRight');
    },
  },
  {
    name: 'palette',
    view: 'traffic',
    theme: 'dark',
    open: async (page) => {
      await openMiss(page);
      await page.keyboard.press('Control+k');
    },
  },
  {
    name: 'dialog-evict',
    view: 'cache',
    theme: 'light',
    open: async (page) => {
      await page.getByRole('button', { name: 'Evict…' }).click();
      await page.getByRole('menuitem', { name: 'Evict all…' }).click();
    },
  },
  {
    name: 'dialog-keys',
    view: 'traffic',
    theme: 'dark',
    open: async (page) => {
      await page.getByTestId('traffic-table').focus();
      await page.keyboard.press('?');
    },
  },
  // Last, for they are exchanges of their own.
  ...THEMES.map((theme) => ({
    name: `compose-${theme}`,
    view: /** @type {const} */ ('compose'),
    theme,
    open: compose,
  })),
];

await main(async (args) => {
  await ensureInstalled();
  const code = await onNode(projectNode(), fileURLToPath(import.meta.url), args);
  if (code !== undefined) return code;
  /** All of them, or those that are named. @param {Picture} picture */
  const wanted = ({ name }) => args.length === 0 || args.includes(name);
  await ensureBuilt(['core', 'renderer']);
  const executablePath = await ensureBrowser();

  const { chromium } = await import('@playwright/test');
  const shop = await openShop();
  const core = await startSmallCore();
  const browser = await chromium.launch({ executablePath });
  try {
    say(`Visitors walk through the shop for ${TRAFFIC_MS / 1000} s …`);
    const proxy = `http://${core.ready.proxy}`;
    mkdirSync(FOLDER, { recursive: true });
    let open = true;
    const walks = (async () => {
      for (let round = 0; open; round++) {
        await Promise.all(
          Array.from({ length: 1 + (round % 3) }, (_, index) =>
            visitShop(shop, proxy, { withFilm: round % 4 === 0, seed: round * 3 + index }),
          ),
        );
      }
    })();
    await Promise.race([walks, new Promise((resolve) => setTimeout(resolve, TRAFFIC_MS))]);
    // The graphs are taken while they move, everything else when the last visitor has gone.
    for (const picture of MOVING.filter(wanted)) await take(browser, core.ready.ui, picture);
    open = false;
    await walks;
    // The very last one reads a language nobody asked for before: a miss with a near neighbour.
    await visitShop(shop, proxy, { language: 'fr' });
    for (const picture of STILL.filter(wanted)) await take(browser, core.ready.ui, picture);
  } finally {
    await browser.close();
    await core.stop();
    shop.close();
  }
  return 0;
});

/**
 * @param {Browser} browser
 * @param {string} address
 * @param {Picture} picture
 */
async function take(
  browser,
  address,
  { name, view, theme, language = 'en', size = SIZE, prefs = {}, open = async () => {} },
) {
  const context = await browser.newContext({ viewport: size, locale: 'en-GB', reducedMotion: 'reduce' });
  await context.addInitScript((kept) => localStorage.setItem('bsdm-prefs', JSON.stringify(kept)), {
    view,
    theme,
    language,
    graphMinutes: 1,
    ...prefs,
  });
  const page = await context.newPage();
  /** @type {string[]} */
  const problems = [];
  page.on('pageerror', (problem) => problems.push(problem.message));
  page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
  await page.goto(address);
  await page
    .getByText(language === 'ru' ? 'Ядро работает' : 'Core running')
    .first()
    .waitFor({ state: 'attached' });
  // The first batches are in, the table has scrolled to the newest row, and whatever is to be hinted at is.
  await page.waitForTimeout(3000);
  // The visitors are no browsers: what the window takes them for is put away, one hint after the other.
  const dismiss = page.getByTestId('hint').getByRole('button', {
    name: language === 'ru' ? 'Больше не говорить об этом до конца сеанса' : 'Do not say this again',
  });
  for (let hints = 0; hints < 8 && (await dismiss.isVisible()); hints++) {
    await dismiss.click();
    await page.waitForTimeout(300);
  }
  await open(page);
  // Two samples of the core's statistics: figures and graphs are there.
  await page.waitForTimeout(2500);
  const file = join(FOLDER, `${name}.png`);
  await page.screenshot({ path: file });
  await shrink(file);
  await context.close();
  if (problems.length > 0) throw new Stop(`The page reported a problem in ${name}: ${problems.join('; ')}`);
  say(`docs/screenshots/${name}.png`);
}

/** A core with a data folder of its own that dials nothing but loopback and has little room; on its usual port when that is free. */
async function startSmallCore() {
  const dataDir = mkdtempSync(join(tmpdir(), 'bsdm-screenshots-'));
  const port = (await isFree(1488)) ? [] : ['--port', '0'];
  const core = await startCore([
    ...port,
    '--control-port',
    '0',
    '--data-dir',
    dataDir,
    '--dial-allow',
    'loopback',
    '--cache-max-bytes',
    '4194304',
  ]);
  const stop = async () => {
    await core.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { ready: core.ready, stop };
}
