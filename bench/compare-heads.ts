/**
 * node bench/compare-heads.ts [--millions 10] [--seed 1]
 * Our reader of request heads beside node's, over millions of odd heads: what ours refuses and node's takes, by class, and
 * whatever ours takes and node's does not (exit code 1). The same seed gives the same heads.
 */
import { parseArgs } from 'node:util';
import { compareHeads } from '../proxy-core/net/front/wire/testkit/compare-heads.ts';
import { seeded } from '../proxy-core/net/front/wire/testkit/head-inputs.ts';

const { values } = parseArgs({
  options: { millions: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
});
const result = compareHeads(Number(values.millions) * 1e6, seeded(Number(values.seed)));
console.log(
  `${result.heads} heads: both take ${result.bothTake}, both refuse ${result.bothRefuse}, given an end after waiting ${result.bothWait}`,
);
for (const [why, { count, example }] of [...result.stricter].sort((a, b) => b[1].count - a[1].count))
  console.log(`ours alone refuses ${count}: ${why}\n    ${example.slice(0, 200)}`);
console.log(`faults: ${result.faults.length}`);
for (const { what, example } of result.faults) console.log(`FAULT ${what}\n    ${example}`);
process.exitCode = result.faults.length > 0 ? 1 : 0;
