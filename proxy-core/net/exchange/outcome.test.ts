import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { explainReason } from '../../contract/explain/explain.ts';
import type { CacheStatus, Outcome } from '../../contract/exchange.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { outcomeOf, type Answer } from './outcome.ts';

const store = { kind: 'store', reason: 'uri-miss' } as const;
const swr = { kind: 'serve-stale-and-revalidate', reason: 'stale-while-revalidate' } as const;
const instead = { kind: 'serve-stale', reason: 'stale-if-error' } as const;
const fresh = { kind: 'serve', reason: 'fresh' } as const;
const freshened = { kind: 'freshened', reason: 'revalidated' } as const;
const tooLarge = { kind: 'skip', reason: 'body-over-limit' } as const;
const noStore = { kind: 'skip', reason: 'response-no-store' } as const;
const post = { kind: 'skip', reason: 'method-not-cacheable' } as const;

const CASES: [
  what: string,
  answer: Answer,
  outcome: Outcome,
  cacheStatus: CacheStatus,
  shown: Outcome,
  reason: ReasonCode,
][] = [
  ['fresh', { by: 'store', plan: fresh }, 'HIT', 'HIT', 'HIT', 'fresh'],
  [
    'stale by max-stale',
    { by: 'store', plan: { kind: 'serve', reason: 'stale-allowed' } },
    'STALE',
    'HIT',
    'STALE',
    'stale-allowed',
  ],
  ['stale while revalidate', { by: 'store', plan: swr }, 'STALE', 'HIT', 'STALE', 'stale-while-revalidate'],
  ['stale on error', { by: 'store', plan: instead }, 'STALE', 'HIT', 'STALE', 'stale-if-error'],
  ['validated', { by: 'store', plan: freshened }, 'REVALIDATED', 'HIT', 'REVALIDATED', 'revalidated'],
  ['stored', { by: 'origin', forward: 'uri-miss', response: store }, 'MISS', 'MISS', 'MISS', 'uri-miss'],
  [
    'changed',
    { by: 'origin', forward: 'stale', response: { kind: 'store', reason: 'validation-changed' } },
    'MISS',
    'MISS',
    'MISS',
    'validation-changed',
  ],
  [
    'too large to store',
    { by: 'origin', forward: 'uri-miss', response: tooLarge },
    'MISS',
    'MISS',
    'MISS',
    'body-over-limit',
  ],
  [
    'not to be stored',
    { by: 'origin', forward: 'uri-miss', response: noStore },
    'MISS',
    'MISS',
    'MISS',
    'response-no-store',
  ],
  [
    'the cache was not asked',
    { by: 'origin', forward: 'method', response: post },
    'BYPASS',
    'BYPASS',
    'BYPASS',
    'method-not-cacheable',
  ],
  ['a tunnel', { by: 'peers', as: 'tunnel' }, 'BYPASS', 'BYPASS', 'BYPASS', 'tunnel'],
  ['a tunnel read here', { by: 'peers', as: 'intercept' }, 'BYPASS', 'BYPASS', 'BYPASS', 'intercept'],
  ['an upgrade', { by: 'peers', as: 'upgrade' }, 'BYPASS', 'BYPASS', 'BYPASS', 'upgrade'],
  ['refused', { by: 'proxy', why: 'refused' }, 'BYPASS', 'BYPASS', 'BYPASS', 'request-refused'],
  [
    'a loop',
    { by: 'proxy', why: 'refused', error: 'proxy_loop_detected' },
    'ERROR',
    'BYPASS',
    'BYPASS',
    'request-refused',
  ],
  ['answered by a stage', { by: 'proxy', why: 'stage' }, 'BYPASS', 'BYPASS', 'BYPASS', 'stage-reply'],
  ['only if cached', { by: 'proxy', why: 'only-if-cached' }, 'MISS', 'MISS', 'MISS', 'only-if-cached'],
  [
    'the origin failed',
    { by: 'proxy', why: 'failed', forward: 'uri-miss' },
    'ERROR',
    'MISS',
    'MISS',
    'upstream-failed',
  ],
  [
    'the origin failed at a POST',
    { by: 'proxy', why: 'failed', forward: 'method' },
    'ERROR',
    'BYPASS',
    'BYPASS',
    'upstream-failed',
  ],
  [
    'no tunnel came about',
    { by: 'proxy', why: 'failed', forward: 'connect' },
    'ERROR',
    'BYPASS',
    'BYPASS',
    'connection-failed',
  ],
  ['the proxy failed', { by: 'proxy', why: 'crashed' }, 'ERROR', 'BYPASS', 'BYPASS', 'internal-error'],
];

it.each(CASES)('%s', (_what, answer, outcome, cacheStatus, shown, reason) => {
  expect(outcomeOf(answer)).toEqual({ outcome, cacheStatus, shown, reason });
  // Asked for by every hit: made once.
  expect(outcomeOf(answer)).toBe(outcomeOf({ ...answer }));
});

it('a sentence begins, before its outcome is known, with the one it is going to have', () => {
  for (const [what, answer] of CASES) {
    const { outcome, reason } = outcomeOf(answer);
    const isNamedByError = what === 'a loop';
    const before = explainReason('en', reason, {});
    if (!isNamedByError) expect(before, what).toMatch(new RegExp(`^${outcome}: `));
    expect(explainReason('en', reason, {}, undefined, outcome), what).toMatch(new RegExp(`^${outcome}: `));
  }
});

it('nobody else in this room writes these words', () => {
  const room = path.join(import.meta.dirname, '..');
  const writers = readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|testkit/.test(file))
    .filter((file) =>
      /['"`](?:HIT|STALE|REVALIDATED|MISS|BYPASS|ERROR)['"`]/.test(readFileSync(path.join(room, file), 'utf8')),
    )
    .map((file) => file.replaceAll(path.sep, '/'));
  expect(writers).toEqual(['exchange/outcome.ts']);
});
