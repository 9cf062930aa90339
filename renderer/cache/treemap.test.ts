import { expect, test } from 'vitest';
import { makeEntry } from '../demo/builders.ts';
import { layOut, sumTiles } from './treemap.ts';

test('bytes are summed by host and type, largest first', () => {
  const entries = [
    makeEntry({ id: 1, url: 'http://a.example/1', contentType: 'text/css', sizeBytes: 10 }),
    makeEntry({ id: 2, url: 'http://a.example/2', contentType: 'text/css', sizeBytes: 15 }),
    makeEntry({ id: 3, url: 'http://b.example/3', contentType: 'image/png', sizeBytes: 100 }),
  ];
  expect(sumTiles(entries)).toEqual([
    { host: 'b.example', type: 'png', bytes: 100, entries: 1 },
    { host: 'a.example', type: 'css', bytes: 25, entries: 2 },
  ]);
});

test('areas are true to the weights, fill the box and do not overlap', () => {
  const weights = [40, 25, 12, 9, 6, 4, 2, 1, 1];
  const placed = layOut(weights, (weight) => weight, { x: 10, y: 20, width: 300, height: 200 });
  expect(placed).toHaveLength(weights.length);
  for (const { item, width, height, x, y } of placed) {
    expect(width * height).toBeCloseTo((item * 300 * 200) / 100, 4);
    expect(x).toBeGreaterThanOrEqual(10 - 1e-6);
    expect(y).toBeGreaterThanOrEqual(20 - 1e-6);
    expect(x + width).toBeLessThanOrEqual(310 + 1e-6);
    expect(y + height).toBeLessThanOrEqual(220 + 1e-6);
  }
  for (const [index, a] of placed.entries()) {
    for (const b of placed.slice(index + 1)) {
      const over =
        Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 1e-6 &&
        Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 1e-6;
      expect(over).toBe(false);
    }
  }
});

test('nothing to show is nothing shown', () => {
  expect(layOut([], () => 1, { x: 0, y: 0, width: 10, height: 10 })).toEqual([]);
  expect(layOut([1], () => 0, { x: 0, y: 0, width: 10, height: 10 })).toEqual([]);
});
