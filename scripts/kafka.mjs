/**
 * npm run kafka [-- flags]
 * A real Apache Kafka for a person: one node on 127.0.0.1, data in a temporary folder, gone with Ctrl-C.
 */
import { parseArgs } from 'node:util';
import { DEFAULT_KAFKA_VERSION } from './kafka/artifacts.mjs';
import { startBroker } from './kafka/broker.mjs';
import { isFree } from './lib/ports.mjs';
import { Stop, main, messageOf, say } from './lib/say.mjs';

const HELP = `npm run kafka -- [flags]
  --kafka-version X.Y.Z   Apache Kafka version (default ${DEFAULT_KAFKA_VERSION}; 3.9.1 is tried as well)
  --port N                port of the broker (default 9092 when free, else any; 0 for any)
  --partitions N          partitions of a new topic (default 3)
  --no-auto-create        topics are not created by the first message
  --sasl USER:PASSWORD    add a port that asks for this user (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512)
  --tls                   add a TLS port with a certificate of its own
  --json                  one line on standard output when ready: {"event":"ready","brokers":"127.0.0.1:PORT"}
  --help                  this text
Needs Java 17 or later, and once Apache Maven to fetch Kafka's jars.`;

const OPTIONS = /** @type {const} */ ({
  'kafka-version': { type: 'string', default: DEFAULT_KAFKA_VERSION },
  port: { type: 'string' },
  partitions: { type: 'string', default: '3' },
  'no-auto-create': { type: 'boolean', default: false },
  sasl: { type: 'string' },
  tls: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
});

/** @param {string[]} args */
function readFlags(args) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (problem) {
    throw new Stop(`${messageOf(problem)}\n${HELP}`, 2);
  }
}

/**
 * @param {keyof typeof OPTIONS} flag
 * @param {string} text
 * @param {number} low
 * @param {number} high
 */
function wholeNumber(flag, text, low, high) {
  if (!/^\d+$/.test(text) || Number(text) < low || Number(text) > high)
    throw new Stop(`--${flag} takes a whole number from ${low} to ${high}, not ${JSON.stringify(text)}`, 2);
  return Number(text);
}

/** @param {string | undefined} flag */
async function choosePort(flag) {
  if (flag === undefined) return (await isFree(9092)) ? 9092 : 0;
  const port = wholeNumber('port', flag, 0, 65_535);
  if (port !== 0 && !(await isFree(port)))
    throw new Stop(`Port ${port} is in use. Choose another with --port, or --port 0 for any free one.`, 3);
  return port;
}

/** @param {string | undefined} flag */
function readUser(flag) {
  if (flag === undefined) return undefined;
  const [, name, password] = /^([\w.-]+):(.+)$/.exec(flag) ?? [];
  if (name === undefined || password === undefined) throw new Stop('--sasl takes USER:PASSWORD', 2);
  return { name, password };
}

/**
 * Resolves with the first signal that asks to stop.
 * @returns {Promise<NodeJS.Signals>}
 */
const stopSignal = () =>
  new Promise((resolve) => {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
      process.once(signal, () => resolve(signal));
  });

await main(async (args) => {
  const flags = readFlags(args);
  if (flags.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const stopped = stopSignal();
  const startedAt = performance.now();
  const version = flags['kafka-version'];
  say(`Starting Apache Kafka ${version} …`);
  const starting = startBroker({
    version,
    port: await choosePort(flags.port),
    partitions: wholeNumber('partitions', flags.partitions, 1, 1000),
    autoCreateTopics: !flags['no-auto-create'],
    user: readUser(flags.sasl),
    tls: flags.tls,
    say,
  }).catch((problem) => {
    throw new Stop(messageOf(problem));
  });
  const broker = await Promise.race([starting, stopped.then(() => undefined)]);
  if (broker === undefined) {
    // Asked to stop while starting: let the start finish so that its process and folder can be cleaned up.
    await starting.then((late) => late.stop());
    return 0;
  }
  say(`Kafka ${version} is ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  say(`  brokers        ${broker.brokers}`);
  if (broker.saslBrokers) say(`  with SASL      ${broker.saslBrokers}   (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512)`);
  if (broker.tlsBrokers) say(`  with TLS       ${broker.tlsBrokers}   CA file ${broker.caFile}`);
  say(`  data and log   ${broker.folder}   (removed at the end)`);
  say(`  mirror to it   npm run headless -- --kafka-brokers ${broker.brokers}`);
  say(`  read from it   kcat -b ${broker.brokers} -t cache-events -C`);
  say('Ctrl-C stops it.');
  if (flags.json)
    process.stdout.write(
      `${JSON.stringify({ event: 'ready', brokers: broker.brokers, ...(broker.saslBrokers && { sasl_brokers: broker.saslBrokers }), ...(broker.tlsBrokers && { tls_brokers: broker.tlsBrokers, ca_file: broker.caFile }) })}\n`,
    );

  const crashed = broker.ended().then(() => 'ended');
  const why = await Promise.race([stopped, crashed]);
  if (why === 'ended') {
    await broker.stop();
    throw new Stop('Kafka ended by itself.');
  }
  say('Stopping Kafka …');
  await broker.stop();
  return 0;
});
