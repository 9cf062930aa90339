import { expect, it } from 'vitest';
import { toMessage } from './message.ts';
import { makeRecord } from './testkit/make-record.ts';

it('a message carries the cache key as key, the record as JSON, and the time of the event', () => {
  const record = makeRecord(7);
  expect(toMessage(record)).toEqual({
    key: record.cache_key,
    value: JSON.stringify(record),
    timestampMs: record.timestamp_ms,
  });
});
