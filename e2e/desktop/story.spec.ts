/** The shared story in the real window, and a picture of it. */
import { expect, test } from '@playwright/test';
import path from 'node:path';
import { launchDesktop, requireElectron } from '../support/electron-app.ts';
import { RESULTS } from '../support/paths.ts';
import { getThrough } from '../support/proxy-client.ts';
import { startSite } from '../support/site-origin.ts';
import { tellStory } from '../support/story.ts';
import { goTo, proxyAddress, trafficRows } from '../support/window.ts';

test('miss, hit, open, evict, miss again', async () => {
  const { version } = requireElectron();
  test.info().annotations.push({ type: 'Electron', description: version });
  const site = await startSite();
  const app = await launchDesktop();
  try {
    const proxy = await proxyAddress(app.page);
    await tellStory(app.page, proxy, site);

    for (const part of ['/', '/site.css', '/red.png', '/private', '/never', '/no-such-page', '/'])
      await getThrough(proxy, site.url + part);
    await goTo(app.page, 'Traffic');
    await expect(trafficRows(app.page, `${site.url}/`)).toHaveCount(2);
    await app.page.screenshot({ path: path.join(RESULTS, 'electron-traffic.png') });
    await goTo(app.page, 'Cache');
    await app.page.screenshot({ path: path.join(RESULTS, 'electron-cache.png') });
  } finally {
    await app.close();
    await site.close();
  }
});
