/**
 * The app started only to put the system proxy back, when the core has died (proxy-core/clients/system-proxy/waiter.ts). All of it is done
 * before Electron looks for a display: there may be none any more.
 */
import { thisMachine } from '../proxy-core/clients/machine.ts';
import { runToolAtOnce } from '../proxy-core/clients/run-tool.ts';
import { stateFolder } from '../proxy-core/clients/system-proxy/state-folder.ts';
import { SystemProxy } from '../proxy-core/clients/system-proxy/system-proxy.ts';

const SWITCH = '--bsdm-put-back';

/** The program and its arguments, to which the owner is added. `appPath` is given where the program is Electron as it comes. */
export function putBackLine(program: string, appPath: string | undefined, platform: NodeJS.Platform): string[] {
  // No page and no foreign byte is ever loaded in this start; the sandbox's own start may be what a system refuses.
  const flags = platform === 'linux' ? ['--no-sandbox', '--no-zygote', '--disable-gpu'] : [];
  return [program, ...(appPath === undefined ? [] : [appPath]), ...flags, SWITCH];
}

/** Whose switching on is to be put back; undefined when this is an ordinary start. */
export function putBackOwner(argv: readonly string[]): string | undefined {
  const at = argv.indexOf(SWITCH);
  return at === -1 ? undefined : argv[at + 1];
}

/** What could not be put back stays in the journal for the next start. */
export async function putBack(owner: string): Promise<void> {
  const machine = thisMachine();
  const systemProxy = new SystemProxy({
    folder: stateFolder(machine),
    machine,
    run: runToolAtOnce,
    report: (message) => console.error(message),
  });
  const { problems } = await systemProxy.restore({ owner });
  for (const problem of problems) console.error(problem);
}
