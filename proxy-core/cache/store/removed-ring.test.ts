import { expect, it } from 'vitest';
import { makeRandom } from '../testkit/make.ts';
import { RemovedRing } from './removed-ring.ts';

it('remembers the last removal of each URL until it is back, the newest 4096 at least of those removed once', () => {
  const random = makeRandom(11);
  const ring = new RemovedRing();
  /** Every removal that counts, newest last. */
  const plain = new Map<string, number>();
  for (let step = 0; step < 30_000; step++) {
    const url = `http://a.test/${Math.floor(random() * 3000)}`;
    if (random() < 0.7) {
      ring.add(url, step, 'capacity', undefined);
      plain.delete(url);
      plain.set(url, step);
    } else {
      ring.forget(url);
      plain.delete(url);
    }
    expect(ring.get(url)?.atMs).toBe(plain.get(url));
    if (step % 3000 !== 0) continue;
    const listed = ring.list(10_000);
    // Places are taken by every removal: what is missing was removed more than 4096 removals ago.
    expect(listed.map(({ url }) => url)).toEqual([...plain.keys()].reverse().slice(0, listed.length));
    for (const [missing, at] of [...plain].reverse().slice(listed.length))
      expect([ring.get(missing), step - at > 4096]).toEqual([undefined, true]);
  }
});

it('tells by whom, and lists no more than asked for', () => {
  const ring = new RemovedRing();
  for (let i = 0; i < 5000; i++) ring.add(`http://a.test/${i}`, i, 'user', i === 4999 ? 'test' : undefined);
  expect(ring.list(10_000)).toHaveLength(4096);
  expect(ring.list(1)).toMatchObject([{ url: 'http://a.test/4999', atMs: 4999, why: 'user', by: 'test' }]);
  expect(ring.get('http://a.test/903')).toBeUndefined();
  expect(ring.get('http://a.test/904')).toEqual({ atMs: 904, why: 'user' });
});
