/**
 * npm run check [-- paths of tests]
 * What to run before a commit: types of every room, lint, format, dead code, the arrows between the rooms and the unit
 * tests. Tests that start a real Kafka are left to npm test.
 */
import { ensureInstalled } from './lib/install.mjs';
import { closingLines } from './lib/report.mjs';
import { main } from './lib/say.mjs';
import { sourceChecks, unitTests } from './lib/steps.mjs';

await main(async (args) => {
  const startedAt = performance.now();
  await ensureInstalled();
  const steps = [
    ...(await sourceChecks({ quick: true })),
    await unitTests(['--exclude', '**/*.broker.test.ts', ...args]),
  ];
  const { lines, failed } = closingLines(steps, performance.now() - startedAt);
  process.stdout.write(`\n${lines.join('\n')}\n`);
  return failed === 0 ? 0 : 1;
});
