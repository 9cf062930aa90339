/** Types of broker.mjs for the tests and measurement programs written in TypeScript. */

export interface BrokerOptions {
  /** Kafka version; default 4.4.0. */
  version?: string;
  /** Plain port; 0 or absent for any free one. */
  port?: number;
  autoCreateTopics?: boolean;
  partitions?: number;
  /** Adds a SASL listener with PLAIN and SCRAM for this user. */
  user?: { name: string; password: string };
  /** Adds a TLS listener with a certificate of its own. */
  tls?: boolean;
  extra?: Record<string, string | number | boolean>;
  say?: (line: string) => void;
}

export interface Broker {
  version: string;
  /** Bootstrap address of the plain listener, `127.0.0.1:port`. */
  brokers: string;
  port: number;
  saslBrokers?: string;
  tlsBrokers?: string;
  /** PEM file to trust for the TLS listener. */
  caFile?: string;
  folder: string;
  logFile: string;
  /** Resolves when the running process has ended. */
  ended(): Promise<void>;
  /** SIGKILL; the data stays. */
  kill(): Promise<void>;
  /** Starts again over the same data and ports after `kill`. */
  restart(): Promise<void>;
  /** SIGSTOP: connections are accepted by the kernel and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Ends the process and removes its folder. */
  stop(): Promise<void>;
}

export function prepareKafka(options?: { version?: string; fetch?: boolean; say?: (line: string) => void }): Promise<{ ok: true; java: string; jars: string } | { ok: false; problem: string }>;
export function startBroker(options?: BrokerOptions): Promise<Broker>;
