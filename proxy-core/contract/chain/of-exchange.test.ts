import { describe, expect, it } from 'vitest';
import { explainHop } from '../explain/chain.ts';
import type { ExchangeDetail, FieldLine } from '../exchange.ts';
import { chainOfExchange } from './of-exchange.ts';

const STORED: FieldLine[] = [
  ['Cache-Control', 'max-age=60'],
  ['Via', '1.1 varnish (Varnish/7.1)'],
  ['X-Varnish', '5 4'],
  ['Cache-Status', 'Inner; hit'],
];
const OURS: FieldLine[] = [
  ['Age', '20'],
  ['Via', '1.1 bsdm-proxy-1'],
  ['Cache-Status', 'BSDM-Proxy; hit; ttl=40; detail=fresh'],
  ['X-Cache-Status', 'HIT'],
];

function exchange(row: Partial<ExchangeDetail['row']>, more: Partial<ExchangeDetail>): ExchangeDetail {
  const body = { bytes: 0, kept: 0 };
  return {
    row: {
      ...{ id: 1, seq: 1, kind: 'http', state: 'done', method: 'GET', url: 'http://a/', host: 'a', path: '/' },
      ...{ startedAtMs: 0, status: 200, responseBytes: 0, requestBytes: 0, client: '::1', protocol: 'HTTP/1.1' },
      ...{ cacheKey: '', entryId: 's-1', ...row },
    },
    ...{ eventId: 's-1', requestTarget: '/', requestFields: [], responseFields: [], timing: {}, trace: [], facts: {} },
    ...{ requestBody: body, responseBody: body, ...more },
  };
}

const told = (detail: ExchangeDetail): string[] =>
  chainOfExchange(detail)?.hops.map((hop) => explainHop('en', hop)) ?? [];

describe('the chain of an exchange', () => {
  it('of a hit: what others did is of the time when it was stored, and our own lines are not read', () => {
    const detail = exchange(
      { outcome: 'HIT', reason: 'fresh', ageSeconds: 20, ttlSeconds: 40 },
      {
        responseFields: [...STORED, ...OURS],
        cacheStatusHeader: OURS[2]![1],
        trace: [
          {
            code: 'freshness',
            phase: 'request',
            result: 'stop',
            inputs: { age: 20, lifetime: 60, source: 'max-age' },
          },
        ],
      },
    );
    const chain = chainOfExchange(detail)!;
    expect(told(detail)).toEqual([
      'the client: asked; a browser may use it for 1 min (Cache-Control: max-age=60)',
      'this proxy: answered from its store, 20 s old; fresh for 40 s more; keeps it 1 min (Cache-Control: max-age=60)',
      'Varnish: not asked this time; when the response came through it: answered from its store (X-Varnish: 5 4); its place is supposed, no field says it; may use it for 1 min (Cache-Control: max-age=60)',
      'Inner: not asked this time; when the response came through it: answered from its store (hit); its place is supposed, no field says it; may use it for 1 min (Cache-Control: max-age=60)',
      'the origin: not asked: a cache before it answered',
    ]);
    for (const { evidence, lifetime } of chain.hops)
      for (const line of [...evidence, ...(lifetime?.evidence ? [lifetime.evidence] : [])])
        expect([line.list, detail.responseFields[line.index]]).toEqual(['reply', [line.name, line.value]]);
  });

  it('of a miss: read from what came, which the lines of the record show', () => {
    const detail = exchange(
      { outcome: 'MISS', reason: 'response-no-store' },
      {
        upstreamFields: [
          ['Cache-Control', 'no-store'],
          ['CF-Cache-Status', 'DYNAMIC'],
        ],
        responseFields: [['Cache-Control', 'no-store']],
        cacheStatusHeader: 'BSDM-Proxy; fwd=stale; fwd-status=200; detail=response-no-store',
      },
    );
    expect(told(detail)).toEqual([
      'the client: asked; a browser may not keep it (Cache-Control: no-store)',
      'this proxy: its stored response was stale, and it got a new one; does not keep it',
      'Cloudflare: does not cache responses like this one (DYNAMIC); may not keep it (Cache-Control: no-store)',
      'the origin: asked, as far as the fields tell',
    ]);
    expect(chainOfExchange(detail)!.hops[2]!.evidence).toEqual([
      { list: 'upstream', index: 1, name: 'CF-Cache-Status', value: 'DYNAMIC' },
    ]);
  });

  it('of a 304 for the client’s own condition', () => {
    const detail = exchange(
      { outcome: 'HIT', reason: 'fresh', status: 304 },
      { requestFields: [['If-None-Match', '"1"']] },
    );
    expect(told(detail)[0]).toBe('the client: asked; its own copy is still good');
  });

  it('of a stale response in the place of an error: the origin was asked, and gave nothing', () => {
    const detail = exchange(
      { outcome: 'STALE', reason: 'stale-if-error' },
      { responseFields: STORED, upstreamStatus: 503 },
    );
    expect(told(detail).at(-1)).toBe('the origin: asked, but gave nothing that could be used');
  });

  it.each([
    ['a page of our own', 'BYPASS', 'own-page', 'made the response itself', 'not asked: a cache before it answered'],
    ['a failure', 'ERROR', 'upstream-failed', 'got nothing that it could use', 'whether it was asked is not known'],
  ] as const)('of %s', (_, outcome, reason, did, origin) => {
    expect(told(exchange({ outcome, reason }, {})).slice(1)).toEqual([`this proxy: ${did}`, `the origin: ${origin}`]);
  });

  it('of a tunnel, and before there is a response: none', () => {
    expect(chainOfExchange(exchange({ kind: 'tunnel', outcome: 'BYPASS' }, {}))).toBeUndefined();
    expect(chainOfExchange(exchange({}, {}))).toBeUndefined();
  });
});
