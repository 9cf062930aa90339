/**
 * npm run screenshots
 * Takes docs/screenshots/{traffic,chain,cache,memory,connect,settings}-{light,dark}.png anew: a real headless core, a made-up shop on
 * loopback, visitors who walk through it, and the browser UI in Chromium.
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
import { ensureBuilt } from './lib/targets.mjs';

/** @import { Browser, Page } from '@playwright/test' */

const FOLDER = join(ROOT, 'docs', 'screenshots');
const THEMES = /** @type {const} */ (['light', 'dark']);
const SIZE = { width: 1280, height: 800 };
/** Long enough for the graphs to have a shape. */
const TRAFFIC_MS = 60_000;

/**
 * What is opened in each view before the picture is taken.
 * @type {Record<'traffic' | 'chain' | 'cache' | 'statistics' | 'connect' | 'settings', (page: Page) => Promise<void>>}
 */
const VIEWS = {
  traffic: async (page) => {
    await page.getByRole('row').filter({ hasText: '/products' }).filter({ hasText: 'MISS' }).last().click();
  },
  chain: async (page) => {
    await page.getByRole('row').filter({ hasText: '/catalogue' }).filter({ hasText: 'MISS' }).last().click();
    await page.getByRole('tab', { name: 'Chain' }).click();
  },
  cache: async (page) => {
    await page.getByRole('row').filter({ hasText: '/products' }).first().click();
  },
  statistics: async () => {},
  connect: async (page) => {
    // Browsers and trust stores have been looked for.
    await page.waitForTimeout(1500);
  },
  settings: async () => {},
};

await main(async (args) => {
  await ensureInstalled();
  const code = await onNode(projectNode(), fileURLToPath(import.meta.url), args);
  if (code !== undefined) return code;
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
    for (const colorScheme of THEMES) await takePicture(browser, core.ready.ui, 'statistics', colorScheme);
    open = false;
    await walks;
    // The very last one reads a language nobody asked for before: a miss with a near neighbour.
    await visitShop(shop, proxy, { language: 'fr' });
    for (const view of /** @type {const} */ (['traffic', 'chain', 'cache', 'connect', 'settings'])) {
      for (const colorScheme of THEMES) await takePicture(browser, core.ready.ui, view, colorScheme);
    }
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
 * @param {keyof typeof VIEWS} view
 * @param {typeof THEMES[number]} colorScheme
 */
async function takePicture(browser, address, view, colorScheme) {
  const context = await browser.newContext({ viewport: SIZE, colorScheme, locale: 'en-GB', reducedMotion: 'reduce' });
  await context.addInitScript((prefs) => localStorage.setItem('bsdm-prefs', JSON.stringify(prefs)), {
    view: view === 'chain' ? 'traffic' : view,
    paneBottom: view === 'chain' ? 530 : 264,
    language: 'en',
    graphMinutes: 1,
  });
  const page = await context.newPage();
  /** @type {string[]} */
  const problems = [];
  page.on('pageerror', (problem) => problems.push(problem.message));
  page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
  await page.goto(address);
  await page.getByText('Core running').first().waitFor({ state: 'attached' });
  // The first batches are in, and the table has scrolled to the newest row.
  await page.waitForTimeout(1500);
  await VIEWS[view](page);
  // Two samples of the core's statistics: figures and graphs are there.
  await page.waitForTimeout(2500);
  // The visitors are no browsers: what the window takes them for is put away, one hint after the other.
  const dismiss = page.getByTestId('hint').getByRole('button', { name: 'Do not say this again' });
  for (let hints = 0; hints < 8 && (await dismiss.isVisible()); hints++) {
    await dismiss.click();
    await page.waitForTimeout(300);
  }
  const file = join(FOLDER, `${view}-${colorScheme}.png`);
  await page.screenshot({ path: file });
  await context.close();
  if (problems.length > 0)
    throw new Stop(`The page reported a problem in ${view}, ${colorScheme}: ${problems.join('; ')}`);
  say(`docs/screenshots/${view}-${colorScheme}.png`);
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
