/** Child processes: run to the end and collect, or hand the terminal over with signals and exit code passed through. */
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { BIN, ROOT, WINDOWS } from './paths.mjs';

/** @import { ChildProcess } from 'node:child_process' */
/** @import { Readable } from 'node:stream' */

/**
 * The environment with the project's programs first on PATH.
 * @param {NodeJS.ProcessEnv} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function projectEnv(extra = {}) {
  const rest = pathEntries().filter((entry) => entry !== BIN);
  return { ...withoutPath(), PATH: [BIN, ...rest].join(delimiter), ...extra };
}

/**
 * The environment with no node_modules/.bin on PATH: for npm, which must not run on a Node it is about to replace.
 * @returns {NodeJS.ProcessEnv}
 */
export function hostEnv() {
  return {
    ...withoutPath(),
    PATH: pathEntries()
      .filter((entry) => !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(entry))
      .join(delimiter),
  };
}

/** Windows spells the variable Path; two spellings in one environment would leave it open which one counts. */
function pathEntries() {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH');
  return ((name && process.env[name]) ?? '').split(delimiter);
}

function withoutPath() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.toUpperCase() !== 'PATH'));
}

/**
 * `signal` as the exit code a shell would show: 128 + number.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
function exitCode(code, signal) {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/**
 * Runs a command to its end. `output`: `show` lets it write to standard error, `keep` collects both streams.
 * Never throws for a failing command; `code` is 127 when it could not be started at all. A signal ends the command, then
 * this process: nothing is left running, and no further step begins.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, output?: 'show' | 'keep', shell?: boolean }} [options]
 * @returns {Promise<{ code: number, text: string, stdout: string, ms: number }>} `text` is both streams as they came
 */
export function run(command, args, { cwd = ROOT, env = projectEnv(), output = 'show', shell = false } = {}) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let text = '';
    let stdout = '';
    /** @type {NodeJS.Signals | undefined} */
    let interruptedBy;
    const child = spawn(command, args, {
      cwd,
      env,
      shell,
      stdio: output === 'show' ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'],
    });
    const stopForwarding = forwardSignals(child, (signal) => (interruptedBy = signal));
    /** @param {number} code */
    const done = (code) => {
      stopForwarding();
      if (interruptedBy !== undefined) process.exit(exitCode(null, interruptedBy));
      // Some tools colour their words even for a pipe.
      resolve({
        code,
        text: process.stderr.isTTY ? text : stripVTControlCharacters(text),
        stdout,
        ms: performance.now() - startedAt,
      });
    };
    child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
      text += chunk;
      stdout += chunk;
    });
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => (text += chunk));
    child.on('error', (problem) => {
      text += problem.message;
      done(127);
    });
    child.on('close', (code, signal) => done(exitCode(code, signal)));
  });
}

/**
 * Hands the terminal to a long-lived command and resolves with its exit code.
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export function handOver(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env: projectEnv(), stdio: 'inherit' });
    const stopForwarding = forwardSignals(child);
    child.on('error', (problem) => {
      stopForwarding();
      reject(problem);
    });
    child.on('close', (code, signal) => {
      stopForwarding();
      resolve(exitCode(code, signal));
    });
  });
}

/**
 * Passes SIGINT, SIGTERM and SIGHUP on to the child, tells `onSignal`, and leaves the waiting for the child's end to the caller.
 * @param {ChildProcess} child
 * @param {(signal: NodeJS.Signals) => void} [onSignal]
 */
function forwardSignals(child, onSignal) {
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    onSignal?.(signal);
    // Ctrl-C in a terminal reaches the whole process group: the child has it already.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  /** @type {NodeJS.Signals[]} */
  const signals = WINDOWS ? ['SIGINT', 'SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}

/**
 * Calls `onLine` for every complete line of a stream, and for an unfinished last one.
 * @param {Readable} stream
 * @param {(line: string) => void} onLine
 */
export function splitLines(stream, onLine) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (/** @type {string} */ chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}

/**
 * For scripts that use the project's packages: runs the script again on the project's Node when this is another one.
 * Resolves with its exit code, or with undefined when the right Node is already running.
 * @param {string} node
 * @param {string} script
 * @param {string[]} args
 */
export async function onNode(node, script, args) {
  return realpathSync(process.execPath) === realpathSync(node) ? undefined : handOver(node, [script, ...args]);
}
