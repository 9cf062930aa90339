/** kafkajs as the client library in use. The rest of the room knows only `sink.ts`. */
import { DIAL_ANY, type Dialling } from './dialling.ts';
import { KAFKAJS_LIMITS, type KafkajsLimits } from './kafkajs-connection.ts';
import { createKafkajsProbe } from './kafkajs-probe.ts';
import { createKafkajsSink } from './kafkajs-sink.ts';
import type { KafkaClient } from './sink.ts';

/** `limits` are for tests that cannot wait. */
export function createKafkajsClient(limits: Partial<KafkajsLimits> = {}, dial: Dialling = DIAL_ANY): KafkaClient {
  const all = { ...KAFKAJS_LIMITS, ...limits };
  return {
    createSink: (config) => createKafkajsSink(config, all, dial),
    createProbe: (config) => createKafkajsProbe(config, all, dial),
  };
}
