/** `bsdm-proxy system-proxy on|off|status|restore`: leads the programs of this desktop through the proxy, and back. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { thisMachine } from '../clients/machine.ts';
import { reachableHost } from '../clients/browsers/arguments.ts';
import { runTool } from '../clients/run-tool.ts';
import { SystemProxy, answers, type Done } from '../clients/system-proxy/system-proxy.ts';
import { stateFolder } from '../clients/system-proxy/state-folder.ts';
import { startWatchdog } from '../clients/system-proxy/watchdog.ts';
import { joinHostPort, unbracketed } from '../contract/address.ts';
import { parseBypass } from '../contract/bypass.ts';
import { parseOptions } from '../host/options.ts';
import { SettingsService } from '../host/settings-service.ts';
import type { Log } from './compose.ts';
import { defaultDataDir } from './data-dir.ts';

const EXIT = { done: 0, failed: 1, badOption: 2 } as const;
const VERBS = ['on', 'off', 'status', 'restore'] as const;

const HELP = `Usage: bsdm-proxy system-proxy on|off|status|restore [options]

on        leads the programs of this desktop through the proxy that listens; what was set before is kept,
          and put back when the proxy ends, however it ends
off       puts back what was set before (restore is the same); what somebody else has changed stays
status    whether it is on, and whose settings there are

  --dry-run           say what on or off would run, and change nothing
  --json              answer as one line of JSON
  --host, --port      where the proxy listens (default: as it is set)
  --data-dir DIR      whose settings say where the proxy listens (default: the platform’s data folder; BSDM_DATA_DIR)
  --help              print this
`;

/** `argv` is what stands behind `system-proxy`. Answers the exit code. */
export async function systemProxyCommand(argv: readonly string[], log: Log): Promise<number> {
  try {
    const wanted = parse(argv);
    if (wanted === 'help') {
      process.stdout.write(HELP);
      return EXIT.done;
    }
    return await carryOut(wanted, log);
  } catch (error) {
    log('error', error instanceof Error ? error.message : String(error));
    return error instanceof TypeError ? EXIT.badOption : EXIT.failed;
  }
}

interface WantedCommand {
  verb: (typeof VERBS)[number];
  dryRun: boolean;
  json: boolean;
  host: string | undefined;
  port: string | undefined;
  dataDir: string;
}

/** Throws a TypeError for what it does not take. */
function parse(argv: readonly string[]): WantedCommand | 'help' {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: {
      'dry-run': { type: 'boolean' },
      json: { type: 'boolean' },
      host: { type: 'string' },
      port: { type: 'string' },
      'data-dir': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    strict: true,
    allowPositionals: true,
  });
  if (values.help === true) return 'help';
  const verb = VERBS.find((name) => name === positionals[0]);
  if (verb === undefined || positionals.length !== 1)
    throw new TypeError('system-proxy takes one of on, off, status, restore; --help tells more');
  const dataDir = values['data-dir'] ?? process.env['BSDM_DATA_DIR'];
  return {
    verb,
    dryRun: values['dry-run'] === true,
    json: values.json === true,
    host: values.host,
    port: values.port,
    dataDir: path.resolve(dataDir === undefined || dataDir === '' ? defaultDataDir() : dataDir),
  };
}

async function carryOut(wanted: WantedCommand, log: Log): Promise<number> {
  const { verb, dryRun } = wanted;
  const machine = thisMachine();
  const folder = stateFolder(machine);
  if (folder === '')
    throw new Error(
      'this user has no home folder, so what was set before could be kept nowhere; set HOME or XDG_STATE_HOME',
    );
  const systemProxy = new SystemProxy({
    folder,
    machine,
    run: runTool,
    report: (message) => log('warn', message),
  });
  switch (verb) {
    case 'status': {
      const { at, ...status } = await systemProxy.status();
      const proxy = at && joinHostPort(at.host, at.port);
      say(wanted, { ...status, ...(proxy !== undefined && { proxy }) }, [
        proxy === undefined ? 'off' : `on: programs are led to ${proxy}`,
        ...status.changed.map((key) => `changed by somebody else meanwhile: ${key}`),
        `settings of: ${status.places.join(', ') || 'no known desktop'}`,
        ...status.problems,
      ]);
      return EXIT.done;
    }
    case 'on': {
      const target = targetOf(wanted, log);
      if (!dryRun && !(await answers(target)))
        throw new Error(`nothing listens on ${target.host}:${target.port}; start the proxy first`);
      const done = dryRun
        ? await systemProxy.dryRun(target)
        : await systemProxy.on(target, (journal) => startWatchdog(machine, watchdogFile(), folder, journal));
      told(wanted, done, log);
      return EXIT.done;
    }
    default:
      return told(wanted, await systemProxy.restore({ dryRun }), log);
  }
}

/** Built it lies beside the command line, as it does among the sources. */
export function watchdogFile(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const built = path.join(here, 'watchdog.mjs');
  return fs.existsSync(built) ? built : path.join(here, 'watchdog.ts');
}

/** Where the proxy listens and what goes past it, by flags, environment and saved settings. */
function targetOf({ host, port, dataDir }: WantedCommand, log: Log): Parameters<SystemProxy['on']>[0] {
  const flags = [...(host === undefined ? [] : [`--host=${host}`]), ...(port === undefined ? [] : [`--port=${port}`])];
  const parsed = parseOptions(flags, process.env);
  if (!parsed.ok) throw new TypeError(parsed.problem);
  const file = path.join(dataDir, 'settings.json');
  const settings = new SettingsService(file, parsed.options.overrides, (message) => log('warn', message)).current();
  return {
    host: unbracketed(reachableHost(settings.host)),
    port: settings.port,
    bypass: parseBypass(settings.systemProxyBypass) ?? [],
  };
}

function told(wanted: WantedCommand, done: Done, log: Log): number {
  say(wanted, { dry_run: wanted.dryRun, ...done }, [
    ...done.lines,
    ...done.kept.map((key) => `kept, for somebody else has changed it: ${key}`),
  ]);
  if (!wanted.json) for (const problem of done.problems) log('warn', problem);
  return done.problems.length > 0 ? EXIT.failed : EXIT.done;
}

function say({ json }: WantedCommand, value: object, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : lines.map((line) => `${line}\n`).join(''));
}
