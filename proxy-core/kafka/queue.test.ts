import { describe, expect, it } from 'vitest';
import { BoundedQueue } from './queue.ts';

const numbers = (queue: BoundedQueue<number>): number[] =>
  queue.take(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY).map((waiting) => waiting.item);

function filled(count: number, bytes = 10, limits = { events: 1000, bytes: 1_000_000 }): BoundedQueue<number> {
  const queue = new BoundedQueue<number>(limits);
  for (let item = 1; item <= count; item += 1) queue.push(item, bytes, 1000 + item);
  return queue;
}

describe('a bounded queue', () => {
  it('gives records back in the order they came, also after the circle has turned and grown', () => {
    const queue = filled(50);
    expect(queue.take(300, 100)).toHaveLength(30);
    for (let item = 51; item <= 300; item += 1) queue.push(item, 10, 0);
    expect(numbers(queue)).toEqual(Array.from({ length: 270 }, (_, index) => 31 + index));
    expect(queue.size).toBe(0);
    expect(queue.bytes).toBe(0);
  });

  it('drops the oldest when the count is reached, and says how many', () => {
    const queue = filled(3, 10, { events: 3, bytes: 1000 });
    expect(queue.push(4, 10, 0)).toBe(1);
    expect(numbers(queue)).toEqual([2, 3, 4]);
  });

  it('drops as many as a heavy one needs when the bytes are reached', () => {
    const queue = filled(5, 20, { events: 100, bytes: 100 });
    expect(queue.push(6, 70, 0)).toBe(4);
    expect(queue.bytes).toBe(90);
    expect(numbers(queue)).toEqual([5, 6]);
  });

  it('does not empty itself for one that can never fit', () => {
    const queue = filled(2, 20, { events: 100, bytes: 100 });
    expect(queue.push(3, 101, 0)).toBe(1);
    expect(numbers(queue)).toEqual([1, 2]);
  });

  it('takes by bytes, by count, and at least one', () => {
    const queue = filled(10, 30);
    expect(queue.take(100, 100).map((waiting) => waiting.item)).toEqual([1, 2, 3]);
    expect(queue.take(1000, 2).map((waiting) => waiting.item)).toEqual([4, 5]);
    expect(queue.take(1, 100).map((waiting) => waiting.item)).toEqual([6]);
  });

  it('puts records back before the waiting ones; when there is no room the oldest of all go', () => {
    const queue = filled(6, 10, { events: 6, bytes: 1000 });
    const taken = queue.take(30, 100);
    queue.push(7, 10, 0);
    expect(queue.putBack(taken)).toBe(1);
    expect(numbers(queue)).toEqual([2, 3, 4, 5, 6, 7]);
  });

  it('knows since when the oldest waits', () => {
    const queue = filled(2);
    expect(queue.oldestAtMs).toBe(1001);
    queue.take(10, 1);
    expect(queue.oldestAtMs).toBe(1002);
    queue.clear();
    expect(queue.oldestAtMs).toBeUndefined();
  });

  it('follows new limits at once', () => {
    const queue = filled(10);
    expect(queue.setLimits({ events: 4, bytes: 1000 })).toBe(6);
    expect(numbers(queue)).toEqual([7, 8, 9, 10]);
  });
});
