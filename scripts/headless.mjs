/**
 * npm run headless -- [flags]
 * The core without a window. Everything this script says goes to standard error: standard output belongs to the core's
 * ready line. Flags, signals and the exit code pass straight through.
 */
import { ensureInstalled, projectNode } from './lib/install.mjs';
import { CLI } from './lib/paths.mjs';
import { handOver } from './lib/run.mjs';
import { main } from './lib/say.mjs';
import { ensureBuilt } from './lib/targets.mjs';

await main(async (args) => {
  await ensureInstalled();
  await ensureBuilt(['core', 'renderer']);
  return handOver(projectNode(), [CLI, ...args]);
});
