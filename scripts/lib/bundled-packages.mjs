/**
 * Which packages a build takes into its bundle, with their licences: a plugin of Vite that writes `out/legal/NAME.json`.
 * Modules count, those of workers too, and files that a stylesheet names (fonts). What is shipped is known here and nowhere
 * else: every package is a devDependency, and most of those stay on the developer's machine.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { isRecord, readJson } from './json.mjs';
import { LEGAL } from './paths.mjs';

/** @import { Plugin } from 'vite' */
/** @typedef {{ name: string, version: string, license: string, texts: string[] }} BundledPackage */

/** Files whose words must go with the code: licences, and notices that Apache-2.0 asks to be passed on. */
const LEGAL_FILE = /^(licen[cs]e|copying|notice)\b/i;

/**
 * Folder of the package that a module or a file belongs to; undefined for sources of our own and for what the bundler made up.
 * @param {string} id
 */
export function packageFolder(id) {
  if (id.startsWith('\0')) return undefined;
  const file = resolve(id.replace(/\?.*$/, ''));
  const marker = `${sep}node_modules${sep}`;
  const at = file.lastIndexOf(marker);
  if (at === -1) return undefined;
  const [scope = '', name = ''] = file.slice(at + marker.length).split(sep);
  return join(file.slice(0, at), 'node_modules', scope.startsWith('@') ? join(scope, name) : scope);
}

/**
 * Name, version and licence of the package in a folder, with the words of its licence files.
 * @param {string} folder
 * @returns {BundledPackage}
 */
export function readPackage(folder) {
  const manifest = readJson(join(folder, 'package.json'));
  if (!isRecord(manifest) || typeof manifest.name !== 'string' || typeof manifest.version !== 'string')
    throw new Error(`${folder} has no package.json that names it`);
  const license = typeof manifest.license === 'string' ? manifest.license : '';
  const texts = readdirSync(folder)
    .filter((file) => LEGAL_FILE.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  return { name: manifest.name, version: manifest.version, license, texts };
}

/**
 * The plugin for one build; `forWorkers` is the same for the bundles of its workers, which are made before it ends.
 * @param {string} target
 * @returns {{ plugin: Plugin, forWorkers: () => Plugin }}
 */
export function bundledPackages(target) {
  /** @type {Set<string>} */
  const folders = new Set();
  /** @type {Plugin['generateBundle']} */
  const collect = (_options, bundle) => {
    for (const item of Object.values(bundle)) {
      for (const id of item.type === 'chunk' ? item.moduleIds : item.originalFileNames.map(fromRoot)) {
        const folder = packageFolder(id);
        if (folder !== undefined) folders.add(folder);
      }
    }
  };
  return {
    plugin: {
      name: 'bsdm-bundled-packages',
      buildStart: () => folders.clear(),
      generateBundle: { order: 'post', handler: collect },
      writeBundle() {
        const packages = [...folders].map(readPackage).sort(byName);
        mkdirSync(LEGAL, { recursive: true });
        writeFileSync(join(LEGAL, `${target}.json`), `${JSON.stringify(packages, null, 1)}\n`);
      },
    },
    forWorkers: () => ({ name: 'bsdm-bundled-packages-of-workers', generateBundle: collect }),
  };
}

/**
 * Files of a stylesheet are told relative to Vite's root, which lies one folder below the checkout's.
 * @param {string} file
 */
function fromRoot(file) {
  const inRoom = resolve(dirname(LEGAL), '..', 'renderer', file);
  return existsSync(inRoom) ? inRoom : resolve(dirname(LEGAL), '..', file);
}

/**
 * @param {BundledPackage} a
 * @param {BundledPackage} b
 */
export const byName = (a, b) =>
  `${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : a.name === b.name && a.version === b.version ? 0 : 1;
