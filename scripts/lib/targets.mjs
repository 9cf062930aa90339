/** The three things that are built, what each is made of, and when it must be built again. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectNode } from './install.mjs';
import { MODULES, OUT, ROOT } from './paths.mjs';
import { run } from './run.mjs';
import { Stop, duration, say } from './say.mjs';

/**
 * `sources`: files and folders whose content decides; `made`: files that must exist afterwards.
 * @typedef {{ config: string, sources: string[], made: string[] }} Target
 * @typedef {keyof typeof TARGETS} TargetName
 */
const TARGETS = {
  core: {
    config: 'vite.core.config.ts',
    sources: ['proxy-core'],
    made: ['core/utility.mjs', 'core/cli.mjs', 'core/cli-main.mjs', 'legal/core.json'],
  },
  electron: {
    config: 'vite.electron.config.ts',
    sources: ['electron', 'proxy-core/contract', 'proxy-core/clients'],
    made: ['electron/main.cjs', 'electron/preload.cjs', 'legal/electron.json'],
  },
  renderer: {
    config: 'vite.renderer.config.ts',
    sources: ['renderer', 'proxy-core/contract', 'electron/desktop-api.ts', 'assets'],
    made: ['renderer/index.html', 'legal/renderer.json'],
  },
};

/**
 * @param {string} name
 * @returns {name is TargetName}
 */
export const isTarget = (name) => Object.hasOwn(TARGETS, name);

export const TARGET_NAMES = Object.keys(TARGETS).filter(isTarget);

/**
 * Builds those of the named targets whose sources changed since they were built. `force` builds all named; `warnings` shows
 * what the bundler advises, which is for whoever works on the build and not for whoever starts the app.
 * @param {TargetName[]} names
 * @param {{ force?: boolean, warnings?: boolean }} [options]
 */
export async function ensureBuilt(names, { force = false, warnings = false } = {}) {
  for (const name of names) {
    const target = TARGETS[name];
    if (!existsSync(join(ROOT, target.config)))
      throw new Stop(`Cannot build ${name}: ${target.config} does not exist.`);
    const digest = digestOf(target);
    const stamp = join(OUT, '.stamp', name);
    if (
      !force &&
      existsSync(stamp) &&
      readFileSync(stamp, 'utf8') === digest &&
      target.made.every((file) => existsSync(join(OUT, file)))
    )
      continue;
    await build(name, target, warnings);
    mkdirSync(join(OUT, '.stamp'), { recursive: true });
    writeFileSync(stamp, digest);
  }
}

/**
 * @param {TargetName} name
 * @param {Target} target
 * @param {boolean} warnings
 */
async function build(name, target, warnings) {
  rmSync(join(OUT, '.stamp', name), { force: true });
  const vite = join(MODULES, 'vite', 'bin', 'vite.js');
  const result = await run(projectNode(), [vite, 'build', '--config', target.config, '--logLevel', 'warn'], {
    output: 'keep',
  });
  const missing = target.made.filter((file) => !existsSync(join(OUT, file)));
  if (result.code !== 0 || missing.length > 0) {
    say(result.text.trimEnd());
    throw new Stop(
      result.code !== 0
        ? `Cannot build ${name}: vite ended with ${result.code} (its own words above).`
        : `Cannot build ${name}: vite did not write ${missing.map((file) => `out/${file}`).join(', ')}.`,
    );
  }
  if (warnings && result.text.trim() !== '') say(result.text.trim());
  say(`Built ${name} in ${duration(result.ms)}.`);
}

/**
 * A hash over names and contents of everything a target is made of. Contents, not times: a fresh checkout of the same tree is not a change.
 * @param {Target} target
 */
function digestOf(target) {
  const hash = createHash('sha256');
  const files = [
    target.config,
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'scripts/lib/bundled-packages.mjs',
    ...target.sources.flatMap(listFiles),
  ];
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  return hash.digest('hex');
}

/**
 * Files under a source path that end up in the product: tests and their helpers do not.
 * @param {string} path
 * @returns {string[]}
 */
function listFiles(path) {
  const found = statSync(join(ROOT, path), { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found === undefined ? [] : [path];
  return readdirSync(join(ROOT, path), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return entry.name === 'testkit' ? [] : listFiles(`${path}/${entry.name}`);
      return /\.(test|suite)\.tsx?$/.test(entry.name) ? [] : [`${path}/${entry.name}`];
    });
}
