import { describe, expect, it } from 'vitest';
import { readFlags } from './flags.ts';

describe('what is asked for', () => {
  it('is the table unless a story is named', () => {
    expect(readFlags([])).toMatchObject({ story: undefined, quick: false, only: [], rounds: undefined });
    expect(readFlags(['--quick', '--only', 't1,t2', '--rounds=3'])).toMatchObject({
      quick: true,
      only: ['t1', 't2'],
      rounds: 3,
    });
    expect(readFlags(['window', '--seconds', '10'])).toMatchObject({ story: 'window', seconds: 10 });
  });
});

describe('what is not understood is told in one line with what is accepted', () => {
  it.each([
    [['--fast'], 'There is no --fast; accepted are --quick, --only VALUE, --rounds VALUE'],
    [['-q'], 'There is no -q; accepted are'],
    [['--toString'], 'There is no --toString'],
    [['--seconds'], '--seconds takes a value.'],
    [['--seconds', '--quick'], '--seconds takes a value, not --quick.'],
    [['--seconds', 'ten'], '--seconds takes a whole number above 0, not "ten".'],
    [['--rounds', '0'], '--rounds takes a whole number above 0, not "0".'],
    [['--quick=yes'], '--quick takes no value, but was given "yes".'],
    [['speed'], 'There is no "speed"; there are latency, memory, soak, start, slow-readers, window.'],
    [['soak', 'start'], 'One story at a time: start is too much.'],
  ])('%s', (args, wrong) => {
    const answer = readFlags(args);
    expect(answer).toHaveProperty('wrong', expect.stringContaining(wrong));
    expect(answer).toHaveProperty('wrong', expect.not.stringContaining('\n'));
  });
});
