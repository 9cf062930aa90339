/** The mirror of a whole core dials by the same rule as the proxy: setting dialAllow, names under `.test`, never the proxy itself. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startCore, type RunningCore } from '../testkit/running-core.ts';
import { startScriptedBroker, type ScriptedBroker } from './testkit/scripted-broker.ts';

let broker: ScriptedBroker;
let port: string;
let running: RunningCore | undefined;

beforeEach(async () => {
  broker = await startScriptedBroker('hang-up');
  port = broker.address.split(':')[1]!;
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await broker.close();
});

async function mirrorTo(kafkaBrokers: string): Promise<RunningCore> {
  running = await startCore({ kafkaEnabled: true, kafkaBrokers });
  return running;
}

/** Resolves with the mirror's next failure. */
const failure = (core: RunningCore): Promise<string> =>
  vi.waitFor(
    async () => {
      const { lastError } = await core.core.handlers['kafka.status']({});
      if (lastError === undefined) throw new Error('no failure yet');
      return lastError;
    },
    { timeout: 15_000, interval: 10 },
  );

// 0.0.0.0 would arrive at this very broker, but is no loopback address.
it.each(['0.0.0.0', '0', '[::]', '[::ffff:0.0.0.0]'])(
  'a broker at %s is not dialled under the rule loopback, and the mirror says why',
  async (host) => {
    const core = await mirrorTo(`${host}:${port}`);
    expect(await failure(core)).toBe(
      `${host}:${port} may not be dialled: the setting dialAllow lets only loopback addresses through.`,
    );
    const { ok, steps } = await core.core.handlers['kafka.test']({ patch: {} });
    expect(ok).toBe(false);
    expect(steps.at(-1)!.message).toMatch(/may not be dialled/);
    expect(broker.accepted).toBe(0);
  },
);

it('a name that is not of this machine is not even looked up', async () => {
  const core = await mirrorTo(`kafka.invalid:${port}`);
  expect(await failure(core)).toMatch(/may not be dialled/);
  const { steps } = await core.core.handlers['kafka.test']({ patch: {} });
  expect(steps).toMatchObject([
    { step: 'name-lookup', ok: false, message: expect.stringMatching(/may not be dialled/) as string },
  ]);
});

it.each(['kafka.test', '127.0.0.1', '127.1', '[::ffff:127.0.0.1]', 'localhost', 'KAFKA.Test'])(
  'a broker at %s is reached on 127.0.0.1',
  async (host) => {
    const core = await mirrorTo(`${host}:${port}`);
    await failure(core);
    expect(broker.accepted).toBeGreaterThan(0);
    const { steps } = await core.core.handlers['kafka.test']({ patch: {} });
    expect(steps[1]).toMatchObject({ step: 'connect', ok: true });
  },
);

it('the proxy itself is no broker', async () => {
  const core = await mirrorTo(`127.0.0.1:${port}`);
  core.settings.update({ kafkaBrokers: `kafka.test:${core.port}` });
  await vi.waitFor(
    async () =>
      expect((await core.core.handlers['kafka.status']({})).lastError).toMatch(/is this proxy itself, not a broker/),
    { timeout: 15_000, interval: 10 },
  );
});
