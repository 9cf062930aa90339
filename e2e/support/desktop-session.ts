/** A desktop's settings without a desktop: a D-Bus session, a home of its own, and the real tools of GNOME and KDE in it. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

const TOOLS = ['dbus-run-session', 'gsettings', 'kwriteconfig5', 'kreadconfig5'];
export const SCHEMA = 'org.gnome.system.proxy';

/** Tools that are not here; empty when a session can be made. */
export const missingTools = (): string[] => TOOLS.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);

export interface DesktopSession {
  folder: string;
  env: Record<string, string>;
  /** Where the journal of the system proxy lies. */
  journal: string;
  readonly gsettings: (...args: string[]) => string;
  /** All that both desktops know of proxies. */
  all(): string;
  /** Resolves with how long it took until the journal was gone, ms. */
  putBack(act: () => unknown): Promise<number>;
  end(): Promise<void>;
}

export async function startSession(): Promise<DesktopSession> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-session-'));
  for (const name of ['run', 'config', 'state']) fs.mkdirSync(path.join(folder, name), { mode: 0o700 });
  const env: Record<string, string> = {
    HOME: folder,
    XDG_CONFIG_HOME: path.join(folder, 'config'),
    XDG_STATE_HOME: path.join(folder, 'state'),
    XDG_RUNTIME_DIR: path.join(folder, 'run'),
    XDG_CURRENT_DESKTOP: 'GNOME',
    GSETTINGS_BACKEND: 'dconf',
    QT_QPA_PLATFORM: 'offscreen',
  };
  // It lasts as long as what it runs: until its input ends.
  const bus = spawn('dbus-run-session', ['--', 'sh', '-c', 'echo "$DBUS_SESSION_BUS_ADDRESS"; exec cat'], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const [address] = (await once(readline.createInterface({ input: bus.stdout }), 'line')) as [string];
  env['DBUS_SESSION_BUS_ADDRESS'] = address;
  const tool = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { env: { ...process.env, ...env }, encoding: 'utf8' });
  const kioslaverc = path.join(folder, 'config', 'kioslaverc');
  const journal = path.join(folder, 'state', 'bsdm-proxy', 'system-proxy.journal');
  return {
    folder,
    env,
    journal,
    gsettings: (...args) => tool('gsettings', ...args).trim(),
    // A group without a key may be left where there was no file.
    all: () =>
      `${tool('gsettings', 'list-recursively', SCHEMA)}${
        fs.existsSync(kioslaverc) ? fs.readFileSync(kioslaverc, 'utf8').replace('[Proxy Settings]\n', '') : ''
      }`,
    putBack: async (act) => {
      const watcher = fs.promises.watch(path.dirname(journal));
      const startedAt = performance.now();
      await act();
      if (fs.existsSync(journal))
        for await (const _ of watcher) {
          if (!fs.existsSync(journal)) break;
        }
      return Math.round(performance.now() - startedAt);
    },
    end: async () => {
      const gone = once(bus, 'exit');
      bus.stdin.end();
      await gone;
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
