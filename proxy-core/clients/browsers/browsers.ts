/** Browsers started here: each with a profile of its own that goes through the proxy and trusts its CA, ended with the core. */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { ClientsState, FoundBrowser, LaunchRequest, RunningBrowser } from '../../contract/clients.ts';
import { CommandError } from '../../contract/errors.ts';
import type { CaInfo } from '../../contract/interception.ts';
import { childEnvironment, onPath, type Machine } from '../machine.ts';
import type { RunTool } from '../run-tool.ts';
import {
  FIREFOX_ENVIRONMENT,
  chromiumArguments,
  firefoxArguments,
  firefoxPreferences,
  type BrowserSetup,
} from './arguments.ts';
import { findBrowsers, noScreen, profileRoot } from './find.ts';
import { makeProfile, ownProfile, removeProfile, sweepProfiles } from './profiles.ts';

export interface BrowsersDeps {
  machine: Machine;
  /** Where profiles are made. */
  folder: string;
  /** Where the proxy listens; null while it does not. */
  listening: () => { host: string; port: number } | null;
  /** The CA to trust; undefined while there is none. */
  ca: () => CaInfo | undefined;
  run: RunTool;
  /** Unix ms. */
  timeOfDay: () => number;
  report: (message: string) => void;
  onChange: () => void;
}

interface Running {
  shown: RunningBrowser;
  child: ChildProcess;
  ended: Promise<void>;
}

/** More would be a mistake of whoever asks. */
const MAX_RUNNING = 12;
/** A browser that is told to go saves what it has within this, ms; then it is ended. */
const GRACE_MS = 3000;
/** By then a browser has taken its profile, ms. */
const START_MS = 8000;
/** What is kept of its words, characters. */
const MAX_SAID = 4000;
/** What each family makes in its profile once it is up. */
const SIGNS = ['SingletonLock', 'lockfile', 'lock', '.parentlock', 'parent.lock'];
const START_PAGE = 'http://bsdm.proxy/';

export class Browsers {
  readonly #deps: BrowsersDeps;
  readonly #running = new Map<number, Running>();
  readonly #swept: Promise<void>;
  #last = 0;
  #starting = 0;
  #stopped = false;
  readonly #onExit = (): void => {
    for (const { child } of this.#running.values()) signalGroup(child, 'SIGTERM');
  };

