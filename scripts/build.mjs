/**
 * npm run build [-- core electron renderer] [--force]
 * Builds into out/ what is not up to date; without names all three.
 */
import { ensureInstalled } from './lib/install.mjs';
import { Stop, main } from './lib/say.mjs';
import { TARGET_NAMES, ensureBuilt, isTarget } from './lib/targets.mjs';

await main(async (args) => {
  const names = args.filter((arg) => arg !== '--force');
  const unknown = names.find((name) => !isTarget(name));
  if (unknown !== undefined)
    throw new Stop(`There is no target "${unknown}"; there are ${TARGET_NAMES.join(', ')}.`, 2);
  await ensureInstalled();
  await ensureBuilt(names.length > 0 ? names.filter(isTarget) : TARGET_NAMES, {
    force: args.includes('--force'),
    warnings: true,
  });
});
