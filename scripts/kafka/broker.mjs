/**
 * A real Apache Kafka broker on 127.0.0.1 for tests and for people: one KRaft node, data in a temporary folder that is
 * gone when it stops. Used by `npm run kafka` and by the broker tests.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WINDOWS } from '../lib/paths.mjs';
import { freePorts } from '../lib/ports.mjs';
import { run } from '../lib/run.mjs';
import { DEFAULT_KAFKA_VERSION, cachedJars, ensureJars } from './artifacts.mjs';
import { serverProperties } from './config.mjs';
import { findJava } from './java.mjs';
import { answers } from './probe.mjs';

/** @import { ChildProcess } from 'node:child_process' */
/** @import { Properties, User } from './config.mjs' */

/**
 * @typedef {object} BrokerOptions
 * @property {string} [version] of Kafka; default {@link DEFAULT_KAFKA_VERSION}
 * @property {number} [port] of the plain listener; 0 or absent for any free one
 * @property {boolean} [autoCreateTopics] default true
 * @property {number} [partitions] of a new topic; default 3
 * @property {User | undefined} [user] adds a SASL listener with PLAIN and SCRAM for this user
 * @property {boolean} [tls] adds a TLS listener with a certificate of its own
 * @property {Properties} [extra] lines of server.properties
 * @property {(line: string) => void} [say] hears progress
 */

/**
 * @typedef {object} Broker
 * @property {string} version
 * @property {string} brokers bootstrap address of the plain listener, `127.0.0.1:port`
 * @property {number} port
 * @property {string} [saslBrokers]
 * @property {string} [tlsBrokers]
 * @property {string} [caFile] PEM file to trust for the TLS listener
 * @property {string} folder
 * @property {string} logFile
 * @property {() => Promise<void>} ended resolves when the running process has ended
 * @property {() => Promise<void>} kill SIGKILL; the data stays
 * @property {() => Promise<void>} restart starts again over the same data and ports after `kill`
 * @property {() => void} freeze SIGSTOP: connections are accepted by the kernel and nothing answers
 * @property {() => void} thaw
 * @property {() => Promise<void>} stop ends the process and removes its folder
 */

/** A second is gone before Kafka opens a port; on a busy machine with a cold disk it has taken 30. */
const START_LIMIT_MS = 90_000;

