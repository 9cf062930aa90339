/** The built core as a child process, for scripts that look at it or drive it. */
import { spawn } from 'node:child_process';
import { projectNode } from './install.mjs';
import { isRecord } from './json.mjs';
import { CLI, ROOT } from './paths.mjs';
import { projectEnv, splitLines } from './run.mjs';
import { Stop } from './say.mjs';

/** @typedef {{ proxy: string, control: string, ui: string }} Ready  addresses out of the ready line; `proxy` is host:port, the others are URLs */

/**
 * Starts it and waits for its ready line.
 * @param {string[]} flags
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ ready: Ready, stop: () => Promise<void> }>}
 */
export async function startCore(flags, env) {
  const child = spawn(projectNode(), [CLI, ...flags, '--json'], {
    cwd: ROOT,
    env: projectEnv(env),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => child.once('close', () => resolve()));
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  /** @type {Promise<string>} */
  const firstLine = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Stop(`The core ended with ${code}.`)));
    splitLines(child.stdout, resolve);
  });
  try {
    return { ready: readReady(await firstLine), stop };
  } catch (problem) {
    child.kill('SIGTERM');
    throw problem;
  }
}

/**
 * @param {string} line
 * @returns {Ready}
 */
function readReady(line) {
  /** @type {unknown} */
  const ready = JSON.parse(line);
  if (!isRecord(ready)) throw new Stop(`Not a ready line: ${line}`);
  const { proxy, control, ui } = ready;
  if (typeof proxy !== 'string' || typeof control !== 'string' || typeof ui !== 'string')
    throw new Stop(`Not a ready line: ${line}`);
  return { proxy, control, ui };
}
