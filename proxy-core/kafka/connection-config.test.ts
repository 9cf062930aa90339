import { describe, expect, it } from 'vitest';
import { joinHostPort } from '../contract/address.ts';
import { defaultSettings } from '../contract/setting-specs.ts';
import { parseBrokers, sinkKey, splitBroker, toSinkConfig } from './connection-config.ts';

describe('brokers', () => {
  it.each([
    ['a:9092,b:9093', ['a:9092', 'b:9093']],
    [' a:9092 , ', ['a:9092']],
    ['', []],
  ])('reads the list %j', (list, brokers) => expect(parseBrokers(list)).toEqual(brokers));

  it.each([
    ['kafka-1.test:9092', 'kafka-1.test', 9092],
    ['127.0.0.1:1', '127.0.0.1', 1],
    ['[::1]:9092', '::1', 9092],
  ])('splits %s and joins it again', (broker, host, port) => {
    expect(splitBroker(broker)).toEqual({ host, port });
    expect(joinHostPort(host, port)).toBe(broker);
  });
});

describe('the configuration of a sink', () => {
  const settings = { ...defaultSettings(), kafkaBrokers: 'a:9092' };

  it('leaves out TLS and login when they are off', () => {
    expect(toSinkConfig(settings)).toEqual({
      brokers: ['a:9092'],
      clientId: 'bsdm-proxy',
      topic: 'cache-events',
      acks: 1,
      compression: 'snappy',
    });
  });

  it('carries them when they are on', () => {
    const config = toSinkConfig({
      ...settings,
      kafkaTls: true,
      kafkaTlsCa: '/ca.pem',
      kafkaSasl: 'scram-sha-512',
      kafkaUsername: 'me',
      kafkaPassword: 'secret',
    });
    expect(config.tls).toEqual({ caFile: '/ca.pem' });
    expect(config.sasl).toEqual({ mechanism: 'scram-sha-512', username: 'me', password: 'secret' });
  });

  it('is another one after a change of what the connection depends on, and the same after other changes', () => {
    const key = sinkKey(toSinkConfig(settings));
    for (const change of [
      { kafkaBrokers: 'b:1' },
      { kafkaTopic: 't' },
      { kafkaAcks: 0 },
      { kafkaCompression: 'gzip' as const },
      { kafkaTls: true },
    ]) {
      expect(sinkKey(toSinkConfig({ ...settings, ...change }))).not.toBe(key);
    }
    expect(sinkKey(toSinkConfig({ ...settings, kafkaSample: 0.5, kafkaLingerMs: 50, kafkaQueueEvents: 5 }))).toBe(key);
  });
});
