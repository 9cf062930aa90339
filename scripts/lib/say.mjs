/** How the scripts speak: short lines on standard error, so that standard output stays free for results. */

/** A failure that is told in one line, without a stack. */
export class Stop extends Error {
  /**
   * @param {string} message
   * @param {number} [exitCode]
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * One line on standard error.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * `850 ms`, `12.3 s`, `2 min 5 s`.
 * @param {number} ms
 */
export function duration(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** @param {unknown} problem */
export const messageOf = (problem) => (problem instanceof Error ? problem.message : String(problem));

/**
 * Runs a script's main function; a {@link Stop} ends it with its line and code, anything else with a stack and 1.
 * @param {(args: string[]) => Promise<number | void>} body
 */
export async function main(body) {
  try {
    const code = await body(process.argv.slice(2));
    process.exitCode = code ?? 0;
  } catch (problem) {
    const told = problem instanceof Stop;
    say(told || !(problem instanceof Error) ? messageOf(problem) : (problem.stack ?? problem.message));
    process.exitCode = told ? problem.exitCode : 1;
  }
}
