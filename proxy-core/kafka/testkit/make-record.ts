/** Event records for tests, all of them valid. */
import type { EventRecord } from '../../contract/event-record.ts';
import type { EventSource } from '../message.ts';

/** A record with a number of its own; any field can be set. */
export function makeRecord(number: number, overrides: Partial<EventRecord> = {}): EventRecord {
  return {
    url: `http://shop.test/item/${number}`,
    method: 'GET',
    status: 200,
    cache_key: number.toString(16).padStart(64, '0'),
    cache_status: number % 2 === 0 ? 'HIT' : 'MISS',
    timestamp: 1_790_000_000,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'max-age=60' },
    client_ip: '127.0.0.1',
    domain: 'shop.test',
    response_size: 1024,
    request_duration_ms: 0.25,
    content_type: 'text/html',
    event_id: `session-${number}`,
    session_id: 'session',
    timestamp_ms: 1_790_000_000_123,
    cache_detail: number % 2 === 0 ? 'fresh' : 'uri-miss',
    protocol: 'HTTP/1.1',
    ...overrides,
  };
}

/** For mirrors that are offered finished records. */
export const recordSource: EventSource<EventRecord> = {
  idOf: (record) => record.event_id,
  estimateBytes: (record) => JSON.stringify(record).length,
  toRecord: (record) => record,
};
