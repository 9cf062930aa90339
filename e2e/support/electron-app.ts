/** Launches the built desktop app on whichever Electron there is, with a data folder of its own, and closes it without a trace. */
import { _electron, test, type ElectronApplication, type Page } from '@playwright/test';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureDisplay } from './display.ts';
import { findElectron, type FoundElectron } from './find-electron.ts';
import { OUT, ROOT } from './paths.ts';
import { descendants, isAlive } from './processes.ts';

export interface DesktopApp {
  electron: ElectronApplication;
  page: Page;
  pid: number;
  userData: string;
  /** Starts the app once more, as a user would from the launcher; resolves with its exit code. */
  startAgain(more?: string[]): Promise<number | null>;
  /** Process in which the core's code runs. */
  corePid(): Promise<number>;
  close(): Promise<void>;
}

const SUPPORT = path.join(import.meta.dirname, 'older-electron');
const MAIN = path.join(OUT, 'electron', 'main.cjs');
/** Where GPU and sandbox are not to be had: CI machines, containers, root. */
const CHROMIUM_FLAGS = process.platform === 'linux' ? ['--no-sandbox', '--disable-gpu'] : [];

type Runnable = Exclude<FoundElectron, { kind: 'none' }>;

/** Skips the test, with the reason, where no Electron can be run; on CI, or with BSDM_REQUIRE_DESKTOP=1, that is a failure. */
export function requireElectron(): Runnable {
  const found = findElectron();
  if (found.kind !== 'none') return found;
  if (process.env['BSDM_REQUIRE_DESKTOP'] === '1' || process.env['CI'] === 'true')
    throw new Error(`the desktop specs must run here, but ${found.reason}`);
  console.log(`desktop specs skipped: ${found.reason}`);
  test.skip(true, found.reason);
  throw new Error(found.reason);
}

/** The older one finds its app in its own resources folder: a bootstrap that loads the built main file. */
function prepareOlder(executable: string): void {
  const folder = path.join(path.dirname(executable), 'resources', 'app');
  fs.mkdirSync(folder, { recursive: true });
  const product: unknown = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  fs.writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ ...(product as object), type: 'commonjs', main: 'bootstrap.cjs' }),
  );
  fs.writeFileSync(path.join(folder, 'main.json'), JSON.stringify(MAIN));
  fs.copyFileSync(path.join(SUPPORT, 'bootstrap.cjs'), path.join(folder, 'bootstrap.cjs'));
}

function environment(
  found: Runnable,
  display: string | undefined,
  extra: Record<string, string>,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  // Set by other tools, it would turn Electron into plain Node.
  delete env['ELECTRON_RUN_AS_NODE'];
  // No name of the tests' sites may ever be looked for outside this machine.
  Object.assign(env, { BSDM_DIAL_ALLOW: 'loopback', LANG: 'en_US.UTF-8', LANGUAGE: 'en' });
  if (display !== undefined) env['DISPLAY'] = display;
  if (found.kind === 'older') {
    env['BSDM_E2E_MAIN'] = MAIN;
    env['BSDM_E2E_RELAY'] = path.join(SUPPORT, 'relay.cjs');
    env['BSDM_E2E_NODE'] = process.execPath;
  }
  return { ...env, ...extra };
}

export interface LaunchOptions {
  /** Flags for the core. */
  coreArgs?: string[];
  /** An existing data folder; it is left alone at the end. Without one, a new one is made and removed. */
  userData?: string;
  env?: Record<string, string>;
  /** Begins in the tray; the page is that of the window which a second start then brings. */
  hidden?: boolean;
}

/** Starts the app and waits for its window. */
export async function launchDesktop(options: LaunchOptions = {}): Promise<DesktopApp> {
  const found = requireElectron();
  if (found.kind === 'older') prepareOlder(found.executable);
  const userData = options.userData ?? fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-desktop-'));
  const env = environment(found, await ensureDisplay(), options.env ?? {});
  const ownArgs = [
    ...CHROMIUM_FLAGS,
    `--user-data-dir=${userData}`,
    '--lang=en-US',
    ...(options.hidden === true ? ['--hidden'] : []),
    ...(found.kind === 'own' ? [ROOT] : []),
  ];
  const args = [...ownArgs, '--', ...(options.coreArgs ?? ['--port', '0'])];
  const electron = await _electron.launch({ executablePath: found.executable, args, env, cwd: ROOT });
  const startAgain = (more: string[] = []): Promise<number | null> =>
    new Promise((resolve, reject) => {
      const second = spawn(found.executable, [...ownArgs, ...more], { env, cwd: ROOT, stdio: 'ignore' });
      second.on('error', reject);
      second.on('exit', resolve);
    });
  if (options.hidden === true) {
    await electron.evaluate(({ app }) => app.whenReady());
    await startAgain();
  }
  const [page, pid] = await Promise.all([electron.firstWindow(), electron.evaluate(() => process.pid)]).catch(
    async (error: unknown) => {
      await electron.close();
      throw error;
    },
  );

  return {
    electron,
    page,
    pid,
    userData,
    startAgain,
    corePid: async () => {
      const utility = await electron.evaluate(
        ({ app }) =>
          app
            .getAppMetrics()
            .find((metric) => metric.name === 'BSDM-Proxy core' || metric.serviceName === 'BSDM-Proxy core')?.pid,
      );
      if (utility === undefined) throw new Error("the core's process is not among the app's processes");
      if (found.kind === 'own') return utility;
      const relayed = descendants(utility)[0];
      if (relayed === undefined) throw new Error('the relay runs no core');
      return relayed;
    },
    close: async () => {
      await electron.close();
      if (options.userData === undefined) fs.rmSync(userData, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Every process of the app that is alive now, its own included. */
export function processesOf(app: DesktopApp): number[] {
  return [app.pid, ...descendants(app.pid)].filter(isAlive);
}
