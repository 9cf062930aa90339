import { expect, test } from 'vitest';
import { makeEntry } from '../demo/builders.ts';
import { parseFilter } from '../../proxy-core/contract/filter/parse.ts';
import { STORED } from '../../proxy-core/contract/filter/scopes.ts';
import { layOut, sumTiles, tileFilter } from './treemap.ts';

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

test('a tile leads to the entries it stands for, and to no others', () => {
  const entries = [
    makeEntry({ id: 1, url: 'http://a.example/1', contentType: 'text/css' }),
    makeEntry({ id: 2, url: 'http://a.example/2', contentType: 'image/svg+xml' }),
    makeEntry({ id: 3, url: 'http://a.example/3', contentType: 'image/png' }),
    makeEntry({ id: 4, url: 'http://a.example:8080/4', contentType: 'text/css' }),
    makeEntry({ id: 5, url: 'http://cdn.a.example/5', contentType: 'text/css' }),
    makeEntry({ id: 6, url: 'http://a.example/6', contentType: 'odd "one"/a (b) \\' }),
    makeEntry({ id: 7, url: 'http://a.example/7', contentType: '' }),
    makeEntry({ id: 8, url: 'http://a.example/8', contentType: 'none/html' }),
    makeEntry({ id: 9, url: 'http://a.example/9', contentType: 'text/plain' }),
  ];
  for (const tile of sumTiles(entries)) {
    const parsed = parseFilter(tileFilter(tile), STORED);
    const found = entries.filter((entry) => parsed.ok && parsed.filter?.decide(entry) === true);
    expect(sumTiles(found), tileFilter(tile)).toEqual([tile]);
  }
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
