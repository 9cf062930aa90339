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
import { run } from '../lib/run.mjs';
import { DEFAULT_KAFKA_VERSION, cachedJars, ensureJars } from './artifacts.mjs';
import { serverProperties } from './config.mjs';
import { findJava } from './java.mjs';
import { answers, freePorts } from './ports.mjs';

/** A second is gone before Kafka opens a port; on a busy machine with a cold disk it has taken 30. */
const START_LIMIT_MS = 90_000;

/** Small heap and a quick start: this broker never has to last. */
const JVM = ['-Xmx512m', '-Xms128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];

/** What a broker needs: `{ok: true, java, jars}` or `{ok: false, problem}`. With `fetch` missing jars are fetched. */
export async function prepareKafka({ version = DEFAULT_KAFKA_VERSION, fetch = true, say } = {}) {
  const java = await findJava();
  if (!java.ok) return java;
  if (!fetch && cachedJars(version) === undefined) return { ok: false, problem: `Kafka ${version} was not fetched yet. Run: npm run kafka -- --kafka-version ${version}` };
  const jars = await ensureJars(version, say);
  return jars.ok ? { ok: true, java: java.java, jars: jars.jars } : jars;
}

/** A certificate for 127.0.0.1 and localhost, made by Java's keytool: the keystore, and the certificate for clients. */
async function makeKeystore(java, folder) {
  const keytool = java === 'java' ? 'keytool' : join(dirname(java), WINDOWS ? 'keytool.exe' : 'keytool');
  const file = join(folder, 'broker.p12');
  const caFile = join(folder, 'broker.pem');
  const password = randomBytes(12).toString('hex');
  const store = ['-keystore', file, '-storetype', 'PKCS12', '-storepass', password, '-alias', 'broker'];
  const made = await run(keytool, ['-genkeypair', ...store, '-keyalg', 'EC', '-groupname', 'secp256r1', '-dname', 'CN=127.0.0.1', '-ext', 'SAN=IP:127.0.0.1,DNS:localhost', '-validity', '30'], { output: 'keep' });
  const written = made.code === 0 ? await run(keytool, ['-exportcert', '-rfc', ...store, '-file', caFile], { output: 'keep' }) : made;
  if (written.code !== 0) throw new Error(`keytool could not make a certificate: ${written.text.trim()}`);
  return { file, caFile, password };
}

/**
 * Starts a broker and resolves when it answers.
 * @param options `version`; `port` (0: any free one); `autoCreateTopics` (default true); `partitions` (default 3);
 *   `user` `{name, password}` adds a SASL listener (PLAIN and SCRAM); `tls: true` adds a TLS listener;
 *   `extra` properties; `say` hears progress.
 * @returns the running broker; see broker.d.mts
 */
export async function startBroker({ version = DEFAULT_KAFKA_VERSION, port = 0, autoCreateTopics = true, partitions = 3, user, tls = false, extra, say } = {}) {
  const ready = await prepareKafka({ version, say });
  if (!ready.ok) throw new Error(ready.problem);
  const folder = mkdtempSync(join(tmpdir(), 'bsdm-kafka-'));
  const [plain, controller, sasl, tlsPort] = await freePorts(4);
  const ports = { plain: port === 0 ? plain : port, controller, ...(user && { sasl }), ...(tls && { tls: tlsPort }) };
  const logFile = join(folder, 'broker.log');
  const properties = join(folder, 'server.properties');
  const java = (mainClass, args) => [...JVM, `-Dorg.slf4j.simpleLogger.defaultLogLevel=${mainClass === 'kafka.Kafka' ? 'info' : 'warn'}`, '-Dorg.slf4j.simpleLogger.showDateTime=true', '-cp', join(ready.jars, '*'), mainClass, ...args];
  try {
    const keystore = tls ? await makeKeystore(ready.java, folder) : undefined;
    writeFileSync(properties, serverProperties({ folder, ports, partitions, autoCreateTopics, user, keystore, extra }));
    const scram = user ? ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((name) => ['--add-scram', `${name}=[name=${user.name},password=${user.password}]`]) : [];
    const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
    const formatted = await run(ready.java, java('kafka.tools.StorageTool', ['format', '-t', clusterId, '-c', properties, ...scram]), { output: 'keep' });
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

/** The broker's process: started and ended any number of times over the same data. */
function makeProcess(command, args, port, logFile) {
  let child;
  let gone = Promise.resolve();
  const killNow = () => child?.kill('SIGKILL');

  async function start() {
    const log = createWriteStream(logFile, { flags: 'a' });
    child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    gone = new Promise((resolve) => {
      child.once('error', (problem) => {
        log.end(`${problem.message}\n`);
        child = undefined;
        resolve();
      });
      child.once('close', () => {
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
        throw new Error(`Kafka did not answer within ${START_LIMIT_MS / 1000} s; the end of its log:\n${tail(logFile)}`);
      }
      await pause(100);
    }
  }

  /** Ends the process and waits for it; one that does not stop in 10 s is killed. */
  async function end(signal) {
    if (child === undefined) return;
    child.kill('SIGCONT');
    child.kill(signal);
    const timer = setTimeout(killNow, 10_000);
    await gone;
    clearTimeout(timer);
  }

  return { start, end, signal: (name) => child?.kill(name), ended: () => gone };
}

function tail(file) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
  } catch {
    return '(it wrote none)';
  }
}
