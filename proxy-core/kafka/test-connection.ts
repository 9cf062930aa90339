/**
 * *Test connection*: goes the way a record would go, step by step, and stops at the first step that fails, with a
 * sentence about it. Names, connection and TLS are tried here; login and cluster are asked through the client library.
 */
import net from 'node:net';
import tls from 'node:tls';
import { joinHostPort } from '../contract/address.ts';
import type { KafkaTestResult, KafkaTestStep } from '../contract/kafka.ts';
import type { Settings } from '../contract/settings.ts';
import { splitBroker, toConnectionConfig } from './connection-config.ts';
import { lookUpAll, type Dialling } from './dialling.ts';
import { StepFailure, reach, readCa, speaksTls } from './reach.ts';
import { ProbeError, type ClusterDescription, type ConnectionConfig, type KafkaClient } from './sink.ts';
import { socketWords } from './socket-words.ts';

type StepName = KafkaTestStep['step'];

/** Addresses the cluster gives are tried at most this many. */
const MOST_ADVERTISED = 10;

const wordsOf = (error: unknown, address: string): string => {
  if (error instanceof StepFailure || error instanceof ProbeError) return error.message;
  return socketWords(error, address) ?? `${address}: ${error instanceof Error ? error.message : String(error)}`;
};

const toError = (error: unknown): Error => (error instanceof Error ? error : new StepFailure('unknown failure'));

/** Collects steps; the first failure ends the run. */
class Steps {
  readonly list: KafkaTestStep[] = [];

  /** True when the step's work was done; it returns the sentence of the success. */
  async try(step: StepName, address: string, work: () => Promise<string>): Promise<boolean> {
    const startedAt = performance.now();
    let ok = true;
    let message: string;
    try {
      message = await work();
    } catch (error) {
      ok = false;
      message = wordsOf(error, address);
    }
    this.list.push({ step, ok, message, ms: Math.round(performance.now() - startedAt) });
    return ok;
  }
}

/** Name, connection and TLS of one bootstrap broker. */
async function tryBroker(
  dial: Dialling,
  broker: string,
  config: ConnectionConfig,
): Promise<{ ok: boolean; steps: KafkaTestStep[] }> {
  const steps = new Steps();
  const target = splitBroker(broker);
  const caFile = config.tls?.caFile;
  const ok =
    (await steps.try('name-lookup', broker, async () => {
      if (net.isIP(target.host) !== 0) return `${target.host} is an address; no name to look up.`;
      return `${target.host} is ${(await lookUpAll(dial, target)).join(', ')}.`;
    })) &&
    (await steps.try('connect', broker, () =>
      reach(dial, target, undefined, (socket) => `${broker} accepted the connection (${socket.remoteAddress ?? ''}).`),
    )) &&
    (caFile === undefined ||
      (await steps.try('tls', broker, async () => {
        const options = await readCa(caFile);
        return reach(
          dial,
          target,
          { ...options, rejectUnauthorized: true },
          (socket) =>
            `${broker} showed a trusted certificate (${socket instanceof tls.TLSSocket ? (socket.getProtocol() ?? 'TLS') : 'TLS'}).`,
        );
      })));
  return { ok, steps: steps.list };
}

/**
 * A cluster names its own addresses, and records go there, not to the bootstrap list: the usual trap with containers.
 * The sentence of success; fails when none of them can be reached.
 */
async function tryAdvertised(dial: Dialling, found: ClusterDescription): Promise<string> {
  const named = found.brokers.slice(0, MOST_ADVERTISED);
  const tried = await Promise.all(
    named.map(async (broker) => {
      const address = joinHostPort(broker.host, broker.port);
      try {
        await reach(dial, broker, undefined, () => '');
        return { address };
      } catch (error) {
        return { address, problem: wordsOf(error, address) };
      }
    }),
  );
  const bad = tried.filter((item) => item.problem !== undefined);
  const list = tried.map((item) => item.address).join(', ');
  const first = bad[0];
  if (first !== undefined && bad.length === tried.length) {
    throw new StepFailure(
      `The cluster answers, but tells its clients to use ${list}, which cannot be reached from here: ${first.problem ?? ''} Check the broker's advertised.listeners.`,
    );
  }
  const count = found.brokers.length;
  return `The cluster has ${count} broker${count === 1 ? '' : 's'}: ${list}.${first === undefined ? '' : ` ${bad.length} of them cannot be reached: ${first.problem ?? ''}`}`;
}

