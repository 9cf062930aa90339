/**
 * The Kafka mirror: one more subscriber of the events. Never slows the proxy (a bounded queue, one pump), never lies
 * about what was delivered (see `ledger.ts`), and follows every change of the settings while it runs.
 *
 * Delivery: with acks 1 or all a record is kept until a broker confirmed it, so one may arrive twice after a broken
 * connection (`event_id` tells); with acks 0 it is written at most once. Records that find no room push out the oldest.
 */
import { CommandError } from '../contract/errors.ts';
import type { KafkaState, KafkaStatus, KafkaTestResult } from '../contract/kafka.ts';
import type { Settings } from '../contract/settings.ts';
import { createBackoff } from './backoff.ts';
import { parseBrokers, sinkKey, toAcks, toConnectionConfig, toSinkConfig } from './connection-config.ts';
import { DIAL_ANY, type Dialling } from './dialling.ts';
import { createKafkajsClient } from './kafkajs-client.ts';
import { createLedger } from './ledger.ts';
import type { EventSource } from './message.ts';
import { limited, startPump, type Pump } from './pump.ts';
import { BoundedQueue } from './queue.ts';
import { isSampled } from './sample.ts';
import type { KafkaClient } from './sink.ts';
import { testConnection } from './test-connection.ts';

export interface KafkaMirrorOptions<T> {
  source: EventSource<T>;
  /** Read at creation, at every {@link KafkaMirror.applySettings} and for sampling, batch and linger of each record. */
  settings: () => Settings;
  /** Unix ms. */
  now: () => number;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** Called at every change of state, and at most every half second while counters change. */
  onStatus: (status: KafkaStatus) => void;
  /** What may be dialled; anything when it is not given. */
  dial?: Dialling;
  /** The client library; kafkajs unless a test brings its own. */
  client?: KafkaClient;
  /** Time limits in ms, for tests that cannot wait. */
  limits?: { sendMs?: number; switchOffMs?: number };
}

export interface KafkaMirror<T> {
  /** Takes one event while the mirror is on. Never throws, never waits, does no IO. */
  readonly offer: (event: T) => void;
  status(): KafkaStatus;
  /** Follows the settings: on, off, other brokers, other limits. Resolves when done; calls after each other are kept in order. */
  applySettings(): Promise<void>;
  /** *Test connection* with any settings, whether the mirror is on or off. */
  test(settings: Settings): Promise<KafkaTestResult>;
  /** Creates the topic of the current settings; false when it is there already. Fails with a CommandError. */
  createTopic(): Promise<{ created: boolean }>;
  /** Sends what is waiting, at most until the deadline (ms from now), and ends. What is left is counted as dropped. */
  stop(deadlineMs: number): Promise<void>;
}

/** Longer than the library's own limits: it steps in only when those fail. */
const SEND_LIMIT_MS = 30_000;
/** What is waiting when the mirror is switched off gets this long to go out. */
const SWITCH_OFF_MS = 3000;
/** What the send in flight gets when the brokers change under it. */
const HAND_OVER_MS = 2000;
const STATUS_EVERY_MS = 500;

