import { expect, it } from 'vitest';
import { Generations } from './generations.ts';
import { makeRandom } from '../testkit/make.ts';

it('knows the change of a URL, and does not take the change of another in its place for it', () => {
  const generations = new Generations();
  const [one, two, three] = [5, 5 + 4096, 5 + 8192] as const;
  const mark = generations.mark;
  generations.advance(one);
  expect([one, two, three].map((hash) => generations.changedSince(hash, mark))).toEqual([true, false, false]);
  generations.advance(two);
  expect([one, two].map((hash) => generations.changedSince(hash, mark))).toEqual([true, true]);
  expect(generations.changedSince(one, generations.mark)).toBe(false);
  generations.advanceAll();
  expect(generations.changedSince(7, mark)).toBe(true);
});

it('never forgets a change, whatever shares a place: 100,000 random ones', () => {
  const random = makeRandom(44);
  const generations = new Generations();
  const last = new Map<number, number>();
  let mistaken = 0;
  for (let i = 0; i < 100_000; i++) {
    const hash = Math.floor(random() * 40) * 1024;
    if (random() < 0.5) {
      generations.advance(hash);
      last.set(hash, generations.mark);
    }
    const asked = Math.floor(random() * 40) * 1024;
    const mark = generations.mark - Math.floor(random() * 8);
    const changed = (last.get(asked) ?? 0) > mark;
    const told = generations.changedSince(asked, mark);
    if (changed && !told) expect.fail(`a change of ${asked} after ${mark} was forgotten`);
    if (told && !changed) mistaken++;
  }
  expect(mistaken).toBeGreaterThan(0);
});
