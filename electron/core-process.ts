/** Real core processes for the supervisor: a utility process per start, and a message channel per page. */
import { MessageChannelMain, utilityProcess, type MessagePortMain, type WebContents } from 'electron';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseFromCore } from './core-protocol.ts';
import { CoreSupervisor, type CoreChild, type CoreChildEvents, type SupervisorOptions } from './core-supervisor.ts';
import { DESKTOP_CHANNELS, type CoreProcessStatus } from './desktop-api.ts';
import { lastErrorOf, type ProcessEnd } from './exit-reason.ts';
import type { LogFile } from './log-file.ts';
import { unpackedPath } from './launch-options.ts';

/** Shown in the system's process list and in Electron's metrics. */
/** The name the core's process has among those of the app. */
export const CORE_SERVICE_NAME = 'BSDM-Proxy core';
/** Enough of standard error to hold the message of an uncaught exception. */
const KEPT_ERROR_CHARS = 4_096;
/** Standard error of a process that is gone is waited for this long, ms: a child of its own might hold it open. */
const LAST_WORDS_MS = 500;

function forkCore(
  entry: string,
  args: readonly string[],
  events: CoreChildEvents,
  log: LogFile,
): CoreChild<MessagePortMain> {
  const child = utilityProcess.fork(entry, [...args], {
    serviceName: CORE_SERVICE_NAME,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let errors = '';
  let fatal: string | undefined;
  child.stderr?.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk);
    log.add('core', chunk.toString('utf8'));
    errors = (errors + chunk.toString('utf8')).slice(-KEPT_ERROR_CHARS);
  });
  child.on('error', (_type, location) => (fatal = location));
  child.on('message', (raw: unknown) => {
    const message = parseFromCore(raw);
    if (message === null) console.error('the core sent a message that main does not know');
    else events.message(message);
  });
  // The process may be gone before its last words are read.
  const errorsRead = new Promise<void>((resolve) => {
    if (child.stderr === null) resolve();
    else
      child.stderr
        .once('end', resolve)
        .once('close', resolve)
        .once('error', () => resolve());
  });
  child.on(
    'exit',
    (code) =>
      void Promise.race([errorsRead, delay(LAST_WORDS_MS)]).then(() => {
        const lastErrorLine = lastErrorOf(errors);
        const end: ProcessEnd = {
          code,
          ...(fatal === undefined ? {} : { fatal }),
          ...(lastErrorLine === undefined ? {} : { lastErrorLine }),
        };
        events.end(end);
      }),
  );
  return {
    send: (message, ports) => child.postMessage(message, ports),
    kill: () => {
      // kill() only asks (SIGTERM), and this is called when asking did not help.
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    },
  };
}

export interface CoreProcess {
  readonly supervisor: CoreSupervisor<MessagePortMain>;
  /** Gives the page a port to the core as soon as one answers, and one to each later core. */
  connectPage(page: WebContents, nonce: string): void;
}

/** Makes the core of this app; `supervisor.start()` starts it. */
export function createCoreProcess(options: {
  coreDir: string;
  dataDir: string;
  restore: readonly string[];
  notices: readonly string[];
  args: readonly string[];
  log: LogFile;
  onStatus: (status: CoreProcessStatus) => void;
  onNews: NonNullable<SupervisorOptions<MessagePortMain>['onNews']>;
}): CoreProcess {
  const entry = unpackedPath(path.join(options.coreDir, 'utility.mjs'));
  const supervisor = new CoreSupervisor<MessagePortMain>({
    fork: (args, events) => forkCore(entry, args, events, options.log),
    dataDir: options.dataDir,
    restore: options.restore,
    notices: options.notices,
    args: options.args,
    env: process.env,
    onStatus: options.onStatus,
    onNews: options.onNews,
  });
  const knownPages = new WeakSet<WebContents>();
  return {
    supervisor,
    connectPage: (page, nonce) => {
      const id = page.id;
      supervisor.connect(id, () => {
        if (page.isDestroyed()) return null;
        const { port1, port2 } = new MessageChannelMain();
        page.postMessage(DESKTOP_CHANNELS.port, nonce, [port2]);
        return port1;
      });
      if (!knownPages.has(page)) {
        knownPages.add(page);
        page.once('destroyed', () => supervisor.forget(id));
      }
    },
  };
}
