/** What goes with every package: the licences of all that is bundled, and its bills of materials (CycloneDX, by `npm sbom`). */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { byName } from './bundled-packages.mjs';
import { isRecord, readJson } from './json.mjs';
import { LEGAL, ROOT, WINDOWS } from './paths.mjs';
import { hostEnv, run } from './run.mjs';
import { Stop } from './say.mjs';

/** @import { BundledPackage } from './bundled-packages.mjs' */

/** Licences that what is shipped may have; another one is a decision of a person, so it stops the packing. */
const ACCEPTED_LICENSES = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'OFL-1.1',
  '(MIT OR Apache-2.0)',
];

/** Targets that the headless package takes in; the desktop's has the shell besides. */
const HEADLESS = ['core', 'renderer'];
const DESKTOP = [...HEADLESS, 'electron'];

/** Writes out/legal/: THIRD-PARTY-LICENSES.txt, Debian's copyright file, headless.cdx.json, desktop.cdx.json. Everything must be built before. */
export async function writeLegal() {
  const all = bundled(DESKTOP);
  const problem = licenseProblem(all);
  if (problem !== undefined) throw new Stop(problem);
  mkdirSync(LEGAL, { recursive: true });
  writeFileSync(join(LEGAL, 'THIRD-PARTY-LICENSES.txt'), noticesOf(all));
  writeFileSync(join(LEGAL, 'copyright'), debianCopyright());
  const full = await npmSbom();
  const product = readJson(join(ROOT, 'package.json'));
  if (!isRecord(product) || !isRecord(product.devDependencies)) throw new Stop('package.json names no dependencies.');
  const name = String(product.name);
  const electron = { name: 'electron', version: String(product.devDependencies.electron) };
  write('headless.cdx.json', shippedSbom(full, name, bundled(HEADLESS)));
  write('desktop.cdx.json', shippedSbom(full, name, [...all, electron]));
}

/**
 * @param {string} file
 * @param {unknown} content
 */
function write(file, content) {
  writeFileSync(join(LEGAL, file), `${JSON.stringify(content, null, 1)}\n`);
}

/** What /usr/share/doc/bsdm-proxy/copyright says: our own licence, and where the others lie. */
function debianCopyright() {
  const own = readFileSync(join(ROOT, 'LICENSE'), 'utf8').trimEnd();
  return `BSDM-Proxy\n\n${own}\n
What it contains of others is listed, with the full licences, in these files:

  /opt/BSDM-Proxy/resources/legal/THIRD-PARTY-LICENSES.txt   packages inside the app
  /opt/BSDM-Proxy/LICENSE.electron.txt                       Electron
  /opt/BSDM-Proxy/LICENSES.chromium.html                     Chromium and what it contains
`;
}

/**
 * The packages of several targets, each once.
 * @param {string[]} targets
 */
function bundled(targets) {
  /** @type {Map<string, BundledPackage>} */
  const packages = new Map();
  for (const target of targets) {
    const file = join(LEGAL, `${target}.json`);
    const list = existsSync(file) ? readJson(file) : undefined;
    if (!Array.isArray(list)) throw new Stop(`out/legal/${target}.json is not there: run npm run build.`);
    for (const item of list.filter(isBundledPackage)) packages.set(`${item.name}@${item.version}`, item);
  }
  return [...packages.values()].sort(byName);
}

/**
 * @param {unknown} raw
 * @returns {raw is BundledPackage}
 */
const isBundledPackage = (raw) =>
  isRecord(raw) &&
  typeof raw.name === 'string' &&
  typeof raw.version === 'string' &&
  typeof raw.license === 'string' &&
  Array.isArray(raw.texts);

/**
 * What stands against shipping these packages, in words; undefined when nothing does.
 * @param {readonly BundledPackage[]} packages
 */
export function licenseProblem(packages) {
  for (const { name, version, license, texts } of packages) {
    if (!ACCEPTED_LICENSES.includes(license))
      return `${name} ${version} is bundled and its licence is ${license === '' ? 'not told' : license}; accepted are ${ACCEPTED_LICENSES.join(', ')} (scripts/lib/legal.mjs).`;
    if (texts.length === 0) return `${name} ${version} is bundled and brings no licence file, which must be passed on.`;
  }
  return undefined;
}

/**
 * One text with the licences of all packages; those with the same words stand together.
 * @param {readonly BundledPackage[]} packages
 */
export function noticesOf(packages) {
  /** @type {Map<string, string[]>} */
  const byText = new Map();
  for (const { name, version, license, texts } of packages) {
    const text = texts.join('\n\n');
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const rule = '='.repeat(80);
  const parts = [...byText].map(([text, names]) => `${rule}\n${names.join('\n')}\n${rule}\n\n${text}\n`);
  return `BSDM-Proxy contains the following packages, each under the licence that stands below its name.\n\n${parts.join('\n')}`;
}

/**
 * The bill of what is shipped, out of npm's bill of everything that is installed for development: the components that are
 * bundled, and the dependencies among them. The product depends on those that no other one brings.
 * @param {unknown} full
 * @param {string} product
 * @param {readonly { name: string, version: string }[]} shipped
 * @returns {Record<string, unknown>}
 */
export function shippedSbom(full, product, shipped) {
  if (
    !isRecord(full) ||
    !Array.isArray(full.components) ||
    !Array.isArray(full.dependencies) ||
    !isRecord(full.metadata)
  )
    throw new Stop('npm sbom wrote something else than a bill of materials.');
  const root = full.metadata.component;
  if (!isRecord(root)) throw new Stop('The bill of materials that npm sbom wrote names no product.');
  const wanted = new Set(shipped.map(({ name, version }) => `${name}@${version}`));
  const components = full.components
    .filter(isRecord)
    .filter((item) => wanted.delete(`${String(item.name)}@${String(item.version)}`));
  if (wanted.size > 0)
    throw new Stop(`${[...wanted].join(', ')} is shipped and not in package-lock.json: run npm ci and build anew.`);
  const refs = new Set(components.map((item) => item['bom-ref']));
  const edges = full.dependencies.filter(isRecord).filter((item) => refs.has(item.ref));
  const dependencies = edges.map((item) => ({ ...item, dependsOn: among(refs, item.dependsOn) }));
  const brought = new Set(dependencies.flatMap((item) => item.dependsOn));
  const own = [...refs].filter((ref) => !brought.has(ref));
  return {
    ...full,
    metadata: { ...full.metadata, component: { ...root, type: 'application', name: product } },
    components: components.map((item) => ({ ...item, scope: 'required', properties: [] })),
    dependencies: [{ ref: root['bom-ref'], dependsOn: own }, ...dependencies],
  };
}

/**
 * @param {Set<unknown>} refs
 * @param {unknown} list
 * @returns {unknown[]}
 */
const among = (refs, list) => (Array.isArray(list) ? list.filter((ref) => refs.has(ref)) : []);

/**
 * npm's bill of all that the lock file names.
 * @returns {Promise<unknown>}
 */
export async function npmSbom() {
  // The lock file alone: what is installed may name the host it came from. A flag of `npm pack` must not reach it.
  const env = Object.fromEntries(
    Object.entries(hostEnv()).filter(([key]) => !/^npm_(config|package|lifecycle)_/i.test(key)),
  );
  const result = await run('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'], {
    env,
    output: 'keep',
    shell: WINDOWS,
  });
  if (result.code !== 0) throw new Stop(`npm sbom ended with ${result.code}: ${result.text.trim()}`);
  /** @type {unknown} */
  const bill = JSON.parse(result.stdout);
  return bill;
}
