/** Finds a Chromium for the tests, or gets one: by apt as root on Debian and Ubuntu, else Playwright's own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectNode } from './install.mjs';
import { MODULES, WINDOWS } from './paths.mjs';
import { run } from './run.mjs';
import { Stop, duration, say } from './say.mjs';

/** Resolves with the path of a Chromium that starts. */
export async function ensureBrowser() {
  await ensureDebianPackages();
  const present = await findBrowser();
  if (present !== undefined) return present;
  say('No Chromium here: fetching Playwright\'s own …');
  const result = await run(projectNode(), [join(MODULES, '@playwright', 'test', 'cli.js'), 'install', 'chromium'], { output: 'keep' });
  const fetched = await findBrowser();
  if (fetched !== undefined) return fetched;
  say(result.text.trimEnd());
  throw new Stop('Cannot run the browser tests: there is no Chromium, and Playwright could not fetch its own (its words above). Install Chromium or Chrome, or name one in BSDM_CHROMIUM.');
}

/** Path of the first browser that tells its version, undefined when there is none. */
export async function findBrowser() {
  const named = process.env.BSDM_CHROMIUM;
  if (named) {
    if (await starts(named)) return named;
    throw new Stop(`BSDM_CHROMIUM names ${named}, which does not start.`);
  }
  for (const path of [...usualPlaces(), await playwrightsOwn()]) {
    if (path !== undefined && existsSync(path) && (await starts(path))) return path;
  }
  return undefined;
}

function usualPlaces() {
  if (process.platform === 'darwin') return ['/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
  if (WINDOWS) return ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((name) => (process.env[name] ? [join(process.env[name], 'Google', 'Chrome', 'Application', 'chrome.exe')] : []));
  return ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/usr/bin/chromium-browser'];
}

async function playwrightsOwn() {
  const ask = `process.stdout.write(require(${JSON.stringify(join(MODULES, 'playwright-core'))}).chromium.executablePath())`;
  const result = await run(projectNode(), ['-e', ask], { output: 'keep' });
  return result.code === 0 && result.stdout !== '' ? result.stdout : undefined;
}

/** Ubuntu's /usr/bin/chromium-browser may be a mere hint to install a snap, so existing is not enough. Chrome on Windows opens a window for --version. */
async function starts(path) {
  return WINDOWS ? existsSync(path) : (await run(path, ['--version'], { output: 'keep' })).code === 0;
}

/** As root on Debian or Ubuntu: what the browser and desktop tests need from the distribution and is not there yet. */
async function ensureDebianPackages() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return;
  const onPath = (name) => ['/usr/bin', '/usr/local/bin', '/bin'].some((folder) => existsSync(join(folder, name)));
  const missing = [
    ...((await findBrowser()) === undefined ? ['chromium'] : []),
    ...(onPath('Xvfb') ? [] : ['xvfb']),
    ...(onPath('xauth') ? [] : ['xauth']),
    ...(onPath('unzip') ? [] : ['unzip']),
  ];
  if (missing.length === 0) return;
  say(`Installing ${missing.join(', ')} with apt-get …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env, output: 'keep' });
  let result = await install();
  if (result.code !== 0) {
    // A fresh image has no package lists yet.
    await run('apt-get', ['update', '-q'], { env, output: 'keep' });
    result = await install();
  }
  if (result.code === 0) return say(`Installed in ${duration(result.ms)}.`);
  say(result.text.trimEnd());
  say(`apt-get could not install ${missing.join(', ')} (its own words above); going on without.`);
}
