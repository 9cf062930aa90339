/** The watchdog of the system proxy as a program of its own, small for it stays: `watchdog DATA-FOLDER OWNER`. */
import { thisMachine } from '../clients/machine.ts';
import { runTool } from '../clients/run-tool.ts';
import { SystemProxy } from '../clients/system-proxy/system-proxy.ts';
import { watch } from '../clients/system-proxy/watchdog.ts';

const [, , dataDir, owner] = process.argv;
if (dataDir === undefined || owner === undefined) process.exit(2);
const systemProxy = new SystemProxy({
  dataDir,
  machine: thisMachine(),
  run: runTool,
  // Nobody reads what it says; what could not be put back stays in the journal for the next start.
  report: () => undefined,
});
await watch(systemProxy, dataDir, owner, () => void process.stdout.write('watching\n'));
process.exit(0);
