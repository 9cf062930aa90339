import { expect, test } from 'vitest';
import { makeRow } from '../../demo/builders.ts';
import { growTree, partsOf, type TreeNode } from './tree.ts';

const ROWS = [
  makeRow({ id: 1, host: 'a.example', path: '/img/x.png', cacheStatus: 'HIT', app: 'curl' }),
  makeRow({ id: 2, host: 'b.example', path: '/img/big/x.png' }),
  makeRow({ id: 3, host: 'b.example', path: '/img/y.png?v=2', status: 404 }),
  makeRow({ id: 4, host: 'b.example', path: '/', app: 'curl' }),
  makeRow({ id: 5, host: 'c.example:443', path: '', kind: 'tunnel', method: 'CONNECT' }),
].map((row) => ({ ...row, key: row.id }));

/** `name count` of each node that stands there, indented by its depth; rows by their number. */
function drawn(node: TreeNode, depth = 0): string[] {
  return [
    ...node.nodes.flatMap((inner) => [
      `${' '.repeat(depth)}${inner.name} ${inner.count}/${inner.hits}/${inner.errors}`,
      ...drawn(inner, depth + 1),
    ]),
    ...node.rows.map(({ key }) => `${' '.repeat(depth)}#${key}`),
  ];
}
const grown = (grouping: 'host' | 'client', ...open: string[]): string[] =>
  drawn(growTree((visit) => ROWS.forEach(visit), grouping, new Set(open)));

test('hosts, the parts of their paths and at last the rows, the busiest first; only what is unfolded is counted', () => {
  expect(grown('host')).toEqual(['b.example 3/0/1', 'a.example 1/1/0', 'c.example:443 1/0/0']);
  expect(grown('host', '\nb.example', '\nb.example\n/img/', '\nb.example\n/img/\ny.png')).toEqual([
    'b.example 3/0/1',
    ' /img/ 2/0/1',
    '  big/ 1/0/0',
    '  y.png 1/0/1',
    '   #3',
    ' / 1/0/0',
    'a.example 1/1/0',
    'c.example:443 1/0/0',
  ]);
  // A tunnel has no path: its rows stand below its host.
  expect(grown('host', '\nc.example:443')).toContain(' #5');
});

test('clients first, by name or by address', () => {
  expect(grown('client', '\ncurl', '\ncurl\na.example')).toEqual([
    '127.0.0.1 3/0/1',
    'curl 2/1/0',
    ' a.example 1/1/0',
    '  /img/ 1/1/0',
    ' b.example 1/0/0',
  ]);
});

test('what is wide is summed up, and of rows the newest are kept', () => {
  const many = Array.from({ length: 1000 }, (_, n) => {
    const row = makeRow({ id: n + 1, host: n % 2 === 0 ? `h${n}.example` : 'one.example', path: '/x' });
    return { ...row, key: row.id };
  });
  const tree = growTree((visit) => many.forEach(visit), 'host', new Set(['\none.example', '\none.example\n/x']));
  expect([tree.nodes.length, tree.left]).toEqual([300, 201]);
  expect(tree.nodes[0]?.nodes[0]?.rows.map(({ key }) => key)).toEqual(
    Array.from({ length: 50 }, (_, n) => 902 + 2 * n),
  );
});

test.each([
  ['/', ['/']],
  ['/a', ['/a']],
  ['/a?b=/c/', ['/a']],
  ['/a/b/c', ['/a/', 'b/', 'c']],
  ['//a', ['//', 'a']],
  ['', []],
  ['*', ['*']],
])('the parts of %s are %j', (path, parts) => expect(partsOf(path)).toEqual(parts));

test('a path is taken apart so far and no further, and put together again is the path', () => {
  const deep = '/x'.repeat(500);
  expect(partsOf(deep)).toHaveLength(16);
  expect(partsOf(deep).join('')).toBe(deep);
});
