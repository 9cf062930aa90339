/** Prometheus text of the core's counters, by the client library of the field; read from the totals at scrape time. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { InterceptionStatus } from '../contract/interception.ts';
import type { KafkaStatus } from '../contract/kafka.ts';
import { LATENCY_BUCKETS_MS, type StatsSample } from '../contract/stats.ts';

export interface MetricsSources {
  stats: () => StatsSample;
  kafka: () => KafkaStatus;
  interception: () => InterceptionStatus;
  version: string;
}

export interface Metrics {
  scrape: () => Promise<{ text: string; type: string }>;
  /** HIT and MISS apart: one average of both says nothing. */
  observeLatency: (status: 'HIT' | 'MISS', ms: number) => void;
}

/** Registers all metrics. */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // Gauges named like counters: against the conventions (promtool check metrics), and their sums by type stay.
  for (const name of ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'])
    registry.removeSingleMetric(name);
  const gauge = (name: string, help: string, read: (sample: StatsSample) => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read(sources.stats()));
      },
    });
  };
  /** A counter whose truth lies elsewhere: set by reset and inc, for it only ever rises. */
  const counter = <L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    read: () => Iterable<[Partial<Record<L, string>>, number]>,
  ): void => {
    new Counter({
      name,
      help,
      labelNames: labels,
      registers: [registry],
      collect() {
        this.reset();
        for (const [values, value] of read()) this.inc(values, value);
      },
    });
  };
  const byLabel = <L extends string>(
    label: L,
    values: Readonly<Record<string, number>>,
  ): [Partial<Record<L, string>>, number][] =>
    Object.entries(values).map(([name, value]) => [{ [label]: name } as Partial<Record<L, string>>, value]);
  const one = (value: number): [Record<string, never>, number][] => [[{}, value]];

  new Gauge({
    name: 'bsdm_build_info',
    help: 'Always 1, with the version as label',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version: sources.version }, 1);
  counter('bsdm_requests_total', 'Exchanges finished, by cache status', ['cache_status'], () =>
    byLabel('cache_status', sources.stats().totals.byCacheStatus),
  );
  counter('bsdm_outcomes_total', 'Exchanges finished, by outcome', ['outcome'], () =>
    byLabel('outcome', sources.stats().totals.byOutcome),
  );
  counter('bsdm_response_bytes_total', 'Content bytes sent to clients, by cache status', ['cache_status'], () =>
    byLabel('cache_status', sources.stats().totals.bytesByCacheStatus),
  );
  counter('bsdm_request_bytes_total', 'Content bytes received from clients', [], () =>
    one(sources.stats().totals.requestBytes),
  );
  counter('bsdm_upstream_bytes_total', 'Content bytes received from origins', [], () =>
    one(sources.stats().totals.upstreamBytes),
  );
  counter('bsdm_errors_total', 'Exchanges that failed upstream', [], () => one(sources.stats().totals.errors));
  counter('bsdm_collapsed_total', 'Requests that shared the fetch of another', [], () =>
    one(sources.stats().totals.collapsed),
  );
  counter('bsdm_tunnels_total', 'Tunnels closed', [], () => one(sources.stats().totals.tunnels));
  counter('bsdm_tunnel_bytes_total', 'Bytes through closed tunnels, by direction', ['direction'], () =>
    byLabel('direction', { up: sources.stats().totals.tunnelBytesUp, down: sources.stats().totals.tunnelBytesDown }),
  );
  counter('bsdm_cache_stored_total', 'Responses stored', [], () => one(sources.stats().cache.stored));
  counter('bsdm_cache_removals_total', 'Entries removed, by reason', ['reason'], () =>
    byLabel('reason', sources.stats().cache.removals),
  );
  counter(
    'bsdm_capture_dropped_total',
    'Exchanges and bodies let go from the capture, rows held back from lagging pages',
    ['what'],
    () => {
      const { capture } = sources.stats();
      return byLabel('what', { rows: capture.droppedRows, bodies: capture.droppedBodies, feed: capture.feedDropped });
    },
  );
  gauge('bsdm_tunnels_open', 'Tunnels open now', (sample) => sample.totals.tunnelsOpen);
  gauge('bsdm_exchanges_in_flight', 'Exchanges under way now', (sample) => sample.totals.inFlight);
  gauge('bsdm_client_connections', 'Client connections open now', (sample) => sample.totals.clientConnections);
  gauge('bsdm_cache_entries', 'Entries stored now', (sample) => sample.cache.entries);
  gauge('bsdm_cache_bytes', 'Bytes the cache takes now', (sample) => sample.cache.bytes);
  gauge(
    'bsdm_cache_saved_bytes',
    'Bytes that compression saves of the entries stored now',
    (sample) => sample.cache.savedBytes,
  );
  gauge('bsdm_cache_max_bytes', 'Bytes the cache may take', (sample) => sample.cache.maxBytes);
  gauge(
    'bsdm_cache_hit_ratio',
    'Share of finished requests answered from the cache since start (tunnels and bypasses left out)',
    ({ totals: { byCacheStatus: by } }) => (by.HIT + by.MISS === 0 ? 0 : by.HIT / (by.HIT + by.MISS)),
  );

  const latency = new Histogram({
    name: 'bsdm_request_duration_seconds',
    help: 'From the request’s head to the reply’s last byte, by cache status',
    labelNames: ['cache_status'],
    buckets: LATENCY_BUCKETS_MS.map((ms) => ms / 1000),
    registers: [registry],
  });
  const observers = { HIT: latency.labels('HIT'), MISS: latency.labels('MISS') };

  counter('bsdm_client_handshakes_total', 'TLS handshakes with clients begun for interception', [], () =>
    one(sources.interception().handshakes),
  );
  counter('bsdm_client_handshakes_failed_total', 'Of these, broken off by client or proxy', [], () =>
    one(sources.interception().failed),
  );
  new Gauge({
    name: 'bsdm_intercepted_connections',
    help: 'Client connections that are intercepted now',
    registers: [registry],
    collect() {
      this.set(sources.interception().connections);
    },
  });

  const kafka = (name: string, help: string, read: (status: KafkaStatus) => number): void =>
    counter(`bsdm_kafka_${name}_total`, help, [], () => one(read(sources.kafka())));
  kafka('offered', 'Events offered to the mirror', (status) => status.offered);
  kafka('sent', 'Events written to a broker', (status) => status.sent);
  kafka('confirmed', 'Events confirmed by a broker', (status) => status.confirmed);
  kafka('failed', 'Events given up', (status) => status.failed);
  kafka('dropped', 'Events dropped because the queue was full', (status) => status.dropped);
  new Gauge({
    name: 'bsdm_kafka_queue_events',
    help: 'Events waiting for Kafka',
    registers: [registry],
    collect() {
      this.set(sources.kafka().queued);
    },
  });
  new Gauge({
    name: 'bsdm_kafka_queue_bytes',
    help: 'Bytes waiting for Kafka',
    registers: [registry],
    collect() {
      this.set(sources.kafka().queuedBytes);
    },
  });
  new Gauge({
    name: 'bsdm_kafka_up',
    help: '1 while the mirror is ready',
    registers: [registry],
    collect() {
      this.set(sources.kafka().state === 'ready' ? 1 : 0);
    },
  });

  return {
    scrape: async () => ({ text: await registry.metrics(), type: registry.contentType }),
    observeLatency: (status, ms) => observers[status].observe(ms / 1000),
  };
}