/** Runs the steps with the given settings. Never rejects. */
export async function testConnection(
  settings: Settings,
  client: KafkaClient,
  dial: Dialling,
): Promise<KafkaTestResult> {
  const config = toConnectionConfig(settings);
  if (config.brokers.length === 0)
    return {
      ok: false,
      steps: [
        {
          step: 'name-lookup',
          ok: false,
          message: 'No broker is set. Enter host:port, several separated by commas.',
          ms: 0,
        },
      ],
    };

  // Each bootstrap broker until one can be reached; when none can, the one that got furthest is shown.
  let best: { ok: boolean; steps: KafkaTestStep[]; broker: string } | undefined;
  for (const broker of config.brokers) {
    const tried = { ...(await tryBroker(dial, broker, config)), broker };
    if (best === undefined || tried.ok || tried.steps.length > best.steps.length) best = tried;
    if (tried.ok) break;
  }
  if (best === undefined || !best.ok) return { ok: false, steps: best?.steps ?? [] };
  const { broker } = best;
  const steps = new Steps();
  steps.list.push(...best.steps);

  const probe = client.createProbe({ ...config, brokers: [broker] });
  let found: ClusterDescription | undefined;
  try {
    const startedAt = performance.now();
    const failure = await probe.connect().then(() => undefined, toError);
    if (config.sasl !== undefined) {
      const { username, mechanism } = config.sasl;
      // A login that ends in a hang-up on a TLS port is not about the login.
      const atLogin = failure === undefined || !isHangUp(failure) || !(await speaksTlsUnasked(dial, broker, config));
      if (atLogin) {
        steps.list.push({
          step: 'sasl',
          ok: failure === undefined,
          message:
            failure === undefined
              ? `${broker} accepted user ${username} with ${mechanism.toUpperCase()}.`
              : wordsOf(failure, broker),
          ms: Math.round(performance.now() - startedAt),
        });
        if (failure !== undefined) return { ok: false, steps: steps.list };
      }
    }
    let refusal: unknown = failure;
    const answered = await steps.try('metadata', broker, async () => {
      if (failure !== undefined) throw failure;
      found = await probe.describe(settings.kafkaTopic).catch((error: unknown) => {
        refusal = error;
        throw error;
      });
      return tryAdvertised(dial, found);
    });
    const last = steps.list.at(-1);
    if (isHangUp(refusal) && last !== undefined) last.message += await explainHangUp(dial, broker, config);
    if (!answered || found === undefined) return { ok: false, steps: steps.list };

    const { partitions } = found;
    const there = await steps.try('topic', broker, () => {
      if (partitions === undefined)
        throw new StepFailure(
          `The topic ${settings.kafkaTopic} does not exist on this cluster. Create it, unless the cluster creates topics with their first record.`,
        );
      return Promise.resolve(
        `The topic ${settings.kafkaTopic} has ${partitions} partition${partitions === 1 ? '' : 's'}.`,
      );
    });
    return { ok: there, steps: steps.list, ...(!there && { canCreateTopic: true as const }) };
  } finally {
    await probe.close();
  }
}

/** True when TLS is off here and the port speaks it: then a failed login is not about the login. */
function speaksTlsUnasked(dial: Dialling, broker: string, config: ConnectionConfig): Promise<boolean> {
  return config.tls === undefined ? speaksTls(dial, broker) : Promise.resolve(false);
}

const isHangUp = (error: unknown): boolean => error instanceof ProbeError && error.kind === 'hung-up';

/** What the port of a broker that hung up at the first question seems to be. */
async function explainHangUp(dial: Dialling, broker: string, config: ConnectionConfig): Promise<string> {
  if (await speaksTlsUnasked(dial, broker, config)) return ' The port speaks TLS: turn TLS on.';
  return config.sasl === undefined ? ' It may ask for a login (SASL), or not be a Kafka port.' : '';
}
