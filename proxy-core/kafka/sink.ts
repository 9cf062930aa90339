/**
 * The seam to the Kafka client library. The mirror knows only these types; one file each implements them over a
 * library (`kafkajs-*.ts`), so that another client can take its place.
 */
import type { Settings } from '../contract/settings.ts';
import type { KafkaMessage } from './message.ts';

/** How to reach the brokers. Passwords stay in here and never enter a message or a log. */
export interface ConnectionConfig {
  /** `host:port`, in the order given. */
  brokers: string[];
  clientId: string;
  tls?: { caFile: string };
  sasl?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string };
}

/** What is sent and how. */
export interface SinkConfig extends ConnectionConfig {
  topic: string;
  acks: 0 | 1 | -1;
  compression: Settings['kafkaCompression'];
}

/**
 * What a failed send means for its records.
 * - `retry`: not delivered, or nobody knows; a later attempt may work
 * - `too-large`: refused for their size; fewer at once may pass
 * - `refused`: the broker will never take them
 * - `lost`: they may have been written out (acks 0), so they are not written again
 */
export type SinkFailure = 'retry' | 'too-large' | 'refused' | 'lost';

/** Every rejection of a sink. The message is in plain words and names what was tried. */
export class SinkError extends Error {
  readonly failure: SinkFailure;
  /** Positions in the batch that the failure is about, rising; undefined means all. The others were delivered. */
  readonly undelivered: readonly number[] | undefined;

  constructor(failure: SinkFailure, message: string, undelivered?: readonly number[]) {
    super(message);
    this.name = 'SinkError';
    this.failure = failure;
    this.undelivered = undelivered;
  }
}

/** One connection to a cluster. After a rejection or {@link KafkaSink.onLost} it is closed and a new one is made. */
export interface KafkaSink {
  connect(): Promise<void>;
  /** Resolves when acknowledged, or with acks 0 when every byte has left this process. Never called twice at once. */
  send(messages: readonly KafkaMessage[]): Promise<void>;
  /** Ends all connections; resolves soon, whatever the broker does. */
  close(): Promise<void>;
  /** Called at most once, when the last connection of a connected sink has ended by itself. */
  onLost: (() => void) | undefined;
}

/** What a cluster says of itself and of one topic. */
export interface ClusterDescription {
  brokers: { host: string; port: number }[];
  /** Absent when the topic does not exist. */
  partitions?: number;
}

/** Every rejection of a probe, in plain words. */
export class ProbeError extends Error {
  /** `login`: about who is logging in; `hung-up`: the other side closed the connection. */
  readonly kind: 'login' | 'hung-up' | 'other';

  constructor(kind: ProbeError['kind'], message: string) {
    super(message);
    this.name = 'ProbeError';
    this.kind = kind;
  }
}

/** The library's part in *Test connection* and in creating the topic. */
export interface KafkaProbe {
  /** Connects and authenticates. */
  connect(): Promise<void>;
  describe(topic: string): Promise<ClusterDescription>;
  /** False when the topic was there already. */
  createTopic(topic: string): Promise<boolean>;
  close(): Promise<void>;
}

/** A client library. */
export interface KafkaClient {
  createSink(config: SinkConfig): KafkaSink;
  createProbe(config: ConnectionConfig): KafkaProbe;
}
