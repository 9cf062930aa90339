/**
 * The core as Electron's utility process. The main process says `start` once, `connect` with a port for each page, and
 * `stop`; the core answers ready, failed or stopped. Everything else goes over the ports.
 */
import { describeListenError } from '../core.ts';
import { createPortChannel, type PortLike } from '../host/channel-port.ts';
import { parseOptions } from '../host/options.ts';
import { serve } from '../host/serve.ts';
import { compose, exitOnUncaught, frameTrace, type Composed, type Log } from './compose.ts';

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
exitOnUncaught(log);

let composed: Composed | undefined;

async function start(dataDir: string): Promise<void> {
  const parsed = parseOptions(process.argv.slice(2), process.env);
  if (!parsed.ok) {
    main.postMessage({ type: 'failed', code: 'error', message: parsed.problem });
    return;
  }
  composed = compose(dataDir, parsed.options.overrides, log);
  try {
    const at = await composed.core.listen();
    main.postMessage({ type: 'ready', host: at.host, port: at.port });
  } catch (error) {
    // The core stays up without a listener: the window says what is wrong and offers another port.
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    main.postMessage({ type: 'failed', code: taken ? 'port-in-use' : 'error', message: describeListenError(error, composed.settings.current()), usable: true });
  }
}

async function stop(): Promise<void> {
  await composed?.core.stop();
  main.postMessage({ type: 'stopped' });
  process.exit(0);
}

main.on('message', ({ data, ports }) => {
  if (typeof data !== 'object' || data === null || !('type' in data)) return;
  switch (data.type) {
    case 'start':
      if (!composed && 'dataDir' in data && typeof data.dataDir === 'string') void start(data.dataDir);
      return;
    case 'connect': {
      const [port] = ports;
      if (port && composed) serve(composed.served, createPortChannel(port), frameTrace(log));
      return;
    }
    case 'stop':
      void stop();
      return;
    default:
      log('warn', `unknown message from the main process: ${String(data.type)}`);
  }
});
