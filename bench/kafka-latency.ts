/**
 * node bench/kafka-latency.ts [--rate 1000] [--seconds 20] [--acks 1] [--compression snappy] [--linger-ms 5]
 *   [--kafka-version 4.4.0] [--brokers host:port]
 * From `offer` to a consumer: time between handing a record to the mirror and its arrival at another client (kcat where
 * it is installed, else kafkajs' consumer). Starts its own broker unless one is named.
 */
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parseSettingsPatch } from '../proxy-core/contract/parse-setting.ts';
import { defaultSettings } from '../proxy-core/contract/setting-specs.ts';
import { createKafkaMirror } from '../proxy-core/kafka/mirror.ts';
import { makeRecord, recordSource } from '../proxy-core/kafka/testkit/make-record.ts';
import { hasKcat } from '../proxy-core/kafka/testkit/read-topic.ts';
import { startBroker } from '../scripts/kafka/broker.mjs';
import { summarise } from './kafka-numbers.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
    acks: { type: 'string', default: '1' },
    compression: { type: 'string', default: 'snappy' },
    'linger-ms': { type: 'string', default: '5' },
    'kafka-version': { type: 'string', default: '4.4.0' },
    brokers: { type: 'string' },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const topic = `latency-${Date.now()}`;
/** Records of the first seconds warm connections and compilers and are not counted. */
const warmUp = rate * 2;

/** Calls `onRecord` with every record's event id as it arrives. Resolves when it reads; the result ends it. */
async function consume(brokers: string, onRecord: (eventId: string) => void): Promise<() => Promise<void>> {
  if (await hasKcat()) {
    const child = spawn(
      'kcat',
      ['-b', brokers, '-t', topic, '-C', '-u', '-q', '-o', 'beginning', '-X', 'fetch.wait.max.ms=100'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onRecord((JSON.parse(line) as { event_id: string }).event_id);
    });
    return () => {
      child.kill();
      return Promise.resolve();
    };
  }
  const { default: kafkajs } = await import('kafkajs');
  const consumer = new kafkajs.Kafka({ brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING }).consumer({
    groupId: topic,
    maxWaitTimeInMs: 100,
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) =>
      Promise.resolve(onRecord((JSON.parse(message.value?.toString() ?? '{}') as { event_id: string }).event_id)),
  });
  return () => consumer.disconnect();
}

const broker =
  values.brokers === undefined
    ? await startBroker({ version: values['kafka-version'], say: console.error })
    : undefined;
const brokers = values.brokers ?? broker?.brokers ?? '';
const patch = parseSettingsPatch({
  kafkaEnabled: true,
  kafkaBrokers: brokers,
  kafkaTopic: topic,
  kafkaAcks: values.acks,
  kafkaCompression: values.compression,
  kafkaLingerMs: values['linger-ms'],
});
if (!patch.ok) throw new Error(patch.problems.join('; '));
const settings = { ...defaultSettings(), ...patch.value };
const mirror = createKafkaMirror({
  source: recordSource,
  settings: () => settings,
  now: Date.now,
  log: () => undefined,
  onStatus: () => undefined,
});
await mirror.createTopic();

const offeredAt = new Map<string, number>();
const latencies: number[] = [];
let arrived = 0;
const stopConsuming = await consume(brokers, (eventId) => {
  arrived += 1;
  const at = offeredAt.get(eventId);
  if (at !== undefined && arrived > warmUp) latencies.push(performance.now() - at);
  offeredAt.delete(eventId);
});

const total = warmUp + rate * seconds;
const startedAt = performance.now();
for (let number = 0; number < total;) {
  const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * rate));
  for (; number < due; number += 1) {
    const record = makeRecord(number, { timestamp_ms: Date.now() });
    offeredAt.set(record.event_id, performance.now());
    mirror.offer(record);
  }
  await pause(1);
}
for (let waited = 0; arrived < total && waited < 10_000; waited += 50) await pause(50);

const { sent, failed, dropped } = mirror.status();
console.log(
  JSON.stringify({
    kafka: broker?.version ?? brokers,
    rate,
    seconds,
    acks: settings.kafkaAcks,
    compression: settings.kafkaCompression,
    linger_ms: settings.kafkaLingerMs,
    consumer: (await hasKcat()) ? 'kcat' : 'kafkajs',
    offered: total,
    sent,
    failed,
    dropped,
    arrived,
    latency_ms: summarise(latencies),
  }),
);
await mirror.stop(2000);
await stopConsuming();
await broker?.stop();
