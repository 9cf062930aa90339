/** How kafkajs is configured and left: addresses, TLS, login, time limits. Shared by the sink and the probe. */
import { readFile } from 'node:fs/promises';
import kafkajs from 'kafkajs';
import type { BrokerSockets } from './broker-sockets.ts';
import { ipv6Alias, splitBroker } from './connection-config.ts';
import { quietTimerWarning } from './quiet-timer-warning.ts';
import { SinkError, type ConnectionConfig } from './sink.ts';

/** Time limits, ms. */
export interface KafkajsLimits {
  connectMs: number;
  /** Until a broker that accepted a request counts as not answering. */
  requestMs: number;
  /** Topics and leaders are asked for again after this time: with acks 0 it is the only question a frozen broker would have to answer. */
  metadataMaxAgeMs: number;
}

export const KAFKAJS_LIMITS: KafkajsLimits = { connectMs: 5000, requestMs: 10_000, metadataMaxAgeMs: 10_000 };
/** The login gets twice the time of a request. */
const LOGIN_FACTOR = 2;
/** What a polite disconnect gets before the sockets are ended. */
const GOODBYE_MS = 250;

/** `{ca}` with the file's certificates, an empty object when the system's own are used. */
async function readCa(caFile: string): Promise<{ ca?: string }> {
  if (caFile === '') return {};
  try {
    return { ca: await readFile(caFile, 'utf8') };
  } catch (error) {
    throw new SinkError(
      'retry',
      `The file with the CA certificates cannot be read: ${error instanceof Error ? error.message : caFile}`,
    );
  }
}

/** A kafkajs whose sockets are all in `sockets`. */
export async function createKafka(
  config: ConnectionConfig,
  sockets: BrokerSockets,
  limits: KafkajsLimits,
): Promise<kafkajs.Kafka> {
  quietTimerWarning();
  // kafkajs splits host:port at the first colon; an IPv6 address goes by a name of its own that is undone below.
  const addresses = new Map<string, string>();
  const brokers = config.brokers.map((broker, index) => {
    const { host, port } = splitBroker(broker);
    if (!host.includes(':')) return broker;
    addresses.set(ipv6Alias(index), host);
    return `${ipv6Alias(index)}:${port}`;
  });
  const sasl = config.sasl;
  return new kafkajs.Kafka({
    clientId: config.clientId,
    brokers,
    ...(config.tls && { ssl: { rejectUnauthorized: true, ...(await readCa(config.tls.caFile)) } }),
    // Each literal narrows the mechanism to the one its options belong to.
    ...(sasl?.mechanism === 'plain' && { sasl: { ...sasl, mechanism: 'plain' } }),
    ...(sasl?.mechanism === 'scram-sha-256' && { sasl: { ...sasl, mechanism: 'scram-sha-256' } }),
    ...(sasl?.mechanism === 'scram-sha-512' && { sasl: { ...sasl, mechanism: 'scram-sha-512' } }),
    connectionTimeout: limits.connectMs,
    authenticationTimeout: limits.requestMs * LOGIN_FACTOR,
    requestTimeout: limits.requestMs,
    enforceRequestTimeout: true,
    // One round through the bootstrap list; pauses between attempts are the mirror's business.
    retry: { retries: brokers.length - 1, initialRetryTime: 50, maxRetryTime: 200 },
    logLevel: kafkajs.logLevel.NOTHING,
    socketFactory: (target) => sockets.open({ ...target, host: addresses.get(target.host) ?? target.host }),
  });
}

/** Says goodbye, and ends the sockets when the broker does not care. */
export async function leave(disconnect: Promise<unknown> | undefined, sockets: BrokerSockets): Promise<void> {
  sockets.onEmpty = undefined;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, GOODBYE_MS);
  });
  // A connection that is broken already rejects its goodbye; it is gone either way.
  await Promise.race([disconnect?.catch(() => undefined), limit]);
  clearTimeout(timer);
  sockets.destroyAll();
}
