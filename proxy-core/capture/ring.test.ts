import { expect, it } from 'vitest';
import { Ring, type Kept } from './ring.ts';

const BOUNDS = { maxRows: 50, maxBytes: 1e9 };
const item = (id: number): Kept => ({ id, isKept: false, chargedBytes: 0 });

it('finds what it keeps by number, and nothing else, whatever was left out, dropped or forgotten', () => {
  let seed = 1;
  const random = (below: number): number => (seed = (seed * 48_271) % 0x7fff_ffff) % below;
  for (let round = 0; round < 50; round++) {
    const kept = new Map<number, Kept>();
    const ring = new Ring<Kept>(BOUNDS, { chargedBytes: 0 }, ({ id }) => kept.delete(id));
    let id = 0;
    for (let step = 0; step < 200; step++) {
      // A pause leaves numbers out.
      id += random(10) === 0 ? 1 + random(20) : 1;
      const next = item(id);
      kept.set(id, next);
      ring.add(next, 1);
      if (random(40) === 0) ring.forget((one) => one.id % 3 === random(3));
      if (step % 10 === 0)
        for (let asked = 0; asked <= id + 2; asked++) expect(ring.get(asked), `${asked}`).toBe(kept.get(asked));
    }
    expect(ring.size).toBe(kept.size);
    expect(ring.bytes).toBe(kept.size);
  }
});
