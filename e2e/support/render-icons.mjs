/**
 * Draws assets/icon.svg into the sizes that systems ask for. Run it after the drawing changed and commit what it writes:
 *   node e2e/support/render-icons.mjs
 */
import { chromium } from '@playwright/test';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const assets = path.join(import.meta.dirname, '..', '..', 'assets');
const svg = await readFile(path.join(assets, 'icon.svg'), 'utf8');
/** @type {[file: string, size: number][]} */
const targets = [16, 24, 32, 48, 64, 128, 256, 512].map((size) => [`icons/${size}x${size}.png`, size]);
targets.push(['icon.png', 1024], ['tray/tray.png', 22], ['tray/tray@2x.png', 44]);

/** At list and tray sizes the fine lines would only blur: fewer and thicker ones keep the shape. */
const SMALL = '.fine{display:none} path{stroke-width:6.5px} circle{r:5.5px}';

const executablePath = [process.env.BSDM_CHROMIUM, '/usr/bin/chromium'].find((file) => file && existsSync(file));
const browser = await chromium.launch(executablePath ? { executablePath } : {});
const page = await browser.newPage();
for (const [file, size] of targets) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>html,body{margin:0;background:transparent}svg{display:block;width:${size}px;height:${size}px}${size < 32 ? SMALL : ''}</style>${svg}`,
  );
  await mkdir(path.dirname(path.join(assets, file)), { recursive: true });
  await writeFile(path.join(assets, file), await page.screenshot({ omitBackground: true }));
}
await browser.close();
console.log(`${targets.length} pictures drawn`);
