/** Files that are damaged, disks that take nothing, clocks that jump: what is seen, what is kept, and that nothing dies of it. */
import { expect, test } from '@playwright/test';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { needs, onlyOn } from '../support/elsewhere.ts';
import { launchDesktop, requireElectron, type DesktopApp } from '../support/electron-app.ts';
import { getThrough } from '../support/proxy-client.ts';
import { startSite, type SiteOrigin } from '../support/site-origin.ts';
import { goTo, proxyAddress, trafficRows } from '../support/window.ts';

let site: SiteOrigin;
let app: DesktopApp | undefined;
let home: string;
let data: string;
let mounted: string | undefined;

test.beforeAll(async () => {
  requireElectron();
  site = await startSite();
});
test.afterAll(() => site?.close());
test.beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-rough-'));
  data = path.join(home, 'data');
  fs.mkdirSync(data);
});
test.afterEach(async () => {
  await app?.close();
  app = undefined;
  if (mounted !== undefined) execFileSync('umount', ['-l', mounted]);
  mounted = undefined;
  fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

async function start(env: Record<string, string> = {}): Promise<string> {
  app = await launchDesktop({ userData: data, env: { XDG_STATE_HOME: home, ...env } });
  return proxyAddress(app.page);
}

/** Puts a small file system of its own in the place of the data folder. */
function mount(options: string): void {
  const made = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', data], { encoding: 'utf8' });
  needs(made.status === 0, `the right to mount a file system (${made.error?.message ?? made.stderr.trim()})`);
  mounted = data;
}

async function setMode(mode: string): Promise<void> {
  await app!.page.getByRole('button', { name: /^Cache mode/ }).click();
  await app!.page.getByRole('menuitemcheckbox', { name: mode }).click();
}
const messages = () => app!.page.getByRole('region', { name: 'Messages' });
const mode = () => app!.page.getByRole('button', { name: /^Cache mode/ });

test('a damaged settings.json is set aside and told in the window; the next start is an ordinary one', async () => {
  fs.writeFileSync(path.join(data, 'settings.json'), '{"version":1,"settings":{"cacheMo');
  await start();
  await expect(
    messages().getByText(/settings\.json is damaged .* set aside as settings\.json\.damaged-/),
  ).toBeVisible();
  const aside = fs.readdirSync(data).find((name) => name.startsWith('settings.json.damaged-'));
  expect(fs.readFileSync(path.join(data, aside!), 'utf8')).toBe('{"version":1,"settings":{"cacheMo');
  await setMode('Off');
  await expect(mode()).toHaveAccessibleName('Cache mode: Off');
  await app!.close();
  await start();
  await expect(mode()).toHaveAccessibleName('Cache mode: Off');
  await expect(app!.page.getByText('is damaged')).toHaveCount(0);
});

test('a data folder that cannot be written: told in the window, the proxy works, what was kept is read', async () => {
  fs.mkdirSync(data, { recursive: true });
  mount('size=1m');
  const settings = JSON.stringify({ version: 1, settings: { cacheMode: 'fixed-ttl' } });
  fs.writeFileSync(path.join(data, 'settings.json'), settings);
  execFileSync('mount', ['-o', 'remount,ro', data]);
  const proxy = await start();
  await expect(messages().getByText(/the data folder .* cannot be written \(EROFS\)/)).toBeVisible();
  await expect(mode()).toHaveAccessibleName('Cache mode: Fixed TTL');
  expect((await getThrough(proxy, `${site.url}/fresh`)).status).toBe(200);
  await setMode('Off');
  await expect(app!.page.getByText(/EROFS|read-only/i).last()).toBeVisible();
  await expect(mode()).toHaveAccessibleName('Cache mode: Fixed TTL');
  expect(fs.readFileSync(path.join(data, 'settings.json'), 'utf8')).toBe(settings);
});

test('a full disk: a change is refused with words and nothing is lost; with room again it is kept', async () => {
  mount('size=4m');
  const proxy = await start();
  await setMode('Fixed TTL');
  await expect(mode()).toHaveAccessibleName('Cache mode: Fixed TTL');
  const core = await app!.corePid();
  const filler = path.join(data, 'filler');
  try {
    for (const bytes of [65_536, 1]) for (;;) fs.appendFileSync(filler, Buffer.alloc(bytes));
  } catch {
    // Full.
  }
  const before = fs.readFileSync(path.join(data, 'settings.json'), 'utf8');
  await setMode('Off');
  await expect(app!.page.getByText(/ENOSPC|no space/i).first()).toBeVisible();
  await expect(mode()).toHaveAccessibleName('Cache mode: Fixed TTL');
  expect(fs.readFileSync(path.join(data, 'settings.json'), 'utf8')).toBe(before);
  await goTo(app!.page, 'Traffic');
  await getThrough(proxy, `${site.url}/fresh`);
  await expect(trafficRows(app!.page, `${site.url}/fresh`)).toHaveCount(1);

  fs.rmSync(filler);
  await setMode('Off');
  await expect(mode()).toHaveAccessibleName('Cache mode: Off');
  expect(await app!.corePid()).toBe(core);
  await app!.close();
  await start();
  await expect(mode()).toHaveAccessibleName('Cache mode: Off');
});

test('a clock that jumps an hour either way: hits stay hits where the origin agrees, no row is lost, the core lives on', async () => {
  const library = fs.globSync('/usr/lib/*/faketime/libfaketime.so.1')[0];
  onlyOn(['linux'], 'libfaketime is for Linux');
  needs(requireElectron().kind === 'older', 'a core that runs on a Node of its own');
  test.skip(library === undefined, 'not here: libfaketime');
  const stamp = path.join(home, 'stamp');
  const node = path.join(home, 'node');
  fs.writeFileSync(stamp, '+0');
  // The core alone: the window's clock stands beside it, as on another machine.
  fs.writeFileSync(
    node,
    `#!/bin/sh\nLD_PRELOAD=${library!} FAKETIME_TIMESTAMP_FILE=${stamp} FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 exec ${process.execPath} "$@"\n`,
    { mode: 0o755 },
  );
  const proxy = await start({ BSDM_E2E_NODE: node });
  const core = await app!.corePid();
  const ask = async (): Promise<string> =>
    String((await getThrough(proxy, `${site.url}/fresh`)).headers['x-cache-status']);
  expect([await ask(), await ask()]).toEqual(['MISS', 'HIT']);
  for (const jump of ['-3600', '+0', '+3600', '+0']) {
    fs.writeFileSync(stamp, jump);
    await ask();
    // The origin's clock stands: what it sends looks an hour old to a clock that is ahead, and is asked for again (RFC 9111, 4.2.3).
    expect(await ask(), `asked again after the clock was set to ${jump}`).toBe(jump === '+3600' ? 'MISS' : 'HIT');
  }
  await expect(trafficRows(app!.page, `${site.url}/fresh`)).toHaveCount(10);
  expect(await app!.corePid()).toBe(core);
  await expect(app!.page.getByRole('alert')).toHaveCount(0);
});
