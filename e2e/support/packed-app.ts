/**
 * The desktop app as it is shipped: packed by electron-builder with the shipped configuration, its fuses flipped, and started
 * like any program. Playwright's own launcher needs the inspector that a fuse shuts, so the window is reached over Chromium's
 * remote debugging; main cannot be looked into, and a packed app is only told apart by what it does.
 */
import { chromium, type Browser, type Page } from '@playwright/test';
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import asar from '@electron/asar';
import { ensureDisplay } from './display.ts';
import { findElectron, type FoundElectron } from './find-electron.ts';
import { OUT, ROOT } from './paths.ts';

const OLDER = path.join(import.meta.dirname, 'older-electron');
const run = promisify(execFile);

/** The program of a packed app, and the folder `resources` beside it. */
export interface PackedApp {
  executable: string;
  resources: string;
  /** The older Electron needs its bootstrap and relay; see older-electron/. */
  isOlder: boolean;
}

/** An app that was installed by its package and is to be tested instead of one packed here: BSDM_INSTALLED_APP, its program. */
export function installedApp(): PackedApp | undefined {
  const executable = process.env['BSDM_INSTALLED_APP'];
  if (!executable) return undefined;
  // Its own folder, not that of the link in /usr/bin.
  return {
    executable: fs.realpathSync(executable),
    resources: resourcesOf(fs.realpathSync(executable)),
    isOlder: false,
  };
}

function resourcesOf(executable: string): string {
  const folder = path.dirname(executable);
  return process.platform === 'darwin' ? path.join(folder, '..', 'Resources') : path.join(folder, 'resources');
}

/**
 * Packs the built app into `folder`: unpacked only (`dir`), or also as a Debian package (`deb`), which then lies in `folder`.
 * Rejects with electron-builder's words.
 */
export async function packApp(folder: string, target: 'dir' | 'deb'): Promise<PackedApp> {
  const found = findElectron();
  if (found.kind === 'none') throw new Error(found.reason);
  await run(process.execPath, [path.join(ROOT, 'scripts', 'prepack.mjs')], { cwd: ROOT });
  const cli = path.join(ROOT, 'node_modules', 'electron-builder', 'cli.js');
  const platform = process.platform === 'darwin' ? '--mac' : process.platform === 'win32' ? '--win' : '--linux';
  const args = [cli, platform, target, `--${process.arch}`, `-c.directories.output=${folder}`];
  if (found.kind === 'older') args.push(...(await olderDistribution(found, folder)));
  else args.push(`-c.electronDist=${path.dirname(distributed(found.executable))}`);
  const env = { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: 'false', ...standIn() };
  await run(process.execPath, args, { cwd: ROOT, env, maxBuffer: 16 * 1024 * 1024 }).catch((error: unknown) => {
    const said = error as { stdout?: string; stderr?: string };
    throw new Error(`electron-builder failed:\n${said.stdout ?? ''}${said.stderr ?? ''}`, { cause: error });
  });
  return packedIn(folder, found.kind === 'older');
}

/** On macOS the program lies inside the bundle, and the bundle is what is copied. */
const distributed = (executable: string): string => executable.replace(/(\.app)\/Contents\/.*$/, '$1');

/** fpm is downloaded by electron-builder; where it cannot be, our stand-in makes the package. */
function standIn(): NodeJS.ProcessEnv {
  return process.env['USE_SYSTEM_FPM'] === 'true' ? {} : { CUSTOM_FPM_PATH: path.join(import.meta.dirname, 'fpm.mjs') };
}

/** The binaries alone, without the bootstrap that the specs put there; an archive stands for what Electron ships with. */
async function olderDistribution(found: Extract<FoundElectron, { kind: 'older' }>, folder: string): Promise<string[]> {
  const dist = path.join(folder, 'electron');
  const resources = path.join(path.dirname(found.executable), 'resources');
  fs.cpSync(path.dirname(found.executable), dist, {
    recursive: true,
    filter: (from) => path.dirname(from) !== resources,
  });
  const empty = path.join(folder, 'empty');
  fs.mkdirSync(empty);
  fs.writeFileSync(path.join(empty, 'package.json'), '{}');
  await asar.createPackage(empty, path.join(dist, 'resources', 'default_app.asar'));
  return ['--config', path.join(OLDER, 'electron-builder.cjs'), `-c.electronDist=${dist}`];
}

