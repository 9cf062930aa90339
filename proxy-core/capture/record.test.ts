import { describe, expect, it } from 'vitest';
import { parseFieldList, toEventRecord } from '../contract/event-record.ts';
import type { ExchangeStart, ReplyStart } from '../contract/observer.ts';
import { LiveSession } from './live-session.ts';
import { eventBytes, toDetail, toRow, type ExchangeRecord } from './record.ts';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36';

/** A finished exchange as the hub hands it to its listeners. */
function finished(start: Partial<ExchangeStart>, reply: Partial<ReplyStart>): ExchangeRecord {
  let now = 1_790_000_000_000.25;
  const hub = new LiveSession({
    sessionId: 's',
    now: () => (now += 0.125),
    maxRows: () => 10,
    maxBytes: () => 1e6,
    maxBodyBytes: () => 100,
    maxBodyBytesOne: () => 60,
  });
  let seen: ExchangeRecord | undefined;
  hub.onFinished(({ record }) => (seen = record));
  const log = hub.begin({
    kind: 'http',
    method: 'GET',
    url: 'http://shop.test/a',
    host: 'shop.test',
    path: '/a',
    requestTarget: 'http://shop.test/a',
    protocol: 'HTTP/1.1',
    client: '127.0.0.1',
    fields: ['User-Agent', BROWSER],
    cacheKey: 'ab'.repeat(32),
    ...start,
  });
  log.decided({ reason: 'fresh', facts: {}, trace: [] });
  log.replyStarted({
    status: 200,
    statusText: 'OK',
    fields: ['Content-Type', 'text/html'],
    cacheStatus: 'HIT',
    outcome: 'HIT',
    cacheStatusHeader: 'bsdm-proxy; hit; ttl=55',
    ageSeconds: 5,
    ttlSeconds: 55,
    ...reply,
  });
  log.end();
  hub.stop();
  return seen!;
}

describe('the weight of an event record, told before it is built', () => {
  const manyFields = Array.from({ length: 30 }, (_, index) => [`x-field-${index}`, 'value '.repeat(index)]).flat();
  it.each([
    ['small', finished({}, {})],
    ['without fields', finished({ fields: [] }, { fields: [] })],
    ['a long URL', finished({ url: `http://shop.test/${'a'.repeat(4000)}` }, {})],
    ['many fields', finished({}, { fields: manyFields })],
    [
      'a user',
      finished(
        {
          fields: [
            'Authorization',
            `Basic ${Buffer.from(`${'ann'.repeat(40)}:secret`).toString('base64')}`,
            'User-Agent',
            BROWSER,
          ],
        },
        {},
      ),
    ],
  ])('is near its size as JSON: %s', (_, record) => {
    const real = JSON.stringify(
      toEventRecord(
        toDetail(record, 0, '0123456789ab', () => undefined),
        '0123456789ab',
        parseFieldList('*'),
      ),
    ).length;
    expect(eventBytes(record)).toBeGreaterThan(real * 0.85);
    expect(eventBytes(record)).toBeLessThan(real * 1.25);
  });
});

it.each<[string, Partial<ExchangeRecord>, object | undefined]>([
  ['expired', { reason: 'expired', facts: { secondsAgo: 40 } }, { kind: 'expired', secondsAgo: 40 }],
  ['expired, unknown since when', { reason: 'expired', facts: {} }, undefined],
  [
    'another query',
    {
      reason: 'uri-miss',
      neighbour: { url: '', difference: { kind: 'query', parameter: 'page', stored: '1', sent: '2' } },
    },
    { kind: 'query', parameter: 'page=2' },
  ],
  [
    'a query without what was stored',
    {
      reason: 'uri-miss',
      neighbour: { url: '', difference: { kind: 'query', parameter: 'a', stored: '1', sent: null } },
    },
    undefined,
  ],
  [
    'a long query',
    {
      reason: 'uri-miss',
      neighbour: { url: '', difference: { kind: 'query', parameter: 'q', stored: '', sent: 'x'.repeat(999) } },
    },
    { kind: 'query', parameter: `q=${'x'.repeat(78)}` },
  ],
  [
    'another variant',
    {
      reason: 'vary-mismatch',
      neighbour: { url: '', difference: { kind: 'vary', field: 'Accept', stored: null, sent: 'x' } },
    },
    { kind: 'vary', field: 'Accept' },
  ],
  ['not decided yet', { reason: 'expired', facts: { secondsAgo: 1 }, outcome: undefined }, undefined],
])('a row tells what its reason is about: %s', (_title, given, because) => {
  const record: ExchangeRecord = { ...finished({}, {}), outcome: 'MISS', ...given };
  expect(toRow(record, 1, 's').because).toEqual(because);
});
