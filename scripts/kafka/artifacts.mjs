/**
 * Apache Kafka's jars from Maven Central, fetched once per version into .cache/kafka-VERSION. Maven does the fetching,
 * so its own settings (mirrors, proxies) apply.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, WINDOWS } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';

/** The broker `npm run kafka` starts when nothing else is asked for. */
export const DEFAULT_KAFKA_VERSION = '4.4.0';

/**
 * kafka_2.13 brings slf4j's interface and nothing behind it: without slf4j-simple a broker logs nothing at all.
 * @param {string} version
 */
const pom = (version) => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>kafka-broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${version}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

/**
 * Folder of the jars when they are there already.
 * @param {string} version
 */
export function cachedJars(version) {
  const jars = join(CACHE, `kafka-${version}`, 'jars');
  return existsSync(jars) ? jars : undefined;
}

/**
 * The folder of the jars, fetched when they are not there yet.
 * @param {string} version
 * @param {(line: string) => void} [say] hears one line before a fetch, which takes up to a minute
 * @returns {Promise<{ ok: true, jars: string } | { ok: false, problem: string }>}
 */
export async function ensureJars(version, say) {
  if (!/^\d+\.\d+\.\d+$/.test(version))
    return {
      ok: false,
      problem: `A Kafka version looks like ${DEFAULT_KAFKA_VERSION}, not ${JSON.stringify(version)}.`,
    };
  const present = cachedJars(version);
  if (present) return { ok: true, jars: present };

  const folder = join(CACHE, `kafka-${version}`);
  // Two test files may fetch at once: each fetches beside the other, the first rename wins.
  const partial = join(folder, `fetching-${process.pid}`);
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, 'pom.xml'), pom(version));
  say?.(`Fetching Apache Kafka ${version} from Maven Central (about 45 MB, once) …`);
  const { code, text } = await run(
    'mvn',
    [
      '-q',
      '-B',
      '-f',
      join(partial, 'pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${join(partial, 'jars')}`,
    ],
    { output: 'keep', shell: WINDOWS },
  );
  try {
    if (code === 127)
      return {
        ok: false,
        problem:
          'Apache Maven (mvn) is needed once to fetch Kafka and was not found. Install it (Debian: apt-get install maven, macOS: brew install maven).',
      };
    if (code !== 0)
      return { ok: false, problem: `Maven could not fetch Apache Kafka ${version}:\n${firstError(text)}` };
    const jars = join(folder, 'jars');
    if (!existsSync(jars)) renameSync(join(partial, 'jars'), jars);
    return { ok: true, jars };
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * The first line Maven marks as an error; its whole output is a page of stack and hints.
 * @param {string} text
 */
function firstError(text) {
  return text.split('\n').find((line) => line.includes('ERROR')) ?? text.trim().split('\n').at(-1) ?? '';
}
