/**
 * The core as Electron's utility process. The main process says `start` once, `connect` with a port for each page, and
 * `stop`; the core answers ready, failed or stopped. Everything else goes over the ports.
 */
import { describeListenError } from '../net/listening.ts';
import { isCommandName } from '../contract/commands.ts';
import { toWireError } from '../contract/errors.ts';
import { CORE_STOP_MS, describeThrown } from '../contract/lifetimes.ts';
import { createPortChannel, type PortLike } from '../host/channel-port.ts';
import { parseOptions } from '../host/options.ts';
import { call, serve } from '../host/serve.ts';
import { compose, guardProcess, frameTrace, type Composed, type Log } from './compose.ts';
import { slowGrowth } from './memory.ts';
import { feedShell } from './shell-feed.ts';

/** Electron's `process.parentPort`, as far as it is used. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown; ports: PortLike[] }) => void): void;
  postMessage(message: unknown): void;
}

const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;
const log: Log = (level, message) => void process.stderr.write(`${level === 'info' ? '' : `${level}: `}${message}\n`);

if (!parentPort) {
  log('error', 'this file is started by the desktop app; start out/core/cli.mjs instead');
  process.exit(2);
}
const main = parentPort;
guardProcess(log);

let composed: Composed | undefined;

const failed = (code: 'port-in-use' | 'error', message: string, usable: boolean): void =>
  main.postMessage({ type: 'failed', code, message, usable });

async function start(dataDir: string, restore: readonly string[], notices: readonly string[]): Promise<void> {
  const parsed = parseOptions(process.argv.slice(2), process.env);
  if (!parsed.ok) {
    failed('error', parsed.problem, false);
    return;
  }
  // Electron starts this process, with no room for V8's own flags.
  slowGrowth();
  const { core, settings } = (composed = compose(dataDir, parsed.options.overrides, log, {
    watchdog: restore.length > 0 ? { restore } : undefined,
    notices,
  }));
  try {
    const at = await core.listen();
    main.postMessage({ type: 'ready', host: at.host, port: at.port });
  } catch (error) {
    // The core stays up without a listener: the window says what is wrong and offers another port.
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    const { listenProblem = describeListenError(error, settings.current()) } = await core.handlers['core.info']({});
    failed(taken ? 'port-in-use' : 'error', listenProblem, true);
  }
  followListener(core);
  feedShell(core, (news) => main.postMessage({ type: 'shell', news }));
}

/** Tells main when the settings move the listener: a core that found its port after all is no longer one with a problem. */
function followListener(core: Composed['core']): void {
  const place = (listening: { host: string; port: number } | null): string =>
    listening === null ? '' : `${listening.host} ${listening.port}`;
  let told: string | undefined;
  core.streams.core({}, ({ listening, listenProblem }) => {
    // The first one is what start() has told.
    const isNews = told !== undefined && told !== place(listening);
    told = place(listening);
    if (!isNews) return;
    if (listening !== null) main.postMessage({ type: 'ready', host: listening.host, port: listening.port });
    else if (listenProblem !== undefined) failed('error', listenProblem, true);
  });
}

const words = (raw: unknown): string[] => (Array.isArray(raw) ? raw.filter((word) => typeof word === 'string') : []);

async function stop(): Promise<void> {
  setTimeout(() => process.exit(1), CORE_STOP_MS).unref();
  await composed?.core.stop();
  main.postMessage({ type: 'stopped' });
  process.exit(0);
}

main.on('message', ({ data, ports }) => {
  if (typeof data !== 'object' || data === null || !('type' in data)) return;
  switch (data.type) {
    case 'start':
      if (!composed && 'dataDir' in data && typeof data.dataDir === 'string')
        start(
          data.dataDir,
          'restore' in data ? words(data.restore) : [],
          'notices' in data ? words(data.notices) : [],
        ).catch((error: unknown) => failed('error', `the core could not start: ${describeThrown(error)}`, false));
      return;
    case 'connect': {
      const [port] = ports;
      if (port && composed) serve(composed.served, createPortChannel(port), frameTrace(log));
      return;
    }
    case 'call': {
      if (!composed || !('name' in data) || !('params' in data) || !isCommandName(data.name)) return;
      call(composed.core.handlers, data.name, data.params).catch((error: unknown) =>
        main.postMessage({ type: 'call-failed', message: toWireError(error).message }),
      );
      return;
    }
    case 'stop':
      stop().catch(() => process.exit(1));
      return;
    default:
      log('warn', `unknown message from the main process: ${String(data.type)}`);
  }
});
