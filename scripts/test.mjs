/**
 * npm test [-- --unit | --e2e]
 * Everything: installs, finds or gets a browser and an Electron, checks the sources, builds, runs all tests, and ends
 * with `N passed, N failed`. BSDM_REQUIRE_DESKTOP=1 and BSDM_REQUIRE_KAFKA=1 turn skips of those specs into failures.
 */
import { join } from 'node:path';
import { ensureBrowser } from './lib/browser.mjs';
import { ensureDebianPackages } from './lib/debian.mjs';
import { electronBinary } from './lib/electron.mjs';
import { ensureInstalled, projectNode } from './lib/install.mjs';
import { ROOT } from './lib/paths.mjs';
import { closingLines, forbidSkips } from './lib/report.mjs';
import { run } from './lib/run.mjs';
import { Stop, main, say } from './lib/say.mjs';
import { browserTests, sourceChecks, unitTests } from './lib/steps.mjs';
import { TARGET_NAMES, ensureBuilt } from './lib/targets.mjs';
import { checkWeight } from './lib/weight.mjs';

/** @import { Step } from './lib/report.mjs' */

await main(async (args) => {
  const unknown = args.find((arg) => arg !== '--unit' && arg !== '--e2e');
  if (unknown !== undefined) throw new Stop(`npm test takes --unit or --e2e, not "${unknown}".`, 2);
  const startedAt = performance.now();
  const wantUnit = !args.includes('--e2e') || args.includes('--unit');
  const wantE2e = !args.includes('--unit') || args.includes('--e2e');
  const required = { desktop: process.env.BSDM_REQUIRE_DESKTOP === '1', kafka: process.env.BSDM_REQUIRE_KAFKA === '1' };
  await ensureInstalled();

  /** @type {Step[]} */
  const steps = [];
  const olderElectron = wantE2e && wantsOlderElectron();
  if (wantE2e || required.kafka) await ensureDebianPackages({ olderElectron, kafka: required.kafka });
  if (wantUnit) steps.push(...(await sourceChecks()));
  const built = await timed('build', () => ensureBuilt(TARGET_NAMES));
  steps.push(built);
  if (built.ok) steps.push(await timed('weight', () => checkWeight()));
  if (wantUnit) steps.push(await unitTests());
  if (wantUnit && built.ok) steps.push(await timed('conformance', cacheTests));
  if (wantE2e) {
    /** @type {string | undefined} */
    let browser;
    steps.push(
      await timed('browser and electron', async () => {
        browser = await ensureBrowser();
        if (olderElectron) await fetchOlderElectron();
      }),
    );
    if (built.ok && browser !== undefined) steps.push(await browserTests({ BSDM_CHROMIUM: browser }));
    else steps.push({ name: 'e2e', ok: false, ms: 0, tests: [] });
  }

  const judged = steps.map((step) => {
    if (step.tests === undefined) return step;
    const tests = forbidSkips(step.tests, required);
    return { ...step, tests, ok: step.ok && tests.every((test) => test.status !== 'failed') };
  });
  const { lines, failed } = closingLines(judged, performance.now() - startedAt);
  process.stdout.write(`\n${lines.join('\n')}\n`);
  return failed === 0 ? 0 : 1;
});

/** The public cache tests through the real listener; what does not pass must stand in the list with its reason. */
async function cacheTests() {
  const result = await run(projectNode(), [join(ROOT, 'scripts', 'conformance.mjs')], { output: 'keep' });
  say(
    result.text
      .split('\n')
      .filter((line) => /^(required|optimal|checks) /.test(line))
      .join('\n'),
  );
  if (result.code !== 0) throw new Stop(`The public cache tests: ${result.text.trimEnd()}`);
}

/**
 * A step that may fail in words without ending the whole run.
 * @param {string} name
 * @param {() => Promise<void> | void} body
 * @returns {Promise<Step>}
 */
async function timed(name, body) {
  const startedAt = performance.now();
  try {
    await body();
    return { name, ok: true, ms: performance.now() - startedAt };
  } catch (problem) {
    if (!(problem instanceof Stop)) throw problem;
    say(problem.message);
    return { name, ok: false, ms: performance.now() - startedAt };
  }
}

/** Where Electron's own binary was never downloaded, the desktop specs on Linux x64 run on an older real one. */
function wantsOlderElectron() {
  return electronBinary() === undefined && process.platform === 'linux' && process.arch === 'x64';
}

/** When it cannot be had either, the desktop specs skip themselves and say why. */
async function fetchOlderElectron() {
  const result = await run(projectNode(), [join(ROOT, 'e2e', 'support', 'get-electron.mjs')]);
  if (result.code !== 0) say('The older Electron for the desktop specs could not be had; they will be skipped.');
}
