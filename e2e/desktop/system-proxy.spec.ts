/** The system proxy switched in the window, in the settings of real desktops: whatever ends the app, what was set before is back. */
import { expect, test } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { onlyOn } from '../support/elsewhere.ts';
import { missingTools, SCHEMA, startSession, type DesktopSession } from '../support/desktop-session.ts';
import { launchDesktop, requireElectron, type DesktopApp } from '../support/electron-app.ts';
import { putBackLine } from '../../electron/put-back.ts';
import { OUT, ROOT } from '../support/paths.ts';
import { descendants, isAlive } from '../support/processes.ts';
import { getThrough } from '../support/proxy-client.ts';
import { startSite } from '../support/site-origin.ts';
import { BEFORE } from '../support/system-proxy-states.ts';
import { probeShell, trayLines } from '../support/shell-probe.ts';
import { proxyAddress, trafficRows } from '../support/window.ts';

let session: DesktopSession;
let app: DesktopApp | undefined;
let before: string;

test.beforeEach(async () => {
  requireElectron();
  onlyOn(['linux'], 'the settings of the account that runs the tests are left alone');
  const missing = missingTools();
  test.skip(missing.length > 0, `not here: ${missing.join(', ')}`);
  session = await startSession();
});
test.afterEach(async () => {
  await app?.close();
  app = undefined;
  await session?.end();
});

const userData = (): string => path.join(session.folder, 'user-data');
const chip = ({ page }: DesktopApp) => page.getByTestId('system-proxy');

async function start(): Promise<DesktopApp> {
  app = await launchDesktop({ userData: userData(), env: session.env });
  await proxyAddress(app.page);
  return app;
}

/** By the window: the dialog that says what will be done, and its button. */
async function startSwitchedOn(): Promise<DesktopApp> {
  before = session.all();
  const { page } = await start();
  await expect(chip(app!)).toHaveAttribute('data-state', 'off');
  await chip(app!).click();
  await page.getByRole('menuitem', { name: 'Show what will be done' }).click();
  const dialog = page.getByRole('dialog', { name: 'Switching the system proxy on' });
  await expect(dialog).toContainText(`gsettings set ${SCHEMA}.http port`);
  await expect(dialog).not.toContainText('hunter2');
  expect(session.all()).toBe(before);
  await dialog.getByRole('button', { name: 'Switch the system proxy on' }).click();
  await expect(chip(app!)).toHaveAttribute('data-state', 'on');
  const [, port] = (await proxyAddress(page)).split(':');
  expect(session.gsettings('get', SCHEMA, 'mode')).toBe("'manual'");
  expect(session.gsettings('get', `${SCHEMA}.https`, 'port')).toBe(port);
  return app!;
}

/** Everything of it, the watchdog too, stands still for a while and goes on, as over the sleep of a laptop. */
async function sleep(ms: number): Promise<void> {
  const everything = [app!.pid, watchdog()].flatMap((pid) => [pid, ...descendants(pid)]);
  for (const pid of new Set(everything)) process.kill(pid, 'SIGSTOP');
  await pass(ms);
  for (const pid of new Set(everything.reverse())) process.kill(pid, 'SIGCONT');
}

async function killApp(): Promise<void> {
  const gone = once(app!.electron.process(), 'exit');
  process.kill(app!.pid, 'SIGKILL');
  await gone;
}
const watchdog = (): number => (JSON.parse(fs.readFileSync(session.journal, 'utf8')) as { watchdog: number }).watchdog;

for (const [name, set] of Object.entries(BEFORE))
  test(`before it, ${name}: back after kill -9 of the app, and after quitting`, async () => {
    set(session);
    await startSwitchedOn();
    const ms = await session.putBack(killApp);
    console.log(`put back ${ms} ms after kill -9 of the app (before: ${name})`);
    expect(session.all()).toBe(before);

    await startSwitchedOn();
    await app!.close();
    expect(session.all()).toBe(before);
  });

