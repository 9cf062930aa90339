import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventRecord } from '../contract/event-record.ts';
import type { KafkaStatus } from '../contract/kafka.ts';
import { defaultSettings } from '../contract/setting-specs.ts';
import type { Settings } from '../contract/settings.ts';
import { createKafkaMirror, type KafkaMirror } from './mirror.ts';
import type { EventSource } from './message.ts';
import { SinkError } from './sink.ts';
import { FakeClient } from './testkit/fake-client.ts';
import { makeRecord, recordSource } from './testkit/make-record.ts';

/** Events the mirror keeps: each once, and none it is done with. */
const kept = new Set<EventRecord>();
const source: EventSource<EventRecord> = {
  ...recordSource,
  keep: (event) => {
    if (kept.has(event)) throw new Error('kept twice');
    kept.add(event);
  },
  letGo: (event) => {
    if (!kept.delete(event)) throw new Error('let go without being kept');
  },
};

/** A mirror over a fake client, with the clock in the test's hands. */
function makeMirror(
  overrides: Partial<Settings> = {},
  onConnect = (): Error | undefined => undefined,
): { mirror: KafkaMirror<EventRecord>; client: FakeClient; settings: Settings; logged: string[]; seen: KafkaStatus[] } {
  const client = new FakeClient();
  client.onConnect = onConnect;
  const settings: Settings = {
    ...defaultSettings(),
    kafkaEnabled: true,
    kafkaBrokers: 'kafka.test:9092',
    kafkaPassword: 'hunter2',
    ...overrides,
  };
  const logged: string[] = [];
  const seen: KafkaStatus[] = [];
  const mirror = createKafkaMirror({
    source,
    settings: () => settings,
    now: () => Date.now(),
    log: (_, message) => void logged.push(message),
    onStatus: (status) => void seen.push(status),
    client,
  });
  return { mirror, client, settings, logged, seen };
}

/** The promise of the room: see `ledger.ts`. */
function expectToAddUp({ offered, queued, inFlight, sent, confirmed, failed, dropped }: KafkaStatus): void {
  expect(queued + inFlight + sent + failed + dropped).toBe(offered);
  expect(confirmed).toBeLessThanOrEqual(sent);
  expect(kept.size).toBe(queued + inFlight);
}

const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const offer = (mirror: KafkaMirror<EventRecord>, from: number, count: number): void => {
  for (let number = from; number < from + count; number += 1) mirror.offer(makeRecord(number));
};
const ids = (messages: readonly { value: string }[]): string[] =>
  messages.map((message) => (JSON.parse(message.value) as { event_id: string }).event_id);

beforeEach(() => {
  vi.useFakeTimers();
  kept.clear();
});
afterEach(() => void vi.useRealTimers());

describe('batches', () => {
  it('waits for the linger time, then sends what came', async () => {
    const { mirror, client } = makeMirror();
    await tick();
    offer(mirror, 1, 3);
    await tick(4);
    expect(client.sends).toHaveLength(0);
    await tick(1);
    expect(ids(client.sends[0]!.messages)).toEqual(['session-1', 'session-2', 'session-3']);
    expect(client.sends[0]!.messages[0]!.key).toBe(makeRecord(1).cache_key);
  });

  it('does not wait when a batch is full', async () => {
    const { mirror, client } = makeMirror({ kafkaLingerMs: 60_000, kafkaBatchBytes: 2000 });
    await tick();
    offer(mirror, 1, 5);
    await tick();
    expect(client.sends[0]!.messages).toHaveLength(5);
  });

  it('keeps one send in flight and lets the rest wait', async () => {
    const { mirror, client } = makeMirror();
    await tick();
    offer(mirror, 1, 2);
    await tick(5);
    offer(mirror, 3, 4);
    await tick(100);
    expect(client.sends).toHaveLength(1);
    expect(mirror.status()).toMatchObject({ offered: 6, inFlight: 2, queued: 4, sent: 0 });
    client.sends[0]!.resolve();
    await tick(1);
    expect(client.sends[1]!.messages).toHaveLength(4);
    client.sends[1]!.resolve();
    await tick(1);
    expect(mirror.status()).toMatchObject({ inFlight: 0, queued: 0, sent: 6, confirmed: 6 });
  });

  it('lets timers run between sends that resolve at once', async () => {
    const { mirror, client } = makeMirror({ kafkaAcks: 0, kafkaBatchBytes: 1 });
    client.onSend = () => undefined;
    await tick();
    vi.useRealTimers();
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
      offer(mirror, ticks * 100, 100);
    }, 1);
    await vi.waitFor(() => expect(mirror.status().sent).toBeGreaterThan(2000), { timeout: 10_000 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(15);
    expect(mirror.status().confirmed).toBe(0);
    await mirror.stop(1000);
    expectToAddUp(mirror.status());
  });
});

