import { expect, it } from 'vitest';
import { outcomeOf, type Answer } from './outcome.ts';

const store = { kind: 'store' } as const;
const CASES: [what: string, answer: Answer, outcome: string, cacheStatus: string, shown: string][] = [
  ['fresh', { by: 'store', plan: 'serve', ttlSeconds: 5 }, 'HIT', 'HIT', 'HIT'],
  ['to the very second', { by: 'store', plan: 'serve', ttlSeconds: 0 }, 'HIT', 'HIT', 'HIT'],
  ['stale by max-stale', { by: 'store', plan: 'serve', ttlSeconds: -1 }, 'STALE', 'HIT', 'STALE'],
  [
    'stale while revalidate',
    { by: 'store', plan: 'serve-stale-and-revalidate', ttlSeconds: -1 },
    'STALE',
    'HIT',
    'STALE',
  ],
  ['stale on error', { by: 'store', plan: 'serve-stale', ttlSeconds: -9 }, 'STALE', 'HIT', 'STALE'],
  [
    'fresh, instead of an error of the origin',
    { by: 'store', plan: 'serve-stale', ttlSeconds: 9 },
    'STALE',
    'HIT',
    'STALE',
  ],
  ['validated', { by: 'store', plan: 'freshened', ttlSeconds: 60 }, 'REVALIDATED', 'HIT', 'REVALIDATED'],
  [
    'validated and stale again',
    { by: 'store', plan: 'freshened', ttlSeconds: -1 },
    'REVALIDATED',
    'HIT',
    'REVALIDATED',
  ],
  ['stored', { by: 'origin', plan: 'fetch', response: store }, 'MISS', 'MISS', 'MISS'],
  ['changed', { by: 'origin', plan: 'validate', response: store }, 'MISS', 'MISS', 'MISS'],
  ['too large to store', { by: 'origin', plan: 'fetch', response: { bypass: false } }, 'MISS', 'MISS', 'MISS'],
  ['not to be stored', { by: 'origin', plan: 'fetch', response: { bypass: true } }, 'BYPASS', 'BYPASS', 'BYPASS'],
  [
    'the cache was not asked',
    { by: 'origin', plan: 'bypass', response: { bypass: false } },
    'BYPASS',
    'BYPASS',
    'BYPASS',
  ],
  ['refused', { by: 'proxy', why: 'refused' }, 'BYPASS', 'BYPASS', 'BYPASS'],
  ['a loop', { by: 'proxy', why: 'loop' }, 'ERROR', 'BYPASS', 'BYPASS'],
  ['only if cached', { by: 'proxy', why: 'only-if-cached' }, 'MISS', 'MISS', 'MISS'],
  ['the origin failed', { by: 'proxy', why: 'failed', plan: 'fetch' }, 'ERROR', 'MISS', 'MISS'],
  ['the origin failed at a POST', { by: 'proxy', why: 'failed', plan: 'bypass' }, 'ERROR', 'BYPASS', 'BYPASS'],
];

it.each(CASES)('%s', (_what, answer, outcome, cacheStatus, shown) => {
  expect(outcomeOf(answer)).toEqual({ outcome, cacheStatus, shown });
});
