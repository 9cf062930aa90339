/**
 * Before `npm pack`: builds what goes into the headless package, and collects the licences and the bill of materials.
 * The package is the core with the browser UI and nothing else; `files` in package.json lists it.
 */
import { ensureInstalled } from './lib/install.mjs';
import { writeLegal } from './lib/legal.mjs';
import { main } from './lib/say.mjs';
import { TARGET_NAMES, ensureBuilt } from './lib/targets.mjs';

await main(async () => {
  await ensureInstalled();
  await ensureBuilt(TARGET_NAMES);
  await writeLegal();
});
