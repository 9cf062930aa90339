/**
 * The system proxy with the real tools of GNOME and KDE, in a D-Bus session of its own: whatever ends the proxy, what was set
 * before stands there again.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemProxyCommand } from './system-proxy.ts';

const CLI = path.join(import.meta.dirname, 'cli.ts');
const TOOLS = ['dbus-run-session', 'gsettings', 'kwriteconfig5', 'kreadconfig5'];
const missing = TOOLS.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (missing.length > 0)
  process.stderr.write(`skipped, the system proxy of real desktops: ${missing.join(', ')} not here\n`);

// Each starts the proxy, which takes long on a machine that is busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const SCHEMA = 'org.gnome.system.proxy';

let folder: string;
let bus: ChildProcess;
let env: NodeJS.ProcessEnv;
let app: ChildProcess | undefined;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-system-proxy-'));
  fs.mkdirSync(path.join(folder, 'run'), { mode: 0o700 });
  fs.mkdirSync(path.join(folder, 'config'));
  env = {
    ...process.env,
    HOME: folder,
    XDG_CONFIG_HOME: path.join(folder, 'config'),
    XDG_STATE_HOME: path.join(folder, 'state'),
    XDG_RUNTIME_DIR: path.join(folder, 'run'),
    XDG_CURRENT_DESKTOP: 'GNOME',
    GSETTINGS_BACKEND: 'dconf',
    QT_QPA_PLATFORM: 'offscreen',
  };
  // It lasts as long as what it runs: until its input ends.
  bus = spawn('dbus-run-session', ['--', 'sh', '-c', 'echo "$DBUS_SESSION_BUS_ADDRESS"; exec cat'], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  env['DBUS_SESSION_BUS_ADDRESS'] = await firstLine(bus);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  if (app !== undefined) await kill(app);
  app = undefined;
  const gone = once(bus, 'exit');
  bus.stdin?.end();
  await gone;
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output to read');
  const [line] = (await once(readline.createInterface({ input: child.stdout }), 'line')) as [string];
  return line;
}

async function kill(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** The proxy headless; where it listens. */
async function start(): Promise<string> {
  const args = ['--port', '0', '--control-port', '0', '--data-dir', folder, '--json'];
  app = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ready = JSON.parse(await firstLine(app)) as { proxy: string };
  return ready.proxy;
}

/** The command in this process: starting one takes long, and there are many. */
async function systemProxy(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  try {
    const status = await systemProxyCommand([...args, '--data-dir', folder], (_level, text) => void (stderr += text));
    return { status, stdout, stderr };
  } finally {
    write.mockRestore();
  }
}

