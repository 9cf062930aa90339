/** kafkajs' producer as a sink. */
import kafkajs from 'kafkajs';
import { BrokerSockets } from './broker-sockets.ts';
import { toCompressionType } from './kafkajs-codecs.ts';
import { createKafka, leave, type KafkajsLimits } from './kafkajs-connection.ts';
import { toSinkError } from './kafkajs-words.ts';
import type { KafkaMessage } from './message.ts';
import { SinkError, type KafkaSink, type SinkConfig } from './sink.ts';

/** A sink over kafkajs; nothing is opened before `connect`. */
export function createKafkajsSink(config: SinkConfig, limits: KafkajsLimits): KafkaSink {
  const sockets = new BrokerSockets();
  let producer: kafkajs.Producer | undefined;
  const failed = (error: unknown): SinkError => toSinkError(error, config, limits.requestMs);
  const sink: KafkaSink = {
    onLost: undefined,
    async connect() {
      try {
        toCompressionType(config.compression);
        const kafka = await createKafka(config, sockets, limits);
        producer = kafka.producer({
          createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
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
    async send(messages: readonly KafkaMessage[]) {
      try {
        await producer?.send({
          topic: config.topic,
          acks: config.acks,
          compression: toCompressionType(config.compression),
          // The broker's own limit lies below ours, so that its answer is heard.
          timeout: Math.round(limits.requestMs * 0.8),
          messages: messages.map(({ key, value, timestampMs }) => ({ key, value, timestamp: String(timestampMs) })),
        });
      } catch (error) {
        throw failed(error);
      }
      if (config.acks === 0 && !(await sockets.drained(limits.requestMs))) {
        throw new SinkError('lost', `${config.brokers.join(', ')} stopped taking data. What was being written is counted as failed.`);
      }
    },
    close: () => leave(producer?.disconnect(), sockets),
  };
  return sink;
}