describe('a broker that fails', () => {
  it('puts the batch back, stays away, returns on a new connection and loses nothing', async () => {
    const { mirror, client } = makeMirror();
    await tick();
    offer(mirror, 1, 3);
    await tick(5);
    client.sends[0]!.reject(new SinkError('retry', 'kafka.test:9092 closed the connection.'));
    await tick();
    expect(mirror.status()).toMatchObject({
      state: 'backing-off',
      queued: 3,
      inFlight: 0,
      lastError: 'kafka.test:9092 closed the connection.',
    });
    expect(mirror.status().retryAtMs).toBeGreaterThan(Date.now());
    expect(client.sinks[0]!.closed).toBe(true);
    await tick(500);
    expect(client.sinks).toHaveLength(2);
    expect(ids(client.sends[1]!.messages)).toEqual(['session-1', 'session-2', 'session-3']);
    expect(mirror.status().state).toBe('connecting');
    client.sends[1]!.resolve();
    await tick();
    expect(mirror.status()).toMatchObject({ state: 'ready', sent: 3, confirmed: 3, failed: 0, dropped: 0 });
    expect(mirror.status().retryAtMs).toBeUndefined();
  });

  it('drops the oldest while it is away, exactly counted, with bounded memory', async () => {
    const { mirror, client } = makeMirror({ kafkaQueueEvents: 100 }, () => new SinkError('retry', 'refused'));
    await tick();
    for (let round = 0; round < 50; round += 1) {
      offer(mirror, round * 100, 100);
      await tick(1000);
      expect(mirror.status().queued).toBe(100);
      expectToAddUp(mirror.status());
    }
    expect(mirror.status()).toMatchObject({ offered: 5000, dropped: 4900, sent: 0 });
    client.onConnect = () => undefined;
    client.onSend = () => undefined;
    await tick(10_000);
    expect(mirror.status()).toMatchObject({ state: 'ready', queued: 0, sent: 100 });
    expect(ids(client.delivered).at(0)).toBe('session-4900');
  });

  it('gives up waiting for a library that never answers', async () => {
    const { mirror, client } = makeMirror();
    await tick();
    offer(mirror, 1, 1);
    await tick(31_000);
    expect(client.sinks[0]!.closed).toBe(true);
    client.sends[0]!.resolve();
    client.sends[1]!.resolve();
    await tick();
    expect(mirror.status()).toMatchObject({ offered: 1, sent: 1, inFlight: 0, queued: 0 });
  });

  it('logs the same failure once', async () => {
    const { client, logged } = makeMirror({}, () => new SinkError('retry', 'kafka.test:9092 refused the connection.'));
    await tick(120_000);
    expect(client.sinks.length).toBeGreaterThan(5);
    expect(logged.filter((line) => line.includes('refused the connection'))).toHaveLength(1);
  });

  it('halves a batch that is too large until it passes, and gives up on a single record', async () => {
    const { mirror, client } = makeMirror();
    client.onSend = (messages) =>
      messages.length > 2 || ids(messages).includes('session-6') ? new SinkError('too-large', 'too large') : undefined;
    await tick();
    offer(mirror, 1, 8);
    await tick(100);
    expect(mirror.status()).toMatchObject({ offered: 8, sent: 7, failed: 1, queued: 0, state: 'ready' });
    expect(ids(client.delivered)).not.toContain('session-6');
  });

  it('counts refused and lost records as failed and does not send them again', async () => {
    const { mirror, client } = makeMirror({ kafkaAcks: 0 });
    await tick();
    offer(mirror, 1, 2);
    await tick(5);
    client.sends[0]!.reject(new SinkError('lost', 'stopped taking data'));
    await tick(1000);
    expect(client.sends).toHaveLength(1);
    expect(mirror.status()).toMatchObject({ offered: 2, failed: 2, queued: 0, sent: 0 });
  });

  it('sends only those again that were not delivered', async () => {
    const { mirror, client } = makeMirror();
    await tick();
    offer(mirror, 1, 5);
    await tick(5);
    client.sends[0]!.reject(new SinkError('retry', 'no leader', [1, 3]));
    await tick();
    expect(mirror.status()).toMatchObject({ offered: 5, sent: 3, confirmed: 3, queued: 2, inFlight: 0 });
    await tick(250);
    expect(ids(client.sends[1]!.messages)).toEqual(['session-2', 'session-4']);
  });

  it('connects again when the connection ends while nothing is sent', async () => {
    const { mirror, client } = makeMirror();
    await tick();
    client.sinks[0]!.onLost?.();
    await tick(1000);
    expect(client.sinks).toHaveLength(2);
    expect(mirror.status()).toMatchObject({ state: 'ready' });
    expect(mirror.status().lastError).toBeUndefined();
  });
});

