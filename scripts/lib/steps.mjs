/** The steps that `npm run check` and `npm test` share: types, lint, unit tests; and the browser-driven tests. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectNode } from './install.mjs';
import { CACHE, MODULES, ROOT } from './paths.mjs';
import { readPlaywright, readVitest } from './report.mjs';
import { projectEnv, run } from './run.mjs';
import { duration, say } from './say.mjs';

const LINT_CACHE_FILE = join(CACHE, 'lint.json');
const LINT_CACHE = ['--cache', '--cache-strategy', 'content', '--cache-location', LINT_CACHE_FILE];

/** Folders with a tsconfig of their own. */
const ROOMS = ['proxy-core/contract', 'proxy-core', 'renderer', 'electron', 'e2e', 'scripts'];

/**
 * Types of every room and lint of everything, two at a time. Types remember their last run, which is exact. Lint does only
 * when `quick`: a file that did not change is then not looked at again, even if a type it uses did.
 */
export async function typesAndLint({ quick = false } = {}) {
  const tsc = join(MODULES, 'typescript', 'bin', 'tsc');
  const jobs = [
    { name: 'lint', args: [join(MODULES, 'eslint', 'bin', 'eslint.js'), '.', ...(quick ? LINT_CACHE : [])] },
    ...ROOMS.map((room) => ({ name: `types ${room}`, args: [tsc, '-p', room, '--incremental', '--tsBuildInfoFile', join(CACHE, 'types', `${room.replace('/', '-')}.json`)] })),
  ];
  const steps = [];
  const worker = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) steps.push(await quietStep(job.name, job.args));
  };
  await Promise.all([worker(), worker()]);
  // A finding may lie in a type of another file: once that is mended, the file with the finding must be looked at again.
  if (steps.some((step) => step.name === 'lint' && !step.ok)) rmSync(LINT_CACHE_FILE, { force: true });
  return steps.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Runs a tool that says nothing when all is well; its words are shown when it is not. */
async function quietStep(name, args) {
  const result = await run(projectNode(), args, { output: 'keep' });
  if (result.code !== 0) say(`${name}:\n${result.text.trimEnd()}`);
  else say(`${name}: ok (${duration(result.ms)})`);
  return { name, ok: result.code === 0, ms: result.ms };
}

/** Unit and contract tests; `filters` are vitest's own arguments: paths, --exclude. */
export async function unitTests(filters = []) {
  const report = freshReport('unit.json');
  const args = [join(MODULES, 'vitest', 'vitest.mjs'), 'run', ...filters, '--reporter=default', `--reporter=${join(ROOT, 'scripts', 'lib', 'vitest-reporter.mjs')}`];
  return testStep('unit', args, report, readVitest, { BSDM_REPORT: report });
}

/** The stories driven through a real browser and, where there is one, a real Electron. */
export async function browserTests(env) {
  const report = freshReport('e2e.json');
  const args = [join(MODULES, '@playwright', 'test', 'cli.js'), 'test', '--config', playwrightConfig(), '--reporter=list,json'];
  return testStep('e2e', args, report, readPlaywright, { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report });
}

function playwrightConfig() {
  return ['playwright.config.ts', 'e2e/playwright.config.ts'].find((path) => existsSync(join(ROOT, path))) ?? 'playwright.config.ts';
}

async function testStep(name, args, report, read, env = {}) {
  const result = await run(projectNode(), args, { env: projectEnv(env) });
  if (!existsSync(report)) return { name, ok: false, ms: result.ms, tests: [] };
  return { name, ok: result.code === 0, ms: result.ms, tests: read(report) };
}

function freshReport(file) {
  const path = join(CACHE, 'report', file);
  mkdirSync(join(CACHE, 'report'), { recursive: true });
  rmSync(path, { force: true });
  return path;
}
