/**
 * npm run conformance [-- --suite DIR --ttl 3600 --https --ignore-dependencies --id TEST --source] [-- proxy flags]
 * The public HTTP cache tests against the built core. Exit code 1 when a required test fails, or one that is not listed.
 */
import { join } from 'node:path';
import { ensureInstalled, projectNode } from './lib/install.mjs';
import { ROOT } from './lib/paths.mjs';
import { handOver } from './lib/run.mjs';
import { main } from './lib/say.mjs';
import { ensureBuilt } from './lib/targets.mjs';

await main(async (args) => {
  await ensureInstalled();
  if (!args.includes('--source') && !args.includes('--help')) await ensureBuilt(['core']);
  return handOver(projectNode(), [join(ROOT, 'e2e', 'conformance', 'main.ts'), ...args]);
});