/** Small heap and a quick start: this broker never has to last. */
const JVM = ['-Xmx512m', '-Xms128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];

/**
 * What a broker needs, or what is missing. With `fetch` missing jars are fetched.
 * @param {{ version?: string, fetch?: boolean, say?: ((line: string) => void) | undefined }} [options]
 * @returns {Promise<{ ok: true, java: string, jars: string } | { ok: false, problem: string }>}
 */
export async function prepareKafka({ version = DEFAULT_KAFKA_VERSION, fetch = true, say } = {}) {
  const java = await findJava();
  if (!java.ok) return java;
  if (!fetch && cachedJars(version) === undefined)
    return {
      ok: false,
      problem: `Kafka ${version} was not fetched yet. Run: npm run kafka -- --kafka-version ${version}`,
    };
  const jars = await ensureJars(version, say);
  return jars.ok ? { ok: true, java: java.java, jars: jars.jars } : jars;
}

/**
 * A certificate for 127.0.0.1 and localhost, made by Java's keytool: the keystore, and the certificate for clients.
 * @param {string} java
 * @param {string} folder
 */
async function makeKeystore(java, folder) {
  const keytool = java === 'java' ? 'keytool' : join(dirname(java), WINDOWS ? 'keytool.exe' : 'keytool');
  const file = join(folder, 'broker.p12');
  const caFile = join(folder, 'broker.pem');
  const password = randomBytes(12).toString('hex');
  const store = ['-keystore', file, '-storetype', 'PKCS12', '-storepass', password, '-alias', 'broker'];
  const made = await run(
    keytool,
    [
      '-genkeypair',
      ...store,
      '-keyalg',
      'EC',
      '-groupname',
      'secp256r1',
      '-dname',
      'CN=127.0.0.1',
      '-ext',
      'SAN=IP:127.0.0.1,DNS:localhost',
      '-validity',
      '30',
    ],
    { output: 'keep' },
  );
  const written =
    made.code === 0 ? await run(keytool, ['-exportcert', '-rfc', ...store, '-file', caFile], { output: 'keep' }) : made;
  if (written.code !== 0) throw new Error(`keytool could not make a certificate: ${written.text.trim()}`);
  return { file, caFile, password };
}

/**
 * Starts a broker and resolves when it answers.
 * @param {BrokerOptions} [options]
 * @returns {Promise<Broker>}
 */
export async function startBroker({
  version = DEFAULT_KAFKA_VERSION,
  port = 0,
  autoCreateTopics = true,
  partitions = 3,
  user,
  tls = false,
  extra,
  say,
} = {}) {
  const ready = await prepareKafka({ version, say });
  if (!ready.ok) throw new Error(ready.problem);
  const folder = mkdtempSync(join(tmpdir(), 'bsdm-kafka-'));
  const [plain = 0, controller = 0, sasl = 0, tlsPort = 0] = await freePorts(4);
  const ports = { plain: port === 0 ? plain : port, controller, ...(user && { sasl }), ...(tls && { tls: tlsPort }) };
  const logFile = join(folder, 'broker.log');
  const properties = join(folder, 'server.properties');
  /**
   * @param {string} mainClass
   * @param {string[]} args
   */
  const java = (mainClass, args) => [
    ...JVM,
    `-Dorg.slf4j.simpleLogger.defaultLogLevel=${mainClass === 'kafka.Kafka' ? 'info' : 'warn'}`,
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    '-cp',
    join(ready.jars, '*'),
    mainClass,
    ...args,
  ];
  try {
    const keystore = tls ? await makeKeystore(ready.java, folder) : undefined;
    writeFileSync(properties, serverProperties({ folder, ports, partitions, autoCreateTopics, user, keystore, extra }));
    const scram = user
      ? ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((name) => [
          '--add-scram',
          `${name}=[name=${user.name},password=${user.password}]`,
        ])
      : [];
    const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
    const formatted = await run(
      ready.java,
      java('kafka.tools.StorageTool', ['format', '-t', clusterId, '-c', properties, ...scram]),
      { output: 'keep' },
    );
    if (formatted.code !== 0) throw new Error(`Kafka could not prepare its data folder: ${formatted.text.trim()}`);

    const node = makeProcess(ready.java, java('kafka.Kafka', [properties]), ports.plain, logFile);
    await node.start();
    return {
      version,
      brokers: `127.0.0.1:${ports.plain}`,
      port: ports.plain,
      ...(ports.sasl && { saslBrokers: `127.0.0.1:${ports.sasl}` }),
      ...(keystore && { tlsBrokers: `127.0.0.1:${ports.tls}`, caFile: keystore.caFile }),
      folder,
      logFile,
      ended: node.ended,
      restart: node.start,
      kill: () => node.end('SIGKILL'),
      freeze: () => node.signal('SIGSTOP'),
      thaw: () => node.signal('SIGCONT'),
      async stop() {
        await node.end('SIGTERM');
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (problem) {
    rmSync(folder, { recursive: true, force: true });
    throw problem;
  }
}

/**
 * The broker's process: started and ended any number of times over the same data.
 * @param {string} command
 * @param {string[]} args
 * @param {number} port
 * @param {string} logFile
 */
function makeProcess(command, args, port, logFile) {
  /** @type {ChildProcess | undefined} */
  let child;
  /** @type {Promise<void>} */
  let gone = Promise.resolve();
  const killNow = () => child?.kill('SIGKILL');

  async function start() {
    const log = createWriteStream(logFile, { flags: 'a' });
    const started = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    started.stdout.pipe(log, { end: false });
    started.stderr.pipe(log, { end: false });
    gone = new Promise((resolve) => {
      started.once('error', (problem) => {
        log.end(`${problem.message}\n`);
        child = undefined;
        resolve();
      });
      started.once('close', () => {
        log.end();
        process.off('exit', killNow);
        child = undefined;
        resolve();
      });
    });
    // A broker must not outlive the program that started it, however that one ends.
    process.once('exit', killNow);
    const limit = Date.now() + START_LIMIT_MS;
    while (!(await answers(port))) {
      if (child === undefined) throw new Error(`Kafka ended while starting; the end of its log:\n${tail(logFile)}`);
      if (Date.now() > limit) {
        await end('SIGKILL');
        throw new Error(
          `Kafka did not answer within ${START_LIMIT_MS / 1000} s; the end of its log:\n${tail(logFile)}`,
        );
      }
      await pause(100);
    }
  }

  /**
   * Ends the process and waits for it; one that does not stop in 10 s is killed.
   * @param {NodeJS.Signals} signal
   */
  async function end(signal) {
    if (child === undefined) return;
    child.kill('SIGCONT');
    child.kill(signal);
    const timer = setTimeout(killNow, 10_000);
    await gone;
    clearTimeout(timer);
  }

  return {
    start,
    end,
    /** @param {NodeJS.Signals} name */
    signal: (name) => void child?.kill(name),
    ended: () => gone,
  };
}

/** @param {string} file */
function tail(file) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
  } catch {
    return '(it wrote none)';
  }
}
