/** The commands about browsers and trust, over what they share. */
import path from 'node:path';
import os from 'node:os';
import type { ClientSetup } from '../contract/client-environment.ts';
import type { ClientsState } from '../contract/clients.ts';
import type { CommandHandlers } from '../contract/commands.ts';
import { CommandError } from '../contract/errors.ts';
import type { CaInfo } from '../contract/interception.ts';
import { reachableHost } from './browsers/arguments.ts';
import { Browsers } from './browsers/browsers.ts';
import { writeQuickFiles } from './client-files.ts';
import { thisMachine } from './machine.ts';
import { runTool } from './run-tool.ts';
import { askOwnPage } from './self-test.ts';
import { SystemProxy } from './system-proxy/system-proxy.ts';
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
}

export type ClientHandlers = Pick<
  CommandHandlers,
  Extract<keyof CommandHandlers, `clients.${string}` | `trust.${string}`>
>;

export interface Clients {
  readonly handlers: ClientHandlers;
  state(): ClientsState;
  readonly systemProxy: Pick<SystemProxy, 'recover' | 'release'>;
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
  return {
    handlers: {
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
    systemProxy: new SystemProxy({ dataDir: deps.dataDir, machine, run: runTool, report: deps.report }),
    stop: () => browsers.stop(),
  };
}