function packedIn(folder: string, isOlder: boolean): PackedApp {
  const unpacked = fs.readdirSync(folder).find((name) => /-unpacked$|^mac/.test(name));
  if (unpacked === undefined) throw new Error(`electron-builder left no app in ${folder}`);
  const inside: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'BSDM-Proxy.app/Contents/MacOS/BSDM-Proxy',
    win32: 'BSDM-Proxy.exe',
  };
  const executable = path.join(folder, unpacked, inside[process.platform] ?? 'bsdm-proxy');
  return { executable, resources: resourcesOf(executable), isOlder };
}

export interface RunningApp {
  page: Page;
  pid: number;
  /** Starts the program once more, with these flags and variables, and resolves when it ended. */
  startAgain(extra?: { args?: string[]; env?: Record<string, string> }): Promise<{ code: number | null; out: string }>;
  /** What it wrote to standard error so far. */
  log(): string;
  /** Ends it as a person who closes the window would, and resolves with its exit code. */
  close(): Promise<number | null>;
}

/** Starts a packed app on a data folder and waits for its window. */
export async function startPacked(
  app: PackedApp,
  userData: string,
  extra: { args?: string[]; env?: Record<string, string> } = {},
): Promise<RunningApp> {
  const env = environment(app, await ensureDisplay());
  // Nobody is there to say what closing the window means.
  fs.mkdirSync(userData, { recursive: true });
  fs.writeFileSync(path.join(userData, 'window-state.json'), JSON.stringify({ closeExplained: true }));
  const args = [...flags(userData), ...(extra.args ?? []), '--', '--port', '0'];
  const child = spawn(app.executable, ['--remote-debugging-port=0', ...args], {
    env: { ...env, ...extra.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const address = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.stderr.on('data', () => {
      const told = /DevTools listening on (ws:\S+)/.exec(log)?.[1];
      if (told !== undefined) resolve(told);
    });
    void exited.then((code) => reject(new Error(`${app.executable} ended with ${code} before its window:\n${log}`)));
  });
  // An app's contexts are its own: downloads and emulation are not to be changed there.
  const connected = chromium.connectOverCDP(address, { noDefaults: true });
  const [browser, page] = await connected
    .then(async (it) => [it, await firstPage(it)] as const)
    .catch((error: unknown) => {
      child.kill('SIGKILL');
      throw error;
    });
  return {
    page,
    pid: child.pid ?? 0,
    log: () => log,
    startAgain: (more = {}) => startOnce(app.executable, [...(more.args ?? []), ...args], { ...env, ...more.env }),
    close: async () => {
      // On macOS an app outlives its windows.
      if (process.platform === 'darwin') child.kill();
      else await page.evaluate(() => window.close()).catch(() => undefined);
      const code = await exited;
      await browser.close();
      return code;
    },
  };
}

/** The window may still be on its way when the debugging port opens. */
async function firstPage(browser: Browser): Promise<Page> {
  const [context] = browser.contexts();
  if (context === undefined) throw new Error('the app shows no browser context');
  const page = context.pages()[0] ?? (await context.waitForEvent('page'));
  await page.waitForURL('app://bsdm/**');
  return page;
}

function startOnce(
  executable: string,
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(executable, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out }));
  });
}

/** Chromium's sandbox stays on, save for root, for whom it refuses to start. */
function flags(userData: string): string[] {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const noGpu = process.platform === 'linux' ? ['--disable-gpu'] : [];
  return [...(isRoot ? ['--no-sandbox'] : []), ...noGpu, `--user-data-dir=${userData}`, '--lang=en-US'];
}

function environment(app: PackedApp, display: string | undefined): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  Object.assign(env, { BSDM_DIAL_ALLOW: 'loopback', LANG: 'en_US.UTF-8', LANGUAGE: 'en' });
  if (display !== undefined) env['DISPLAY'] = display;
  if (app.isOlder) {
    env['BSDM_E2E_MAIN'] = path.join(app.resources, 'app.asar', path.relative(ROOT, OUT), 'electron', 'main.cjs');
    env['BSDM_E2E_RELAY'] = path.join(OLDER, 'relay.cjs');
    env['BSDM_E2E_NODE'] = process.execPath;
  }
  return env;
}
