/** Whether the desktop window can open here: Electron's binary, a display, and the download when the binary is missing. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { projectNode } from './install.mjs';
import { isRecord, readJson } from './json.mjs';
import { MODULES, WINDOWS } from './paths.mjs';
import { run } from './run.mjs';
import { Stop, say } from './say.mjs';

const PACKAGE = join(MODULES, 'electron');
const PROBE_MS = 2000;

/** Path of Electron's program, or undefined when it was never downloaded. The rules are those of the package `electron`. */
export function electronBinary() {
  const pathFile = join(PACKAGE, 'path.txt');
  const program = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : undefined;
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const path = override
    ? join(override, program || (WINDOWS ? 'electron.exe' : 'electron'))
    : program && join(PACKAGE, 'dist', program);
  return path && existsSync(path) ? path : undefined;
}

/** Why no window can be shown here, undefined when one can. */
export function displayProblem() {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return undefined;
  return 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)';
}

/** Fetches Electron's binary when its download host answers within two seconds. Resolves with the reason when it cannot be had. */
export async function fetchElectron() {
  const url = downloadUrl();
  if (!inDownloadCache(url)) {
    const problem = await probe(url);
    if (problem !== undefined) return `Electron's binary is not installed and ${problem}`;
  }
  say("Electron's binary is not installed yet: downloading it (about 120 MB) …");
  const result = await run(projectNode(), [join(PACKAGE, 'install.js')]);
  return result.code === 0 && electronBinary() !== undefined ? undefined : "Electron's binary could not be downloaded";
}

/** Address of the binary, with the mirror variables that the package `@electron/get` knows. */
function downloadUrl() {
  const manifest = readJson(join(PACKAGE, 'package.json'));
  if (!isRecord(manifest) || typeof manifest.version !== 'string')
    throw new Stop('The package "electron" names no version. Run `npm ci` again.');
  const { version } = manifest;
  /** @param {string} name */
  const setting = (name) => {
    const snake = name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
    const env = process.env;
    return (
      env[`npm_config_electron_${name.toLowerCase()}`] ||
      env[`NPM_CONFIG_ELECTRON_${snake.toUpperCase()}`] ||
      env[`npm_config_electron_${snake}`] ||
      env[`ELECTRON_${snake.toUpperCase()}`]
    );
  };
  const base = setting('mirror') || 'https://github.com/electron/electron/releases/download/';
  const folder = (setting('customDir') || `v${version}`).replace('{{ version }}', version);
  return `${base}${folder}/${setting('customFilename') || `electron-v${version}-${process.platform}-${process.arch}.zip`}`;
}

/**
 * True when an earlier download of the same file lies in the user's cache, so that no network is needed.
 * @param {string} url
 */
function inDownloadCache(url) {
  const home = homedir();
  const folder =
    process.env.electron_config_cache ||
    (process.platform === 'darwin'
      ? join(home, 'Library', 'Caches', 'electron')
      : WINDOWS
        ? join(process.env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'electron', 'Cache')
        : join(process.env.XDG_CACHE_HOME || join(home, '.cache'), 'electron'));
  const file = url.slice(url.lastIndexOf('/') + 1);
  try {
    return readdirSync(folder).some((name) => existsSync(join(folder, name, file)));
  } catch {
    return false; // no cache folder: nothing was ever downloaded
  }
}

/**
 * Asks for the head of the file only. Resolves with the problem in words, undefined when it can be had.
 * @param {string} url
 */
async function probe(url) {
  const proxy = process.env.ELECTRON_GET_USE_PROXY && (process.env.HTTPS_PROXY || process.env.https_proxy);
  if (proxy) return probeSocket(new URL(proxy));
  const { host } = new URL(url);
  try {
    const reply = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_MS) });
    return reply.ok || reply.status === 405 ? undefined : `its download host ${host} answers ${reply.status}`;
  } catch (problem) {
    return `its download host ${host} cannot be reached (${causeOf(problem)})`;
  }
}

/**
 * fetch says "fetch failed"; why stands in the cause.
 * @param {unknown} problem
 */
function causeOf(problem) {
  if (!(problem instanceof Error)) return String(problem);
  if (problem.name === 'TimeoutError') return `no answer in ${PROBE_MS / 1000} s`;
  return isRecord(problem.cause) && typeof problem.cause.code === 'string' ? problem.cause.code : problem.message;
}

/**
 * @param {URL} proxy
 * @returns {Promise<string | undefined>}
 */

function probeSocket(proxy) {
  return new Promise((resolve) => {
    const socket = connect({ host: proxy.hostname, port: Number(proxy.port || 80) });
    /** @param {string} [problem] */
    const done = (problem) => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(PROBE_MS, () => done(`the HTTPS proxy ${proxy.host} does not answer`));
    socket.on('connect', () => done());
    socket.on('error', () => done(`the HTTPS proxy ${proxy.host} cannot be reached`));
  });
}
