/**
 * npm run package [-- --linux | --mac | --win | --dir | …]
 * The desktop packages, into release/: builds, collects licences and the bill of materials, and runs electron-builder with
 * the flags given. Its configuration is electron-builder.yml.
 */
import { join } from 'node:path';
import { ensureInstalled, projectNode } from './lib/install.mjs';
import { writeLegal } from './lib/legal.mjs';
import { MODULES } from './lib/paths.mjs';
import { handOver } from './lib/run.mjs';
import { main } from './lib/say.mjs';
import { TARGET_NAMES, ensureBuilt } from './lib/targets.mjs';

/** Keys to sign and notarise with. A workflow without the secret sets them empty, which electron-builder takes for a path. */
const KEYS = /^((WIN_)?CSC_(LINK|KEY_PASSWORD)|APPLE_API_(KEY|KEY_ID|ISSUER))$/;

await main(async (args) => {
  for (const [name, value] of Object.entries(process.env))
    if (KEYS.test(name) && value === '') delete process.env[name];
  await ensureInstalled();
  await ensureBuilt(TARGET_NAMES);
  await writeLegal();
  return handOver(projectNode(), [join(MODULES, 'electron-builder', 'cli.js'), ...args]);
});
