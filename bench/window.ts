/**
 * The page under load: a real Chromium on a headless core that keeps 100,000 exchanges, 2,000 new ones a second. First the
 * list follows the newest, then it is scrolled with the wheel; frames, tasks, heap, delay and renders are counted outside
 * the page's own code.
 */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium, type CDPSession, type Page } from '@playwright/test';
import { browserOptions } from '../e2e/support/chromium.ts';
import { remember } from './compare.ts';
import { startCoreProcess, untilTrue } from './core-process.ts';
import { quantile, short } from './stats.ts';
import { startLoad, startSites } from './window-load.ts';
import { installMeters, type Meters } from './window-page.ts';
import { headline } from './world.ts';

const ROWS = 100_000;
const PER_SECOND = 2000;
const FILL_PER_SECOND = 8000;
const SITES = 12;
const MiB = 1024 * 1024;

/** What the window is to keep to. */
const FRAMES_A_SECOND = 55;
const TASK_MS = 50;
const HEAP_MIB = 150;

interface Line {
  what: string;
  value: string;
  /** Undefined where nothing is aimed at. */
  aim?: { text: string; met: boolean };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const most = (values: readonly number[]): number => values.reduce((top, value) => Math.max(top, value), 0);

/** What one phase says of frames, tasks and renders. */
export function linesOf(phase: string, meters: Meters): Line[] {
  const rate = (meters.frames.length * 1000) / sum(meters.frames);
  const longest = most(meters.longTasks.map(({ ms }) => ms));
  const frame = most(meters.longFrames.map(({ ms }) => ms));
  const worst = meters.longTasks.concat(meters.longFrames).sort((a, b) => b.ms - a.ms)[0];
  const told = worst === undefined || worst.who === '' ? '' : ` (${worst.who})`;
  return [
    {
      what: `${phase}: frames a second`,
      value: `${short(rate)}; between frames p50 ${short(quantile(meters.frames, 0.5))}, p99 ${short(quantile(meters.frames, 0.99))}, longest ${short(most(meters.frames))} ms`,
      aim: { text: `≥ ${FRAMES_A_SECOND}`, met: rate >= FRAMES_A_SECOND },
    },
    {
      what: `${phase}: longest task, ms`,
      value:
        meters.longTasks.length === 0
          ? 'none above 50'
          : `${short(longest)}, ${meters.longTasks.length} above 50${told}`,
      aim: { text: `≤ ${TASK_MS}`, met: meters.longTasks.length === 0 },
    },
    {
      what: `${phase}: longest frame to make, ms`,
      value: meters.longFrames.length === 0 ? 'none above 50' : `${short(frame)}, ${meters.longFrames.length} above 50`,
    },
    {
      what: `${phase}: React's renders a batch`,
      value: `${short(meters.commits / meters.batches)} (${meters.commits} for ${meters.batches} batches of ${short(meters.rows / meters.batches)} rows); a frame ${short(meters.commits / meters.frames.length)}`,
      aim: { text: '≤ 1 a frame', met: meters.commits <= meters.frames.length },
    },
  ];
}

/** Ms from sending each request until a frame with its row had been drawn; `firstRow` is the number of the first one sent. */
export function delays(sentMs: readonly number[], firstRow: number, drawn: Meters['drawn']): number[] {
  const found: number[] = [];
  let next = drawn[0]?.[1] ?? 0;
  for (const [atMs, newest] of drawn.slice(1)) {
    // All that came with this frame, not only the newest: they waited longer.
    for (let row = next + 1; row <= newest; row++) {
      const sent = sentMs[row - firstRow];
      if (sent !== undefined) found.push(atMs - sent);
    }
    next = Math.max(next, newest);
  }
  return found;
}

const table = (lines: readonly Line[]): string =>
  [
    '| what | measured | target |',
    '|---|---|---|',
    ...lines.map(
      ({ what, value, aim }) =>
        `| ${what} | ${value} | ${aim === undefined ? '' : `${aim.text}: ${aim.met ? 'met' : 'missed'}`} |`,
    ),
  ].join('\n');

async function heapMiB(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  return (await cdp.send('Runtime.getHeapUsage')).usedSize / MiB;
}

/** Turns the wheel over the list, up and down, about once a frame. */
async function turnWheel(page: Page, seconds: number): Promise<void> {
  await page.getByTestId('traffic-table').hover();
  const end = performance.now() + seconds * 1000;
  for (let turn = 0; performance.now() < end; turn++) {
    const began = performance.now();
    await page.mouse.wheel(0, turn % 240 < 120 ? -240 : 200);
    await pause(Math.max(0, 16 - (performance.now() - began)));
  }
}

export async function windowStory(seconds: number): Promise<void> {
  const { executablePath } = browserOptions();
  if (executablePath !== undefined && !existsSync(executablePath))
    throw new Error(`there is no browser at ${executablePath}; BSDM_CHROMIUM names one`);
  const head = headline();
  const sites = await startSites(SITES);
  const core = await startCoreProcess([
    '--capture-rows',
    String(ROWS),
    '--capture-max-bytes',
    String(1024 * MiB),
    '--capture-body-bytes',
    String(32 * MiB),
  ]);
  const browser = await chromium.launch(browserOptions());
  try {
    const fill = startLoad(core.proxyPort, sites.urls, FILL_PER_SECOND, 0, ROWS);
    await fill.ended;
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const cdp = await page.context().newCDPSession(page);
    await page.addInitScript(installMeters);
    const opened = performance.now();
    await page.goto(`${core.control}/#token=${core.token}`);
    await page.getByTestId('traffic-row').first().waitFor();
    const firstRowsMs = performance.now() - opened;
    await untilTrue(
      async () => Number(await page.getByTestId('traffic-table').getAttribute('aria-rowcount')) > ROWS * 0.99,
      60_000,
      `the list holds ${ROWS} rows`,
    );
    const allRowsMs = performance.now() - opened;
    const idleHeap = await heapMiB(cdp);

    const { load } = startLoad(core.proxyPort, sites.urls, PER_SECOND, ROWS);
    await pause(1000);
    await page.evaluate(() => bsdmMeters.begin());
    await pause((seconds * 1000) / 3);
    const following = await page.evaluate(() => bsdmMeters.end());
    await page.evaluate(() => bsdmMeters.begin());
    await turnWheel(page, (seconds * 2) / 3);
    const scrolling = await page.evaluate(() => bsdmMeters.end());
    const heap = await heapMiB(cdp);
    await load.stop();
    const waited = delays(load.sentMs, ROWS + 1, following.drawn);
    const lines: Line[] = [
      ...linesOf('wheel', scrolling),
      ...linesOf('following', following),
      {
        what: 'page heap after a collection, MiB',
        value: `${short(heap)} (${short(idleHeap)} before the load)`,
        aim: { text: `≤ ${HEAP_MIB}`, met: heap <= HEAP_MIB },
      },
      {
        what: 'from sending a request to its row drawn, ms',
        value: `p50 ${short(quantile(waited, 0.5))}, p99 ${short(quantile(waited, 0.99))}, longest ${short(most(waited))} (${waited.length} rows)`,
      },
      { what: `page opened to first rows, to all ${ROWS}, ms`, value: `${short(firstRowsMs)}, ${short(allRowsMs)}` },
    ];
    const text = [
      table(lines),
      '',
      `${ROWS} rows kept, ${short(load.sentMs.length / (seconds + 1))} exchanges a second for ${seconds} s (asked: ${PER_SECOND}), ${load.errors} errors; a third following, the rest under the wheel; Chromium ${browser.version()}, 1280×800, headless (frames drawn by the processor).`,
    ].join('\n');
    console.log(`${head}\n\n${text}`);
    remember('The window', head, text);
    if (lines.some(({ aim }) => aim?.met === false)) process.exitCode = 1;
  } finally {
    await browser.close();
    await core.stop();
    sites.stop();
  }
}
