import { expect, it } from 'vitest';
import { tableOf } from './table.ts';

const row = (ours: number[], theirs: number[]): string =>
  tableOf(
    [{ id: 't', title: 'x', unit: 'ms', values: { ours, squid: theirs }, aims: [{ over: 'squid', atLeast: 1 }] }],
    ['ours', 'squid'],
  )
    .split('\n')
    .at(-1)!;

it('shows half the spread as a share of the median', () => {
  expect(row([90, 100, 110], [50, 50])).toContain('| 100 ±10 % | 50 ±0 % | 1.9 |'.replace('1.9', '1.90'));
});

it('has no share of a median that is zero, and no ratio to zero', () => {
  const text = row([0, 0, 0], [0, 0, 4]);
  expect(text).not.toMatch(/NaN|Infinity|∞|none/);
  expect(text).toContain('| 0 | 0, 0 to 4 |  |');
});

it('says that nothing can be told of a zero in place of a verdict', () => {
  expect(row([3, 3], [0, 0])).toContain('≥ 1 × squid: not comparable, one is 0');
});