async function switchOn(proxy: string): Promise<void> {
  const [host = '', port = ''] = proxy.split(':');
  const { status, stderr } = await systemProxy('on', '--host', host, '--port', port);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

const tool = (program: string, ...args: string[]): string => execFileSync(program, args, { env, encoding: 'utf8' });
const set = (key: string, value: string): string => tool('gsettings', 'set', ...key.split(' '), value);
const kioslaverc = (): string => path.join(folder, 'config', 'kioslaverc');
const kde = (): string => (fs.existsSync(kioslaverc()) ? fs.readFileSync(kioslaverc(), 'utf8') : '');
/** All that the two desktops know of proxies. */
const now = (): string => `${tool('gsettings', 'list-recursively', SCHEMA)}${kde()}`;

const journalFile = (): string => path.join(folder, 'state', 'bsdm-proxy', 'system-proxy.journal');
const watchdog = (): number => (JSON.parse(fs.readFileSync(journalFile(), 'utf8')) as { watchdog: number }).watchdog;

/** Resolves when the journal is gone: all was put back. */
async function putBack(): Promise<void> {
  for await (const _ of fs.promises.watch(path.dirname(journalFile()))) {
    if (!fs.existsSync(journalFile())) return;
  }
}

const BEFORE: Record<string, () => void> = {
  none: () => undefined,
  'a proxy of its own': () => {
    set(`${SCHEMA}.http host`, "'proxy.corp'");
    set(`${SCHEMA}.http port`, '3128');
    set(`${SCHEMA}.http use-authentication`, 'true');
    set(`${SCHEMA}.http authentication-password`, "'hunter2'");
    set(`${SCHEMA} ignore-hosts`, "['it\\'s', '*.corp']");
    set(`${SCHEMA} mode`, "'manual'");
    fs.writeFileSync(
      kioslaverc(),
      '[Proxy Settings]\nNoProxyFor=a b,*.corp\nProxyType=1\nReversedException=true\nhttpProxy=http://eve:hunter2@proxy.corp 3128\n',
    );
  },
  'a PAC file': () => {
    set(`${SCHEMA} autoconfig-url`, "'http://pac.corp/a b.pac'");
    set(`${SCHEMA} mode`, "'auto'");
    fs.writeFileSync(kioslaverc(), '[Proxy Settings]\nProxy Config Script=http://pac.corp/a.pac\nProxyType=2\n');
  },
};

describe.skipIf(missing.length > 0).each(Object.keys(BEFORE))('before it, %s', (name) => {
  let before: string;
  let proxy: string;
  beforeEach(async () => {
    BEFORE[name]?.();
    before = now();
    proxy = await start();
    await switchOn(proxy);
    const [, port = ''] = proxy.split(':');
    expect(tool('gsettings', 'get', SCHEMA, 'mode')).toBe("'manual'\n");
    expect(tool('gsettings', 'get', `${SCHEMA}.https`, 'port')).toBe(`${port}\n`);
    expect(tool('gsettings', 'get', SCHEMA, 'ignore-hosts')).toBe("['localhost', '127.0.0.1', '::1', '*.local']\n");
    expect(tool('kreadconfig5', '--file', 'kioslaverc', '--group', 'Proxy Settings', '--key', 'httpsProxy')).toBe(
      `http://127.0.0.1 ${port}\n`,
    );
  });
  /** A group without a key is left where there was no file. */
  const isAsBefore = (): void =>
    expect(now().replace('[Proxy Settings]\n', '')).toBe(before.replace('[Proxy Settings]\n', ''));

  it('is back when the proxy is killed', async () => {
    const back = putBack();
    const killedAt = performance.now();
    app?.kill('SIGKILL');
    await back;
    process.stdout.write(`put back ${Math.round(performance.now() - killedAt)} ms after kill -9 (before: ${name})\n`);
    isAsBefore();
  });

  it('is back when the proxy ends', async () => {
    if (app !== undefined) await kill(app, 'SIGTERM');
    isAsBefore();
  });

  it('is back when it is switched off, and the output names no password', async () => {
    expect((await systemProxy('status', '--json')).stdout).toContain('"on":true');
    const dry = await systemProxy('off', '--dry-run');
    const off = await systemProxy('off');
    expect(dry.stdout).toContain(off.stdout.split('\n')[0]);
    expect(`${dry.stdout}${off.stdout}${off.stderr}`).not.toContain('hunter2');
    expect(off.status).toBe(0);
    isAsBefore();
    expect((await systemProxy('status', '--json')).stdout).toContain('"on":false');
  });

  it('is back at the next start when the watchdog was killed too', async () => {
    process.kill(watchdog(), 'SIGKILL');
    if (app !== undefined) await kill(app);
    expect(tool('gsettings', 'get', SCHEMA, 'mode')).toBe("'manual'\n");
    await start();
    isAsBefore();
  });

  it('keeps what somebody else has set meanwhile', async () => {
    set(`${SCHEMA} mode`, "'auto'");
    set(`${SCHEMA} autoconfig-url`, "'http://theirs/'");
    tool('kwriteconfig5', '--file', 'kioslaverc', '--group', 'Proxy Settings', '--key', 'ProxyType', '4');
    expect((await systemProxy('status')).stdout).toContain('changed by somebody else meanwhile: GNOME: mode\n');
    const back = putBack();
    app?.kill('SIGKILL');
    await back;
    expect(tool('gsettings', 'get', SCHEMA, 'mode')).toBe("'auto'\n");
    expect(tool('gsettings', 'get', SCHEMA, 'autoconfig-url')).toBe("'http://theirs/'\n");
    expect(kde()).toContain('ProxyType=4');
    expect(now()).not.toContain(proxy.split(':')[1]);
  });
});

describe.skipIf(missing.length > 0)('the command', () => {
  it('changes nothing in a dry run and where nothing listens', async () => {
    const before = now();
    const dry = await systemProxy('on', '--dry-run', '--port', '1488');
    expect(dry.stdout).toContain('set org.gnome.system.proxy mode "\'manual\'"');
    const on = await systemProxy('on', '--port', '1');
    expect(on.status).toBe(1);
    expect(on.stderr).toContain('nothing listens on 127.0.0.1:1');
    expect(now()).toBe(before);
    expect((await systemProxy('sideways')).status).toBe(2);
  });
});
