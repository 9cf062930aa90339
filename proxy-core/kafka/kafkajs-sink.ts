/** kafkajs' producer as a sink. */
import { setTimeout as pause } from 'node:timers/promises';
import type kafkajs from 'kafkajs';
import { BrokerSockets } from './broker-sockets.ts';
import type { Dialling } from './dialling.ts';
import { toCompressionType } from './kafkajs-codecs.ts';
import { createKafka, leave, type KafkajsLimits } from './kafkajs-connection.ts';
import { isNewTopic, toSinkError } from './kafkajs-words.ts';
import type { KafkaMessage } from './message.ts';
import { partitionOf } from './partition.ts';
import { planRequests, type PlannedRequest } from './plan-requests.ts';
import { SinkError, type KafkaSink, type SinkConfig } from './sink.ts';

/** Of our own limit; the broker's lies below it, so that its answer is heard. */
const BROKER_SHARE = 0.8;

/** How often, and how long after each other, a topic is asked for that the cluster may be creating. */
const CREATION_TRIES = 4;
const CREATION_PAUSE_MS = 250;

/** A message with its partition, once the topic's partitions are known. */
type PlacedMessage = KafkaMessage & { partition?: number };

/** A sink over kafkajs; nothing is opened before `connect`. */
export function createKafkajsSink(config: SinkConfig, limits: KafkajsLimits, dial: Dialling): KafkaSink {
  const sockets = new BrokerSockets(dial);
  let producer: kafkajs.Producer | undefined;
  const failed = (error: unknown): SinkError => toSinkError(error, config, limits.requestMs);
  /** Partitions of the topic when the library last asked, 0 before; its partitioner is the only place that shows it. */
  let partitionCount = 0;
  /** Partitions that have kept a record on this connection; see `plan-requests.ts`. */
  const proven = new Set<number>();

  const createPartitioner: kafkajs.ICustomPartitioner =
    () =>
    ({ partitionMetadata, message }) => {
      partitionCount = partitionMetadata.length;
      return message.partition ?? partitionOf(String(message.key), partitionCount);
    };

  /** Sends one request. A failure is returned: the other requests of the batch go on. */
  async function request(
    messages: readonly PlacedMessage[],
    { positions, proven: isProven }: PlannedRequest,
  ): Promise<{ error: SinkError; positions: number[]; isNewTopic: boolean } | undefined> {
    const chosen = positions.flatMap((position) => messages[position] ?? []);
    try {
      await producer?.send({
        topic: config.topic,
        // With acks 0 a partition that is not ready swallows records without a word: its first request is confirmed.
        acks: config.acks === 0 && !isProven ? 1 : config.acks,
        compression: toCompressionType(config.compression),
        timeout: Math.round(limits.requestMs * BROKER_SHARE),
        messages: chosen.map(({ key, value, timestampMs, partition }) => ({
          key,
          value,
          timestamp: String(timestampMs),
          ...(partition !== undefined && { partition }),
        })),
      });
    } catch (error) {
      return { error: failed(error), positions, isNewTopic: isNewTopic(error) };
    }
    for (const { partition } of chosen) if (partition !== undefined) proven.add(partition);
    return undefined;
  }

  /** Sends the first message of all. A cluster that creates topics by itself calls them unknown for a moment. */
  async function sendFirst(messages: readonly KafkaMessage[]): Promise<void> {
    for (let left = CREATION_TRIES; ; left -= 1) {
      const failure = await request(messages, { positions: [0], proven: false });
      if (failure === undefined) return;
      if (left === 0 || !failure.isNewTopic) throw failure.error;
      await pause(CREATION_PAUSE_MS);
    }
  }

  async function send(messages: readonly KafkaMessage[]): Promise<void> {
    // One record alone tells how many partitions there are.
    const start = partitionCount === 0 ? 1 : 0;
    if (start === 1) await sendFirst(messages);
    const placed = messages
      .slice(start)
      .map((message) => ({ ...message, partition: partitionOf(message.key, partitionCount) }));
    const plan = planRequests(
      placed.map(({ partition }) => partition),
      proven,
    );
    const failures = (await Promise.all(plan.map((planned) => request(placed, planned)))).filter(
      (failure) => failure !== undefined,
    );
    // With two kinds of failure all are tried again; those that are refused for good will be so by themselves.
    const worst = failures.find(({ error }) => error.failure === 'retry') ?? failures[0];
    if (worst !== undefined) {
      const undelivered = failures
        .flatMap(({ positions }) => positions.map((position) => position + start))
        .toSorted((one, other) => one - other);
      throw new SinkError(worst.error.failure, worst.error.message, undelivered);
    }
    if (config.acks === 0 && !(await sockets.drained(limits.requestMs))) {
      throw new SinkError(
        'lost',
        `${config.brokers.join(', ')} stopped taking data. What was being written is counted as failed.`,
      );
    }
  }

  const sink: KafkaSink = {
    onLost: undefined,
    async connect() {
      try {
        toCompressionType(config.compression);
        const kafka = await createKafka(config, sockets, limits);
        producer = kafka.producer({
          createPartitioner,
          allowAutoTopicCreation: true,
          metadataMaxAge: limits.metadataMaxAgeMs,
          retry: { retries: 0 },
        });
        await producer.connect();
      } catch (error) {
        throw failed(error);
      }
      sockets.onEmpty = () => sink.onLost?.();
      // It may have ended between the last answer and this line.
      if (sockets.size === 0) throw new SinkError('retry', `${config.brokers.join(', ')} closed the connection.`);
    },
    send,
    close: () => leave(producer?.disconnect(), sockets),
  };
  return sink;
}
