/**
 * npm run format
 * Writes every source file as Prettier writes it.
 */
import { ensureInstalled, projectNode } from './lib/install.mjs';
import { handOver } from './lib/run.mjs';
import { main } from './lib/say.mjs';
import { PRETTIER } from './lib/steps.mjs';

await main(async () => {
  await ensureInstalled();
  return handOver(projectNode(), [...PRETTIER, '--write']);
});