export function createKafkaMirror<T>(options: KafkaMirrorOptions<T>): KafkaMirror<T> {
  const { settings, now, log, source } = options;
  const dial = options.dial ?? DIAL_ANY;
  const client = options.client ?? createKafkajsClient({}, dial);
  const ledger = createLedger(now);
  const queue = new BoundedQueue<T>(queueLimits(settings()), source.letGo);
  let state: KafkaState = 'off';
  let retryAtMs: number | undefined;
  let lastError: string | undefined;
  let lastErrorAtMs: number | undefined;
  let pump: Pump | undefined;
  let pumpKey = '';
  /** Pumps that are being ended; `stop` cuts them short at its deadline. */
  const leaving = new Set<Pump>();
  /** Records are taken only while this is true; it goes false before the flush of a switch-off begins. */
  let accepting = false;
  let stopped = false;
  /** Changes of the settings one after the other. */
  let changes: Promise<void> = Promise.resolve();
  let statusTimer: NodeJS.Timeout | undefined;

  function status(): KafkaStatus {
    const current = settings();
    const { counts } = ledger;
    return {
      state,
      brokers: parseBrokers(current.kafkaBrokers),
      topic: current.kafkaTopic,
      acks: toAcks(current.kafkaAcks),
      ...counts,
      queued: queue.size,
      queuedBytes: queue.bytes,
      ...(lastError !== undefined && { lastError }),
      ...(lastErrorAtMs !== undefined && { lastErrorAtMs }),
      ...(retryAtMs !== undefined && { retryAtMs }),
      rate: ledger.rate(),
    };
  }

  function announce(): void {
    clearTimeout(statusTimer);
    statusTimer = undefined;
    options.onStatus(status());
  }

  function announceSoon(): void {
    if (statusTimer !== undefined) return;
    statusTimer = setTimeout(announce, STATUS_EVERY_MS);
    statusTimer.unref();
  }

  function enter(next: KafkaState, retryAt?: number): void {
    // The last flush may still connect; what the mirror is, is decided.
    if (state === 'stopped') return;
    if (next !== state) log('info', `Kafka mirror: ${next}`);
    state = next;
    retryAtMs = retryAt === undefined ? undefined : Math.ceil(retryAt);
    announce();
  }

  function fail(message: string): void {
    // The same failure comes again with every attempt; one line tells it.
    if (message !== lastError) log('warn', `Kafka mirror: ${message}`);
    lastError = message;
    lastErrorAtMs = Math.floor(now());
  }

  function start(current: Settings): void {
    const config = toSinkConfig(current);
    // What went wrong with other settings says nothing of these.
    if (pumpKey !== '' && pumpKey !== pumpKeyOf(current)) lastError = lastErrorAtMs = undefined;
    pumpKey = pumpKeyOf(current);
    pump = startPump({
      client,
      queue,
      source,
      ledger,
      backoff: createBackoff(),
      now,
      sendLimitMs: options.limits?.sendMs ?? SEND_LIMIT_MS,
      config,
      batchBytes: () => settings().kafkaBatchBytes,
      lingerMs: () => settings().kafkaLingerMs,
      onState: (next) => enter(next.state, next.state === 'backing-off' ? next.retryAtMs : undefined),
      onError: fail,
    });
  }

  async function end(ending: Pump, limitMs: number, handOver: boolean): Promise<void> {
    leaving.add(ending);
    await ending.stop(limitMs, handOver);
    leaving.delete(ending);
  }

  /** Sends what waits within the limit, ends the pump, and counts what is left as dropped. */
  async function finish(limitMs: number): Promise<void> {
    const ending = pump;
    pump = undefined;
    if (ending !== undefined) {
      const startedAt = performance.now();
      leaving.add(ending);
      await limited(ending.flush(), limitMs);
      await end(ending, Math.max(0, limitMs - (performance.now() - startedAt)), false);
    }
    ledger.dropped(queue.clear());
  }

  async function change(): Promise<void> {
    if (stopped) return;
    const current = settings();
    const dropped = queue.setLimits(queueLimits(current));
    ledger.dropped(dropped);
    const wanted = current.kafkaEnabled && parseBrokers(current.kafkaBrokers).length > 0;
    if (current.kafkaEnabled && !wanted) fail('The mirror is switched on but no broker is set. Enter host:port.');
    if (!wanted) {
      accepting = false;
      await finish(options.limits?.switchOffMs ?? SWITCH_OFF_MS);
      // stop() may have taken over while the flush ran.
      if (state !== 'stopped') enter('off');
      return;
    }
    if (pump !== undefined && pumpKey !== pumpKeyOf(current)) {
      const old = pump;
      pump = undefined;
      await end(old, HAND_OVER_MS, true);
    }
    if (isStopped()) return;
    if (pump === undefined) start(current);
    accepting = true;
    announceSoon();
  }

  const failChange = (error: unknown): void => fail(error instanceof Error ? error.message : String(error));
  /** Read through a function: the compiler does not see that it changes during an await. */
  const isStopped = (): boolean => stopped;

  const mirror: KafkaMirror<T> = {
    offer(event) {
      // Switched off counts at once, even while an earlier change is still being carried out.
      if (!accepting || !settings().kafkaEnabled) return;
      const share = settings().kafkaSample;
      if (share < 1 && !isSampled(source.idOf(event), share)) {
        ledger.sampledOut();
        return;
      }
      source.keep?.(event);
      ledger.offered(queue.push(event, source.estimateBytes(event), now()));
      pump?.wake();
      announceSoon();
    },
    status,
    applySettings() {
      changes = changes.then(change).catch(failChange);
      return changes;
    },
    test: (tried) => testConnection(tried, client, dial),
    async createTopic() {
      const current = settings();
      if (current.kafkaBrokers === '')
        throw new CommandError(
          'conflict',
          'No brokers are set, so there is nowhere to create a topic.',
          'Set the brokers first (kafka_brokers).',
        );
      const probe = client.createProbe(toConnectionConfig(current));
      try {
        await probe.connect();
        return { created: await probe.createTopic(current.kafkaTopic) };
      } catch (error) {
        throw new CommandError(
          'unavailable',
          `The topic ${current.kafkaTopic} could not be created. ${error instanceof Error ? error.message : ''}`.trim(),
          'Run Test connection in the Kafka settings.',
        );
      } finally {
        await probe.close();
      }
    },
    async stop(deadlineMs) {
      if (stopped) return;
      stopped = true;
      accepting = false;
      const wasOn = pump !== undefined;
      if (wasOn) enter('stopped');
      const startedAt = performance.now();
      await limited(changes, deadlineMs);
      await finish(Math.max(0, deadlineMs - (performance.now() - startedAt)));
      // A change of the settings that was under way longer than the deadline.
      await Promise.all([...leaving].map((late) => late.stop(0, false)));
      ledger.dropped(queue.clear());
      clearTimeout(statusTimer);
      state = 'stopped';
      retryAtMs = undefined;
      options.onStatus(status());
    },
  };
  // Not by applySettings, which waits a turn: records offered right after creation are taken.
  changes = change().catch(failChange);
  return mirror;
}

/** What a pump's connections were opened for and by; with another dial rule they do not stay either. */
function pumpKeyOf(settings: Settings): string {
  return `${settings.dialAllow} ${sinkKey(toSinkConfig(settings))}`;
}

function queueLimits(settings: Settings): { events: number; bytes: number } {
  return { events: settings.kafkaQueueEvents, bytes: settings.kafkaQueueBytes };
}
