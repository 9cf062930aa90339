/**
 * The mirror on a real Apache Kafka (see scripts/kafka/): every codec and acknowledgement, a broker that dies, freezes
 * and comes back, logins, TLS, missing topics. Skipped with a reason where Java or Kafka's jars are not to be had;
 * BSDM_REQUIRE_KAFKA=1 makes that a failure. BSDM_KAFKA_VERSION chooses the broker.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { prepareKafka, startBroker, type Broker } from '../../scripts/kafka/broker.mjs';
import { KAFKA_COMPRESSIONS, type Settings } from '../contract/settings.ts';
import { IMPATIENT, missing, makeMirrorUnderTest, type MirrorUnderTest } from './testkit/mirror-under-test.ts';
import { makeRecord } from './testkit/make-record.ts';
import { readTopic } from './testkit/read-topic.ts';
import { checkRecord } from './testkit/schema.ts';

const version = process.env.BSDM_KAFKA_VERSION ?? '4.4.0';
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const required = process.env.BSDM_REQUIRE_KAFKA === '1';
// An ordinary test run fetches nothing from outside.
const ready = await prepareKafka({ version, fetch: required, say });
if (!ready.ok) {
  if (required) throw new Error(ready.problem);
  say(`Broker tests are skipped: ${ready.problem}`);
}

const user = { name: 'mirror', password: 'right-1' };

describe.skipIf(!ready.ok)(`on Apache Kafka ${version}`, () => {
  let broker: Broker;
  const open: MirrorUnderTest[] = [];

  beforeAll(async () => {
    broker = await startBroker({ version, autoCreateTopics: false, user, tls: true });
  }, 150_000);
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ mirror }) => mirror.stop(0)));
  });
  afterAll(async () => {
    await broker.stop();
  }, 30_000);

  /** A mirror to a topic of its own, created unless `create` is false. */
  async function setUp(
    topic: string,
    overrides: Partial<Settings> = {},
    { create = true, limits = {} } = {},
  ): Promise<MirrorUnderTest> {
    const made = makeMirrorUnderTest({ kafkaBrokers: broker.brokers, kafkaTopic: topic, ...overrides }, limits);
    open.push(made);
    if (create) await made.mirror.createTopic();
    return made;
  }

  /** Distinct events in a topic, all valid, keys equal to their cache keys. */
  async function readEvents(topic: string): Promise<{ records: number; events: Set<string> }> {
    const records = await readTopic(broker.brokers, topic);
    const events = new Set<string>();
    for (const { key, value, timestampMs } of records) {
      const record = JSON.parse(value) as { cache_key: string; event_id: string; timestamp_ms: number };
      expect(checkRecord(record)).toEqual([]);
      expect(key).toBe(record.cache_key);
      expect(timestampMs).toBe(record.timestamp_ms);
      events.add(record.event_id);
    }
    return { records: records.length, events };
  }

  const variants = [
    ...KAFKA_COMPRESSIONS.map((compression) => ({ compression, acks: 1 })),
    { compression: 'snappy' as const, acks: 0 },
    { compression: 'zstd' as const, acks: -1 },
  ];
  it.each(variants)('delivers every record once: $compression, acks $acks', async ({ compression, acks }) => {
    const topic = `deliver-${compression}-${acks}`;
    const { offer, until, mirror } = await setUp(topic, { kafkaCompression: compression, kafkaAcks: acks });
    offer(0, 2000);
    await until('all sent', (status) => status.sent === 2000);
    await mirror.stop(5000);
    expect(mirror.status()).toMatchObject({
      offered: 2000,
      sent: 2000,
      confirmed: acks === 0 ? 0 : 2000,
      failed: 0,
      dropped: 0,
    });
    // With acks 0 nobody said that the broker is through with what it was sent.
    const { records, events } = await vi.waitFor(
      async () => {
        const read = await readEvents(topic);
        if (acks === 0 && read.records < 2000) throw new Error(`${read.records} of 2000 records have arrived`);
        return read;
      },
      { timeout: 20_000, interval: 100 },
    );
    expect(records).toBe(2000);
    expect(events.size).toBe(2000);
  });

  it('carries only the records of the time it was on, and follows a change of the topic', async () => {
    const { offer, until, mirror, settings } = await setUp('toggle-a');
    offer(0, 100);
    settings.kafkaEnabled = false;
    await mirror.applySettings();
    offer(100, 100);
    expect(mirror.status()).toMatchObject({ state: 'off', sent: 100 });
    settings.kafkaEnabled = true;
    settings.kafkaTopic = 'toggle-b';
    await mirror.createTopic();
    await mirror.applySettings();
    offer(200, 50);
    await until('sent', (status) => status.sent === 150);
    expect(await readEvents('toggle-a')).toMatchObject({ records: 100 });
    expect((await readEvents('toggle-b')).events).toEqual(
      new Set(Array.from({ length: 50 }, (_, index) => makeRecord(200 + index).event_id)),
    );
  });

  it('mirrors a share of the events when asked to, always the same ones', async () => {
    const { offer, until, mirror } = await setUp('sampled', { kafkaSample: 0.25 });
    offer(0, 2000);
    await until('sent', ({ queued, inFlight }) => queued + inFlight === 0);
    const { sent, sampledOut } = mirror.status();
    expect(sent + sampledOut).toBe(2000);
    expect(sent).toBeGreaterThan(400);
    expect(sent).toBeLessThan(600);
    expect((await readEvents('sampled')).records).toBe(sent);
  });

  it('refuses a record that is too large for the broker and delivers the others', async () => {
    const { offer, until, mirror } = await setUp('large', { kafkaCompression: 'none', kafkaLingerMs: 50 });
    offer(0, 10);
    mirror.offer(makeRecord(10, { url: `http://shop.test/${'x'.repeat(2_000_000)}` }));
    offer(11, 10);
    await until('done', ({ queued, inFlight }) => queued + inFlight === 0);
    expect(mirror.status()).toMatchObject({
      offered: 21,
      sent: 20,
      failed: 1,
      state: 'ready',
      lastError: 'The broker refused a batch for its size (topic large).',
    });
    expect((await readEvents('large')).events.size).toBe(20);
  });

  it('waits for a missing topic and delivers when it is there', async () => {
    const { offer, until, mirror } = await setUp('later', {}, { create: false });
    offer(0, 20);
    await until('failing', (status) => status.lastError !== undefined);
    expect(mirror.status()).toMatchObject({
      queued: 20,
      lastError:
        'The topic later does not exist on this cluster, and the cluster does not create topics by itself. Create it first.',
    });
    expect(mirror.status().state).not.toBe('ready');
    expect(await mirror.createTopic()).toEqual({ created: true });
    expect(await mirror.createTopic()).toEqual({ created: false });
    await until('sent', (status) => status.sent === 20);
    expect((await readEvents('later')).records).toBe(20);
  });

  it('goes on by itself after the broker was killed; nothing is lost that the queue can hold', async () => {
    const { offer, until, mirror } = await setUp('killed', { kafkaQueueEvents: 500 });
    offer(0, 300);
    await until('sent', (status) => status.sent === 300);
    await broker.kill();
    offer(300, 400);
    await until('backing off', (status) => status.state === 'backing-off');
    offer(700, 600);
    expect(mirror.status()).toMatchObject({ offered: 1300, sent: 300, queued: 500, dropped: 500 });
    expect(mirror.status().lastError).toMatch(/refused the connection|closed the connection/);
    await broker.restart();
    await until('recovered', (status) => status.state === 'ready' && status.sent === 800);
    expect(missing(mirror.status())).toBe(0);
    expect((await readEvents('killed')).events.size).toBe(800);
  }, 120_000);

  it.each([1, 0])(
    'notices a broker that freezes, and delivers when it thaws: acks %d',
    async (kafkaAcks) => {
      const topic = `frozen-${kafkaAcks}`;
      const { offer, until, mirror } = await setUp(
        topic,
        { kafkaAcks, kafkaQueueEvents: 5000 },
        { limits: { ...IMPATIENT, requestMs: 1500 } },
      );
      offer(0, 10);
      await until('sent', (status) => status.sent === 10);
      broker.freeze();
      try {
        let next = 10;
        // Traffic goes on until the silence is noticed, as it would.
        await until('backing off', (status) => {
          offer(next, 5);
          next += 5;
          return status.state === 'backing-off';
        });
        expect(mirror.status().lastError).toMatch(/gave no answer within|stopped taking data/);
        expect(missing(mirror.status())).toBe(0);
      } finally {
        broker.thaw();
      }
      await until('delivered', (status) => status.state === 'ready' && status.queued + status.inFlight === 0);
      const { offered, sent, failed, dropped } = mirror.status();
      expect(sent + failed + dropped).toBe(offered);
      expect(dropped).toBe(0);
      if (kafkaAcks === 1) expect((await readEvents(topic)).events.size).toBe(offered);
    },
    60_000,
  );

  describe('Test connection and the mirror', () => {
    const login = { kafkaUsername: user.name, kafkaPassword: user.password };
    const to = (name: 'saslBrokers' | 'tlsBrokers'): Partial<Settings> => ({ kafkaBrokers: broker[name] ?? '' });

    const good: [string, () => Partial<Settings>][] = [
      ['plain', () => ({})],
      ['TLS with a CA file', () => ({ ...to('tlsBrokers'), kafkaTls: true, kafkaTlsCa: broker.caFile ?? '' })],
      ['a bootstrap list whose first is down', () => ({ kafkaBrokers: `127.0.0.1:1,${broker.brokers}` })],
      ['SASL PLAIN', () => ({ ...to('saslBrokers'), ...login, kafkaSasl: 'plain' })],
      ['SCRAM-SHA-256', () => ({ ...to('saslBrokers'), ...login, kafkaSasl: 'scram-sha-256' })],
      ['SCRAM-SHA-512', () => ({ ...to('saslBrokers'), ...login, kafkaSasl: 'scram-sha-512' })],
    ];
    it.each(good)('get through: %s', async (name, overrides) => {
      const topic = `reach-${name.replaceAll(' ', '-')}`;
      const { offer, until, mirror, settings } = await setUp(topic, overrides());
      const result = await mirror.test(settings);
      expect(result.steps.filter((step) => !step.ok)).toEqual([]);
      expect(result.ok).toBe(true);
      offer(0, 5);
      await until('sent', (status) => status.confirmed === 5);
    });

    const address = (text: string): string => text.replaceAll(/127\.0\.0\.1:\d+/g, 'BROKER');
    const bad: [string, () => Partial<Settings>, string, RegExp][] = [
      [
        'wrong host',
        () => ({ kafkaBrokers: 'no-such-host.invalid:9092' }),
        'name-lookup',
        /^The name no-such-host\.invalid (was not found|could not be looked up)/,
      ],
      [
        'closed port',
        () => ({ kafkaBrokers: '127.0.0.1:1' }),
        'connect',
        /^BROKER refused the connection: nothing listens on that port\.$/,
      ],
      [
        'TLS to a plain port',
        () => ({ kafkaTls: true }),
        'tls',
        /^BROKER closed the connection during the TLS handshake\. It may be a plain port: turn TLS off, or use the broker's TLS port\.$/,
      ],
      [
        'no CA file',
        () => ({ ...to('tlsBrokers'), kafkaTls: true }),
        'tls',
        /^The certificate of BROKER is not signed by a trusted authority\. Name the file/,
      ],
      [
        'plain to a TLS port',
        () => to('tlsBrokers'),
        'metadata',
        /^BROKER closed the connection\. The port speaks TLS: turn TLS on\.$/,
      ],
      [
        'wrong password',
        () => ({ ...to('saslBrokers'), ...login, kafkaSasl: 'plain', kafkaPassword: 'wrong-1' }),
        'sasl',
        /^The broker refused the login of user mirror with PLAIN: .*Invalid username or password$/,
      ],
      [
        'wrong password, SCRAM',
        () => ({ ...to('saslBrokers'), ...login, kafkaSasl: 'scram-sha-256', kafkaPassword: 'wrong-1' }),
        'sasl',
        /^The broker refused the login of user mirror with SCRAM-SHA-256: .*invalid credentials/,
      ],
      [
        'no login where one is asked for',
        () => to('saslBrokers'),
        'metadata',
        /^BROKER closed the connection\. It may ask for a login \(SASL\), or not be a Kafka port\.$/,
      ],
      [
        'a login where none is asked for',
        () => ({ ...login, kafkaSasl: 'plain' }),
        'sasl',
        /^BROKER asks for no login on this port: set SASL to none/,
      ],
      [
        'missing topic',
        () => ({ kafkaTopic: 'not-there' }),
        'topic',
        /^The topic not-there does not exist on this cluster\. Create it/,
      ],
    ];
    it.each(bad)('say what is wrong: %s', async (_, overrides, step, sentence) => {
      const { mirror, settings, offer, until, logged } = await setUp('wrong', overrides(), { create: false });
      const result = await mirror.test(settings);
      expect(result.ok).toBe(false);
      const last = result.steps.at(-1);
      expect(last).toMatchObject({ step, ok: false });
      expect(address(last?.message ?? '')).toMatch(sentence);
      expect(result.steps.slice(0, -1).every((earlier) => earlier.ok)).toBe(true);
      expect(result.canCreateTopic).toBe(step === 'topic' ? true : undefined);
      // The mirror meets the same trouble and says it in its status; the record waits.
      offer(0, 1);
      await until('failing', (status) => status.lastError !== undefined);
      expect(mirror.status()).toMatchObject({ offered: 1, sent: 0, queued: 1 });
      expect(JSON.stringify([logged, mirror.status(), result])).not.toMatch(/right-1|wrong-1/);
    });
  });
});
