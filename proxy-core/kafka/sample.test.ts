import { describe, expect, it } from 'vitest';
import { isSampled } from './sample.ts';

const ids = Array.from({ length: 20_000 }, (_, index) => `7f3a9c-${index + 1}`);
const chosen = (share: number): string[] => ids.filter((id) => isSampled(id, share));

describe('sampling by event id', () => {
  it('takes all with 1 and none with 0', () => {
    expect(chosen(1)).toHaveLength(ids.length);
    expect(chosen(0)).toHaveLength(0);
  });

  it.each([0.01, 0.1, 0.5, 0.9])('takes about the share %d of ids that differ in a running number only', (share) => {
    expect(Math.abs(chosen(share).length / ids.length - share)).toBeLessThan(0.02);
  });

  it('gives the same answer for the same id, and a larger share keeps what a smaller one took', () => {
    expect(chosen(0.3)).toEqual(chosen(0.3));
    const larger = new Set(chosen(0.5));
    expect(chosen(0.3).every((id) => larger.has(id))).toBe(true);
  });
});