describe('settings while it runs', () => {
  it('takes records from the moment it is created', () => {
    const { mirror } = makeMirror();
    offer(mirror, 1, 1);
    expect(mirror.status()).toMatchObject({ offered: 1, queued: 1 });
  });

  it('takes nothing while off and says so', async () => {
    const { mirror, client } = makeMirror({ kafkaEnabled: false });
    await tick();
    offer(mirror, 1, 10);
    expect(mirror.status()).toMatchObject({ state: 'off', offered: 0 });
    expect(client.sinks).toHaveLength(0);
  });

  it('says that brokers are missing instead of trying', async () => {
    const { mirror } = makeMirror({ kafkaBrokers: '' });
    await tick();
    expect(mirror.status()).toMatchObject({
      state: 'off',
      brokers: [],
      lastError: 'The mirror is switched on but no broker is set. Enter host:port.',
    });
  });

  it('sends what is waiting when switched off, takes nothing after, and starts again when switched on', async () => {
    const { mirror, client, settings } = makeMirror({ kafkaLingerMs: 60_000 });
    client.onSend = () => undefined;
    await tick();
    offer(mirror, 1, 3);
    settings.kafkaEnabled = false;
    void mirror.applySettings();
    await tick();
    offer(mirror, 4, 3);
    await tick(100);
    expect(mirror.status()).toMatchObject({ state: 'off', offered: 3, sent: 3, queued: 0 });
    expect(client.sinks[0]!.closed).toBe(true);
    settings.kafkaEnabled = true;
    settings.kafkaLingerMs = 0;
    void mirror.applySettings();
    await tick();
    offer(mirror, 7, 2);
    await tick(10);
    expect(ids(client.delivered)).toEqual(['session-1', 'session-2', 'session-3', 'session-7', 'session-8']);
  });

  it('takes nothing from the moment it is switched off, also while an earlier change is under way', async () => {
    const { mirror, settings } = makeMirror();
    await tick();
    offer(mirror, 1, 2);
    await tick(5); // in flight, never answered
    settings.kafkaBrokers = 'other.test:9092';
    void mirror.applySettings(); // hands over, which takes its time
    settings.kafkaEnabled = false;
    void mirror.applySettings();
    offer(mirror, 3, 3);
    expect(mirror.status().offered).toBe(2);
    await tick(10_000);
    expect(mirror.status()).toMatchObject({ state: 'off', offered: 2 });
    expectToAddUp(mirror.status());
  });

  it('counts what a dead broker kept from leaving as dropped when switched off', async () => {
    const { mirror, settings } = makeMirror({}, () => new SinkError('retry', 'refused'));
    await tick();
    offer(mirror, 1, 5);
    settings.kafkaEnabled = false;
    void mirror.applySettings();
    await tick(5000);
    expect(mirror.status()).toMatchObject({ state: 'off', offered: 5, dropped: 5, queued: 0 });
  });

  it('moves to other brokers with what is waiting and what was not answered', async () => {
    const { mirror, client, settings } = makeMirror();
    await tick();
    offer(mirror, 1, 2);
    await tick(5);
    offer(mirror, 3, 1);
    settings.kafkaBrokers = 'other.test:9092';
    void mirror.applySettings();
    await tick(3000);
    expect(client.sinks[1]!.config.brokers).toEqual(['other.test:9092']);
    expect(ids(client.sends[1]!.messages)).toEqual(['session-1', 'session-2', 'session-3']);
    client.sends[1]!.resolve();
    // The old broker's late answer must not count them twice.
    client.sends[0]!.resolve();
    await tick(10);
    expect(mirror.status()).toMatchObject({ offered: 3, sent: 3, queued: 0, inFlight: 0 });
  });

  it('follows batch, linger, sample and queue limits without a new connection', async () => {
    const { mirror, client, settings } = makeMirror({ kafkaLingerMs: 60_000 });
    await tick();
    offer(mirror, 1, 20);
    settings.kafkaQueueEvents = 5;
    settings.kafkaLingerMs = 1;
    settings.kafkaSample = 0;
    void mirror.applySettings();
    await tick();
    expect(mirror.status()).toMatchObject({ queued: 5, dropped: 15 });
    offer(mirror, 30, 4);
    expect(mirror.status()).toMatchObject({ offered: 20, sampledOut: 4 });
    expect(client.sinks).toHaveLength(1);
  });
});

