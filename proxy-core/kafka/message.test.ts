import { describe, expect, it } from 'vitest';
import { estimateBytes, toMessage } from './message.ts';
import { makeRecord } from './testkit/make-record.ts';

const manyFields = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`x-field-${index}`, 'value '.repeat(index)]));

describe('a record as a message', () => {
  it('carries the cache key as key, the record as JSON, and the time of the event', () => {
    const record = makeRecord(7);
    expect(toMessage(record)).toEqual({ key: record.cache_key, value: JSON.stringify(record), timestampMs: record.timestamp_ms });
  });

  it.each([
    ['small', makeRecord(1)],
    ['without fields', { ...makeRecord(2), headers: {} }],
    ['a long URL', makeRecord(3, { url: `http://shop.test/${'a'.repeat(4000)}` })],
    ['many fields', makeRecord(4, { headers: manyFields, user_agent: 'Mozilla/5.0 '.repeat(8) })],
  ])('is weighed near its real size before it is written: %s', (_, record) => {
    const real = JSON.stringify(record).length;
    expect(estimateBytes(record)).toBeGreaterThan(real * 0.85);
    expect(estimateBytes(record)).toBeLessThan(real * 1.25);
  });
});
