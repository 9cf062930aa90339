/** Reads a whole topic back with somebody else's consumer: kcat where it is installed, else kafkajs'. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import kafkajs from 'kafkajs';
import '../kafkajs-codecs.ts';

export interface TopicRecord {
  key: string;
  value: string;
  /** Unix ms. */
  timestampMs: number;
}

const run = promisify(execFile);
let kcat: Promise<boolean> | undefined;

/** True when kcat (Debian package kcat) can be run. */
export function hasKcat(): Promise<boolean> {
  kcat ??= run('kcat', ['-V']).then(
    () => true,
    () => false,
  );
  return kcat;
}

async function readWithKcat(brokers: string, topic: string): Promise<TopicRecord[]> {
  const { stdout } = await run(
    'kcat',
    ['-b', brokers, '-t', topic, '-C', '-e', '-q', '-o', 'beginning', '-f', '%T %k %s\\n'],
    { maxBuffer: 256 * 1024 * 1024 },
  );
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [timestamp = '', key = ''] = line.split(' ', 2);
      return { key, value: line.slice(timestamp.length + key.length + 2), timestampMs: Number(timestamp) };
    });
}

async function readWithKafkajs(brokers: string, topic: string): Promise<TopicRecord[]> {
  const kafka = new kafkajs.Kafka({ brokers: [brokers], clientId: 'reader', logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const expected = offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  const records: TopicRecord[] = [];
  if (expected === 0) return records;
  const consumer = kafka.consumer({ groupId: `reader-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: ({ message }) => {
          records.push({
            key: message.key?.toString() ?? '',
            value: message.value?.toString() ?? '',
            timestampMs: Number(message.timestamp),
          });
          if (records.length >= expected) resolve();
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return records;
}

/** Every record in the topic now. */
export async function readTopic(brokers: string, topic: string): Promise<TopicRecord[]> {
  return (await hasKcat()) ? readWithKcat(brokers, topic) : readWithKafkajs(brokers, topic);
}
