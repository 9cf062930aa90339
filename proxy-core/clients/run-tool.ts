/** Runs a small program of the system to its end; bounded in time and in what it may say. */
import { execFile, spawnSync } from 'node:child_process';

export interface ToolResult {
  /** It ended by itself with code 0. */
  ok: boolean;
  output: string;
  /** What it said was wrong, on one line, bounded. */
  problem: string;
}

export type RunTool = (argv: readonly string[], timeoutMs?: number) => Promise<ToolResult>;

const MAX_OUTPUT = 4 * 1024 * 1024;
/** A person may be asked for a password meanwhile, ms. */
const TIMEOUT_MS = 120_000;

export const runTool: RunTool = (argv, timeoutMs = TIMEOUT_MS) =>
  new Promise((resolve) => {
    const [program = '', ...rest] = argv;
    const child = execFile(
      program,
      rest,
      { encoding: 'utf8', maxBuffer: MAX_OUTPUT, timeout: timeoutMs, windowsHide: true },
      (error, stdout, stderr) => {
        const said = stderr.trim() === '' ? stdout.trim() : stderr.trim();
        resolve({
          ok: error === null,
          output: stdout,
          problem: error === null ? '' : (said === '' ? error.message : said).slice(-400).trim(),
        });
      },
    );
    // Whoever waits for input gets none.
    child.stdin?.end();
  });

/** The same, and nothing else happens in this process meanwhile: for one that ends before its loop of events begins. */
export const runToolAtOnce: RunTool = (argv, timeoutMs = TIMEOUT_MS) => {
  const [program = '', ...rest] = argv;
  const result = spawnSync(program, rest, {
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT,
    timeout: timeoutMs,
    windowsHide: true,
    input: '',
  });
  const said = result.error?.message ?? (result.stderr.trim() === '' ? result.stdout.trim() : result.stderr.trim());
  const ok = result.error === undefined && result.status === 0;
  return Promise.resolve({ ok, output: result.stdout, problem: ok ? '' : said.slice(-400).trim() });
};
