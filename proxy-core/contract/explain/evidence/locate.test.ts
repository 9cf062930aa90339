/** Fields behind steps and reasons: found in the recorded heads, or only named. */
import { describe, expect, it, test } from 'vitest';
import type { ExchangeDetail, FieldLine } from '../../exchange.ts';
import { REASON_CODES, type TraceStep } from '../../reasons.ts';
import { STEP_SPECS } from '../step-codes.ts';
import { evidenceOfReason, evidenceOfStep, findStored, storedEntryOf } from './locate.ts';
import { findMember } from './members.ts';
import { REASON_STEPS } from './reason-steps.ts';
import { STEP_FIELDS } from './step-fields.ts';

type Row = ExchangeDetail['row'];

function made(row: Partial<Row>, over: Partial<ExchangeDetail> = {}): ExchangeDetail {
  return {
    row: {
      id: 1,
      seq: 1,
      kind: 'http',
      state: 'done',
      method: 'GET',
      url: 'http://a.test/',
      host: 'a.test',
      path: '/',
      startedAtMs: 0,
      responseBytes: 0,
      requestBytes: 0,
      client: '127.0.0.1',
      protocol: 'HTTP/1.1',
      cacheKey: '',
      outcome: 'MISS',
      ...row,
    },
    eventId: 's-1',
    requestTarget: '/',
    requestFields: [],
    responseFields: [],
    requestBody: { bytes: 0, kept: 0 },
    responseBody: { bytes: 0, kept: 0 },
    timing: {},
    trace: [],
    facts: {},
    ...over,
  };
}

const step = (code: string, inputs: TraceStep['inputs'] = {}, over: Partial<TraceStep> = {}): TraceStep => ({
  code,
  phase: 'request',
  result: 'stop',
  inputs,
  ...over,
});

/** `head index: quote`, or `message field: quote` for what has no place. */
const told = (detail: ExchangeDetail, of: TraceStep): string[] =>
  evidenceOfStep(detail, of).map(({ message, field, place, quote }) =>
    place === undefined ? `${message} ${field}: ${quote ?? '-'}` : `${place.head} ${place.index}: ${quote}`,
  );

test('every step and every reason is listed, with its fields or with none', () => {
  expect(Object.keys(STEP_FIELDS).sort()).toEqual(Object.keys(STEP_SPECS).sort());
  expect(Object.keys(REASON_STEPS).sort()).toEqual([...REASON_CODES].sort());
  for (const steps of Object.values(REASON_STEPS))
    if (steps !== 'none') for (const code of steps) expect(STEP_FIELDS[code], code).not.toBe('none');
});

describe('a member of a list', () => {
  it.each([
    ['max-age=60, no-store', 'no-store', 'no-store'],
    ['  Max-Age = 1 , MAX-AGE="60"  , x', 'max-age', 'MAX-AGE="60"'],
    ['private="a, no-store", no-store', 'no-store', 'no-store'],
    ['private="a\\", no-store"', 'no-store', undefined],
    ['x="open, no-store', 'no-store', undefined],
    ['foo"bar, no-store', 'no-store', 'no-store'],
    ['s-maxage=1', 'max-age', undefined],
    ['max-age=60;public', 'max-age', 'max-age=60;public'],
    [',,, *', '*', '*'],
    ['', 'x', undefined],
  ])('%s', (value, name, found) => {
    const member = findMember(value, name);
    expect(member && value.slice(member.from, member.to)).toBe(found);
  });
  it('is found in linear time', () => {
    for (const hostile of [',', '"', '="', 'a="\\', ' ', 'max-age=,'])
      findMember(hostile.repeat(400_000), 'max-age', () => false);
  });
});

