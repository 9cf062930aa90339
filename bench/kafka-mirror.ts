/**
 * The whole way, counted: 10,000 requests through a headless core with its mirror on, read back by kcat from a real
 * broker. Every record must fit the schema, keys must equal `cache_key`, statuses must add up to the proxy's totals.
 *
 *   node bench/kafka-mirror.ts [--versions 4.4.0,3.9.1] [--codecs none,gzip,zstd,snappy] [--requests 10000]
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { readTopic } from '../proxy-core/kafka/testkit/read-topic.ts';
import { checkRecord } from '../proxy-core/kafka/testkit/schema.ts';
import { prepareKafka, startBroker } from '../scripts/kafka/broker.mjs';
import { startCoreProcess, untilTrue } from './core-process.ts';

const { values } = parseArgs({
  options: {
    versions: { type: 'string', default: '4.4.0,3.9.1' },
    codecs: { type: 'string', default: 'none,gzip,zstd,snappy' },
    requests: { type: 'string', default: '10000' },
  },
});
const REQUESTS = Number(values.requests);

/** A third fresh, a third private, a third not to be stored. */
const origin = http.createServer((request, response) => {
  const n = Number(request.url?.slice(1));
  response.setHeader('Cache-Control', n % 3 === 0 ? 'max-age=600' : n % 3 === 1 ? 'private' : 'no-store');
  response.end('x'.repeat(200));
});
await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
const originPort = (origin.address() as AddressInfo).port;

async function requestAll(proxyPort: number): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  let next = 0;
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (next < REQUESTS) {
        const n = next++ % 300;
        await new Promise<void>((resolve, reject) => {
          http
            .get(
              { host: '127.0.0.1', port: proxyPort, path: `http://127.0.0.1:${originPort}/${n}`, agent },
              (response) => response.resume().on('end', resolve),
            )
            .on('error', reject);
        });
      }
    }),
  );
  agent.destroy();
}

for (const version of values.versions.split(',')) {
  const prepared = await prepareKafka({ version, fetch: true });
  if (!prepared.ok) throw new Error(prepared.problem);
  const broker = await startBroker({ version });
  for (const codec of values.codecs.split(',')) {
    const topic = `mirror-${codec}`;
    const core = await startCoreProcess([
      '--kafka-brokers',
      broker.brokers,
      '--kafka-topic',
      topic,
      '--kafka-compression',
      codec,
    ]);
    await requestAll(core.proxyPort);
    await untilTrue(
      async () =>
        (await core.api<{ confirmed: number; failed: number; dropped: number }>('/api/kafka/status')).confirmed >=
        REQUESTS,
      60_000,
      'all records confirmed',
    );
    const { totals } = await core.api<{ totals: { by_cache_status: Record<string, number> } }>('/api/stats');
    await core.stop();
    const read = await readTopic(broker.brokers, topic);
    let invalid = 0;
    let wrongKeys = 0;
    const statuses: Record<string, number> = { HIT: 0, MISS: 0, BYPASS: 0 };
    const ids = new Set<string>();
    for (const { key, value } of read) {
      const record = JSON.parse(value) as { cache_key: string; cache_status: string; event_id: string };
      if (checkRecord(record).length > 0) invalid++;
      if (record.cache_key !== key) wrongKeys++;
      statuses[record.cache_status]!++;
      ids.add(record.event_id);
    }
    console.log(
      JSON.stringify({
        version,
        codec,
        records: read.length,
        distinct: ids.size,
        invalid,
        wrongKeys,
        statuses,
        totals: totals.by_cache_status,
      }),
    );
  }
  await broker.stop();
}
origin.close();
