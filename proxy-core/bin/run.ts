/**
 * `bsdm-proxy run -- COMMAND`: any program, told of the proxy and its CA by environment variables. Through the proxy that
 * runs already, or through one of its own that ends with the program. Signals and the exit code pass through.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { joinHostPort, splitHostPort, unbracketed } from '../contract/address.ts';
import { clientVariables, forWindows } from '../contract/client-environment.ts';
import { describeThrown } from '../contract/lifetimes.ts';
import type { SettingKey } from '../contract/settings.ts';
import { parseOptions, type Override } from '../host/options.ts';
import { SettingsService } from '../host/settings-service.ts';
import { SETUP_HOST } from '../net/setup/setup-site.ts';
import { writeClientFiles } from '../clients/client-files.ts';
import { compose, type Log } from './compose.ts';
import { defaultDataDir } from './data-dir.ts';

/** As a shell has it for a command that is not there, or cannot be run. */
const EXIT = { badOption: 2, failed: 1, notFound: 127, notRunnable: 126 } as const;
/** A proxy on this machine answers at once, unless the machine is busy. */
const PROBE_MS = 5000;
const MAX_PEM = 64 * 1024;

const HELP = `Usage: bsdm-proxy run [options] -- COMMAND [ARGUMENTS]

Runs COMMAND with the environment variables that lead it through the proxy and make it trust the CA.
Uses the BSDM-Proxy that runs already; when there is none, or with --own, one for this command alone,
which reads HTTPS of every host and keeps nothing when the command has ended.

  --proxy HOST:PORT   use the BSDM-Proxy that listens there
  --own               use one for this command alone
  --print             print the variables and run nothing
  --data-dir DIR      where CA and settings are kept (default: the platform’s data folder; BSDM_DATA_DIR)
  --help              print this
`;

interface Wanted {
  proxy: string | undefined;
  own: boolean;
  print: boolean;
  dataDir: string;
  command: string[];
}

/** The proxy that is used, and how to be done with it. */
interface Used {
  proxy: string;
  caPem: string;
  done(): Promise<void>;
}

