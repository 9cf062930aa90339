/**
 * npm run oracle [-- --exchanges 100000 --seed 1]
 * Random exchanges through the real driver and cache, without sockets, each held against an independent model of RFC 9111:
 * what is recorded, sent and said in both languages. Exit code 1 when anything contradicts what happened, with the
 * shortest story that shows it.
 */
import { join } from 'node:path';
import { ensureInstalled, projectNode } from './lib/install.mjs';
import { ROOT } from './lib/paths.mjs';
import { handOver } from './lib/run.mjs';
import { main } from './lib/say.mjs';

await main(async (args) => {
  await ensureInstalled();
  return handOver(projectNode(), [join(ROOT, 'proxy-core/net/exchange/testkit/oracle/main.ts'), ...args]);
});
