/** What this room asks of the machine it runs on; given from outside, so that every system can be told in tests. */
import fs from 'node:fs';
import path from 'node:path';
import { homeFolder } from './home.ts';

export interface Machine {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  /** Absolute; '' for a user who has none. */
  home: string;
  /** Runs with all rights of this machine: root. */
  isRoot: boolean;
  isFile(file: string): boolean;
  /** A text file of moderate size; undefined when it cannot be read. */
  read(file: string): string | undefined;
}

/** No file that is read here is larger, bytes: a bundle of roots is about 250 KB. */
const MAX_TEXT = 4 * 1024 * 1024;

export function thisMachine(): Machine {
  return {
    platform: process.platform,
    env: process.env,
    home: homeFolder(),
    isRoot: process.getuid?.() === 0,
    isFile: (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true,
    read(file) {
      try {
        return fs.statSync(file).size > MAX_TEXT ? undefined : fs.readFileSync(file, 'utf8');
      } catch {
        return undefined;
      }
    },
  };
}

/**
 * The environment of what is started here: without our own settings, the control token and passwords among them, and without
 * what makes another program of Electron believe that it is part of ours.
 */
export function childEnvironment({ env }: Machine): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => {
      const upper = name.toUpperCase();
      return !upper.startsWith('BSDM_') && !upper.startsWith('ELECTRON_') && upper !== 'NODE_OPTIONS';
    }),
  );
}

/** Path functions of that system. */
export const pathsOf = (machine: Machine): path.PlatformPath =>
  machine.platform === 'win32' ? path.win32 : path.posix;

/** A program on the search path, as a shell would find it; undefined when there is none. */
export function onPath(machine: Machine, name: string): string | undefined {
  const paths = pathsOf(machine);
  const file = machine.platform === 'win32' ? `${name}.exe` : name;
  const folders = (machine.env['PATH'] ?? machine.env['Path'] ?? '').split(paths.delimiter).slice(0, 200);
  // Programs for administrators stand outside the path of most people.
  if (machine.platform === 'linux') folders.push('/usr/sbin', '/sbin');
  for (const folder of folders)
    if (paths.isAbsolute(folder) && machine.isFile(paths.join(folder, file))) return paths.join(folder, file);
  return undefined;
}
