/**
 * The chain that is read from heads as products document or really send them: `sets/*.txt`. `BSDM_UPDATE=1` writes what is
 * said now: the difference is for a person to judge.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readChain } from './read-chain.ts';
import { readSets, selection, SET_FILES, SETS, toldOf, writtenAnew } from './testkit/sets.ts';

const update = process.env['BSDM_UPDATE'] !== undefined;

describe.each(SET_FILES)('%s', (file) => {
  if (update)
    it('is written anew', () => {
      writeFileSync(join(SETS, file), writtenAnew(file));
    });
  else
    it.each(readSets(file).map((set) => [set.title, set] as const))('%s', (_title, { input, en, ru }) => {
      const chain = readChain(input);
      expect(toldOf(chain, 'en')).toEqual(en);
      expect(toldOf(chain, 'ru')).toEqual(ru);
      for (const hop of chain.hops)
        for (const line of [...hop.evidence, hop.lifetime?.evidence])
          if (line?.list === 'upstream') expect(input.fields[line.index]).toEqual([line.name, line.value]);
    });
});

it('the selection in docs/ is current', () => {
  const path = join(SETS, '../../../../docs/chain.md');
  if (update) writeFileSync(path, selection());
  else expect(readFileSync(path, 'utf8')).toBe(selection());
});