describe('a step', () => {
  const cacheControl = (value: string): FieldLine => ['Cache-Control', value];

  it('of the request quotes the directive in the line that has it', () => {
    const requestFields: FieldLine[] = [['Host', 'a'], cacheControl('max-age=5'), ['cache-control', 'x, no-store']];
    expect(told(made({}, { requestFields }), step('request-no-store'))).toEqual(['request 2: no-store']);
  });
  it('of the response means what the origin sent, not what the client got', () => {
    const detail = made(
      {},
      { responseFields: [cacheControl('no-store')], upstreamFields: [['a', 'b'], cacheControl('no-store')] },
    );
    expect(told(detail, step('response-no-store', { cacheControl: 'no-store' }))).toEqual(['upstream 1: no-store']);
  });
  it('of the response means CDN-Cache-Control where the recorded text is its', () => {
    const detail = made({}, { upstreamFields: [cacheControl('max-age=9, private'), ['CDN-Cache-Control', 'private']] });
    expect(told(detail, step('response-private', { cacheControl: 'private' }))).toEqual(['upstream 1: private']);
  });
  it('of the response is the reply itself where another exchange had asked', () => {
    const detail = made({ collapsed: true }, { responseFields: [['Set-Cookie', 'a=1']] });
    expect(told(detail, step('set-cookie'))).toEqual(['reply 0: a=1']);
    expect(told({ ...detail, row: { ...detail.row, outcome: 'HIT' } }, step('set-cookie'))).toEqual([]);
  });
  it('of what is stored is in a reply made of it', () => {
    const detail = made({ outcome: 'HIT' }, { responseFields: [['Age', '3'], cacheControl('public, max-age=60')] });
    expect(told(detail, step('freshness', { source: 'max-age', lifetime: 60 }))).toEqual(['reply 1: max-age=60']);
    expect(told(detail, step('freshness', { source: 'max-age', lifetime: 61 }))).toEqual([
      'stored Cache-Control: max-age',
    ]);
    expect(told(detail, step('freshness', { source: 'user', lifetime: 60 }))).toEqual([]);
  });
  it('of what was stored is only named where the origin sent another', () => {
    const detail = made(
      {},
      { upstreamFields: [cacheControl('max-age=60')], responseFields: [cacheControl('max-age=60')] },
    );
    expect(told(detail, step('freshness', { source: 'max-age', lifetime: 60 }))).toEqual([
      'stored Cache-Control: max-age',
    ]);
    expect(told(detail, step('vary', { field: 'accept-language', stored: 'de', sent: null }))).toEqual([
      'stored Vary: accept-language',
    ]);
  });
  it('before a 304 does not mean what the 304 renewed', () => {
    const detail = made(
      { outcome: 'REVALIDATED' },
      {
        upstreamFields: [cacheControl('max-age=60, no-cache')],
        responseFields: [cacheControl('max-age=60, no-cache'), ['Date', 'x']],
      },
    );
    expect(told(detail, step('freshness', { source: 'max-age', lifetime: 5 }))).toEqual([
      'stored Cache-Control: max-age',
    ]);
    expect(told(detail, step('stored-no-cache', { cacheControl: 'no-cache' }))).toEqual([
      'stored Cache-Control: no-cache',
    ]);
    const heuristic = step('freshness', { source: 'heuristic', lifetime: 5 });
    expect(told(detail, heuristic)).toEqual(['stored Last-Modified: -', 'stored Date: -']);
    const after = step('not-modified', { source: 'max-age', lifetime: 60, etag: null }, { phase: 'response' });
    expect(told(detail, after)).toEqual(['upstream 0: max-age=60']);
    expect(told({ ...detail, upstreamFields: [] }, after)).toEqual(['reply 0: max-age=60']);
  });
  it('of a lifetime that saturated, and of one that is no number', () => {
    const of = (value: string): ExchangeDetail => made({}, { upstreamFields: [cacheControl(`max-age=${value}`)] });
    const lifetime = (seconds: number): TraceStep => step('lifetime', { source: 'max-age', lifetime: seconds });
    expect(told(of('99999999999'), lifetime(2_147_483_647))).toEqual(['upstream 0: max-age=99999999999']);
    expect(told(of('soon'), lifetime(0))).toEqual(['upstream 0: max-age=soon']);
  });
  it('about stale-if-error points at the longer one, in request or stored response', () => {
    const detail = made(
      { outcome: 'STALE' },
      { requestFields: [cacheControl('stale-if-error=5')], responseFields: [cacheControl('stale-if-error=60')] },
    );
    expect(told(detail, step('stale-if-error', { window: 5 }))).toEqual(['request 0: stale-if-error=5']);
    expect(told(detail, step('stale-if-error', { window: 60 }))).toEqual(['reply 0: stale-if-error=60']);
  });
  it('of private="…" and of private are two members', () => {
    const detail = made({}, { upstreamFields: [cacheControl('private="x-a", private'), ['X-A', '1']] });
    expect(told(detail, step('response-private', { cacheControl: 'private="x-a", private' }))).toEqual([
      'upstream 0: private',
    ]);
    expect(told(detail, step('fields-left-out', { directive: 'private', fields: 'x-a' }))).toEqual([
      'upstream 0: private="x-a"',
      'upstream 1: 1',
    ]);
  });
  it('of a head that a stage changed means the changed one', () => {
    const detail = made(
      {},
      {
        requestFields: [cacheControl('no-store')],
        changed: [
          {
            stage: 'client-request',
            did: 'changed',
            received: { fields: [cacheControl('no-store')] },
            sent: { fields: [['A', 'b'], cacheControl('no-cache')] },
          },
        ],
      },
    );
    expect(told(detail, step('request-no-cache', { cacheControl: 'no-cache' }))).toEqual(['sent-0 1: no-cache']);
    expect(told(detail, step('request-no-store'))).toEqual([]);
  });
  it.each<[string, TraceStep['inputs'], Partial<ExchangeDetail>, string[]]>([
    ['request-content', {}, { requestFields: [['Content-Length', '3']] }, ['request 0: 3']],
    ['request-content', {}, { requestFields: [['Transfer-Encoding', 'chunked']] }, ['request 0: chunked']],
    [
      'response-method',
      { contentLocation: '/b' },
      { upstreamFields: [['Content-Location', '/b']] },
      ['upstream 0: /b'],
    ],
    ['stored-part', { stored: '0-4/10', sent: '' }, {}, ['stored Content-Range: bytes 0-4/10']],
    ['misdirected', { host: 'b' }, { requestFields: [['Host', 'b']] }, ['request 0: b']],
    ['upgrade', { upgrade: 'websocket' }, { requestFields: [['Upgrade', 'websocket']] }, ['request 0: websocket']],
    ['collapse-apart', { why: 'credentials' }, { requestFields: [['Cookie', 'a=1']] }, ['request 0: a=1']],
    ['some-new-step', {}, {}, []],
  ])('%s', (code, inputs, over, expected) => expect(told(made({}, over), step(code, inputs))).toEqual(expected));
});