describe('stopping', () => {
  it('sends what is waiting within the deadline', async () => {
    const { mirror, client, seen } = makeMirror({ kafkaLingerMs: 60_000 });
    client.onSend = () => undefined;
    await tick();
    offer(mirror, 1, 500);
    const stopped = mirror.stop(1000);
    await tick(1000);
    await stopped;
    expect(mirror.status()).toMatchObject({ state: 'stopped', sent: 500, queued: 0, dropped: 0 });
    expect(seen.at(-1)?.state).toBe('stopped');
    expect(client.sinks.every((sink) => sink.closed)).toBe(true);
    offer(mirror, 600, 1);
    expect(mirror.status().offered).toBe(500);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends at the deadline when the broker is silent: unanswered is failed, unsent is dropped', async () => {
    const { mirror, client } = makeMirror();
    await tick();
    offer(mirror, 1, 2);
    await tick(5);
    offer(mirror, 3, 3);
    const stopped = mirror.stop(500);
    await tick(600);
    await stopped;
    client.sends[0]!.resolve();
    await tick(100);
    expect(mirror.status()).toMatchObject({
      state: 'stopped',
      offered: 5,
      sent: 0,
      failed: 2,
      dropped: 3,
      queued: 0,
      inFlight: 0,
    });
  });

  it('is quiet about a second stop and about settings that change after it', async () => {
    const { mirror, settings, client } = makeMirror();
    await tick();
    await Promise.all([mirror.stop(0), mirror.stop(0), tick(300)]);
    settings.kafkaBrokers = 'b:1';
    await mirror.applySettings();
    await tick(1000);
    expect(mirror.status().state).toBe('stopped');
    expect(client.sinks).toHaveLength(1);
  });
});

describe('delivery truth', () => {
  it('announces at most every half second while counters change', async () => {
    const { mirror, client, seen } = makeMirror();
    client.onSend = () => undefined;
    await tick(1000);
    const before = seen.length;
    for (let ms = 0; ms < 7000; ms += 10) {
      mirror.offer(makeRecord(ms));
      await tick(10);
    }
    expect(seen.length - before).toBeLessThanOrEqual(15);
    expect(Math.round(mirror.status().rate)).toBe(100);
  });

  it('never shows a password', async () => {
    const { mirror, client, logged, seen } = makeMirror({ kafkaSasl: 'plain', kafkaUsername: 'ann' });
    client.onSend = () => new SinkError('retry', 'no');
    await tick();
    offer(mirror, 1, 1);
    await tick(2000);
    expect(JSON.stringify([logged, seen, mirror.status()])).not.toContain('hunter2');
  });

  it.each(Array.from({ length: 20 }, (_, seed) => seed + 1))(
    'adds up at every moment, whatever happens (seed %d)',
    async (seed) => {
      let random = seed;
      const next = (below: number): number => {
        random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
        return (random >>> 16) % below;
      };
      const { mirror, client, settings } = makeMirror({
        kafkaQueueEvents: 40,
        kafkaQueueBytes: 16_000,
        kafkaBatchBytes: 3000,
        kafkaAcks: next(3) - 1,
      });
      const failures = ['retry', 'too-large', 'refused', 'lost'] as const;
      let offered = 0;
      for (let step = 0; step < 300; step += 1) {
        const action = next(12);
        if (action < 5) {
          const count = next(20);
          offer(mirror, offered, count);
          offered += count;
        } else if (action < 8) client.sends[next(client.sends.length + 1)]?.resolve();
        else if (action === 8)
          client.sends[next(client.sends.length + 1)]?.reject(
            new SinkError(failures[next(4)]!, 'odd', next(2) === 0 ? undefined : [0]),
          );
        else if (action === 9)
          client.onConnect = next(2) === 0 ? () => undefined : () => new SinkError('retry', 'refused');
        else if (action === 10) client.sinks.at(-1)?.onLost?.();
        else {
          settings.kafkaEnabled = next(4) > 0;
          settings.kafkaTopic = `topic-${next(2)}`;
          settings.kafkaQueueEvents = 10 + next(40);
          void mirror.applySettings();
        }
        await tick(next(400));
        expectToAddUp(mirror.status());
        expect(mirror.status().queued).toBeLessThanOrEqual(50);
      }
      const stopped = mirror.stop(1000);
      await tick(60_000);
      await stopped;
      expectToAddUp(mirror.status());
      expect(mirror.status()).toMatchObject({ queued: 0, inFlight: 0 });
      expect(vi.getTimerCount()).toBe(0);
    },
  );
});
