/** From the settings to what a client needs to know; pure. */
import { splitHostPort, unbracketed } from '../contract/address.ts';
import type { Settings } from '../contract/settings.ts';
import type { ConnectionConfig, SinkConfig } from './sink.ts';

/** The bootstrap list; empty entries are left out. */
export function parseBrokers(list: string): string[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Splits `host:port` and `[v6]:port`. */
export function splitBroker(broker: string): { host: string; port: number } {
  const { host, port } = splitHostPort(broker);
  return { host: unbracketed(host), port: Number(port) };
}

/** kafkajs splits `host:port` at the first colon, so it knows the IPv6 broker at this place of the list by another name. */
export function ipv6Alias(index: number): string {
  return `ipv6-${index}`;
}

/** A broker as the user wrote it, from what kafkajs calls it. */
export function unaliased(broker: string, brokers: readonly string[]): string {
  return brokers.find((item, index) => broker.startsWith(`${ipv6Alias(index)}:`) && item.startsWith('[')) ?? broker;
}

/** The setting is a whole number from -1 to 1; this names the three for the type. */
export function toAcks(value: number): 0 | 1 | -1 {
  return value === 0 ? 0 : value === 1 ? 1 : -1;
}

/** How to reach the brokers of these settings. */
export function toConnectionConfig(settings: Settings): ConnectionConfig {
  const sasl = settings.kafkaSasl;
  return {
    brokers: parseBrokers(settings.kafkaBrokers),
    clientId: settings.kafkaClientId === '' ? 'bsdm-proxy' : settings.kafkaClientId,
    ...(settings.kafkaTls && { tls: { caFile: settings.kafkaTlsCa } }),
    ...(sasl !== 'none' && {
      sasl: { mechanism: sasl, username: settings.kafkaUsername, password: settings.kafkaPassword },
    }),
  };
}

/** Everything a sink depends on; two settings with the same {@link sinkKey} may share one. */
export function toSinkConfig(settings: Settings): SinkConfig {
  return {
    ...toConnectionConfig(settings),
    topic: settings.kafkaTopic,
    acks: toAcks(settings.kafkaAcks),
    compression: settings.kafkaCompression,
  };
}

/** Identity of a sink's configuration. Holds the password: for comparing only. */
export function sinkKey(config: SinkConfig): string {
  return JSON.stringify(config);
}
