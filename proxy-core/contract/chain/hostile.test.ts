import { describe, expect, it } from 'vitest';
import type { FieldLine } from '../exchange.ts';
import { toldOf } from './testkit/sets.ts';
import { readChain } from './read-chain.ts';

const read = (fields: FieldLine[]) => readChain({ fields, list: 'upstream', ours: { state: 'miss', asked: true } });

describe('hostile heads', () => {
  it('make no more hops, members and unknown lines than there is room for, and what is left out is counted', () => {
    const many = Array.from({ length: 400 }, (_, i): FieldLine[] => [
      ['Via', `1.1 a${i}, 1.1 b${i}`],
      ['Cache-Status', `c${i}; hit, d${i}; fwd=stale`],
      ['X-Cache', `HIT from e${i}, MISS from f${i}`],
      [`X-Cache-${i}`, 'HIT'],
    ]).flat();
    const chain = read(many);
    expect(chain.hops.length).toBeLessThan(40);
    expect(chain.unknown.length).toBeLessThan(70);
    expect(chain.cut).toBeGreaterThan(100);
  });

  it('a value beyond all use is left out', () => {
    const chain = read([['X-Cache', 'HIT,'.repeat(3000)]]);
    expect(chain.hops).toHaveLength(3);
    expect(chain.cut).toBe(1);
  });

  const NAMES = [
    ...['Cache-Status', 'Via', 'X-Cache', 'X-Cache-Hits', 'X-Cache-Lookup', 'X-Cache-Status', 'X-Cache-Remote', 'Age'],
    ...['CF-Cache-Status', 'CF-Ray', 'X-Served-By', 'X-Varnish', 'X-Vercel-Cache', 'X-Vercel-Id', 'X-Nextjs-Cache'],
    ...['X-Drupal-Cache', 'X-Drupal-Dynamic-Cache', 'Server-Timing', 'Server', 'Akamai-Cache-Status', 'X-Azure-Ref'],
    ...['Cache-Control', 'CDN-Cache-Control', 'Surrogate-Control', 'Edge-Control', 'Expires', 'Date', 'X-Amz-Cf-Pop'],
  ];
  const PIECES = [
    ...['HIT', 'MISS', 'hit', ' from ', 'cloudfront', 'TCP_HIT', '(AkamaiGHost', ')', '(', '"', '\\', ';', ',', '='],
    ...['1.1 ', 'varnish', 'max-age=', 's-maxage=60', '9'.repeat(40), '-1', '::', '[cHs f ]', '[', 'cache-fra-1', '+'],
    ...[' ', '', 'no-store', 'fwd=stale', 'hit=?0', 'constructor', '__proto__', 'cdn-cache; desc=HIT', 'é', '\t'],
  ];

  it('never break the reader, and never a sentence', () => {
    let seed = 12;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let i = 0; i < 20_000; i++) {
      const fields = Array.from({ length: 1 + next(8) }, (): FieldLine => {
        let value = '';
        for (let pieces = next(7); pieces > 0; pieces--) value += PIECES[next(PIECES.length)]!;
        return [NAMES[next(NAMES.length)]!, value];
      });
      const chain = read(fields);
      expect(chain.hops[0]!.kind).toBe('client');
      expect(chain.hops.at(-1)!.kind).toBe('origin');
      for (const language of ['en', 'ru'] as const)
        for (const sentence of toldOf(chain, language)) expect(sentence).not.toMatch(/undefined|NaN|\[object|null/);
    }
  });

  it('take linear time: every list at its bound, ten thousand times what a head usually has', () => {
    // 512 lines of 8 KiB are 4 MiB; each is looked at a bounded number of times.
    const worst = ['"'.repeat(8000), '('.repeat(8000), ','.repeat(8000), ';a'.repeat(4000), 'a;'.repeat(4000)];
    for (const value of worst) for (const name of NAMES) expect(read([[name, value]]).hops.length).toBeLessThan(40);
  });
});
