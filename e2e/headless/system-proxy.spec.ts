/** The system proxy headless: by the window in a browser and by the API, in real settings; and it says where it cannot be. */
import { expect, test, type Browser } from '@playwright/test';
import fs from 'node:fs';
import path from 'node:path';
import { launchChromium } from '../support/chromium.ts';
import { missingTools, SCHEMA, startSession, type DesktopSession } from '../support/desktop-session.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';

let core: HeadlessApp | undefined;
let session: DesktopSession;
let browser: Browser;

test.beforeEach(async () => {
  const missing = missingTools();
  test.skip(missing.length > 0, `not here: ${missing.join(', ')}`);
  session = await startSession();
  browser = await launchChromium();
});
test.afterEach(async () => {
  await browser?.close();
  await core?.stop();
  core = undefined;
  await session?.end();
});

async function post(what: string, body: unknown): Promise<string> {
  const answer = await fetch(`${core!.control}/api/${what}`, {
    method: what === 'settings' ? 'PATCH' : 'POST',
    headers: { authorization: `Bearer ${core!.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.text();
}

test('one switch for window and API; a change of what goes past it counts at once', async () => {
  const before = session.all();
  core = await startHeadless({ env: session.env });
  const page = await browser.newPage();
  await page.goto(core.ui);
  const chip = page.getByTestId('system-proxy');
  await expect(chip).toHaveAttribute('data-state', 'off');

  expect(await post('system-proxy/on', { dry_run: true })).toContain(`set ${SCHEMA} mode`);
  expect(await post('system-proxy/on', { dry_run: 'yes' })).toContain('dryRun takes true or false');
  expect(session.all()).toBe(before);
  await chip.click();
  await page.getByRole('menuitem', { name: 'Switch the system proxy on' }).click();
  await expect(chip).toHaveAttribute('data-state', 'on');
  expect(session.gsettings('get', SCHEMA, 'mode')).toBe("'manual'");

  // Another list of what goes past it.
  await post('settings', { system_proxy_bypass: '*.corp' });
  await expect.poll(() => session.gsettings('get', SCHEMA, 'ignore-hosts')).toBe("['*.corp']");
  await expect(chip).toHaveAttribute('data-state', 'on');

  expect(await post('system-proxy/off', {})).toContain('"state":"off"');
  await expect(chip).toHaveAttribute('data-state', 'off');
  expect(session.all()).toBe(before);

  // A kill ends it as well.
  await post('system-proxy/on', {});
  const gone = core;
  core = undefined;
  await session.putBack(() => gone.kill());
  expect(session.all()).toBe(before);
});

test('where no desktop is known it says so, and offers nothing', async () => {
  const empty = path.join(session.folder, 'no-tools');
  fs.mkdirSync(empty);
  core = await startHeadless({ env: { ...session.env, PATH: empty } });
  const page = await browser.newPage();
  await page.goto(core.ui);
  const chip = page.getByTestId('system-proxy');
  await expect(chip).toHaveAttribute('data-state', 'cannot');
  await chip.click();
  await expect(page.getByRole('menuitem', { name: 'No proxy settings are known on this machine' })).toBeDisabled();
  expect(await post('system-proxy/on', {})).toContain('no settings of a desktop that are known here');
});
