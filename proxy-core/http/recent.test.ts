import { expect, it } from 'vitest';
import { Recent } from './recent.ts';

it('remembers the newest, forgets the oldest, and never holds more than two generations', () => {
  const recent = new Recent<number>(10, 20);
  for (let i = 0; i < 100; i++) {
    recent.set(`key ${i}`, i);
    expect(recent.size).toBeLessThanOrEqual(20);
    for (let back = 0; back < Math.min(10, i + 1); back++) expect(recent.get(`key ${i - back}`)).toBe(i - back);
  }
  expect(recent.get('key 50')).toBeUndefined();
});

it('keeps what is asked for again and again', () => {
  const recent = new Recent<string>(10, 20);
  recent.set('steady', 'yes');
  for (let i = 0; i < 100; i++) {
    recent.set(`key ${i}`, 'no');
    expect(recent.get('steady')).toBe('yes');
  }
});

it('does not keep long keys', () => {
  const recent = new Recent<number>(10, 20);
  recent.set('x'.repeat(21), 1);
  expect(recent.get('x'.repeat(21))).toBeUndefined();
  expect(recent.size).toBe(0);
});
