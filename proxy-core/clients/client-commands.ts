/** The commands about browsers and trust, over what they share. */
import path from 'node:path';
import os from 'node:os';
import type { ClientSetup } from '../contract/client-environment.ts';
import type { ClientsState } from '../contract/clients.ts';
import type { CommandHandlers } from '../contract/commands.ts';
import { CommandError } from '../contract/errors.ts';
import type { CaInfo } from '../contract/interception.ts';
import type { SystemProxyState } from '../contract/system-proxy.ts';
import { reachableHost } from './browsers/arguments.ts';
import { Browsers } from './browsers/browsers.ts';
import { writeQuickFiles } from './client-files.ts';
import { thisMachine } from './machine.ts';
import { runTool } from './run-tool.ts';
import { askOwnPage } from './self-test.ts';
import { stateFolder } from './system-proxy/state-folder.ts';
import { SystemProxySwitch } from './system-proxy/switch.ts';
import { SystemProxy, type StartWatchdog } from './system-proxy/system-proxy.ts';
import { startWaiter, type Waiter } from './system-proxy/waiter.ts';
import { startWatchdog } from './system-proxy/watchdog.ts';
import { findTerminal, openTerminal } from './terminal/terminal.ts';
import { Trust } from './trust/trust.ts';

export interface ClientsDeps {
  /** Empty for a core that keeps nothing. */
  dataDir: string;
  listening: () => { host: string; port: number } | null;
  /** The CA there is; undefined while there is none. */
  ca: () => CaInfo | undefined;
  makeCa: () => CaInfo;
  timeOfDay: () => number;
  report: (message: string) => void;
  onChange: (state: ClientsState) => void;
  /** The setting of the same name. */
  systemProxyBypass: () => string;
  /** How the system proxy is put back when this process dies; undefined where it cannot be switched on. */
  watchdog: Watchdog | undefined;
  onSystemProxy: (state: SystemProxyState) => void;
}

/** A file for the Node that runs this, or a program that puts back and needs nobody to run it. */
export type Watchdog = { file: string } | { restore: readonly string[] };

export type ClientHandlers = Pick<
  CommandHandlers,
  Extract<keyof CommandHandlers, `clients.${string}` | `trust.${string}` | `systemProxy.${string}`>
>;

export interface Clients {
  readonly handlers: ClientHandlers;
  state(): ClientsState;
  readonly systemProxy: Pick<SystemProxySwitch, 'state' | 'watch' | 'follow' | 'stop'>;
  /** Puts back what a run left that is gone. */
  recover(): Promise<void>;
  /** Ends the browsers. */
  stop(): Promise<void>;
}

export function createClients(deps: ClientsDeps): Clients {
  const machine = thisMachine();
  const folder = deps.dataDir === '' ? path.join(os.tmpdir(), 'bsdm-proxy') : deps.dataDir;
  function listening(): { host: string; port: number } {
    const at = deps.listening();
    if (at === null) throw new CommandError('conflict', 'the proxy does not listen', 'Give it a free port first.');
    return at;
  }
  function environment(): ClientSetup {
    const at = listening();
    const proxy = `${reachableHost(at.host)}:${at.port}`;
    const ca = deps.ca();
    // A core that keeps nothing leaves no files for others either.
    return ca === undefined || deps.dataDir === ''
      ? { proxy }
      : { proxy, ...writeQuickFiles(path.join(folder, 'clients'), ca.pem, machine.env) };
  }
  const terminal = findTerminal(machine);
  const state = (): ClientsState => ({
    ...browsers.state(),
    ...(terminal !== undefined && { terminal: terminal.name }),
  });
  const browsers = new Browsers({
    ...deps,
    machine,
    folder: path.join(folder, 'browsers'),
    run: runTool,
    onChange: () => deps.onChange(state()),
  });
  const trust = new Trust({ machine, run: runTool, ca: deps.ca, makeCa: deps.makeCa });
  const keeper = deps.dataDir === '' ? '' : stateFolder(machine);
  const systemProxy = new SystemProxy({ folder: keeper, machine, run: runTool, report: deps.report });
  let waiter: Waiter | undefined;
  const startKeeper: StartWatchdog = async (journal) => {
    if (deps.watchdog === undefined) throw new Error('nothing here could put back what was set before');
    if ('file' in deps.watchdog) return startWatchdog(machine, deps.watchdog.file, keeper, journal);
    waiter = await startWaiter(machine, deps.watchdog.restore, keeper, journal);
    return waiter.pid;
  };
  const switching = new SystemProxySwitch({
    systemProxy,
    folder: keeper,
    listening: deps.listening,
    bypass: deps.systemProxyBypass,
    startWatchdog: startKeeper,
    endWatchdog: () => (waiter = void waiter?.end()),
    report: deps.report,
    onChange: deps.onSystemProxy,
  });
  return {
    handlers: {
      ...switching.handlers,
      'clients.list': state,
      'clients.launch': (request) => browsers.launch(request),
      'clients.close': async ({ id }) => ({ closed: await browsers.close(id) }),
      'clients.environment': environment,
      'clients.terminal': async () => ({
        name: await openTerminal(machine, path.join(folder, 'clients'), environment()),
      }),
      'clients.test': () => {
        const { host, port } = listening();
        return askOwnPage(reachableHost(host).replace('[', '').replace(']', ''), port);
      },
      'trust.list': () => trust.list(),
      'trust.install': ({ store }) => trust.install(store),
      'trust.remove': ({ store }) => trust.remove(store),
    },
    state,
    systemProxy: switching,
    recover: () => systemProxy.recover(),
    stop: () => browsers.stop(),
  };
}
