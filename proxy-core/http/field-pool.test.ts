import { expect, it } from 'vitest';
import { poolHead } from './field-pool.ts';

it('gives the previous head back when it is equal, and only then', () => {
  const first = poolHead(['Host', 'a.test', 'Accept', '*/*'], undefined);
  expect(poolHead(['Host', 'a.test', 'Accept', '*/*'], first)).toBe(first);
  for (const other of [
    ['Host', 'b.test', 'Accept', '*/*'],
    ['host', 'a.test', 'Accept', '*/*'],
    ['Host', 'a.test'],
    ['Accept', '*/*', 'Host', 'a.test'],
  ]) {
    const copy = [...other];
    expect(poolHead(other, first)).not.toBe(first);
    expect(other).toEqual(copy);
  }
});
