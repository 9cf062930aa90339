/** Bodies in the desktop window: the worker and the editor come from app:// under the same policy. */
import { expect, test } from '@playwright/test';
import { tellBodies } from '../support/bodies.ts';
import { launchDesktop, requireElectron } from '../support/electron-app.ts';
import { proxyAddress } from '../support/window.ts';

test('bodies are shown as they were sent, under a policy without exceptions', async () => {
  const { version } = requireElectron();
  test.info().annotations.push({ type: 'Electron', description: version });
  const app = await launchDesktop();
  try {
    expect(await tellBodies(app.page, await proxyAddress(app.page), false)).toEqual([]);
  } finally {
    await app.close();
  }
});
