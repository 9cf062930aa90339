/**
 * npm run readme
 * Writes the tables of README.md from the code. They are made by TypeScript, which the project's own Node runs as it is.
 */
import { join } from 'node:path';
import { ensureInstalled, projectNode } from './lib/install.mjs';
import { ROOT } from './lib/paths.mjs';
import { handOver } from './lib/run.mjs';
import { main } from './lib/say.mjs';

await main(async () => {
  await ensureInstalled();
  return handOver(projectNode(), [join(ROOT, 'scripts/readme-tables.ts')]);
});
