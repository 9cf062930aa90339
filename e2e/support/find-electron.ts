/** Which Electron the desktop specs run on: the product's own where its binary is, else an older real one, else none. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.ts';

export type FoundElectron =
  /** The version the product is built for: runs the built app as it is. */
  | { kind: 'own'; executable: string; version: string }
  /** See get-electron.mjs; needs older-electron/. */
  | { kind: 'older'; executable: string; version: string }
  | { kind: 'none'; reason: string };

const OLDER = path.join(ROOT, '.cache', 'electron-22.3.25', 'electron');

/** Version of an Electron that starts here; otherwise why it does not, e.g. a missing library. */
function askVersion(executable: string): { version: string } | { reason: string } {
  try {
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    return {
      version: execFileSync(executable, ['-p', 'process.versions.electron'], {
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }).trim(),
    };
  } catch (error) {
    const said = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return { reason: `${executable} does not start: ${said}` };
  }
}

/** Where the package `electron` keeps its binary once it was downloaded; importing the package would download it. */
function ownExecutable(): string | null {
  const folder = path.join(ROOT, 'node_modules', 'electron');
  const pathFile = path.join(folder, 'path.txt');
  const inDist = fs.existsSync(pathFile) ? fs.readFileSync(pathFile, 'utf8').trim() : null;
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const fallback = process.platform === 'win32' ? 'electron.exe' : 'electron';
  const executable = override
    ? path.join(override, inDist ?? fallback)
    : inDist === null
      ? null
      : path.join(folder, 'dist', inDist);
  return executable !== null && fs.existsSync(executable) ? executable : null;
}

/** Looks for an Electron that starts. */
export function findElectron(): FoundElectron {
  const own = ownExecutable();
  if (own !== null) {
    const asked = askVersion(own);
    return 'version' in asked
      ? { kind: 'own', executable: own, version: asked.version }
      : { kind: 'none', reason: asked.reason };
  }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { kind: 'none', reason: "Electron's binary is not installed (npx install-electron)" };
  if (!fs.existsSync(OLDER))
    return {
      kind: 'none',
      reason: 'no Electron is installed (npx install-electron; on Linux x64 also: node e2e/support/get-electron.mjs)',
    };
  const asked = askVersion(OLDER);
  return 'version' in asked
    ? { kind: 'older', executable: OLDER, version: asked.version }
    : { kind: 'none', reason: asked.reason };
}