test('a reason has the fields of the steps it rests on, each once', () => {
  const detail = made(
    { outcome: 'REVALIDATED', reason: 'revalidated' },
    {
      responseFields: [['ETag', '"v"']],
      upstreamFields: [['ETag', '"v"']],
      trace: [
        step('lookup', { found: 1 }),
        step('validation', { etag: '"v"', lastModified: null }),
        step('not-modified', { etag: '"v"', source: 'none', lifetime: 0 }, { phase: 'response' }),
      ],
    },
  );
  expect(evidenceOfReason(detail).map(({ message, place }) => [message, place?.head])).toEqual([
    ['stored', 'reply'],
    ['response', 'upstream'],
  ]);
});

test('the stored response is the one that was looked at, not the one that came', () => {
  expect(storedEntryOf(made({ outcome: 'MISS', entryId: 's-2' }))).toBeUndefined();
  expect(storedEntryOf(made({ outcome: 'HIT', entryId: 's-2' }))).toBe('s-2');
  const url = 'http://a.test/';
  const neighbour = { url, entryId: 's-1' as const, difference: { kind: 'expired' as const, secondsAgo: 1 } };
  expect(storedEntryOf(made({ outcome: 'MISS', entryId: 's-2' }, { neighbour }))).toBe('s-1');
});

test('a field of the stored response is looked up in what is stored now', () => {
  const detail = made({}, {});
  const [evidence] = evidenceOfStep(detail, step('stale-while-revalidate', { window: 60 }));
  expect(findStored([['CDN-Cache-Control', 'stale-while-revalidate=60']], evidence!.stored!)).toMatchObject({
    index: 0,
  });
  expect(findStored([['Cache-Control', 'stale-while-revalidate=61']], evidence!.stored!)).toBeUndefined();
});
