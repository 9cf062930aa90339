/**
 * The watchdog of the desktop app, whose program must not be turned into plain Node and would hold 290 MB if it stayed. The system's own
 * shell waits instead, about 2 MB, on a pipe whose other end is the core's: the system closes that when the core dies, however it dies, and
 * then the shell becomes the app's program with a switch that puts back and shows nothing.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { childEnvironment, type Machine } from '../machine.ts';
import type { Journal } from './journal.ts';

/** A line says that nothing is to be done; the end without one, that the core is gone. */
const POSIX = 'trap "" HUP INT TERM; read -r _ || exec "$0" "$@"';

export interface Waiter {
  pid: number;
  /** Ends it, and nothing is put back. */
  end(): void;
}

/** `restore` is the program that puts back, and its arguments; the owner is added. */
export async function startWaiter(
  machine: Machine,
  restore: readonly string[],
  folder: string,
  journal: Journal,
): Promise<Waiter> {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { program, args, env, verbatim } = waiterLine(machine, [...restore, journal.owner]);
  const child: ChildProcess = spawn(program, args, {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...childEnvironment(machine), ...env },
    cwd: folder,
    windowsHide: true,
    windowsVerbatimArguments: verbatim,
  });
  await once(child, 'spawn');
  child.unref();
  // It may have been ended by somebody; the next start puts back then.
  child.stdin?.on('error', () => undefined);
  return { pid: child.pid ?? 0, end: () => void child.stdin?.end('done\n') };
}

/** What is started to wait. */
export function waiterLine(
  { platform, env }: Pick<Machine, 'platform' | 'env'>,
  restore: readonly string[],
): { program: string; args: string[]; env: Record<string, string>; verbatim: boolean } {
  if (platform !== 'win32') return { program: '/bin/sh', args: ['-c', POSIX, ...restore], env: {}, verbatim: false };
  // The line stands in the environment: a path with a percent sign would be read anew in an argument.
  const line = restore.map((word) => `"${word}"`).join(' ');
  return {
    program: `${env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\cmd.exe`,
    args: ['/d', '/s', '/c', '"set /p BSDM_LINE= || %BSDM_RESTORE%"'],
    env: { BSDM_RESTORE: line },
    verbatim: true,
  };
}
