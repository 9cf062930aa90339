/** The watchdog of the system proxy as a program of its own, small for it stays: `watchdog FOLDER OWNER`. */
import { thisMachine } from '../clients/machine.ts';
import { runTool } from '../clients/run-tool.ts';
import { SystemProxy } from '../clients/system-proxy/system-proxy.ts';
import { watch } from '../clients/system-proxy/watchdog.ts';

const [, , folder, owner] = process.argv;
if (folder === undefined || owner === undefined) process.exit(2);
const systemProxy = new SystemProxy({
  folder,
  machine: thisMachine(),
  run: runTool,
  // Nobody reads what it says; what could not be put back stays in the journal for the next start.
  report: () => undefined,
});
await watch(systemProxy, folder, owner, () => void process.stdout.write('watching\n'));
process.exit(0);
