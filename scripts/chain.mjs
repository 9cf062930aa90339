/**
 * npm run chain [-- --write FILE]
 * What the chain of caches says beside what was so: Squid, nginx, Varnish and Traffic Server in a row behind the built core.
 * Fetches what is missing first.
 */
import { join } from 'node:path';
import { installDebian } from './lib/debian.mjs';
import { ensureInstalled, projectNode } from './lib/install.mjs';
import { ROOT } from './lib/paths.mjs';
import { handOver } from './lib/run.mjs';
import { Stop, main } from './lib/say.mjs';
import { ensureBuilt } from './lib/targets.mjs';

await main(async (args) => {
  if (process.platform !== 'linux') throw new Stop('npm run chain needs Linux.');
  await ensureInstalled();
  await ensureBuilt(['core']);
  await installDebian({ squid: 'squid', nginx: 'nginx-light', varnishd: 'varnish', traffic_server: 'trafficserver' });
  return handOver(projectNode(), [join(ROOT, 'e2e', 'chain', 'main.ts'), ...args]);
});