test('off brings back what was; kill -9 of app and watchdog, the next start', async () => {
  BEFORE['a PAC file']!(session);
  await startSwitchedOn();
  await chip(app!).click();
  await app!.page.getByRole('menuitem', { name: 'Switch the system proxy off' }).click();
  await expect(chip(app!)).toHaveAttribute('data-state', 'off');
  expect(session.all()).toBe(before);
  await app!.close();

  await startSwitchedOn();
  process.kill(watchdog(), 'SIGKILL');
  await killApp();
  expect(session.gsettings('get', SCHEMA, 'mode')).toBe("'manual'");
  const { owner } = JSON.parse(fs.readFileSync(session.journal, 'utf8')) as { owner: string };
  await start();
  expect(session.all()).toBe(before);

  // What the waiting shell becomes needs no display: that may have gone with the app.
  await app!.close();
  await startSwitchedOn();
  const journal = fs.readFileSync(session.journal, 'utf8');
  process.kill(watchdog(), 'SIGKILL');
  await killApp();
  const found = requireElectron();
  const { DISPLAY: _, ...env } = { ...process.env, ...session.env };
  const line = putBackLine(found.executable, found.kind === 'own' ? ROOT : undefined, process.platform);
  const owners = [owner, (JSON.parse(journal) as { owner: string }).owner];
  const states = owners.map((whose) => {
    spawnSync(line[0]!, [...line.slice(1), whose], { env });
    return fs.existsSync(session.journal);
  });
  expect(states).toEqual([true, false]);
  expect(session.all()).toBe(before);
});

test('what somebody else has set meanwhile is shown and stays', async () => {
  await startSwitchedOn();
  session.gsettings('set', SCHEMA, 'mode', "'auto'");
  session.gsettings('set', SCHEMA, 'autoconfig-url', "'http://theirs/'");
  await app!.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(chip(app!)).toHaveAttribute('data-state', 'changed');
  await session.putBack(killApp);
  expect(session.gsettings('get', SCHEMA, 'mode')).toBe("'auto'");
  expect(session.all()).not.toContain('127.0.0.1 ');
});

test('the command line puts back what the window switched, and the window sees it; so does a core that died', async () => {
  await startSwitchedOn();
  const cli = (...args: string[]) =>
    spawnSync(process.execPath, [path.join(OUT, 'core', 'cli.mjs'), 'system-proxy', ...args], {
      env: { ...process.env, ...session.env },
      encoding: 'utf8',
    });
  expect(cli('status').stdout).toContain(`on: programs are led to ${await proxyAddress(app!.page)}\n`);
  await probeShell(app!);
  expect(cli('restore').status).toBe(0);
  expect(session.all()).toBe(before);
  await expect(chip(app!)).toHaveAttribute('data-state', 'off');
  // The shell is told twice a second at most: off and on again within that would be no news.
  await expect.poll(() => trayLines(app!)).toContain('System Proxy');

  await chip(app!).click();
  await app!.page.getByRole('menuitem', { name: 'Switch the system proxy on' }).click();
  await expect(chip(app!)).toHaveAttribute('data-state', 'on');
  await expect.poll(() => trayLines(app!)).toContain('* System Proxy');
  const waiting = watchdog();
  const corePid = await app!.corePid();
  await session.putBack(() => process.kill(corePid, 'SIGKILL'));
  expect(session.all()).toBe(before);
  await expect.poll(() => isAlive(waiting)).toBe(false);
  // The app itself lives: with its next core programs are led there again.
  await expect(chip(app!)).toHaveAttribute('data-state', 'on');
  expect(session.gsettings('get', SCHEMA, 'mode')).toBe("'manual'");
});

test('after a sleep the system proxy is as it was, so is the core, and the watchdog has taken nobody for dead', async () => {
  test.setTimeout(120_000);
  await startSwitchedOn();
  const core = await app!.corePid();
  const [guard, proxy] = [watchdog(), await proxyAddress(app!.page)];
  const site = await startSite();
  try {
    expect((await getThrough(proxy, `${site.url}/fresh`)).headers['x-cache-status']).toBe('MISS');
    const on = session.all();
    // Longer than the watchdog looks, than rows and news are told, and than a page is taken for one that has gone.
    await sleep(20_000);
    expect((await getThrough(proxy, `${site.url}/fresh`)).headers['x-cache-status']).toBe('HIT');
    await expect(trafficRows(app!.page, `${site.url}/fresh`)).toHaveCount(2);
    await expect(app!.page.getByTestId('core-status')).toHaveAttribute('data-state', 'connected');
    await expect(chip(app!)).toHaveAttribute('data-state', 'on');
    expect(session.all()).toBe(on);
    expect([await app!.corePid(), watchdog()]).toEqual([core, guard]);
    // And it still watches.
    const ms = await session.putBack(killApp);
    console.log(`put back ${ms} ms after kill -9 of the app that had slept`);
    expect(session.all()).toBe(before);
  } finally {
    await site.close();
  }
});