  constructor(deps: BrowsersDeps) {
    this.#deps = deps;
    const roots = new Set([
      deps.folder,
      ...findBrowsers(deps.machine).map((browser) => profileRoot(browser, deps.machine, deps.folder)),
    ]);
    this.#swept = Promise.all([...roots].map((root) => sweepProfiles(root, deps.report))).then(() => undefined);
    process.on('exit', this.#onExit);
  }

  state(): ClientsState {
    const problem = noScreen(this.#deps.machine);
    return {
      found: findBrowsers(this.#deps.machine),
      running: [...this.#running.values()].map(({ shown }) => shown),
      ...(problem !== undefined && { problem }),
    };
  }

  /** Starts one; resolves when it has taken its profile, rejects in words when it ends before. */
  async launch(request: LaunchRequest): Promise<RunningBrowser> {
    const { machine, listening } = this.#deps;
    const at = listening();
    if (at === null) throw new CommandError('conflict', 'the proxy does not listen', 'Give it a free port first.');
    const browser = findBrowsers(machine).find(({ family }) => family === request.family);
    if (browser === undefined)
      throw new CommandError(
        'not-found',
        `no ${request.family} was found on this machine`,
        'See clients.list for those there are.',
      );
    const screen = request.headless === true ? undefined : noScreen(machine);
    if (screen !== undefined) throw new CommandError('unavailable', `${browser.name} cannot be shown: ${screen}`);
    if (this.#stopped) throw new CommandError('conflict', 'the core is stopping');
    if (this.#running.size + this.#starting >= MAX_RUNNING)
      throw new CommandError('conflict', `${MAX_RUNNING} browsers run already`, 'Close some of them.');
    this.#starting++;
    try {
      await this.#swept;
      return await this.#start(browser, at, request);
    } finally {
      this.#starting--;
    }
  }

  /** Ends one and removes its profile; false when there is no such one. */
  async close(id: number): Promise<boolean> {
    const running = this.#running.get(id);
    if (running === undefined) return false;
    await end(running);
    return true;
  }

  /** Ends all. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#running.values()].map(end));
    process.off('exit', this.#onExit);
  }

  async #start(
    browser: FoundBrowser,
    at: { host: string; port: number },
    request: LaunchRequest,
  ): Promise<RunningBrowser> {
    const { machine, timeOfDay, onChange } = this.#deps;
    const profile = makeProfile(profileRoot(browser, machine, this.#deps.folder));
    const ca = this.#deps.ca();
    const setup: BrowserSetup = {
      ...at,
      profile,
      spkiSha256: ca?.spkiSha256,
      url: request.url ?? START_PAGE,
      headless: request.headless === true,
      isRoot: machine.isRoot,
    };
    let warning: string | undefined;
    let child: ChildProcess;
    try {
      if (browser.family === 'firefox') warning = await this.#prepareFirefox(setup, ca);
      child = spawn(browser.path, browser.family === 'firefox' ? firefoxArguments(setup) : chromiumArguments(setup), {
        // A group of its own, so that its helpers go with it.
        detached: machine.platform !== 'win32',
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...childEnvironment(machine), ...(browser.family === 'firefox' && FIREFOX_ENVIRONMENT) },
      });
    } catch (error) {
      await removeProfile(profile);
      throw error;
    }
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-MAX_SAID)));
    const id = ++this.#last;
    const ended = new Promise<void>((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', () => resolve());
    }).then(async () => {
      signalGroup(child, 'SIGKILL');
      this.#running.delete(id);
      await removeProfile(profile).catch((error: unknown) =>
        this.#deps.report(`the profile ${profile} could not be removed: ${String(error)}`),
      );
      onChange();
    });
    const problem = new Promise<string>((resolve) => child.once('error', (error) => resolve(error.message)));
    if (child.pid === undefined) {
      const words = await problem;
      await ended;
      throw new CommandError('unavailable', `${browser.path} could not be started: ${words}`);
    }
    const shown: RunningBrowser = {
      id,
      family: browser.family,
      name: browser.name,
      pid: child.pid,
      startedAtMs: timeOfDay(),
      profile,
      ...(warning !== undefined && { warning }),
    };
    this.#running.set(id, { shown, child, ended });
    ownProfile(profile, child.pid);
    await hasTaken(profile, child, ended);
    if (hasEnded(child)) {
      await ended;
      const last = said.trim().split('\n').at(-1) ?? '';
      throw new CommandError(
        'unavailable',
        `${browser.name} ended at once (${child.signalCode ?? `code ${child.exitCode}`})${last === '' ? '' : `: ${last.slice(0, 400)}`}`,
      );
    }
    onChange();
    return shown;
  }

  /** Preferences and the CA, before it starts for the first time. What could not be done is told in words. */
  async #prepareFirefox(setup: BrowserSetup, ca: CaInfo | undefined): Promise<string | undefined> {
    fs.writeFileSync(path.join(setup.profile, 'user.js'), firefoxPreferences(setup), { mode: 0o600 });
    if (ca === undefined) return undefined;
    const certutil = this.#deps.machine.platform === 'win32' ? undefined : onPath(this.#deps.machine, 'certutil');
    if (certutil === undefined)
      return 'Firefox was not told of the CA: certutil of NSS is not installed (package libnss3-tools or nss-tools)';
    const database = `sql:${setup.profile}`;
    const file = path.join(setup.profile, 'bsdm-ca.pem');
    fs.writeFileSync(file, ca.pem, { mode: 0o600 });
    for (const argv of [
      [certutil, '-N', '-d', database, '--empty-password'],
      [certutil, '-A', '-d', database, '-n', 'BSDM-Proxy CA', '-t', 'C,,', '-i', file],
    ]) {
      const { ok, problem } = await this.#deps.run(argv, 20_000);
      if (!ok) return `Firefox was not told of the CA: ${problem}`;
    }
    return undefined;
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Resolves when the profile is taken, the browser has ended, or the time is up. */
async function hasTaken(profile: string, child: ChildProcess, ended: Promise<void>): Promise<void> {
  const taken = (): boolean =>
    SIGNS.some((name) => fs.lstatSync(path.join(profile, name), { throwIfNoEntry: false }) !== undefined);
  let timer: NodeJS.Timeout | undefined;
  const until = performance.now() + START_MS;
  const seen = new Promise<void>((resolve) => {
    timer = setInterval(() => {
      if (taken() || hasEnded(child) || performance.now() > until) resolve();
    }, 50);
  });
  await Promise.race([seen, ended]);
  clearInterval(timer);
}

/** Tells it to go; by force when it does not. */
async function end({ child, ended }: Running): Promise<void> {
  if (hasEnded(child)) return ended;
  if (process.platform === 'win32' && child.pid !== undefined)
    spawn('taskkill', ['/pid', String(child.pid), '/T'], { stdio: 'ignore', windowsHide: true }).on('error', () =>
      child.kill(),
    );
  else child.kill('SIGTERM');
  const force = setTimeout(() => {
    signalGroup(child, 'SIGKILL');
    child.kill('SIGKILL');
  }, GRACE_MS);
  await ended;
  clearTimeout(force);
}

/** A signal to the browser and its helpers; they may have gone. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || process.platform === 'win32') return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // They have.
  }
}
