/** Installs the dependencies when they are missing or not those of package-lock.json, and finds the project's Node. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { isRecord, readJson } from './json.mjs';
import { MODULES, ROOT, WINDOWS } from './paths.mjs';
import { hostEnv, run } from './run.mjs';
import { Stop, duration, messageOf, say } from './say.mjs';

const STAMP = join(MODULES, '.bsdm-installed');
const NODE_MAJOR = 24;

/** Makes node_modules agree with package-lock.json. */
export async function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted && existsSync(nodePath())) return;
  if (!installedByHand()) await install();
  writeFileSync(STAMP, wanted);
}

async function install() {
  if (WINDOWS && process.execPath.startsWith(MODULES + sep)) {
    throw new Stop(
      'The dependencies are not those of package-lock.json, and Windows cannot replace the running Node: run `npm ci`, then this again.',
    );
  }
  say(
    `${existsSync(MODULES) ? 'The dependencies are not those of package-lock.json' : 'No dependencies yet'}: running npm ci (about half a minute) …`,
  );
  const result = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    env: hostEnv(),
    output: 'keep',
    shell: WINDOWS,
  });
  if (result.code === 127 && !WINDOWS)
    throw new Stop(
      'Cannot install the dependencies: npm is not on PATH. Install Node.js 20 or newer with npm and run this again.',
    );
  if (result.code !== 0) {
    say(result.text.trimEnd());
    throw new Stop(`Cannot install the dependencies: npm ci ended with ${result.code} (its own words above).`);
  }
  say(`Installed in ${duration(result.ms)}.`);
}

/** True when npm itself has installed exactly what the lock names (its own hidden lock file, written last, says so). */
function installedByHand() {
  try {
    const wanted = readLock(join(ROOT, 'package-lock.json'));
    const present = readLock(join(MODULES, '.package-lock.json'));
    return (
      existsSync(nodePath()) &&
      Object.entries(wanted).every(([path, item]) => {
        if (path === '') return true;
        const found = present[path];
        return (
          isRecord(item) &&
          (isRecord(found) ? found.version === item.version : item.optional === true || item.devOptional === true)
        );
      })
    );
  } catch {
    return false; // no hidden lock, or not readable: npm never finished here
  }
}

/**
 * The packages of a lock file, by folder.
 * @param {string} path
 */
function readLock(path) {
  const lock = readJson(path);
  if (!isRecord(lock) || !isRecord(lock.packages)) throw new Error(`${path} has no list of packages`);
  return lock.packages;
}

function nodePath() {
  return join(MODULES, 'node', 'bin', WINDOWS ? 'node.exe' : 'node');
}

/** @type {string | undefined} */
let known;

/** Path of the Node the project runs on; checks its major version once. */
export function projectNode() {
  if (known !== undefined) return known;
  const path = nodePath();
  if (!existsSync(path))
    throw new Stop(
      `The project's Node ${NODE_MAJOR} is not installed: npm must be allowed to run the install script of the package "node" (no --ignore-scripts). Run \`npm ci\` again.`,
    );
  let version;
  try {
    version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();
  } catch (problem) {
    throw new Stop(`The project's Node does not start (${messageOf(problem)}). Run \`npm ci\` again.`);
  }
  if (Number(/^v(\d+)\./.exec(version)?.[1]) !== NODE_MAJOR)
    throw new Stop(`The project's Node is ${version}, but ${NODE_MAJOR} is needed. Run \`npm ci\` again.`);
  known = path;
  return path;
}
