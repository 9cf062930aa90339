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

it('keeps fewer when keys are long, and forgets all when asked', () => {
  const recent = new Recent<number>(1000, 2048);
  for (let i = 0; i < 1000; i++) recent.set(`${i}`.padEnd(2000, 'k'), i);
  expect(recent.size * 2000).toBeLessThanOrEqual(2 * 1000 * 128);
  expect(recent.get('999'.padEnd(2000, 'k'))).toBe(999);
  recent.clear();
  expect(recent.size).toBe(0);
});

it('swaps a value for the one before, in either generation, and many swaps of one key push nothing out', () => {
  const recent = new Recent<number>(10, 20);
  recent.set('steady', -1);
  expect(recent.swap('a', 1)).toBeUndefined();
  for (let i = 2; i <= 5000; i++) expect(recent.swap('a', i)).toBe(i - 1);
  expect(recent.get('steady')).toBe(-1);
  for (let i = 0; i < 10; i++) recent.set(`key ${i}`, i);
  expect(recent.swap('a', 0)).toBe(5000);
  expect(recent.get('a')).toBe(0);
});
