/**
 * npm run check [-- --all | paths of tests]
 * What to run before a commit: types of every room, lint, format, dead code, the arrows between the rooms, and the unit
 * tests that what is not committed yet can change; with --all all of them. Tests that start a real Kafka are left to
 * npm test.
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
    await unitTests(['--exclude', '**/*.broker.test.ts', '--passWithNoTests', ...which(args)]),
  ];
  const { lines, failed } = closingLines(steps, performance.now() - startedAt);
  process.stdout.write(`\n${lines.join('\n')}\n`);
  return failed === 0 ? 0 : 1;
});

/**
 * vitest's arguments for the tests that are wanted.
 * @param {string[]} args
 */
function which(args) {
  if (args.includes('--all')) return args.filter((arg) => arg !== '--all');
  return args.length > 0 ? args : ['--changed', 'HEAD'];
}
