/** An event record as a Kafka message, and what it weighs before it is one. Serialised once, when it is sent. */
import type { EventRecord } from '../contract/event-record.ts';

/** One message: key `cache_key`, value the record as JSON, timestamp the event's own. */
export interface KafkaMessage {
  key: string;
  value: string;
  /** Unix ms. */
  timestampMs: number;
}

/**
 * A record that is built when it is sent: most records that wait for a dead broker are dropped, and building each would
 * be paid on the proxy's path. `JSON.stringify` calls `toJSON`.
 */
export interface LazyRecord {
  readonly event_id: string;
  readonly cache_key: string;
  readonly timestamp_ms: number;
  /** Bytes its JSON will have, roughly. */
  readonly estimatedBytes: number;
  toJSON(): EventRecord;
}

/** What the mirror takes. */
export type Offered = EventRecord | LazyRecord;

/** Names, quotes, commas and numbers of a record without its text values. */
const FRAME_BYTES = 420;
/** `"":"",` around a field of `headers`. */
const FIELD_FRAME_BYTES = 6;

/**
 * Bytes of the record's JSON, within some ten per cent. A queue full of waiting records must have a bound in bytes, and
 * serialising each one only to weigh it would be paid on the proxy's path even for records that are dropped later.
 */
export function estimateBytes(record: Offered): number {
  if ('estimatedBytes' in record) return record.estimatedBytes;
  let bytes = FRAME_BYTES + record.url.length + record.cache_key.length + record.domain.length + record.event_id.length + record.session_id.length;
  bytes += (record.user_agent?.length ?? 0) + (record.cache_status_header?.length ?? 0) + (record.content_type?.length ?? 0) + (record.username?.length ?? 0);
  const headers = record.headers;
  if (headers !== undefined) for (const name in headers) bytes += FIELD_FRAME_BYTES + name.length + headers[name]!.length;
  return bytes;
}

/** The message of a record. */
export function toMessage(record: Offered): KafkaMessage {
  return { key: record.cache_key, value: JSON.stringify(record), timestampMs: record.timestamp_ms };
}
