/** npm run oracle -- --exchanges 100000 --seed 1: random exchanges, each held against an independent model of RFC 9111. */
import { parseArgs } from 'node:util';
import { replay, run } from './run.ts';
import { asStory } from './steps.ts';

const { values } = parseArgs({
  options: { exchanges: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});

const startedAt = performance.now();
const { tally, scenarios, found } = await run(Number(values.exchanges), Number(values.seed));
const counts = (map: ReadonlyMap<string, number>): string =>
  [...map]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `  ${name} ${count}`)
    .join('\n') || '  none';
const kinds = new Map<string, number>();
for (const { kind } of tally.contradictions) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
const checks = [...tally.checks.values()].reduce((sum, count) => sum + count, 0);

for (const { kind, text, seed, scenario } of found) {
  const again = await replay(scenario);
  const now = again.contradictions.find((item) => item.kind === kind)?.text ?? text;
  process.stdout.write(`\n## ${kind} (scenario ${seed})\n${now}\n${asStory(scenario)}\n`);
}
process.stdout.write(`
${tally.exchanges} exchanges in ${scenarios} scenarios, seed ${values.seed}, ${((performance.now() - startedAt) / 1000).toFixed(1)} s
checks ${checks}
${counts(tally.checks)}
numbers read in sentences
${counts(tally.read)}
not modelled
${counts(tally.unmodelled)}
contradictions ${tally.contradictions.length}
${counts(kinds)}
`);
process.exitCode = tally.contradictions.length === 0 ? 0 : 1;
