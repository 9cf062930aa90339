/** Rows and stored responses for tests of filters, with what is usual where nothing is said. */
import type { ExchangeRow } from '../../exchange.ts';
import type { StoredSubject } from '../scopes.ts';

export function rowOf(overrides: Partial<ExchangeRow> = {}): ExchangeRow {
  const { id = 1, host = 'shop.example', path = '/' } = overrides;
  return {
    id,
    seq: id,
    state: 'done',
    kind: 'http',
    method: 'GET',
    url: `http://${host}${path}`,
    host,
    path,
    startedAtMs: 1_700_000_000_000 + id * 100,
    durationMs: 12,
    status: 200,
    cacheStatus: 'MISS',
    outcome: 'MISS',
    reason: 'uri-miss',
    contentType: 'text/html',
    responseBytes: 2048,
    requestBytes: 0,
    client: '127.0.0.1',
    protocol: 'HTTP/1.1',
    cacheKey: id.toString(16).padStart(64, '0'),
    ...overrides,
  };
}

export function storedOf(overrides: Partial<StoredSubject> = {}): StoredSubject {
  return {
    url: 'http://shop.example/',
    host: 'shop.example',
    method: 'GET',
    status: 200,
    contentType: 'text/html',
    sizeBytes: 2048,
    ageSeconds: 10,
    ttlSeconds: 50,
    hits: 3,
    state: 'fresh',
    pinned: false,
    variant: '',
    ...overrides,
  };
}
