/** The home folder of whoever runs this, which not everybody has: a user of a container may stand in no list of users. */
import os from 'node:os';
import path from 'node:path';

/**
 * An absolute path, or '' for nobody's. `HOME` counts first, as everywhere; an empty or relative one is none, for files would land wherever
 * the program happens to be started.
 */
export function homeFolder(env: NodeJS.ProcessEnv = process.env, ofSystem: () => string = systemHome): string {
  const named = env['HOME'];
  if (process.platform !== 'win32' && named !== undefined && path.isAbsolute(named)) return named;
  try {
    const known = ofSystem();
    return path.isAbsolute(known) ? known : '';
  } catch {
    return '';
  }
}

/** As the system's list of users has it; throws (ENOENT) for a user who is not on it. */
const systemHome = (): string => (process.platform === 'win32' ? os.homedir() : os.userInfo().homedir);

/** A folder that an environment variable names; the XDG specification calls relative ones invalid, and an empty one is not set. */
export function folderNamed(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  return value !== undefined && path.isAbsolute(value) ? value : undefined;
}
