/** Brokers that misbehave, over real sockets: the mirror notices, stays bounded, adds up, and says what is wrong. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Settings } from '../contract/settings.ts';
import { IMPATIENT, missing, makeMirrorUnderTest, type MirrorUnderTest } from './testkit/mirror-under-test.ts';
import { startScriptedBroker, type ScriptedBroker } from './testkit/scripted-broker.ts';

let broker: ScriptedBroker | undefined;
let current: MirrorUnderTest | undefined;

async function setUp(
  behaviour: 'silent' | 'deaf' | 'hang-up',
  overrides: Partial<Settings> = {},
): Promise<{ broker: ScriptedBroker; it: MirrorUnderTest }> {
  broker = await startScriptedBroker(behaviour);
  current = makeMirrorUnderTest({ kafkaBrokers: broker.address, kafkaQueueEvents: 200, ...overrides }, IMPATIENT);
  return { broker, it: current };
}

afterEach(async () => {
  await current?.mirror.stop(0);
  await broker?.close();
  broker = undefined;
  current = undefined;
});

describe('a broker that accepts and never answers', () => {
  it.each([
    ['acks 1', 1, 'silent'],
    ['acks 0', 0, 'silent'],
    ['acks 1, not even reading', 1, 'deaf'],
  ] as const)('is noticed, and the queue stays bounded: %s', async (_, kafkaAcks, behaviour) => {
    const { broker, it } = await setUp(behaviour, { kafkaAcks });
    it.offer(0, 5000);
    await it.until('backing off', (status) => status.state === 'backing-off');
    const before = broker.accepted;
    await it.until('tried again', () => broker.accepted > before);
    it.offer(5000, 5000);
    const status = it.mirror.status();
    expect(status.lastError).toBe(`${broker.address} accepted the connection but gave no answer within 0.3 s.`);
    expect(status).toMatchObject({ offered: 10_000, sent: 0, dropped: 9800, queued: 200 });
    expect(missing(status)).toBe(0);
  });

  it('does not hold up a stop with a deadline', async () => {
    const { it } = await setUp('silent');
    it.offer(0, 10);
    const startedAt = performance.now();
    await it.mirror.stop(200);
    // Far below the library's own limits; it takes the deadline and the moment a broken connection gets to say goodbye.
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(it.mirror.status()).toMatchObject({ state: 'stopped', offered: 10, dropped: 10, queued: 0 });
  });
});

it('says that a broker hangs up, and comes back to it', async () => {
  const { broker, it } = await setUp('hang-up');
  await it.until('backing off', (status) => status.state === 'backing-off');
  await it.until('tried again', () => broker.accepted > 1);
  expect(it.mirror.status().lastError).toBe(`${broker.address} closed the connection.`);
});

it('says that nothing listens', async () => {
  const { broker, it } = await setUp('silent');
  await broker.close();
  it.settings.kafkaTopic = 'other';
  await it.mirror.applySettings();
  await it.until(
    'refused',
    (status) => status.lastError === `${broker.address} refused the connection: nothing listens on that port.`,
  );
});

it('goes through the bootstrap list until one answers it at all', async () => {
  const { broker, it } = await setUp('silent');
  it.settings.kafkaBrokers = `127.0.0.1:1,${broker.address}`;
  const before = broker.accepted;
  await it.mirror.applySettings();
  await it.until('reached the second', () => broker.accepted > before);
});

describe('Test connection', () => {
  const steps = async (it: MirrorUnderTest, overrides: Partial<Settings> = {}): Promise<string[]> => {
    const result = await it.mirror.test({ ...it.settings, ...overrides });
    expect(result.ok).toBe(false);
    return result.steps.map((step) => `${step.step} ${step.ok ? 'ok' : 'failed'}: ${step.message}`);
  };

  it('asks for a broker', async () => {
    const { it } = await setUp('silent', { kafkaBrokers: '' });
    expect(await steps(it)).toEqual([
      'name-lookup failed: No broker is set. Enter host:port, several separated by commas.',
    ]);
  });

  it('shows the broker that got furthest when none can be used', async () => {
    const { broker, it } = await setUp('silent');
    expect(await steps(it, { kafkaBrokers: `127.0.0.1:1,${broker.address}` })).toEqual([
      'name-lookup ok: 127.0.0.1 is an address; no name to look up.',
      `connect ok: ${broker.address} accepted the connection (127.0.0.1).`,
      `metadata failed: ${broker.address} accepted the connection but gave no answer within 0.3 s.`,
    ]);
  });

  it('names the step of a port that does not speak TLS', async () => {
    const { broker, it } = await setUp('hang-up');
    expect((await steps(it, { kafkaTls: true })).at(-1)).toBe(
      `tls failed: ${broker.address} closed the connection during the TLS handshake. It may be a plain port: turn TLS off, or use the broker's TLS port.`,
    );
  });

  it('says that the CA file cannot be read', async () => {
    const { it } = await setUp('silent');
    expect((await steps(it, { kafkaTls: true, kafkaTlsCa: '/no/such/file.pem' })).at(-1)).toMatch(
      /^tls failed: The file with the CA certificates cannot be read: ENOENT/,
    );
  });

  it('says that a port is no Kafka broker', async () => {
    const { broker, it } = await setUp('hang-up');
    expect((await steps(it)).at(-1)).toBe(
      `metadata failed: ${broker.address} closed the connection. It may ask for a login (SASL), or not be a Kafka port.`,
    );
  });
});
