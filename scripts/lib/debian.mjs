/** As root on Debian and Ubuntu: installs with apt-get what the tests need from the distribution and is not there yet. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { run } from './run.mjs';
import { duration, say } from './say.mjs';

/** @param {string} name */
const onPath = (name) => (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

/**
 * Installs missing packages; says so and goes on when it cannot, for whoever needs one of them will say it better.
 * `olderElectron`: what fetching it needs; `kafka`: what a real broker needs.
 * @param {{ olderElectron: boolean, kafka: boolean }} wanted
 */
export async function ensureDebianPackages({ olderElectron, kafka }) {
  if (!canInstall()) return;
  const missing = [
    ...((await findBrowser()) === undefined ? ['chromium'] : []),
    ...(onPath('Xvfb') ? [] : ['xvfb']),
    ...(onPath('xauth') ? [] : ['xauth']),
    // Trust stores and lines for shells are tried on the real ones.
    ...(onPath('certutil') ? [] : ['libnss3-tools']),
    // The system proxy is set in the settings of real desktops.
    ...(onPath('gsettings') ? [] : ['libglib2.0-bin', 'gsettings-desktop-schemas', 'dconf-gsettings-backend']),
    ...(onPath('dbus-run-session') ? [] : ['dbus', 'dbus-bin', 'dbus-daemon']),
    ...(onPath('kwriteconfig5') || onPath('kwriteconfig6') ? [] : ['libkf5config-bin']),
    ...['zsh', 'fish'].filter((shell) => !onPath(shell)),
    ...(olderElectron && (await run('python3', ['-m', 'pip', '--version'], { output: 'keep' })).code !== 0
      ? ['python3-pip']
      : []),
    ...(kafka && !onPath('java') ? ['default-jre-headless'] : []),
    ...(kafka && !onPath('mvn') ? ['maven'] : []),
    ...(kafka && !onPath('kcat') ? ['kcat'] : []),
  ];
  await aptInstall(missing);
}

/**
 * Installs the packages of those programs that are not on PATH.
 * @param {Readonly<Record<string, string>>} packages by program
 */
export async function installDebian(packages) {
  if (!canInstall()) return;
  await aptInstall(
    Object.entries(packages)
      .filter(([program]) => !onPath(program))
      .map(([, name]) => name),
  );
}

const canInstall = () =>
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get');

/** @param {string[]} missing */
async function aptInstall(missing) {
  if (missing.length === 0) return;

  say(`Installing ${missing.join(', ')} with apt-get …`);
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env, output: 'keep' });
  let result = await install();
  if (result.code !== 0) {
    // A fresh image has no package lists, or ones that are out of date.
    await run('apt-get', ['update', '-q'], { env, output: 'keep' });
    result = await install();
  }
  if (result.code === 0) return say(`Installed in ${duration(result.ms)}.`);
  say(result.text.trimEnd());
  say(`apt-get could not install ${missing.join(', ')} (its own words above); going on without.`);
}
