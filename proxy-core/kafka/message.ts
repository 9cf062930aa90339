/** What the mirror takes, and the message it becomes: built when it is sent, not when it is offered. */
import type { EventRecord } from '../contract/event-record.ts';

/** One message: key `cache_key`, value the record as JSON, timestamp the event's own. */
export interface KafkaMessage {
  key: string;
  value: string;
  /** Unix ms. */
  timestampMs: number;
}

/**
 * How events of type `T` are read. Most events that wait for a dead broker are dropped: an offer keeps the event as it
 * is and asks only for its weight, and the record is built when it goes out.
 */
export interface EventSource<T> {
  /** Decides about sampling; the same event has the same id everywhere. */
  readonly idOf: (event: T) => string;
  /** Bytes its record has as JSON, within some ten per cent: the queue's bound in bytes counts these. */
  readonly estimateBytes: (event: T) => number;
  readonly toRecord: (event: T) => EventRecord;
  /** The mirror keeps the event from here on… */
  readonly keep?: (event: T) => void;
  /** …until here: sent, failed or dropped. Once for each `keep`. */
  readonly letGo?: (event: T) => void;
}

/** The message of a record. */
export function toMessage(record: EventRecord): KafkaMessage {
  return { key: record.cache_key, value: JSON.stringify(record), timestampMs: record.timestamp_ms };
}
