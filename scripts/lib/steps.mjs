/** The steps that `npm run check` and `npm test` share: types, lint, format, dead code, unit tests; and the browser-driven tests. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectNode } from './install.mjs';
import { CACHE, MODULES, ROOT } from './paths.mjs';
import { readPlaywright, readVitest } from './report.mjs';
import { projectEnv, run } from './run.mjs';
import { duration, say } from './say.mjs';

/** @import { Step, Test } from './report.mjs' */
/** @typedef {{ name: string, args: string[] }} Job  a program for the project's Node that says nothing when all is well */

const LINT_CACHE_FILE = join(CACHE, 'lint.json');
const LINT_CACHE = ['--cache', '--cache-strategy', 'content', '--cache-location', LINT_CACHE_FILE];

/** What Prettier found in order is known by its content and not read again. */
const FORMAT_CACHE = ['--cache', '--cache-strategy', 'content', '--cache-location', join(CACHE, 'format.json')];
/** Prettier over everything. */
export const PRETTIER = [join(MODULES, 'prettier', 'bin', 'prettier.cjs'), '.', '--log-level', 'warn', ...FORMAT_CACHE];

/** Folders with a tsconfig of their own. */
const ROOMS = ['proxy-core/contract', 'proxy-core', 'renderer', 'electron', 'e2e', 'scripts'];

/**
 * All that is found by reading the sources, two jobs at a time. Types and format remember their last run, which is exact.
 * Lint does only when `quick`: a file that did not change is then not looked at again, even if a type it uses did.
 * @param {{ quick?: boolean }} [options]
 */
export async function sourceChecks({ quick = false } = {}) {
  const jobs = [lint(quick), deadCode(), ...ROOMS.map(types), formatting(), ...(quick ? [arrows()] : [])];
  /** @type {Step[]} */
  const steps = [];
  const worker = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) steps.push(await quietStep(job));
  };
  await Promise.all([worker(), worker()]);
  // A finding may lie in a type of another file: once that is mended, the file with the finding must be looked at again.
  if (steps.some((step) => step.name === 'lint' && !step.ok)) rmSync(LINT_CACHE_FILE, { force: true });
  return steps.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * @param {boolean} quick
 * @returns {Job}
 */
const lint = (quick) => ({
  name: 'lint',
  args: [join(MODULES, 'eslint', 'bin', 'eslint.js'), '.', ...(quick ? LINT_CACHE : [])],
});

/**
 * @param {string} room
 * @returns {Job}
 */
const types = (room) => ({
  name: `types ${room}`,
  args: [
    join(MODULES, 'typescript', 'bin', 'tsc'),
    '-p',
    room,
    '--incremental',
    '--tsBuildInfoFile',
    join(CACHE, 'types', `${room.replace('/', '-')}.json`),
  ],
});

/**
 * Whether everything is written as Prettier writes it.
 * @returns {Job}
 */
const formatting = () => ({ name: 'format', args: [...PRETTIER, '--check'] });

/**
 * Files, exports and dependencies that nobody uses; and what knip.json says in vain.
 * @returns {Job}
 */
const deadCode = () => ({
  name: 'dead code',
  args: [join(MODULES, 'knip', 'bin', 'knip.js'), '--no-progress', '--treat-config-hints-as-errors'],
});

/**
 * The arrows between the rooms. Their test reads the sources, so it is not among those that a change of one touches.
 * @returns {Job}
 */
const arrows = () => ({
  name: 'arrows',
  args: [join(MODULES, 'vitest', 'vitest.mjs'), 'run', join('proxy-core', 'layers.test.ts')],
});

/**
 * Runs a tool that says nothing when all is well; its words are shown when it is not.
 * @param {Job} job
 * @returns {Promise<Step>}
 */
async function quietStep({ name, args }) {
  const result = await run(projectNode(), args, { output: 'keep' });
  if (result.code !== 0) say(`${name}:\n${result.text.trimEnd()}`);
  else say(`${name}: ok (${duration(result.ms)})`);
  return { name, ok: result.code === 0, ms: result.ms };
}

/**
 * Unit and contract tests.
 * @param {string[]} [filters] vitest's own arguments: paths, --exclude
 */
export async function unitTests(filters = []) {
  const report = freshReport('unit.json');
  const args = [
    join(MODULES, 'vitest', 'vitest.mjs'),
    'run',
    ...filters,
    '--reporter=default',
    `--reporter=${join(ROOT, 'scripts', 'lib', 'vitest-reporter.mjs')}`,
  ];
  return testStep('unit', args, report, readVitest, { BSDM_REPORT: report });
}

/**
 * The stories driven through a real browser and, where there is one, a real Electron.
 * @param {NodeJS.ProcessEnv} env
 */
export async function browserTests(env) {
  const report = freshReport('e2e.json');
  const args = [
    join(MODULES, '@playwright', 'test', 'cli.js'),
    'test',
    '--config',
    'playwright.config.ts',
    '--reporter=list,json',
  ];
  return testStep('e2e', args, report, readPlaywright, { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report });
}

/**
 * @param {string} name
 * @param {string[]} args
 * @param {string} report file that the tests write
 * @param {(report: string) => Test[]} read
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Step>}
 */
async function testStep(name, args, report, read, env) {
  const result = await run(projectNode(), args, { env: projectEnv(env) });
  if (!existsSync(report)) return { name, ok: false, ms: result.ms, tests: [] };
  return { name, ok: result.code === 0, ms: result.ms, tests: read(report) };
}

/** @param {string} file */
function freshReport(file) {
  const path = join(CACHE, 'report', file);
  mkdirSync(join(CACHE, 'report'), { recursive: true });
  rmSync(path, { force: true });
  return path;
}
