/** The Kafka mirror as the window and the control API see it. */

/** `off`; `connecting`; `ready`; `backing-off` until `retryAtMs`; `stopped` while flushing at exit. */
export type KafkaState = 'off' | 'connecting' | 'ready' | 'backing-off' | 'stopped';

/** Delivery truth. produced = queued + sent + failed + dropped at any moment. */
export interface KafkaStatus {
  state: KafkaState;
  brokers: string[];
  topic: string;
  acks: 0 | 1 | -1;
  /** Events offered to the mirror while it was on. */
  offered: number;
  /** Waiting in the bounded queue now, with their bytes. */
  queued: number;
  queuedBytes: number;
  inFlight: number;
  /** Handed to the client library and written out. */
  sent: number;
  /** Acknowledged by a broker; stays 0 with acks 0. */
  confirmed: number;
  failed: number;
  /** Dropped because the queue was full. */
  dropped: number;
  /** Left out by sampling. */
  sampledOut: number;
  lastError?: string;
  lastErrorAtMs?: number;
  retryAtMs?: number;
  /** Records per second over the last seconds. */
  rate: number;
}

/** One step of *Test connection*. */
export interface KafkaTestStep {
  step: 'name-lookup' | 'connect' | 'tls' | 'sasl' | 'metadata' | 'topic';
  ok: boolean;
  /** Plain words. */
  message: string;
  ms: number;
}

/** Result of *Test connection*: the steps up to the first that failed. */
export interface KafkaTestResult {
  ok: boolean;
  steps: KafkaTestStep[];
  /** The topic is missing and may be created by `kafka.createTopic`. */
  canCreateTopic?: true;
}
