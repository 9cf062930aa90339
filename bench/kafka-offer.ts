/**
 * node bench/kafka-offer.ts [--events 200000] [--kafka-version 4.4.0]
 * What the mirror costs where the proxy calls it: nanoseconds of one `offer` (mean and percentiles over blocks of 100),
 * the longest time the event loop stood still, and the memory, with the mirror off, on a live broker, on a dead one and
 * on one that accepts and never answers.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { defaultSettings } from '../proxy-core/contract/setting-specs.ts';
import type { Settings } from '../proxy-core/contract/settings.ts';
import { createKafkaMirror } from '../proxy-core/kafka/mirror.ts';
import { makeRecord, recordSource } from '../proxy-core/kafka/testkit/make-record.ts';
import { startScriptedBroker } from '../proxy-core/kafka/testkit/scripted-broker.ts';
import { startBroker } from '../scripts/kafka/broker.mjs';
import { summarise } from './kafka-numbers.ts';

const { values } = parseArgs({
  options: { events: { type: 'string', default: '200000' }, 'kafka-version': { type: 'string', default: '4.4.0' } },
});
const events = Number(values.events);
const BLOCK = 100;
/** Blocks go out this far apart: 100 events each 10 ms are 10,000 events/s. */
const BLOCK_EVERY_MS = 10;

async function measure(name: string, overrides: Partial<Settings>): Promise<void> {
  const settings: Settings = { ...defaultSettings(), kafkaTopic: 'offer', ...overrides };
  const mirror = createKafkaMirror({
    source: recordSource,
    settings: () => settings,
    now: Date.now,
    log: () => undefined,
    onStatus: () => undefined,
  });
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const costs: number[] = [];
  let mostMiB = 0;
  const startedAt = performance.now();
  for (let number = 0; number < events; number += BLOCK) {
    const records = Array.from({ length: BLOCK }, (_, index) =>
      makeRecord(number + index, { timestamp_ms: Date.now() }),
    );
    const before = performance.now();
    for (const record of records) mirror.offer(record);
    costs.push(((performance.now() - before) / BLOCK) * 1e6);
    mostMiB = Math.max(mostMiB, process.memoryUsage().rss / 2 ** 20);
    const ahead = startedAt + (number / BLOCK) * BLOCK_EVERY_MS - performance.now();
    await new Promise((resolve) => (ahead > 0 ? setTimeout(resolve, ahead) : setImmediate(resolve)));
  }
  loop.disable();
  const before = mirror.status();
  await mirror.stop(2000);
  const { offered, sent, failed, dropped, queued } = mirror.status();
  console.log(
    JSON.stringify({
      mirror: name,
      offer_ns: summarise(costs),
      loop_delay_ms: { p99: loop.percentile(99) / 1e6, max: loop.max / 1e6 },
      rss_mib: Math.round(mostMiB),
      state: before.state,
      offered,
      sent,
      failed,
      dropped,
      adds_up: offered === queued + sent + failed + dropped,
    }),
  );
}

const broker = await startBroker({ version: values['kafka-version'], say: console.error });
const silent = await startScriptedBroker('silent');
const on = { kafkaEnabled: true, kafkaBrokers: broker.brokers };
await measure('warm-up', on);
await measure('off', {});
await measure('on, acks 1, snappy', on);
await measure('on, acks 0, snappy', { ...on, kafkaAcks: 0 });
await measure('on, acks 1, none', { ...on, kafkaCompression: 'none' });
await measure('broker refuses', { ...on, kafkaBrokers: '127.0.0.1:1' });
await measure('broker silent', { ...on, kafkaBrokers: silent.address });
await silent.close();
await broker.stop();
