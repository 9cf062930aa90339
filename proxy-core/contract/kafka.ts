/** The Kafka mirror as the window and the control API see it. */

/** `off`; `connecting`; `ready`; `backing-off` until `retryAtMs`; `stopped` while flushing at exit. */
export type KafkaState = 'off' | 'connecting' | 'ready' | 'backing-off' | 'stopped';

/**
 * Delivery truth. At any moment offered = queued + inFlight + sent + failed + dropped, and confirmed is the part of sent
 * that a broker acknowledged.
 */
export interface KafkaStatus {
  state: KafkaState;
  brokers: string[];
  topic: string;
  acks: 0 | 1 | -1;
  /** Events offered to the mirror while it was on, without those left out by sampling. */
  offered: number;
  /** Waiting in the bounded queue now, with their bytes. */
  queued: number;
  queuedBytes: number;
  inFlight: number;
  /** With acks 0: written out to the broker; else acknowledged by it. */
  sent: number;
  /** Acknowledged by a broker; stays 0 with acks 0. */
  confirmed: number;
  /** Refused by the broker, lost on a broken connection with acks 0, or unanswered when the mirror ended. */
  failed: number;
  /** Never sent: the queue was full, or the mirror was switched off before they went out. */
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
