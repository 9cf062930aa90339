/**
 * Folders of profiles: one for each browser that is started, gone when it ends. What a killed core left is swept at the next
 * start, the browser with it if it still runs.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const OWNER = 'bsdm-owner.json';

interface Owner {
  core: number;
  browser?: number;
}

/** Makes an empty profile that nobody else can read. */
export function makeProfile(root: string): string {
  const folder = path.join(root, `profile-${randomBytes(6).toString('hex')}`);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeOwner(folder, { core: process.pid });
  return folder;
}

/** Notes which process uses the profile. */
export function ownProfile(folder: string, browser: number): void {
  writeOwner(folder, { core: process.pid, browser });
}

/** A browser's helpers may write for a moment after it has gone. */
export async function removeProfile(folder: string): Promise<void> {
  await fs.promises.rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** Ends and removes what earlier cores left behind under this root. Throws nothing; what stays is told. */
export async function sweepProfiles(root: string, report: (message: string) => void): Promise<void> {
  const names = await fs.promises.readdir(root).catch(() => []);
  for (const name of names.filter((item) => item.startsWith('profile-'))) {
    const folder = path.join(root, name);
    const owner = readOwner(folder);
    if (owner !== undefined && (owner.core === process.pid || isAlive(owner.core))) continue;
    try {
      // Only a process that names this very folder is the browser that was started on it.
      if (owner?.browser !== undefined && commandLine(owner.browser).includes(folder))
        process.kill(owner.browser, 'SIGTERM');
      await removeProfile(folder);
    } catch (error) {
      report(`the profile ${folder} of an earlier browser could not be removed: ${String(error)}`);
    }
  }
}

function writeOwner(folder: string, owner: Owner): void {
  fs.writeFileSync(path.join(folder, OWNER), JSON.stringify(owner), { mode: 0o600 });
}

function readOwner(folder: string): Owner | undefined {
  try {
    const raw: unknown = JSON.parse(fs.readFileSync(path.join(folder, OWNER), 'utf8'));
    if (typeof raw !== 'object' || raw === null || !('core' in raw) || typeof raw.core !== 'number') return undefined;
    const browser = 'browser' in raw && typeof raw.browser === 'number' && raw.browser > 1 ? raw.browser : undefined;
    return browser === undefined ? { core: raw.core } : { core: raw.core, browser };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that has ended and that nobody asked about can still be signalled.
    return process.platform !== 'linux' || !fs.readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Empty when it cannot be had. */
function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    if (process.platform === 'darwin')
      return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', timeout: 2000 });
  } catch {
    // It has gone.
  }
  return '';
}
