/** Files that earlier runs left beside the settings: halves of a write that was killed, damaged files set aside. Never fails. */
import fs from 'node:fs';
import path from 'node:path';

/** Writing takes milliseconds; a file this old is nobody's, whoever has its process id now, ms. */
const OLD_MS = 60 * 60 * 1000;
/** So many damaged files are kept for whoever wants to look into them. */
const MAX_DAMAGED = 5;

/** Name under which this process writes the next content of `file`. */
export function temporaryName(file: string): string {
  return `${file}.${process.pid}.tmp`;
}

/** Removes what is left of writes of `file` by processes that are gone, and all but the newest damaged ones. */
export function removeLeftovers(file: string): void {
  const folder = path.dirname(file);
  const base = path.basename(file);
  const remove = (name: string): void => attempt(() => fs.rmSync(path.join(folder, name), { force: true }));
  attempt(() => {
    // The date in a damaged file's name sorts as time does.
    const damaged = [];
    for (const name of fs.readdirSync(folder).sort()) {
      if (!name.startsWith(`${base}.`)) continue;
      const rest = name.slice(base.length + 1);
      if (rest.startsWith('damaged-')) damaged.push(name);
      const pid = /^(\d{1,10})\.tmp$/.exec(rest)?.[1];
      if (pid !== undefined && isLeftBehind(path.join(folder, name), Number(pid))) remove(name);
    }
    for (const name of damaged.slice(0, -MAX_DAMAGED)) remove(name);
  });
}

/** Our own id counts as gone: at the start nothing is being written, so an earlier process had it (in a container always the same one). */
function isLeftBehind(file: string, pid: number): boolean {
  return pid === process.pid || !isAlive(pid) || Date.now() - fs.statSync(file).mtimeMs > OLD_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: somebody else's, but alive.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // Leftovers are untidy and do no harm.
  }
}
