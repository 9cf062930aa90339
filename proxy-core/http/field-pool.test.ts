import { expect, it } from 'vitest';
import { poolFields } from './field-pool.ts';

it('gives the previous list back when it is equal, and only then', () => {
  const first = poolFields(['Host', 'a.test', 'Accept', '*/*'], undefined);
  expect(poolFields(['Host', 'a.test', 'Accept', '*/*'], first)).toBe(first);
  for (const other of [
    ['Host', 'b.test', 'Accept', '*/*'],
    ['host', 'a.test', 'Accept', '*/*'],
    ['Host', 'a.test'],
    ['Accept', '*/*', 'Host', 'a.test'],
  ]) {
    const copy = [...other];
    expect(poolFields(other, first)).not.toBe(first);
    expect(other).toEqual(copy);
  }
});
