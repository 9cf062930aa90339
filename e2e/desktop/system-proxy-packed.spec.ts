/** The system proxy of the app as it is shipped, which cannot be made a plain Node: killed, it puts back what was set before. */
import { expect, test } from '@playwright/test';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onlyOn } from '../support/elsewhere.ts';
import { missingTools, SCHEMA, startSession, type DesktopSession } from '../support/desktop-session.ts';
import { requireElectron } from '../support/electron-app.ts';
import { installedApp, packApp, startPacked, type PackedApp } from '../support/packed-app.ts';
import { BEFORE } from '../support/system-proxy-states.ts';
import { proxyAddress } from '../support/window.ts';

let folder: string;
let packed: PackedApp;
let session: DesktopSession;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  onlyOn(['linux'], 'the settings of the account that runs the tests are left alone');
  const missing = missingTools();
  test.skip(missing.length > 0, `not here: ${missing.join(', ')}`);
  if (installedApp() === undefined) requireElectron();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-packed-proxy-'));
  packed = installedApp() ?? (await packApp(folder, 'dir'));
  session = await startSession();
});
test.afterAll(async () => {
  await session?.end();
  if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

for (const [name, set] of Object.entries(BEFORE))
  test(`before it, ${name}: back after kill -9 of the shipped app, and after closing it`, async () => {
    set(session);
    const before = session.all();
    for (const end of ['kill', 'close'] as const) {
      const app = await startPacked(packed, fs.mkdtempSync(path.join(folder, 'data-')), { env: session.env });
      await proxyAddress(app.page);
      const chip = app.page.getByTestId('system-proxy');
      await chip.click();
      await app.page.getByRole('menuitem', { name: 'Switch the system proxy on' }).click();
      await expect(chip).toHaveAttribute('data-state', 'on');
      expect(session.gsettings('get', SCHEMA, 'mode')).toBe("'manual'");
      if (end === 'close') await app.close();
      else {
        const ms = await session.putBack(() => process.kill(app.pid, 'SIGKILL'));
        console.log(`put back ${ms} ms after kill -9 of the shipped app (before: ${name})`);
      }
      expect(session.all()).toBe(before);
    }
  });
