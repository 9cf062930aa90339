import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeFilter, describeProblem } from './describe.ts';
import { completeWord, wordAt } from './complete.ts';
import { toggleChip, activeChips } from './edit.ts';
import { parseFilter } from './parse.ts';
import { STORED, TRAFFIC } from './scopes.ts';
import { anyLine } from './testkit/random-lines.ts';
import { rowOf, storedOf } from './testkit/rows.ts';

// bench/filter.ts runs a million of them.
test('no line throws; what does not parse says where, within the line, in both languages', () => {
  const row = rowOf();
  const entry = storedOf();
  fc.assert(
    fc.property(anyLine, (line) => {
      for (const parsed of [parseFilter(line, TRAFFIC), parseFilter(line, STORED)])
        for (const language of ['en', 'ru'] as const)
          if (parsed.ok) expect(describeFilter(parsed.filter?.node ?? null, language)).not.toBe('');
          else {
            expect(describeProblem(parsed.problem, language)).not.toBe('');
            expect(parsed.problem.at).toBeLessThanOrEqual(line.length);
          }
      const traffic = parseFilter(line, TRAFFIC);
      if (traffic.ok) traffic.filter?.decide(row, (at) => at % 2 === 0);
      const stored = parseFilter(line, STORED);
      if (stored.ok) stored.filter?.decide(entry, () => true);
      completeWord(wordAt(line, line.length).word, TRAFFIC, (visit) => visit(row));
      activeChips(toggleChip(line, 'cache:hit'));
    }),
    { numRuns: 2000 },
  );
});