/** `argv` is what stands behind `run`. Answers the exit code. */
export async function runCommand(argv: readonly string[], log: Log): Promise<number> {
  let wanted: Wanted | 'help';
  try {
    wanted = parse(argv);
  } catch (error) {
    log('error', `${error instanceof Error ? error.message.split('. ')[0] : String(error)}; run --help tells more`);
    return EXIT.badOption;
  }
  if (wanted === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  let used: Used | undefined;
  try {
    used = await findProxy(wanted, log);
    const files = writeClientFiles(path.join(wanted.dataDir, 'clients'), used.caPem, process.env);
    const all = clientVariables({ proxy: used.proxy, ...files });
    const variables = process.platform === 'win32' ? forWindows(all) : all;
    if (wanted.print) {
      process.stdout.write(variables.map(([name, value]) => `${name}=${value}\n`).join(''));
      return 0;
    }
    return await runChild(wanted.command, Object.fromEntries(variables), log);
  } catch (error) {
    log('error', error instanceof Error ? error.message : describeThrown(error));
    return EXIT.failed;
  } finally {
    await used?.done();
  }
}

function parse(argv: readonly string[]): Wanted | 'help' {
  const at = argv.indexOf('--');
  const { values, positionals } = parseArgs({
    args: [...(at < 0 ? argv : argv.slice(0, at))],
    options: {
      proxy: { type: 'string' },
      own: { type: 'boolean' },
      print: { type: 'boolean' },
      'data-dir': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    strict: true,
    allowPositionals: true,
  });
  if (values.help === true) return 'help';
  // Without the two dashes the first word that is no option is the command, if it has no options of its own.
  const command = [...positionals, ...(at < 0 ? [] : argv.slice(at + 1))];
  if (command.length === 0 && values.print !== true) throw new Error('run takes a command: bsdm-proxy run -- COMMAND');
  if (values.proxy !== undefined && !/^\d{1,5}$/.test(splitHostPort(values.proxy).port ?? ''))
    throw new Error(`--proxy takes HOST:PORT, not ${JSON.stringify(values.proxy)}`);
  const dataDir = values['data-dir'] ?? process.env['BSDM_DATA_DIR'];
  return {
    proxy: values.proxy,
    own: values.own === true,
    print: values.print === true,
    dataDir: path.resolve(dataDir === undefined || dataDir === '' ? defaultDataDir() : dataDir),
    command,
  };
}

async function findProxy({ proxy, own, dataDir }: Wanted, log: Log): Promise<Used> {
  if (!own) {
    const at = proxy ?? usualAddress(dataDir, log);
    const running = await probe(at);
    if (running !== undefined) {
      if (running.mode === 'off')
        log(
          'warn',
          'interception is off in the BSDM-Proxy that runs: HTTPS passes unread (--own reads it for this command)',
        );
      return { proxy: at, caPem: running.caPem, done: () => Promise.resolve() };
    }
    if (proxy !== undefined) throw new Error(`no BSDM-Proxy answers on ${proxy}`);
  }
  return startOwn(dataDir, log);
}

/** Where the proxy of this data folder listens, by its settings and the environment. */
function usualAddress(dataDir: string, log: Log): string {
  const given = parseOptions([], process.env);
  const overrides = given.ok ? given.options.overrides : new Map<SettingKey, Override>();
  const { host, port } = new SettingsService(path.join(dataDir, 'settings.json'), overrides, (message) =>
    log('warn', message),
  ).current();
  return joinHostPort(host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host, port);
}

/** The CA of the BSDM-Proxy that listens there; undefined when none does. */
async function probe(proxy: string): Promise<{ caPem: string; mode: string } | undefined> {
  try {
    const caPem = await get(proxy, `http://${SETUP_HOST}/bsdm-proxy-ca.pem`);
    const facts: unknown = JSON.parse(await get(proxy, `http://${SETUP_HOST}/setup.json`));
    if (!caPem.includes('-----BEGIN CERTIFICATE-----') || typeof facts !== 'object' || facts === null) return undefined;
    return { caPem, mode: 'mode' in facts ? String(facts.mode) : 'off' };
  } catch {
    return undefined;
  }
}

function get(proxy: string, url: string): Promise<string> {
  const { host, port } = splitHostPort(proxy);
  return new Promise((resolve, reject) => {
    const request = http.get(
      { host: unbracketed(host), port, path: url, agent: false, timeout: PROBE_MS },
      (response) => {
        if (response.statusCode !== 200) return void request.destroy(new Error(`status ${response.statusCode}`));
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > MAX_PEM) request.destroy(new Error('too long'));
        });
        response.on('end', () => resolve(text));
        response.on('error', reject);
      },
    );
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
  });
}

async function startOwn(dataDir: string, log: Log): Promise<Used> {
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const flag = (value: string | number): Override => ({ value, source: 'flag', origin: 'run' });
  const given = parseOptions([], process.env);
  if (!given.ok) throw new Error(given.problem);
  const { overrides } = given.options;
  overrides.set('host', flag('127.0.0.1')).set('port', flag(0));
  if (!overrides.has('intercept')) overrides.set('intercept', flag('all'));
  const { core } = compose(dataDir, overrides, log);
  const { host, port } = await core.listen();
  const { ca, problem } = await core.handlers['ca.make']({});
  if (ca === undefined) {
    await core.stop();
    throw new Error(problem ?? 'there is no CA');
  }
  return {
    proxy: joinHostPort(host, port),
    caPem: ca.pem,
    async done() {
      const { totals } = core.stats();
      log(
        'info',
        `bsdm-proxy: ${totals.requests} requests, ${totals.byCacheStatus.HIT} answered from the cache, ${totals.tunnels} tunnels`,
      );
      await core.stop();
    },
  };
}

/** Runs it to its end. A signal to us is one to it: we wait for what it makes of it. */
function runChild(command: readonly string[], variables: Record<string, string>, log: Log): Promise<number> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: 'inherit',
      env: { ...process.env, ...variables },
      // Programs of npm are scripts there, which only a shell runs.
      shell: process.platform === 'win32',
    });
    const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    // Ctrl-C reaches the child by the terminal already; here it only must not end us first.
    for (const signal of signals) process.on(signal, signal === 'SIGINT' && process.stdin.isTTY ? noop : pass);
    child.on('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT';
      log('error', missing ? `${program}: command not found` : `${program} could not be run: ${error.message}`);
      resolve(missing ? EXIT.notFound : EXIT.notRunnable);
    });
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, pass).off(name, noop);
      resolve(code ?? 128 + (os.constants.signals[signal ?? 'SIGTERM'] ?? 0));
    });
  });
}

const noop = (): void => undefined;
