/**
 * node bench/compare-heads.ts [--millions 10] [--seed 1] [--replies]
 * Our readers of request heads, or of whole replies, beside node's, over millions of odd ones: what ours refuses and node's
 * takes, by class, and whatever ours takes and node's does not (exit code 1). The same seed gives the same inputs.
 */
import { parseArgs } from 'node:util';
import { compareHeads } from '../proxy-core/net/front/wire/testkit/compare-heads.ts';
import { compareReplies } from '../proxy-core/net/origin/wire/testkit/compare-replies.ts';
import { seeded } from '../proxy-core/net/front/wire/testkit/head-inputs.ts';

const { values } = parseArgs({
  options: {
    millions: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    replies: { type: 'boolean', default: false },
  },
});
const count = Number(values.millions) * 1e6;
const compare = values.replies ? compareReplies : compareHeads;
const result = compare(count, seeded(Number(values.seed)));
console.log(
  `${result.inputs} ${values.replies ? 'replies' : 'heads'}: both take ${result.bothTake}, both refuse ${result.bothRefuse}, both wait for more ${result.bothWait}`,
);
for (const [why, { count, example }] of [...result.stricter].sort((a, b) => b[1].count - a[1].count))
  console.log(`ours alone refuses ${count}: ${why}\n    ${example.slice(0, 200)}`);
console.log(`faults: ${result.faults.length}`);
for (const { what, example } of result.faults) console.log(`FAULT ${what}\n    ${example}`);
process.exitCode = result.faults.length > 0 ? 1 : 0;
