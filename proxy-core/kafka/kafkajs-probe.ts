/** kafkajs' admin as a probe: asks a cluster about itself and creates the topic. */
import type kafkajs from 'kafkajs';
import { BrokerSockets } from './broker-sockets.ts';
import type { Dialling } from './dialling.ts';
import { createKafka, leave, type KafkajsLimits } from './kafkajs-connection.ts';
import { isHangUp, isLoginFailure, isUnknownTopic, toSinkError } from './kafkajs-words.ts';
import { ProbeError, type ConnectionConfig, type KafkaProbe } from './sink.ts';

/** A probe over kafkajs; nothing is opened before `connect`. */
export function createKafkajsProbe(config: ConnectionConfig, limits: KafkajsLimits, dial: Dialling): KafkaProbe {
  const sockets = new BrokerSockets(dial);
  let admin: kafkajs.Admin | undefined;

  /** Runs one call; whatever it throws becomes a sentence about `topic` and the cluster. */
  async function ask<T>(topic: string, call: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
    try {
      admin ??= (await createKafka(config, sockets, limits)).admin({ retry: { retries: 0 } });
      return await call(admin);
    } catch (error) {
      throw new ProbeError(
        isLoginFailure(error) ? 'login' : isHangUp(error) ? 'hung-up' : 'other',
        toSinkError(error, { ...config, topic, acks: 1 }, limits.requestMs).message,
      );
    }
  }

  return {
    connect: () => ask('', (it) => it.connect()),
    describe: (topic) =>
      ask(topic, async (it) => {
        const { brokers } = await it.describeCluster();
        try {
          const { topics } = await it.fetchTopicMetadata({ topics: [topic] });
          return { brokers, partitions: topics[0]?.partitions.length ?? 0 };
        } catch (error) {
          if (isUnknownTopic(error)) return { brokers };
          throw error;
        }
      }),
    // Partitions and copies as the cluster is set up to give them.
    createTopic: (topic) =>
      ask(topic, (it) => it.createTopics({ topics: [{ topic }], timeout: limits.requestMs, waitForLeaders: true })),
    close: () => leave(admin?.disconnect(), sockets),
  };
}
