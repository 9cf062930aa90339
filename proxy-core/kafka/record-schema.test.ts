import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseFieldList, toEventRecord, type EventRecord } from '../contract/event-record.ts';
import type { ExchangeDetail, ExchangeRow } from '../contract/exchange.ts';
import { defaultSettings } from '../contract/setting-specs.ts';
import { makeRecord } from './testkit/make-record.ts';
import { checkRecord, schemaNames } from './testkit/schema.ts';

const keep = parseFieldList(defaultSettings().kafkaFields);

/** A finished exchange with the fields of `row` and the rest of the detail set to nothing. */
function makeDetail(row: Partial<ExchangeRow>, detail: Partial<ExchangeDetail> = {}): ExchangeDetail {
  return {
    row: {
      id: 1,
      seq: 2,
      state: 'done',
      kind: 'http',
      method: 'GET',
      url: 'http://shop.test/a',
      host: 'shop.test',
      path: '/a',
      startedAtMs: 1_790_000_000_123.4,
      durationMs: 12.34567,
      status: 200,
      responseBytes: 512,
      requestBytes: 0,
      client: '127.0.0.1',
      protocol: 'HTTP/1.1',
      cacheKey: 'ab'.repeat(32),
      ...row,
    },
    eventId: 's1-1',
    requestTarget: '/a',
    requestFields: [],
    responseFields: [],
    requestBody: { bytes: 0, kept: 0 },
    responseBody: { bytes: 0, kept: 0 },
    timing: {},
    trace: [],
    facts: {},
    ...detail,
  };
}

/** By name: an exchange, whose record stands under the same name in golden-records.json. */
const exchanges: Record<string, ExchangeDetail> = {
  hit: makeDetail(
    { cacheStatus: 'HIT', outcome: 'HIT', reason: 'fresh', contentType: 'text/html', ageSeconds: 5, ttlSeconds: 55 },
    {
      responseFields: [
        ['Content-Type', 'text/html; charset=utf-8'],
        ['Vary', 'Accept'],
        ['vary', 'Origin'],
        ['Set-Cookie', 'id=1'],
        ['WWW-Authenticate', 'Basic'],
      ],
      cacheStatusHeader: 'bsdm-proxy; hit; ttl=55',
      username: 'ann',
      userAgent: 'curl/8',
    },
  ),
  'stale hit': makeDetail({
    cacheStatus: 'HIT',
    outcome: 'STALE',
    reason: 'stale-while-revalidate',
    ageSeconds: 90,
    ttlSeconds: -30,
  }),
  miss: makeDetail({
    cacheStatus: 'MISS',
    outcome: 'MISS',
    reason: 'uri-miss',
    upstreamMs: 9.87654,
    method: 'POST',
    requestBytes: 3,
  }),
  failed: makeDetail({
    state: 'failed',
    cacheStatus: 'MISS',
    outcome: 'ERROR',
    reason: 'upstream-failed',
    status: 502,
    error: 'connection_refused',
    responseBytes: 0,
  }),
  tunnel: makeDetail({
    kind: 'tunnel',
    tls: 'tunnel',
    method: 'CONNECT',
    url: 'https://shop.test:443',
    host: 'shop.test:443',
    path: '',
    cacheStatus: 'BYPASS',
    outcome: 'BYPASS',
    reason: 'tunnel',
    responseBytes: 90_000,
    requestBytes: 400,
  }),
  'nothing known': makeDetail({ status: 200 }),
};

const golden = JSON.parse(readFileSync(new URL('./golden-records.json', import.meta.url), 'utf8')) as Record<
  string,
  EventRecord
>;

describe('the event record', () => {
  it.each(Object.keys(exchanges))('is the golden one: %s', (name) => {
    const record: unknown = JSON.parse(JSON.stringify(toEventRecord(exchanges[name]!, 's1', keep)));
    expect(record).toEqual(golden[name]);
    expect(checkRecord(record)).toEqual([]);
  });

  it('has no golden record without an exchange', () => {
    expect(Object.keys(golden)).toEqual(Object.keys(exchanges));
  });
});

describe('the schema', () => {
  const everything: Required<EventRecord> = {
    ...makeRecord(1),
    headers: { a: 'b' },
    user_id: 'u',
    username: 'ann',
    content_type: 'text/html',
    user_agent: 'curl',
    cache_detail: 'tunnel',
    cache_status: 'BYPASS',
    cache_status_header: 'x',
    protocol: 'HTTP/1.1',
    age_seconds: 1,
    ttl_seconds: -1,
    request_bytes: 1,
    error: 'dns_error',
    tls: 'intercepted',
    upstream_ms: 1,
    bypass_reason: 'tunnel',
  };

  it('knows exactly the members of the type', () => {
    expect(schemaNames.all.toSorted()).toEqual(Object.keys(everything).toSorted());
    expect(checkRecord(everything)).toEqual([]);
  });

  it.each(schemaNames.required)('asks for %s', (name) => {
    expect(checkRecord({ ...makeRecord(1), [name]: undefined })).not.toEqual([]);
  });

  it.each([
    ['an unknown member', { extra: 1 }],
    ['null for nothing', { username: null }],
    ['another word for the outcome', { cache_status: 'STALE' }],
    ['a key that is no hash', { cache_key: 'abc' }],
    ['a status as text', { status: '200' }],
    ['seconds with a fraction', { timestamp: 1.5 }],
    ['empty headers', { headers: {} }],
    ['a field name in upper case', { headers: { Vary: 'x' } }],
    ['a field that is no text', { headers: { vary: 1 } }],
    ['a negative size', { response_size: -1 }],
  ])('refuses %s', (_, change) => {
    expect(checkRecord({ ...makeRecord(1), ...change })).not.toEqual([]);
  });
});
