/** Finds a Java that can run Kafka, and says in words what is missing when there is none. */
import { join } from 'node:path';
import { WINDOWS } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';

/** Kafka 4 runs on Java 17 and later; 3.9 does, too. */
const OLDEST_JAVA = 17;

/**
 * The command of a usable Java. `JAVA_HOME` goes before the PATH.
 * @returns {Promise<{ ok: true, java: string } | { ok: false, problem: string }>}
 */
export async function findJava() {
  const home = process.env.JAVA_HOME;
  const candidates = [...(home ? [join(home, 'bin', WINDOWS ? 'java.exe' : 'java')] : []), 'java'];
  let tooOld = false;
  for (const java of candidates) {
    // Java 8 does not know --version and fails: too old in any case.
    const { code, stdout } = await run(java, ['--version'], { output: 'keep' });
    const major = Number(/^\S+ (\d+)/.exec(stdout)?.[1] ?? 0);
    if (code === 0 && major >= OLDEST_JAVA) return { ok: true, java };
    if (code !== 127) tooOld = true;
  }
  return {
    ok: false,
    problem: tooOld
      ? `Kafka needs Java ${OLDEST_JAVA} or later and the one found is older. Set JAVA_HOME to a newer one.`
      : `Kafka needs Java ${OLDEST_JAVA} or later and none was found. Install one (Debian: apt-get install openjdk-17-jre-headless, macOS: brew install openjdk) or set JAVA_HOME.`,
  };
}
