/**
 * The app as it is shipped: packed with the shipped configuration (or installed, BSDM_INSTALLED_APP), what lies in it, its
 * fuses, and the shared story through it.
 */
import asar from '@electron/asar';
import fuses from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { requireElectron } from '../support/electron-app.ts';
import { readReadyLine } from '../support/headless-app.ts';
import { installedApp, packApp, startPacked, type PackedApp } from '../support/packed-app.ts';
import { descendants, isAlive } from '../support/processes.ts';
import { getThrough } from '../support/proxy-client.ts';
import { startSite, type SiteOrigin } from '../support/site-origin.ts';
import { tellStory } from '../support/story.ts';
import { proxyAddress } from '../support/window.ts';

/** Above this somebody packed what nobody needs. */
const MAX_ASAR_BYTES = 4_000_000;
/** Files of the archive by kind; anything else does not belong there. */
const EXPECTED = [
  /^\/(LICENSE|package\.json|bootstrap\.cjs)$/,
  /^\/assets\/(icons\/512x512|tray\/[\w@-]+)\.png$/,
  /^\/out\/core\/[\w-]+\.mjs$/,
  /^\/out\/electron\/(main|preload)\.cjs$/,
  /^\/out\/renderer\/(index\.html|icon\.svg)$/,
  /^\/out\/renderer\/assets\/[\w-]+\.(js|css|woff2)$/,
];

const { FuseV1Options } = fuses;
/** How a fuse that is on stands in the program. */
const FUSE_ON = '1'.charCodeAt(0);

let folder: string;
let site: SiteOrigin;
let packed: PackedApp;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  if (installedApp() === undefined) requireElectron();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-packed-'));
  site = await startSite();
  packed = installedApp() ?? (await packApp(folder, 'dir'));
});
test.afterAll(async () => {
  await site?.close();
  if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const newFolder = (): string => fs.mkdtempSync(path.join(folder, 'data-'));

test('the archive holds the product and nothing else; licences and the bill of materials lie beside it', () => {
  const archive = path.join(packed.resources, 'app.asar');
  const files = asar
    .listPackage(archive, { isPack: false })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !('files' in asar.statFile(archive, file.slice(1).replaceAll('/', path.sep))));
  const bytes = fs.statSync(archive).size;
  console.log(`app.asar: ${(bytes / 1e6).toFixed(2)} MB, ${files.length} files`);
  expect(files.filter((file) => !EXPECTED.some((kind) => kind.test(file)))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining(['/out/electron/main.cjs', '/out/electron/preload.cjs', '/package.json']),
  );
  expect(bytes).toBeLessThan(MAX_ASAR_BYTES);
  const beside = fs.readdirSync(path.join(packed.resources, 'legal')).sort();
  expect(beside).toEqual(['THIRD-PARTY-LICENSES.txt', 'desktop.cdx.json']);
});

test('the fuses are flipped on the program', async () => {
  const wire = await fuses.getCurrentFuseWire(packed.executable);
  const on = (option: fuses.FuseV1Options): boolean => Number(wire[option]) === FUSE_ON;
  expect({
    runAsNode: on(FuseV1Options.RunAsNode),
    cookieEncryption: on(FuseV1Options.EnableCookieEncryption),
    nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
    asarIntegrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
    asarOnly: on(FuseV1Options.OnlyLoadAppFromAsar),
    // The older one does not know it.
    fileProtocol: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
  }).toEqual({
    runAsNode: false,
    cookieEncryption: true,
    nodeOptions: false,
    inspect: false,
    asarIntegrity: true,
    asarOnly: true,
    fileProtocol: false,
  });
});

test('started, it is a proxy: miss, hit, open, evict, miss again; a second start ends at once; closing leaves no process', async () => {
  const app = await startPacked(packed, newFolder());
  const proxy = await proxyAddress(app.page);
  await tellStory(app.page, proxy, site);
  // As a link that was clicked elsewhere starts it: the first instance opens the place, the second ends.
  expect((await app.startAgain({ args: ['bsdm://open/cache'] })).code).toBe(0);
  const cache = app.page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Cache' });
  await expect(cache).toHaveAttribute('aria-current', 'page');
  const processes = [app.pid, ...descendants(app.pid)];
  expect(processes.length).toBeGreaterThan(3);
  expect(await app.close()).toBe(0);
  await expect.poll(() => processes.filter(isAlive)).toEqual([]);
});

test('it cannot be made a plain Node, a debuggee, or a loader of other code', async () => {
  const other = path.join(newFolder(), 'other.cjs');
  fs.writeFileSync(other, "process.stdout.write('foreign code ran'); process.stderr.write('foreign code ran');");
  const app = await startPacked(packed, newFolder(), {
    args: ['--inspect=127.0.0.1:0', '--inspect-brk=127.0.0.1:0'],
    env: { NODE_OPTIONS: `--require ${other}` },
  });
  try {
    await proxyAddress(app.page);
    // All of these find the first instance and end: the product ran, and not what it was told to run.
    const asked = [
      { env: { ELECTRON_RUN_AS_NODE: '1' }, args: [other] },
      { env: { ELECTRON_RUN_AS_NODE: '1' }, args: ['-e', "process.stdout.write('foreign code ran')"] },
      { args: [other] },
    ];
    for (const item of asked) {
      const { code, out } = await app.startAgain(item);
      expect(out).not.toContain('foreign code ran');
      expect(code).toBe(0);
    }
    expect(app.log()).not.toContain('foreign code ran');
    expect(app.log()).not.toContain('Debugger listening');
  } finally {
    await app.close();
  }
});

test('the core beside the archive runs on a plain Node, too', async () => {
  const entry = path.join(packed.resources, 'app.asar.unpacked', 'out', 'core', 'cli.mjs');
  const data = newFolder();
  const child = spawn(process.execPath, [entry, '--json', '--port', '0', '--control-port', '0', '--data-dir', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, BSDM_DIAL_ALLOW: 'loopback' },
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    const { proxy } = await readReadyLine(child.stdout);
    const url = `${site.url}/fresh`;
    expect([(await getThrough(proxy, url)).cache, (await getThrough(proxy, url)).cache]).toEqual(['MISS', 'HIT']);
  } finally {
    child.kill();
    await ended;
  }
});
