import { expect, test } from 'vitest';
import { makeRow } from '../demo/builders.ts';
import { countHosts, firstPart } from './hosts.ts';

test('hosts and the first parts of their paths are counted, the busiest first', () => {
  const rows = [
    makeRow({ id: 1, host: 'a.example', path: '/img/x.png', cacheStatus: 'HIT' }),
    makeRow({ id: 2, host: 'b.example', path: '/img/x.png' }),
    makeRow({ id: 3, host: 'b.example', path: '/img/y.png?v=2', status: 404 }),
    makeRow({ id: 4, host: 'b.example', path: '/' }),
    makeRow({ id: 5, host: 'c.example:443', path: '', kind: 'tunnel', method: 'CONNECT' }),
  ].map((row) => ({ ...row, key: row.id }));
  expect(countHosts((visit) => rows.forEach(visit))).toEqual({
    left: 0,
    hosts: [
      {
        name: 'b.example',
        count: 3,
        hits: 0,
        errors: 1,
        paths: [
          { name: '/img/', count: 2, hits: 0, errors: 1 },
          { name: '/', count: 1, hits: 0, errors: 0 },
        ],
      },
      { name: 'a.example', count: 1, hits: 1, errors: 0, paths: [{ name: '/img/', count: 1, hits: 1, errors: 0 }] },
      { name: 'c.example:443', count: 1, hits: 0, errors: 0, paths: [] },
    ],
  });
});

test.each([
  ['/', '/'],
  ['/a', '/a'],
  ['/a?b=/c/', '/a'],
  ['/a/b/c', '/a/'],
])('the first part of %s is %s', (path, part) => expect(firstPart(path)).toBe(part));
