/** Finds a Chromium for the tests, or fetches Playwright's own. See debian.mjs for what comes before that. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectNode } from './install.mjs';
import { MODULES, WINDOWS } from './paths.mjs';
import { run } from './run.mjs';
import { Stop, say } from './say.mjs';

/** Resolves with the path of a Chromium that starts. */
export async function ensureBrowser() {
  const present = await findBrowser();
  if (present !== undefined) return present;
  say("No Chromium here: fetching Playwright's own …");
  const result = await run(projectNode(), [join(MODULES, '@playwright', 'test', 'cli.js'), 'install', 'chromium'], {
    output: 'keep',
  });
  const fetched = await findBrowser();
  if (fetched !== undefined) return fetched;
  say(result.text.trimEnd());
  throw new Stop(
    'Cannot run the browser tests: there is no Chromium, and Playwright could not fetch its own (its words above). Install Chromium or Chrome, or name one in BSDM_CHROMIUM.',
  );
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
  if (process.platform === 'darwin')
    return [
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ];
  if (WINDOWS) {
    const folders = [process.env['ProgramFiles'], process.env['ProgramFiles(x86)'], process.env['LOCALAPPDATA']];
    return folders.flatMap((folder) => (folder ? [join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')] : []));
  }
  return ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/usr/bin/chromium-browser'];
}

async function playwrightsOwn() {
  const ask = `process.stdout.write(require(${JSON.stringify(join(MODULES, 'playwright-core'))}).chromium.executablePath())`;
  const result = await run(projectNode(), ['-e', ask], { output: 'keep' });
  return result.code === 0 && result.stdout !== '' ? result.stdout : undefined;
}

/**
 * Ubuntu's /usr/bin/chromium-browser may be a mere hint to install a snap, so existing is not enough. Chrome on Windows opens a window for --version.
 * @param {string} path
 */
async function starts(path) {
  return WINDOWS ? existsSync(path) : (await run(path, ['--version'], { output: 'keep' })).code === 0;
}
