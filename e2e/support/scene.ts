/** What most stories in the browser play on: a core, a site behind it, and a Chromium to look with. One for each file. */
import { test, type Browser } from '@playwright/test';
import { launchChromium } from './chromium.ts';
import { startHeadless, type HeadlessApp } from './headless-app.ts';
import { startSite, type SiteOrigin } from './site-origin.ts';

export interface Scene {
  core: HeadlessApp;
  site: SiteOrigin;
  browser: Browser;
}

/**
 * Sets the scene before the first test of the file that calls it, and clears it after the last one.
 * What it answers can be read from then on; `prepare` is what has happened before the first test.
 */
export function setScene(prepare?: (scene: Scene) => Promise<void>): Scene {
  const scene: Partial<Scene> = {};
  test.beforeAll(async () => {
    // Each for itself: when one cannot start, the others are still taken down.
    const started = await Promise.allSettled([
      startHeadless().then((core) => (scene.core = core)),
      startSite().then((site) => (scene.site = site)),
      launchChromium().then((browser) => (scene.browser = browser)),
    ]);
    for (const each of started) if (each.status === 'rejected') throw each.reason;
    await prepare?.(part());
  });
  test.afterAll(async () => {
    await scene.browser?.close();
    await scene.core?.kill();
    await scene.site?.close();
  });
  const part = (): Scene => {
    const { core, site, browser } = scene;
    if (core === undefined || site === undefined || browser === undefined) throw new Error('the scene is not set yet');
    return { core, site, browser };
  };
  return {
    get core() {
      return part().core;
    },
    get site() {
      return part().site;
    },
    get browser() {
      return part().browser;
    },
  };
}
