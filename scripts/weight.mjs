/**
 * npm run weight
 * Builds the page if need be, prints what its first load and its later parts weigh, and fails when the first load is too heavy.
 */
import { ensureInstalled } from './lib/install.mjs';
import { Stop, main } from './lib/say.mjs';
import { ensureBuilt } from './lib/targets.mjs';
import { checkWeight, weighPage, weightTable } from './lib/weight.mjs';

await main(async (args) => {
  if (args.length > 0) throw new Stop('npm run weight takes nothing.', 2);
  await ensureInstalled();
  await ensureBuilt(['renderer']);
  const weight = weighPage();
  process.stdout.write(`${weightTable(weight)}\n`);
  checkWeight(weight);
});
